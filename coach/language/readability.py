"""How easily spoken lines are understood.

1. English: the reading age of Flesch and Kincaid (1975), a grade of 0.39 words a sentence + 11.8 syllables a word
   - 15.59, and five years added for the age at which a child enters the first grade. A single short line says little,
   so lines of fewer than `WORDS_TO_JUDGE` words are judged together with all others only.
2. Korean has no formula of that standing: syllables a sentence are counted, one for each block of Hangul.
3. Another language is not judged: nothing is said of it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from coach.language.syllables import syllables

AGE_MEANT: Final = 9.0
"""Reading age the wording is meant for (clinical reference, section 10)."""
AGE_MAX: Final = 12.0
"""A single line above this is worth a second look; chosen: three years above what is meant."""
WORDS_TO_JUDGE: Final = 8
SYLLABLES_MEANT: Final = 15.0
"""Syllables a Korean sentence is meant to have, all sentences together: about three seconds of speech; chosen."""
SYLLABLES_MAX: Final = 30.0
"""A single Korean sentence above this is worth a second look: about six seconds; chosen."""
_SENTENCE: Final = re.compile(r"[.!?:;]+")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")  # noqa: RUF001 - typographic marks are meant


@dataclass(frozen=True, slots=True)
class Ease:
    """How easy some lines are."""

    measure: str
    """What is measured: ``reading age`` or ``syllables a sentence``."""
    value: float
    meant: float
    """Up to here it is as easy as it is meant to be."""

    @property
    def easy(self) -> bool:
        """Return whether it is as easy as it is meant to be."""
        return self.value <= self.meant


def ease(lines: Iterable[str], language: str) -> Ease | None:
    """Return how easy some lines are together, or None for a language that is not judged.

    Args:
        lines: Spoken lines, slots filled.
        language: BCP 47 tag; only the primary part counts.
    """
    sentences = [part for line in lines for part in _SENTENCE.split(line) if _WORD.search(part)]
    if not sentences:
        return None
    match language.split("-", maxsplit=1)[0]:
        case "en":
            words = [word for sentence in sentences for word in _WORD.findall(sentence)]
            spoken = sum(max(1.0, syllables(word)) for word in words)
            grade = 0.39 * len(words) / len(sentences) + 11.8 * spoken / len(words) - 15.59
            return Ease("reading age", grade + 5, AGE_MEANT)
        case "ko":
            return Ease("syllables a sentence", sum(map(syllables, sentences)) / len(sentences), SYLLABLES_MEANT)
        case _:
            return None


def hard(line: str, language: str) -> Ease | None:
    """Return how easy a single line is where that is harder than it should be; None where it is easy enough."""
    match language.split("-", maxsplit=1)[0]:
        case "en" if len(_WORD.findall(line)) >= WORDS_TO_JUDGE:
            found = ease([line], language)
            return found if found is not None and found.value > AGE_MAX else None
        case "ko":
            longest = max(_SENTENCE.split(line), key=syllables)
            count = syllables(longest)
            return Ease("syllables a sentence", count, SYLLABLES_MAX) if count > SYLLABLES_MAX else None
        case _:
            return None
