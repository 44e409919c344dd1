from hypothesis import given
from hypothesis import strategies as st

from coach.language.syllables import syllables
from coach.speech.clauses import MOST_SYLLABLES, clauses

PLAIN = st.lists(st.sampled_from(["toes", "away,", "hold.", "천천히", "당기세요.", "고,"]), max_size=60).map(" ".join)


def test_a_short_line_stays_whole():
    assert clauses(" Rest a moment. ") == ("Rest a moment.",)


def test_a_long_line_is_cut_between_sentences_first():
    line = "발끝을 멀리 뻗으세요. 그리고, 천천히 당기세요."

    assert clauses(line, most=14) == ("발끝을 멀리 뻗으세요.", "그리고, 천천히 당기세요.")


def test_a_long_sentence_is_cut_between_clauses_and_then_between_words():
    assert clauses("하나 둘, 셋 넷", most=3) == ("하나 둘,", "셋 넷")
    assert clauses("하나 둘 셋 넷", most=3) == ("하나 둘", "셋 넷")


@given(text=PLAIN, most=st.integers(1, 80))
def test_no_word_is_lost_and_no_part_is_too_long(text, most):
    parts = clauses(text, most)

    assert " ".join(parts) == text
    assert all(syllables(part) <= most or " " not in part for part in parts)


def test_a_korean_line_without_any_break_fits_what_espeak_says_whole():
    parts = clauses("천천히 숨을 쉬고 " * 40)

    assert len(parts) > 1
    assert all(0 < syllables(part) <= MOST_SYLLABLES for part in parts)
