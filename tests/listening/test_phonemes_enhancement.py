"""A room's steady noise and its late reverberation are weakened, a voice is not."""

import numpy as np
import pytest

from coach.listening.phonemes.enhancement import FLOOR_DB, Enhancer, brightened

BLOCK = 320
RATE = 16_000


def hiss(seconds, level, seed=0):
    return np.random.default_rng(seed).normal(0.0, level, round(seconds * RATE)).astype(np.float32)


def tone(seconds, level):
    return (level * np.sqrt(2.0) * np.sin(2 * np.pi * 440.0 * np.arange(round(seconds * RATE)) / RATE)).astype(
        np.float32
    )


def room(sound):
    noise = Enhancer()
    for at in range(0, len(sound), BLOCK):
        noise.accept(sound[at : at + BLOCK])
    noise.learn(0)
    return noise


def rms(sound):
    return float(np.sqrt(np.mean(np.square(sound))))


def test_steady_noise_is_weakened_and_never_silenced():
    left = room(hiss(2, 0.01)).denoised(hiss(1, 0.01, seed=1))

    weaker_db = 20 * np.log10(rms(left) / 0.01)
    assert FLOOR_DB - 0.5 <= weaker_db <= FLOOR_DB + 2.0


def test_a_voice_above_the_noise_stays_as_it_was():
    voice = tone(1, 0.1)

    left = room(hiss(2, 0.01)).denoised(voice + hiss(1, 0.01, seed=1))

    assert rms(left[2_000:-2_000] - voice[2_000:-2_000]) < 0.005


@pytest.mark.parametrize("before", [0.0, 0.3], ids=["nothing", "too little"])
def test_a_room_that_is_not_known_changes_nothing(before):
    sound = hiss(1, 0.01, seed=1)

    assert np.array_equal(room(hiss(before, 0.01)).denoised(sound), sound)


def test_a_quiet_room_changes_next_to_nothing():
    voice = tone(1, 0.1)

    assert np.abs(room(hiss(2, 1e-5)).denoised(voice) - voice).max() < 1e-3


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


def decaying(reverberation_s, seconds=1.0, seed=3):
    """A burst of 0.1 s, and what a room that falls by 60 dB in so many seconds makes of it."""
    burst = np.zeros(round(seconds * RATE), dtype=np.float32)
    burst[:1_600] = hiss(0.1, 0.1, seed=seed)
    times = np.arange(round(reverberation_s * RATE)) / RATE
    response = np.random.default_rng(seed).normal(size=len(times)) * 10.0 ** (-3.0 * times / reverberation_s)
    response *= 0.5 / np.sqrt(np.sum(np.square(response)))
    response[0] = 1.0
    return burst, np.convolve(burst, response)[: len(burst)].astype(np.float32)


@pytest.mark.parametrize("reverberation_s", [0.4, 0.6, 0.8])
def test_what_a_room_still_says_of_a_sound_is_weakened_behind_it(reverberation_s):
    _, heard = decaying(reverberation_s)

    left = Enhancer().dry(heard)

    behind = slice(2_600, 5_600)
    assert 20 * np.log10(rms(left[behind]) / rms(heard[behind])) < -5.0
    assert 20 * np.log10(rms(left[:1_600]) / rms(heard[:1_600])) > -3.5


def test_a_sound_that_nothing_came_before_stays_as_it_was():
    burst, _ = decaying(0.4)
    sound = np.concatenate((np.zeros(8_000, dtype=np.float32), burst))

    left = Enhancer().dry(sound)

    assert rms(left[8_000:8_500] - sound[8_000:8_500]) < 0.1 * rms(sound[8_000:8_500])


def test_reverberation_and_noise_are_weakened_together_and_never_silenced():
    sound = hiss(1, 0.01, seed=1)

    left = room(hiss(2, 0.01)).dry(sound)

    assert FLOOR_DB - 0.5 <= 20 * np.log10(rms(left) / 0.01) <= FLOOR_DB + 1.0


@pytest.mark.parametrize("length", [0, 1, 319, 320, 321, 16_000])
def test_a_sound_keeps_its_length(length):
    sound = hiss(length / RATE, 0.1)

    assert Enhancer().dry(sound).shape == Enhancer().denoised(sound).shape == (length,)


def test_more_noise_is_taken_where_that_is_asked_for():
    enhancer, noise = room(hiss(2, 0.01)), hiss(1, 0.01, seed=5)

    usual_db, deep_db = (
        20 * np.log10(rms(enhancer.denoised(noise, deeply=deeply)) / rms(noise)) for deeply in (False, True)
    )

    assert -13.0 < usual_db < -6.0
    assert -21.0 < deep_db < usual_db - 5.0


def test_brighter_sound_keeps_its_treble_and_loses_bass():
    def left_db(hertz):
        tone = np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE).astype(np.float32)
        return 20 * np.log10(rms(brightened(tone)) / rms(tone))

    assert left_db(100.0) < -9.0
    assert left_db(1_000.0) == pytest.approx(-8.5, abs=2.0)
    assert left_db(6_000.0) > 3.0
    assert brightened(np.zeros(0, dtype=np.float32)).shape == (0,)
