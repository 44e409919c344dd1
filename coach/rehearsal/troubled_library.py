"""The clips of a session, of which one is missing, empty or far too long while a fault lasts."""

from collections.abc import Callable
from random import Random

import numpy as np

from coach.audio.clip import Clip
from coach.errors import SpeechError
from coach.language.utterance import Utterance
from coach.rehearsal.fault_table import Act
from coach.rehearsal.scenario import Scenario
from coach.runtime.library import Library
from coach.runtime.wiring import Prepared

_TIMES_LONGER = 3


class TroubledLibrary(Library):
    """Gives clips out as the faults let it."""

    def __init__(self, prepared: Prepared, scenario: Scenario, acts: Callable[[], frozenset[Act]]) -> None:
        """Take the clips, the scenario that names the line, and what tells which acts are on just now."""
        super().__init__(prepared.clips)
        self._acts = acts
        named = [fault.line for fault in scenario.fault if fault.line is not None]
        keys = sorted({line.key for line in prepared.clips if not line.key.startswith("safety.")})
        drawn = Random(scenario.seed).choice(keys)  # noqa: S311 - a rehearsal, no secret
        self.lines = frozenset(named or [drawn])

    def speech(self, utterance: Utterance) -> Clip:
        """Return the clip of a line, or what has become of it.

        Raises:
            SpeechError: There is none.
        """
        acts = self._acts()
        clip = super().speech(utterance)
        if utterance.key not in self.lines:
            return clip
        if Act.LINE_MISSING in acts:
            raise SpeechError(f"The line '{utterance.key}' has no clip in this rehearsal.")
        if Act.LINE_EMPTY in acts:
            return Clip(clip.name, clip.samples[:0])
        if Act.LINE_LONG in acts:
            return Clip(clip.name, np.tile(clip.samples, _TIMES_LONGER))
        return clip

    def chime(self, name: str) -> Clip:
        """Return the chime of that name.

        Raises:
            SpeechError: It cannot be made.
        """
        if Act.CHIME_MISSING in self._acts():
            raise SpeechError(f"The chime '{name}' cannot be made in this rehearsal.")
        return super().chime(name)
