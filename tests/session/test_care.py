"""What is known of the person: it spares her needless questions, and keeps from her what must not be."""

import pytest

from coach.commands import Command
from coach.language.utterance import Answer
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.care import Barred, Care, Known
from coach.session.place import Screening
from coach.session.questions import Question
from coach.session.states import Phase

AFTER_HIP = Care(baseline=(Known.SWELLING, Known.WOUND_PAIN))


@pytest.fixture
def known(bedside, material):
    """Return a function that gives a session at rest with somebody of whom something is known."""
    made = []

    def make(care, screening=Screening.FIRST):
        made.append(bedside.Bedside(material, screening, care=care).post(ev.Booted(0)))
        return made[-1]

    yield make
    assert [wrong for session in made for wrong in session.wrong] == []


def start(session):
    return session.post(ev.StartRequested(session.frame))


# ------------------------------------------------------------------ screening against what is known


def test_known_swelling_on_day_four_after_a_hip_operation_keeps_nobody_from_exercising(known):
    session = start(known(AFTER_HIP))
    session.hear(Command.PAIN, answer=Answer.YES)  # "it hurts as it did yesterday"
    asked = session.said()

    session.answer(Answer.NO, Answer.NO, Answer.NO, Answer.NO, Answer.YES).line_ends()

    assert asked == ["question.screen-worse"]
    assert session.phase is Phase.RUN


def test_what_the_team_knows_refuses_once_it_is_worse(known):
    session = start(known(AFTER_HIP)).answer(Answer.YES, Answer.YES)

    assert session.said() == ["session.refused"]
    assert fx.Notify("refused") in session.effects
    assert session.outcomes == [fx.Outcome.REFUSED]


def test_what_the_team_does_not_know_refuses_at_once(known):
    session = start(known(Care(baseline=(Known.DIZZINESS,)))).answer(Answer.YES)

    assert session.outcomes == [fx.Outcome.REFUSED]


def test_dizziness_is_no_answer_about_the_legs(known):
    session = start(known(AFTER_HIP)).hear(Command.DIZZY_UNWELL, answer=Answer.YES)

    assert session.outcomes == [fx.Outcome.REFUSED]


def test_something_new_in_a_later_session_is_found_out_by_the_single_questions(known):
    session = start(known(AFTER_HIP, Screening.LATER)).answer(Answer.YES)

    assert session.question is Question.SCREEN_LEGS


def test_trouble_with_her_breath_before_a_session_asks_for_a_person_first(known):
    session = start(known(Care())).answer(Answer.NO, Answer.YES)
    asked = session.said()

    session.time_out()

    assert asked == ["question.person"]
    assert session.said()[0] == "safety.emergency"


def test_trouble_with_her_breath_and_no_need_of_a_person_is_refused_with_where_to_turn(known):
    session = start(known(Care())).answer(Answer.NO, Answer.YES, Answer.NO)

    assert session.said() == ["session.refused", "safety.help-line"]
    assert session.outcomes == [fx.Outcome.REFUSED]


# ------------------------------------------------------------------ who must not


@pytest.mark.parametrize("reason", Barred, ids=lambda reason: reason.value)
def test_whoever_must_not_is_told_why_and_what_to_do_and_nothing_is_opened(known, reason):
    session = start(known(Care(barred=reason)))

    assert session.said() == [f"barred.{reason.value}"]
    assert session.phase is Phase.IDLE
    assert fx.Record("refused", {"reason": reason.value}) in session.effects


def test_exercises_that_are_left_out_are_told_once(known):
    session = start(known(Care(left_out=("heel-slides",))))
    first = session.said()

    session.hear(Command.NOT_TODAY).hear(Command.START)

    assert first == ["session.hello", "session.left-out", "question.screen-legs"]
    assert session.all[-1][0] == session.frame
    told = [effect.phrase for _, effect in session.all if isinstance(effect, fx.Say)]
    assert told.count("session.left-out") == 2, "once a session"


# ------------------------------------------------------------------ what the coach can do about help


@pytest.mark.parametrize(
    ("care", "lines"),
    [
        (Care(), ["safety.emergency", "safety.your-number", "safety.cannot-call"]),
        (Care(emergency_number="112"), ["safety.emergency", "safety.number", "safety.cannot-call"]),
        (Care(carer=True), ["safety.emergency", "safety.your-number", "safety.told-carer"]),
    ],
    ids=["alone", "number", "carer"],
)
def test_an_emergency_tells_what_the_coach_really_does(known, care, lines):
    session = known(care).start().until("ankle-pumps/set1/both/rep02").hear(Command.BREATH_CHEST)

    assert session.said() == lines


def test_the_emergency_number_is_said_digit_by_digit(material):
    spoken = material.pack.utterance("safety.number", number="112").text

    assert spoken == "Or call this number now: one one two."


@pytest.mark.parametrize("number", ["1 1 2", "+44", "one", "1", "1" * 16])
def test_what_cannot_be_dialed_is_no_emergency_number(number):
    with pytest.raises(ValueError, match="2 to 15 digits"):
        Care(emergency_number=number)


# ------------------------------------------------------------------ quiet hours


def asleep(session):
    return session.post(ev.QuietHours(session.frame, quiet=True))


@pytest.mark.parametrize("command", [Command.VOCAL_DISTRESS, Command.MAYBE_PAIN], ids=lambda command: command.value)
def test_in_a_quiet_hour_a_groan_wakes_nobody(known, command):
    session = asleep(known(Care())).hear(command)

    assert session.said() == []
    assert session.phase is Phase.IDLE
    assert any(isinstance(effect, fx.Record) and effect.kind == "overheard" for effect in session.effects)


