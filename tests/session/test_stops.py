"""Pain, and a bare "stop": asked about, rested, or ended; never more and never less than was said."""

from dataclasses import replace
from pathlib import Path

import pytest

from coach.commands import Command
from coach.language.command_book import MARKED, Mark
from coach.language.grammar import read
from coach.language.loader import load_pack
from coach.language.utterance import Answer, Context, Expectation
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.care import Care
from coach.session.questions import Question
from coach.session.states import Lock, Phase
from coach.units import Frames, frames

ROOT = Path(__file__).parents[2]

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

    session.answer(Answer.NO, Answer.NO, Answer.NO)
    minute = session.timer
    session.time_out().answer(Answer.NO)
    advice = session.said()
    session.time_out()

    assert minute == frames(60.0)
    assert advice == ["safety.caution"]
    assert session.state.protocol.lock is Lock.CAUTION


@pytest.mark.parametrize(
    ("clear", "line"),
    [(0, "safety.emergency"), (1, "safety.emergency"), (2, "safety.urgent"), (3, "safety.urgent")],
    ids=["breath", "blood", "leg", "pain"],
)
def test_any_red_flag_in_triage_ends_in_the_advice_that_fits_and_an_urgent_lock(session, clear, line):
    session.exercise().hear(Command.PAIN).answer(Answer.YES).line_ends().answer(*[Answer.NO] * clear)
    if session.phase is Phase.MINUTE:
        session.time_out()

    session.answer(Answer.YES)
    advice = session.said()
    session.time_out()

    assert advice[0] == line
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


# ------------------------------------------------------------------ cramp, dizziness, bleeding


def _phrase(session, mark):
    book = session.place.material.pack.commands
    return next(e.phrase for e in book.entries if e.command is MARKED[mark] and book.marked(e.phrase, mark))


def test_a_cramp_gets_its_own_advice_a_minute_and_no_quiz(session):
    session.exercise().hear(Command.PAIN, phrase=_phrase(session, Mark.CRAMP))
    said = session.said()

    session.time_out()

    assert said == ["safety.cramp"]
    assert session.question is Question.GO_ON


def test_a_cramp_leaves_a_repaired_tendon_alone(bedside, material):
    session = bedside.Bedside(material, care=Care(no_calf_stretch=True)).exercise()

    session.hear(Command.PAIN, phrase=_phrase(session, Mark.CRAMP))

    assert session.said() == ["safety.cramp-spared"]


def test_a_cramp_that_returns_ends_the_session(session):
    session.exercise().hear(Command.PAIN, phrase=_phrase(session, Mark.CRAMP)).time_out().answer(Answer.YES).line_ends()

    session.hear(Command.PAIN, phrase=_phrase(session, Mark.CRAMP))

    assert session.phase is Phase.ADVICE
    assert session.state.protocol.lock is Lock.CAUTION


def test_dizziness_lies_flat_for_two_minutes_and_is_asked_about_again(session):
    session.exercise().hear(Command.DIZZY_UNWELL).answer(Answer.NO)
    said, wait = session.said(), session.timer

    session.hear(Command.RESUME)
    early = session.said()
    session.time_out()

    assert (said, early) == (["session.lie-flat"], ["session.rest-longer"])
    assert wait == frames(120.0)
    assert session.question is Question.STILL_DIZZY


def test_who_is_no_longer_dizzy_goes_on_slower_on_a_clear_yes_only(session):
    session.exercise().hear(Command.DIZZY_UNWELL).answer(Answer.NO).time_out().answer(Answer.NO)
    asked = session.question

    session.answer(Answer.YES)

    assert asked is Question.GO_ON
    assert session.said() == ["session.going-on-gently"]


@pytest.mark.parametrize("how", ["yes", "silent", "dizzy"])
def test_who_is_still_dizzy_after_two_minutes_is_an_emergency(session, how):
    session.exercise().hear(Command.DIZZY_UNWELL).answer(Answer.NO).time_out()

    match how:
        case "yes":
            session.answer(Answer.YES)
        case "silent":
            session.time_out().time_out()
        case "dizzy":
            session.hear(Command.DIZZY_UNWELL, answer=Answer.YES)

    assert session.said()[0] == "safety.emergency"
    assert session.state.protocol.lock is Lock.URGENT


@pytest.mark.parametrize("how", ["yes", "silent"])
def test_bad_dizziness_is_the_chain(session, how):
    session.exercise().hear(Command.DIZZY_UNWELL)

    session.answer(Answer.YES) if how == "yes" else session.time_out().time_out()

    assert session.phase is Phase.ACKLINE


def test_heavy_bleeding_is_an_emergency_with_its_own_advice(session):
    session.exercise().hear(Command.BLEEDING, phrase=_phrase(session, Mark.HEAVY))

    assert session.said()[0] == "safety.heavy-bleeding"
    assert fx.Notify("heavy-bleeding") in session.effects


