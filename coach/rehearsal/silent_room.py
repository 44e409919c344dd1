"""What stands for the room where no sound is made: hiss, and what a broken canceller leaves of it."""

from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.rehearsal.fault_table import Act
from coach.units import LISTEN_BLOCK, LISTEN_RATE, LISTEN_RATIO, Frames

_HISS: Final = (np.random.default_rng(20).standard_normal(10 * LISTEN_RATE) * 5e-4).astype(np.float32)
"""Hiss of -66 dBFS."""
_NOISE: Final = np.random.default_rng(21).uniform(-1.0, 1.0, LISTEN_BLOCK * 2).astype(np.float32)
CLEANED: Final = frozenset({Act.CLEANED_ZERO, Act.CLEANED_NOISE})
"""What breaks the sound behind the canceller and leaves the microphone as it is."""


def hiss(now: Frames) -> Samples:
    """Return the block of hiss that ends at a played frame: float32, shape (320,), 16 kHz."""
    begin = now // LISTEN_RATIO % len(_HISS) // LISTEN_BLOCK * LISTEN_BLOCK
    return _HISS[begin : begin + LISTEN_BLOCK]


def cleaned(block: Samples, acts: frozenset[Act]) -> Samples:
    """Return what is left of a block behind the canceller, in the same shape."""
    if Act.CLEANED_ZERO in acts:
        return np.zeros_like(block)
    return _NOISE[: len(block)] if Act.CLEANED_NOISE in acts else block
