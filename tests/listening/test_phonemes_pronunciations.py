# ruff: noqa: RUF001 -- IPA letters look like Latin ones and are meant as they stand
from pathlib import Path

import numpy as np
import pytest

from coach.errors import PackError
from coach.listening.phonemes.pronunciations import load_lexicon

SHIPPED = Path(__file__).parents[2] / "voices" / "en" / "pronunciations.toml"
SMALL = """
[words]
stop = ["s t ɑ p", "s t ɔ p"]
"i'm" = ["aɪ m"]
a = ["ə", "eɪ"]
pea = ["p i"]

[phones]
s = { tokens = ["s"], missed = 0.1 }
t = { tokens = ["t"], missed = 0.1 }
p = { tokens = ["p", "pʰ"], missed = 0.2, heard-as = { t = 0.3 } }
m = { tokens = ["m"], missed = 0.1 }
i = { tokens = ["i"], missed = 0.1 }
"ɑ" = { tokens = ["ɑ"], missed = 0.1 }
"ɔ" = { tokens = ["ɔ"], missed = 0.1 }
"ə" = { tokens = ["ə"], missed = 0.1 }
"eɪ" = { tokens = ["eɪ"], missed = 0.1 }
"aɪ" = { tokens = ["aɪ"], missed = 0.1 }
"""


@pytest.fixture
def small(tmp_path):
    def written(text=SMALL):
        path = tmp_path / "pronunciations.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def spelled(lexicon, phrase):
    return [
        " ".join(lexicon.phones[phone] for word in words for phone in word) for words in lexicon.pronunciations(phrase)
    ]


def test_the_usual_pronunciation_comes_first(small):
    lexicon = load_lexicon(small())

    assert spelled(lexicon, "stop") == ["s t ɑ p", "s t ɔ p"]


def test_words_vary_one_at_a_time_and_all_together(small):
    lexicon = load_lexicon(small())

    assert spelled(lexicon, "stop a") == ["s t ɑ p ə", "s t ɔ p eɪ", "s t ɔ p ə", "s t ɑ p eɪ"]


@pytest.mark.parametrize("phrase", ["I'm a pea", "i\u2019m a pea", "i'm a-pea!"], ids=["case", "apostrophe", "marks"])
def test_spelling_does_not_matter(small, phrase):
    lexicon = load_lexicon(small())

    assert spelled(lexicon, phrase)[0] == "aɪ m ə p i"


@pytest.mark.parametrize(
    ("phrase", "told"),
    [("stop running", ['"running"', '"stop running"', "pronunciations.toml"]), ("?!", ['"?!"', "pronunciations.toml"])],
    ids=["unknown word", "no word"],
)
def test_a_phrase_that_cannot_be_heard_is_named_with_the_file(small, phrase, told):
    lexicon = load_lexicon(small())

    with pytest.raises(PackError) as caught:
        lexicon.pronunciations(phrase)

    assert all(part in str(caught.value) for part in told)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('["p i"]', '["p ii"]', ['key "pea"', '"ii"']),
        ('["p i"]', "[]", ['key "pea"', "empty"]),
        ('["p i"]', '[""]', ['key "pea"', "empty"]),
        ("t = 0.3", "q = 0.3", ["[phones.p]", "heard-as", '"q"']),
        ("missed = 0.2", "missed = 2", ["phones", "missed"]),
        ("[phones]", '[blurred]\nstop = ["so"]\n[phones]', ["[blurred]", 'key "stop"', '"so"']),
    ],
    ids=[
        "unknown phone",
        "no pronunciation",
        "empty pronunciation",
        "unknown confusion",
        "weight above one",
        "blurred word without a pronunciation",
    ],
)
def test_a_wrong_file_says_where_it_is_wrong(small, before, after, told):
    path = small(SMALL.replace(before, after))

    with pytest.raises(PackError) as caught:
        load_lexicon(path)

    assert all(part in str(caught.value) for part in [*told, "pronunciations.toml"])


def test_tokens_are_weighed_by_how_often_they_stand_for_a_phone(small):
    lexicon = load_lexicon(small())
    tokens = ["p", "pʰ", "t", "s", "m", "i", "ɑ", "ɔ", "ə", "eɪ", "aɪ", "<blank>"]

    weights = lexicon.hearing(tokens, ["<blank>"])

    column = lexicon.phones.index("p")
    assert weights[:4, column] == pytest.approx([1.0, 1.0, 0.3, 0.0])
    assert weights[tokens.index("<blank>"), column] == pytest.approx(0.2)


def test_a_token_the_recognizer_never_writes_is_named(small):
    lexicon = load_lexicon(small())

    with pytest.raises(PackError, match=r"\[phones\.p\].*pʰ"):
        lexicon.hearing(["p", "t", "s", "m", "i", "ɑ", "ɔ", "ə", "eɪ", "aɪ", "<blank>"], ["<blank>"])


def test_the_shipped_file_gives_each_phone_a_token_of_its_own():
    lexicon = load_lexicon(SHIPPED)
    hama = pytest.importorskip("hama")
    tokens = hama.ASRModel().decoder_tokens

    weights = lexicon.hearing(tokens, ["<blank>", "<wb>"])

    assert np.all((weights == 1.0).sum(axis=0) >= 1)
    assert np.all((weights == 1.0).sum(axis=1) <= 1)


@pytest.mark.parametrize("word", ["ow", "ouch", "numb", "me", "someone", "sore", "faint", "help", "stop", "yes"])
def test_words_that_must_not_be_guessed_are_in_the_shipped_file(word):
    assert load_lexicon(SHIPPED).pronunciations(word)
