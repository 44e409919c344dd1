"""Whether a recording of a line is good enough to stand in for the coach's voice. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coach.audio.clip import Samples
from coach.speech.leveling import active_level_db
from coach.speech.pace import plausible_seconds

READING_WPM: Final = 130
"""About how quickly a text is read aloud to somebody old; the bounds around it are wide (`pace`)."""
_SLOWER: Final = 1.5
"""A relative may take so much longer than any synthesizer would: a smile takes time (chosen)."""
SOFT_DB: Final = -45.0
"""Speech below this would bring up the hiss of the microphone by more than 20 dB when it is leveled (chosen)."""
NOISE_DB: Final = 20.0
"""Least distance of the speech from the noise between its words: closer, and the noise is heard to come and go with
the line (chosen; not measured)."""
CLIPPED_SHARE: Final = 0.001
"""Share of the samples at full scale from which a voice is heard to break (chosen: half of what `inspection` bears)."""
_FULL: Final = 0.99
_WINDOW_S: Final = 0.020
_EDGES: Final = 3
"""Windows at the beginning and the end: speech that sounds in there was cut off."""
_OVER_ROOM_DB: Final = 8.0
"""What is louder than the room by this is somebody; noise itself swings by less."""
_UNDER_VOICE_DB: Final = 35.0
"""What is softer than the voice by this is no part of the words."""
_NOTHING_DB: Final = -120.0


class Flaw(StrEnum):
    """What is wrong with a take."""

    NOTHING = "nothing"
    """Nobody is heard."""
    SOFT = "soft"
    CLIPPED = "clipped"
    NOISY = "noisy"
    CUT = "cut"
    """It begins before the recording does, or ends behind it."""
    SHORT = "short"
    """Less than the words."""
    LONG = "long"
    """More than the words, or with long pauses."""


@dataclass(frozen=True, slots=True)
class Take:
    """What was found in a recording."""

    flaws: tuple[Flaw, ...]
    """What is wrong with it, worst first; nothing where it can be used."""
    level_db: float
    """Level of the speech in its active moments, in decibels against full scale."""
    noise_db: float
    """Level between the words."""
    length_s: float
    """From its first sound to its last."""


def judge(samples: Samples, rate: int, text: str, language: str) -> Take:
    """Return what is found in a recording of a text.

    Args:
        samples: float32, shape (frames,), full scale ±1.0, with the quiet before and behind.
        rate: Frames a second.
        text: The words that should be in it.
        language: BCP 47 tag.
    """
    levels = _levels_db(samples, rate)
    # The quietest fifth is the room between and around the words.
    noise = float(np.sort(levels)[: max(1, len(levels) // 5)].mean()) if len(levels) else _NOTHING_DB
    level = active_level_db(samples, rate) if len(levels) else _NOTHING_DB
    sounding = np.flatnonzero(levels > max(noise + _OVER_ROOM_DB, level - _UNDER_VOICE_DB))
    # Noise alone has no louder moments: nobody is heard over it.
    if not len(sounding) or level < SOFT_DB - _OVER_ROOM_DB or level - noise < _OVER_ROOM_DB:
        return Take((Flaw.NOTHING,), level, noise, 0.0)
    first, last = int(sounding[0]), int(sounding[-1]) + 1
    length_s = (last - first) * _WINDOW_S
    shortest, longest = plausible_seconds(text, language, READING_WPM)
    flaws = (
        (Flaw.CLIPPED, float(np.mean(np.abs(samples) >= _FULL)) >= CLIPPED_SHARE),
        (Flaw.SOFT, level < SOFT_DB),
        (Flaw.NOISY, level - noise < NOISE_DB),
        (Flaw.CUT, first < _EDGES or last > len(levels) - _EDGES),
        (Flaw.SHORT, length_s < shortest),
        (Flaw.LONG, length_s > longest * _SLOWER),
    )
    return Take(tuple(flaw for flaw, there in flaws if there), level, noise, length_s)


def _levels_db(samples: Samples, rate: int) -> NDArray[np.float64]:
    """Return the level of each whole 20 ms."""
    window = max(1, round(_WINDOW_S * rate))
    whole = len(samples) // window * window
    powers = np.square(samples[:whole], dtype=np.float64).reshape(-1, window).mean(axis=1)
    return np.asarray(10.0 * np.log10(np.maximum(powers, 1e-12)))
