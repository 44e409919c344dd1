"""What the world tells: notices and the wall clock. None of it moves the session."""

from dataclasses import replace

from coach.session.effects import Record as RecordEffect
from coach.session.safety import say
from coach.session.states import Phase
from coach.session.turn import Act, Now, Turn


def delivered(now: Now) -> Turn:
    """A notice has arrived."""
    return Turn(replace(now.protocol, failures=0), (RecordEffect("notice", {"delivered": 1}),))


def undelivered(now: Now) -> Turn:
    """A notice has not arrived; in a safety stop the person is told the second time."""
    failures = min(now.protocol.failures + 1, 2)
    told = now.protocol.phase in {Phase.ACKLINE, Phase.TRIAGE, Phase.ADVICE, Phase.LOCKED}
    tell = told and failures == 2 and now.protocol.failures == 1
    acts: tuple[Act, ...] = (RecordEffect("notice", {"delivered": 0}),)
    return Turn(replace(now.protocol, failures=failures), (*acts, say("safety.nobody-reached")) if tell else acts)


def clock_jumped(now: Now) -> Turn:
    """The wall clock is a label; only the journal is told."""
    return Turn(now.protocol, (RecordEffect("clock"),))
