"""Finding phrases in what was said."""

import pytest

from coach.language.said import Span, letters_of, said


@pytest.mark.parametrize(
    ("text", "letters", "words"),
    [
        ("It's  Fine!", "itsfine", 2),
        ("it\N{RIGHT SINGLE QUOTATION MARK}s fine", "itsfine", 2),
        ("아파 요", "아파요", 2),
        ("\N{HANGUL CHOSEONG IEUNG}\N{HANGUL JUNGSEONG A}", "아", 1),
        ("...", "", 0),
    ],
    ids=["English", "curly apostrophe", "pieces", "decomposed", "punctuation"],
)
def test_only_letters_and_word_edges_are_kept(text, letters, words):
    heard = said(text)

    assert (heard.letters, len(heard.words)) == (letters, words)


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("my calf hurts", "hurts", True),
        ("painting", "pain", False),
        ("the 피가 나", "피가 나", True),
        ("커피가 나왔어요", "피가 나", False),
        ("커피 가 나왔 어요", "피가 나", False),
        ("알아야 해요", "아야", False),
        ("i can not move", "cannot move", True),
    ],
)
def test_a_phrase_stands_between_word_edges(text, phrase, found):
    assert bool(list(said(text).find({letters_of(phrase)}))) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [("아파서 못 하겠어요", True), ("아파트", False), ("아파", True)],
    ids=["ending", "another word", "bare"],
)
def test_a_phrase_may_carry_a_listed_ending(text, found):
    assert bool(list(said(text).find({"아파"}, {"서", "요"}))) is found


def test_a_stem_takes_any_ending_even_in_pieces():
    assert list(said("많이 아프 지 않아요").find_stems({"아프지"})) == [Span(2, 5)]


def test_places_are_reached_through_listed_words_only():
    lead, tail = said("um okay stop please").reached({"um", "okay", "please"})

    assert lead == {0, 2, 6}
    assert tail == {10, 16}


def test_an_utterance_without_some_words_tells_where_its_letters_stood():
    thinned, places = said("my leg is a bit hot").without({"abit", "my"})

    assert thinned == said("leg is hot")
    assert places == (2, 3, 4, 5, 6, 11, 12, 13)
