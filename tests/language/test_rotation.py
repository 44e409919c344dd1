import pytest

from coach.language.rotation import variant
from coach.language.utterance import Form

TEN_YEARS = 3653


def said(key, count, session, uses):
    return [variant(key, Form.FULL, count, session=session, turn=turn) for turn in range(uses)]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 10])
def test_every_variant_is_said_in_the_end(count):
    assert {said("score.praise", count, session, 1)[0] for session in range(count)} == set(range(count))


@pytest.mark.parametrize("count", [3, 4, 5, 8, 10])
def test_none_is_heard_twice_in_a_row_within_a_session_or_from_one_to_the_next(count):
    before = None
    for session in range(TEN_YEARS):
        # However often it is said this time: a session may break off anywhere.
        for one in said("score.praise", count, session, 1 + session % 7):
            assert one != before
            before = one


@pytest.mark.parametrize("count", [4, 5, 8, 10])
def test_a_use_that_is_left_out_brings_no_repetition(count):
    for session in range(50):
        turns = said("score.rest", count, session, 20)
        assert all(one != other for one, other in zip(turns, turns[2:], strict=False))


def test_of_two_variants_each_session_takes_the_other():
    assert [said("session.lets-begin", 2, session, 1)[0] for session in range(4)] in ([0, 1, 0, 1], [1, 0, 1, 0])


@pytest.mark.parametrize("gap", [1, 2, 3])
def test_a_session_begins_with_what_was_not_heard_in_the_last_ones(gap):
    for session in range(60):
        first = said("score.praise", 8, session + gap, 1)[0]
        assert first not in said("score.praise", 8, session, 30)


def test_lines_begin_at_different_places():
    assert len({said(f"score.line-{number}", 8, 0, 1)[0] for number in range(40)}) > 3


def test_equal_sessions_are_worded_alike():
    assert said("score.praise", 8, 5, 9) == said("score.praise", 8, 5, 9)
