"""A cry or a groan: a loud voice that goes on and on without words.

Rules:

1. It is looked for in whole utterances, as the segmenter cuts them, and told when one is over. A cry that holds on so
   steadily that the segmenter takes it for the room is told when it falls silent: a machine or a programme that has
   begun goes on.
2. A cry is *voice nearly all the way*: a vocal fold that swings, block after block. Words are cut up by hisses, stops
   and pauses, coughs and laughs by breath. So the share of the loud blocks that are voiced decides, and their number.
3. It must stand well above the room: what is faint is somebody else's, or nobody's. Where it was itself taken for the
   room, the lowest floor since it began counts.
4. Talk that is voiced nearly all the way is told apart by an engine that writes sounds of speech: it writes them then.

Figures (2026-11, open recordings; both halves were looked at while the rule was chosen): of 7 people crying 7 and of
7 screaming 6 are told, of 8 moaning none (breathy ones have no voice); 2 of 8 yawns and 1 of 9 laughs; no cough, sneeze
or sigh. In talk rule 4 alone keeps a dozen false questions an hour away.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.listening.segmenter import LONGEST_S
from coach.units import LISTEN_BLOCK, LISTEN_RATE, amplitude

VOICED_SHARE: Final = 0.78
"""Share of the loud blocks that must be voiced: cries lie at 0.8-1.0, most laughs and coughs below 0.65."""
VOICED_S: Final = 0.7
"""Seconds of voice there must be: single words have less."""
SPEECH_PHONES: Final = 3.0
"""Sounds of speech a second from which on it is talk: talk has 6-13, cries, laughs and coughs at most 2."""
ABOVE_ROOM_DB: Final = 25.0
"""How far the loudest block must stand above the room's noise (chosen; not measured on people lying in bed)."""

_PERIODIC: Final = 0.8
"""Normalized autocorrelation from which on a block is voiced (Boersma 1993: 0.45 for any voice; cries are purer)."""
_LOUD_DB: Final = 20.0
"""Blocks this far below the loudest one are pauses (chosen)."""
_FALLEN: Final = 10
"""Pauses in a row that end a cry which the segmenter took for the room: 0.2 s, more than its voice breaks for."""
_LONGEST: Final = round(LONGEST_S * LISTEN_RATE / LISTEN_BLOCK)
"""Blocks after which such a sound is no cry any more: nobody has breath for more in one go (chosen)."""
_PITCH_HZ: Final = (75.0, 700.0)
"""From a man's groan to a woman's scream; what is higher is a whistle of breath."""
_WINDOW: Final = 2 * LISTEN_BLOCK
"""Listening frames in which periods are looked for: 40 ms hold three periods of 75 Hz."""
_SIZE: Final = 1 << (2 * _WINDOW - 1).bit_length()
_LAGS: Final = slice(round(LISTEN_RATE / _PITCH_HZ[1]), round(LISTEN_RATE / _PITCH_HZ[0]))
_HANN: Final = np.hanning(_WINDOW).astype(np.float32)
_HANN_ITSELF: Final = np.fft.irfft(np.square(np.abs(np.fft.rfft(_HANN, _SIZE))), _SIZE)[_LAGS]


@dataclass(frozen=True, slots=True)
class Cry:
    """A cry that has ended."""

    share: float
    """Share of its loud blocks that are voiced, 0 to 1."""
    blocks: int
    """Blocks from its first loud one to the end of the utterance."""
    behind: int = 0
    """Of those, the ones behind its last loud one."""


class CryDetector:
    """Follows one utterance after the other."""

    def __init__(self) -> None:
        """Start in silence."""
        self.reset()

    def reset(self) -> None:
        """Forget the utterance under way."""
        self._before = np.zeros(LISTEN_BLOCK, dtype=np.float32)
        self._forget()

    def _forget(self) -> None:
        self._powers: list[float] = []
        self._voiced: list[bool] = []
        self._floor_db = np.inf
        self._holds_on = False

    def accept(self, block: Samples, floor_db: float, *, speech: bool) -> Cry | None:
        """Take the next block; return the cry that ends with it.

        Args:
            block: float32, shape (320,), 16 kHz; others are passed over.
            floor_db: Level of the room's noise, against full scale.
            speech: Whether the segmenter holds somebody to be speaking.
        """
        if len(block) != LISTEN_BLOCK:
            return None
        cry: Cry | None = None
        if speech:
            if self._holds_on:
                self._forget()
            self._take(block)
            self._floor_db = min(self._floor_db, floor_db)
        elif self._holds_on:
            self._take(block)
            cry = self._fallen_silent()
        elif self._powers:
            cry = self._cry(floor_db)
            self._holds_on = cry is None and len(self._powers) < _LONGEST and self._cry(self._floor_db) is not None
            if not self._holds_on:
                self._forget()
        self._before = block
        return cry

    def _take(self, block: Samples) -> None:
        # The variance: an offset that a microphone may have is as strong as a voice, and would fill every pause.
        self._powers.append(float(block.var()))
        self._voiced.append(_is_voiced(np.concatenate((self._before, block))))

    def _fallen_silent(self) -> Cry | None:
        """Return the cry that the segmenter took for the room, once it is over."""
        quiet = max(self._powers[-_FALLEN:]) <= max(self._powers) * amplitude(-_LOUD_DB) ** 2
        cry = self._cry(self._floor_db) if quiet else None
        if quiet or len(self._powers) >= _LONGEST:
            self._forget()
        return cry

    def _cry(self, floor_db: float) -> Cry | None:
        """Return what the utterance was that is now over, beside a room of such a level."""
        powers = np.array(self._powers)
        loudest = float(powers.max())
        if loudest < amplitude(floor_db + ABOVE_ROOM_DB) ** 2:
            return None
        loud = powers > loudest * amplitude(-_LOUD_DB) ** 2
        voiced = int(np.count_nonzero(loud & np.array(self._voiced)))
        share = voiced / int(np.count_nonzero(loud))
        if share < VOICED_SHARE or voiced * LISTEN_BLOCK < VOICED_S * LISTEN_RATE:
            return None
        return Cry(share, len(powers) - int(np.argmax(loud)), int(np.argmax(loud[::-1])))


def _is_voiced(window: Samples) -> bool:
    """Return whether 40 ms of sound repeat themselves at the pitch of a voice."""
    spectrum = np.square(np.abs(np.fft.rfft((window - window.mean()) * _HANN, _SIZE)))
    itself = np.fft.irfft(spectrum, _SIZE)
    if itself[0] <= 0.0:
        return False
    share = itself[_LAGS] / itself[0] * (_HANN_TOTAL / _HANN_ITSELF)
    return bool(share.max() > _PERIODIC)


_HANN_TOTAL: Final = float(np.sum(np.square(_HANN)))
