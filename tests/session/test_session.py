"""A session from the first question to the last word: screening, effort, pauses, faults, locks."""

import pytest

from coach.commands import Command
from coach.language.utterance import Answer
from coach.listening.echo_report import EchoClass
from coach.listening.hearing import Certainty
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.machine import reps_done
from coach.session.questions import Question
from coach.session.states import Lock, Phase, Screening
from coach.units import frames

LOSSES = [ev.HearingLost, ev.VoiceLost, ev.JournalFailed]
RECOVERIES = {
    ev.HearingLost: ev.HearingRestored,
    ev.VoiceLost: ev.VoiceRestored,
    ev.JournalFailed: ev.JournalRestored,
}


# ------------------------------------------------------------------ screening


def test_the_first_session_of_a_day_asks_four_questions_and_consent(bedside, material):
    session = bedside.Bedside(material, Screening.FIRST)
    session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame))

    asked = [session.question.value, *(session.answer(Answer.NO).question.value for _ in range(4))]

    assert asked == ["screen-legs", "screen-breath", "screen-dizzy", "screen-unwell", "screen-consent"]


def test_a_later_session_asks_one_question_and_consent(session):
    session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame))

    assert session.said() == ["session.hello", "question.screen-since"]
    assert session.answer(Answer.NO).question is Question.CONSENT


def test_a_session_after_six_hours_asks_the_four_questions_again(session):
    session.start().until("ankle-pumps/set1/both/rep06").wait(5).answer(Answer.EASY)
    session.until("ankle-pumps/set2/both/rep06").wait(5).answer(Answer.EASY).wait(120)
    later = session.place.screening
    session.frame += frames(6 * 3600 + 1)

    session.post(ev.StartRequested(session.frame))

    assert later is Screening.LATER
    assert session.question is Question.SCREEN_LEGS


def test_a_yes_to_screening_refuses_kindly_and_tells_the_carer(session):
    session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame)).answer(Answer.YES)

    assert session.said() == ["session.refused"]
    assert fx.Notify("refused") in session.effects
    assert session.outcomes == [fx.Outcome.REFUSED]


def test_no_answer_to_screening_twice_ends_unscreened(session):
    session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame)).time_out().time_out()

    assert session.said() == ["session.unscreened"]
    assert session.phase is Phase.IDLE


@pytest.mark.parametrize("command", [Command.LATER, Command.NOT_TODAY], ids=lambda command: command.value)
def test_later_and_not_today_end_politely_before_the_exercise(session, command):
    session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame)).hear(command)

    assert session.said() == [f"session.{command.value}"]
    assert session.outcomes == [fx.Outcome.REFUSED]


def test_a_pause_during_screening_goes_back_to_the_questions(session):
    session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame)).answer(Answer.NO)

    session.hear(Command.PAUSE).hear(Command.RESUME)

    assert session.question is Question.SCREEN_SINCE


def test_start_is_a_clear_yes_to_shall_we_start(session):
    session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame)).answer(Answer.NO)

    session.hear(Command.START)

    assert session.said() == ["session.lets-begin"]


@pytest.mark.parametrize("answer", [None, Answer.UNCLEAR, Answer.NO])
def test_without_a_clear_yes_to_lying_safely_nothing_begins(session, answer):
    session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame)).answer(Answer.NO)
    asked = session.said()
    while session.question is not None:
        if answer is None:
            session.time_out()
        else:
            session.hear(Command.NO if answer is Answer.NO else Command.HOW_MANY_LEFT, answer=answer)

    assert asked == ["question.screen-consent"]
    assert session.entered() is None
    assert session.phase is Phase.IDLE


def test_the_score_is_entered_half_a_second_behind_the_leading_line(session):
    session.start()

    assert session.entered().anchor == session.frame + 24_000
    assert session.entered().segment == "ankle-pumps/opening"


# ------------------------------------------------------------------ the effort question


@pytest.mark.parametrize("answer", [Answer.EASY, Answer.ALL_RIGHT])
def test_the_effort_is_asked_after_a_set_and_the_exercise_goes_on(answer, session):
    session.start().until("ankle-pumps/set1/both/rep06").wait(5)
    asked = session.question

    session.answer(answer)

    assert asked is Question.EFFORT
    assert session.entered().segment == "ankle-pumps/set1/both/rest"


