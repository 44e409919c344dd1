"""What practice tells of a person: how clearly her words stand out."""

from collections.abc import Sequence
from typing import Final

ROUNDS: Final = 3
"""Times "stop" is practised (design, 13.10)."""
PASSES: Final = 2
"""Rounds in which she must be heard; fewer, and no session begins (design, 13.10)."""


def margin_of(margins: Sequence[float | None]) -> float | None:
    """Return a person's margin: the least by which her practised words stood out, None where none was heard.

    Args:
        margins: How far each word stood above its nearest competitor, in the engine's own units; None where half a
            word silenced the coach and its end was never told.
    """
    return min((margin for margin in margins if margin is not None), default=None)
