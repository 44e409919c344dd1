"""Numbers as words."""

import pytest

from coach.language.numbers import number_words, plural, rulesets

NATIVE = "spellout-cardinal-native-attributive"
SINO = "spellout-cardinal-sinokorean"


@pytest.mark.parametrize(
    ("number", "language", "ruleset", "words"),
    [
        (0, "en", "spellout-cardinal", "zero"),
        (15, "en-GB", "spellout-cardinal", "fifteen"),
        (10, "ko", NATIVE, "열"),
        (20, "ko", NATIVE, "스무"),
        (30, "ko", SINO, "삼십"),
    ],
)
def test_numbers_become_words(number, language, ruleset, words):
    assert number_words(number, language, ruleset) == words


@pytest.mark.parametrize(("number", "category"), [(0, "other"), (1, "one"), (2, "other"), (21, "other")])
def test_english_has_one_and_other(number, category):
    assert plural(number, "en") == category


def test_korean_has_no_plural():
    assert plural(1, "ko") == "other"


def test_a_language_nobody_knows_has_no_counting():
    assert rulesets("zz") == frozenset()
