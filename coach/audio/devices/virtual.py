"""A device without hardware: whatever it plays goes through the air of a simulated room into its microphone.

It is as fast as the host and stands still when the host does, so that a rehearsal needs no clock.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.audio.device import Capture, Latency, Status
from coach.audio.resampler import Decimator
from coach.units import LISTEN_RATIO, Frames, Seconds

Air = Callable[[Samples], Samples]
"""What the microphone hears (16 kHz, a third as many frames) while these frames are played (48 kHz)."""

_NOTHING: Final = np.zeros(0, dtype=np.float32)


def still_air(played: Samples) -> Samples:
    """Return what a microphone hears that nothing reaches: zeros, a third as many as the frames played."""
    return np.zeros(len(played) // LISTEN_RATIO, dtype=np.float32)


class VirtualDevice:
    """Plays into simulated air; its faults can be switched on and off."""

    def __init__(self, air: Air = still_air) -> None:
        """Take the air between the loudspeaker and the microphone."""
        self.output_alive = True
        """Whether the output takes frames; False simulates a loudspeaker that was unplugged."""
        self.input_alive = True
        """Whether the microphone gives frames; False simulates a microphone that was unplugged."""
        self.muted = False
        """Whether the microphone gives nothing but zeros."""
        self._air = air
        self._decimator = Decimator()
        self._played = Frames(0)
        self._captured = 0
        self._waiting: list[Capture] = []
        self._open = False

    @property
    def name(self) -> str:
        """Return ``virtual``."""
        return "virtual"

    @property
    def latency(self) -> Latency:
        """Return that there is none."""
        return Latency(Seconds(0.0), Seconds(0.0))

    @property
    def status(self) -> Status:
        """Return which directions are alive."""
        return Status(output_alive=self.output_alive, input_alive=self.input_alive)

    @property
    def played(self) -> Frames:
        """Return how many frames were played."""
        return self._played

    @property
    def captured(self) -> int:
        """Return how many listening frames were handed out."""
        return self._captured

    def open(self) -> None:
        """Begin to play and to capture."""
        self._open = True

    def write(self, block: Samples) -> None:
        """Play frames; the air carries them on to the microphone at once."""
        if not self._open:
            return
        if self.output_alive:
            self._played = Frames(self._played + len(block))
        else:
            block = np.zeros_like(block)
        mic = self._air(block)
        reference = self._decimator.accept(block)
        if self.muted or not self.input_alive:
            mic = np.zeros_like(mic)
        if self.input_alive:
            self._waiting.append(Capture(mic, reference))
        self._passed(block, mic)

    def _passed(self, played: Samples, mic: Samples) -> None:
        """Be told what was played and heard together; a device that keeps a recording does so here."""

    def read(self) -> Capture:
        """Return everything captured since the last call; empty when there is nothing new."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return Capture(_NOTHING, _NOTHING)
        capture = waiting[0]
        if len(waiting) > 1:
            mic = np.concatenate([each.mic for each in waiting])
            capture = Capture(mic, np.concatenate([each.reference for each in waiting]))
        self._captured += len(capture.mic)
        return capture

    def advance(self, block: Samples) -> Capture:
        """Play frames and return what was captured meanwhile: one step of a rehearsal."""
        self.write(block)
        return self.read()

    def close(self) -> None:
        """Stop; what was captured and not read is forgotten."""
        self._open = False
        self._waiting.clear()
