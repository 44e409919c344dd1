"""A decision: what handlers look at, and what they return.

1. A handler looks at the protocol, the event and the facts, never at the place.
2. It returns a new protocol and acts in order: effects as they are, moves to be worked out on the
   place. Returning the protocol as it was and no acts means that nothing happens.
"""

from collections.abc import Callable
from dataclasses import dataclass

from coach.session.effects import Effect
from coach.session.events import Event, Heard
from coach.session.facts import Facts
from coach.session.moves import Move, Tell
from coach.session.states import Protocol

Act = Effect | Move | Tell


@dataclass(frozen=True, slots=True)
class Now:
    """What a handler may look at."""

    protocol: Protocol
    event: Event
    facts: Facts


@dataclass(frozen=True, slots=True)
class Turn:
    """What was decided."""

    protocol: Protocol
    acts: tuple[Act, ...] = ()

    def after(self, *acts: Act) -> "Turn":
        """Return the same decision with other acts before its own; one silence or hush is enough."""
        own = self.acts[1:] if self.acts and acts and self.acts[0] == acts[0] else self.acts
        return Turn(self.protocol, (*acts, *own))


Handler = Callable[[Now], Turn]


def source(now: Now) -> str:
    """Return what an event was, for the journal: a command's id or an event's name, never free words."""
    event = now.event
    return event.command.value if isinstance(event, Heard) else type(event).__name__


def nothing(now: Now) -> Turn:
    """Change nothing."""
    return Turn(now.protocol)
