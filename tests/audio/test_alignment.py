"""The reference flows in step with the microphone, whatever single notes say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.audio.alignment import Alignment
from coach.units import LISTEN_BLOCK, LISTEN_RATIO, SAMPLE_RATE, frames

SECOND = 50
"""Blocks in a second."""


def follow(leads):
    """Return the played frame at the beginning of each block, less what lock-step would give."""
    alignment = Alignment()
    offsets = []
    for number, lead in enumerate(leads):
        alignment.note(lead)
        offsets.append(alignment.played(number * LISTEN_BLOCK) - number * LISTEN_BLOCK * LISTEN_RATIO)
    return np.array(offsets)


def test_the_first_note_is_believed():
    assert follow([3_840]).tolist() == [3_840]


def test_notes_that_scatter_by_a_block_do_not_move_it_once_it_has_settled():
    scatter = np.random.default_rng(3).uniform(-480, 480, 60 * SECOND)

    offsets = follow(3_840 + scatter)

    assert len(set(offsets[2 * SECOND :])) == 1
    assert abs(offsets[-1] - 3_840) < frames(0.002) + 50


@pytest.mark.parametrize("parts_per_million", [-200, 200])
def test_two_clocks_that_part_are_followed_in_small_steps(parts_per_million):
    leads = 3_840 + np.arange(600 * SECOND) * 960 * parts_per_million * 1e-6

    offsets = follow(leads)

    assert np.abs(offsets - leads)[2 * SECOND :].max() < frames(0.006)
    assert np.abs(np.diff(offsets[2 * SECOND :])).max() <= LISTEN_RATIO


def test_frames_that_were_lost_are_followed_at_once():
    alignment = Alignment()
    for _ in range(10 * SECOND):
        alignment.note(3_840)
        alignment.played(0)

    alignment.restart()
    alignment.note(3_840 + SAMPLE_RATE)

    assert alignment.played(0) == 3_840 + SAMPLE_RATE


def test_notes_of_a_busy_machine_are_outvoted():
    leads = np.full(60 * SECOND, 3_840.0)
    leads[SECOND::7] += 2_000.0

    offsets = follow(leads)

    assert set(offsets[SECOND:]) == {3_840}


def test_a_gap_nobody_reported_is_followed_within_two_seconds():
    leads = np.concatenate((np.full(10 * SECOND, 3_840.0), np.full(10 * SECOND, 3_840.0 + 4_800.0)))

    offsets = follow(leads)

    assert set(offsets[12 * SECOND :]) == {3_840 + 4_800}


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200))
def test_it_stays_between_lock_step_and_what_was_noted(leads):
    offsets = follow(leads)

    assert min(*leads, 0) - 1 <= offsets.min()
    assert offsets.max() <= max(*leads, 0) + 1
