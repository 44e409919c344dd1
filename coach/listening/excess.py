"""Whose words were heard while the coach sounded, by how far they stood above what is left of its own voice.

The own-voice gate tells block by block how much more was left than the canceller is known to leave of the echo. Over a
whole word that parts people from echo far better than any recognizer does. The limits were chosen between human "stop"s
into the coach's words, which reach 17 dB and more above it, and what an engine reads out of these words alone, which
mostly stays below 12 (tuned half and simulated rooms, looked at once in 2026-11). What they come to:

    coach bench hearing --only stop-over-coach --only distress-over-coach
    coach bench self-trigger
"""

from collections import deque
from enum import StrEnum
from typing import Final

import numpy as np

from coach.units import LISTEN_BLOCK, LISTEN_RATE

KEPT_BLOCKS: Final = 12 * LISTEN_RATE // LISTEN_BLOCK
"""Blocks that are remembered: somewhat more than the longest utterance."""
FEWEST_BLOCKS: Final = 8
"""Blocks by which even the shortest word is judged, 0.16 s: engines place its edges up to 0.1 s apart."""
ANOTHERS_DB: Final = 12.0
ANOTHERS_SHARE: Final = 0.8
"""So far above what is expected in the mean, and in so many of the blocks, is clearly somebody else's."""
OWN_DB: Final = 15.0
OF_ECHO_DB: Final = -15.0
LOUDEST: Final = 0.1
"""What, but for the loudest tenth of its blocks, reaches less far above it, and stays so far below the echo itself, is
as like the coach's own voice (chosen: a person is about as loud as the echo, what is left of it 25 dB below and more).
In a noisy room nothing stands far above what is expected, but the noise is no echo. Silence that an engine takes for
part of a word does not matter.
"""
_LOWEST: Final = 1e-6
"""Least ratio that counts: -60 dB."""


class Whose(StrEnum):
    """Whose words were heard while the coach sounded."""

    ANOTHERS = "another's"
    OWN = "own"
    UNKNOWN = "unknown"


class Excess:
    """Remembers, block by block, what was left against what is expected to be."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self._blocks: deque[tuple[float, float, bool] | None] = deque(maxlen=KEPT_BLOCKS)

    def forget(self) -> None:
        """Forget what was heard."""
        self._blocks.clear()

    def note(self, above: float, of_echo: float, *, another: bool) -> None:
        """Take in a block.

        Args:
            above: Power that was left, against the power that is expected of echo and noise.
            of_echo: The same against the power of the echo, as it was before the canceller.
            another: Whether any of its bands clearly held more.
        """
        self._blocks.append((_db(above), _db(of_echo), another))

    def unknown(self) -> None:
        """Take in a block of which nothing can be told: no echo is expected in it, or not known how much."""
        self._blocks.append(None)

    def whose(self, first_ago: int, last_ago: int) -> Whose:
        """Return whose words were heard.

        Args:
            first_ago: Listening frames from their beginning to the end of the latest block.
            last_ago: Listening frames from their end to there.
        """
        count = len(self._blocks)
        first, end = count - first_ago // LISTEN_BLOCK, count - last_ago // LISTEN_BLOCK
        short = max(0, FEWEST_BLOCKS - (end - first))
        within = list(self._blocks)[max(0, first - (short + 1) // 2) : max(0, end + short // 2)]
        known = [block for block in within if block is not None]
        if 2 * len(known) <= len(within):
            return Whose.UNKNOWN
        above_db = [above for above, _, _ in known]
        loud_db, of_echo_db = (np.quantile([block[at] for block in known], 1.0 - LOUDEST) for at in (0, 1))
        if loud_db < OWN_DB and of_echo_db < OF_ECHO_DB:
            return Whose.OWN
        share = sum(another for _, _, another in known) / len(known)
        clearly = np.mean(above_db) >= ANOTHERS_DB and share >= ANOTHERS_SHARE
        return Whose.ANOTHERS if clearly else Whose.UNKNOWN


def _db(ratio: float) -> float:
    return 10.0 * float(np.log10(max(ratio, _LOWEST)))
