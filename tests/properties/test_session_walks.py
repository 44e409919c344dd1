"""Random sessions: whatever is said and whatever happens, the counts are right and nothing sounds that may not."""

from pathlib import Path

from hypothesis import event, given, settings
from hypothesis import strategies as st

from coach.commands import Command
from coach.language.utterance import Answer
from coach.listening.hearing import Certainty
from coach.program.dose import SideMode
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.machine import reps_done
from coach.session.questions import asking
from coach.session.states import Phase, Screening
from tests.conftest import loaded

BEDSIDE = loaded(Path(__file__).parents[1] / "session" / "session_bedside.py")
MATERIALS = {mode: BEDSIDE.short_material(sets=2, reps=5, sides=mode) for mode in (SideMode.BOTH, SideMode.EACH)}
CALM = [
    Command.PAUSE,
    Command.RESUME,
    Command.REPEAT,
    Command.SKIP,
    Command.SLOWER,
    Command.FASTER,
    Command.FEWER,
    Command.REST_LONGER,
    Command.EASIER,
    Command.LOUDER,
    Command.SWITCH_FOOT,
    Command.HOW_MANY_LEFT,
    Command.HOW_LONG_LEFT,
    Command.WHATS_NEXT,
    Command.HOW_AM_I_DOING,
    Command.TIRED,
]
WORLD = [
    ev.HearingLost,
    ev.HearingRestored,
    ev.VoiceLost,
    ev.VoiceRestored,
    ev.JournalFailed,
    ev.JournalRestored,
    ev.StartRequested,
    ev.StopRequested,
    ev.SpeechUnclear,
    ev.CareAcknowledged,
    ev.NoticeFailed,
    ev.NoticeDelivered,
    ev.ClockJumped,
]

waits = st.tuples(st.just("wait"), st.floats(0.1, 40.0))
lines = st.tuples(st.just("line"), st.just(None))
timers = st.tuples(st.just("timer"), st.just(None))
helpful = st.tuples(st.just("well"), st.just(None))
calm = st.tuples(st.just("hear"), st.tuples(st.sampled_from(CALM), st.sampled_from(Certainty), st.none()))
anything = st.tuples(
    st.just("hear"),
    st.tuples(st.sampled_from(Command), st.sampled_from(Certainty), st.none() | st.sampled_from(Answer)),
)
world = st.tuples(st.just("world"), st.sampled_from(WORLD))


def play(session, action):
    """Carry out one action of a walk; afterwards everything that must hold is looked at."""
    kind, value = action
    match kind:
        case "wait":
            session.wait(value)
        case "line":
            session.line_ends()
        case "timer" if session.timer is not None:
            session.time_out()
        case "hear":
            session.hear(value[0], value[1], value[2])
        case "world":
            session.post(value(session.frame))
        case "well":
            well(session)
        case _:
            return
    look(session)


def well(session):
    """Do what somebody who is well would do: answer, wait for the line, go on."""
    question = session.question
    if question is not None:
        session.answer(asking(question).healthy)
    elif session.phase is Phase.RUN:
        session.line_ends() if session.followed is None else session.wait(20)
    elif session.phase is Phase.PAUSED:
        session.hear(Command.RESUME)
    elif session.phase in {Phase.IDLE, Phase.LOCKED}:
        session.post(ev.CareAcknowledged(session.frame)).post(ev.StartRequested(session.frame))
    elif session.timer is not None:
        session.time_out()


def look(session):
    """Hold what must hold after every step."""
    assert session.wrong == []
    protocol, place = session.state.protocol, session.place
    entered = [effect for effect in session.effects if isinstance(effect, fx.FollowScore)]
    if entered:
        assert protocol.question is None
        assert protocol.phase is Phase.RUN
        assert protocol.healthy
        position = entered[-1].position
        assert position.anchor == session_frame(session) + 24_000
        assert position.offset in place.segment.re_entries
        assert session.effects[-1] == entered[-1] or isinstance(session.effects[-1], fx.Listen)
    assert (session.followed is not None) == (place.moving and protocol.phase is Phase.RUN)
    opened = sum(isinstance(e, fx.Record) and e.kind == "opened" for _, e in session.all)
    ends = sum(isinstance(e, fx.EndSession) for _, e in session.all)
    assert ends == opened - (protocol.record.value != "none")


