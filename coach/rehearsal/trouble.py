"""Faults as they happen: when each is there. What becomes of sound and hearings meanwhile stand in the ports beside.

All of it is counted in played frames and drawn from the scenario's seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from coach.rehearsal.fault_table import CELLS, Act, Pair
from coach.units import Frames

FOR_EVER: Final = Frames(2**62)


@dataclass(frozen=True, slots=True)
class Span:
    """A fault, and when it is there."""

    pair: Pair
    begin: Frames
    end: Frames
    """One past its last frame."""

    @property
    def acts(self) -> frozenset[Act]:
        """Return what happens at the ports."""
        return CELLS[self.pair].acts


class Troubles:
    """Which acts are on at a played frame."""

    def __init__(self, spans: Sequence[Span]) -> None:
        """Take the faults of a scenario."""
        self.spans = tuple(spans)
        self._edges = sorted({edge for span in spans for edge in (span.begin, span.end)})
        self._known = (
            (Frames(-1), FOR_EVER, frozenset[Act]()) if not spans else (Frames(0), Frames(0), frozenset[Act]())
        )

    def on(self, now: Frames) -> frozenset[Act]:
        """Return what happens at the ports at a played frame."""
        begin, end, acts = self._known
        if begin <= now < end:
            return acts
        there = [span for span in self.spans if span.begin <= now < span.end]
        begin = max((edge for edge in self._edges if edge <= now), default=Frames(0))
        end = self.next_edge(now)
        acts = frozenset(act for span in there for act in span.acts)
        self._known = (begin, end, acts)
        return acts

    def next_edge(self, now: Frames) -> Frames:
        """Return the next frame at which a fault begins or ends."""
        return next((edge for edge in self._edges if edge > now), FOR_EVER)

    def since(self, act: Act, now: Frames) -> Frames:
        """Return the frame at which an act began that is on now."""
        return min(span.begin for span in self.spans if act in span.acts and span.begin <= now < span.end)


def in_turn(now: Frames, since: Frames, every: Frames, length: Frames) -> bool:
    """Return whether something that comes again and again is there: for a length, from the beginning of every turn."""
    return (now - since) % every < length
