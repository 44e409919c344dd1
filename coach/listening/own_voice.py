"""Whether what is left of the microphone may be somebody else, or is only the coach's own echo.

1. While the coach sounds, a voice is believed where more is left behind the canceller than the
   canceller is known to leave (`MARGIN_DB` above it). A canceller that has learned nothing yet is
   believed to leave everything, so the coach does not answer its own first words.
2. A voice that has begun is followed to its end, whatever the coach says meanwhile.
3. Nothing is taken from the signal: this only decides when an utterance may begin.
"""

from typing import Final

from coach.audio.clip import Samples
from coach.units import LISTEN_BLOCK

MARGIN_DB: Final = 8.0
"""How far above the expected residue a voice must stand. A person 10 dB below the echo stands 14 dB above what a
canceller of 24 dB leaves (measured for the linear canceller on synthetic prompts); residues swing by about 6 dB."""
TAIL_BLOCKS: Final = 20
"""Blocks for which the room still answers after the last frame played: 0.4 s, a furnished bedroom."""
_SMOOTHING: Final = 1.0 / 3.0
"""Weight of a block in the compared powers: 60 ms, about one sound of speech."""
_SOUND: Final = 1e-7
"""Mean power of a reference that sounds (-70 dBFS)."""
_BEGUN_BLOCKS: Final = 2
"""Blocks in a row that must hold more than the echo before an utterance begins: a click is no voice."""


class OwnVoiceGate:
    """Follows microphone, residue and reference block by block."""

    def __init__(self) -> None:
        """Start in a quiet room."""
        self.reset()

    def reset(self) -> None:
        """Forget what sounded."""
        self._quiet_for = float(TAIL_BLOCKS)
        self._power_in = self._power_out = 0.0
        self._open_for = float(_BEGUN_BLOCKS)
        self._following = False

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
        self._power_in += _SMOOTHING * (float(mic @ mic) - self._power_in)
        self._power_out += _SMOOTHING * (float(cleaned @ cleaned) - self._power_out)
        self._open_for = self._open_for + blocks if self._may_be_another(convergence_db) else 0.0

    def follow(self, *, voice: bool) -> bool:
        """Return whether somebody else is speaking, given that the segmenter holds the residue for a voice."""
        self._following = voice and (self._following or self._open_for >= _BEGUN_BLOCKS)
        return self._following

    def _may_be_another(self, convergence_db: float) -> bool:
        if self._quiet_for >= TAIL_BLOCKS:
            return True
        known_db = convergence_db - MARGIN_DB
        return known_db > 0.0 and self._power_out > self._power_in * 10.0 ** (-known_db / 10.0)
