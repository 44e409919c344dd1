"""Whether sound comes at all, and at the rate that was asked for: the device's clock against another one.

Sound libraries do not say that a microphone was unplugged: the blocks just stop (sounddevice issues 493 and 627). And
a device that was opened at the wrong rate gives sound that no recognizer can read.
"""

from collections import deque
from enum import StrEnum
from typing import Final

from coach.units import LISTEN_RATE

SUSPECT_S: Final = 0.5
"""Seconds without a block after which the device is suspected: the limit of the hazard log (H22)."""
DEAF_S: Final = 1.0
"""Seconds without a block after which nobody is heard: the limit of the hazard log (H22)."""

_WITHIN: Final = 0.01
"""Most that the rate may be off: the limit of the hazard log (H25); crystals differ by a hundredth of that."""
_BURST_S: Final = SUSPECT_S
"""Seconds of sound that may come at once, late or not at all: less than what makes a device suspected."""
_WINDOW_S: Final = 10.0
"""Seconds that are looked back on: the nearest wrong rates (44.1 for 48 kHz) are 8 % apart, which shows after seven."""
_MARK_S: Final = 0.5
"""How far apart the points are from which is counted."""
_TICK_S: Final = 1e-6


class Flow(StrEnum):
    """How the blocks of a device come."""

    WELL = "well"
    SUSPECT = "suspect"
    DEAF = "deaf"


class Arrival:
    """Counts the time since the last block."""

    def __init__(self) -> None:
        """Begin with nothing; the count starts with the first look."""
        self._last_s: float | None = None

    def note(self, now_s: float, count: int) -> Flow:
        """Take in how many frames have come since the last call, and return how the device does.

        Args:
            now_s: Seconds by a clock that the device has no part in.
            count: Listening frames that have come; 0 for none.
        """
        if self._last_s is None or count > 0:
            self._last_s = now_s
        without_s = now_s - self._last_s
        if without_s >= DEAF_S:
            return Flow.DEAF
        return Flow.SUSPECT if without_s >= SUSPECT_S else Flow.WELL


class Rate:
    """Compares the frames that came with the time that passed."""

    def __init__(self) -> None:
        """Begin to count with the first block."""
        self._marks: deque[tuple[float, int]] = deque()
        self._last_s = 0.0
        self._frames = 0

    def reset(self) -> None:
        """Count anew from the next block: the device was started again, or stood still."""
        self._marks.clear()

    def note(self, now_s: float, count: int) -> bool:
        """Take in how many frames have come since the last call, and return whether their rate is wrong.

        Args:
            now_s: Seconds by a clock that the device has no part in.
            count: Listening frames that have come; 0 for none.
        """
        before, self._frames = self._frames, self._frames + count
        marks = self._marks
        if not marks:
            if count:  # what comes first after a pause may be what was kept back meanwhile
                marks.append((now_s, self._frames))
                self._last_s = now_s
            return False
        while now_s - marks[-1][0] >= _MARK_S - _TICK_S:
            at_s = marks[-1][0] + _MARK_S
            share = min(1.0, max(0.0, (at_s - self._last_s) / (now_s - self._last_s))) if now_s > self._last_s else 1.0
            marks.append((at_s, round(before + share * count)))
        self._last_s = now_s
        while now_s - marks[0][0] > _WINDOW_S and len(marks) > 1:
            marks.popleft()
        passed_s = now_s - marks[0][0]
        came_s = (self._frames - marks[0][1]) / LISTEN_RATE
        return abs(came_s - passed_s) > _BURST_S + _WITHIN * passed_s
