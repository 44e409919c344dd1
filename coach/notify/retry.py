"""When a notice is tried again. Pure: seconds since it was first seen in, the next moment out."""

from typing import Final

EARLY_S: Final = (0.0, 4.0, 10.0, 18.0)
"""Moments of the first attempts: the second failure must be known within 30 s (protocol, T25), also where every one of
them takes its whole limit."""
LATER_S: Final = (60.0, 120.0, 300.0, 600.0)
"""Steps after that."""
STEADY_S: Final = 900.0
"""Then every quarter of an hour for a day ..."""
TIRED_S: Final = 3600.0
"""... and hourly from then on: a notice is never given up, and never fills anybody's network."""
_DAY_S: Final = 86_400.0
LIMIT_S: Final = 6.0
"""How long one attempt may take; a channel that hangs is cut off then."""


def next_attempt_s(attempts: int, first_s: float, last_s: float) -> float:
    """Return when a notice is to be tried next.

    Args:
        attempts: Attempts begun so far.
        first_s: Monotonic second at which it was first seen.
        last_s: Monotonic second at which the last attempt began; ignored before the first.

    Returns:
        A monotonic second; one in the past means now.
    """
    if attempts < len(EARLY_S):
        return first_s + EARLY_S[attempts]
    step = attempts - len(EARLY_S)
    if step < len(LATER_S):
        return last_s + LATER_S[step]
    return last_s + (STEADY_S if last_s - first_s < _DAY_S else TIRED_S)