def test_in_a_quiet_hour_an_emergency_is_answered(known):
    session = asleep(known(Care())).hear(Command.BREATH_CHEST)

    assert session.said() == ["question.called"]


def test_by_day_a_groan_at_rest_is_asked_about(known):
    session = asleep(known(Care())).post(ev.QuietHours(0, quiet=False)).hear(Command.VOCAL_DISTRESS)

    assert session.said() == ["question.called-me"]


def test_behind_a_lock_nobody_is_woken_by_a_reminder(bedside, material):
    session = bedside.Bedside(material)
    asleep(session).post(ev.Booted(session.frame, 2))
    booted = session.said()

    session.time_out()

    assert (booted, session.said()) == ([], [])
    session.post(ev.QuietHours(session.frame, quiet=False)).time_out()
    assert session.said() == ["safety.locked-urgent"]


def test_advice_that_nobody_has_taken_in_sounds_in_a_quiet_hour_too(known):
    session = asleep(known(Care())).start().until("ankle-pumps/set1/both/rep02").hear(Command.CALF_CLOT).time_out()

    session.time_out()

    assert fx.Ring(fx.Chime.ALARM) in session.effects


# ------------------------------------------------------------------ somebody is with her


def test_somebody_is_here_means_half_an_hour_without_reminders(session):
    session.exercise().hear(Command.SOMEONE_HERE)
    said, wait = session.said(), session.timer

    session.time_out()

    assert said == ["session.someone-here"]
    assert wait == 30 * 60 * 48_000
    assert session.said() == ["session.paused-remind"]


def test_after_a_visit_continue_asks_first(session):
    session.exercise().hear(Command.SOMEONE_HERE).hear(Command.RESUME)

    assert session.question is Question.RESUME


# ------------------------------------------------------------------ what the coach says of help stays true


def test_advice_that_is_repeated_says_that_nobody_was_reached_where_that_is_so(known):
    session = start(known(Care(carer=True), Screening.LATER)).answer(Answer.NO, Answer.YES).line_ends()
    session.hear(Command.CALF_CLOT)
    told = session.said()
    for _ in range(2):
        session.post(ev.NoticeFailed(session.frame))
    repeated = [session.time_out().said() for _ in range(2)][1]
    session.post(ev.NoticeDelivered(session.frame))

    assert told == ["safety.urgent", "safety.told-carer"]
    assert repeated == ["safety.urgent", "safety.nobody-reached"]
    assert session.time_out().said() == ["safety.urgent", "safety.told-carer"]


def test_a_red_flag_whose_notice_reaches_nobody_is_told_though_the_one_before_reached_nobody_either(known):
    session = start(known(Care(carer=True), Screening.LATER)).answer(Answer.NO, Answer.YES).line_ends()
    session.hear(Command.PAIN).answer(Answer.YES)  # it is sharp
    for _ in range(2):
        session.post(ev.NoticeFailed(session.frame))
    session.line_ends().answer(Answer.YES)  # breathing is hard
    flagged = session.said()
    for _ in range(2):
        session.post(ev.NoticeFailed(session.frame))

    assert "safety.told-carer" in flagged
    assert session.said() == ["safety.nobody-reached"]


def test_a_cry_for_help_at_rest_that_nobody_answers_for_is_told_to_the_carer_and_she_how_to_reach_somebody(known):
    session = known(Care(carer=True)).hear(Command.CALL_PERSON).time_out().time_out()

    assert fx.Notify("call-unanswered") in session.effects
    assert session.said() == ["safety.help-line"]
    assert session.phase is Phase.IDLE


@pytest.mark.parametrize("lost", [ev.HearingLost, ev.VoiceLost, ev.JournalFailed, ev.Untrusted])
def test_a_cry_for_help_at_rest_whose_answer_cannot_be_heard_is_told_to_the_carer_and_to_her(known, lost):
    session = known(Care(carer=True)).hear(Command.CALL_PERSON)
    asked = session.said()

    session.post(lost(session.frame))

    assert asked == ["question.called"]
    assert fx.Notify("call-unanswered") in session.effects
    assert session.said() == ["safety.help-line"]
    assert session.phase is Phase.IDLE


def test_whoever_may_need_a_person_and_cannot_be_trusted_to_be_understood_is_advised_at_rest_too(known):
    session = known(Care()).hear(Command.PAIN).hear(Command.YES, answer=Answer.YES)
    asked = session.said()

    session.post(ev.Untrusted(session.frame))

    assert asked == ["question.person"]
    assert session.said()[0] == "safety.emergency"


@pytest.mark.parametrize("later", [False, True])
def test_a_yes_that_was_not_surely_heard_does_not_end_the_advice(known, later):
    session = start(known(Care(), Screening.LATER)).answer(Answer.NO, Answer.YES).line_ends()
    session.hear(Command.CALF_CLOT)
    if later:
        session.time_out()
    session.hear(Command.YES, answer=Answer.YES, sure=False)  # the television, or the coach's own voice over it
    silenced = [effect for effect in session.effects if isinstance(effect, fx.Silence)]

    assert silenced == []
    assert not session.state.protocol.acknowledged
    session.hear(Command.YES, answer=Answer.YES)
    assert session.state.protocol.acknowledged
