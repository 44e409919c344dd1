"""What is heard, how surely, and what follows: the design's table and the dialogue around it, row by row."""

from pathlib import Path

import pytest

from coach.commands import Command
from coach.language.grammar import read
from coach.language.loader import load_packs
from coach.language.utterance import Answer, Context, Expectation
from coach.listening.hearing import Certainty
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.questions import Question
from coach.session.states import Lock, Phase
from coach.units import frames

PACKS = load_packs(Path(__file__).parents[2] / "voices")
EMERGENCY = [Command.BREATH_CHEST, Command.CALL_PERSON]
URGENT = [Command.CALF_CLOT, Command.NUMB, Command.BLEEDING]
PAIN = [Command.PAIN, Command.DIZZY_UNWELL]
EMERGENCY_LINES = ["safety.emergency", "safety.your-number", "safety.cannot-call"]
NAME = {"ids": lambda value: str(getattr(value, "value", value))}


# ------------------------------------------------------------------ on a partial


@pytest.mark.parametrize("command", [*EMERGENCY, *URGENT, *PAIN, Command.STOP], **NAME)
def test_a_partial_that_may_mean_harm_or_stop_silences_the_exercise_at_once(session, command):
    session.exercise().hear(command, Certainty.PARTIAL)

    assert session.kinds()[0] == "Silence"
    assert session.said() == []
    assert session.phase in {Phase.MAYBE, Phase.PAUSED}


def test_a_partial_pause_hushes_the_exercise(session):
    session.exercise().hear(Command.PAUSE, Certainty.PARTIAL)

    assert session.kinds()[0] == "Hush"
    assert session.phase is Phase.PAUSED


@pytest.mark.parametrize(
    "command",
    [Command.SLOWER, Command.HOW_MANY_LEFT, Command.YES, Command.MAYBE_PAIN, Command.VOCAL_DISTRESS],
    **NAME,
)
def test_a_partial_of_anything_else_changes_nothing(session, command):
    before = session.exercise().state

    session.hear(command, Certainty.PARTIAL)

    assert session.state == before
    assert session.effects == ()


@pytest.mark.parametrize("command", [*EMERGENCY, *PAIN, Command.STOP, Command.PAUSE], **NAME)
def test_what_was_half_heard_never_goes_back_to_the_exercise_by_itself(session, command):
    session.exercise().hear(command, Certainty.PARTIAL).time_out()

    assert session.phase is not Phase.RUN
    assert session.entered() is None


def test_something_graver_half_heard_behind_half_a_stop_is_taken_up(session):
    session.exercise().hear(Command.STOP, Certainty.PARTIAL).hear(Command.PAIN, Certainty.PARTIAL)

    session.time_out()

    assert session.question is Question.HURT


# ------------------------------------------------------------------ on the final


@pytest.mark.parametrize("command", EMERGENCY, **NAME)
def test_an_emergency_is_silenced_recorded_latched_notified_and_advised_in_this_order(session, command):
    session.exercise().hear(command)

    kinds = [kind for kind in session.kinds() if kind not in {"HaltScore", "Listen"}]
    assert kinds == ["Silence", "Record", "Record", "Latch", "Notify", "Say", "Say", "Say", "ArmTimer"]
    assert session.said() == EMERGENCY_LINES
    assert session.phase is Phase.ADVICE
    assert session.state.protocol.lock is Lock.URGENT


@pytest.mark.parametrize("command", URGENT, **NAME)
def test_an_urgent_word_ends_the_session_with_advice_and_no_questions(session, command):
    session.exercise().hear(command)

    line = "safety.bleeding" if command is Command.BLEEDING else "safety.urgent"
    assert session.said() == [line, "safety.cannot-call"]
    assert session.phase is Phase.ADVICE
    assert session.state.protocol.lock is Lock.URGENT


@pytest.mark.parametrize("command", PAIN, **NAME)
def test_pain_is_silenced_and_asked_about_without_a_lock(session, command):
    session.exercise().hear(command)

    assert session.kinds()[0] == "Silence"
    assert session.question is (Question.DIZZY if command is Command.DIZZY_UNWELL else Question.SHARP)
    assert session.state.protocol.lock is Lock.NONE


