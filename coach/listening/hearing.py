"""What an engine thinks it heard, and what the coach concludes from it."""

from dataclasses import dataclass
from enum import StrEnum

from coach.commands import Command
from coach.language.utterance import Answer


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One engine's reading of a stretch of sound.

    Frames are listening frames (16 kHz) counted from the first block the recognizer was given.
    """

    text: str
    """Words as recognised, or the phrase that scored; spaces as the engine gives them."""
    score: float
    """Comparable within one engine only; higher is better."""
    first: int
    last: int
    """Listening frames: first of the words, one past the last of them."""
    is_final: bool
    engine: str
    language: str = "en"
    margin: float = 0.0
    """How far the score stands above the nearest competitor, in the engine's own units."""
    sure: bool = True
    """Whether nothing else comes near and the score is no low one, as the engine judges by its own measure."""
    doubted: bool = False
    """Whether something else explains the sound as well: what would mean harm is then asked about, the rest nothing."""
    outlasts: bool = False
    """Whether it won only since what explains the sound better is too short to be all of it."""
    heard_as: str = ""
    """The word that was heard in its place, which a hard room makes of it: the coach pauses, and asks."""
    over_coach: bool = False
    """Whether the coach itself was sounding meanwhile, or would go on at once."""
    blurred: bool = False
    """Whether that sound cannot be taken out: whatever was heard is only asked about."""
    behind: bool = False
    """Whether it began just behind that sound, where a late echo of it may still come: a sure answer is read back."""
    faint: bool = False
    """Whether it hardly stands above what is left of the coach's own words: it may be one of them."""
    narrow: bool = False
    """Whether it leads by so little that what is left of another voice could have made it, by the measure of `sure`."""


class Certainty(StrEnum):
    """How sure a hearing is."""

    PARTIAL = "partial"
    """The utterance is not over; only commands that act on partials are told so early."""
    FINAL = "final"
    UNCONFIRMED = "unconfirmed"
    """A partial was told, and the end of the utterance did not bear it out; or it may be what is left of the coach's
    own words."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """A command (or an answer) that was heard, after acceptance."""

    command: Command
    phrase: str
    engine: str
    score: float
    certainty: Certainty
    first: int
    last: int
    """Listening frames: first of the words, one past the last of them."""
    decided: int
    """Listening frame at which the coach decided; counts everything captured so far."""
    answer: Answer | None = None
    """How it reads as an answer to the question that was open; None when none was open."""
    utterance: int = 0
    """Number of the utterance it belongs to, so that partial and final can be told as one."""
    margin: float = 0.0
    sure: bool = True
    """Whether it may be acted upon without asking again: two engines agreed, or the only one that heard it is sure.

    Meant for answers and for what sets the exercise going; stopping never waits for it."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Somebody spoke while a question was open, and it could not be read as an answer."""

    first: int
    last: int
    """Listening frames: first of the utterance, one past the last of it."""
    decided: int
    """Listening frame at which the coach gave up on it; counts everything captured so far."""


Decision = Hearing | Unclear
"""What the listener tells."""
