"""Which words of a line are being said at a moment."""

from hypothesis import given
from hypothesis import strategies as st

from coach.language.passage import words_between

HELLO = "Hello, I am your coach. Say stop at any time. First a few questions, please answer yes or no."


def test_the_words_of_a_moment_are_those_whose_syllables_lie_there():
    assert words_between("one two three four", 0.25, 0.75) == "two three"
    assert words_between("one two three four", 0.2, 0.8) == "one two three four"
    assert words_between("anniversary day", 0.0, 0.5) == "anniversary"


def test_a_word_of_a_greeting_counts_only_near_its_place():
    assert "stop" not in words_between(HELLO, 0.0, 0.2)
    assert "stop" in words_between(HELLO, 0.2, 0.45)
    assert "stop" not in words_between(HELLO, 0.6, 1.0)


def test_korean_syllables_are_counted_as_well():
    assert words_between("아파요 그만이라고 말씀하세요", 0.0, 0.2) == "아파요"


def test_before_and_behind_a_line_its_nearest_word_is_given():
    assert words_between("one two", -0.5, -0.2) == "one"
    assert words_between("one two", 1.2, 1.5) == "two"
    assert words_between("...", 0.0, 1.0) == "..."
    assert words_between("", 0.0, 1.0) == ""


@given(st.lists(st.sampled_from(("stop", "now", "anywhere", "dear")), min_size=1), st.floats(0, 1), st.floats(0, 1))
def test_neighboring_words_are_given_and_all_of_them_for_the_whole(words, one, other):
    text = " ".join(words)
    part = words_between(text, min(one, other), max(one, other))

    assert part
    assert part in text
    assert words_between(text, 0.0, 1.0) == text
