import numpy as np
import pytest

from coach.audio.resampler import Decimator, Interpolator, Resampler, resample


def tone(hz, rate, count):
    return np.sin(2 * np.pi * hz * np.arange(count) / rate).astype(np.float32)


def in_blocks(machine, samples, size):
    return np.concatenate([machine.accept(samples[at : at + size]) for at in range(0, len(samples), size)])


def test_equal_rates_change_nothing():
    samples = tone(440.0, 16_000, 100)

    assert resample(samples, 16_000, 16_000) is samples


def test_resampled_sound_stays_aligned_in_time():
    resampled = resample(tone(440.0, 48_000, 48_000), 48_000, 16_000)

    assert np.abs(resampled - tone(440.0, 16_000, 16_000))[200:-200].max() < 1e-3


def test_a_stream_in_blocks_is_the_whole_resampled_at_once():
    samples = tone(440.0, 44_100, 44_100)
    machine = Resampler(44_100, 16_000)

    streamed = np.concatenate((in_blocks(machine, samples, 882), machine.finish()))

    whole = resample(samples, 44_100, 16_000)
    count = min(len(streamed), len(whole))
    assert abs(len(streamed) - len(whole)) <= 1
    assert np.abs(streamed[:count] - whole[:count])[:-200].max() < 1e-3


@pytest.mark.parametrize("hz", [100.0, 1_000.0, 3_400.0, 6_500.0])
def test_the_decimator_passes_speech_late_by_its_delay(hz):
    decimated = in_blocks(Decimator(), tone(hz, 48_000, 9_600), 960)

    expected = tone(hz, 16_000, 3_200)
    assert np.abs(decimated[Decimator.DELAY + 50 :] - expected[50 : 3_200 - Decimator.DELAY]).max() < 0.005


@pytest.mark.parametrize("hz", [8_500.0, 10_000.0, 15_000.0, 23_000.0])
def test_the_decimator_folds_nothing_back(hz):
    decimated = in_blocks(Decimator(), tone(hz, 48_000, 9_600), 960)

    assert np.abs(decimated[100:]).max() < 10 ** (-58 / 20)


@pytest.mark.parametrize("size", [3, 33, 480, 960, 2_880])
def test_the_size_of_the_blocks_changes_nothing(size):
    samples = np.random.default_rng(3).normal(0.0, 0.1, 28_800 // size * size).astype(np.float32)

    decimated = in_blocks(Decimator(), samples, size)

    assert np.abs(decimated - Decimator().accept(samples)).max() < 1e-6


def test_silence_after_sound_rings_out_before_it_is_nothing():
    machine = Decimator()
    machine.accept(np.ones(960, dtype=np.float32))

    ringing = machine.accept(np.zeros(960, dtype=np.float32))
    nothing = machine.accept(np.zeros(960, dtype=np.float32))

    assert ringing[: Decimator.DELAY].max() > 0.5
    assert not nothing.any()


def test_a_block_that_is_no_multiple_of_three_is_refused():
    with pytest.raises(ValueError, match="no multiple of 3"):
        Decimator().accept(np.zeros(100, dtype=np.float32))


@pytest.mark.parametrize("size", [1, 7, 320])
def test_interpolated_sound_is_the_sound_late_by_its_delay(size):
    samples = tone(1_000.0, 16_000, 3_200 // size * size)

    interpolated = in_blocks(Interpolator(), samples, size)

    expected = tone(1_000.0, 48_000, 3 * len(samples))
    assert np.abs(interpolated[Interpolator.DELAY :] - expected[: -Interpolator.DELAY])[200:].max() < 0.005
