"""The score: what sounds when, relative to segments, so that nothing is ever shifted.

A score is an ordered list of segments. A segment's cues stand at frames counted from the
segment's own start. Where the person is, is a `Position`: a segment, an offset in it, and
the played frame (the anchor) at which that offset sounds. Pausing remembers a position,
resuming anchors an earlier one anew; no cue ever carries an absolute time.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from coach.audio.lanes import Lane
from coach.language.utterance import Form, Utterance
from coach.units import Frames


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
    COUNT = "count"


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
    lane: Lane = Lane.CUE


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the session with its own length and cues."""

    id: str
    """Stable across tempo changes, such as ``ankle-pumps/set1/both/rep03``."""
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
    rep: int = 0
    """1-based repetition of this side in this set; 0 where nothing is counted."""
    reps: int = 0
    ends_set: bool = False
    """True for the last repetition of a set (of the last side, where sides take turns)."""
    waits: bool = False
    """True where the score does not run on by itself: the session decides what follows (after a set, at the end)."""


@dataclass(frozen=True, slots=True)
class Score:
    """A compiled session."""

    program: str
    language: str
    segments: tuple[Segment, ...]
    index: dict[str, int] = field(init=False, repr=False, compare=False)
    """Segment id to place in `segments`."""

    def __post_init__(self) -> None:
        """Index the segments by id."""
        object.__setattr__(self, "index", {segment.id: place for place, segment in enumerate(self.segments)})


@dataclass(frozen=True, slots=True)
class Position:
    """Where the person is: `offset` frames into `segment` sounds at played frame `anchor`."""

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
