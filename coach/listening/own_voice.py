"""Whether what is left of the microphone may be somebody else, or is only the coach's own echo.

1. While the coach sounds, a voice is believed where clearly more is left behind the canceller than
   the canceller is known to leave, and than the room's own noise. A canceller that has learned
   nothing yet is believed to leave everything, so the coach does not answer its own first words.
2. A voice that has begun is followed to its end; while the coach sounds, only as long as there is
   more than echo, `_LOST_BLOCKS` of doubt allowed.
3. Where the coach's words do not come back at all (headphones, a speakerphone with a canceller of its
   own) there is no echo to be mistaken, and a voice is believed as in a silent room.
4. Nothing is taken from the signal: this only decides whether somebody else is speaking.

Figures: a synthetic voice through simulated rooms of RT60 0.3-0.5 s at -30 dBFS, linear Kalman
canceller. After four seconds of the coach's speech what is left lies 23-30 dB below the
microphone in four blocks of five, and never above -11 dB for more than two blocks.
"""

from typing import Final

from coach.audio.clip import Samples
from coach.units import LISTEN_BLOCK, amplitude

MARGIN_DB: Final = 8.0
"""How far above the expected residue a voice must stand; single residues swing by that much around their middle."""
ENOUGH_DB: Final = 14.0
"""A voice this far below the echo is believed at once where the canceller is known to do better than that: residues
stay below it, and a person 10 dB below the echo stands above it."""
NOISE_MARGIN_DB: Final = 9.0
"""How far above the room's noise a voice must stand while the coach sounds."""
TAIL_BLOCKS: Final = 20
"""Blocks for which the room still answers after the last frame played: 0.4 s, a furnished bedroom."""
BEGUN_BLOCKS: Final = 4
"""Blocks in a row that must hold more than echo before an utterance begins: 80 ms, the shortest of vowels."""
_LOST_BLOCKS: Final = 20
"""Blocks without anything but echo after which an utterance is over: 0.4 s, longer than a gap inside a word."""
_SMOOTHING: Final = 1.0 / 3.0
"""Weight of a block in the compared powers: 60 ms, about one sound of speech."""
_SOUND: Final = 1e-7
"""Mean power of a reference that sounds (-70 dBFS)."""
_LOUD: Final = 3e-5
"""Mean power of a reference that must be heard if it comes back (-45 dBFS; clips are at -22)."""
_HEARD_DB: Final = 6.0
"""How far above the room's noise the microphone must be for such a block to count as come back."""
_SHARE: Final = 1.0 / 100.0
"""Weight of a block in the share that comes back: two seconds of the coach's speech. One word of a person, half a
second, moves it by a fifth."""
_NO_ECHO: Final = 0.5
"""Below this share there is no echo: of an echo at -30 dBFS nearly every block comes back, of none what others say."""
_JUDGED_BLOCKS: Final = 25
"""Loud blocks before the share is believed: half a second."""
_RINGING: Final = 10.0 ** (-1.2 / 10.0)
"""How fast the loudness of an echo is let go, a block: 60 dB in a second. What rings on longer than the canceller's
filter is the coach's own voice as well; rooms of bedrooms fall faster."""
_RISE: Final = 10.0 ** (0.01 / 10.0)
"""The room's noise may rise by half a decibel a second: a floor that follows minima, slower than any voice."""


class OwnVoiceGate:
    """Follows microphone, residue and reference block by block."""

    def __init__(self) -> None:
        """Start in a quiet room."""
        self.reset()

    def reset(self) -> None:
        """Forget what sounded."""
        self._quiet_for = float(TAIL_BLOCKS)
        self._power_in = self._power_out = self._loudness = 0.0
        self._floor = float("inf")
        self._open_for = float(BEGUN_BLOCKS)
        self._closed_for = 0.0
        self._following = False
        self._stale = False
        self._come_back = 1.0
        self._judged = 0

    def accept(self, mic: Samples, cleaned: Samples, reference: Samples, convergence_db: float) -> None:
        """Take the next block.

        Args:
            mic: float32, shape (n,), 16 kHz: before the canceller.
            cleaned: Same shape: behind it.
            reference: Same shape: what was being played.
            convergence_db: By how much the canceller weakens an echo at present.
        """
        blocks = len(mic) / LISTEN_BLOCK
        sounding = float(reference @ reference) > _SOUND * len(reference)
        self._quiet_for = 0.0 if sounding else self._quiet_for + blocks
        self._power_in += _SMOOTHING * (float(mic @ mic) / len(mic) - self._power_in)
        self._power_out += _SMOOTHING * (float(cleaned @ cleaned) / len(mic) - self._power_out)
        self._loudness = max(self._power_in, self._loudness * _RINGING)
        self._floor = min(self._floor * _RISE, self._power_out) if self._power_out > 0.0 else self._floor
        if float(reference @ reference) > _LOUD * len(reference):
            back = self._power_in > self._floor * amplitude(_HEARD_DB) ** 2
            self._judged += 1
            # A plain mean at first, so that half a second is enough to judge by.
            self._come_back += max(_SHARE, 1.0 / self._judged) * (back - self._come_back)
        if self._may_be_another(convergence_db):
            self._open_for += blocks
            self._closed_for = 0.0
        else:
            self._open_for = 0.0
            self._closed_for += blocks

    def follow(self, *, voice: bool) -> bool:
        """Return whether somebody else is speaking, given that the segmenter holds the residue for a voice."""
        # A segmenter still holding on to the coach's last word is no voice: something must be heard now.
        self._stale = voice and (self._stale or self._open_for == 0.0)
        begun = self._open_for >= BEGUN_BLOCKS and (not self._stale or self._above_noise())
        going_on = self._following and self._closed_for <= _LOST_BLOCKS
        self._following = voice and (begun or going_on)
        return self._following

    def _may_be_another(self, convergence_db: float) -> bool:
        if self._quiet_for >= TAIL_BLOCKS:
            return True
        if self._judged >= _JUDGED_BLOCKS and self._come_back < _NO_ECHO:
            return self._above_noise()
        known_db = min(convergence_db - MARGIN_DB, ENOUGH_DB)
        return known_db > 0.0 and self._above_noise() and self._power_out > self._loudness * amplitude(-known_db) ** 2

    def _above_noise(self) -> bool:
        return self._power_out > self._floor * amplitude(NOISE_MARGIN_DB) ** 2
