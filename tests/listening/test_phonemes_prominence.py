"""A word that stands out of talk is found once it is over, and nothing else is."""

import numpy as np
import pytest

from coach.listening.phonemes.prominence import standing_out

RATE = 16_000


def talk(seconds, level_db=-40.0, seed=0):
    return np.random.default_rng(seed).normal(0.0, 10 ** (level_db / 20), round(seconds * RATE)).astype(np.float32)


def among(*words, before=1.0, after=0.5):
    return np.concatenate((talk(before), *words, talk(after, seed=9)))


def test_a_loud_word_is_found_with_what_belongs_to_it():
    first, last = standing_out(among(talk(0.3, -28, seed=1)))

    assert RATE * 0.75 < first < RATE * 0.85
    assert RATE * 1.45 < last < RATE * 1.55


def test_an_offset_of_the_microphone_hides_no_word():
    sound = among(talk(0.3, -28, seed=1))

    assert standing_out(sound + np.float32(0.1)) == standing_out(sound)


@pytest.mark.parametrize("times", [2, 3])
def test_of_a_word_that_is_said_again_and_again_the_last_time_is_found(times):
    word = talk(0.2, -28, seed=1), talk(0.2)
    sound = among(*word * times, before=2.0 - 0.4 * times - 0.3, after=0.3)

    first, last = standing_out(sound)

    assert last - first == round(RATE * (0.2 + 0.42))
    assert len(sound) - last == pytest.approx(RATE * 0.3, abs=RATE * 0.05)


def test_a_word_that_is_over_is_found_while_it_is_said_once_more():
    sound = among(talk(0.2, -28, seed=1), talk(0.3), talk(0.16, -28, seed=2), after=0.0)

    first, last = standing_out(sound)

    assert first < RATE < last < RATE * 1.45


def test_only_the_last_seconds_count():
    first, last = standing_out(np.concatenate((talk(3, -20), among(talk(0.3, -28, seed=1), before=1.2))))

    assert (last - first) / RATE == pytest.approx(0.72, abs=0.05)
    assert first > 3 * RATE


@pytest.mark.parametrize(
    "sound",
    [
        among(talk(0.3, -35, seed=1)),
        among(talk(1.0, -28, seed=1)),
        among(talk(0.3, -28, seed=1), after=0.1),
        among(talk(0.2, -28, seed=1), talk(0.2), talk(0.8, -28, seed=2), before=0.5),
        among(talk(0.04, -28, seed=1), talk(0.3), talk(0.2, -28, seed=2)),
        among(*[talk(0.1, -28, seed=1), talk(0.14)] * 6, before=0.2, after=0.3),
        among(talk(0.2, -35, seed=1), talk(0.3), talk(0.2, -35, seed=2)),
        among(talk(0.3, -28, seed=1), before=0.1, after=0.3),
        np.zeros(2 * RATE, dtype=np.float32),
        np.zeros(0, dtype=np.float32),
    ],
    ids=[
        "hardly louder",
        "too long",
        "not over",
        "one too long",
        "a click",
        "syllables",
        "hardly louder twice",
        "nothing around",
        "silence",
        "no sound",
    ],
)
def test_what_does_not_stand_out_is_not_found(sound):
    assert standing_out(sound) is None
