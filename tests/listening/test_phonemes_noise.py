"""A room's steady noise is weakened, a voice is not."""

import numpy as np
import pytest

from coach.listening.phonemes.noise import FLOOR_DB, RoomNoise

BLOCK = 320
RATE = 16_000


def hiss(seconds, level, seed=0):
    return np.random.default_rng(seed).normal(0.0, level, round(seconds * RATE)).astype(np.float32)


def tone(seconds, level):
    return (level * np.sqrt(2.0) * np.sin(2 * np.pi * 440.0 * np.arange(round(seconds * RATE)) / RATE)).astype(
        np.float32
    )


def room(sound):
    noise = RoomNoise()
    for at in range(0, len(sound), BLOCK):
        noise.accept(sound[at : at + BLOCK])
    noise.learn(0)
    return noise


def rms(sound):
    return float(np.sqrt(np.mean(np.square(sound))))


def test_steady_noise_is_weakened_and_never_silenced():
    left = room(hiss(2, 0.01)).weaken(hiss(1, 0.01, seed=1))

    weaker_db = 20 * np.log10(rms(left) / 0.01)
    assert FLOOR_DB - 0.5 <= weaker_db <= FLOOR_DB + 2.0


def test_a_voice_above_the_noise_stays_as_it_was():
    voice = tone(1, 0.1)

    left = room(hiss(2, 0.01)).weaken(voice + hiss(1, 0.01, seed=1))

    assert rms(left[2_000:-2_000] - voice[2_000:-2_000]) < 0.005


@pytest.mark.parametrize("before", [0.0, 0.3], ids=["nothing", "too little"])
def test_a_room_that_is_not_known_changes_nothing(before):
    sound = hiss(1, 0.01, seed=1)

    assert np.array_equal(room(hiss(before, 0.01)).weaken(sound), sound)


def test_a_quiet_room_changes_next_to_nothing():
    voice = tone(1, 0.1)

    assert np.abs(room(hiss(2, 1e-5)).weaken(voice) - voice).max() < 1e-3


def test_a_short_loud_sound_before_is_no_part_of_the_room():
    before = hiss(2, 0.01)
    before[8_000:14_000] += hiss(0.375, 0.3, seed=2)

    assert room(before).level == pytest.approx(0.01, rel=0.35)


def test_what_may_be_the_beginning_of_a_word_is_no_part_of_the_room():
    noise = room(np.concatenate((hiss(0.6, 0.001), hiss(0.8, 0.1, seed=2))))

    noise.learn(round(0.8 * RATE))

    assert noise.level == pytest.approx(0.001, rel=0.35)


def test_a_room_that_was_forgotten_is_not_known():
    noise = room(hiss(2, 0.01))

    noise.reset()
    noise.learn(0)

    assert noise.level == 0.0
