"""A line to be spoken, and what an open question may be answered with."""

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """How much of a phrase is spoken; shorter forms follow once the sentence is known."""

    FULL = "full"
    SHORT = "short"
    WORD = "word"


@dataclass(frozen=True, slots=True, order=True)
class Utterance:
    """One line in one language, ready for a synthesizer."""

    language: str
    """BCP 47 tag of the pack it came from, such as ``en``."""
    key: str
    """Phrase key, such as ``session.paused``; names the line in journals and listings."""
    text: str
    """The words, slots filled; never empty."""


class Context(StrEnum):
    """What the session is doing, as far as the listener must know."""

    IDLE = "idle"
    SESSION = "session"
    QUESTION = "question"


class Answer(StrEnum):
    """What an utterance says to the open question."""

    YES = "yes"
    NO = "no"
    EASY = "easy"
    ALL_RIGHT = "all-right"
    HARD = "hard"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the session expects just now; read by the grammar and the acceptance."""

    context: Context = Context.SESSION
    question: str | None = None
    """Id of the open question, a table name under ``[question]`` in commands.toml; None when none is open."""
