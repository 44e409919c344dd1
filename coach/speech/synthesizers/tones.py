"""A voice without words: one soft tone a syllable, as long as the words would take.

For tests and for a first look on a machine without espeak-ng; needs no program and gives the same bytes always.
"""

from pathlib import Path
from typing import Final

import numpy as np

from coach.audio.wavefile import write_wav
from coach.language.syllables import syllables
from coach.speech.pace import expected_seconds
from coach.speech.profile import VoiceProfile


class ToneSynthesizer:
    """Renders the rhythm of a line."""

    name: Final = "tones"
    version: Final = "1"
    rate: Final = 16_000

    def offers(self, text: str, profile: VoiceProfile) -> bool:  # noqa: ARG002 - part of the port
        """Return whether the profile asks for tones."""
        return profile.engine == "tones"

    def render(self, text: str, profile: VoiceProfile, path: Path) -> None:
        """Write the line to a WAV file; see `Synthesizer.render`."""
        count = max(1, round(syllables(text)))
        length = round(self.rate * expected_seconds(text, profile.language, profile.rate_wpm))
        at = np.arange(length) / length * count
        hum = np.sin(2.0 * np.pi * (100.0 + 2.0 * profile.pitch) * np.arange(length) / self.rate)
        write_wav(path, (0.3 * hum * np.sin(np.pi * (at % 1.0))).astype(np.float32), self.rate)

    def close(self) -> None:
        """Do nothing: no process serves it."""
