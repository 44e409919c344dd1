"""Changing the rate of sound: whole, streaming between any rates, and between 48 and 16 kHz block by block."""

from typing import Final

import numpy as np
import soxr

from coach.audio.clip import Samples
from coach.units import LISTEN_RATIO, SAMPLE_RATE

_TAPS: Final = 121
"""Length of the decimator's low-pass: 6·20+1, so that its delay is a whole number of listening frames."""
_CUTOFF_HZ: Final = 7_400.0
"""Middle of its slope: flat to 6.9 kHz, and 60 dB down from 8.2 kHz, where folding would begin to be heard."""
_KAISER_BETA: Final = 6.0
"""Kaiser window of about 63 dB stop-band attenuation (Kaiser and Schafer, 1980): below any room's noise."""


def resample(samples: Samples, source_rate: int, target_rate: int) -> Samples:
    """Return the same sound at another rate, aligned in time with the original.

    Args:
        samples: float32, shape (frames,) or (frames, channels).
        source_rate: Its frames a second.
        target_rate: Frames a second of the result.

    Returns:
        float32, same number of dimensions; the samples themselves when the rates are equal.
    """
    if source_rate == target_rate:
        return samples
    resampled: Samples = soxr.resample(samples, source_rate, target_rate, quality="HQ").astype(np.float32, copy=False)
    return resampled


class Resampler:
    """One channel of sound at another rate, block by block; gives blocks of varying length."""

    def __init__(self, source_rate: int, target_rate: int) -> None:
        """Take the frames a second of what comes in and of what goes out."""
        self._stream = soxr.ResampleStream(source_rate, target_rate, 1, dtype="float32", quality="HQ")

    def accept(self, samples: Samples) -> Samples:
        """Return what is ready after the next samples: float32, shape (frames,), perhaps empty."""
        ready: Samples = self._stream.resample_chunk(samples)
        return ready

    def finish(self) -> Samples:
        """Return the rest; nothing may be given afterwards."""
        rest: Samples = self._stream.resample_chunk(np.zeros(0, dtype=np.float32), last=True)
        return rest


class Decimator:
    """48 kHz to 16 kHz, block by block: three frames in, one frame out, at once.

    The microphone and the record of what was played go through one each, so that both are late by the
    same `DELAY` and stay aligned.
    """

    DELAY: Final = _TAPS // 2 // LISTEN_RATIO
    """Listening frames by which the result is late (1.25 ms)."""

    def __init__(self) -> None:
        """Start in silence."""
        self._past = np.zeros(_TAPS - 1, dtype=np.float32)

    def accept(self, samples: Samples) -> Samples:
        """Return the next third as many listening frames.

        Args:
            samples: float32, shape (n,), 48 kHz; n a multiple of 3.

        Returns:
            float32, shape (n / 3,), 16 kHz.

        Raises:
            ValueError: n is no multiple of 3.
        """
        if len(samples) % LISTEN_RATIO:
            raise ValueError(f"{len(samples)} frames are no multiple of {LISTEN_RATIO}")
        line = np.concatenate((self._past, samples))
        self._past = line[len(samples) :]
        if not line.any():
            return np.zeros(len(samples) // LISTEN_RATIO, dtype=np.float32)
        # Each third of the filter meets every third sample: only the frames that are kept are computed.
        count = len(samples) // LISTEN_RATIO
        kept = np.zeros(count, dtype=np.float32)
        for phase, taps in enumerate(_PHASES):
            kept += np.convolve(
                line[-phase % LISTEN_RATIO :: LISTEN_RATIO][: count + len(taps) - 1], taps, mode="valid"
            )
        return kept


class Interpolator:
    """16 kHz to 48 kHz, block by block: one frame in, three frames out, at once."""

    DELAY: Final = _TAPS // 2
    """Frames at 48 kHz by which the result is late (1.25 ms)."""

    def __init__(self) -> None:
        """Start in silence."""
        self._past = np.zeros(_TAPS // LISTEN_RATIO, dtype=np.float32)

    def accept(self, samples: Samples) -> Samples:
        """Return the next frames, three for each of `samples`: float32, shape (3·n,), 48 kHz."""
        line = np.concatenate((self._past, samples))
        self._past = line[len(samples) :]
        frames = np.zeros((len(samples), LISTEN_RATIO), dtype=np.float32)
        if line.any():
            for phase, taps in enumerate(_PHASES):
                frames[:, phase] = np.convolve(line, taps * LISTEN_RATIO, mode="valid")[-len(samples) :]
        return frames.reshape(-1)


def _low_pass() -> tuple[Samples, ...]:
    """Return the decimator's filter, one row for each of the three phases."""
    at = np.arange(_TAPS) - _TAPS // 2
    cutoff = 2.0 * _CUTOFF_HZ / SAMPLE_RATE
    taps = cutoff * np.sinc(cutoff * at) * np.kaiser(_TAPS, _KAISER_BETA)
    taps = (taps / taps.sum()).astype(np.float32)
    return tuple(taps[phase::LISTEN_RATIO] for phase in range(LISTEN_RATIO))


_PHASES: Final = _low_pass()
