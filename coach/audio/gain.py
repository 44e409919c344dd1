"""Gain as a curve over frames: straight ramps that are the same however the frames are cut into blocks."""

from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.units import Frames, frames

RAMP: Final = frames(0.020)
"""Length of every change of gain: short enough to make room for a word, too long to click (chosen; not measured)."""


class Ramp:
    """A gain that moves to each new target in a straight line of `RAMP` frames.

    Its value at a frame depends on that frame alone, so blocks of any size give the same samples.
    """

    __slots__ = ("_from", "_since", "_target", "_until")

    def __init__(self, value: float = 1.0) -> None:
        """Start at a value, as an amplitude ratio, and stay there."""
        self._from = value
        self._target = value
        self._since = 0
        self._until = 0

    @property
    def target(self) -> float:
        """Return the amplitude ratio it moves to or rests at."""
        return self._target

    def move(self, target: float, at: int) -> None:
        """Begin at a frame to move to a target; nothing happens when it is the target already."""
        if target == self._target:
            return
        self._from = self._value(at)
        self._target = target
        self._since = at
        self._until = at + RAMP

    def over(self, first: int, stop: int) -> np.float32 | Samples:
        """Return the gain of the frames ``[first, stop)``: one number where it rests, else one for each frame."""
        if first >= self._until:
            return np.float32(self._target)
        done = (np.arange(first, stop) - self._since) / RAMP
        return np.interp(done, (0.0, 1.0), (self._from, self._target)).astype(np.float32)

    def _value(self, at: int) -> float:
        """Return the gain at one frame."""
        done = min(1.0, (at - self._since) / RAMP)
        return self._from + (self._target - self._from) * done


def fade(first: Frames, stop: Frames, begin: Frames, end: Frames, height: float) -> Samples:
    """Return the gain of the frames ``[first, stop)`` of a line that falls from `height` at `begin` to 0 at `end`.

    Returns:
        float32, shape (stop - first,); `height` before `begin`, 0 from `end` on.
    """
    left: Samples = np.arange(end - first, end - stop, -1, dtype=np.float32)
    gain: Samples = np.minimum(
        np.maximum(left * np.float32(height / (end - begin)), np.float32(0.0)), np.float32(height)
    )
    return gain


_KNEE: Final = np.float32(0.8)
"""Level up to which the limiter changes nothing (-1.9 dBFS); clips are spoken 18 dB below it."""
_ROOM: Final = np.float32(1.0) - _KNEE
"""What is left above the knee: a hyperbola that begins with slope 1 fills it and never passes it."""


def limited(samples: Samples) -> Samples:
    """Return samples bent so that none goes beyond ±1.0; those within ±0.8 are unchanged.

    It has no memory, so what it does to a sample depends on that sample alone.
    """
    if samples.max(initial=0.0) <= _KNEE and samples.min(initial=0.0) >= -_KNEE:
        return samples
    size = np.abs(samples)
    beyond = np.maximum(size - _KNEE, 0.0)
    bent = np.where(size > _KNEE, _KNEE + _ROOM * beyond / (beyond + _ROOM), size)
    return np.copysign(bent, samples)
