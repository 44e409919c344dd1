"""Pins: a digest of every line that safety rests on, so that none of them changes unnoticed.

1. What a stop, a fault, a question or a refusal says is pinned: the tables of `PINNED`, each line with all its
   wordings and forms. A line that has changed since, and one that was never pinned, is an error of the review.
2. Pins carry a version, which goes up by one whenever a line is pinned anew: a clinician signs a version.
3. Into a pinned line nothing is put but a configured number, digit by digit.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, Field

from coach.errors import PackError
from coach.language.numbers import DIGITS
from coach.language.phrase_book import FROZEN, Phrase, PhraseBook
from coach.language.template import parse_template
from coach.language.utterance import Form
from coach.tomlfile import parse, read_toml

FILE: Final = "pins.toml"
"""Stands beside phrases.toml."""
PINNED: Final = ("safety", "fault", "question", "barred")
"""Tables of phrases.toml whose every line is pinned."""
_LETTERS: Final = 16
"""Letters of a digest that are written down: 64 bits are far more than a slip needs, and can be compared by eye."""
_HEAD: Final = """\
# What the lines that safety rests on said when somebody last read them all: a digest of each, with its wordings.
# Written by coach check --pin. Pin a changed line only when somebody has read it as she will hear it; none is signed.
"""


class Pins(BaseModel):
    """The pins of a language pack."""

    model_config = FROZEN

    format: Literal[1]
    version: int = Field(ge=1)
    """Goes up by one whenever a line is pinned anew."""
    line: dict[str, dict[str, str]]
    """Table to key to the digest of its line."""

    def of(self, key: str) -> str | None:
        """Return the digest a phrase is pinned with; None where it is not."""
        table, _, name = key.partition(".")
        return self.line.get(table, {}).get(name)


def digest(phrase: Phrase) -> str:
    """Return the digest of a line with all its forms and wordings, as 16 hexadecimal letters."""
    said = {form.value: phrase.lines(form) for form in Form}
    plain = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
    return hashlib.sha256(plain).hexdigest()[:_LETTERS]


def pinned(phrases: PhraseBook) -> Iterator[tuple[str, Phrase]]:
    """Go through the lines that are to be pinned, in the order of the file."""
    return ((key, phrase) for key, phrase in phrases.phrases.items() if key.partition(".")[0] in PINNED)


def free_slots(phrase: Phrase) -> tuple[str, ...]:
    """Return the names of the slots of a line that would take more than the digits of a number."""
    lines = (line for form in Form for line in phrase.lines(form))
    return tuple(slot.name for line in lines for slot in parse_template(line).slots() if slot.style != DIGITS)


def read_pins(folder: Path) -> Pins | None:
    """Return the pins of a pack's folder; None where nobody has pinned anything.

    Raises:
        PackError: The file is wrong; the message names table and key.
    """
    path = folder / FILE
    return parse(Pins, read_toml(path, PackError), path, PackError) if path.exists() else None


def pin_anew(phrases: PhraseBook, before: Pins | None) -> Pins:
    """Return pins for the lines as they are; the version goes up where that changes anything."""
    line: dict[str, dict[str, str]] = {}
    for key, phrase in pinned(phrases):
        table, _, name = key.partition(".")
        line.setdefault(table, {})[name] = digest(phrase)
    if before is None:
        return Pins(format=1, version=1, line=line)
    return before if before.line == line else Pins(format=1, version=before.version + 1, line=line)


def write_pins(folder: Path, pins: Pins) -> None:
    """Write the pins of a pack.

    Raises:
        PackError: The file cannot be written.
    """
    path = folder / FILE
    text = [_HEAD, f"format = {pins.format}", f"version = {pins.version}"]
    for table, line in pins.line.items():
        text += ["", f"[line.{table}]", *(f'{name} = "{value}"' for name, value in line.items())]
    try:
        path.write_text("\n".join(text) + "\n", encoding="utf-8")
    except OSError as wrong:
        raise PackError(f"{path}: it cannot be written ({wrong.strerror}); check the permissions.") from None
