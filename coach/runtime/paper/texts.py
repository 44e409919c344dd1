"""Words that stand on paper only: ``voices/<tag>/paper.toml``."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from coach.commands import Command
from coach.errors import PackError
from coach.language.grammar import read
from coach.language.models import LanguagePack
from coach.language.utterance import Expectation
from coach.tomlfile import parse, read_toml

FILE: Final = "paper.toml"
SAYS: Final = (Command.STOP, Command.PAIN, Command.PAUSE, Command.RESUME, Command.SLOWER, Command.REPEAT)
"""What a card tells to say, most urgent first: six are as many as anybody looks at (chosen)."""
HARM: Final = frozenset({Command.STOP, Command.PAIN})
"""Those that stop everything: they stand out."""
_FROZEN: Final = ConfigDict(frozen=True, extra="forbid")


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=lambda name: name.replace("_", "-"))


class LeafletWords(_Words):
    """Words of a leaflet; those in braces are filled in."""

    for_: str = Field(min_length=1, validation_alias="for")
    prescribed: str
    voice: str
    a_day: str
    once_a_day: str
    a_day_span: str
    times: str
    sets: str
    each_side: str
    each_way: str
    hold: str
    rest: str
    start: str
    care: str
    stop: str
    signs: tuple[str, ...] = Field(min_length=1)
    emergency: str
    number: str
    left_out: str
    draft: str
    made: str


class CardWords(_Words):
    """Words of a card."""

    title: str
    key: str
    keys: str
    no_help: str
    message: str
    button: str
    number: str
    about: str


class Says(BaseModel):
    """One thing to say."""

    model_config = _FROZEN

    say: str = Field(min_length=1)
    means: str = Field(min_length=1)


class PaperTexts(BaseModel):
    """Everything that stands on paper only, in one language."""

    model_config = _FROZEN

    format: Literal[1]
    leaflet: LeafletWords
    card: CardWords
    says: Mapping[Command, Says]


def load_paper(folder: Path) -> PaperTexts:
    """Read the paper's words of a language from the folder of its pack.

    Raises:
        PackError: The file is missing or wrong.
    """
    path = folder / FILE
    return parse(PaperTexts, read_toml(path, PackError), path, PackError)


def misheard(texts: PaperTexts, pack: LanguagePack) -> Iterator[str]:
    """Go through what the card tells to say and the coach would not understand, each as table, key and what to do."""
    for command in SAYS:
        words = texts.says.get(command)
        place = f"table [says.{command}], key say"
        if words is None:
            yield f"{place}: the card tells to say this; write how"
            continue
        meant = read(words.say, pack.commands, Expectation()).command
        if meant is not command:
            heard = f"as {meant}" if meant else "as nothing"
            yield f'{place}: "{words.say}" would be heard {heard}; write a phrase of [command.{command}]'
