"""A house without sound, for lives in simulated time: of each line only the length is made."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from coach.audio.clip import Clip
from coach.language.utterance import Utterance
from coach.runtime.wiring import Bar, House
from coach.speech.profile import VoiceProfile
from coach.units import frames

_LETTERS_A_SECOND: Final = 16


class LengthsHouse(House):
    """A house whose lines have a length and make no sound."""

    def render(
        self, lines: Sequence[Utterance], profile: VoiceProfile, bar: Bar | None = None
    ) -> dict[Utterance, Clip]:
        """Return silence of the length a line is reckoned to have."""
        del profile, bar
        return {line: _silence(line) for line in lines}


def _silence(line: Utterance) -> Clip:
    length = frames(0.4 + len(line.text) / _LETTERS_A_SECOND)
    return Clip(line.text, np.broadcast_to(np.float32(0.0), (length,)))
