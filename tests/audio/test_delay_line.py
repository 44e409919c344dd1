"""Sound comes out of a delay line as it went in, later by any number of frames."""

import numpy as np
import pytest

from coach.audio.delay_line import DelayLine

RATE = 16_000


def tone(hertz, at):
    return np.sin(2 * np.pi * hertz * at / RATE)


def through(samples, begin, per_frame=0.0, block=320, longest=4_000):
    line = DelayLine(longest)
    return np.concatenate(
        [
            line.accept(samples[at : at + block], begin + per_frame * at, begin + per_frame * (at + block))
            for at in range(0, len(samples), block)
        ]
    )


@pytest.mark.parametrize("delay", [0, 1, 7, 319, 320, 4_000])
def test_a_delay_of_whole_frames_is_exact(delay):
    samples = np.random.default_rng(1).standard_normal(9_600).astype(np.float32)

    assert np.array_equal(through(samples, delay)[delay:], samples[: len(samples) - delay])


@pytest.mark.parametrize("hertz", [300.0, 3_000.0, 7_000.0])
@pytest.mark.parametrize("parts_per_million", [0.0, 100.0, -100.0])
def test_any_other_delay_and_one_that_changes_come_out_without_a_trace(hertz, parts_per_million):
    at, rate = np.arange(RATE), 1e-6 * parts_per_million

    delayed = through(tone(hertz, at).astype(np.float32), 100.3, rate)

    wanted = tone(hertz, at - 100.3 - rate * at)
    assert np.sqrt(np.mean(np.square(delayed - wanted)[400:])) < 1.5e-3


def test_the_size_of_the_blocks_changes_nothing():
    samples = np.random.default_rng(1).standard_normal(6_400).astype(np.float32)

    assert np.allclose(through(samples, 55.5, block=320), through(samples, 55.5, block=640), atol=1e-6)


@pytest.mark.parametrize("delay", [-0.5, 4_000.5])
def test_a_delay_outside_the_line_is_refused(delay):
    with pytest.raises(ValueError, match="not within 0 to 4000"):
        through(np.zeros(320, dtype=np.float32), delay)


def test_after_a_reset_nothing_comes_out_of_the_past():
    line = DelayLine(1_000)
    line.accept(np.ones(320, dtype=np.float32), 500.0, 500.0)
    line.reset()

    assert not line.accept(np.zeros(320, dtype=np.float32), 500.0, 500.0).any()