def test_maybe_pain_asks_whether_she_is_hurt(session):
    session.exercise().hear(Command.MAYBE_PAIN)

    assert session.kinds()[0] == "Silence"
    assert session.question is Question.HURT


def test_a_groan_asks_with_more_time_the_second_time(session):
    session.exercise().hear(Command.VOCAL_DISTRESS)
    first = session.timer

    session.time_out()

    assert session.question is Question.GROAN
    assert session.said() == ["question.hurt"]
    assert (first, session.timer) == (frames(8.0), frames(10.0))


@pytest.mark.parametrize("press", [False, True], ids=["spoken", "key"])
def test_stop_is_silent_at_once_and_asks_whether_anything_hurts(session, press):
    session.exercise()

    session.post(ev.StopRequested(session.frame)) if press else session.hear(Command.STOP)

    assert session.kinds()[0] == "Silence"
    assert session.said() == ["question.stopped"]


def test_pause_pauses(session):
    session.exercise().hear(Command.PAUSE)

    assert session.kinds()[0] == "Hush"
    assert session.said() == ["session.paused"]
    assert session.phase is Phase.PAUSED


@pytest.mark.parametrize("command", [Command.YES, Command.NO, Command.ALL_CLEAR], **NAME)
def test_an_answer_without_a_question_changes_nothing_but_that_she_spoke(session, command):
    before = session.exercise().state

    session.hear(command)

    assert session.state.protocol == before.protocol
    assert session.effects == ()


# ------------------------------------------------------------------ an unconfirmed partial


@pytest.mark.parametrize("command", EMERGENCY, **NAME)
def test_an_unconfirmed_emergency_is_asked_about(session, command):
    session.exercise().hear(command, Certainty.PARTIAL).hear(command, Certainty.UNCONFIRMED)

    assert session.question is Question.CALLED


def test_an_unconfirmed_emergency_without_a_clear_no_is_an_emergency(session):
    session.exercise().hear(Command.CALL_PERSON, Certainty.UNCONFIRMED).time_out()

    session.time_out()

    assert session.said() == EMERGENCY_LINES


@pytest.mark.parametrize("command", [*URGENT, *PAIN], **NAME)
def test_an_unconfirmed_word_of_harm_asks_whether_she_is_hurt(session, command):
    session.exercise().hear(command, Certainty.PARTIAL).hear(command, Certainty.UNCONFIRMED)

    assert session.question is Question.HURT


@pytest.mark.parametrize("command", [Command.STOP, Command.PAUSE], **NAME)
def test_an_unconfirmed_stop_or_pause_pauses(session, command):
    session.exercise().hear(command, Certainty.PARTIAL).hear(command, Certainty.UNCONFIRMED)

    assert session.phase is Phase.PAUSED
    assert session.said() == ["session.paused"]


def test_a_pause_after_half_a_stop_is_left_by_way_of_a_question(session):
    session.exercise().hear(Command.STOP, Certainty.UNCONFIRMED)

    session.hear(Command.RESUME)

    assert session.question is Question.RESUME


# ------------------------------------------------------------------ maybe


def test_a_clear_no_to_are_you_hurt_pauses_and_continue_asks_first(session):
    session.exercise().hear(Command.MAYBE_PAIN).answer(Answer.NO)
    said = session.said()

    session.hear(Command.RESUME)

    assert said == ["safety.all-right-paused"]
    assert session.question is Question.RESUME


def test_half_a_pain_word_is_asked_about_once_louder_and_then_leads_to_the_chain(session):
    session.exercise().hear(Command.PAIN, Certainty.UNCONFIRMED).time_out()
    louder = [effect for effect in session.effects if isinstance(effect, fx.SetGain)]

    session.time_out()

    assert [effect.gain_db for effect in louder] == [6.0]
    assert session.phase is Phase.ACKLINE
    assert any(isinstance(effect, fx.SetGain) and effect.gain_db == 0.0 for effect in session.effects)


def test_a_groan_without_an_answer_pauses_with_a_notice_and_a_caution_lock(session):
    session.exercise().hear(Command.VOCAL_DISTRESS).time_out().time_out()

    assert session.phase is Phase.PAUSED
    assert session.state.protocol.lock is Lock.CAUTION
    assert fx.Notify("groan") in session.effects
    session.hear(Command.RESUME)
    assert session.said() == ["safety.refused-locked"]


