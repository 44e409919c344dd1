"""Reading recordings of any format and rate into what the coach listens to."""

from pathlib import Path

import numpy as np

from coach.audio.clip import Samples
from coach.audio.resampler import resample
from coach.audio.wavefile import read_wav
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
    if not np.isfinite(samples).all():
        raise RecordingError(f"{path}: this holds samples that are not numbers; save it again as 16-bit WAV.")
    mono = samples if samples.ndim == 1 else samples.mean(axis=1, dtype=np.float32)
    return resample(mono, source_rate, rate)