def test_where_a_set_was_hard_it_gets_lighter_at_once_and_she_is_told(session):
    session.start().until("ankle-pumps/set1/both/rep06").wait(5)
    before = session.place.material.works[0]

    session.answer(Answer.HARD)
    said = session.said()
    records = [(effect.kind, dict(effect.detail)) for effect in session.effects if isinstance(effect, fx.Record)]
    session.line_ends()

    lighter = session.place.material.works[0]
    assert said == ["session.easier"]
    assert session.entered().segment == "ankle-pumps/set1/both/rest"
    assert lighter.cycle_s > before.cycle_s
    assert [lighter.reps_of(number) for number in (1, 2)] == [6, 5]
    assert records[1:] == [("effort", {"effort": "hard"}), ("eased", {"why": "effort"})]


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (Command.HOW_MANY_LEFT, "session.none-left"),
        (Command.HOW_LONG_LEFT, "session.how-long-left"),
        (Command.WHATS_NEXT, "session.whats-next-set"),
        (Command.COMMANDS_HELP, "session.commands-help"),
        (Command.WHY, "ankle-pumps.why"),
        (Command.HOW_AM_I_DOING, "session.how-am-i-doing"),
    ],
)
def test_what_she_asks_instead_of_saying_how_it_was_is_answered_and_that_is_no_try(session, command, line):
    session.start().until("ankle-pumps/set1/both/rep06").wait(5)

    session.hear(command)

    assert session.said() == [line, "question.effort"]
    assert (session.question, session.state.protocol.tries) == (Question.EFFORT, 1)


def test_the_effort_is_not_asked_when_she_spoke_within_the_last_minute(session):
    session.start().until("ankle-pumps/set1/both/rep06").wait(1).hear(Command.LOUDER).wait(5)

    assert session.question is None
    assert session.place.position.segment == "ankle-pumps/set1/both/rest"


def test_a_no_to_the_effort_is_asked_once_more_before_it_counts(session):
    session.start().until("ankle-pumps/set1/both/rep06").wait(5).answer(Answer.NO)
    asked = session.said()

    session.answer(Answer.NO)

    assert asked == ["question.really-hurt"]
    assert session.phase is Phase.RUN


def test_no_answer_to_the_effort_twice_ends_and_tells_the_carer(session):
    session.start().until("ankle-pumps/set1/both/rep06").wait(5).time_out().time_out()

    assert session.outcomes == [fx.Outcome.NO_ANSWER]
    assert fx.Notify("no-answer") in session.effects
    assert session.said() == ["session.no-answer"]


def test_a_whole_session_is_completed_and_counted(session):
    session.start().until("ankle-pumps/set1/both/rep06").wait(5).answer(Answer.EASY)
    session.until("ankle-pumps/set2/both/rep06").wait(5).answer(Answer.ALL_RIGHT)

    session.wait(120)

    assert session.outcomes == [fx.Outcome.COMPLETED]
    assert reps_done(session.state) == {"left": 12, "right": 12}
    assert session.place.screening is Screening.LATER


def test_a_repetition_counts_once_however_often_it_is_played_to_its_end(session):
    place = session.exercise().place

    once = place.counted(place.segment)

    assert once.done != place.done
    assert once.counted(place.segment) == once


# ------------------------------------------------------------------ pauses


def test_her_own_pause_goes_straight_on_from_the_start_of_the_phase(session):
    session.exercise("ankle-pumps/set1/both/rep03", into_s=3.0).hear(Command.PAUSE)
    phases = session.place.segment.re_entries

    session.hear(Command.RESUME).line_ends()

    assert session.entered().segment == "ankle-pumps/set1/both/rep03"
    assert session.entered().offset == phases[1]


@pytest.mark.parametrize("command", [Command.RESUME, Command.START], ids=lambda command: command.value)
def test_an_unsure_continue_in_her_own_pause_is_asked_about_and_goes_on_with_a_clear_yes_only(session, command):
    session.exercise().hear(Command.PAUSE).hear(command, sure=False)  # the television, as one engine has it
    asked, question, entered = session.said(), session.question, session.entered()

    session.hear(Command.YES, answer=Answer.YES, sure=False)
    read = session.said()
    session.answer(Answer.YES)

    assert (asked, question, entered) == (["question.resume"], Question.RESUME_OWN, None)
    assert read == ["question.confirm-yes"]
    assert session.said() == ["session.going-on-yes"]
    assert session.line_ends().entered() is not None


