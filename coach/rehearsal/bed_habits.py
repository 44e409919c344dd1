"""How things go by the bed in simulated time, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Habits:
    """How things go; chances are per hour unless said otherwise."""

    answers: Mapping[str, float] = field(
        default_factory=lambda: {"yes": 15.0, "later": 2.0, "silence": 2.0, "not-today": 1.0}
    )
    """Weights of the answers to an offer."""
    starts: float = 0.02
    """She starts by voice."""
    asks: float = 0.05
    """She asks what comes next, or how she is doing."""
    stops: float = 0.05
    """Chance a session is stopped."""
    hurts: float = 0.01
    """Chance of a session that it ends for safety."""
    cuts: float = 0.006
    jumps: float = 0.004
    """The wall clock is set somewhere between ten years back and ten years ahead."""
    syncs: float = 0.2
    """An unsynchronized clock is synchronized."""
    carer: float = 0.05
    """An unsynchronized clock is set by a carer, clumsily; or a key is pressed."""
    television: float = 0.3
    """The television says "start"."""
    clock_at_boot: bool = False
    """The clock is right at each start."""


@dataclass(slots=True)
class Lived:
    """What came of it."""

    begun: list[int] = field(default_factory=list)
    """When the exercise of each session began, in milliseconds of true time."""
    over: list[int] = field(default_factory=list)
    woken: list[tuple[int, str]] = field(default_factory=list)
    """What was said first in a quiet hour, and when; where nobody knows the time, to somebody who had not said a word
    for an hour."""
    trace: list[tuple[int, str]] = field(default_factory=list)
    """Everything that was said, and when."""
    broken: list[str] = field(default_factory=list)
    """Rules the monitor saw broken."""
    offers: int = 0
    answers: dict[str, int] = field(default_factory=dict)
    cuts: int = 0
    jumps: int = 0
    told_wrong: int = 0
    unready: int = 0
    locks: int = 0
