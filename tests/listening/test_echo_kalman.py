"""What a bedroom does to the Kalman canceller: late devices, loud and weak echoes, a moved microphone."""

import numpy as np
import pytest

from coach.audio.resampler import Decimator
from coach.listening.cancellers.kalman import KalmanCanceller
from coach.rehearsal.room import NOMINAL_DB, Room, RoomSpec
from coach.speech.earcons import tone
from coach.units import LISTEN_BLOCK, LISTEN_RATE


def prompts(span_s, seed=2):
    """Return noise with the spectrum and the rhythm of speech at the level of the coach's clips, 48 kHz."""
    count = round(span_s * 48_000)
    hertz = np.fft.rfftfreq(count, 1.0 / 48_000)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    spoken = np.fft.irfft(np.where(hertz < 100.0, 0.0, spectrum * (500.0 / np.maximum(hertz, 500.0)) ** 1.5), count)
    spoken *= np.maximum(0.0, np.sin(2 * np.pi * 3.0 * np.arange(count) / 48_000)) ** 0.5
    return (spoken * 10 ** (NOMINAL_DB / 20.0) / np.sqrt(np.mean(spoken**2))).astype(np.float32)


def echo_of(played, seed=1, **spec):
    person = np.zeros(len(played) // 3, dtype=np.float32)
    return Room(RoomSpec(**spec), seed).render(played, person)


def weakened_db(mic, cleaned, first_s, stop_s):
    span = slice(round(first_s * LISTEN_RATE), round(stop_s * LISTEN_RATE))
    return 10.0 * np.log10(np.sum(np.square(mic[span])) / np.sum(np.square(cleaned[span])))


@pytest.mark.parametrize("late_s", [0.0, 0.04, 0.1])
@pytest.mark.parametrize("echo_db", [-20.0, -30.0, -45.0])
def test_late_devices_and_loud_and_weak_echoes_are_learned_within_the_first_prompt(late_s, echo_db):
    played = prompts(4.0)
    mic = echo_of(played, echo_db=echo_db, echo_delay_s=late_s)

    cleaned = KalmanCanceller().process(mic, Decimator().accept(played))

    assert weakened_db(mic, cleaned, 2.0, 4.0) > 13.0


@pytest.mark.parametrize(("echo_db", "least_db"), [(-45.0, 12.0), (-30.0, 17.5), (-14.0, 17.5)])
def test_half_a_second_of_a_prompt_is_enough_whatever_the_loudness_of_the_echo(echo_db, least_db):
    weakened = []
    for seed in (1, 2, 3):
        played = prompts(1.0, seed)
        mic = echo_of(played, seed, echo_db=echo_db)
        weakened.append(weakened_db(mic, KalmanCanceller().process(mic, Decimator().accept(played)), 0.5, 1.0))

    assert np.mean(weakened) > least_db


def test_a_moved_microphone_is_learned_again():
    played = prompts(14.0)
    here, there = echo_of(played, seed=1), echo_of(played, seed=2)
    moved = 8 * LISTEN_RATE
    mic = np.concatenate((here[:moved], there[moved:]))

    cleaned = KalmanCanceller().process(mic, Decimator().accept(played))

    assert weakened_db(mic, cleaned, 8.0, 8.5) < 10.0
    assert weakened_db(mic, cleaned, 12.0, 14.0) > 18.0


def test_minutes_of_tones_instead_of_talk_leave_what_is_known_of_the_room_as_it_is():
    talk = prompts(4.0)
    pair = np.concatenate([np.pad(tone(name).samples, (0, 36_000)) for name in ("rising", "falling")])
    tones = np.resize(pair, 120 * 48_000)
    played = np.concatenate((talk, tones, talk))
    mic = echo_of(played)

    cleaned = KalmanCanceller().process(mic, Decimator().accept(played))

    assert weakened_db(mic, cleaned, 100.0, 124.0) > 25.0
    assert weakened_db(mic, cleaned, 124.0, 128.0) > 20.0


def test_a_room_that_was_only_ever_told_tones_is_known_by_them():
    pair = np.concatenate([np.pad(tone(name).samples, (0, 36_000)) for name in ("rising", "falling")])
    played = np.resize(pair, 60 * 48_000)
    mic = echo_of(played)

    cleaned = KalmanCanceller().process(mic, Decimator().accept(played))

    assert weakened_db(mic, cleaned, 10.0, 60.0) > 20.0


def test_a_room_that_falls_silent_costs_nothing_and_is_remembered():
    played = prompts(6.0)
    reference, mic = Decimator().accept(played), echo_of(played)
    canceller = KalmanCanceller()
    canceller.process(mic, reference)
    nothing = np.zeros(2 * LISTEN_RATE, dtype=np.float32)
    canceller.process(nothing, nothing)

    quiet = canceller.process(mic[:LISTEN_BLOCK], nothing[:LISTEN_BLOCK])
    again = canceller.process(mic[: 2 * LISTEN_RATE], reference[: 2 * LISTEN_RATE])

    assert np.array_equal(quiet, mic[:LISTEN_BLOCK])
    assert weakened_db(mic[: 2 * LISTEN_RATE], again, 0.0, 2.0) > 20.0


def test_it_says_that_it_has_lost_the_room_when_the_microphone_was_moved():
    played = prompts(14.0)
    here, there = echo_of(played, seed=1), echo_of(played, seed=2)
    reference = Decimator().accept(played)
    canceller = KalmanCanceller()
    canceller.process(here[: 10 * LISTEN_RATE], reference[: 10 * LISTEN_RATE])
    settled_db = canceller.convergence_db

    canceller.process(there[10 * LISTEN_RATE :], reference[10 * LISTEN_RATE :])

    assert settled_db > 20.0
    assert canceller.convergence_db < settled_db - 2.0


def test_a_person_hides_nothing_of_the_convergence_for_two_seconds():
    played = prompts(8.0)
    reference, mic = Decimator().accept(played), echo_of(played)
    canceller = KalmanCanceller()
    canceller.process(mic[: 6 * LISTEN_RATE], reference[: 6 * LISTEN_RATE])
    alone_db = canceller.convergence_db
    person = np.random.default_rng(5).normal(0.0, 0.03, 2 * LISTEN_RATE).astype(np.float32)

    canceller.process(mic[6 * LISTEN_RATE :] + person, reference[6 * LISTEN_RATE :])

    assert canceller.convergence_db > alone_db - 3.0