@pytest.mark.parametrize("command", [Command.TIRED, Command.PAUSE], ids=lambda command: command.value)
def test_an_unsure_continue_goes_on_from_no_pause_of_her_own_by_itself(session, command):
    session.exercise().hear(command).hear(Command.RESUME, sure=False)

    assert session.phase is Phase.PAUSED


@pytest.mark.parametrize("how", ["silent", "no", "unclear"])
def test_an_unsure_continue_that_is_not_confirmed_leaves_her_the_pause_and_tells_nobody(session, how):
    session.exercise().hear(Command.PAUSE).hear(Command.RESUME, sure=False)

    match how:
        case "silent":
            session.time_out()
        case "no":
            session.answer(Answer.NO)
        case "unclear":
            session.post(ev.SpeechUnclear(session.frame)).post(ev.SpeechUnclear(session.frame))

    assert session.said() == ["safety.all-right-paused"]
    assert (session.phase, session.question, session.timer) == (Phase.PAUSED, None, frames(120.0))
    assert session.outcomes == []
    assert not any(isinstance(effect, fx.Notify) for _, effect in session.all)


def test_an_unsure_continue_needs_no_question_where_one_comes_first_all_the_same(session):
    session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame)).hear(Command.PAUSE)

    session.hear(Command.RESUME, sure=False)

    assert session.said() == ["question.screen-since"]


def test_words_are_said_in_full_again_after_a_pause(session):
    session.exercise("ankle-pumps/set1/both/rep05").hear(Command.PAUSE)
    before = session.place.segment.cues

    session.hear(Command.RESUME)

    assert [cue.form for cue in before] != [cue.form for cue in session.place.segment.cues]


def test_a_forgotten_pause_is_reminded_of_twice_and_ends_after_ten_minutes(session):
    session.exercise().hear(Command.PAUSE)
    spans = []

    for _ in range(3):
        spans.append(session.timer)
        session.time_out()

    assert spans == [frames(120), frames(180), frames(300)]
    assert session.outcomes == [fx.Outcome.NO_ANSWER]
    assert any(isinstance(effect, fx.Notify) for effect in session.effects)


def test_stop_in_a_pause_ends_the_session(session):
    session.exercise().hear(Command.PAUSE).hear(Command.STOP)

    assert session.said() == ["session.ended"]
    assert session.outcomes == [fx.Outcome.STOPPED]


def test_tired_offers_a_rest_and_is_no_safety_event(session):
    session.exercise().hear(Command.TIRED)

    assert session.said() == ["session.rest-a-moment"]
    assert session.phase is Phase.PAUSED
    assert session.hear(Command.RESUME).said() == ["session.going-on"]


def test_tired_after_pain_is_no_way_round_the_question(session):
    session.exercise().hear(Command.PAIN).answer(Answer.NO).hear(Command.TIRED)

    session.hear(Command.RESUME)

    assert session.question is Question.GO_ON


def test_a_repetition_whose_end_is_told_after_the_pause_counts(session):
    session.exercise("ankle-pumps/set1/both/rep02", into_s=3.99).hear(Command.PAUSE, Certainty.PARTIAL)

    session.post(ev.SegmentEnded(session.frame, "ankle-pumps/set1/both/rep02")).hear(Command.PAUSE)

    assert reps_done(session.state) == {"left": 2, "right": 2}
    assert session.place.position.segment == "ankle-pumps/set1/both/rep03"


# ------------------------------------------------------------------ faults


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.__name__)
def test_a_loss_during_the_exercise_is_silenced_chimed_said_and_told(session, loss):
    session.exercise().post(loss(session.frame))

    kinds = [kind for kind in session.kinds() if kind not in {"HaltScore", "Listen"}]
    assert kinds == ["Silence", "Record", "Notify", "Ring", "Say", "ArmTimer"]
    assert session.phase is Phase.FAULT


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.__name__)
def test_recovery_never_resumes_by_itself_and_continue_asks_first(session, loss):
    session.exercise().post(loss(session.frame)).post(RECOVERIES[loss](session.frame))
    recovered = session.said(), session.phase

    session.hear(Command.RESUME)

    assert recovered == (["fault.recovered"], Phase.PAUSED)
    assert session.question is Question.RESUME


