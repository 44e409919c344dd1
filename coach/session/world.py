"""What the world tells: notices and the wall clock. None of it moves the session."""

from dataclasses import replace
from typing import Final

from coach.listening.echo_report import EchoClass
from coach.session.advice import UNREACHED, say
from coach.session.effects import Record as RecordEffect
from coach.session.effects import Say
from coach.session.events import EchoFound
from coach.session.running import interject
from coach.session.states import CHAIN, Entry, Phase
from coach.session.turn import Now, Turn, nothing

_CALM: Final = frozenset({Phase.IDLE, Phase.RUN})


def delivered(now: Now) -> Turn:
    """A notice has arrived."""
    return Turn(replace(now.protocol, failures=0), (RecordEffect("notice", {"delivered": 1}),))


def undelivered(now: Now) -> Turn:
    """A notice has not arrived; in a safety stop the person is told the second time."""
    record = RecordEffect("notice", {"delivered": 0})
    if now.protocol.phase not in CHAIN:
        return Turn(now.protocol, (record,))
    failures = min(now.protocol.failures + 1, UNREACHED)
    tell = failures == UNREACHED and now.protocol.failures < UNREACHED
    acts = (record, say("safety.nobody-reached")) if tell else (record,)
    return Turn(replace(now.protocol, failures=failures), acts)


def echo_found(now: Now) -> Turn:
    """The kind of sound hardware is recorded; who has to speak in the gaps is told so, where nothing graver is said."""
    event = now.event
    if not isinstance(event, EchoFound):
        return nothing(now)
    record = RecordEffect("echo", {"kind": event.kind.value})
    calm = now.protocol.phase in _CALM and now.protocol.question is None
    if not calm or event.kind is not EchoClass.HALF_DUPLEX:
        return Turn(now.protocol, (record,))
    line = Say("session.half-duplex")
    if now.protocol.phase is Phase.RUN:  # between two repetitions, not over the words of one
        return interject(now, line, Entry.SEGMENT, record)
    return Turn(now.protocol, (record, line))


def clock_jumped(now: Now) -> Turn:
    """The wall clock is a label; only the journal is told."""
    return Turn(now.protocol, (RecordEffect("clock"),))
