"""What the world tells: notices and the wall clock. None of it moves the session."""

from dataclasses import replace
from typing import Final

from coach.session.advice import say
from coach.session.effects import Record as RecordEffect
from coach.session.states import CHAIN
from coach.session.turn import Now, Turn

_TOLD_AT: Final = 2
"""The second failure, by 30 s (protocol, T25)."""


def delivered(now: Now) -> Turn:
    """A notice has arrived."""
    return Turn(replace(now.protocol, failures=0), (RecordEffect("notice", {"delivered": 1}),))


def undelivered(now: Now) -> Turn:
    """A notice has not arrived; in a safety stop the person is told the second time."""
    record = RecordEffect("notice", {"delivered": 0})
    if now.protocol.phase not in CHAIN:
        return Turn(now.protocol, (record,))
    failures = min(now.protocol.failures + 1, _TOLD_AT)
    tell = failures == _TOLD_AT and now.protocol.failures < _TOLD_AT
    acts = (record, say("safety.nobody-reached")) if tell else (record,)
    return Turn(replace(now.protocol, failures=failures), acts)


def clock_jumped(now: Now) -> Turn:
    """The wall clock is a label; only the journal is told."""
    return Turn(now.protocol, (RecordEffect("clock"),))
