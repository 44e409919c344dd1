"""Sound delayed by any number of frames, whole or not, and by one that changes smoothly: how clocks are reconciled."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from coach.audio.clip import Samples

_HALF: Final = 16
"""Frames of the interpolating filter on each side: sines up to 0.44 of the rate come out within -60 dB (measured)."""
_PHASES: Final = 1024
"""Fractions of a frame that are told apart: the nearest one errs by -55 dB at half the rate."""


class DelayLine:
    """Gives back what was put in, later.

    A delay of whole frames is exact. One with a fraction below 16 frames lacks some of the frames it would look ahead.
    """

    def __init__(self, longest: int) -> None:
        """Take the longest delay in frames."""
        self._longest = longest
        self._kept = longest + 2 * _HALF
        self.reset()

    def reset(self) -> None:
        """Forget what was put in."""
        self._past = np.zeros(self._kept, dtype=np.float32)

    def accept(self, block: Samples, begin: float, end: float) -> Samples:
        """Take the next frames and return as many delayed ones.

        Args:
            block: float32, shape (n,).
            begin: Delay of the first of them, in frames of this line; 0 or more.
            end: Delay of the first frame after them; in between it changes evenly.

        Returns:
            float32, shape (n,); silence where nothing had been put in.

        Raises:
            ValueError: A delay is negative, or longer than the line.
        """
        if not 0.0 <= min(begin, end) <= max(begin, end) <= self._longest:
            raise ValueError(f"a delay of {begin} to {end} frames is not within 0 to {self._longest}")
        count = len(block)
        line = np.concatenate((self._past, block, _AHEAD))
        self._past = line[count : count + self._kept]
        if not line.any():
            return np.zeros_like(block)
        if begin == end == int(begin):
            first = self._kept - int(begin)
            return line[first : first + count]
        at = self._kept + np.arange(count) - np.linspace(begin, end, count, endpoint=False)
        steps = np.round(at * _PHASES).astype(np.intp)
        whole, phase = steps // _PHASES, steps % _PHASES
        windows = np.lib.stride_tricks.sliding_window_view(line, 2 * _HALF)[whole - _HALF + 1]
        delayed: Samples = np.einsum("nt,nt->n", windows, _TAPS[phase])
        return delayed


def _taps() -> NDArray[np.float32]:
    """Return a windowed sinc for each fraction of a frame; shape (phases, taps)."""
    fraction = np.arange(_PHASES) / _PHASES
    distance = fraction[:, None] - (np.arange(2 * _HALF) - _HALF + 1)
    inside = np.maximum(0.0, 1.0 - np.square(distance / _HALF))
    taps = np.sinc(distance) * np.i0(_BETA * np.sqrt(inside)) / np.i0(_BETA)
    normal: NDArray[np.float32] = (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)
    return normal


_BETA: Final = 6.0
"""Of the Kaiser window (Kaiser and Schafer, 1980)."""
_AHEAD: Final = np.zeros(_HALF, dtype=np.float32)
_TAPS: Final = _taps()
