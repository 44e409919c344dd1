"""The side of the sound card that plays, and the loudspeaker behind it."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.rehearsal.fault_table import Act
from coach.rehearsal.trouble import Troubles, in_turn
from coach.units import Frames, frames

_GAP_EVERY: Final = frames(2.0)
_GAP: Final = frames(0.5)


@dataclass(frozen=True, slots=True)
class PlayingPort:
    """What becomes of what is played."""

    troubles: Troubles

    def alive(self, now: Frames) -> bool:
        """Return whether the card takes frames."""
        return Act.PLAY_NONE not in self.troubles.on(now)

    def audible(self, now: Frames) -> bool:
        """Return whether what is played reaches the person's ears."""
        acts = self.troubles.on(now)
        if not {Act.PLAY_NONE, Act.AIR_NONE}.isdisjoint(acts):
            return False
        return Act.PLAY_GAPS not in acts or not self._in_gap(now)

    def through(self, block: Samples, now: Frames) -> Samples:
        """Return what reaches the air of a block that was played.

        Args:
            block: float32, shape (960,), 48 kHz.
            now: Played frame at its beginning.
        """
        acts = self.troubles.on(now)
        if not acts:
            return block
        if not self.audible(now):
            return np.zeros_like(block)
        if Act.AIR_NOISE in acts:
            return np.clip(np.multiply(block, 40.0, dtype=np.float32), -0.5, 0.5)
        return block

    def _in_gap(self, now: Frames) -> bool:
        return in_turn(now, self.troubles.since(Act.PLAY_GAPS, now), _GAP_EVERY, _GAP)
