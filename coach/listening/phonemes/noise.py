"""Weakens a room's steady noise in an utterance before the network reads it.

The network was trained on clean speech: rain, a fan or running water 10 dB below a word cost it the hiss of "s" and the
puff of "p". What the room sounded like before the utterance is known, frequency by frequency, and what is no louder
than that is weakened; in a quiet room nothing changes. Nothing is silenced: a filter that errs must leave a word that
can still be read.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from coach.audio.clip import Samples
from coach.units import LISTEN_BLOCK, LISTEN_RATE, amplitude

Powers = NDArray[np.float32]

HISTORY: Final = 2 * LISTEN_RATE
"""Listening frames of the room from which its noise is known."""
_LEAST: Final = LISTEN_RATE // 2
"""Fewer of them tell nothing."""
FLOOR_DB: Final = -12.0
"""Most that is taken from a frequency: of 33 missed words in noise 8 were then heard; -20 dB heard as many (tuned half,
"stop" at 10 dB of each noise set, 2026-11)."""
_OVER: Final = np.float32(1.5)
"""The noise is taken to be so much stronger than it was in the middle: it swings."""
_MEDIAN: Final = np.float32(1.0 / np.log(2.0))
"""Mean over median of the power of a noise: the median is not moved by a door or a word that went unnoticed."""
_SIZE: Final = 512
_STEP: Final = 128
_NEAR: Final = 2
"""Bins of 31 Hz on each side, and the step before and after, over which powers are averaged: single bins swing so much
that what is left of the noise would ring."""


class RoomNoise:
    """Remembers what a room sounded like while nobody spoke."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self.reset()

    def reset(self) -> None:
        """Forget the room."""
        self._heard = np.zeros(0, dtype=np.float32)
        self._powers: Powers | None = None

    def accept(self, block: Samples) -> None:
        """Take a block, float32, 16 kHz, in which nobody speaks."""
        self._heard = np.concatenate((self._heard, block))[-HISTORY:]

    def learn(self, spare: int) -> None:
        """Hold what was heard to be the room, but for the last frames, in which a weak word may have begun."""
        known = self._heard[: max(0, len(self._heard) - spare)]
        if len(known) < _LEAST:
            self._powers = None
            return
        powers = _power(np.fft.rfft(_cut(known) * _WINDOW))
        self._powers = _smooth(np.median(powers, axis=0)[None] * _MEDIAN)[0]

    @property
    def level(self) -> float:
        """Return the RMS of the noise that was learned, against full scale; 0 where it is not known."""
        if self._powers is None:
            return 0.0
        return float(np.sqrt(self._powers.sum() * _TO_POWER))

    def weaken(self, sound: Samples) -> Samples:
        """Return a sound with the room's noise weakened: float32, same shape."""
        if self._powers is None or len(sound) < LISTEN_BLOCK:
            return sound
        padded = np.concatenate((_PAD, sound, _PAD, np.zeros(-len(sound) % _STEP, dtype=np.float32)))
        spectra = np.fft.rfft(_cut(padded) * _WINDOW)
        powers = _power(spectra)
        around = powers.copy()
        around[1:] += powers[:-1]
        around[:-1] += powers[1:]
        share = _OVER * self._powers / (_smooth(around / 3.0) + 1e-12)
        pieces = np.fft.irfft(spectra * np.sqrt(np.maximum(1.0 - share, _FLOOR)), _SIZE) * _WINDOW
        out = np.zeros(len(padded), dtype=np.float32)
        for place in range(_SIZE // _STEP):
            every = pieces[place :: _SIZE // _STEP]
            begin = place * _STEP
            out[begin : begin + every.size] += every.ravel()
        return (out[_SIZE : _SIZE + len(sound)] / _OVERLAP).astype(np.float32)


def _cut(sound: Samples) -> Samples:
    """Return overlapping windows: float32, shape (windows, `_SIZE`)."""
    return np.lib.stride_tricks.sliding_window_view(sound, _SIZE)[::_STEP]


def _power(spectra: NDArray[np.complex128]) -> Powers:
    return (np.square(spectra.real) + np.square(spectra.imag)).astype(np.float32)


def _smooth(powers: Powers) -> Powers:
    """Return powers averaged over neighbouring bins."""
    wide = np.pad(powers, ((0, 0), (_NEAR, _NEAR)), mode="edge")
    shifted = np.stack([wide[:, at : at + powers.shape[1]] for at in range(2 * _NEAR + 1)])
    return np.asarray(shifted.mean(axis=0), dtype=np.float32)


_WINDOW: Final = np.sqrt(np.hanning(_SIZE + 1)[:_SIZE]).astype(np.float32)
_OVERLAP: Final = float(np.square(_WINDOW).sum()) / _STEP
_TO_POWER: Final = 2.0 / float(np.square(_WINDOW).sum()) / _SIZE
_PAD: Final = np.zeros(_SIZE, dtype=np.float32)
_FLOOR: Final = np.float32(amplitude(FLOOR_DB) ** 2)
