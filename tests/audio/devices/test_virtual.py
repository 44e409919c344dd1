import numpy as np

from coach.audio.devices.virtual import VirtualDevice
from coach.audio.resampler import Decimator
from coach.units import BLOCK, LISTEN_BLOCK


def echo(played):
    """Return air in which every third frame played reaches the microphone at half its size."""
    return played[::3] * np.float32(0.5)


def sound(blocks=1):
    return np.random.default_rng(5).uniform(-0.5, 0.5, blocks * BLOCK).astype(np.float32)


def opened(air=echo):
    device = VirtualDevice(air)
    device.open()
    return device


def test_what_is_played_goes_through_the_air_into_the_microphone():
    block = sound()

    capture = opened().advance(block)

    assert np.array_equal(capture.mic, block[::3] * np.float32(0.5))


def test_the_reference_is_what_was_played_at_the_listening_rate():
    block = sound()

    capture = opened().advance(block)

    assert np.array_equal(capture.reference, Decimator().accept(block))


def test_a_lost_output_stands_still_and_the_microphone_hears_silence():
    device = opened()
    device.output_alive = False

    capture = device.advance(sound())

    assert device.played == 0
    assert not device.status.output_alive
    assert len(capture.mic) == LISTEN_BLOCK
    assert not capture.mic.any()
    assert not capture.reference.any()


def test_a_lost_microphone_stands_still_while_playing_goes_on():
    device = opened()
    device.input_alive = False

    capture = device.advance(sound())

    assert device.played == BLOCK
    assert device.captured == 0
    assert not device.status.input_alive
    assert len(capture.mic) == 0


def test_a_muted_microphone_gives_zeros():
    device = opened()
    device.muted = True

    capture = device.advance(sound())

    assert device.captured == LISTEN_BLOCK
    assert not capture.mic.any()
    assert capture.reference.any()


def test_a_fault_that_is_over_leaves_no_trace():
    device = opened()
    device.input_alive = False
    device.advance(sound())
    device.input_alive = True

    capture = device.advance(sound())

    assert np.array_equal(capture.mic, echo(sound()))
