"""What a microphone brings, told from a short recording: good sound, or which of the usual things is wrong. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.runtime.host import level_db
from coach.units import LISTEN_BLOCK

FAINT_DB: Final = -75.0
"""A room below this is too faint: even a quiet one lies at -60 to -50 dB where the gain is usable (chosen)."""
CLIPPED_SHARE: Final = 0.002
"""Share of frames at full scale from which it is overdriven: 30 in a second; a slamming door brings fewer (chosen)."""
FULL: Final = 0.99
STUCK_SPAN: Final = 1.5 / 32_768
"""A microphone that lives moves by more than the last bit of 16."""
OFFSET: Final = 0.1
"""Mean, against full scale, from which it is a broken cable or card and no sound (hazard H23)."""
VOICE_FAINT_DB: Final = -50.0
"""A voice below this is told to come nearer: it lies at the level of a quiet room's noise (chosen)."""
VOICE_OVER_ROOM_DB: Final = 10.0
"""Least distance of a voice from the noise of the room: the least for which `coach bench hearing` measures words."""


class Sound(StrEnum):
    """What a microphone brings."""

    WELL = "well"
    NOTHING = "nothing"
    """No frame came."""
    ZEROS = "zeros"
    """Nothing but zeros: muted, or the wrong one."""
    STUCK = "stuck"
    """One value that never moves."""
    CLIPPED = "clipped"
    """Overdriven."""
    OFFSET = "offset"
    """It lies off the middle."""
    FAINT = "faint"
    """Too quiet to be a room."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What a recording holds."""

    sound: Sound
    level_db: float
    """RMS level against full scale, without any offset; -99 for nothing."""


def assess(mic: Samples) -> Brought:
    """Say what a microphone brings while nobody needs to speak.

    Args:
        mic: float32, shape (frames,), 16 kHz, full scale ±1.0; a second or more.
    """
    if not len(mic):
        return Brought(Sound.NOTHING, -99.0)
    mean = float(np.mean(mic, dtype=np.float64))
    level = level_db(np.asarray(mic - mean, dtype=np.float32))
    if not np.any(mic):
        return Brought(Sound.ZEROS, level)
    if float(np.max(mic) - np.min(mic)) <= STUCK_SPAN:
        return Brought(Sound.STUCK, level)
    if float(np.mean(np.abs(mic) >= FULL)) >= CLIPPED_SHARE:
        return Brought(Sound.CLIPPED, level)
    if abs(mean) > OFFSET:
        return Brought(Sound.OFFSET, level)
    return Brought(Sound.FAINT if level < FAINT_DB else Sound.WELL, level)


def voice_level_db(mic: Samples, room_db: float) -> float:
    """Return the level of the voice in a recording: of its blocks that stand out of the room; -99 where none does.

    Args:
        mic: float32, shape (frames,), 16 kHz.
        room_db: Level of the room without it.
    """
    blocks = mic[: len(mic) // LISTEN_BLOCK * LISTEN_BLOCK].reshape(-1, LISTEN_BLOCK)
    loud = [block for block in blocks if level_db(block) > room_db + VOICE_OVER_ROOM_DB / 2]
    return level_db(np.concatenate(loud)) if loud else -99.0
