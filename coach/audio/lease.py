"""The hearing lease: what must be shown before anything of the exercise may sound.

A lease says up to which played frame somebody is known to be heard. It is made in one place only, from sound that
was captured and has been through a recognizer; nothing else may bring an instruction to the mixer.
"""

from dataclasses import dataclass
from typing import Final, Self

from coach.units import Frames, frames

LEASE: Final = frames(1.0)
"""How old the last sound that went through the recognizer may be (principle P2, SAFETY H20)."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Leave to instruct until a played frame."""

    until: Frames
    """First played frame at which nothing instructs any more."""

    @classmethod
    def proved(cls, heard_until: Frames) -> Self:
        """Return the lease that sound captured up to a played frame gives, once it has been through a recognizer."""
        return cls(Frames(heard_until + LEASE))

    def fresh(self, now: Frames) -> bool:
        """Return whether it still holds at a played frame."""
        return now < self.until


NO_LEASE: Final = Lease(Frames(0))
"""Nobody is known to be heard."""
