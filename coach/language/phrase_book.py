"""What the coach says: every line of a language, in up to three lengths and several variants."""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, field_validator

from coach.errors import PackError
from coach.language.numbers import DEFAULT_STYLE, DIGITS, CountingTable, plural
from coach.language.template import Slot, Template, parse_template
from coach.language.utterance import Form, Utterance

FROZEN: Final = ConfigDict(frozen=True, extra="forbid")


def _listed(value: object) -> object:
    """Return a single line, or a list of them, as a tuple: strict validation takes nothing else from here on."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def _tabled(value: object) -> object:
    """Return a bare line, or a list of variants, as a table that gives the full form only."""
    return value if isinstance(value, Mapping) else {"full": value}


Lines = Annotated[tuple[str, ...], BeforeValidator(_listed)]
"""One line, or a list of variants that mean the same."""


class Phrase(BaseModel):
    """One thing the coach says."""

    model_config = FROZEN

    full: Lines
    """Whole sentences, for the first times."""
    short: Lines = ()
    """A few words, once the sentence is known."""
    word: Lines = ()
    """One word, for a quick tempo."""
    marked: bool = False
    """True where the line must contain words that are also commands: a question, a safety line, a lesson."""

    @field_validator("full", "short", "word")
    @classmethod
    def _clean(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        for line in lines:
            if not line.strip():
                raise ValueError("a line is empty; write its words or delete it")
            parse_template(line)
        return tuple(unicodedata.normalize("NFC", " ".join(line.split())) for line in lines)

    @field_validator("full")
    @classmethod
    def _spoken(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        if not lines:
            raise ValueError("the list of lines is empty; write at least one")
        return lines

    def lines(self, form: Form) -> tuple[str, ...]:
        """Return the variants of one form, slots unfilled; empty when that form is not given."""
        return {Form.FULL: self.full, Form.SHORT: self.short, Form.WORD: self.word}[form]


PhraseTable = Annotated[Phrase, BeforeValidator(_tabled)]


@lru_cache(maxsize=2048)
def _template(line: str) -> Template:
    return parse_template(line)


class PhraseBook(BaseModel):
    """Every line of one language by its key, such as ``session.paused``."""

    model_config = FROZEN

    language: str
    """BCP 47 tag."""
    source: str
    """The file it came from, for messages."""
    phrases: dict[str, Phrase]
    countings: dict[str, CountingTable]
    """Countings by style; holds `DEFAULT_STYLE`."""
    forbidden: tuple[str, ...] = ()
    """Claims the coach must never make."""
    near_commands: tuple[str, ...] = ()
    """Words no unmarked line may hold, since they sound like a command or a word of harm."""
    near_openings: tuple[str, ...] = ()
    """Words no unmarked sentence may begin with, since a command begins with them."""

    def utterance(self, key: str, form: Form, variant: int, slots: Mapping[str, int | str]) -> Utterance:
        """Return a line ready to be spoken; see `LanguagePack.utterance`."""
        lines = self._phrase(key).lines(form)
        if not lines:
            raise self._error(key, f'it has no form "{form}"; write {form} = "..." there, or ask for another form')
        template = _template(lines[variant % len(lines)])
        text = "".join(part if isinstance(part, str) else self._filled(key, part, slots) for part in template.parts)
        return Utterance(self.language, key, text[:1].upper() + text[1:])

    def variants(self, key: str, form: Form) -> int:
        """Return how many variants a form has; 0 when the form or the key is not given."""
        phrase = self.phrases.get(key)
        return len(phrase.lines(form)) if phrase else 0

    def _filled(self, key: str, slot: Slot, slots: Mapping[str, int | str]) -> str:
        value = slots.get(slot.name)
        if value is None:
            raise self._error(key, f"its slot {{{slot.name}}} was given nothing; fill it, or take it out of the line")
        if slot.style == DIGITS:
            counting = self.countings[DEFAULT_STYLE]
            return " ".join(counting.words(int(digit), self.language) for digit in str(value))
        if isinstance(value, str):
            return self._name(value)
        if value < 0:
            raise self._error(key, f"its slot {{{slot.name}}} was given {value}; counts are 0 or more")
        if slot.plurals:
            words = dict(slot.plurals)
            return words.get(plural(value, self.language), words["other"])
        style = slot.style or DEFAULT_STYLE
        if style not in self.countings:
            known = ", ".join(sorted(self.countings))
            raise self._error(key, f'its slot asks for the counting "{style}"; the [numbers] of pack.toml have {known}')
        return self.countings[style].words(value, self.language)

    def _name(self, key: str) -> str:
        """Return the shortest name of a phrase, to stand inside another line."""
        phrase = self._phrase(key)
        return (phrase.word or phrase.short or phrase.full)[0].rstrip(".!?")

    def _phrase(self, key: str) -> Phrase:
        if key not in self.phrases:
            raise self._error(key, "this phrase is missing; write it there")
        return self.phrases[key]

    def _error(self, key: str, problem: str) -> PackError:
        table, _, name = key.partition(".")
        return PackError(f"{self.source}, table [{table}], key {name or '(none)'}: {problem}.")
