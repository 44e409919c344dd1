import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.speech.leveling import LEAD_S, LEVEL_DB, PEAK_DB, TAIL_S, active_level_db, leveled, sounding_span, trimmed
from coach.units import SAMPLE_RATE, amplitude

RATE = 22_050


def hum(length_s, level=0.1, rate=RATE):
    return (level * np.sin(2 * np.pi * 200 * np.arange(round(length_s * rate)) / rate)).astype(np.float32)


def silence(length_s, rate=RATE):
    return np.zeros(round(length_s * rate), dtype=np.float32)


def test_silence_around_a_line_is_cut_to_a_breath():
    line = np.concatenate((silence(0.5), hum(1.0), silence(0.8)))

    cut = trimmed(line, RATE)

    assert len(cut) / RATE == pytest.approx(1.0 + LEAD_S + TAIL_S, abs=0.02)


def test_silence_inside_a_line_stays():
    line = np.concatenate((hum(0.5), silence(0.7), hum(0.5)))

    assert len(trimmed(line, RATE)) == len(line)


@pytest.mark.parametrize("sound", [silence(1.0), silence(0.0), hum(1.0, level=1e-5)], ids=["silence", "none", "hiss"])
def test_nothing_that_sounds_has_no_span(sound):
    assert sounding_span(sound, RATE) == (0, 0)
    assert len(trimmed(sound, RATE)) == 0


def test_pauses_do_not_make_a_line_louder():
    dense, sparse = hum(2.0), np.concatenate((hum(1.0), silence(3.0), hum(1.0)))

    assert active_level_db(sparse, RATE) == pytest.approx(active_level_db(dense, RATE), abs=0.1)


@pytest.mark.parametrize("level", [0.01, 0.1, 0.9])
def test_quiet_and_loud_lines_come_out_at_one_level(level):
    line = leveled(hum(1.0, level), RATE)

    assert active_level_db(line, SAMPLE_RATE) == pytest.approx(LEVEL_DB, abs=0.3)


def test_a_line_is_brought_to_the_playing_rate():
    assert len(leveled(hum(1.0), RATE)) == pytest.approx(SAMPLE_RATE, abs=2)


@given(
    peaks=st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=400),
    rate=st.sampled_from([8_000, 16_000, 22_050, 48_000]),
)
def test_no_sample_ever_passes_the_peak_limit(peaks, rate):
    line = leveled(np.repeat(np.array(peaks, dtype=np.float32), 20), rate)

    assert np.abs(line).max(initial=0.0) <= amplitude(PEAK_DB) + 1e-6


def test_the_edges_are_faded_to_nothing():
    line = leveled(np.full(RATE, 0.3, dtype=np.float32), RATE)

    assert line[0] == 0.0
    assert abs(line[-1]) < 1e-3
    assert np.abs(np.diff(line)).max() < 0.01
