"""A word that stands out of other people's talk: louder than all around it, and soon over.

Beside a television an utterance hardly ever ends, and a "stop" in it has no silence on either side. But somebody who
means the coach is nearer to the microphone, and louder. Such a stretch is cut out, and read as if it were all that was
said. In talk of one person syllables stand out as well, but not by so much. Said again and again, each time counts by
itself: the other times are no talk around it.
"""

from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.units import LISTEN_BLOCK, LISTEN_RATE

SEEN: Final = 2 * LISTEN_RATE
"""Listening frames among which a word must stand out."""
OUT_DB: Final = 8.0
"""How far its mean power must lie above that of all around it."""
_CORE_DB: Final = 8.0
"""What lies so far below its loudest 20 ms is not its vowel any more."""
_GAP: Final = 5
"""Quieter frames of 20 ms within it: the closure of a consonant."""
_SHORTEST, _LONGEST = 3, 35
"""Frames of its loud part: 0.06 s, and 0.7 s."""
_BEFORE, _AFTER = 11, 10
"""Frames around its loud part that may belong to it: 0.2 s of "st", 0.2 s of "p"."""
_AROUND: Final = 25
"""Least frames around it: 0.5 s."""


def standing_out(sound: Samples) -> tuple[int, int] | None:
    """Return the last stretch that stands out of a sound and is over: first frame and one past the last.

    Args:
        sound: float32, 16 kHz; its last `SEEN` frames count.
    """
    skipped = max(0, len(sound) - SEEN)
    seen = sound[skipped:]
    # The variance: beside an offset that a microphone may have, no weak word stands out.
    powers = seen[: len(seen) // LISTEN_BLOCK * LISTEN_BLOCK].reshape(-1, LISTEN_BLOCK).var(axis=1)
    if len(powers) < _AROUND + _BEFORE + _AFTER or not powers.any():
        return None
    loud = np.flatnonzero(powers > powers.max() * 10.0 ** (-_CORE_DB / 10.0))
    parts = np.split(loud, np.flatnonzero(np.diff(loud) > _GAP + 1) + 1)
    spans = [(int(part[0]), int(part[-1]) + 1) for part in parts]
    complete = [(first, last) for first, last in spans if last + _AFTER <= len(powers)]
    short = any(last - first < _SHORTEST for first, last in complete)
    if not complete or short or any(last - first > _LONGEST for first, last in spans):
        return None
    first, last = complete[-1]
    begin, end = first - _BEFORE, last + _AFTER
    if begin < 0:
        return None
    others = np.ones(len(powers), dtype=bool)
    for other_first, other_last in spans:
        others[max(0, other_first - _BEFORE) : other_last + _AFTER] = False
    around = powers[others]
    if len(around) < _AROUND or around.mean() * 10.0 ** (OUT_DB / 10.0) > powers[first:last].mean():
        return None
    return skipped + begin * LISTEN_BLOCK, skipped + end * LISTEN_BLOCK
