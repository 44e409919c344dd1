"""What set-up asks, in the words of one language: ``voices/<tag>/setup.toml``.

Plain text for carers, shown and spoken; none of it is said to the person in bed, and nothing of it is a command.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from coach.errors import PackError
from coach.tomlfile import parse, read_toml

FILE: Final = "setup.toml"
_SLOT: Final = re.compile(r"\{(\w+)\}")


class StepText(BaseModel):
    """What is said of one step."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1)
    about: str = ""
    """What it is for."""
    cost: str = Field(min_length=1)
    """What leaving it out means."""


class AskText(BaseModel):
    """One question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ask: str = Field(min_length=1)
    why: str = ""
    """Shown to whoever types "?"."""
    hint: str = ""
    """How to answer; shown, not spoken."""


class Texts(BaseModel):
    """Everything set-up says in one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1]
    words: Mapping[str, tuple[str, ...]]
    """What may be typed, by what it means, in lower case."""
    step: Mapping[str, StepText]
    ask: Mapping[str, AskText]
    choice: Mapping[str, Mapping[str, str]]
    """Question to the values that may be chosen and what they are called."""
    say: Mapping[str, str]
    wrong: Mapping[str, str]
    """What is said of an answer that cannot be used."""

    def line(self, key: str, **slots: object) -> str:
        """Return a sentence of `say` with its slots filled."""
        return filled(self.say[key], slots)


def filled(text: str, slots: Mapping[str, object]) -> str:
    """Return a text with its ``{slots}`` filled; nothing in it is evaluated."""
    return _SLOT.sub(lambda found: str(slots.get(found[1], found[0])), text)


def load_texts(voices: Path, tag: str) -> Texts:
    """Return the texts of a language; what its pack does not have stands in English.

    Raises:
        PackError: A file is wrong, or English has none.
    """
    english = read_texts(voices / "en" / FILE)
    path = voices / tag / FILE
    if tag == "en" or not path.exists():
        return english
    own = read_texts(path)
    choice = {name: {**options, **own.choice.get(name, {})} for name, options in english.choice.items()}
    return Texts(
        format=1,
        words={**english.words, **own.words},
        step={**english.step, **own.step},
        ask={**english.ask, **own.ask},
        choice=choice,
        say={**english.say, **own.say},
        wrong={**english.wrong, **own.wrong},
    )


def read_texts(path: Path) -> Texts:
    """Read one file.

    Raises:
        PackError: It cannot be read or says something unknown.
    """
    return parse(Texts, read_toml(path, PackError), path, PackError)


def lacking(texts: Texts, model: Texts) -> Iterator[str]:
    """Go through what a language's texts lack beside those of another, each as table, key and what to do."""
    theirs = dict(_entries(texts))
    ours = dict(_entries(model))
    for place, text in ours.items():
        if place not in theirs:
            yield f"{place}: this text is missing; write it there"
        elif slots := _slots(theirs[place]) - _slots(text):
            yield f"{place}: the slot {{{min(slots)}}} is never filled; take it out"
    for place in theirs.keys() - ours.keys():
        yield f"{place}: nothing asks for this text; look at its name"


def _entries(texts: Texts) -> Iterator[tuple[str, str]]:
    for name, step in texts.step.items():
        yield f"table [step.{name}]", f"{step.title} {step.about} {step.cost}"
    for name, ask in texts.ask.items():
        yield f"table [ask.{name}]", f"{ask.ask} {ask.why} {ask.hint}"
    for name, options in texts.choice.items():
        for value, label in options.items():
            yield f"table [choice.{name}], key {value}", label
    for table, sentences in (("say", texts.say), ("wrong", texts.wrong)):
        for key, text in sentences.items():
            yield f"table [{table}], key {key}", text
    for key in texts.words:
        yield f"table [words], key {key}", ""


def _slots(text: str) -> set[str]:
    return set(_SLOT.findall(text))
