import numpy as np
import pytest

from coach.speech.emphasis import emphasized
from coach.units import SAMPLE_RATE


def tone(hertz, length_s=0.5):
    return (0.1 * np.sin(2 * np.pi * hertz * np.arange(round(length_s * SAMPLE_RATE)) / SAMPLE_RATE)).astype(np.float32)


def raised_db(hertz):
    before, after = tone(hertz), emphasized(tone(hertz), SAMPLE_RATE, 6.0)
    inner = slice(4_800, -4_800)
    return 20 * np.log10(np.std(after[inner]) / np.std(before[inner]))


@pytest.mark.parametrize("hertz", [500, 700, 1000, 2000])
def test_the_middle_tones_are_raised(hertz):
    assert raised_db(hertz) == pytest.approx(6.0, abs=0.1)


@pytest.mark.parametrize("hertz", [100, 250, 4_000, 8_000])
def test_what_lies_an_octave_beside_them_stays(hertz):
    assert raised_db(hertz) == pytest.approx(0.0, abs=0.1)


def test_a_sound_keeps_its_length_and_its_moments():
    click = np.zeros(9_600, dtype=np.float32)
    click[4_800] = 0.5

    after = emphasized(click, SAMPLE_RATE, 6.0)

    assert len(after) == len(click)
    assert after.dtype == np.float32
    assert int(np.argmax(np.abs(after))) == 4_800


def test_what_sounds_at_the_end_does_not_come_round_to_the_beginning():
    late = np.concatenate((np.zeros(4_800, dtype=np.float32), tone(1000, 0.1)))

    assert np.abs(emphasized(late, SAMPLE_RATE, 9.0)[:2_400]).max() < 1e-3


def test_no_emphasis_leaves_every_sample_as_it_is():
    assert np.array_equal(emphasized(tone(1000), SAMPLE_RATE, 0.0), tone(1000))
