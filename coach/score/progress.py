"""How far the session is, and what comes next: answers a person may ask for, and the counts of a report."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from coach.score.models import Position, Score, Segment, SegmentKind, Side
from coach.score.scheduler import locate
from coach.units import Frames


class Next(StrEnum):
    """What follows the work just being done."""

    REST = "rest"
    SET = "set"
    END = "end"


@dataclass(frozen=True, slots=True)
class Upcoming:
    """What comes next, and of which exercise."""

    kind: Next
    set_number: int = 0
    """1-based set about to begin; 0 for a rest and the end."""
    exercise: str = ""
    """Exercise it belongs to; empty for the end."""
    side: Side = Side.NONE
    """Side about to work; `Side.NONE` where no side is meant."""


@dataclass(frozen=True, slots=True)
class Done:
    """Repetitions completed, by side."""

    left: int = 0
    right: int = 0
    neither: int = 0
    """Repetitions of exercises that have no sides, such as breathing."""

    @property
    def total(self) -> int:
        """Return the repetitions of the busier side, and those without sides."""
        return max(self.left, self.right) + self.neither


def reps_left(score: Score, segment_id: str) -> int:
    """Return the repetitions the side in work still has in this set, in all directions, the running one included.

    Before a set this is the whole set; in a rest after a set and at the end it is 0.

    Raises:
        ScoreError: The score has no such segment.
    """
    segment = score.segments[score.place(segment_id)]
    left = segment.reps - segment.rep + 1 if segment.kind is SegmentKind.REP else segment.reps
    return left + segment.to_come if left else 0


def sets_left(score: Score, segment_id: str) -> int:
    """Return the sets of the exercise in work that are not complete, the running one included.

    A set counts as complete only when every side has done it.

    Raises:
        ScoreError: The score has no such segment.
    """
    place = score.place(segment_id)
    block = score.segments[place].block
    return sum(segment.ends_set and segment.block == block for segment in score.segments[place:])


def time_left(score: Score, position: Position, frame: Frames) -> Frames:
    """Return the frames from a played frame to the end of the score.

    Questions between the sets take extra time that no score knows.

    Raises:
        ScoreError: The position names a segment or an offset the score does not have.
    """
    here = locate(score, position, frame)
    return Frames(score.starts[-1] - score.starts[score.place(here.segment)] - here.offset)


def what_comes_next(score: Score, segment_id: str) -> Upcoming:
    """Return what follows the work in hand: a rest, a set or the end.

    Repetitions of the same set, explanations and demonstrations are passed over. A change of side
    without a rest counts as the set of the other side.

    Raises:
        ScoreError: The score has no such segment.
    """
    place = score.place(segment_id)
    here = score.segments[place]
    for segment in score.segments[place + 1 :]:
        if segment.kind is SegmentKind.REST and segment.reps == 0:
            return Upcoming(Next.REST, exercise=segment.exercise)
        if segment.kind is SegmentKind.REP and not (here.kind is SegmentKind.REP and _same_set(segment, here)):
            return Upcoming(Next.SET, segment.set_number, segment.exercise, segment.side)
    return Upcoming(Next.END)


def reps_done(score: Score, ended: Iterable[str]) -> Done:
    """Return the repetitions completed by side; both sides together count for each.

    Args:
        score: Compiled session.
        ended: Ids of the segments that were played to their end, in any order; one that was
            repeated counts once, one that is no counted repetition or is unknown counts nothing.
    """
    sides = [segment.side for segment in _ended(score, ended) if segment.kind is SegmentKind.REP]
    both = sides.count(Side.BOTH)
    return Done(both + sides.count(Side.LEFT), both + sides.count(Side.RIGHT), sides.count(Side.NONE))


def sets_done(score: Score, ended: Iterable[str]) -> int:
    """Return the sets completed on every side.

    Args:
        score: Compiled session.
        ended: Ids of the segments that were played to their end.
    """
    done = frozenset(ended)
    complete = 0
    whole = True
    for segment in score.segments:
        if segment.kind is not SegmentKind.REP:
            continue
        whole = whole and segment.id in done
        if segment.ends_set:
            complete += whole
            whole = True
    return complete


def transfer(before: Score, after: Score, position: Position) -> Position:
    """Return the same place in a score compiled anew: the start of the same phase.

    Slower, faster and easier keep segment ids, so the place is the segment of the same name and the
    re-entry point of the same number. Where the segment is gone, it is the same repetition of another
    side, or the rest behind the same set, else the beginning of the next segment that both scores have.

    Args:
        before: The score the position belongs to.
        after: The score to go on with.
        position: Where the person is in `before`.

    Returns:
        A position in `after` with the anchor as given.

    Raises:
        ScoreError: The position is not one of `before`.
    """
    place = before.place(position.segment)
    here = before.segments[place]
    phase = bisect_left(here.re_entries, position.offset + 1) - 1
    if here.id in after.index:
        points = after.segments[after.index[here.id]].re_entries
        return replace(position, offset=points[min(phase, len(points) - 1)])
    for segment in after.segments:
        if here.kind is segment.kind is SegmentKind.REP and _rep_of(here) == _rep_of(segment):
            return Position(segment.id, Frames(0), position.anchor)
    for segment in reversed(after.segments):
        if here.kind is segment.kind is SegmentKind.REST and _set_of(here) == _set_of(segment):
            return Position(segment.id, segment.re_entries[-1], position.anchor)
    kept = next((segment.id for segment in before.segments[place:] if segment.id in after.index), after.segments[-1].id)
    return Position(kept, Frames(0), position.anchor)


def _set_of(segment: Segment) -> tuple[str, int]:
    return segment.block, segment.set_number


def _rep_of(segment: Segment) -> tuple[str, int, str, int]:
    return *_set_of(segment), segment.direction, segment.rep


def _same_set(one: Segment, other: Segment) -> bool:
    """Return whether two segments belong to the same set of the same side."""
    return (one.block, one.set_number, one.side) == (other.block, other.set_number, other.side)


def _ended(score: Score, ended: Iterable[str]) -> Iterable[Segment]:
    """Return the segments of the score whose ids are among `ended`, each once."""
    done = frozenset(ended)
    return (segment for segment in score.segments if segment.id in done)
