import numpy as np
import pytest

from coach.audio.convolver import Convolver, convolved
from coach.units import LISTEN_BLOCK


def noise(count, seed=1):
    return np.random.default_rng(seed).normal(0.0, 0.1, count).astype(np.float32)


def block_by_block(convolver, *sounds):
    blocks = [
        convolver.accept(*(sound[at : at + LISTEN_BLOCK] for sound in sounds))
        for at in range(0, len(sounds[0]), LISTEN_BLOCK)
    ]
    return np.concatenate(blocks)


@pytest.mark.parametrize("taps", [1, 100, 320, 321, 2_000])
def test_a_response_is_applied_without_delay(taps):
    sound, response = noise(6_400), noise(taps, 2)

    heard = block_by_block(Convolver([response]), sound)

    assert np.abs(heard - np.convolve(sound, response)[:6_400]).max() < 1e-5


@pytest.mark.parametrize("taps", [1, 100, 40_000, 70_000])
def test_a_whole_sound_gives_what_its_blocks_give(taps):
    sound, response = noise(128_000), noise(taps, 2) * np.float32(0.05)

    heard = block_by_block(Convolver([response]), sound)

    assert np.abs(heard - convolved(sound, response)).max() < 1e-5


def test_several_sounds_are_added_up():
    first, second, response, other = noise(3_200), noise(3_200, 2), noise(500, 3), noise(50, 4)

    heard = block_by_block(Convolver([response, other]), first, second)

    expected = np.convolve(first, response)[:3_200] + np.convolve(second, other)[:3_200]
    assert np.abs(heard - expected).max() < 1e-5


def test_after_sound_the_room_rings_out_and_is_silent_and_sounds_again():
    burst, response = noise(LISTEN_BLOCK), noise(1_000, 2)
    sound = np.concatenate((burst, np.zeros(20 * LISTEN_BLOCK, dtype=np.float32), burst))
    convolver = Convolver([response])

    heard = block_by_block(convolver, sound)

    assert np.abs(heard - np.convolve(sound, response)[: len(sound)]).max() < 1e-5
    assert not heard[6 * LISTEN_BLOCK : 20 * LISTEN_BLOCK].any()