@pytest.mark.parametrize(
    "command", [*URGENT, *PAIN, Command.MAYBE_PAIN, Command.VOCAL_DISTRESS], ids=lambda command: command.value
)
def test_the_television_does_not_lock_the_house(session, command):
    session.post(ev.Booted(session.frame)).hear(command)
    asked = session.said()

    session.time_out()

    assert asked == ["question.called-me"]
    assert session.phase is Phase.IDLE
    assert session.state.protocol.lock is Lock.NONE
    assert not any(isinstance(effect, fx.Notify) for _, effect in session.all)


def test_an_emergency_word_at_rest_is_asked_about_and_a_yes_is_acted_on(session):
    session.post(ev.Booted(session.frame)).hear(Command.BREATH_CHEST)
    asked = session.said()

    session.answer(Answer.YES)

    assert asked == ["question.called"]
    assert session.said() == EMERGENCY_LINES


def bare_helps():
    """Return every bare "help" that is heard, whatever the session's language, with the language of the session."""
    said = [(tag, entry.phrase) for tag, pack in PACKS.items() for entry in pack.commands.entries if entry.bare_help]
    return [(spoken, tag, phrase) for spoken in PACKS for tag, phrase in said]


@pytest.mark.parametrize(("spoken", "tag", "phrase"), bare_helps(), **NAME)
def test_a_bare_help_is_asked_about_in_every_language_and_no_answer_counts_as_yes(bedside, spoken, tag, phrase):
    session = bedside.Bedside(bedside.short_material(language=spoken)).exercise()
    reading = read(phrase, PACKS[tag].commands, Expectation(Context.SESSION))

    session.hear(reading.command, phrase=reading.phrase)

    assert session.said() == ["question.person"]
    session.time_out()
    assert session.said() == EMERGENCY_LINES
    assert session.wrong == []


@pytest.mark.parametrize(("tag", "said"), [("en", "help me"), ("en", "call the nurse"), ("ko", "간호사 불러 주세요")])
def test_more_than_a_bare_help_is_an_emergency_at_once(bedside, tag, said):
    session = bedside.Bedside(bedside.short_material(language=tag)).exercise()
    reading = read(said, PACKS[tag].commands, Expectation(Context.SESSION))

    session.hear(reading.command, phrase=reading.phrase)

    assert session.said() == EMERGENCY_LINES


# ------------------------------------------------------------------ an open question hears answers first


def test_words_of_pain_that_were_denied_answer_the_question(session):
    session.exercise().hear(Command.MAYBE_PAIN)

    session.hear(Command.MAYBE_PAIN, answer=Answer.NO)

    assert session.phase is Phase.PAUSED


def test_a_pain_word_that_was_not_denied_is_never_an_answer_that_goes_on(session):
    session.exercise().hear(Command.MAYBE_PAIN)

    session.hear(Command.PAIN, answer=Answer.NO)

    assert session.question is Question.SHARP


def test_pain_words_during_screening_count_as_yes(session):
    session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame)).hear(Command.PAIN)

    assert session.outcomes == [fx.Outcome.REFUSED]


@pytest.mark.parametrize("command", EMERGENCY, **NAME)
def test_an_emergency_goes_past_an_open_question(session, command):
    session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame)).hear(command)

    assert session.said() == EMERGENCY_LINES


def test_a_question_is_asked_again_after_an_unclear_answer_and_said_why(session):
    session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame))

    session.post(ev.SpeechUnclear(session.frame))

    assert session.said() == ["session.not-clear", "question.screen-since"]


def test_repeat_asks_the_question_once_more_without_counting(session):
    session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame))

    for _ in range(5):
        session.hear(Command.REPEAT)

    assert session.said() == ["question.screen-since"]
    assert session.state.protocol.tries == 1


def test_an_answer_ends_the_sound_of_the_question(session):
    session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame)).answer(Answer.NO)

    assert session.kinds()[0] == "Hush"


def test_the_listener_is_told_what_is_asked(session):
    session.exercise().hear(Command.STOP)

    expected = [effect.expectation.question for effect in session.effects if isinstance(effect, fx.Listen)]
    assert expected == ["stopped"]
