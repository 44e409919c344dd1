"""Gentle emphasis of the middle tones, for who hears little of the high ones.

Age takes the high tones first. Between 500 and 2000 Hz lie the vowels' first formants and the way from one sound to the
next, which such a person still hears well; raised a little, they carry the words, while the rest keeps its level. The
curve is applied to a whole clip at once, without delay: cues keep their frames.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from coach.audio.clip import Samples

FROM_HZ: Final = 500.0
TO_HZ: Final = 2000.0
"""The band that is raised (issue of the voices: for hard of hearing, 500-2000 Hz)."""
_SKIRT: Final = 1.0
"""Octaves over which the curve rises and falls: steep edges would ring."""
_PADDED_S: Final = 0.05
"""Silence behind the clip while it is filtered, so that nothing of its end comes round to its beginning."""


def emphasized(samples: Samples, rate: int, emphasis_db: float) -> Samples:
    """Return sound whose middle tones stand out.

    Args:
        samples: float32, shape (frames,), full scale ±1.0.
        rate: Frames a second.
        emphasis_db: Decibels by which `FROM_HZ` to `TO_HZ` are raised; 0 returns the sound as it is.

    Returns:
        float32, shape (frames,); it may pass full scale, so it is to be leveled behind this.
    """
    if emphasis_db == 0.0 or not len(samples):
        return samples
    length = len(samples) + round(_PADDED_S * rate)
    spectrum = np.fft.rfft(samples, length)
    raised = np.fft.irfft(spectrum * _curve(np.fft.rfftfreq(length, 1 / rate), emphasis_db), length)
    return np.asarray(raised[: len(samples)], dtype=np.float32)


def _curve(hertz: NDArray[np.floating[Any]], emphasis_db: float) -> NDArray[np.floating[Any]]:
    """Return the amplitude ratio at each frequency: flat within the band, half a cosine over an octave beside it."""
    octaves = np.log2(np.maximum(hertz, 1.0))
    outside = np.maximum(np.log2(FROM_HZ) - octaves, octaves - np.log2(TO_HZ))
    share = 0.5 + 0.5 * np.cos(np.pi * np.clip(outside / _SKIRT, 0.0, 1.0))
    return np.asarray(10.0 ** (emphasis_db * share / 20.0))
