"""An engine that is behind, stuck or guessing is found out."""

import numpy as np
import pytest

from coach.commands import Command
from coach.listening.health.recognition import AGAIN_S, Babble, KnownAnswer, Lag, Schedule, lag
from coach.listening.hearing import Certainty, Hearing, Unclear

SILENCE = np.zeros(320, dtype=np.float32)


@pytest.mark.parametrize(
    ("behind_s", "expected"),
    [(0.0, Lag.WELL), (0.75, Lag.WELL), (0.76, Lag.SLOW), (1.5, Lag.SLOW), (1.51, Lag.DEAF), (60.0, Lag.DEAF)],
)
def test_engines_that_are_behind_are_slow_then_deaf(behind_s, expected):
    assert lag(behind_s) is expected


def heard(command, *, engine="vosk", certainty=Certainty.FINAL):
    return Hearing(command, command.value, engine, 0.0, certainty, 0, 1, 2)


def babbling(said):
    """Return whether it babbles after each (seconds, hearing)."""
    babble, found = Babble(), []
    for at_s, hearing in said:
        babble.heard(hearing, at_s)
        found.append(babble.babbles(at_s))
    return found


STOP, NO = heard(Command.STOP), heard(Command.NO)


def test_the_same_words_again_and_again_are_no_hearing():
    assert babbling([(number * 1.0, STOP) for number in range(6)]) == [False] * 5 + [True]


def test_a_person_may_say_a_word_as_often_as_she_likes_with_breath_in_between():
    assert not any(babbling([(number * 3.0, STOP) for number in range(20)]))


def test_another_word_in_between_shows_that_it_hears():
    words = [STOP, STOP, STOP, NO, STOP, STOP, STOP]

    assert not any(babbling([(number * 1.9, word) for number, word in enumerate(words)]))


def test_partials_that_grow_are_no_repetition():
    partial = heard(Command.STOP, certainty=Certainty.PARTIAL)

    assert not any(babbling([(number * 0.1, partial) for number in range(30)]))


def test_each_engine_is_judged_by_itself():
    told = [(number * 1.5, heard(Command.STOP, engine=("vosk", "phonemes")[number % 2])) for number in range(10)]

    assert not any(babbling(told))


def test_ten_commands_in_ten_seconds_are_said_by_nobody():
    commands = list(Command)[:10]

    assert babbling([(number * 1.0, heard(command)) for number, command in enumerate(commands)])[-1]
    assert not any(babbling([(number * 1.5, heard(command)) for number, command in enumerate(commands)]))


def test_what_has_stopped_babbling_is_believed_again():
    babble = Babble()
    for number in range(6):
        babble.heard(STOP, number * 1.0)

    assert babble.babbles(10.0)
    assert not babble.babbles(16.0)


@pytest.mark.parametrize(
    ("expected", "decisions", "fits"),
    [
        (Command.STOP, [heard(Command.STOP)], True),
        (Command.STOP, [heard(Command.YES), heard(Command.STOP)], True),
        (Command.STOP, [heard(Command.YES)], False),
        (Command.STOP, [], False),
        (None, [], True),
        (None, [Unclear(0, 1, 2)], True),
        (None, [heard(Command.STOP)], False),
    ],
)
def test_a_known_answer_is_right_or_wrong(expected, decisions, fits):
    assert KnownAnswer(SILENCE, expected).fits(decisions) is fits


def test_an_engine_that_always_says_the_same_fails_one_of_two_known_answers():
    answers = [KnownAnswer(SILENCE, Command.STOP), KnownAnswer(SILENCE, None)]

    for always in ([], [heard(Command.STOP)], [heard(Command.NO)]):
        assert not all(answer.fits(always) for answer in answers)


def test_known_answers_are_asked_for_at_the_start_and_every_quarter_of_an_hour_of_rest():
    schedule = Schedule()
    asked = []

    for minute in range(61):
        if schedule.due(minute * 60.0, idle=not 20 <= minute < 40):
            asked.append(minute)
            schedule.answered(minute * 60.0, right=True)

    assert asked == [0, 15, 40, 55]
    assert AGAIN_S == 900.0


def test_wrong_answers_are_counted_until_a_right_one():
    schedule = Schedule()

    schedule.answered(0.0, right=False)
    schedule.answered(1.0, right=False)
    assert schedule.failed == 2
    schedule.answered(2.0, right=True)
    assert schedule.failed == 0
