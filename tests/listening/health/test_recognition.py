"""An engine that is behind, stuck or guessing is found out."""

import numpy as np
import pytest

from coach.commands import Command
from coach.listening.health.recognition import AGAIN_S, KnownAnswer, Lag, SameWords, Schedule, lag
from coach.listening.hearing import Certainty, Hearing, Hypothesis, Unclear

SILENCE = np.zeros(320, dtype=np.float32)


@pytest.mark.parametrize(
    ("behind_s", "expected"),
    [(0.0, Lag.WELL), (0.75, Lag.WELL), (0.76, Lag.SLOW), (1.5, Lag.SLOW), (1.51, Lag.DEAF), (60.0, Lag.DEAF)],
)
def test_engines_that_are_behind_are_slow_then_deaf(behind_s, expected):
    assert lag(behind_s) is expected


def final(text, *, engine="vosk", is_final=True):
    return Hypothesis(text, 0.0, 0, 1, is_final=is_final, engine=engine)


def stuck(said):
    """Return whether an engine is found stuck at any of the (seconds, hypothesis)."""
    same = SameWords()
    return [same.accept([hypothesis], at_s) for at_s, hypothesis in said]


def test_the_same_words_again_and_again_are_no_hearing():
    assert stuck([(number * 1.0, final("stop")) for number in range(6)]) == [False] * 5 + [True]


def test_a_person_may_say_a_word_as_often_as_she_likes_with_breath_in_between():
    assert not any(stuck([(number * 3.0, final("stop")) for number in range(20)]))


def test_another_word_in_between_shows_that_it_hears():
    words = ["stop", "stop", "stop", "no", "stop", "stop", "stop"]

    assert not any(stuck([(number * 1.0, final(word)) for number, word in enumerate(words)]))


def test_partials_that_grow_are_no_repetition():
    assert not any(stuck([(number * 0.1, final("stop", is_final=False)) for number in range(30)]))


def test_each_engine_is_judged_by_itself():
    told = [(number * 1.0, final("stop", engine=("vosk", "phonemes")[number % 2])) for number in range(10)]

    assert not any(stuck(told))


def heard(command):
    return Hearing(command, "", "vosk", 0.0, Certainty.FINAL, 0, 1, 2)


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
