"""What is due when: pure questions to a score, answered from a position.

1. A score carries no absolute time. A position says which frame of the score sounds at which
   played frame; everything else follows from it.
2. Nothing before the position is due, and nothing behind a waiting segment is: there the
   session decides.
3. The same question always has the same answer, and a window cut in two gives what the whole
   gives. Overlapping look-aheads are therefore harmless.
"""

from bisect import bisect_left, bisect_right
from itertools import takewhile

from coach.errors import ScoreError
from coach.score.models import Position, Score, Segment, TimedCue
from coach.units import Frames


def cues_between(score: Score, position: Position, start: Frames, stop: Frames) -> tuple[TimedCue, ...]:
    """Return the cues whose first frame lies in ``[start, stop)``.

    Pure and repeatable: overlapping windows give the same cue the same frame. A call costs two
    binary searches, so it may be asked for every block.

    Args:
        score: Compiled session, segments in playing order.
        position: Where the person is, and the played frame at which that was or will be true.
        start: First played frame of the window.
        stop: One past the last frame; ``stop - start`` is the look-ahead.

    Returns:
        Cues by frame; cues at one frame keep score order. Empty before the anchor and behind a
        waiting segment.

    Raises:
        ScoreError: The position names a segment or an offset the score does not have.
    """
    place, shift = _laid(score, position)
    first = max(start, position.anchor) - shift
    last = min(stop - shift, score.run_ends[place])
    low = bisect_left(score.cue_frames, first)
    high = bisect_left(score.cue_frames, last, low)
    return tuple(
        TimedCue(
            cue=cue,
            segment=score.segments[at].id,
            anchor=Frames(score.starts[at] + shift),
            planned=Frames(score.starts[at] + cue.offset + shift),
        )
        for at, cue in score.cues[low:high]
    )


def ends_between(score: Score, position: Position, start: Frames, stop: Frames) -> tuple[tuple[str, Frames], ...]:
    """Return the segments that end in ``[start, stop)``.

    Args:
        score: Compiled session.
        position: Where the person is.
        start: First played frame of the window.
        stop: One past the last frame.

    Returns:
        Segment id and the frame one past its last, in playing order. The first waiting segment
        is the last that can end.

    Raises:
        ScoreError: The position names a segment or an offset the score does not have.
    """
    place, shift = _laid(score, position)
    low = bisect_left(score.starts, start - shift, place + 1)
    high = bisect_left(score.starts, stop - shift, low)
    run_end = score.run_ends[place]
    return tuple(
        (score.segments[at - 1].id, Frames(score.starts[at] + shift))
        for at in takewhile(lambda at: score.starts[at] <= run_end, range(low, high))
    )


def locate(score: Score, position: Position, frame: Frames) -> Position:
    """Return where in the score a played frame falls.

    Args:
        score: Compiled session.
        position: Where the person is.
        frame: Played frame.

    Returns:
        A position on the same line of time, anchored at the frame itself. Before the anchor it is
        the position as given; once a waiting segment has ended, that segment's last frame.

    Raises:
        ScoreError: The position names a segment or an offset the score does not have.
    """
    place, shift = _laid(score, position)
    if frame <= position.anchor:
        return position
    laid = min(frame - shift, score.run_ends[place] - 1)
    at = bisect_right(score.starts, laid) - 1
    return Position(
        segment=score.segments[at].id,
        offset=Frames(laid - score.starts[at]),
        anchor=Frames(laid + shift),
    )


def re_entry(score: Score, position: Position) -> Position:
    """Return the start of the phase a position lies in: where resuming begins.

    Returns:
        The nearest earlier re-entry point of the segment, on the same line of time; give it a new
        anchor to resume there.

    Raises:
        ScoreError: The position names a segment or an offset the score does not have.
    """
    place, shift = _laid(score, position)
    points = score.segments[place].re_entries
    offset = points[bisect_right(points, position.offset) - 1]
    return Position(position.segment, offset, Frames(score.starts[place] + offset + shift))


def start_of(score: Score, segment_id: str, anchor: Frames) -> Position:
    """Return the position at which a segment begins at a played frame.

    Raises:
        ScoreError: The score has no such segment.
    """
    score.place(segment_id)
    return Position(segment_id, Frames(0), anchor)


def following(score: Score, segment_id: str) -> Segment | None:
    """Return the segment behind another one, or None behind the last.

    Raises:
        ScoreError: The score has no such segment.
    """
    place = score.place(segment_id) + 1
    return score.segments[place] if place < len(score.segments) else None


def _laid(score: Score, position: Position) -> tuple[int, int]:
    """Return the place of the position's segment, and played frame less frame of the score laid end to end."""
    place = score.place(position.segment)
    if not 0 <= position.offset < score.segments[place].length:
        raise ScoreError(f"Segment {position.segment} has no frame {position.offset}; enter it at a re-entry point.")
    return place, position.anchor - position.offset - score.starts[place]
