"""Whether the recognizers hear: how far they are behind, and whether what they say depends on what is said.

Known answers: a recording of a word that must be heard, and one of something that must not be. An engine that says
the same whatever it is given fails one of the two. They are put through the engines of a listener that is idle, at the
start and every `AGAIN_S`.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from coach.audio.clip import Samples
from coach.commands import Command
from coach.listening.hearing import Certainty, Hearing, Unclear

WARN_S: Final = 0.75
"""Seconds behind at which it is told: the limit of the hazard log (H26)."""
DEAF_S: Final = 1.5
"""Seconds behind from which a word would be obeyed too late: the limit of the hazard log (H26)."""
AGAIN_S: Final = 15 * 60.0
"""How often known answers are asked for while idle: the hazard log (H28)."""
_SAME: Final = 6
"""Hearings of the same words, one after another and nothing else between, that nobody says six times over; chosen."""
_SAME_S: Final = 2.0
"""Within how many seconds of each other: an engine that is stuck does not wait for somebody to speak."""
_BABBLE: Final = 10
_BABBLE_S: Final = 10.0
"""Ten commands in ten seconds: a person says one and waits for what follows; chosen."""


class Lag(StrEnum):
    """How far behind the recognizers are."""

    WELL = "well"
    SLOW = "slow"
    DEAF = "deaf"


def lag(behind_s: float) -> Lag:
    """Return what it means that the recognizers are so many seconds behind the microphone."""
    if behind_s > DEAF_S:
        return Lag.DEAF
    return Lag.SLOW if behind_s > WARN_S else Lag.WELL


class Babble:
    """Notices recognizers that say the same again and again, or anything at all, whatever they hear."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self._last: dict[str, tuple[str, float]] = {}
        self._times: dict[str, int] = {}
        self._heard_s: deque[float] = deque(maxlen=_BABBLE)

    def heard(self, hearing: Hearing, now_s: float) -> None:
        """Take in a hearing; what is not final is passed over, since it grows word by word.

        Args:
            hearing: What was heard.
            now_s: When, in seconds.
        """
        if hearing.certainty is not Certainty.FINAL:
            return
        phrase, at_s = self._last.get(hearing.engine, ("", 0.0))
        same = phrase == hearing.phrase and now_s - at_s <= _SAME_S
        self._times[hearing.engine] = self._times.get(hearing.engine, 0) + 1 if same else 1
        self._last[hearing.engine] = (hearing.phrase, now_s)
        self._heard_s.append(now_s)

    @property
    def forgotten_s(self) -> float:
        """Return when what was heard last will be too long ago to count, in seconds; before that nothing changes."""
        return max((at_s for _, at_s in self._last.values()), default=0.0) + _BABBLE_S

    def babbles(self, now_s: float) -> bool:
        """Return whether what is heard cannot be what is said."""
        if any(times >= _SAME and now_s - self._last[engine][1] <= _BABBLE_S for engine, times in self._times.items()):
            return True
        full = len(self._heard_s) == _BABBLE
        return full and self._heard_s[-1] - self._heard_s[0] <= _BABBLE_S and now_s - self._heard_s[-1] <= _BABBLE_S


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """A recording and what must be heard in it."""

    samples: Samples = field(repr=False)
    """float32, shape (n,), 16 kHz."""
    command: Command | None
    """What must be heard; None where no command may be."""

    def fits(self, decisions: Iterable[Hearing | Unclear]) -> bool:
        """Return whether this is what was heard."""
        heard = {decision.command for decision in decisions if isinstance(decision, Hearing)}
        return heard == set() if self.command is None else self.command in heard


class Schedule:
    """Says when known answers are to be asked for."""

    def __init__(self) -> None:
        """Begin with the first one due."""
        self._asked_s: float | None = None
        self.failed = 0
        """How often in a row the answer was wrong."""

    def due(self, now_s: float, *, idle: bool) -> bool:
        """Return whether it is time; in a session it never is, since the engines would be deaf for that long."""
        return idle and (self._asked_s is None or now_s - self._asked_s >= AGAIN_S)

    def answered(self, now_s: float, *, right: bool) -> None:
        """Take in how it went."""
        self._asked_s = now_s
        self.failed = 0 if right else self.failed + 1
