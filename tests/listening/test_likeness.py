"""Own voice as proof of life: only what was played resembles what was played."""

import numpy as np
import pytest

from coach.audio.resampler import Decimator
from coach.listening.likeness import likeness
from coach.rehearsal.room import NOMINAL_DB, Room, RoomSpec
from coach.units import LISTEN_RATE


def spoken(span_s, seed, rate=48_000):
    """Return noise with the spectrum and an irregular rhythm of speech."""
    count = round(span_s * rate)
    random = np.random.default_rng(seed)
    hertz = np.fft.rfftfreq(count, 1.0 / rate)
    spectrum = np.fft.rfft(random.standard_normal(count)) * (500.0 / np.maximum(hertz, 500.0)) ** 1.5
    voice = np.fft.irfft(np.where(hertz < 100.0, 0.0, spectrum), count)
    syllables = np.repeat(random.random(round(5 * span_s) + 1) > 0.4, rate // 5)[:count]
    voice *= syllables
    return (voice * 10 ** (NOMINAL_DB / 20.0) / np.sqrt(np.mean(voice**2))).astype(np.float32)


def heard(played, **spec):
    return Room(RoomSpec(**spec), seed=1).render(played, np.zeros(len(played) // 3, dtype=np.float32))


@pytest.mark.parametrize("late_s", [0.0, 0.1, 0.3, 0.7])
def test_a_prompt_is_found_in_the_room_with_its_lag(late_s):
    played = spoken(4.0, seed=2)

    found = likeness(heard(played, echo_delay_s=late_s), Decimator().accept(played))

    assert found.holds
    assert found.lag_s == pytest.approx(late_s, abs=0.03)
    assert 1.0 < found.heard_s < 4.0


def test_a_prompt_as_loud_as_the_rooms_noise_is_still_found():
    played = spoken(4.0, seed=2)
    mic = heard(played, echo_db=-40.0)
    mic += np.random.default_rng(3).normal(0.0, 10 ** (-40.0 / 20.0), len(mic)).astype(np.float32)

    assert likeness(mic, Decimator().accept(played)).holds


def test_somebody_else_is_not_taken_for_the_coach():
    played, other = spoken(4.0, seed=2), spoken(4.0, seed=4, rate=LISTEN_RATE)

    assert not likeness(other, Decimator().accept(played)).holds


def test_a_dead_microphone_holds_nothing():
    played = spoken(2.0, seed=2)

    assert likeness(np.zeros(2 * LISTEN_RATE, dtype=np.float32), Decimator().accept(played)).correlation == 0.0


def test_where_nothing_was_played_nothing_is_found():
    noise = spoken(2.0, seed=2, rate=LISTEN_RATE)

    found = likeness(noise, np.zeros_like(noise))

    assert (found.correlation, found.heard_s) == (0.0, 0.0)


def test_lengths_that_differ_are_refused():
    with pytest.raises(ValueError, match="not of one length"):
        likeness(np.zeros(320, dtype=np.float32), np.zeros(640, dtype=np.float32))
