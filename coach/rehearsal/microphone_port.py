"""What a microphone gives while something is wrong with it, sample by sample.

With the sound of a room, or with a hiss made for the purpose, it is the same code: the same detectors judge the same
defect in a rehearsal with sound and in one without.
"""

from collections import deque
from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.rehearsal.fault_table import Act
from coach.rehearsal.trouble import Troubles
from coach.units import BLOCK, LISTEN_BLOCK, Frames, frames

DEAFENING: Final = frozenset(
    {Act.MIC_NONE, Act.MIC_ZERO, Act.MIC_CLIPPED, Act.MIC_HALF, Act.MIC_FAINT, Act.MIC_REPEATS, Act.MIC_NOISE}
    | {Act.MIC_TWICE, Act.MIC_44100, Act.CLEANED_ZERO, Act.CLEANED_NOISE}
)
"""What leaves nothing of a voice that could be understood."""
_ON_MICROPHONE: Final = frozenset(act for act in Act if act.name.startswith("MIC_"))
_BURST: Final = frames(1.3)
_FAINT: Final = np.float32(10.0 ** (-40.0 / 20.0))
_HALF_SECOND: Final = 25
"""Blocks."""
_NONE: Final = np.zeros(0, dtype=np.float32)


class MicrophonePort:
    """Changes what the microphone gives."""

    def __init__(self, troubles: Troubles, seed: int) -> None:
        """Take the faults, and where noise is drawn from."""
        self._troubles = troubles
        self._random = np.random.default_rng(seed)
        self._kept: list[Samples] = []
        self._last: deque[Samples] = deque(maxlen=_HALF_SECOND)
        self._turn = 0

    def wrong(self, now: Frames) -> bool:
        """Return whether anything is wrong with it."""
        return not _ON_MICROPHONE.isdisjoint(self._troubles.on(now))

    def deaf(self, now: Frames) -> bool:
        """Return whether a voice that is before it now cannot be understood behind it."""
        return not DEAFENING.isdisjoint(self._troubles.on(now))

    def through(self, block: Samples, now: Frames) -> Samples:
        """Return what comes of a block.

        Args:
            block: float32, shape (320,), 16 kHz: what is before the microphone.
            now: Played frame at its end.

        Returns:
            float32, shape (n,): none, fewer or more frames than went in.
        """
        acts = self._troubles.on(now)
        if _ON_MICROPHONE.isdisjoint(acts):
            self._last.append(block)
            return self._given_back(block)
        act = next(act for act in _ORDER if act in acts)
        self._turn += 1
        return self._changed(act, block, now)

    def count(self, count: int, now: Frames) -> int:
        """Return how many frames come of a number of frames, where nobody looks at them."""
        acts = self._troubles.on(now)
        return next((int(count * share) for act, share in _SHARES.items() if act in acts), count)

    def _changed(self, act: Act, block: Samples, now: Frames) -> Samples:  # noqa: C901, PLR0911 - one flat case a defect
        match act:
            case Act.MIC_NONE:
                return _NONE
            case Act.MIC_BURSTS:
                self._kept.append(block)
                return self._given_back(_NONE) if len(self._kept) * BLOCK >= _BURST else _NONE
            case Act.MIC_ZERO:
                return np.zeros_like(block)
            case Act.MIC_NOISE:
                return np.asarray(self._random.uniform(-1.0, 1.0, len(block)), dtype=np.float32)
            case Act.MIC_CLIPPED:
                return np.sign(block, dtype=np.float32)
            case Act.MIC_REPEATS:
                self._last = self._last or deque([block])
                self._last.rotate(-1)
                return self._last[-1]
            case Act.MIC_GAPS:
                return np.zeros_like(block) if self._turn % 3 == 0 else block
            case Act.MIC_HALF:
                return block[::2].copy()
            case Act.MIC_44100:
                number = now // BLOCK
                return block[: number * LISTEN_BLOCK * 441 // 480 - (number - 1) * LISTEN_BLOCK * 441 // 480]
            case Act.MIC_TWICE:
                return np.concatenate((block, block))
            case _:
                return np.multiply(block, _FAINT, dtype=np.float32)

    def _given_back(self, block: Samples) -> Samples:
        kept, self._kept = self._kept, []
        return np.concatenate((*kept, block)) if kept else block


_SHARES: Final = {Act.MIC_NONE: 0.0, Act.MIC_HALF: 0.5, Act.MIC_TWICE: 2.0, Act.MIC_44100: 441 / 480}
_ORDER: Final = (
    Act.MIC_NONE,
    Act.MIC_BURSTS,
    Act.MIC_ZERO,
    Act.MIC_NOISE,
    Act.MIC_CLIPPED,
    Act.MIC_REPEATS,
    Act.MIC_FAINT,
    Act.MIC_GAPS,
    Act.MIC_HALF,
    Act.MIC_TWICE,
    Act.MIC_44100,
)
"""Where several are on, the first that is furthest from what is right."""
