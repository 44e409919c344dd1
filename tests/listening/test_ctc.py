"""Alignment is held against a slow reference that tries every path."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.listening.phonemes.ctc import Batch, Excess, span

PHONES = 3


def rows(phones, blank):
    return Excess(phones, blank, boundary=np.full_like(blank, -20.0), pause=blank)


@st.composite
def sounds(draw):
    frames = draw(st.integers(1, 5))
    cost = st.floats(-9.0, 0.0, width=32)
    phones = [[draw(cost) for _ in range(PHONES)] for _ in range(frames)]
    blank = [draw(cost) for _ in range(frames)]
    return rows(np.array(phones, dtype=np.float32), np.array(blank, dtype=np.float32))


def edges(excess, *, free):
    return np.zeros(len(excess), dtype=np.float32) if free else excess.blank


def best_path(excess, phones, *, lead, trail):
    """Try every assignment of frames to: before, a phone, a gap between phones, after."""
    states = [("lead", 0)]
    for place, phone in enumerate(phones):
        states += [("phone", phone), ("gap", place)]
    states[-1] = ("trail", 0)
    best = -np.inf
    for path in itertools.product(range(len(states)), repeat=len(excess)):
        if path[0] > 1 or path[-1] < len(states) - 2:
            continue
        if not all(allowed(states, here, there) for here, there in itertools.pairwise(path)):
            continue
        best = max(best, sum(cost(excess, states[state], frame, lead, trail) for frame, state in enumerate(path)))
    return best


def allowed(states, here, there):
    if there - here == 2:
        return states[here][0] == states[there][0] == "phone" and states[here][1] != states[there][1]
    return there - here in (0, 1)


def cost(excess, state, frame, lead, trail):
    kind, phone = state
    return {
        "lead": lead[frame],
        "trail": trail[frame],
        "gap": excess.blank[frame],
        "phone": excess.phones[frame, phone],
    }[kind]


@given(
    sounds(),
    st.lists(st.lists(st.integers(0, PHONES - 1), min_size=1, max_size=3), min_size=1, max_size=4),
    st.booleans(),
)
def test_the_best_alignment_is_the_best_of_all_paths(excess, pronunciations, free):
    edge = edges(excess, free=free)

    found = Batch(pronunciations).align(excess, lead=edge, trail=edge)

    for score, phones in zip(found, pronunciations, strict=True):
        expected = best_path(excess, phones, lead=edge, trail=edge)
        assert score == pytest.approx(expected, abs=1e-3) or (expected == -np.inf and score < -1e6)


@given(sounds(), st.booleans())
def test_a_phrase_scores_the_same_alone_and_among_longer_ones(excess, free):
    edge = edges(excess, free=free)

    alone = Batch([(1,)]).align(excess, lead=edge, trail=edge)
    among = Batch([(1,), (0, 1, 2, 0)]).align(excess, lead=edge, trail=edge)

    assert among[0] == alone[0]


def certain(*written):
    """Return posteriors of a network that is sure of what it writes; None is a blank."""
    phones = np.full((len(written), PHONES), -20.0, dtype=np.float32)
    blank = np.full(len(written), -20.0, dtype=np.float32)
    for frame, phone in enumerate(written):
        if phone is None:
            blank[frame] = 0.0
        else:
            phones[frame, phone] = 0.0
    return rows(phones, blank)


def test_what_the_network_writes_itself_scores_nought():
    excess = certain(None, 0, None, 1, 1, None)

    score = Batch([(0, 1)]).align(excess, lead=excess.blank, trail=excess.blank)

    assert score[0] == 0.0


def test_a_doubled_phone_needs_a_gap_between():
    with_gap, without = certain(0, None, 0), certain(0, 0, 0)

    assert Batch([(0, 0)]).align(with_gap, lead=with_gap.blank, trail=with_gap.blank)[0] == 0.0
    assert Batch([(0, 0)]).align(without, lead=without.blank, trail=without.blank)[0] <= -20.0


def test_other_sounds_around_cost_nothing_where_the_edges_are_free():
    excess = certain(2, 2, 0, 1, 2)
    free = edges(excess, free=True)

    inside = Batch([(0, 1)]).align(excess, lead=free, trail=free)
    whole = Batch([(0, 1)]).align(excess, lead=excess.blank, trail=excess.blank)

    assert inside[0] == 0.0
    assert whole[0] <= -60.0


@pytest.mark.parametrize("free", [False, True], ids=["whole", "anywhere"])
def test_a_phrase_is_found_where_it_was_said(free):
    excess = certain(None, None, 0, None, 1, None, None)
    edge = edges(excess, free=free)

    assert span(excess, (0, 1), lead=edge, trail=edge) == (2, 5)


def test_a_sound_too_short_for_the_phrase_is_no_match():
    excess = certain(0)

    score = Batch([(0, 1, 2)]).align(excess, lead=excess.blank, trail=excess.blank)

    assert score[0] < -1e6
