"""What was captured, handed on in whole blocks: a microphone in trouble gives more or fewer frames than a block."""

from collections.abc import Iterator

import numpy as np

from coach.audio.clip import Samples
from coach.units import LISTEN_BLOCK


class WholeBlocks:
    """Keeps what is not yet a block until the rest of it has come."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._given: list[tuple[Samples, Samples]] = []

    def put(self, mic: Samples, played: Samples) -> None:
        """Take what was captured and what was played meanwhile: float32, mono, 16 kHz, of one length."""
        self._given.append((mic, played))

    def take(self) -> Iterator[tuple[Samples, Samples]]:
        """Go through the whole blocks, each of shape (320,), with what was played meanwhile."""
        if not self._given:
            return
        mic = np.concatenate([mic for mic, _ in self._given])
        played = np.concatenate([played for _, played in self._given])
        whole = len(mic) // LISTEN_BLOCK * LISTEN_BLOCK
        self._given = [(mic[whole:], played[whole:])] if whole < len(mic) else []
        for begin in range(0, whole, LISTEN_BLOCK):
            yield mic[begin : begin + LISTEN_BLOCK], played[begin : begin + LISTEN_BLOCK]
