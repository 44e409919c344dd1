"""How often a recognizer may look, on the machine it is on.

An engine that reads the same stretch again and again costs what one look costs, divided by the time between two looks.
A machine four times slower than an ordinary PC looks less often: nothing is lost but time, which is told. Where that
is not enough, no session is begun: a coach that hears late must not tell anybody to move.
"""

from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

from coach.errors import ModelError

STEPS_S: Final = (0.2, 0.32, 0.48, 0.64)
"""Seconds of new sound between two looks; the first that can be afforded is taken."""
SHARE: Final = 0.6
"""Share of one core that may go into looking while somebody speaks: the canceller, the loop and the sound card need
theirs, and a look that takes longer than usual must not leave a queue (chosen). At 0.68 a core four times slower than
an ordinary PC was let in, and fell 1.07 s behind people's talk, more than the hearing lease allows
(`coach bench cpu --slowdown 4 --data ../shared/data`)."""
READ_AGAIN_S: Final = ((0.1, 3.2), (0.16, 2.2))
"""Up to so long a look, unsure utterances of up to so many seconds are read in other ways as well. A look reads 1.28 s.
Two more readings of 3.2 s, and three of 2.2 s, come to five and a half looks: 0.6 and 0.9 s, within the hearing lease
of 1 s; six of 1.6 s, where 3.2 s can be paid, to eight: 0.8 s. Where looks of 0.3 s were let in, a core four times
slower than an ordinary PC fell 1.8 s behind people's talk (`coach bench cpu --slowdown 4 --data ../shared/data`)."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often an engine looks."""

    step_s: float = STEPS_S[0]
    """Seconds of new sound between two looks while an utterance is young."""
    long_step_s: float = STEPS_S[1]
    """The same once it is longer than any command."""
    read_again_s: float = READ_AGAIN_S[0][1]
    """Longest utterance that is read in two more ways when it is over and unsure, in seconds; 0.0 for none."""
    later_s: float = 0.0
    """By how much later a word may be decided than on a fast machine."""
    look_s: float = 0.0
    """Seconds that one look takes; 0.0 where nothing looks."""

    @property
    def told(self) -> str:
        """Return what a slow machine costs, in a sentence; empty on a fast one."""
        if self.later_s == 0.0:
            return ""
        return f"This machine is slow: words are decided up to {self.later_s:.1f} s later than on a fast one."


@runtime_checkable
class Paced(Protocol):
    """A recognizer whose work can be spread."""

    def look(self) -> None:
        """Do once what one look costs at most; nothing is heard."""
        ...

    def keep(self, pace: Pace) -> None:
        """Look so often from now on."""
        ...


def pace_for(look_s: float) -> Pace:
    """Return the pace at which a machine keeps up.

    Args:
        look_s: Seconds one look takes.

    Raises:
        ModelError: It keeps up at none.
    """
    for step_s in STEPS_S:
        if look_s <= SHARE * step_s:
            later_s = (step_s - STEPS_S[0]) + (look_s if step_s > STEPS_S[0] else 0.0)
            read_again_s = next((longest_s for most_s, longest_s in READ_AGAIN_S if look_s <= most_s), 0.0)
            return Pace(step_s, max(step_s, STEPS_S[1]), read_again_s, round(later_s, 3), look_s)
    slowest = SHARE * STEPS_S[-1]
    raise ModelError(
        f"This machine is too slow to listen: one look of the recognizer takes {look_s:.2f} s, and {slowest:.2f} s are "
        "the most. Stop other programs, or use a faster machine."
    )
