"""What listening costs, and what it would cost on a slower machine: the listener, block by block, against a clock.

The time each block takes to compute is measured and multiplied; blocks come every 20 ms, and one that comes while
others are still being computed waits. So a slow processor is simulated without waiting for one: how far the ear falls
behind, and when a word would have been decided. The listener chooses its pace by the same clock, as it does on a real
machine.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.commands import Command
from coach.language.utterance import Expectation
from coach.listening.hearing import Hearing
from coach.listening.listener import Listener
from coach.rehearsal.performer import speech_end
from coach.units import LISTEN_BLOCK, LISTEN_RATE

BLOCK_S: Final = LISTEN_BLOCK / LISTEN_RATE
ROOM_DB: Final = -68.0
"""Hiss of a quiet room's microphone, against full scale."""
_BEHIND_S: Final = 1.5
"""Quiet behind a word in which every engine has decided."""

Clock = Callable[[], float]
"""Tells seconds of computing."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Something to listen to."""

    name: str
    mic: Samples
    """float32, shape (frames,), 16 kHz."""
    reference: Samples | None = None
    """What the coach plays meanwhile, in the same shape; None for nothing."""


@dataclass(frozen=True, slots=True)
class Load:
    """What listening to a scene costs."""

    name: str
    seconds: float
    computed_s: float
    """Seconds of computing, on the machine that was simulated."""
    most_behind_s: float
    """By how much the ear was behind at most; what was heard renews the hearing lease so much later."""

    @property
    def share(self) -> float:
        """Return the share of one core that it takes."""
        return self.computed_s / self.seconds


def slowed(times: float, clock: Clock = time.process_time) -> Clock:
    """Return the clock of a machine so many times slower."""
    return lambda: times * clock()


def load_of(listener: Listener, scene: Scene, clock: Clock) -> Load:
    """Listen to a scene and return what it costs."""
    computed, behind, most = 0.0, 0.0, 0.0
    for at in range(0, len(scene.mic) - LISTEN_BLOCK + 1, LISTEN_BLOCK):
        cost, _ = _cost(listener, scene, at, clock)
        computed += cost
        behind = max(0.0, behind - BLOCK_S) + cost
        most = max(most, behind)
    listener.finish()
    return Load(scene.name, len(scene.mic) / LISTEN_RATE, computed, most)


def delays(listener: Listener, words: Sequence[Samples], command: Command, clock: Clock) -> list[float | None]:
    """Return how long after the end of each word it is decided, waiting and computing included; None where it is not.

    Args:
        listener: At its pace.
        words: float32, 16 kHz, each with quiet before it.
        command: What they mean.
        clock: Tells seconds of computing.
    """
    found = []
    for word in words:
        scene = Scene("word", np.concatenate((word, room(_BEHIND_S, seed=1))))
        listener.expect(Expectation())
        found.append(_decided(listener, scene, command, clock, ends_s=speech_end(word) / LISTEN_RATE))
        listener.finish()
    return found


def _decided(listener: Listener, scene: Scene, command: Command, clock: Clock, *, ends_s: float) -> float | None:
    behind = 0.0
    decided: float | None = None
    for at in range(0, len(scene.mic) - LISTEN_BLOCK + 1, LISTEN_BLOCK):
        cost, heard = _cost(listener, scene, at, clock)
        behind = max(0.0, behind - BLOCK_S) + cost
        if decided is None and command in heard:
            decided = (at + LISTEN_BLOCK) / LISTEN_RATE + behind - ends_s
    return decided


def _cost(listener: Listener, scene: Scene, at: int, clock: Clock) -> tuple[float, list[Command]]:
    block = slice(at, at + LISTEN_BLOCK)
    reference = None if scene.reference is None else scene.reference[block]
    began = clock()
    decisions = listener.accept(scene.mic[block], reference)
    cost = clock() - began
    return cost, [decision.command for decision in decisions if isinstance(decision, Hearing)]


def room(span_s: float, *, seed: int = 7) -> Samples:
    """Return a quiet room: float32, 16 kHz."""
    hiss = np.random.default_rng(seed).normal(0.0, 10 ** (ROOM_DB / 20), round(span_s * LISTEN_RATE))
    return hiss.astype(np.float32)
