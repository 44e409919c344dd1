"""Which played frame belongs to which listening frame.

Output and microphone may be two devices with two clocks, so neither rate is taken for granted: the host notes both
counters together, block by block, and everything between two notes lies on the straight line between them.
"""

from bisect import bisect_right
from collections import deque
from typing import Final

from coach.units import LISTEN_RATIO, Frames

_NOTES: Final = 1_024
"""Pairs that are kept: twenty seconds of blocks, longer than any utterance that is looked up."""


class Timebase:
    """A map between the two frame counters, exact at each note and in lock-step before the first."""

    def __init__(self) -> None:
        """Start with both counters at 0."""
        self._notes: deque[tuple[int, Frames]] = deque([(0, Frames(0))], maxlen=_NOTES)

    def note(self, listened: int, played: Frames) -> None:
        """Say that `listened` listening frames had been captured when `played` frames had been played.

        Raises:
            ValueError: A counter went backwards.
        """
        last_listened, last_played = self._notes[-1]
        if listened < last_listened or played < last_played:
            raise ValueError(f"frame counters never fall, but ({listened}, {played}) follows {self._notes[-1]}")
        if listened > last_listened:
            self._notes.append((listened, played))

    def played(self, listened: int) -> Frames:
        """Return the played frame that was sounding at a listening frame; nominal rates beyond the notes."""
        after = bisect_right(self._notes, listened, key=lambda note: note[0])
        first_listened, first_played = self._notes[max(0, after - 1)]
        if 0 < after < len(self._notes):
            next_listened, next_played = self._notes[after]
            slope = (next_played - first_played) / (next_listened - first_listened)
        else:
            slope = LISTEN_RATIO
        return Frames(first_played + round((listened - first_listened) * slope))
