"""How long a line should take: the yardstick for what a synthesizer wrote."""

import re
from dataclasses import dataclass
from typing import Final

from coach.language.syllables import syllables

BASE_WPM: Final = 150
"""Rate the table below was measured at; time goes with the inverse of the rate, from 100 to 300 words a minute
within 10 %."""
SHORTEST: Final = 0.6
LONGEST: Final = 1.6
"""Bounds against the expected length. 92 English and 84 Korean lines lay between 0.67 and 1.49 of it, over
eight voices and eight rates; half a line lies below, a line said twice above."""
SLACK_S: Final = 0.12
"""Added at both bounds: a single word ("열", "Flex") is said 0.1 s off its share of a sentence."""
_UNKNOWN: Final = 2.0
"""How much wider the bounds are for a language without a measured pace."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What each part of a line adds to its length at `BASE_WPM`, in seconds."""

    start_s: float
    syllable_s: float
    comma_s: float
    sentence_s: float


# Least squares of relative error over espeak-ng 1.51, 150 words a minute, voices en-gb and ko: 92 English and 84
# Korean lines of one word to 40 syllables, sound above -50 dBFS.
_PACES: Final = {
    "en": Pace(start_s=0.16, syllable_s=0.22, comma_s=0.36, sentence_s=0.53),
    "ko": Pace(start_s=0.14, syllable_s=0.20, comma_s=0.29, sentence_s=0.60),
}


def expected_seconds(text: str, language: str, rate_wpm: int) -> float:
    """Return how long a line should sound, silence before and after left out, in seconds.

    Args:
        text: The words.
        language: BCP 47 tag; a language without a measured pace is taken for English.
        rate_wpm: Words a minute.
    """
    pace = _PACES.get(_primary(language), _PACES["en"])
    inner = text.strip().rstrip(".?!,;:…)")
    commas = len(re.findall(r"[,;:，、](?=\s)|\s[–—(-](?=\S)|\s[–—-]\s", inner))  # noqa: RUF001 - typographic marks are meant
    sentences = len(re.findall(r"[.?!…。]+[\"'”’)]*(?=\s)", inner))  # noqa: RUF001 - typographic marks are meant
    at_base = pace.start_s + pace.syllable_s * syllables(text) + pace.comma_s * commas + pace.sentence_s * sentences
    return at_base * BASE_WPM / rate_wpm


def plausible_seconds(text: str, language: str, rate_wpm: int) -> tuple[float, float]:
    """Return the shortest and the longest a line may sound before its file is thrown away, in seconds."""
    expected = expected_seconds(text, language, rate_wpm)
    wider = 1.0 if _primary(language) in _PACES else _UNKNOWN
    return max(0.0, expected * SHORTEST / wider - SLACK_S), expected * LONGEST * wider + SLACK_S


def _primary(language: str) -> str:
    return language.split("-", maxsplit=1)[0].casefold()
