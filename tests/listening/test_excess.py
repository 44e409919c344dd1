import pytest

from coach.listening.excess import KEPT_BLOCKS, Excess, Whose
from coach.units import LISTEN_BLOCK


def _followed(*blocks, of_echo_db=-30):
    """Return what was followed: decibels of each block above what is expected, or None where nothing can be told."""
    excess = Excess()
    for above_db in blocks:
        if above_db is None:
            excess.unknown()
        else:
            excess.note(10.0 ** (above_db / 10.0), 10.0 ** (of_echo_db / 10.0), another=above_db > 7)
    return excess


def _of_all(*blocks):
    return _followed(*blocks).whose(len(blocks) * LISTEN_BLOCK, 0)


@pytest.mark.parametrize(
    ("blocks", "whose"),
    [
        pytest.param([20] * 20, Whose.ANOTHERS, id="far above the echo all the way"),
        pytest.param([18] * 17 + [0] * 3, Whose.ANOTHERS, id="with the closure of a t"),
        pytest.param([13] * 20, Whose.OWN, id="somewhat above it"),
        pytest.param([16] * 5 + [9] * 15, Whose.UNKNOWN, id="far above it at times"),
        pytest.param([25] * 8 + [-5] * 20, Whose.UNKNOWN, id="with silence that the engine took for part of it"),
        pytest.param([40] * 13 + [-10] * 7, Whose.UNKNOWN, id="far above it in two thirds of the blocks"),
        pytest.param([-3] * 20, Whose.OWN, id="below what the echo leaves"),
        pytest.param([60] + [0] * 19, Whose.OWN, id="one outburst of it"),
    ],
)
def test_words_are_anothers_where_they_stand_far_above_what_is_left_of_the_echo(blocks, whose):
    assert _of_all(*blocks) is whose


@pytest.mark.parametrize(("of_echo_db", "whose"), [(-30, Whose.OWN), (-10, Whose.UNKNOWN)])
def test_words_in_a_noise_that_is_no_echo_are_not_the_coachs(of_echo_db, whose):
    """A noisy room is expected to be noisy: nothing stands far above what is expected."""
    excess = _followed(*[8] * 20, of_echo_db=of_echo_db)

    assert excess.whose(20 * LISTEN_BLOCK, 0) is whose


def test_what_sounded_before_and_after_the_words_does_not_matter():
    excess = _followed(*[-5] * 10, *[25] * 10, *[-5] * 5)

    assert excess.whose(15 * LISTEN_BLOCK, 5 * LISTEN_BLOCK) is Whose.ANOTHERS
    assert excess.whose(25 * LISTEN_BLOCK, 15 * LISTEN_BLOCK) is Whose.OWN


def test_the_shortest_word_is_judged_by_what_stands_around_it():
    excess = _followed(*[-5] * 20, 30, *[-5] * 20)

    assert excess.whose(21 * LISTEN_BLOCK, 20 * LISTEN_BLOCK) is Whose.OWN
    assert _followed(*[25] * 20).whose(10 * LISTEN_BLOCK, 10 * LISTEN_BLOCK) is Whose.ANOTHERS


def test_nothing_is_told_of_words_most_of_which_no_echo_is_expected_in():
    assert _of_all(*[None] * 10, *[25] * 10) is Whose.UNKNOWN
    assert _of_all(*[None] * 9, *[25] * 11) is Whose.ANOTHERS
    assert _of_all() is Whose.UNKNOWN


def test_silence_is_no_error():
    excess = Excess()
    for _ in range(10):
        excess.note(0.0, 0.0, another=False)

    assert excess.whose(10 * LISTEN_BLOCK, 0) is Whose.OWN


def test_it_remembers_the_longest_utterance_and_forgets_what_it_is_told_to():
    excess = _followed(*[25] * (3 * KEPT_BLOCKS))
    long_ago = 10 * KEPT_BLOCKS * LISTEN_BLOCK

    assert excess.whose(long_ago, 0) is Whose.ANOTHERS
    assert excess.whose(long_ago, 2 * KEPT_BLOCKS * LISTEN_BLOCK) is Whose.UNKNOWN
    excess.forget()
    assert excess.whose(long_ago, 0) is Whose.UNKNOWN
