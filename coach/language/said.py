"""An utterance as letters with word edges, and the search for phrases in it.

Rules:

1. Spaces, punctuation and apostrophes do not count: a recognizer may write "아파 요" for "아파요", "its" for "it's".
2. A phrase must begin and end where a word (or a recognizer's piece) begins and ends: "피가 나" is not in
   "커피가 나왔어요".
3. Where a language glues endings to words, a phrase may also end before one of the endings its pack lists.
"""

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of an utterance, counted in letters."""

    start: int
    end: int
    """One past the last letter."""

    def holds(self, other: "Span") -> bool:
        """Return whether another stretch lies within this one."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        """Return whether another stretch shares letters with this one."""
        return self.start < other.end and other.start < self.end

    @property
    def length(self) -> int:
        """Return the number of letters."""
        return self.end - self.start


@dataclass(frozen=True)
class Said:
    """What was said, ready to be searched."""

    letters: str
    """Lower case, nothing but letters and digits."""
    words: tuple[Span, ...]

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Return where words begin."""
        return tuple(word.start for word in self.words)

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """Return where words end."""
        return tuple(word.end for word in self.words)

    @property
    def whole(self) -> Span:
        """Return the stretch of everything."""
        return Span(0, len(self.letters))

    def find(self, phrases: Collection[str], endings: Collection[str] = ()) -> Iterator[Span]:
        """Go through the stretches that are one of some phrases.

        Args:
            phrases: Letters of each phrase, as `letters_of` gives them.
            endings: Letters that may follow a phrase within its last word.
        """
        longest = max(map(len, phrases), default=0)
        ends = sorted({*self.ends, *self._before_endings(endings)}) if endings else self.ends
        for start in self.starts:
            for end in ends:
                if start < end <= start + longest and self.letters[start:end] in phrases:
                    yield Span(start, end)

    def find_stems(self, stems: Collection[str]) -> Iterator[Span]:
        """Go through the words that begin with one of some stems; a word's pieces may be apart."""
        for start in self.starts:
            for stem in stems:
                if self.letters.startswith(stem, start):
                    yield Span(start, next(end for end in self.ends if end >= start + len(stem)))

    def without(self, phrases: Collection[str]) -> "tuple[Said, tuple[int, ...]]":
        """Return the utterance without some phrases, and where each letter of it stands in this one."""
        left_out = tuple(self.find(phrases))
        kept: list[Span] = []
        places: list[int] = []
        for word in self.words:
            if not any(span.holds(word) for span in left_out):
                kept.append(Span(len(places), len(places) + word.length))
                places += range(word.start, word.end)
        return Said("".join(self.letters[place] for place in places), tuple(kept)), tuple(places)

    def words_between(self, start: int, end: int) -> int:
        """Return how many words lie wholly between two places."""
        return sum(1 for word in self.words if start <= word.start and word.end <= end)

    def reached(self, phrases: Collection[str]) -> tuple[frozenset[int], frozenset[int]]:
        """Return the places up to which, and from which on, there is nothing but some phrases."""
        spans = tuple(self.find(phrases))
        lead, tail = {0}, {len(self.letters)}
        for span in sorted(spans):
            if span.start in lead:
                lead.add(span.end)
        for span in sorted(spans, key=lambda span: -span.end):
            if span.end in tail:
                tail.add(span.start)
        return frozenset(lead), frozenset(tail)

    def _before_endings(self, endings: Collection[str]) -> Iterator[int]:
        for word in self.words:
            text = self.letters[word.start : word.end]
            for ending in endings:
                if text.endswith(ending):
                    yield word.end - len(ending)


@lru_cache(maxsize=512)
def said(text: str) -> Said:
    """Return an utterance ready to be searched."""
    letters = ""
    words: list[Span] = []
    for word in _plain(text).split():
        words.append(Span(len(letters), len(letters) + len(word)))
        letters += word
    return Said(letters, tuple(words))


def letters_of(phrase: str) -> str:
    """Return the letters of a phrase, as they are compared."""
    return "".join(_plain(phrase).split())


def _plain(text: str) -> str:
    """Return text in lower case with nothing but letters, digits and spaces; apostrophes vanish without a space."""
    folded = unicodedata.normalize("NFC", text).lower().replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    return "".join(letter if letter.isalnum() else " " for letter in folded)


def longest(found: Iterable[Span]) -> list[Span]:
    """Return the stretches that lie in no longer one, first to last."""
    kept: list[Span] = []
    for span in sorted(found, key=lambda span: -span.length):
        if not any(longer.holds(span) for longer in kept):
            kept.append(span)
    return sorted(kept)
