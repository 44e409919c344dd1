"""What sound cards do to a canceller: any latency, two clocks, a gap in the middle."""

import numpy as np
import pytest

from coach.audio.delay_line import DelayLine
from coach.audio.resampler import Decimator
from coach.listening.cancellers.aligned import AlignedCanceller
from coach.listening.cancellers.kalman import KalmanCanceller
from coach.rehearsal.room import NOMINAL_DB, Room, RoomSpec
from coach.units import LISTEN_BLOCK, LISTEN_RATE


def prompts(span_s, seed=2):
    """Return noise with the spectrum and the rhythm of speech at the level of the coach's clips, 48 kHz."""
    count = round(span_s * 48_000)
    hertz = np.fft.rfftfreq(count, 1.0 / 48_000)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    spoken = np.fft.irfft(np.where(hertz < 100.0, 0.0, spectrum * (500.0 / np.maximum(hertz, 500.0)) ** 1.5), count)
    spoken *= np.maximum(0.0, np.sin(2 * np.pi * 3.0 * np.arange(count) / 48_000)) ** 0.5
    return (spoken * 10 ** (NOMINAL_DB / 20.0) / np.sqrt(np.mean(spoken**2))).astype(np.float32)


def echo_of(played, seed=1, ppm=0.0, **spec):
    """Return the echo of what was played; the loudspeaker's clock is slower by some parts in a million."""
    mic = Room(RoomSpec(**spec), seed).render(played, np.zeros(len(played) // 3, dtype=np.float32))
    if ppm == 0.0:
        return mic
    line, late = DelayLine(LISTEN_RATE), [100.0 + 1e-6 * ppm * at for at in range(0, len(mic) + 1, LISTEN_BLOCK)]
    blocks = zip(mic.reshape(-1, LISTEN_BLOCK), late, late[1:], strict=False)
    return np.concatenate([line.accept(block, begin, end) for block, begin, end in blocks])


def weakened_db(mic, cleaned, first_s, stop_s):
    span = slice(round(first_s * LISTEN_RATE), round(stop_s * LISTEN_RATE))
    return 10.0 * np.log10(np.sum(np.square(mic[span])) / np.sum(np.square(cleaned[span])))


def aligned():
    return AlignedCanceller(KalmanCanceller())


@pytest.mark.parametrize("late_s", [0.0, 0.013, 0.027, 0.1, 0.2, 0.3])
def test_an_echo_that_comes_late_is_found_and_taken_away_within_a_second(late_s):
    played = prompts(3.0)
    mic = echo_of(played, echo_delay_s=late_s)
    canceller = aligned()

    cleaned = canceller.process(mic, Decimator().accept(played))

    assert canceller.lag_s == pytest.approx(0.004 + late_s, abs=0.002)
    assert weakened_db(mic, cleaned, 1.0, 3.0) > 20.0


@pytest.mark.parametrize("ppm", [-100.0, -20.0, 20.0, 100.0])
def test_clocks_that_part_are_found_and_cost_little(ppm):
    played = prompts(9.0)
    mic = echo_of(played, ppm=ppm, echo_delay_s=0.06)
    canceller = aligned()

    cleaned = canceller.process(mic, Decimator().accept(played))

    assert canceller.drift_ppm == pytest.approx(ppm, rel=0.2)
    assert weakened_db(mic, cleaned, 6.0, 9.0) > 20.0


def test_clocks_go_on_parting_while_the_coach_is_silent():
    played = np.concatenate((prompts(8.0), np.zeros(10 * 48_000, dtype=np.float32), prompts(2.0, seed=5)))
    mic = echo_of(played, ppm=-60.0, echo_delay_s=0.06)

    cleaned = aligned().process(mic, Decimator().accept(played))

    assert weakened_db(mic, cleaned, 18.0, 18.5) > 12.0
    assert weakened_db(mic, cleaned, 18.5, 20.0) > 18.0


@pytest.mark.parametrize("gap_s", [0.08, -0.04])
def test_after_a_gap_the_same_room_is_found_at_another_lag(gap_s):
    played = prompts(8.0)
    mic = echo_of(played, echo_delay_s=0.1)
    gap = 5 * LISTEN_RATE
    elsewhere = echo_of(played, echo_delay_s=0.1 + gap_s)
    mic = np.concatenate((mic[:gap], elsewhere[gap:]))
    canceller = aligned()

    cleaned = canceller.process(mic, Decimator().accept(played))

    assert canceller.lag_s == pytest.approx(0.104 + gap_s, abs=0.002)
    assert weakened_db(mic, cleaned, 5.0, 5.2) < 6.0
    assert weakened_db(mic, cleaned, 5.8, 8.0) > 15.0


def test_a_person_who_speaks_moves_nothing():
    played = prompts(8.0)
    mic = echo_of(played, echo_delay_s=0.06)
    person = echo_of(prompts(3.0, seed=7), seed=3, echo_db=-25.0)
    canceller = aligned()
    both = mic.copy()
    both[4 * LISTEN_RATE : 7 * LISTEN_RATE] += person

    cleaned = canceller.process(both, Decimator().accept(played))

    assert canceller.lag_s == pytest.approx(0.064, abs=0.001)
    assert abs(canceller.drift_ppm) < 15.0
    assert weakened_db(mic, cleaned, 7.2, 8.0) > 20.0


def test_a_reset_forgets_the_room_and_keeps_the_clocks():
    played = prompts(6.0)
    canceller = aligned()
    canceller.process(echo_of(played, ppm=60.0, echo_delay_s=0.06), Decimator().accept(played))

    canceller.reset()

    assert canceller.lag_s is None
    assert canceller.drift_ppm == pytest.approx(60.0, rel=0.2)
