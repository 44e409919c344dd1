"""The player: follows a score and hands its cues to the mixer ahead of time.

A cue is handed over when it lies within the look-ahead; what has been handed over and has
not begun is taken back when the score is halted. The player knows nothing of sessions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from coach.score.models import Position, Score, TimedCue
from coach.score.scheduler import cues_between, ends_between
from coach.units import Frames, frames

LOOK_AHEAD: Final = frames(1.0)
"""How far ahead cues are handed over; the design allows 1-2 s. Shorter means less to take back."""


@dataclass(frozen=True, slots=True)
class SegmentEnd:
    """A segment whose last frame lies just before `frame`."""

    segment: str
    frame: Frames


class Player:
    """Walks a score from a position, in step with the frames played."""

    def __init__(self, hand_over: Callable[[TimedCue], None], take_back: Callable[[], None]) -> None:
        """Take what hands a cue to the mixer, and what takes back all that has not begun."""
        self._hand_over = hand_over
        self._take_back = take_back
        self._score: Score | None = None
        self._position: Position | None = None
        self._horizon = Frames(0)
        self._ends: list[SegmentEnd] = []

    def follow(self, score: Score, position: Position) -> None:
        """Follow a score from a position; whatever was followed before is halted first."""
        self.halt()
        self._score = score
        self._position = position
        self._horizon = position.anchor

    def halt(self) -> None:
        """Hand over nothing more and take back what has not begun."""
        if self._score is not None:
            self._take_back()
        self._score = None
        self._position = None
        self._ends = []

    def advance(self, now: Frames) -> tuple[SegmentEnd, ...]:
        """Hand over what has come within the look-ahead and return the segments that have ended by now.

        Args:
            now: The next frame to be rendered.
        """
        if self._score is None or self._position is None:
            return ()
        if now + LOOK_AHEAD > self._horizon:
            reach = Frames(now + 2 * LOOK_AHEAD)
            for timed in cues_between(self._score, self._position, self._horizon, reach):
                self._hand_over(timed)
            # An end lies one past its segment, so the window that holds its last frame is one earlier.
            for segment, frame in ends_between(self._score, self._position, self._horizon, reach):
                self._ends.append(SegmentEnd(segment, frame))
            self._horizon = reach
        if not self._ends or self._ends[0].frame > now:
            return ()
        ended = tuple(end for end in self._ends if end.frame <= now)
        self._ends = self._ends[len(ended) :]
        return ended

    @property
    def next_due(self) -> Frames | None:
        """Return the next frame at which `advance` has something to do; None while nothing is followed."""
        if self._score is None:
            return None
        hand_over = Frames(self._horizon - LOOK_AHEAD + 1)
        return min(hand_over, self._ends[0].frame) if self._ends else hand_over
