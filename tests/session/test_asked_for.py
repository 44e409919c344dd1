"""What is asked for beside an answer: in a pause, at rest, in practice, in a fault, and while a question is open."""

import pytest

from coach.commands import Command
from coach.language.command_book import Mark
from coach.language.utterance import Answer
from coach.listening.hearing import Certainty
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.care import Care
from coach.session.questions import Question
from coach.session.states import Ahead, Lock, Pause, Phase
from coach.units import frames

NAME = {"ids": lambda value: str(getattr(value, "value", value))}

CHANGES = {
    Command.SKIP,
    Command.NEXT,
    Command.REPEAT,
    Command.HOW_TO,
    Command.SLOWER,
    Command.FASTER,
    Command.EASIER,
    Command.LOUDER,
    Command.QUIETER,
    Command.SPEAK_SLOWER,
    Command.SPEAK_FASTER,
    Command.SWITCH_FOOT,
    Command.FEWER,
    Command.REST_LONGER,
}
"""What is done to the exercise or the voice, and recorded as done."""
VOICE = {
    Command.LOUDER: 3.0,
    Command.QUIETER: -3.0,
}


def _done(session):
    return [(effect.kind, effect.detail.get("command")) for effect in session.effects if isinstance(effect, fx.Record)]


# ------------------------------------------------------------------ in a pause

IN_PAUSE = [
    (Command.REPEAT, "ankle-pumps.how", Phase.PAUSED),
    (Command.HOW_TO, "ankle-pumps.how", Phase.PAUSED),
    (Command.SKIP, "session.skipped", Phase.PAUSED),
    (Command.NEXT, "session.skipped", Phase.PAUSED),
    (Command.SLOWER, "session.slower", Phase.PAUSED),
    (Command.FASTER, "session.faster", Phase.PAUSED),
    (Command.EASIER, "session.easier", Phase.PAUSED),
    (Command.FEWER, "session.fewer", Phase.PAUSED),
    (Command.REST_LONGER, "session.rests-longer", Phase.PAUSED),
    (Command.LOUDER, "session.louder", Phase.PAUSED),
    (Command.QUIETER, "session.quieter", Phase.PAUSED),
    (Command.SPEAK_SLOWER, "session.speak-slower", Phase.PAUSED),
    (Command.SPEAK_FASTER, "session.speak-faster", Phase.PAUSED),
    (Command.SWITCH_FOOT, "session.switched", Phase.PAUSED),
    (Command.TIRED, "session.rest-a-moment", Phase.PAUSED),
    (Command.SOMEONE_HERE, "session.someone-here", Phase.PAUSED),
    (Command.LATER, "session.later", Phase.IDLE),
    (Command.NOT_TODAY, "session.not-today", Phase.IDLE),
    (Command.HOW_MANY_LEFT, "session.how-many-left", Phase.PAUSED),
    (Command.HOW_LONG_LEFT, "session.how-long-left", Phase.PAUSED),
    (Command.WHATS_NEXT, "session.whats-next-rest", Phase.PAUSED),
    (Command.COMMANDS_HELP, "session.commands-help", Phase.PAUSED),
    (Command.WHY, "ankle-pumps.why", Phase.PAUSED),
    (Command.HOW_AM_I_DOING, "session.how-am-i-doing", Phase.PAUSED),
    (Command.RESUME, "session.going-on", Phase.RUN),
    (Command.START, "session.going-on", Phase.RUN),
]
VOICED = {Command.LOUDER, Command.QUIETER, Command.SPEAK_SLOWER, Command.SPEAK_FASTER}
"""What changes the voice breaks nothing off."""
PAUSING = {Command.TIRED, Command.SOMEONE_HERE}


