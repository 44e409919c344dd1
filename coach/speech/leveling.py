"""From a synthesizer's file to a clip: playing rate, no dead time, one loudness for all.

1. Silence before and after is cut to what speech needs: a cue sounds when it is scheduled.
2. Every line is brought to the same level of *active* speech, so that a sentence with pauses
   is no louder than one without.
3. The edges are faded: no line begins or ends with a click.
"""

from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.audio.resampler import resample
from coach.units import SAMPLE_RATE, amplitude

LEVEL_DB: Final = -22.0
"""Active speech level of every clip against full scale. Peaks of 176 lines of the calm voices lie 13 to 21 dB above
(median 17): at this level all stay below `PEAK_DB`, and a gain or a second lane finds room."""
PEAK_DB: Final = -1.0
"""No sample of a clip is louder: resampled peaks between samples stay below full scale (EBU R 128 practice)."""
LEAD_S: Final = 0.010
TAIL_S: Final = 0.060
"""Silence kept before and after: the onset of an "h" and the dying away of an "n" lie below the threshold."""
FADE_S: Final = 0.005
QUIET_DB: Final = -60.0
"""Nothing below this level against full scale is sound: 16-bit noise and a good room's hiss lie lower."""
_BELOW_LOUDEST_DB: Final = 45.0
"""Sound may be this much softer than the loudest moment and still be speech; more is a recording's noise."""
_WINDOW_S: Final = 0.010
_MARGIN_DB: Final = 15.9
"""Active means within this margin of the active level itself (ITU-T P.56)."""


def sounding_span(samples: Samples, rate: int) -> tuple[int, int]:
    """Return the first frame that sounds and one past the last; both 0 where nothing does.

    Args:
        samples: float32, shape (frames,), full scale ±1.0.
        rate: Frames a second.
    """
    levels = _window_levels(samples, rate)
    if not len(levels):
        return 0, 0
    sounding = np.flatnonzero(levels > max(QUIET_DB, float(levels.max()) - _BELOW_LOUDEST_DB))
    if not len(sounding):
        return 0, 0
    window = _window(rate)
    return int(sounding[0]) * window, min(len(samples), (int(sounding[-1]) + 1) * window)


def active_level_db(samples: Samples, rate: int) -> float:
    """Return the level of speech in its active moments, in decibels against full scale; -120 for silence.

    A simplification of ITU-T P.56: the mean power of 10 ms windows that lie within 15.9 dB of the result.
    """
    levels = _window_levels(samples, rate)
    powers = 10.0 ** (levels / 10.0)
    level = _mean_db(powers)
    for _ in range(12):
        active = powers[levels > level - _MARGIN_DB]
        if not len(active):
            break
        following = _mean_db(active)
        if following <= level:
            break
        level = following
    return level


def trimmed(samples: Samples, rate: int) -> Samples:
    """Return sound without the silence around it, but for a breath's width; empty where nothing sounds."""
    first, last = sounding_span(samples, rate)
    if first == last:
        return samples[:0]
    return samples[max(0, first - round(LEAD_S * rate)) : last + round(TAIL_S * rate)]


def leveled(samples: Samples, rate: int) -> Samples:
    """Return a line at the playing rate, at the common level, faded at its edges.

    Args:
        samples: float32, shape (frames,), already trimmed.
        rate: Frames a second.

    Returns:
        float32, shape (frames,), 48 kHz, no sample above `PEAK_DB`; a new array.
    """
    line = np.array(resample(samples, rate, SAMPLE_RATE), dtype=np.float32)
    peak = float(np.abs(line).max(initial=0.0))
    if peak == 0.0:
        return line
    gain = amplitude(LEVEL_DB - active_level_db(line, SAMPLE_RATE))
    line *= np.float32(min(gain, amplitude(PEAK_DB) / peak))
    fade = min(round(FADE_S * SAMPLE_RATE), len(line) // 2)
    ramp = (0.5 - 0.5 * np.cos(np.pi * np.arange(fade) / fade)).astype(np.float32)
    line[:fade] *= ramp
    line[len(line) - fade :] *= ramp[::-1]
    return line


def _window(rate: int) -> int:
    return max(1, round(_WINDOW_S * rate))


def _window_levels(samples: Samples, rate: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the level of each 10 ms window in dBFS; the last one may be filled up with silence."""
    window = _window(rate)
    count = -(-len(samples) // window)
    padded = np.zeros(count * window, dtype=np.float64)
    padded[: len(samples)] = samples
    powers = np.square(padded.reshape(count, window)).mean(axis=1)
    levels: np.ndarray[tuple[int], np.dtype[np.float64]] = 10.0 * np.log10(np.maximum(powers, 1e-12))
    return levels


def _mean_db(powers: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return float(10.0 * np.log10(powers.mean())) if len(powers) else -120.0
