"""Rules of `coach/audio/device.py`, faced by every adapter that this machine can open."""

import numpy as np
import pytest

from coach.audio.devices.portaudio import PortAudioDevice
from coach.audio.devices.virtual import VirtualDevice
from coach.audio.devices.wavefile import WavefileDevice
from coach.errors import MissingError
from coach.rehearsal.software_card import SoftwareCard
from coach.units import BLOCK, LISTEN_BLOCK


@pytest.fixture
def card():
    try:
        with SoftwareCard() as made:
            yield made
    except MissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(params=["virtual", "wavefile", "portaudio"])
def device(request, tmp_path):
    makers = {
        "virtual": VirtualDevice,
        "wavefile": lambda: WavefileDevice(tmp_path / "session.wav"),
        "portaudio": lambda: PortAudioDevice(environment=request.getfixturevalue("card").environment),
    }
    made = makers[request.param]()
    yield made
    made.close()


def noise(count):
    return np.random.default_rng(4).uniform(-0.5, 0.5, count).astype(np.float32)


def test_nothing_is_played_or_captured_before_it_is_open(device):
    device.write(noise(BLOCK))

    capture = device.read()

    assert device.played == 0
    assert device.captured == 0
    assert len(capture.mic) == 0


def test_it_counts_what_it_has_taken_and_what_it_has_handed_out(device):
    device.open()

    handed_out = 0
    for _ in range(5):
        device.write(noise(BLOCK))
        handed_out += len(device.read().mic)

    assert device.played == 5 * BLOCK
    assert device.captured == handed_out


def test_what_was_captured_comes_with_what_was_played_meanwhile(device):
    device.open()

    for _ in range(20):
        device.write(noise(BLOCK))
        capture = device.read()

        assert capture.mic.dtype == capture.reference.dtype == np.float32
        assert capture.mic.shape == capture.reference.shape


@pytest.mark.parametrize("device", ["virtual", "wavefile"], indirect=True)  # a card does not stand still meanwhile
def test_blocks_that_nobody_read_are_read_together(device):
    device.open()
    for _ in range(3):
        device.write(noise(BLOCK))

    together = device.read()
    nothing = device.read()

    assert len(together.mic) == len(together.reference) == 3 * LISTEN_BLOCK
    assert len(nothing.mic) == len(nothing.reference) == 0


def test_it_is_alive_and_has_lost_nothing_while_it_is_served(device):
    device.open()
    device.write(noise(BLOCK))

    status = device.status

    assert status.output_alive
    assert status.input_alive
    assert status.underflows == status.overflows == 0


def test_it_says_what_latency_it_granted(device):
    device.open()

    assert 0.0 <= device.latency.output_s < 1.0
    assert 0.0 <= device.latency.input_s < 1.0


def test_nothing_is_played_after_it_was_closed_and_closing_twice_does_no_harm(device):
    device.open()
    device.write(noise(BLOCK))
    device.close()
    device.close()

    device.write(noise(BLOCK))

    assert device.played == BLOCK
    assert len(device.read().mic) == 0


def test_it_has_a_name_that_a_person_can_read(device):
    assert device.name


def test_it_can_be_opened_again(device):
    device.open()
    device.write(noise(BLOCK))
    device.close()

    device.open()
    device.write(noise(BLOCK))

    assert device.played == 2 * BLOCK
    assert device.status.output_alive