@pytest.mark.parametrize(("command", "line", "phase"), IN_PAUSE, **NAME)
def test_in_a_pause_everything_is_done_and_said_and_the_pause_stays_one(session, command, line, phase):
    session.exercise().hear(Command.PAUSE).hear(command)

    assert session.said() == [line]
    assert session.phase is phase
    assert (("done", command.value) in _done(session)) is (command in CHANGES)
    assert session.kinds()[0] == "Hush" or command not in CHANGES - VOICED
    if phase is Phase.PAUSED:
        expected = Pause.VISIT if command is Command.SOMEONE_HERE else Pause.OWN
        assert session.state.protocol.pause is expected
        assert session.timer is not None


@pytest.mark.parametrize("command", [command for command, _, _ in IN_PAUSE], **NAME)
def test_while_half_a_stop_is_waited_for_nothing_else_is_done(session, command):
    before = session.exercise().hear(Command.STOP, Certainty.PARTIAL).state.protocol

    session.hear(command)

    assert session.state.protocol == before
    assert session.effects == ()


def test_tired_in_the_flat_rest_after_dizziness_does_not_cut_it_short(session):
    session.exercise().hear(Command.DIZZY_UNWELL).answer(Answer.NO).hear(Command.TIRED)

    assert session.state.protocol.pause is Pause.FLAT


def test_a_visit_does_not_keep_dizziness_from_being_asked_about(session):
    session.exercise().hear(Command.DIZZY_UNWELL).answer(Answer.NO).hear(Command.SOMEONE_HERE)

    assert session.said() == ["session.rest-longer"]
    assert session.state.protocol.pause is Pause.FLAT


def test_where_it_cannot_be_easier_she_rests_on(session):
    session.exercise().hear(Command.PAUSE)
    for _ in range(30):
        session.hear(Command.EASIER)

    assert session.said() == ["session.rest-a-moment"]
    assert session.phase is Phase.PAUSED


# ------------------------------------------------------------------ in the exercise


@pytest.mark.parametrize(
    ("command", "line"),
    [(command, line) for command, line, phase in IN_PAUSE if phase is Phase.PAUSED and command not in PAUSING],
    **NAME,
)
def test_in_the_exercise_it_is_done_and_said_and_the_exercise_goes_on(session, command, line):
    session.exercise().hear(command)

    assert session.said() == [line]
    assert session.phase is Phase.RUN
    assert (("done", command.value) in _done(session)) is (command in CHANGES)
    session.line_ends()
    assert session.followed is not None


@pytest.mark.parametrize("where", ["idle", "practice", "paused", "run", "asked"])
@pytest.mark.parametrize(("command", "by_db"), VOICE.items(), **NAME)
def test_loudness_changes_wherever_it_is_asked_for(session, where, command, by_db):
    match where:
        case "idle":
            session.post(ev.Booted(session.frame))
        case "practice":
            session.post(ev.Booted(session.frame)).hear(Command.PRACTICE)
        case "asked":
            session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame))
        case "paused":
            session.exercise().hear(Command.PAUSE)
        case "run":
            session.exercise()

    session.hear(command)

    assert session.place.gain_db == by_db
    assert [effect.gain_db for effect in session.effects if isinstance(effect, fx.SetGain)] == [by_db]


@pytest.mark.parametrize("command", [Command.SKIP, Command.NEXT], **NAME)
def test_what_is_skipped_in_a_pause_is_left_behind(session, command):
    before = session.exercise().hear(Command.PAUSE).place.position.segment

    session.hear(command)

    assert session.place.position.segment != before


def test_by_day_the_coach_rings_that_it_is_ready(session):
    session.post(ev.Booted(session.frame))

    assert [effect.chime for effect in session.effects if isinstance(effect, fx.Ring)] == [fx.Chime.READY]


@pytest.mark.parametrize(
    ("command", "line", "pause"),
    [
        (Command.TIRED, "session.rest-a-moment", Pause.OWN),
        (Command.SOMEONE_HERE, "session.someone-here", Pause.VISIT),
        (Command.PAUSE, "session.paused", Pause.OWN),
    ],
    **NAME,
)
def test_what_pauses_the_exercise_says_how(session, command, line, pause):
    session.exercise().hear(command)

    assert session.kinds()[0] == "Hush"
    assert session.said() == [line]
    assert session.state.protocol.pause is pause
    assert session.timer == frames(1800.0 if pause is Pause.VISIT else 120.0)


