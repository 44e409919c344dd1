"""Reading recordings of any format and rate into what the coach listens to."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coach.audio.clip import Samples
from coach.audio.resampler import Resampler, resample
from coach.audio.wavefile import wav_blocks
from coach.errors import RecordingError
from coach.units import LISTEN_RATE

_LOST: Final = 0.01
"""Share of the loudest channel's power below which the mean has lost it: -20 dB (chosen). The mean of a sound that is
in one of two channels alone lies 6 dB below it, that of channels in opposite phase far deeper."""
_FADE_S: Final = 0.01
"""Seconds in which one way of mixing becomes another: too slow to click (chosen)."""


def read_recording(path: Path, rate: int = LISTEN_RATE) -> Samples:
    """Return a recording as one channel at the listening rate.

    Args:
        path: A WAV, FLAC, OGG or other file that libsndfile reads. Channels are averaged; in a second in which that
            would lose more than 20 dB (chosen), as where two are in opposite phase, the loudest one is taken.
        rate: Frames a second of the result.

    Returns:
        float32, shape (frames,), full scale ±1.0; never empty.

    Raises:
        RecordingError: The file is missing, no audio, empty, breaks off, or holds numbers that are no sound; the
            message names it.
    """
    pieces, rates = zip(*_one_channel(path), strict=True)
    return resample(np.concatenate(pieces), rates[0], rate)


def recording_blocks(path: Path, rate: int = LISTEN_RATE) -> Iterator[Samples]:
    """Go through a recording in pieces of about a second, so that its length does not matter.

    Args:
        path: As in `read_recording`.
        rate: Frames a second of the pieces.

    Yields:
        float32, shape (frames,), full scale ±1.0; together what `read_recording` returns, but for the last bit.

    Raises:
        RecordingError: As in `read_recording`; by then pieces may have been given.
    """
    resampler: Resampler | None = None
    for samples, source_rate in _one_channel(path):
        if source_rate == rate:
            yield samples
            continue
        resampler = resampler or Resampler(source_rate, rate)
        yield resampler.accept(samples)
    if resampler is not None:
        yield resampler.finish()


def _one_channel(path: Path) -> Iterator[tuple[Samples, int]]:
    """Go through a recording in pieces of a second, mixed to one channel, each with its rate; there is at least one."""
    mixdown: _Mixdown | None = None
    for samples, rate in wav_blocks(path):
        if not np.isfinite(samples).all():
            raise RecordingError(f"{path}: this holds samples that are not numbers; save it again as 16-bit WAV.")
        mixdown = mixdown or _Mixdown(round(_FADE_S * rate))
        yield samples if samples.ndim == 1 else mixdown.accept(samples), rate
    if mixdown is None:
        raise RecordingError(f"{path}: this holds no sound; give a recording that is longer than nothing.")


class _Mixdown:
    """Several channels as one, piece by piece: their mean, or one of them where the mean would lose it.

    A channel that was taken is kept until it is lost itself or the mean is louder: a pause, whose noise does not
    cancel, does not bring back a mean that loses the beginning of the next word.
    """

    def __init__(self, fade: int) -> None:
        """Take the frames in which one way of mixing becomes another."""
        self._fade = fade
        self._taken: int | None = None
        self._began = False

    def accept(self, samples: Samples) -> Samples:
        """Return a piece of shape (frames, channels) as one channel."""
        mean = samples.mean(axis=1, dtype=np.float32)
        before = self._taken
        self._choose(_power(samples), float(_power(mean)))
        mixed = mean if self._taken is None else samples[:, self._taken].copy()
        if self._began and before != self._taken:
            fading = (mean if before is None else samples[:, before])[: self._fade]
            rising = (np.arange(1, len(fading) + 1) / self._fade).astype(np.float32)
            mixed[: len(fading)] = rising * mixed[: len(fading)] + (1 - rising) * fading
        self._began = True
        return mixed

    def _choose(self, channels: NDArray[np.float64], mean: float) -> None:
        """Keep to what is taken, or take something else, by the power of each channel and of their mean."""
        kept = mean if self._taken is None else channels[self._taken]
        lost = _LOST * channels.max()
        if kept < lost or kept < mean:
            self._taken = int(channels.argmax()) if mean < lost else None


def _power(samples: Samples) -> NDArray[np.float64]:
    """Return the mean power of each channel, or of one."""
    power: NDArray[np.float64] = np.mean(np.square(samples, dtype=np.float64), axis=0)
    return power
