"""Changes of a dose on the way, so that every count stays right and both sides end with the same number."""

from collections.abc import Collection
from typing import Final

from coach.program.dose import SideMode, Turned, Work
from coach.score.models import Score, Segment, SegmentKind, Side

FEWER: Final = 2
"""Repetitions one "easier" takes off a set; chosen: a fifth of the usual ten, plainly felt."""

_OTHER: Final = {"left": "right", "right": "left"}


def done_in_set(score: Score, ended: Collection[str], segment_id: str, work: Work) -> tuple[int, int]:
    """Return the repetitions the left and the right side have done in the set of a segment.

    Args:
        score: The score in hand.
        ended: Ids of the repetitions played to their end.
        segment_id: Where the person is.
        work: The work of the segment's block, as it is in the score.

    Raises:
        ScoreError: The score has no such segment.
    """
    here = score.segments[score.place(segment_id)]
    earlier = next((one for one in work.turned if one.set_number == here.set_number), None)
    left, right = (earlier.left, earlier.right) if earlier else (0, 0)
    for segment in score.segments:
        if segment.kind is SegmentKind.REP and _same_set(segment, here) and segment.id in ended:
            left += segment.side in {Side.BOTH, Side.LEFT}
            right += segment.side in {Side.BOTH, Side.RIGHT}
    return left, right


def turned(score: Score, ended: Collection[str], segment_id: str, work: Work) -> Turned | None:
    """Return how the sides change when the person asks for the other one; None where they cannot.

    Both together become one at a time, beginning on the left; one at a time goes on with the other side, and comes
    back to what this side has not done. Behind a complete set the next one begins with the other side.

    Args:
        score: The score in hand.
        ended: Ids of the repetitions played to their end.
        segment_id: Where the person is.
        work: The work of the segment's block.

    Raises:
        ScoreError: The score has no such segment.
    """
    if SideMode.EACH not in work.exercise.sides.allowed:
        return None
    here = score.segments[score.place(segment_id)]
    coming = set_ahead(score, here)
    if coming > work.sets:
        return None
    if coming != here.set_number:
        return Turned(coming, _other_first(work, coming), 0, 0)
    left, right = done_in_set(score, ended, segment_id, work)
    if work.sides is not SideMode.EACH:
        return Turned(coming, "left", left, right)
    to = _OTHER[here.side.value]
    done = {"left": left, "right": right}[to]
    return None if done >= work.reps_of(coming) * len(work.directions) else Turned(coming, to, left, right)


def eased(score: Score, ended: Collection[str], segment_id: str, work: Work) -> Work:
    """Return the same work with fewer repetitions, or the work as it was where there is nothing to take off.

    They are fewer from the set in hand on, or where that would leave the sides unequal, from the next one on.

    Args:
        score: The score in hand.
        ended: Ids of the repetitions played to their end.
        segment_id: Where the person is.
        work: The work of the segment's block.

    Raises:
        ScoreError: The score has no such segment.
    """
    reps = max(work.reps - FEWER, work.least_reps)
    if reps >= work.reps:
        return work
    here = score.segments[score.place(segment_id)]
    coming = set_ahead(score, here)
    if coming > work.sets:
        return work
    now = max(reps, min(_begun(score, ended, here, work), work.reps_of(coming))) if coming == here.set_number else reps
    if now == work.reps_of(coming) and coming >= work.sets:
        return work
    return (
        work.with_reps(now, from_set=coming).with_reps(reps, from_set=coming + 1)
        if now > reps
        else (work.with_reps(reps, from_set=coming))
    )


def set_ahead(score: Score, here: Segment) -> int:
    """Return the set a segment belongs to, or where that one is complete, the one behind it; 1 in an explanation."""
    if here.set_number == 0:
        return 1
    if here.kind is not SegmentKind.REST:
        return here.set_number
    before = next(
        segment for segment in reversed(score.segments[: score.place(here.id)]) if segment.kind is SegmentKind.REP
    )
    return here.set_number + before.ends_set


def _begun(score: Score, ended: Collection[str], here: Segment, work: Work) -> int:
    """Return the fewest repetitions the set in hand may have: no side and no direction is to have had more."""
    left, right = done_in_set(score, ended, here.id, work)
    own, other = (right, left) if here.side is Side.RIGHT else (left, right)
    if here.side in {Side.BOTH, Side.NONE}:
        other = 0
    if len(work.directions) > 1 and (
        other or own >= work.reps_of(here.set_number) or here.direction != work.directions[0]
    ):
        return work.reps_of(here.set_number)
    return max(own, other, here.rep)


def _other_first(work: Work, set_number: int) -> str:
    """Return the side that is to begin a set when the sides are changed before it."""
    if work.sides is not SideMode.EACH:
        return "left"
    begins = next((one.first for one in work.turned if one.set_number == set_number), "left")
    return _OTHER[begins]


def _same_set(one: Segment, other: Segment) -> bool:
    return (one.block, one.set_number) == (other.block, other.set_number)