@pytest.mark.parametrize("command", [Command.LATER, Command.NOT_TODAY], **NAME)
def test_who_wants_to_leave_off_is_asked_whether_anything_hurts(session, command):
    session.exercise().hear(command)

    assert session.question is Question.STOPPED


# ------------------------------------------------------------------ at rest, in practice, in a fault, behind a lock


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (Command.LOUDER, "session.louder"),
        (Command.QUIETER, "session.quieter"),
        (Command.SPEAK_SLOWER, "session.speak-slower"),
        (Command.SPEAK_FASTER, "session.speak-faster"),
        (Command.COMMANDS_HELP, "session.say-start"),
        (Command.START, "session.hello"),
        (Command.PRACTICE, "practice.hello"),
    ],
    **NAME,
)
def test_at_rest_little_is_done(session, command, line):
    session.post(ev.Booted(session.frame)).hear(command)

    assert session.said()[0] == line


@pytest.mark.parametrize(
    ("command", "line", "phase"),
    [
        (Command.REPEAT, "practice.counting", Phase.PRACTICE),
        (Command.HOW_TO, "practice.counting", Phase.PRACTICE),
        (Command.COMMANDS_HELP, "practice.counting", Phase.PRACTICE),
        (Command.LOUDER, "session.louder", Phase.PRACTICE),
        (Command.QUIETER, "session.quieter", Phase.PRACTICE),
        (Command.SPEAK_SLOWER, "session.speak-slower", Phase.PRACTICE),
        (Command.SPEAK_FASTER, "session.speak-faster", Phase.PRACTICE),
        (Command.LATER, "session.later", Phase.IDLE),
        (Command.NOT_TODAY, "session.later", Phase.IDLE),
    ],
    **NAME,
)
def test_in_practice_it_is_said_again_or_left(session, command, line, phase):
    session.post(ev.Booted(session.frame)).hear(Command.PRACTICE).hear(command)

    assert session.said() == [line]
    assert session.phase is phase


@pytest.mark.parametrize("command", [Command.RESUME, Command.START], **NAME)
def test_in_a_fault_it_says_why_nothing_goes_on(session, command):
    session.exercise().post(ev.HearingLost(session.frame)).hear(command)

    assert session.said() == ["fault.deaf"]
    assert fx.Ring(fx.Chime.FAULT) in session.effects
    assert session.phase is Phase.FAULT


@pytest.mark.parametrize("command", [Command.START, Command.RESUME, Command.REPEAT], **NAME)
def test_behind_a_lock_it_says_who_can_lift_it(session, command):
    session.exercise().hear(Command.BREATH_CHEST).time_out().hear(command)

    assert session.said() == ["safety.refused-locked"]
    assert session.phase is Phase.LOCKED


@pytest.mark.parametrize(("waiting", "line"), [(False, "safety.wrong-pin"), (True, "safety.pin-wait")])
def test_a_pin_that_lifts_nothing_is_told_and_leaves_the_lock(session, waiting, line):
    session.exercise().hear(Command.BREATH_CHEST).time_out().post(ev.PinRefused(session.frame, waiting))

    assert session.said() == [line]
    assert session.state.protocol.lock is Lock.URGENT


def test_a_carer_lifts_the_lock_of_a_pause_and_it_stays_a_pause(session):
    session.exercise().hear(Command.VOCAL_DISTRESS).time_out().time_out()
    locked = session.state.protocol.lock

    session.post(ev.CareAcknowledged(session.frame))

    assert locked is Lock.CAUTION
    assert session.state.protocol.lock is Lock.NONE
    assert fx.Latch(0) in session.effects
    assert session.phase is Phase.PAUSED
    assert session.hear(Command.RESUME).question is Question.RESUME


