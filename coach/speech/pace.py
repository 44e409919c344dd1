"""How long a line should take: the yardstick for what a synthesizer wrote."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

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


def syllables(text: str) -> float:
    """Return about how many syllables a line has, in any script."""
    count = 0.0
    for run in re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+", text):  # noqa: RUF001 - typographic marks are meant
        if run[0].isdigit():
            count += 2.2 * len(run)  # "77" has five in English, "11" two in Korean
            continue
        latin = "".join(
            letter for letter in unicodedata.normalize("NFKD", run) if letter.isascii() and letter.isalpha()
        )
        others = [letter for letter in unicodedata.normalize("NFC", run) if not _latin(letter)]
        count += sum(1.0 if _whole_syllable(letter) else 0.5 for letter in others)
        if latin:
            count += _latin_syllables(latin)
    return count


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


def _latin(letter: str) -> bool:
    return unicodedata.normalize("NFKD", letter)[0].isascii()


def _whole_syllable(letter: str) -> bool:
    """Return whether one letter is one syllable: Hangul blocks, kana, ideographs."""
    return "가" <= letter <= "힣" or "぀" <= letter <= "鿿"


def _latin_syllables(word: str) -> float:
    if word.isupper() and 1 < len(word) < 6:
        return len(word)  # spelled out, as "TV"
    word = word.casefold()
    groups = len(re.findall(r"[aeiouy]+", word))
    if groups > 1 and re.search(r"[^l]e$|[^td]ed$", word):
        groups -= 1  # "hope", "stopped"; but "ankle", "rested"
    return max(groups, 1)
