"""Which frames were being played while the microphone heard: the reference of the echo canceller, kept in step.

Output and microphone count by themselves, may run on two clocks, and report in blocks, late when the machine is busy.
How far the output is ahead is therefore known only with an error of some milliseconds, now and then of a block, while a
canceller needs the reference to flow without a jump. So the middle of what is reported is followed, whatever single
reports say, and in steps too small to disturb an adaptive filter.
"""

from typing import Final

from coach.units import LISTEN_RATIO, frames

_SETTLING: Final = 50
"""Notes that are averaged, and followed at once: one second, before any canceller has adapted."""
_STEP: Final = 1.0
"""Frames by which a later note may move the middle: one a block follows clocks that part by 1,000 ppm."""
_TOLERANCE: Final = frames(0.002)
"""Distance from the middle that is left alone: the granularity of a sound server's timer; chosen."""
_JUMP: Final = frames(0.030)
"""Distance that is no drift but a gap, and is followed at once: more than a block of 20 ms; chosen."""


class Alignment:
    """The played frame that belongs to a listening frame."""

    def __init__(self) -> None:
        """Start without a note."""
        self._notes = 0
        self._far = 0
        self._middle = 0.0
        self._lead = 0
        self._following = False

    def note(self, lead: float) -> None:
        """Say by how many played frames the output was ahead when the microphone last gave a block."""
        away = lead - self._middle
        self._far = self._far + 1 if abs(away) > _JUMP else 0
        if self._far == _SETTLING:
            self.restart()
        self._notes += 1
        if self._notes <= _SETTLING:
            self._middle += away / self._notes
        else:
            self._middle += max(-_STEP, min(_STEP, away))

    def restart(self) -> None:
        """Forget the past: frames were lost in one direction, and the lead is another one from now on."""
        self._notes = self._far = 0

    def played(self, listened: int) -> int:
        """Return the played frame that belongs to a listening frame; call it once for each stretch that is read.

        Consecutive stretches fit together, but for single listening frames that are left out or repeated while the
        lead is followed.
        """
        wanted = round(self._middle)
        distance = wanted - self._lead
        if abs(distance) > (_TOLERANCE if self._notes < _SETTLING else _JUMP):
            self._lead, self._following = wanted, False
        elif abs(distance) > _TOLERANCE:
            self._following = True
        if self._following:
            step = max(-LISTEN_RATIO, min(LISTEN_RATIO, distance))
            self._lead += step
            self._following = step != distance
        return LISTEN_RATIO * listened + self._lead