def test_a_cramp_that_was_half_heard_first_is_a_cramp(session, material):
    book = material.pack.commands
    phrase = next(e.phrase for e in book.entries if e.command is Command.PAIN and book.marked(e.phrase, Mark.CRAMP))
    session.exercise().hear(Command.PAIN, Certainty.PARTIAL)

    session.hear(Command.PAIN, phrase=phrase)

    assert session.said() == ["safety.cramp"]


# ------------------------------------------------------------------ beside an answer


def _effort(session):
    session.exercise("ankle-pumps/set1/both/rep06").wait(3)
    session.frame = session.frame + frames(70)
    return session.wait(5)


ASKED = {
    "screening": lambda session: session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame)),
    "effort": _effort,
    "resume": lambda session: session.exercise().hear(Command.STOP).answer(Answer.NO).hear(Command.RESUME),
    "sharp": lambda session: session.exercise().hear(Command.PAIN),
}

BESIDE = [
    ("screening", Command.PAUSE, "session.paused", Phase.PAUSED, Pause.OWN),
    ("screening", Command.TIRED, "session.rest-a-moment", Phase.PAUSED, Pause.OWN),
    ("screening", Command.SOMEONE_HERE, "session.someone-here", Phase.PAUSED, Pause.VISIT),
    ("screening", Command.LATER, "session.later", Phase.IDLE, Pause.NONE),
    ("screening", Command.NOT_TODAY, "session.not-today", Phase.IDLE, Pause.NONE),
    ("effort", Command.PAUSE, "session.paused", Phase.PAUSED, Pause.OWN),
    ("effort", Command.TIRED, "session.rest-a-moment", Phase.PAUSED, Pause.OWN),
    ("effort", Command.SOMEONE_HERE, "session.someone-here", Phase.PAUSED, Pause.VISIT),
    ("effort", Command.LATER, "session.later", Phase.IDLE, Pause.NONE),
    ("effort", Command.NOT_TODAY, "session.not-today", Phase.IDLE, Pause.NONE),
    ("resume", Command.PAUSE, "safety.all-right-paused", Phase.PAUSED, Pause.ASKING),
    ("resume", Command.TIRED, "safety.all-right-paused", Phase.PAUSED, Pause.ASKING),
    ("resume", Command.SOMEONE_HERE, "session.someone-here", Phase.PAUSED, Pause.VISIT),
    ("resume", Command.LATER, "session.later", Phase.IDLE, Pause.NONE),
    ("resume", Command.NOT_TODAY, "session.not-today", Phase.IDLE, Pause.NONE),
]


@pytest.mark.parametrize(("asked", "command", "line", "phase", "pause"), BESIDE, **NAME)
def test_what_may_be_said_instead_of_an_answer_is_done(  # noqa: PLR0917 - the row
    session, asked, command, line, phase, pause
):
    ASKED[asked](session)

    session.hear(command)

    assert session.said() == [line]
    assert (session.phase, session.state.protocol.pause) == (phase, pause)
    assert session.question is None
    assert phase is Phase.IDLE or session.timer == frames(1800.0 if pause is Pause.VISIT else 120.0)
    # Before the exercise nothing was begun that could be stopped.
    outcome = fx.Outcome.REFUSED if asked == "screening" else fx.Outcome.STOPPED
    assert session.outcomes == ([outcome] if phase is Phase.IDLE else [])


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize(
    ("command", "said"),
    [
        (Command.REPEAT, []),
        (Command.HOW_TO, []),
        (Command.LOUDER, ["session.louder"]),
        (Command.QUIETER, ["session.quieter"]),
        (Command.SPEAK_SLOWER, ["session.speak-slower"]),
        (Command.SPEAK_FASTER, ["session.speak-faster"]),
    ],
    **NAME,
)
def test_a_question_is_said_again_at_another_loudness_and_that_is_no_try(session, asked, command, said):
    question = ASKED[asked](session).question

    session.hear(command)

    assert session.kinds()[0] in {"Hush", "Silence"}
    assert session.said() == [*said, f"question.{question.value}"]
    assert session.question is question
    assert session.state.protocol.tries == 1
    assert session.timer is not None


