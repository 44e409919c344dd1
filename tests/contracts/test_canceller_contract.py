"""Rules of `coach/listening/echo.py`, faced by every canceller."""

import numpy as np
import pytest

from coach.audio.resampler import Decimator
from coach.listening.cancellers.aligned import AlignedCanceller
from coach.listening.cancellers.kalman import KalmanCanceller
from coach.rehearsal.room import NOMINAL_DB, Room, RoomSpec
from coach.units import LISTEN_BLOCK, LISTEN_RATE

ECHO_DB = -30.0


def aligned():
    return AlignedCanceller(KalmanCanceller())


@pytest.fixture(params=[KalmanCanceller, aligned], ids=["kalman", "aligned"])
def make(request):
    return request.param


@pytest.fixture
def canceller(make):
    return make()


@pytest.fixture
def fresh(make):
    """Return another one of the same kind."""
    return make()


def syllables(span_s, rate, level_db, seed):
    """Return noise with the spectrum, the rhythm and the active level of speech."""
    count = round(span_s * rate)
    random = np.random.default_rng(seed)
    hertz = np.fft.rfftfreq(count, 1.0 / rate)
    spectrum = np.fft.rfft(random.standard_normal(count)) * (500.0 / np.maximum(hertz, 500.0)) ** 1.5
    spoken = np.fft.irfft(np.where(hertz < 100.0, 0.0, spectrum), count)
    spoken *= np.maximum(0.0, np.sin(2 * np.pi * 3.0 * np.arange(count) / rate)) ** 0.5
    return (spoken * 10 ** (level_db / 20.0) / np.sqrt(np.mean(spoken**2))).astype(np.float32)


def level_db(samples):
    return 10.0 * np.log10(np.mean(np.square(samples, dtype=np.float64)))


def silence(span_s, rate=LISTEN_RATE):
    return np.zeros(round(span_s * rate), dtype=np.float32)


@pytest.fixture(scope="module")
def scene():
    """Return reference, echo alone, person alone: eight seconds, the person from second 6 on, 10 dB below the echo."""
    room = Room(RoomSpec(echo_db=ECHO_DB, rt60_s=0.4, echo_delay_s=0.04), seed=1)
    played = syllables(8.0, 48_000, NOMINAL_DB, seed=2)
    person = np.concatenate((silence(6.0), syllables(2.0, LISTEN_RATE, ECHO_DB - 10.0, seed=3)))
    echo = room.render(played, silence(8.0))
    return Decimator().accept(played), echo, room.render(played, person) - echo


def test_where_nothing_was_played_the_microphone_comes_back_sample_for_sample(canceller, scene):
    _, _, person = scene

    assert np.array_equal(canceller.process(person, np.zeros_like(person)), person)


def test_it_gives_back_as_many_samples_as_it_was_given(canceller, scene):
    reference, echo, _ = scene

    for blocks in (1, 2, 5):
        cleaned = canceller.process(echo[: blocks * LISTEN_BLOCK], reference[: blocks * LISTEN_BLOCK])

        assert cleaned.shape == (blocks * LISTEN_BLOCK,)
        assert cleaned.dtype == np.float32


@pytest.mark.parametrize(("mic", "reference"), [(320, 640), (100, 100)], ids=["unequal", "no-multiple"])
def test_shapes_that_do_not_fit_are_refused(canceller, mic, reference):
    with pytest.raises(ValueError, match="not the same multiple of 320"):
        canceller.process(np.zeros(mic, dtype=np.float32), np.zeros(reference, dtype=np.float32))


def test_it_takes_the_echo_away_within_seconds_and_says_by_how_much(canceller, scene):
    reference, echo, _ = scene

    before = canceller.convergence_db
    cleaned = canceller.process(echo, reference)

    assert before == 0.0
    second = LISTEN_RATE
    assert level_db(echo[second : 2 * second]) - level_db(cleaned[second : 2 * second]) > 10.0
    assert level_db(echo[5 * second :]) - level_db(cleaned[5 * second :]) > 20.0
    assert canceller.convergence_db == pytest.approx(level_db(echo[-second:]) - level_db(cleaned[-second:]), abs=6.0)


def test_it_makes_nothing_louder_while_it_learns(canceller, scene):
    reference, echo, _ = scene

    cleaned = canceller.process(echo, reference)

    for at in range(0, LISTEN_RATE, LISTEN_RATE // 4):
        assert level_db(cleaned[at : at + LISTEN_RATE // 4]) < level_db(echo[at : at + LISTEN_RATE // 4]) + 1.0


def test_a_person_who_speaks_through_the_echo_is_kept_whole(canceller, scene):
    reference, echo, person = scene

    cleaned = canceller.process(echo + person, reference)

    speaking = slice(6 * LISTEN_RATE, None)
    assert level_db(person[speaking]) - level_db(cleaned[speaking] - person[speaking]) > 9.0


def test_a_person_who_speaks_does_not_make_it_forget_the_room(canceller, scene):
    reference, echo, person = scene
    canceller.process(echo + person, reference)

    cleaned = canceller.process(echo[: 2 * LISTEN_RATE], reference[: 2 * LISTEN_RATE])

    assert level_db(echo[LISTEN_RATE : 2 * LISTEN_RATE]) - level_db(cleaned[LISTEN_RATE:]) > 20.0


def test_the_size_of_the_blocks_changes_nothing(canceller, fresh, scene):
    reference, echo, person = scene
    mic = echo + person
    whole = fresh.process(mic, reference)

    in_blocks = [
        canceller.process(mic[at : at + LISTEN_BLOCK], reference[at : at + LISTEN_BLOCK])
        for at in range(0, len(mic), LISTEN_BLOCK)
    ]

    assert np.array_equal(np.concatenate(in_blocks), whole)


def test_after_a_reset_it_is_as_it_was_at_first(canceller, scene):
    reference, echo, _ = scene
    first = canceller.process(echo[: 2 * LISTEN_RATE], reference[: 2 * LISTEN_RATE])

    canceller.reset()

    assert canceller.convergence_db == 0.0
    assert np.array_equal(canceller.process(echo[: 2 * LISTEN_RATE], reference[: 2 * LISTEN_RATE]), first)