def test_a_fault_is_told_once_and_ends_after_two_minutes(session):
    session.exercise().post(ev.HearingLost(session.frame))
    wait = session.timer

    session.time_out()

    assert wait == frames(120)
    assert session.outcomes == [fx.Outcome.FAULT]
    assert session.said() == ["fault.ended"]


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.__name__)
def test_a_loss_while_she_may_be_hurt_is_the_unsafe_answer(session, loss):
    session.exercise().hear(Command.MAYBE_PAIN).post(loss(session.frame))

    assert session.phase is Phase.ACKLINE
    assert session.kinds()[0] == "Silence"


def test_a_coach_that_is_not_well_says_why_it_does_not_start(session):
    session.post(ev.Booted(session.frame)).post(ev.HearingLost(session.frame)).post(ev.StartRequested(session.frame))

    assert session.said() == ["fault.deaf"]
    assert session.phase is Phase.IDLE


# ------------------------------------------------------------------ locks


def _locked(session, lock):
    session.post(ev.Booted(session.frame, lock))
    return session


@pytest.mark.parametrize("lock", [1, 2], ids=["caution", "urgent"])
def test_a_lock_that_was_found_refuses_to_start(session, lock):
    _locked(session, lock).post(ev.StartRequested(session.frame))

    assert session.said() == ["safety.refused-locked"]
    assert session.phase is Phase.LOCKED


@pytest.mark.parametrize("lock", [1, 2], ids=["caution", "urgent"])
def test_a_carer_lifts_every_lock_and_the_next_session_asks_four_questions(session, lock):
    _locked(session, lock).post(ev.CareAcknowledged(session.frame))
    unlocked = fx.Latch(0) in session.effects

    session.post(ev.StartRequested(session.frame))

    assert unlocked
    assert session.question is Question.SCREEN_LEGS


def test_she_lifts_a_caution_after_half_an_hour_by_two_steps(session):
    _locked(session, 1)
    session.frame = frames(30 * 60)

    session.hear(Command.START)
    asked = session.question
    session.answer(Answer.NO)

    assert asked is Question.UNLOCK
    assert session.phase is Phase.IDLE
    assert session.state.protocol.lock is Lock.NONE


def test_she_never_lifts_an_urgent_lock(session):
    _locked(session, 2)
    session.frame = frames(24 * 3600)

    session.hear(Command.START)

    assert session.question is None
    assert session.said() == ["safety.refused-locked"]


def test_urgent_advice_is_repeated_with_the_alarm_until_it_is_taken_in(session):
    session.exercise().hear(Command.CALF_CLOT).time_out()
    repeated = [session.time_out().said() for _ in range(2)]
    alarmed = fx.Ring(fx.Chime.ALARM) in session.effects

    session.hear(Command.YES, answer=Answer.YES)

    assert repeated == [["safety.urgent", "safety.cannot-call"]] * 2
    assert alarmed
    assert session.time_out().said() == ["safety.locked-urgent"]


def test_two_failed_notices_are_told_in_a_safety_stop(session):
    session.exercise().hear(Command.BREATH_CHEST)

    session.post(ev.NoticeFailed(session.frame))
    first = session.said()
    session.post(ev.NoticeFailed(session.frame))

    assert first == []
    assert session.said() == ["safety.nobody-reached"]


def test_who_has_to_speak_in_the_gaps_is_told_so_between_two_repetitions(session):
    session.exercise()

    session.post(ev.EchoFound(session.frame, EchoClass.HALF_DUPLEX))

    assert session.said() == ["session.half-duplex"]
    assert isinstance(session.effects[0], fx.Hush)
    assert session.state.protocol.phase is Phase.RUN


@pytest.mark.parametrize("kind", [EchoClass.CANCELLING, EchoClass.RAW])
def test_other_sound_hardware_is_only_noted(session, kind):
    session.exercise()

    session.post(ev.EchoFound(session.frame, kind))

    assert session.said() == []


def test_harm_said_again_behind_a_lock_makes_it_urgent(session):
    _locked(session, 1).hear(Command.PAIN)

    assert session.said() == ["safety.help-line", "safety.cannot-call"]
    assert session.state.protocol.lock is Lock.URGENT