@pytest.mark.parametrize("command", [Command.PAUSE, Command.TIRED, Command.SOMEONE_HERE, Command.LATER], **NAME)
def test_a_pain_word_that_is_being_asked_about_is_not_put_off(session, command):
    ASKED["sharp"](session).hear(command)

    assert session.question is Question.SHARP
    assert session.said() == ["session.not-clear", "question.sharp"]


# ------------------------------------------------------------------ what the place remembers


@pytest.mark.parametrize(
    "halted",
    [
        lambda session: session.hear(Command.STOP),
        lambda session: session.hear(Command.PAUSE),
        lambda session: session.post(ev.HearingLost(session.frame)),
    ],
    ids=["asked whether it hurts", "paused", "deaf"],
)
def test_a_repetition_that_was_played_to_its_end_counts_whatever_halted_the_score_meanwhile(session, halted):
    segment = session.exercise().place.position.segment
    halted(session)

    session.post(ev.SegmentEnded(session.frame, segment))

    assert segment in session.place.ended
    assert [effect.kind for effect in session.effects if isinstance(effect, fx.Record)] == ["rep"]


def test_pain_that_was_half_denied_in_the_practice_of_it_counts_as_heard(bedside, material):
    session = bedside.Bedside(material, care=Care(practice_due=True))
    session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame))
    session.hear(Command.STOP).hear(Command.STOP).hear(Command.STOP)

    session.hear(Command.MAYBE_PAIN)

    assert [effect.pain for effect in session.effects if isinstance(effect, fx.KeepScore)] == [True]
    assert session.wrong == []


@pytest.mark.parametrize("asked", [True, False], ids=["while pain is asked about", "in a fault"])
def test_heavy_bleeding_is_an_emergency_wherever_it_is_said(session, material, asked):
    book = material.pack.commands
    phrase = next(e.phrase for e in book.entries if e.command is Command.BLEEDING and book.marked(e.phrase, Mark.HEAVY))
    session.exercise()
    session.hear(Command.PAIN) if asked else session.post(ev.HearingLost(session.frame))

    session.hear(Command.BLEEDING, phrase=phrase)

    assert session.said()[0] == "safety.heavy-bleeding"


def test_practice_keeps_the_least_margin_of_what_was_heard(bedside, material):
    session = bedside.Bedside(material, care=Care(practice_due=True))
    session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame))
    for margin in (2.5, 1.5, 3.0):
        session.post(ev.Heard(session.frame, Command.STOP, margin=margin))

    session.post(ev.Heard(session.frame, Command.PAIN, margin=0.5))

    assert fx.KeepScore(3, 3, pain=True, passed=True, margin=1.5) in session.effects
    assert session.place.care.margin == 1.5
    assert not session.place.care.practice_due
    assert session.state.protocol.ahead is Ahead.SCREENING
    assert session.wrong == []


def test_practice_that_missed_the_pain_says_so_in_the_score(bedside, material):
    session = bedside.Bedside(material, care=Care(practice_due=True))
    session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame))
    session.hear(Command.STOP).hear(Command.STOP).hear(Command.STOP)

    session.time_out()

    assert fx.KeepScore(3, 3, pain=False, passed=True, margin=0.0) in session.effects
    assert session.wrong == []


def test_what_was_left_out_for_her_is_said_behind_practice_too(bedside, material):
    session = bedside.Bedside(material, care=Care(practice_due=True, left_out=("heel-slides",)))
    session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame))
    session.hear(Command.STOP).hear(Command.STOP).hear(Command.STOP).hear(Command.PAIN)

    assert "session.left-out" in session.said()
    assert session.wrong == []