def test_heavy_bleeding_goes_past_an_open_question(session):
    session.exercise().hear(Command.STOP)

    session.hear(Command.BLEEDING, phrase=_phrase(session, Mark.HEAVY))

    assert session.said()[0] == "safety.heavy-bleeding"


@pytest.mark.parametrize(("spoken", "other"), [("en", "ko"), ("ko", "en")])
@pytest.mark.parametrize(("mark", "line"), [(Mark.HEAVY, "safety.heavy-bleeding"), (Mark.CRAMP, "safety.cramp")])
def test_what_is_said_in_the_other_language_means_as_much_as_in_the_sessions_own(bedside, spoken, other, mark, line):
    book = load_pack(ROOT / "voices" / other).commands
    material = replace(bedside.short_material(language=spoken), marks=book.marks)
    said = [e.phrase for e in book.entries if e.command is MARKED[mark] and book.marked(e.phrase, mark)]
    first = {}

    for phrase in said:
        reading = read(phrase, book, Expectation(Context.SESSION))
        session = bedside.Bedside(material).exercise().hear(reading.command, phrase=reading.phrase)
        first[phrase] = session.said()[0]
        assert session.wrong == []

    assert first == dict.fromkeys(said, line)
    assert said


def test_light_bleeding_is_no_heavy_one_in_another_language_either(bedside):
    material = replace(bedside.short_material(language="ko"), marks=load_pack(ROOT / "voices" / "en").commands.marks)

    session = bedside.Bedside(material).exercise().hear(Command.BLEEDING, phrase="my wound is bleeding")

    assert session.said()[0] == "safety.bleeding"


# ------------------------------------------------------------------ the minute before the last question


def test_harm_said_in_the_minute_of_triage_is_a_red_flag(session):
    session.exercise().hear(Command.PAIN).answer(Answer.YES).line_ends().answer(*[Answer.NO] * 3)

    session.hear(Command.PAIN).time_out().answer(Answer.NO)

    assert session.said()[0] == "safety.urgent"


# ------------------------------------------------------------------ read back


def test_an_unsure_no_about_pain_is_read_back_and_counts_on_a_yes(session):
    session.exercise().hear(Command.MAYBE_PAIN).hear(Command.NO, answer=Answer.NO, sure=False)
    read = session.said()

    session.answer(Answer.YES)

    assert read == ["question.confirm-no"]
    assert session.phase is Phase.PAUSED


@pytest.mark.parametrize("how", ["no", "silent", "unclear"])
def test_what_is_read_back_and_not_confirmed_asks_again(session, how):
    session.exercise().hear(Command.MAYBE_PAIN).hear(Command.NO, answer=Answer.NO, sure=False)

    match how:
        case "no":
            session.answer(Answer.NO)
        case "silent":
            session.time_out()
        case "unclear":
            session.post(ev.SpeechUnclear(session.frame))

    assert session.said()[-1] == "question.hurt"
    assert session.state.protocol.tries == 2


def test_an_unsure_yes_that_stops_is_acted_on_at_once(session):
    session.exercise().hear(Command.PAIN).hear(Command.YES, answer=Answer.YES, sure=False)

    assert session.phase is Phase.ACKLINE


def test_an_unsure_answer_about_the_effort_is_answer_enough(session):
    session.exercise("ankle-pumps/set1/both/rep06").wait(5)
    session.frame = Frames(session.frame + frames(70))

    assert session.hear(Command.YES, answer=Answer.EASY, sure=False).phase is Phase.RUN


def test_the_last_yes_before_moving_on_from_a_stop_is_read_back_and_a_no_takes_it_back(session):
    session.exercise().hear(Command.STOP).answer(Answer.NO).hear(Command.RESUME).answer(Answer.YES)
    said = session.said()

    session.hear(Command.NO, answer=Answer.NO)

    assert said == ["session.going-on-yes"]
    assert session.phase is Phase.PAUSED


# ------------------------------------------------------------------ what cannot be trusted


def test_a_session_the_monitor_cannot_trust_ends_with_a_chime_and_a_notice(session):
    session.exercise().post(ev.Untrusted(session.frame, "I4"))

    assert session.said() == ["fault.ended"]
    assert fx.Ring(fx.Chime.FAULT) in session.effects
    assert session.outcomes == [fx.Outcome.FAULT]


def test_what_cannot_be_trusted_while_she_may_be_hurt_is_the_chain(session):
    session.exercise().hear(Command.MAYBE_PAIN).post(ev.Untrusted(session.frame, "I4"))

    assert session.phase is Phase.ACKLINE


def test_a_safety_stop_goes_on_whatever_the_monitor_says(session):
    session.exercise().hear(Command.BREATH_CHEST).post(ev.Untrusted(session.frame, "I4"))

    assert session.phase is Phase.ADVICE