def session_frame(session):
    """Return the frame of the last event."""
    return session.all[-1][0]


def expected_reps(session):
    """Return the repetitions played to their end in the last session, from what was followed and told alone."""
    done = {"left": 0, "right": 0}
    last = max(
        (n for n, (_, e) in enumerate(session.all) if isinstance(e, fx.Record) and e.kind == "opened"), default=0
    )
    ids = [e.detail["segment"] for _, e in session.all[last:] if isinstance(e, fx.Record) and e.kind == "rep"]
    assert len(ids) == len(set(ids)), "a repetition was recorded twice"
    for name in ids:
        side = name.split("/")[2]
        done["left"] += side in {"both", "left"}
        done["right"] += side in {"both", "right"}
    return done


@settings(max_examples=150, deadline=None)
@given(
    mode=st.sampled_from(list(MATERIALS)),
    screening=st.sampled_from(Screening),
    actions=st.lists(st.one_of(helpful, helpful, helpful, waits, lines, calm, timers, anything, world), max_size=60),
)
def test_whatever_is_said_nothing_sounds_that_may_not_and_counts_are_right(mode, screening, actions):
    session = BEDSIDE.Bedside(MATERIALS[mode], screening)
    session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame))

    for action in actions:
        play(session, action)

    if session.state.protocol.in_session:
        event("in session at the end")
        assert reps_done(session.state) == expected_reps(session)


@settings(max_examples=60, deadline=None)
@given(
    mode=st.sampled_from(list(MATERIALS)),
    breaks=st.lists(st.tuples(st.floats(0.2, 30.0), st.sampled_from(["pause", "stop-partial", "info"])), max_size=12),
)
def test_any_number_of_interruptions_gives_the_same_repetitions(mode, breaks):
    session = BEDSIDE.Bedside(MATERIALS[mode]).start()

    for span_s, what in breaks:
        for _ in range(3):
            if session.question is not None:
                session.answer(Answer.ALL_RIGHT)
        session.wait(span_s)
        if session.question is not None or session.phase is not Phase.RUN:
            continue
        match what:
            case "pause":
                session.hear(Command.PAUSE, Certainty.PARTIAL).hear(Command.PAUSE).hear(Command.RESUME).line_ends()
            case "stop-partial":
                session.hear(Command.STOP, Certainty.PARTIAL).hear(Command.STOP, Certainty.UNCONFIRMED)
                session.hear(Command.RESUME).answer(Answer.YES).line_ends()
            case "info":
                session.hear(Command.HOW_MANY_LEFT).line_ends()
    for _ in range(60):
        if session.phase is Phase.IDLE:
            break
        session.answer(Answer.ALL_RIGHT) if session.question is not None else session.wait(30)

    assert session.outcomes == [fx.Outcome.COMPLETED]
    assert reps_done(session.state) == {"left": 10, "right": 10}


@settings(max_examples=60, deadline=None)
@given(actions=st.lists(st.one_of(helpful, helpful, waits, lines, calm, timers, anything, world), max_size=30))
def test_equal_histories_give_equal_sessions(actions):
    first = BEDSIDE.Bedside(MATERIALS[SideMode.BOTH])
    second = BEDSIDE.Bedside(MATERIALS[SideMode.BOTH])

    for session in (first, second):
        session.post(ev.Booted(session.frame)).post(ev.StartRequested(session.frame))
        for action in actions:
            play(session, action)

    assert first.all == second.all
    assert first.state == second.state
