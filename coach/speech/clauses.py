"""Long lines in parts that every synthesizer can say whole."""

import re
from typing import Final

from coach.language.syllables import syllables

MOST_SYLLABLES: Final = 60
"""espeak-ng 1.51 drops the end of a Korean clause of more than about 110 syllables without a word (measured;
espeak-ng #1860); a line of 60 takes some 13 s, more than anybody follows."""

_BREAKS: Final = (
    r"(?<=[.?!…。])\s+",  # between sentences
    r"(?<=[,;:，、])\s+",  # between clauses  # noqa: RUF001 - a comma of CJK text is meant
    r"\s+",  # between words
)


def clauses(text: str, most: int = MOST_SYLLABLES) -> tuple[str, ...]:
    """Return a line in parts of at most so many syllables, cut at the best places there are.

    Args:
        text: The words.
        most: Syllables of a part, at least 1. A single word may have more; it is never cut.

    Returns:
        The parts in order, none empty; the line itself, stripped, when it is short enough.
    """
    return tuple(part for part in _parts(text.strip(), most, 0) if part)


def _parts(text: str, most: int, level: int) -> list[str]:
    if syllables(text) <= most or level == len(_BREAKS):
        return [text]
    parts: list[str] = []
    for piece in re.split(_BREAKS[level], text):
        together = f"{parts[-1]} {piece}" if parts else piece
        if parts and syllables(together) <= most:
            parts[-1] = together
        else:
            parts.extend(_parts(piece, most, level + 1))
    return parts
