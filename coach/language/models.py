"""A language pack: how the coach says things in one language, and how it is spoken to."""

from enum import StrEnum
from typing import Final

from pydantic import BaseModel

from coach.language.command_book import CommandBook, Entry, QuestionWords
from coach.language.phrase_book import FROZEN, Phrase, PhraseBook
from coach.language.pins import Pins
from coach.language.utterance import Form, Utterance

PERSON: Final = "person.name"
"""Phrase that stands for a person's name."""

__all__ = [
    "CommandBook",
    "Entry",
    "LanguagePack",
    "PackStatus",
    "Phrase",
    "PhraseBook",
    "QuestionWords",
    "RecognizerModel",
]

VOSK: Final = "vosk"
"""Name of the table ``[recognizers.vosk]``."""


class PackStatus(StrEnum):
    """Whether a pack's wording has been approved."""

    DRAFT = "draft"
    """No clinician has signed the spoken lines."""
    SIGNED = "signed"
    """The reviewer named in the pack has signed every spoken line."""


class RecognizerModel(BaseModel):
    """The model an engine needs to hear this language."""

    model_config = FROZEN

    name: str
    """Name of the folder the model unpacks to."""
    garbage: str
    """The word the model hears when nothing of the grammar fits."""
    address: str | None = None
    """Where its makers offer it."""
    sha256: str | None = None
    """Checksum of the archive, once somebody has verified it."""
    package: str | None = None
    """Python package that brings the model along."""
    pieces: dict[str, str] = {}
    """Surface word to the pieces the model knows, parted by spaces; a word that is missing is one piece."""

    core: tuple[str, ...] = ()
    """Words that a short utterance is heard again for: what stops, what hurts, yes and no."""

    rivals: tuple[str, ...] = ()
    """Everyday words that may be heard there instead, so that not any sound becomes a core word."""

    def pieced(self, phrase: str) -> str:
        """Return a phrase in words the model knows."""
        return " ".join(self.pieces.get(word, word) for word in phrase.split())


class LanguagePack(BaseModel):
    """Everything the coach knows of one language."""

    model_config = FROZEN

    tag: str
    """BCP 47 tag, such as ``en``; the folder's name."""
    name: str
    """The language's own name, such as ``English``."""
    status: PackStatus
    reviewer: str | None
    """Clinician who signed the lines; None while the pack is a draft."""
    recognizers: dict[str, RecognizerModel]
    """Engine name to the model it needs."""
    phrases: PhraseBook
    commands: CommandBook
    pins: Pins | None = None
    """What the lines that safety rests on said when they were last read; None where nobody has pinned them."""

    def utterance(self, key: str, form: Form = Form.FULL, variant: int = 0, **slots: int | str) -> Utterance:
        """Return a line ready to be spoken.

        Args:
            key: Phrase key, such as ``session.paused``.
            form: How much of it; ask `variants` first whether a shorter form is given.
            variant: Which wording; counted round, so that a running number may be given.
            slots: A number for each number slot (0 or more; becomes words), a phrase key for each name slot
                (its shortest form is spoken). Slots the line does not have are ignored.

        Raises:
            PackError: The key, the form or a slot is missing.
        """
        return self.phrases.utterance(key, form, variant, slots)

    def addressing(self, name: str) -> "LanguagePack":
        """Return the pack with a person's name as a phrase of its own, `PERSON`, that may stand in other lines."""
        phrases = {**self.phrases.phrases, PERSON: Phrase(full=(name,))}
        return self.model_copy(update={"phrases": self.phrases.model_copy(update={"phrases": phrases})})

    def variants(self, key: str, form: Form = Form.FULL) -> int:
        """Return how many wordings a form has; 0 when that form, or the phrase, is not given."""
        return self.phrases.variants(key, form)

    def has(self, key: str) -> bool:
        """Return whether a phrase is in the pack."""
        return key in self.phrases.phrases

    def keys(self) -> tuple[str, ...]:
        """Return every phrase key, in the order of the file."""
        return tuple(self.phrases.phrases)

    def marked(self, key: str) -> bool:
        """Return whether a line contains command words on purpose."""
        return self.has(key) and self.phrases.phrases[key].marked
