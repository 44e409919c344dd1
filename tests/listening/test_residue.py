"""What a canceller leaves is weakened where the expected echo explains it, and nowhere else."""

import numpy as np
import pytest

from coach.listening.residue import DELAY, FLOOR_DB, ResidueFilter
from coach.units import LISTEN_BLOCK


def noise(level_db, blocks, seed):
    return np.random.default_rng(seed).normal(0.0, 10 ** (level_db / 20), blocks * LISTEN_BLOCK).astype(np.float32)


def tone(hertz, level_db, blocks):
    at = np.arange(blocks * LISTEN_BLOCK)
    return (np.sqrt(2.0) * 10 ** (level_db / 20) * np.sin(2 * np.pi * hertz * at / 16_000)).astype(np.float32)


def filtered(cleaned, expected, leak):
    residue = ResidueFilter()
    blocks = range(0, len(cleaned), LISTEN_BLOCK)
    return np.concatenate(
        [residue.accept(cleaned[at : at + LISTEN_BLOCK], expected[at : at + LISTEN_BLOCK], leak) for at in blocks]
    )


def level_db(samples):
    return 10 * np.log10(np.mean(np.square(samples, dtype=np.float64)))


def test_what_the_echo_explains_is_weakened_to_the_floor():
    left = noise(-55, 50, seed=1)

    heard = filtered(left, noise(-30, 50, seed=2), 10 ** (-2.5))

    assert level_db(heard[3_200:]) == pytest.approx(-55 + FLOOR_DB, abs=2.5)


def test_a_person_is_not_touched_but_for_a_few_milliseconds():
    person = noise(-35, 50, seed=1)

    heard = filtered(person, noise(-30, 50, seed=2), 10 ** (-2.5))

    assert level_db(heard[3_200:]) == pytest.approx(-35, abs=0.5)
    assert level_db(heard[3_200 + DELAY :] - person[3_200:-DELAY]) < -48


def test_only_the_frequencies_of_the_echo_are_weakened():
    left = tone(1_000, -50, 50) + tone(4_000, -50, 50)

    heard = filtered(left, tone(1_000, -25, 50), 10 ** (-2.5))

    spectrum = np.abs(np.fft.rfft(heard[-8_000:]))
    assert 20 * np.log10(spectrum[2_000] / spectrum[500]) > 6.0


def test_where_nothing_is_expected_everything_comes_through_late():
    person = noise(-40, 20, seed=1)

    heard = filtered(person, np.zeros_like(person), 1.0)

    assert np.allclose(heard[DELAY:], person[:-DELAY], atol=1e-4)
