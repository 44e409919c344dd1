"""How many syllables a line has, in any script: a reckoning from its letters."""

import re
import unicodedata


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
