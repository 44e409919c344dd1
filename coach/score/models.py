"""The score: what sounds when, relative to segments, so that nothing is ever shifted.

A score is an ordered list of segments. A segment's cues stand at frames counted from the
segment's own start. Where the person is, is a `Position`: a segment, an offset in it, and
the played frame (the anchor) at which that offset sounds. Pausing remembers a position,
resuming anchors an earlier one anew; no cue ever carries an absolute time.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from coach.audio.lanes import InstructingLane, Lane
from coach.errors import ScoreError
from coach.language.utterance import Form, Utterance
from coach.units import Frames

_NOTHING = Frames(0)


class Side(StrEnum):
    """Which side of the body works."""

    BOTH = "both"
    LEFT = "left"
    RIGHT = "right"
    NONE = "none"


class SegmentKind(StrEnum):
    """What a segment is for."""

    LEAD_IN = "lead-in"
    """Untimed explanation before an exercise: as long as its sentences take."""
    DEMO = "demo"
    """One repetition with stretched phases, not counted."""
    REP = "rep"
    REST = "rest"
    OUTRO = "outro"


class Tone(StrEnum):
    """An earcon that can stand for a word."""

    RISING = "rising"
    """Towards the nose."""
    FALLING = "falling"
    """Away from the person."""
    LEVEL = "level"
    """Stay."""
    COUNT = "count"
    """A second of a hold."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing that sounds: words, a tone, or both in their lanes."""

    id: str
    """``<exercise>.<moment>``, such as ``ankle-pumps.point``; the same id in every form and language."""
    offset: Frames
    """Frames after the start of the segment."""
    utterance: Utterance | None = None
    tone: Tone | None = None
    form: Form | None = None
    """The form the compiler chose to fit the slot; None for a tone."""
    lane: InstructingLane = Lane.CUE
    length: Frames = _NOTHING
    """Frames it was reckoned to sound; the rendered clip may differ by a few samples. A tone sounds just so long."""
    gain_db: float = 0.0
    """Added to the clip's own level."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the session with its own length and cues."""

    id: str
    """Stable across tempo changes, such as ``ankle-pumps/set1/both/rep03``; the first part names the block."""
    kind: SegmentKind
    length: Frames
    cues: tuple[Cue, ...] = ()
    re_entries: tuple[Frames, ...] = (Frames(0),)
    """Offsets at which it may be resumed: phase starts, never inside a phase. Ascending, the first is 0."""
    exercise: str = ""
    side: Side = Side.NONE
    set_number: int = 0
    """1-based set this belongs to; 0 outside sets."""
    sets: int = 0
    """Sets of the exercise; 0 where no exercise is in work."""
    rep: int = 0
    """1-based repetition of this side in this set and direction; 0 where nothing is counted."""
    reps: int = 0
    """Repetitions of the side and direction in work, or of the one about to begin; 0 in a rest after a set and at the
    end."""
    direction: str = ""
    """Direction in work, where an exercise has several."""
    to_come: int = 0
    """Repetitions of the same side and set in the directions behind this one."""
    ends_set: bool = False
    """True where the set is complete on every side: half done is not done."""
    waits: bool = False
    """True where the score does not run on by itself: the session decides what follows (after each side's set, at the
    end)."""

    @property
    def block(self) -> str:
        """Return the part of the id that names the block of the program, such as ``ankle-pumps``."""
        return self.id.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Score:
    """A compiled session.

    The fields without an argument are worked out once, so that looking up what is due costs a
    binary search however long the session is. They lay all segments end to end, from frame 0.

    Raises:
        ScoreError: A segment id occurs twice, a segment has no length, a cue or re-entry point
            lies outside its segment, or re-entry points do not ascend from 0.
    """

    program: str
    language: str
    segments: tuple[Segment, ...]
    index: dict[str, int] = field(init=False, repr=False, compare=False)
    """Segment id to place in `segments`."""
    starts: tuple[Frames, ...] = field(init=False, repr=False, compare=False)
    """Frame at which each segment begins, and last the end of the score."""
    run_ends: tuple[Frames, ...] = field(init=False, repr=False, compare=False)
    """For each segment, where the score stops running on by itself: the end of the next waiting segment."""
    cues: tuple[tuple[int, Cue], ...] = field(init=False, repr=False, compare=False)
    """Every cue with the place of its segment, by frame."""
    cue_frames: tuple[Frames, ...] = field(init=False, repr=False, compare=False)
    """Frame of each of `cues`."""

    def __post_init__(self) -> None:
        """Check the segments, index them by id and lay them end to end."""
        starts = [Frames(0)]
        for segment in self.segments:
            _check(segment)
            starts.append(Frames(starts[-1] + segment.length))
        index = {segment.id: place for place, segment in enumerate(self.segments)}
        if len(index) < len(self.segments):
            twice = next(s.id for place, s in enumerate(self.segments) if index[s.id] != place)
            raise ScoreError(f"Segment {twice} stands twice in the score of {self.program}; give the blocks own names.")
        run_ends: list[Frames] = []
        for place in reversed(range(len(self.segments))):
            stops = self.segments[place].waits or not run_ends
            run_ends.append(starts[place + 1] if stops else run_ends[-1])
        cues = [
            (place, cue)
            for place, segment in enumerate(self.segments)
            for cue in sorted(segment.cues, key=lambda cue: cue.offset)
        ]
        derived = {
            "index": index,
            "starts": tuple(starts),
            "run_ends": tuple(reversed(run_ends)),
            "cues": tuple(cues),
            "cue_frames": tuple(Frames(starts[place] + cue.offset) for place, cue in cues),
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def place(self, segment_id: str) -> int:
        """Return where a segment stands in `segments`.

        Raises:
            ScoreError: The score has no such segment.
        """
        try:
            return self.index[segment_id]
        except KeyError:
            raise ScoreError(
                f"The score of {self.program} has no segment {segment_id}; take the position over from the old score."
            ) from None


def _check(segment: Segment) -> None:
    """Raise a ScoreError unless the segment is sound in itself."""
    if segment.length < 1:
        raise ScoreError(f"Segment {segment.id} has no length; give it at least one frame.")
    for cue in segment.cues:
        if not 0 <= cue.offset < segment.length:
            raise ScoreError(f"Cue {cue.id} of {segment.id} stands at frame {cue.offset}, outside the segment.")
    if not _ascends(segment.re_entries) or segment.re_entries[-1] >= segment.length:
        raise ScoreError(f"The re-entry points of {segment.id} must ascend from 0 and lie within the segment.")


def _ascends(offsets: tuple[Frames, ...]) -> bool:
    """Return whether offsets begin at 0 and ascend."""
    return offsets[:1] == (0,) and all(a < b for a, b in pairwise(offsets))


@dataclass(frozen=True, slots=True)
class Position:
    """Where the person is: `offset` frames into `segment` sounds at played frame `anchor`.

    The offset lies within the segment: 0 up to its length less one.
    """

    segment: str
    offset: Frames
    anchor: Frames


@dataclass(frozen=True, slots=True)
class TimedCue:
    """A cue with its played frame."""

    cue: Cue
    segment: str
    anchor: Frames
    """Played frame at which the segment began (or would have begun)."""
    planned: Frames
    """Played frame at which the cue must sound."""
