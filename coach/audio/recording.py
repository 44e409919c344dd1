"""Reading recordings of any format and rate into what the coach listens to."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from coach.audio.clip import Samples
from coach.audio.resampler import Resampler, resample
from coach.audio.wavefile import read_wav, wav_blocks
from coach.errors import RecordingError
from coach.units import LISTEN_RATE


def read_recording(path: Path, rate: int = LISTEN_RATE) -> Samples:
    """Return a recording as one channel at the listening rate.

    Args:
        path: A WAV, FLAC, OGG or other file that libsndfile reads; channels are averaged.
        rate: Frames a second of the result.

    Returns:
        float32, shape (frames,), full scale ±1.0; never empty.

    Raises:
        RecordingError: The file is missing, no audio, empty, or holds numbers that are no sound; the message names it.
    """
    samples, source_rate = read_wav(path)
    if not len(samples):
        raise RecordingError(f"{path}: this holds no sound; give a recording that is longer than nothing.")
    return resample(_mono(samples, path), source_rate, rate)


def recording_blocks(path: Path, rate: int = LISTEN_RATE) -> Iterator[Samples]:
    """Go through a recording in pieces of about a second, so that its length does not matter.

    Args:
        path: As in `read_recording`.
        rate: Frames a second of the pieces.

    Yields:
        float32, shape (frames,), full scale ±1.0; together what `read_recording` returns, but for the last bit.

    Raises:
        RecordingError: As in `read_recording`, and when the file breaks off; by then pieces may have been given.
    """
    resampler: Resampler | None = None
    empty = True
    for samples, source_rate in wav_blocks(path):
        empty = False
        mono = _mono(samples, path)
        if source_rate == rate:
            yield mono
            continue
        resampler = resampler or Resampler(source_rate, rate)
        yield resampler.accept(mono)
    if empty:
        raise RecordingError(f"{path}: this holds no sound; give a recording that is longer than nothing.")
    if resampler is not None:
        yield resampler.finish()


def _mono(samples: Samples, path: Path) -> Samples:
    """Return samples of one or several channels as one channel."""
    if not np.isfinite(samples).all():
        raise RecordingError(f"{path}: this holds samples that are not numbers; save it again as 16-bit WAV.")
    return samples if samples.ndim == 1 else samples.mean(axis=1, dtype=np.float32)
