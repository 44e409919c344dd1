"""Whether the microphone holds a prompt that was played: own voice as proof that loudspeaker and microphone live.

The loudness of ten bands of speech is followed block by block in what was played and in what was heard, and both are
compared at every lag. A person, a television or a fan goes its own way; a loudspeaker in the same room does not.

What a likeness means was measured by `coach bench echo --life`; see `HOLDS`.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coach.audio.clip import Samples
from coach.units import LISTEN_BLOCK, LISTEN_RATE

Envelopes = NDArray[np.float32]
"""Shape (blocks, bands): root of the power of each band in each block of 20 ms."""

BANDS: Final = 10
_BAND_HZ: Final = (200.0, 4_000.0)
"""Where speech has its energy, and where small loudspeakers and cheap microphones all work."""
LONGEST_LAG_S: Final = 0.8
"""Latest echo that is looked for, in seconds: Bluetooth loudspeakers are late by 0.15 to 0.5 s."""
LAG_BLOCKS: Final = round(LONGEST_LAG_S * LISTEN_RATE / LISTEN_BLOCK)
HOLDS: Final = 0.40
"""From this likeness on the microphone holds the prompt."""
SHORTEST_S: Final = 1.0
"""Less of the coach's own voice says nothing, in seconds."""
_SOUNDS: Final = 0.1
"""A block sounds where what was played reaches this share (-20 dB) of its loudest block."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much what was heard resembles what was played."""

    correlation: float
    """Best correlation of the bands' loudness over all lags; -1 to 1."""
    lag_s: float
    """Lag at which it was found, in seconds, to 20 ms; 0.0 where nothing sounded."""
    heard_s: float
    """How long the coach's voice sounded in what was compared, in seconds."""

    @property
    def holds(self) -> bool:
        """Return whether the microphone holds what was played."""
        return self.correlation >= HOLDS


def likeness(mic: Samples, reference: Samples) -> Likeness:
    """Return how much of what was played the microphone holds.

    Args:
        mic: float32, shape (n,), 16 kHz, full scale ±1.0: the raw microphone.
        reference: float32, same shape: what was being played meanwhile.

    Raises:
        ValueError: The shapes differ.
    """
    if mic.shape != reference.shape:
        raise ValueError(f"{mic.shape} and {reference.shape} are not of one length")
    return compared(envelopes(mic), envelopes(reference))


def envelopes(samples: Samples) -> Envelopes:
    """Return the loudness of each band in each whole block of 320 frames."""
    blocks = samples[: len(samples) // LISTEN_BLOCK * LISTEN_BLOCK].reshape(-1, LISTEN_BLOCK)
    power = np.square(np.abs(np.fft.rfft(blocks * _HANN, axis=1)))
    return np.sqrt(power @ _BANDED).astype(np.float32)


def compared(heard: Envelopes, played: Envelopes) -> Likeness:
    """Return the likeness of two stretches of envelopes of one length."""
    loudness = played.sum(axis=1)
    sounding = int(np.count_nonzero(loudness > _SOUNDS * loudness.max(initial=0.0))) if loudness.any() else 0
    heard_s = sounding * LISTEN_BLOCK / LISTEN_RATE
    if not sounding or not heard.any():
        return Likeness(0.0, 0.0, heard_s)
    lags = min(LAG_BLOCKS, len(played) - 1)
    size = 1 << (len(played) + lags).bit_length()
    one, other = _centred(heard), _centred(played)
    spectra = np.fft.rfft(one, size, axis=0) * np.conj(np.fft.rfft(other, size, axis=0))
    at_lag = np.fft.irfft(spectra, size, axis=0)[: lags + 1].mean(axis=1)
    best = int(at_lag.argmax())
    return Likeness(float(at_lag[best]), best * LISTEN_BLOCK / LISTEN_RATE, heard_s)


def _centred(bands: Envelopes) -> Envelopes:
    """Return each band without its mean, at unit length; one that stands still counts as nothing."""
    centred = bands - bands.mean(axis=0)
    length = np.sqrt(np.square(centred).sum(axis=0))
    return np.asarray(centred / np.where(length > 0.0, length, 1.0), dtype=np.float32)


def _banded() -> NDArray[np.float32]:
    """Return which bins of a block's spectrum belong to which band: ten bands of equal width in mel."""
    lowest, highest = (2595.0 * np.log10(1.0 + hertz / 700.0) for hertz in _BAND_HZ)
    mel = np.linspace(lowest, highest, BANDS + 1)
    edges = 700.0 * (10.0 ** (mel / 2595.0) - 1.0)
    bins = np.arange(LISTEN_BLOCK // 2 + 1) * LISTEN_RATE / LISTEN_BLOCK
    banded: NDArray[np.float32] = ((bins[:, None] >= edges[:-1]) & (bins[:, None] < edges[1:])).astype(np.float32)
    return banded


_HANN: Final = np.hanning(LISTEN_BLOCK + 1)[:LISTEN_BLOCK].astype(np.float32)
_BANDED: Final = _banded()
