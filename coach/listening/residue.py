"""Weakens what a canceller leaves of the coach's own voice, and hardly touches the person.

A suppressor that silences all that resembles echo silences the person with it (measured; see `coach.listening.echo`).
This one takes at most `FLOOR_DB` from any frequency, and only where the expected echo, less what the canceller is known
to weaken it by, explains what is left. Recognizers read a word said 10 dB below the echo much better for it: of 48
human "stop"s through simulated bedrooms 36 instead of 27 (tuning half, 2026-11).

The filter is short and follows block by block: what comes out is `DELAY` later than what went in.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from coach.audio.clip import Samples
from coach.units import LISTEN_BLOCK, amplitude

Powers = NDArray[np.float64]

DELAY: Final = 64
"""Listening frames by which the result is late: 4 ms."""
FLOOR_DB: Final = -10.0
"""Most that is taken from a frequency: -20 and -12 heard no more of the 48."""
_OVER: Final = 2.0
"""The residue is taken to be so much stronger than known: 1 and 3 were the same, 10 was worse."""
_RINGING: Final = 10.0 ** (-1.2 / 10.0)
"""How fast the loudness of an echo is let go, a block: 60 dB in a second, as in `coach.listening.own_voice`."""
_WIDTH: Final = 5
"""Bins over which powers are averaged: 125 Hz."""
_WINDOW: Final = 2 * LISTEN_BLOCK


class ResidueFilter:
    """Follows what is left and what is expected, block by block."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self.reset()

    def reset(self) -> None:
        """Forget what was heard."""
        self._left = np.zeros(_WINDOW, dtype=np.float32)
        self._expected = np.zeros(_WINDOW, dtype=np.float32)
        self._echo: Powers = np.zeros(LISTEN_BLOCK + 1)
        self._response = _response(np.ones(LISTEN_BLOCK + 1))

    def accept(self, cleaned: Samples, expected: Samples, leak: float) -> Samples:
        """Return the next block with the residue weakened.

        Args:
            cleaned: float32, shape (320,), 16 kHz: behind the canceller.
            expected: Same shape: the echo it took away.
            leak: Power of what it leaves of an echo, 0 to 1.

        Returns:
            float32, same shape, `DELAY` frames late.
        """
        for line, block in ((self._left, cleaned), (self._expected, expected)):
            line[:LISTEN_BLOCK] = line[LISTEN_BLOCK:]
            line[LISTEN_BLOCK:] = block
        self._echo = np.maximum(_powers(self._expected), self._echo * _RINGING)
        left = _powers(self._left)
        residue = np.minimum(1.0, _OVER * leak * self._echo / (left + 1e-12))
        before, self._response = self._response, _response(np.maximum(np.sqrt(1.0 - residue), _FLOOR))
        spectrum = np.fft.rfft(self._left)
        old, new = (np.fft.irfft(spectrum * response)[LISTEN_BLOCK:] for response in (before, self._response))
        faded: Samples = (old + _FADE * (new - old)).astype(np.float32)
        return faded


def _powers(window: Samples) -> Powers:
    """Return the power of each bin of two blocks, averaged with its neighbours."""
    spectrum = np.fft.rfft(window * _HANN)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    return np.convolve(power, np.full(_WIDTH, 1.0 / _WIDTH), mode="same")


def _response(gains: Powers) -> NDArray[np.complex128]:
    """Return the spectrum of a filter of `2·DELAY` taps with these gains, whose middle lies at `DELAY`."""
    taps = np.roll(np.fft.irfft(gains), DELAY)
    taps[2 * DELAY :] = 0.0
    taps[: 2 * DELAY] *= _TAPER
    return np.fft.rfft(taps)


_FLOOR: Final = amplitude(FLOOR_DB)
_HANN: Final = np.hanning(_WINDOW + 1)[:_WINDOW].astype(np.float32)
_TAPER: Final = np.hanning(2 * DELAY + 1)[: 2 * DELAY]
_FADE: Final = np.linspace(0.0, 1.0, LISTEN_BLOCK, endpoint=False, dtype=np.float32)
