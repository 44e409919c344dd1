"""Pain, and a bare "stop": asked about, rested, or ended; never more and never less than was said."""

import pytest

from coach.commands import Command
from coach.language.utterance import Answer
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.questions import Question
from coach.session.states import Lock, Phase
from coach.units import frames

# ------------------------------------------------------------------ pain


def test_sharp_pain_leads_through_i_have_stopped_to_triage(session):
    session.exercise().hear(Command.PAIN).answer(Answer.YES)

    assert session.said() == ["safety.stopped"]
    assert session.phase is Phase.ACKLINE
    session.line_ends()
    assert session.question is Question.TRIAGE_BREATH


def test_mild_pain_rests_a_real_minute_and_goes_on_slower_only_on_a_clear_yes(session):
    before = session.exercise().place.work.cycle_s
    session.hear(Command.PAIN).answer(Answer.NO)
    minute = session.timer

    session.time_out().answer(Answer.YES)

    assert minute == frames(60.0)
    assert session.said() == ["session.going-on-gently"]
    assert session.place.work.cycle_s > before


def test_ready_cuts_the_minute_short_but_the_question_still_comes(session):
    session.exercise().hear(Command.PAIN).answer(Answer.NO).hear(Command.RESUME)

    assert session.question is Question.GO_ON


def test_a_second_pain_word_in_the_session_ends_it_with_a_caution_lock(session):
    session.exercise().hear(Command.PAIN).answer(Answer.NO).time_out().answer(Answer.YES).line_ends().wait(5)

    session.hear(Command.PAIN).time_out()

    assert session.phase is Phase.LOCKED
    assert session.state.protocol.lock is Lock.CAUTION
    assert session.outcomes == [fx.Outcome.SAFETY]


@pytest.mark.parametrize("how", ["silent", "unclear"])
def test_no_clear_answer_about_sharp_pain_twice_is_the_chain(session, how):
    session.exercise().hear(Command.PAIN)

    for _ in range(2):
        session.time_out() if how == "silent" else session.post(ev.SpeechUnclear(session.frame))

    assert session.phase is Phase.ACKLINE


def test_triage_that_is_clear_throughout_ends_in_a_caution_lock(session):
    session.exercise().hear(Command.PAIN).answer(Answer.YES).line_ends()

    session.answer(Answer.NO, Answer.NO, Answer.NO, Answer.NO)
    advice = session.said()
    session.time_out()

    assert advice == ["safety.caution"]
    assert session.state.protocol.lock is Lock.CAUTION


@pytest.mark.parametrize(
    ("clear", "line"),
    [(0, "safety.emergency"), (1, "safety.emergency"), (2, "safety.urgent"), (3, "safety.urgent")],
    ids=["breath", "blood", "leg", "pain"],
)
def test_any_red_flag_in_triage_ends_in_the_advice_that_fits_and_an_urgent_lock(session, clear, line):
    session.exercise().hear(Command.PAIN).answer(Answer.YES).line_ends().answer(*[Answer.NO] * clear)

    session.answer(Answer.YES)
    advice = session.said()
    session.time_out()

    assert advice == [line]
    assert session.state.protocol.lock is Lock.URGENT


# ------------------------------------------------------------------ stop


def test_stop_and_nothing_hurts_is_a_pause(session):
    session.exercise().hear(Command.STOP).answer(Answer.NO)

    assert session.said() == ["session.stopped"]
    assert session.phase is Phase.PAUSED


def test_stop_and_no_answer_ends_without_a_lock(session):
    session.exercise().hear(Command.STOP).time_out()

    assert session.outcomes == [fx.Outcome.STOPPED]
    assert session.phase is Phase.IDLE


def test_stop_and_pain_asks_whether_it_is_sharp(session):
    session.exercise().hear(Command.STOP).answer(Answer.YES)

    assert session.question is Question.SHARP


def test_stop_said_twice_ends_the_session(session):
    session.exercise().hear(Command.STOP).hear(Command.STOP)

    assert session.outcomes == [fx.Outcome.STOPPED]
