"""Names that the command line knows as well; importing them costs nothing."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Half(StrEnum):
    """Speakers on whom thresholds were chosen, and speakers they are judged by."""

    TUNED = "tuned"
    HELD_OUT = "held-out"
    BOTH = "both"


class Figure(StrEnum):
    """What a trial belongs to; the names `--only` takes."""

    WORDS = "words"
    """Single words of people that are commands or answers."""
    OTHER_WORDS = "other-words"
    """Single words that are none, while nothing is asked."""
    OTHER_ANSWERS = "other-answers"
    """The same while a question is open."""
    VOCAL = "vocal"
    """Coughs, sighs, laughs, moans, screams."""
    SPEECH = "speech"
    """Other people's continuous talk."""
    NOISE = "noise"
    """Noises of a room, with nobody in it."""
    STOP_IN_NOISE = "stop-in-noise"
    STOP_IN_ROOM = "stop-in-room"
    STOP_QUIET = "stop-quiet"
    STOP_OVER_COACH = "stop-over-coach"
    DISTRESS = "distress"
    """Synthetic voices that say what somebody in trouble says."""
    DISTRESS_OVER_COACH = "distress-over-coach"
    """The same into the coach's own words, in a room."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be measured, and on what."""

    language: str
    """BCP 47 tag of what is spoken."""
    engine: str
    """Which recognizers listen."""
    data: Path
    """Folder of sets of recordings."""
    half: Half = Half.HELD_OUT
    """Whose recordings; synthetic voices and rooms without people belong to both halves."""
    only: tuple[Figure, ...] = ()
    """Figures; none: all."""
    quick: bool = False
    """Whether a sample is enough."""
    keep: Path | None = None
    """File of outcomes, so that a run that was broken off can be taken up again."""
    curve: bool = False
    """Whether "stop" and safety phrases are tried more and less leniently as well: misses against false hits."""
    peers: bool = False
    """Whether other recognizers are tried on the same recordings."""
    look_s: float = 0.0
    """Seconds that one look takes, as on a slower machine; 0: as on one that is fast enough for everything."""
