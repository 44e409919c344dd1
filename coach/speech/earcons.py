"""Sounds that are no words: gliding tones for the exercise, chimes for the coach itself. Computed, never rendered.

1. Tones glide between 400 and 700 Hz, or stay between, where old ears hear best and small loudspeakers still speak,
   and last at most 250 ms; nothing in them could be taken for a word.
2. They start and end softly: no click, no startle.
3. The fault chime needs no synthesizer, no cache and no file: it sounds when all of these failed.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np

from coach.audio.clip import Clip, Samples
from coach.units import SAMPLE_RATE, Frames, amplitude, frames

TONE_MOST: Final = frames(0.250)
"""Longest tone: shorter than any word of the exercises, so that it marks a moment and fills no phase."""
LOW_HZ: Final = 400.0
HIGH_HZ: Final = 700.0
"""Ends of the glides: nearly an octave, a step nobody needs a musical ear for."""
TONE_DB: Final = -25.0
"""Level of a tone against full scale, 3 dB below speech: a steady tone carries further than words do. Chosen."""
FAULT_DB: Final = -16.0
"""Level of the fault chime, 6 dB above speech: the one sound that has to wake."""
FAULT_HZ: Final = 520.0
"""A 520 Hz square wave wakes sleepers and reaches the hard of hearing where higher tones fail (Bruck and Thomas
2007, taken over into NFPA 72 for sleeping areas)."""
_HARMONICS: Final = (1.0, 0.35, 0.12)
"""A little above the fundamental, so that a loudspeaker without bass still carries the pitch."""
_SQUARE_TOP_HZ: Final = 8_000.0
"""The square wave is made of its harmonics up to here; what lies above would fold back or only sting."""

LEVEL_HZ: Final = (LOW_HZ * HIGH_HZ) ** 0.5
"""The level tone: as far from the low end as from the high one."""

TONES: Final = ("rising", "falling", "level", "count")
CHIMES: Final = ("fault", "alarm", "ready", "heard")


def tone(name: str, length: Frames = TONE_MOST) -> Clip:
    """Return a tone of the exercise.

    Args:
        name: ``rising`` (towards the nose), ``falling`` (away), ``level`` (stay) or ``count`` (a short tick).
        length: Room there is, in frames; the tone is this long but never longer than `TONE_MOST`
            (the tick never longer than 80 ms).

    Raises:
        ValueError: There is no such tone, or no room at all.
    """
    if length <= 0:
        raise ValueError("a tone needs at least one frame")
    if name == "rising":
        return _clip("tone.rising", _glide(LOW_HZ, HIGH_HZ, min(length, TONE_MOST)))
    if name == "falling":
        return _clip("tone.falling", _glide(HIGH_HZ, LOW_HZ, min(length, TONE_MOST)))
    if name == "level":
        return _clip("tone.level", _held(LEVEL_HZ, min(length, TONE_MOST)))
    if name == "count":
        return _clip("tone.count", _struck(550.0, min(length, frames(0.080)), decay_s=0.020))
    raise ValueError(f'there is no tone "{name}"; there are {", ".join(TONES)}')


@lru_cache(maxsize=len(CHIMES))
def chime(name: str) -> Clip:
    """Return a chime of the coach.

    Args:
        name: ``fault`` (three pulses), ``alarm`` (ten), ``ready`` (two notes upwards) or ``heard`` (one soft note).

    Raises:
        ValueError: There is no such chime.
    """
    makers: dict[str, Callable[[], Samples]] = {"fault": _fault, "alarm": _alarm, "ready": _ready, "heard": _heard}
    if name not in makers:
        raise ValueError(f'there is no chime "{name}"; there are {", ".join(CHIMES)}')
    return _clip(f"chime.{name}", makers[name]())


def _glide(first_hz: float, last_hz: float, length: int) -> Samples:
    """Return a tone that glides evenly in pitch, attack 15 %, decay 40 % of its length."""
    at = np.arange(length) / length
    # Evenly in pitch means geometrically in frequency; the phase is its integral.
    ratio = np.log(last_hz / first_hz)
    phase = 2.0 * np.pi * first_hz * length / SAMPLE_RATE * np.expm1(at * ratio) / ratio
    return _leveled(_voiced(phase) * _envelope(length, 0.15, 0.40), TONE_DB)


def _held(pitch_hz: float, length: int) -> Samples:
    """Return a tone that stays at its pitch, shaped like a glide."""
    phase = 2.0 * np.pi * pitch_hz * np.arange(length) / SAMPLE_RATE
    return _leveled(_voiced(phase) * _envelope(length, 0.15, 0.40), TONE_DB)


def _struck(pitch_hz: float, length: int, decay_s: float) -> Samples:
    """Return a note that dies away by itself, as a soft mallet on wood."""
    at = np.arange(length) / SAMPLE_RATE
    sound = _voiced(2.0 * np.pi * pitch_hz * at) * np.exp(-at / decay_s) * _envelope(length, 0.06, 0.25)
    return _leveled(sound, TONE_DB)


def _ready() -> Samples:
    # Short, as the first word waits for its end.
    gap = np.zeros(frames(0.02), dtype=np.float32)
    return np.concatenate((_struck(440.0, frames(0.15), 0.08), gap, _struck(660.0, frames(0.25), 0.10)))


def _heard() -> Samples:
    return _struck(587.0, frames(0.14), 0.05)


def _fault() -> Samples:
    """Return three pulses of 0.2 s with 0.2 s between, edges softened over 8 ms."""
    return _pulses(3)


def _alarm() -> Samples:
    """Return two groups of five such pulses, half a second apart: as many as a medical alarm of high priority has."""
    pause = np.zeros(frames(0.5), dtype=np.float32)
    return np.concatenate((_pulses(5), pause, _pulses(5)))


def _pulses(count: int) -> Samples:
    length = frames(0.2)
    at = np.arange(length) / SAMPLE_RATE
    odd = np.arange(1, int(_SQUARE_TOP_HZ / FAULT_HZ) + 1, 2)
    square = (np.sin(2.0 * np.pi * FAULT_HZ * odd[:, None] * at) / odd[:, None]).sum(axis=0)
    pulse = _leveled(square * _envelope(length, 0.04, 0.04), FAULT_DB)
    gap = np.zeros(frames(0.2), dtype=np.float32)
    return np.concatenate([part for _ in range(count) for part in (gap, pulse)][1:])


def _voiced(phase: np.ndarray[tuple[int], np.dtype[np.float64]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    sound: np.ndarray[tuple[int], np.dtype[np.float64]] = np.zeros_like(phase)
    for number, share in enumerate(_HARMONICS, start=1):
        sound += share * np.sin(number * phase)
    return sound


def _envelope(length: int, attack: float, decay: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return a gain curve from 0 to 1 and back to 0; attack and decay are shares of the length."""
    at = (np.arange(length) + 0.5) / length
    rise = np.clip(at / attack, 0.0, 1.0)
    fall = np.clip((1.0 - at) / decay, 0.0, 1.0)
    shape: np.ndarray[tuple[int], np.dtype[np.float64]] = np.sin(np.pi / 2.0 * np.minimum(rise, fall)) ** 2
    return shape


def _leveled(sound: np.ndarray[tuple[int], np.dtype[np.float64]], level_db: float) -> Samples:
    """Return a sound at a level (root of the mean square over its whole length, dBFS)."""
    power = float(np.square(sound).mean())
    leveled: Samples = (sound * (amplitude(level_db) / max(power, 1e-12) ** 0.5)).astype(np.float32)
    return leveled


def _clip(name: str, samples: Samples) -> Clip:
    samples.setflags(write=False)
    return Clip(name, samples)
