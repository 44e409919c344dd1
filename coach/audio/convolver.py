"""Convolution with a room's impulse response, block by block and without delay.

Uniformly partitioned overlap-save: the response is cut into pieces of one block, each block of sound is transformed
once, and the pieces meet in the frequency domain (Stockham 1966; Gardner, J. Audio Eng. Soc. 1995). Several sounds
with a response each share one transform back.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coach.audio.clip import Samples
from coach.units import LISTEN_BLOCK

_SPECTRUM: Final = LISTEN_BLOCK + 1


class Convolver:
    """Sounds, each through its own impulse response, added up: what a microphone hears of a room."""

    def __init__(self, responses: Sequence[Samples]) -> None:
        """Take the impulse response of each sound: float32, shape (frames,), any length above 0."""
        self._paths = [_Path(response) for response in responses]

    def accept(self, *sounds: Samples) -> Samples:
        """Return what is heard while these blocks are sounding.

        Args:
            sounds: A block for each response: float32, shape (320,).

        Returns:
            float32, shape (320,).
        """
        spectrum: NDArray[np.complex64] | None = None
        for path, sound in zip(self._paths, sounds, strict=True):
            through = path.accept(sound)
            if through is not None:
                spectrum = through if spectrum is None else spectrum + through
        if spectrum is None:
            return np.zeros(LISTEN_BLOCK, dtype=np.float32)
        heard: Samples = np.fft.irfft(spectrum)[LISTEN_BLOCK:].astype(np.float32, copy=False)
        return heard


class _Path:
    """One sound and its impulse response."""

    def __init__(self, response: Samples) -> None:
        count = -(-len(response) // LISTEN_BLOCK)
        pieces = np.zeros((count, 2 * LISTEN_BLOCK), dtype=np.float32)
        padded = np.zeros(count * LISTEN_BLOCK, dtype=np.float32)
        padded[: len(response)] = response
        pieces[:, :LISTEN_BLOCK] = padded.reshape(count, LISTEN_BLOCK)
        self._pieces = np.fft.rfft(pieces).astype(np.complex64)
        # The newest spectrum lies at `_at`, older ones behind it; the line is copied back only when it has run out.
        self._line = np.zeros((4 * count, _SPECTRUM), dtype=np.complex64)
        self._at = 3 * count
        self._count = count
        self._window = np.zeros(2 * LISTEN_BLOCK, dtype=np.float32)
        self._quiet_for = count + 1

    def accept(self, sound: Samples) -> NDArray[np.complex64] | None:
        """Return the spectrum of what is heard now; None while all that could still be heard is silence."""
        self._quiet_for = 0 if sound.any() else self._quiet_for + 1
        if self._quiet_for > self._count + 1:
            return None
        self._window[:LISTEN_BLOCK] = self._window[LISTEN_BLOCK:]
        self._window[LISTEN_BLOCK:] = sound
        if self._at == 0:
            self._at = 3 * self._count
            self._line[self._at + 1 :] = self._line[: self._count - 1]
        else:
            self._at -= 1
        self._line[self._at] = np.fft.rfft(self._window)
        heard: NDArray[np.complex64] = np.einsum(
            "pk,pk->k", self._line[self._at : self._at + self._count], self._pieces
        )
        return heard


def convolved(sound: Samples, response: Samples) -> Samples:
    """Return a whole sound through an impulse response, cut to the sound's own length.

    Args:
        sound: float32, shape (frames,).
        response: float32, shape (taps,).

    Returns:
        float32, shape (frames,): the same samples as `Convolver` gives block by block, to within rounding.
    """
    size = max(1 << 16, 1 << (2 * len(response) - 1).bit_length())
    step = size - len(response) + 1
    spectrum = np.fft.rfft(response, size)
    heard = np.zeros(len(sound) + size, dtype=np.float32)
    for at in range(0, len(sound), step):
        heard[at : at + size] += np.fft.irfft(np.fft.rfft(sound[at : at + step], size) * spectrum, size)
    return heard[: len(sound)]
