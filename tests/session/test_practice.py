"""Practise stopping me: heard, missed, left, and real harm among it."""

import pytest

from coach.commands import Command
from coach.listening.hearing import Certainty
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.care import Care
from coach.session.margin import margin_of
from coach.session.questions import Question
from coach.session.states import Phase


@pytest.fixture
def practice(bedside, material):
    """Return a practice that was asked for, the first round being counted."""
    session = bedside.Bedside(material)
    yield session.post(ev.Booted(session.frame)).post(ev.PracticeRequested(session.frame))
    assert session.wrong == []


@pytest.fixture
def newcomer(bedside, material):
    """Return somebody at rest who has not practised yet."""
    session = bedside.Bedside(material, care=Care(practice_due=True))
    yield session.post(ev.Booted(session.frame))
    assert session.wrong == []


def stop(session, margin=0.5):
    session.post(ev.Heard(session.frame, Command.STOP, Certainty.PARTIAL))
    return session.post(ev.Heard(session.frame, Command.STOP, margin=margin))


def score(session):
    return next(effect for effect in session.effects if isinstance(effect, fx.KeepScore))


def test_it_says_how_and_counts(practice):
    assert practice.said() == ["practice.hello", "practice.counting"]
    assert practice.phase is Phase.PRACTICE


def test_half_a_stop_silences_the_counting(practice):
    practice.hear(Command.STOP, Certainty.PARTIAL)

    assert practice.kinds()[0] == "Silence"
    assert practice.said() == []


def test_three_stops_and_a_pain_word_are_praised_and_passed(practice):
    said = [stop(practice, margin).said()[0] for margin in (0.9, 0.4, 0.7)]

    practice.hear(Command.PAIN)

    assert said == ["practice.heard"] * 3
    assert practice.said() == ["practice.heard", "practice.passed"]
    assert score(practice) == fx.KeepScore(3, 3, pain=True, passed=True, margin=0.4)
    assert practice.phase is Phase.IDLE


@pytest.mark.parametrize("how", ["unconfirmed", "never"])
def test_what_silenced_the_coach_counts_as_heard(practice, how):
    practice.hear(Command.STOP, Certainty.PARTIAL)

    practice.hear(Command.STOP, Certainty.UNCONFIRMED) if how == "unconfirmed" else practice.time_out()

    assert practice.said()[0] == "practice.heard"


def test_who_is_heard_in_one_of_three_rounds_gets_no_session(newcomer):
    stop(newcomer.hear(Command.START)).time_out()
    newcomer.time_out()

    assert newcomer.said() == ["practice.missed", "practice.failed"]
    assert not score(newcomer).passed
    assert newcomer.hear(Command.START).phase is Phase.PRACTICE


def test_two_missed_rounds_are_enough_to_know(practice):
    practice.time_out().time_out()

    assert practice.phase is Phase.IDLE


def test_practice_that_is_due_leads_on_to_the_session_and_is_due_no_more(newcomer):
    newcomer.hear(Command.START)
    for _ in range(3):
        stop(newcomer)

    newcomer.time_out()

    assert newcomer.said()[:3] == ["practice.missed", "practice.passed", "session.hello"]
    assert newcomer.phase is Phase.SCREEN
    assert newcomer.hear(Command.NOT_TODAY).hear(Command.START).phase is Phase.SCREEN


def test_a_key_ends_the_practice_and_tells_nothing_of_her_voice(practice):
    practice.post(ev.StopRequested(practice.frame))

    assert practice.said() == ["practice.ended"]
    assert practice.phase is Phase.IDLE


def test_who_is_not_heard_but_has_the_key_at_hand_goes_on_and_practises_again_next_time(newcomer):
    newcomer.post(ev.StartRequested(newcomer.frame)).time_out().time_out()
    failed = newcomer.said()

    newcomer.post(ev.StartRequested(newcomer.frame)).post(ev.StopRequested(newcomer.frame))

    assert "practice.failed" in failed
    assert newcomer.kinds()[0] == "Silence"
    assert newcomer.said()[:2] == ["practice.key", "session.hello"]
    assert newcomer.phase is Phase.SCREEN
    assert newcomer.place.care.practice_due
    assert not any(isinstance(effect, fx.KeepScore) for effect in newcomer.effects)


@pytest.mark.parametrize(
    ("command", "question"),
    [
        (Command.BREATH_CHEST, Question.CALLED_AT_REST),
        (Command.CALF_CLOT, Question.CALLED_ME),
        (Command.DIZZY_UNWELL, Question.CALLED_ME),
        (Command.PAIN, Question.CALLED_ME),
    ],
    ids=lambda value: value.value,
)
def test_real_harm_is_no_practice(practice, command, question):
    practice.hear(command)

    assert practice.question is question


def test_the_round_is_counted_anew_on_repeat(practice):
    practice.hear(Command.REPEAT)

    assert practice.said() == ["practice.counting"]


def test_a_coach_that_goes_deaf_practises_no_more(practice):
    practice.post(ev.HearingLost(practice.frame))

    assert practice.said() == ["fault.deaf"]
    assert practice.phase is Phase.IDLE


def test_the_margin_of_a_person_is_the_least_of_her_words():
    assert margin_of((0.5, 0.2, 0.9)) == 0.2
    assert margin_of(()) is None
