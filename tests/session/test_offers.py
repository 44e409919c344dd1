"""At rest by the bed: what the schedule offers, starting by voice in two steps, and the time that nobody knows."""

import pytest

from coach.commands import Command
from coach.language.utterance import Answer
from coach.listening.hearing import Certainty
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.facts import WAKES
from coach.session.states import Phase
from coach.units import Frames, frames


@pytest.fixture
def bed(bedside, material):
    session = bedside.Bedside(material)
    return session.post(ev.Booted(session.frame, bedside=True))


def wants(session):
    return any(isinstance(effect, fx.Prepare) for effect in session.effects)


def test_a_session_that_falls_due_is_offered_behind_a_soft_chime(bed):
    bed.post(ev.SessionFellDue(bed.frame))

    assert bed.said() == ["question.offer"]
    assert [effect.chime for effect in bed.effects if isinstance(effect, fx.Ring)] == [fx.Chime.READY]
    assert not bed.place.moving
    assert not bed.wrong


def test_a_yes_makes_a_session_ready_and_begins_nothing_by_itself(bed):
    bed.post(ev.SessionFellDue(bed.frame)).answer(Answer.YES)

    assert wants(bed)
    assert bed.phase is Phase.IDLE
    assert not bed.wrong


@pytest.mark.parametrize(
    ("command", "why"), [(Command.LATER, "later"), (Command.NOT_TODAY, "not-today"), (Command.NO, "later")]
)
def test_later_and_not_today_are_as_she_likes(bed, command, why):
    bed.post(ev.SessionFellDue(bed.frame)).hear(command, answer=Answer.NO)

    assert bed.said() == [f"session.{why}"]
    assert fx.Record("put-off", {"why": why}) in bed.effects
    assert bed.phase is Phase.IDLE


def test_whoever_does_not_answer_an_offer_is_left_in_peace(bed):
    bed.post(ev.SessionFellDue(bed.frame)).time_out()

    assert (bed.said(), bed.phase) == ([], Phase.IDLE)
    assert not wants(bed)


@pytest.mark.parametrize(
    ("command", "question"),
    [
        (Command.PAIN, "called-me"),
        (Command.CALF_CLOT, "called-me"),
        (Command.VOCAL_DISTRESS, "called-me"),
        (Command.CALL_PERSON, "called-at-rest"),
    ],
)
def test_a_word_of_harm_goes_past_an_offer_and_is_asked_about(bed, command, question):
    answer = Answer.NO if command is Command.PAIN else None  # as the words of consent read it
    bed.post(ev.SessionFellDue(bed.frame)).hear(command, answer=answer)

    assert isinstance(bed.effects[0], fx.Silence)
    assert bed.question.value == question
    assert not bed.wrong


def test_stop_ends_an_offer(bed):
    bed.post(ev.SessionFellDue(bed.frame)).post(ev.StopRequested(bed.frame))

    assert isinstance(bed.effects[0], fx.Silence)
    assert bed.phase is Phase.IDLE


@pytest.mark.parametrize("lost", [ev.HearingLost, ev.VoiceLost, ev.JournalFailed])
def test_a_coach_that_is_not_well_offers_nothing(bed, lost):
    bed.post(ev.SessionFellDue(bed.frame)).post(lost(bed.frame))
    left = (bed.said(), bed.phase)
    bed.post(ev.SessionFellDue(bed.frame))

    assert left == ([], Phase.IDLE)
    assert bed.effects == ()


def test_start_by_the_bed_takes_a_clear_yes(bed):
    bed.hear(Command.START)
    asked = bed.said()
    bed.answer(Answer.YES)

    assert asked == ["question.wake"]
    assert wants(bed)


def test_a_yes_that_was_not_surely_heard_is_read_back_before_a_session_is_made_ready(bed):
    bed.hear(Command.START).hear(Command.YES, answer=Answer.YES, sure=False)

    assert bed.said() == ["question.confirm-yes"]
    assert not wants(bed)


def test_a_television_that_says_start_is_asked_so_many_times_an_hour_and_then_not_answered(bed):
    said = []
    for _ in range(WAKES + 2):
        bed.hear(Command.START)
        said += bed.said()
        if bed.timer is not None:
            bed.time_out()
    bed.frame = Frames(bed.frame + frames(3600.0))
    bed.hear(Command.START)

    assert said == ["question.wake"] * WAKES
    assert bed.said() == ["question.wake"]


def test_start_without_the_yes_begins_nothing(bed):
    bed.hear(Command.START).hear(Command.START, Certainty.PARTIAL)

    assert bed.phase is Phase.OFFER
    assert not wants(bed)


def test_in_a_quiet_hour_the_first_word_wakes_the_coach_and_the_second_is_answered(bed):
    bed.post(ev.QuietHours(bed.frame, quiet=True)).hear(Command.START)
    first = bed.said()
    bed.hear(Command.START)

    assert (first, bed.said()) == ([], ["question.wake"])


def test_nobody_knows_the_time_so_she_is_asked_whether_it_is_morning(bed):
    bed.post(ev.DayUnknown(bed.frame))
    asked = bed.said()
    bed.answer(Answer.YES)

    assert asked == ["question.morning"]
    assert fx.Record("morning", {"what": "yes"}) in bed.effects
    assert bed.said() == ["serve.morning"]


def test_what_comes_next_and_how_she_is_doing_is_told_at_rest_by_the_bed_alone(bed, bedside, material):
    bed.hear(Command.WHATS_NEXT)
    told = bed.effects
    elsewhere = bedside.Bedside(material)
    elsewhere.post(ev.Booted(elsewhere.frame)).hear(Command.WHATS_NEXT)

    assert told == (fx.Inform(Command.WHATS_NEXT),)
    assert elsewhere.effects == ()


def test_a_session_that_follows_in_a_running_coach_rings_nothing(bedside, material):
    session = bedside.Bedside(material)
    session.post(ev.Booted(session.frame, bedside=True, follows=True, quiet=True))

    assert "Ring" not in session.kinds()
    assert session.place.quiet


def test_a_session_that_cannot_be_made_ready_is_told_with_what_to_do(bed):
    bed.post(ev.SessionUnready(bed.frame))

    assert bed.said() == ["serve.unready"]
