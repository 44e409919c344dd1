"""Bounds of what was counted: shares and rates with their 95 % intervals."""

import math
from typing import Final

_SCORE_OF_95: Final = 1.959964
"""Standard normal quantile of two-sided 95 %."""


def interval(hits: float, of: float) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927), 0 to 1.

    Args:
        hits: How many; need not be whole where each speaker counts once.
        of: How many at most; 0 gives the interval from 0 to 1.
    """
    if not of:
        return 0.0, 1.0
    share, spread = hits / of, _SCORE_OF_95**2 / of
    middle = share + spread / 2
    reach = math.sqrt(spread * (share * (1 - share) + spread / 4))
    return max(0.0, (middle - reach) / (1 + spread)), min(1.0, (middle + reach) / (1 + spread))


def most_events(seen: int) -> float:
    """Return the most events that are still likely where so many were seen: one-sided 95 % bound (Garwood 1936).

    With none seen it is 3.0: an hour without a false hit says only that there are fewer than three an hour.
    """
    low, high = float(seen), 4.0 * seen + 10.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(seen, middle) > 0.05:
            low = middle
        else:
            high = middle
    return high


def _at_most(seen: int, expected: float) -> float:
    """Return how likely at most so many events are, by Poisson's law."""
    term = total = math.exp(-expected)
    for count in range(1, seen + 1):
        term *= expected / count
        total += term
    return total
