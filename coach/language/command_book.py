"""What can be said to the coach in one language: phrases, decoys, answers, and the words that change a meaning."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from pydantic import BaseModel, field_validator

from coach.commands import RULES, Command, Policy
from coach.language.lexicon import Lexicon, compile_lexicon
from coach.language.phrase_book import FROZEN
from coach.language.said import letters_of
from coach.language.utterance import Answer


@dataclass(frozen=True, slots=True)
class Entry:
    """One phrase an engine should know."""

    phrase: str
    """Lower case, single spaces, no punctuation but apostrophes."""
    command: Command | None
    """What it commands; None for a decoy."""
    decoy: bool = False
    """True where it is listed only so that it is not taken for a command."""
    policy: Policy | None = None
    """Where in an utterance it must stand, stricter than the command's own rule where the pack says so; None for a
    decoy."""
    bare_help: bool = False
    """True for a bare "help": the session asks before it acts."""


class Mark(StrEnum):
    """What a phrase of a command may mean more exactly."""

    CRAMP = "cramp"
    """Pain that is a cramp."""
    HEAVY = "heavy"
    """Bleeding that is heavy, or does not stop."""


MARKED: Final = {Mark.CRAMP: Command.PAIN, Mark.HEAVY: Command.BLEEDING}
"""The command whose phrases a mark is about."""


class QuestionWords(BaseModel):
    """The words that answer one question, beside all-clear and the commands that answer it."""

    model_config = FROZEN

    words: dict[Answer, tuple[str, ...]]
    """Phrases by what they answer, the plainest first; here "fine" may mean something else than to another question."""


class Guards(BaseModel):
    """Words that change what the words around them mean."""

    model_config = FROZEN

    reach_words: int
    """How many words may stand between a negation and the phrase it negates."""
    negations: tuple[str, ...]
    """Before a phrase within reach they deny it: "not", "nothing"."""
    interjections: tuple[str, ...] = ()
    """Negations that deny only a bare noun: "no pain" is denied, "no, it hurts" is not."""
    subjects: tuple[str, ...] = ()
    """First words of a sentence of its own ("it", "my"): an interjection does not deny one, nor does any other negation
    right before it, or one that has denied something already."""
    clause_starts: tuple[str, ...] = ()
    """Other first words of a phrase that an interjection does not deny: "call", "ouch"."""
    turns: tuple[str, ...] = ()
    """Words that no negation reaches past: "but"."""
    no_denials: tuple[str, ...] = ()
    """Sayings with a negation that answer no question of harm clearly: "no better"."""
    alternatives: tuple[str, ...] = ()
    """Words that carry a negation on to what follows: "or"."""
    titles: tuple[str, ...] = ()
    """Calls for somebody that are also how they are addressed: "yes, nurse" and "wait, nurse" call nobody."""
    degrees: tuple[str, ...] = ()
    """Words that a safety phrase may hold anywhere and mean the same: "my chest *really* hurts"."""
    doubts: tuple[str, ...]
    """Before a phrase they make it a condition, a question or a guess: "if", "maybe"."""
    past: tuple[str, ...] = ()
    """Anywhere in the utterance they move it to another time: "yesterday"."""
    companions: tuple[str, ...] = ()
    """Words that may stand beside an answer and change nothing: "dear", "that was"."""
    idioms: tuple[str, ...] = ()
    """Sayings whose words mean no harm: "pain killers"; a safety word inside one does not count."""
    hints: tuple[str, ...] = ()
    """Words that on their own are no report of harm but too near to one to be ignored: "hurt", "sore"."""
    hint_stems: tuple[str, ...] = ()
    """Beginnings of words that are hints whatever their ending."""
    endings: tuple[str, ...] = ()
    """Endings a word of a safety phrase may carry and still mean the same; for languages that glue them on."""


class CommandBook(BaseModel):
    """Everything one language lets a person say; templates are expanded."""

    model_config = FROZEN

    language: str
    """BCP 47 tag."""
    entries: tuple[Entry, ...]
    """Phrases and decoys, in the order of the file."""
    fillers: tuple[str, ...]
    """Words that may stand around a command and mean nothing."""
    words_max: int
    """Utterances of more words are other people's talk, unless a safety word is among them."""
    guards: Guards
    questions: dict[str, QuestionWords]
    """Question id to its words: its own, and those of its kind."""
    marks: dict[Mark, tuple[str, ...]] = {}
    """Words that mean something more exact wherever they stand in a phrase of the mark's command."""

    @field_validator("entries")
    @classmethod
    def _known(cls, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        for entry in entries:
            if entry.command is not None and RULES[entry.command].policy is Policy.DERIVED:
                raise ValueError(f'"{entry.command}" is concluded by the coach; it has no phrases')
        return entries

    def phrases(self, command: Command) -> tuple[str, ...]:
        """Return every phrase of a command, in the order of the file."""
        return self._by_command.get(command, ())

    def marked(self, phrase: str, mark: Mark) -> bool:
        """Return whether a phrase that was heard means more exactly what a mark says."""
        return holds_any(phrase, self.marks.get(mark, ()))

    def decoys(self) -> Iterator[str]:
        """Go through the phrases that mean nothing."""
        return (entry.phrase for entry in self.entries if entry.decoy)

    @cached_property
    def lexicon(self) -> Lexicon:
        """Return the book made ready for matching."""
        return compile_lexicon(self)

    @cached_property
    def _by_command(self) -> dict[Command, tuple[str, ...]]:
        phrases: dict[Command, list[str]] = {}
        for entry in self.entries:
            if entry.command is not None:
                phrases.setdefault(entry.command, []).append(entry.phrase)
        return {command: tuple(listed) for command, listed in phrases.items()}


def holds_any(phrase: str, words: Iterable[str]) -> bool:
    """Return whether any of some words stands in a phrase, wherever its spaces are."""
    letters = letters_of(phrase)
    return any(letters_of(word) in letters for word in words)
