"""A line with slots: ``{n}``, ``{n:native}``, ``{n|one:minute|other:minutes}``, ``{side}``.

Rules:

1. ``{n}`` is the number in words, in the pack's default counting; ``{n:style}`` names another of its countings;
   ``{number:digits}`` is a telephone number, digit by digit.
2. ``{n|category:words|...}`` is the words of the number's CLDR plural category; ``other`` must be there.
3. A slot that is given text names another phrase of the pack; its name is spoken.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_SLOT: Final = re.compile(r"\{(?P<name>[a-z]+)(?::(?P<style>[a-z]+)|(?P<plurals>(?:\|[a-z]+:[^{}|:]*)+))?\}")
_BRACE: Final = re.compile(r"[{}]")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a line that is filled when it is spoken."""

    name: str
    style: str | None = None
    plurals: tuple[tuple[str, str], ...] = ()
    """Plural category and words, in the order of the file; empty for a number or a name."""


@dataclass(frozen=True, slots=True)
class Template:
    """A line taken apart: words and slots by turns."""

    parts: tuple[str | Slot, ...]

    def slots(self) -> Iterator[Slot]:
        """Go through the slots, in the order they are spoken."""
        return (part for part in self.parts if isinstance(part, Slot))


def parse_template(text: str) -> Template:
    """Return a line taken apart.

    Raises:
        ValueError: A brace does not belong to a slot, or a plural has no ``other``.
    """
    parts: list[str | Slot] = []
    end = 0
    for found in _SLOT.finditer(text):
        parts.append(text[end : found.start()])
        plurals = tuple(_plural(part) for part in (found["plurals"] or "").split("|")[1:])
        if plurals and "other" not in dict(plurals):
            raise ValueError(f'the slot {found[0]} needs words for "other"')
        parts.append(Slot(found["name"], found["style"], plurals))
        end = found.end()
    parts.append(text[end:])
    for part in parts:
        if isinstance(part, str) and _BRACE.search(part):
            raise ValueError(f'"{part.strip()}" holds a brace that belongs to no slot such as {{n}} or {{n:style}}')
    return Template(tuple(part for part in parts if part != ""))


def _plural(part: str) -> tuple[str, str]:
    category, _, words = part.partition(":")
    return category, words
