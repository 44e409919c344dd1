"""A sound card made of software for every test, and the coach's device on it. Runs in real time."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from coach.audio.devices.portaudio import PortAudioDevice, sound_devices
from coach.errors import MissingError
from coach.rehearsal.software_card import SoftwareCard
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings
from coach.runtime.wiring import House
from coach.units import BLOCK


class Driver:
    """Serves a device as its host does: a block in, what was captured out, at the pace of the card."""

    def __init__(self, device):
        self.device = device
        self.mic = []
        self.reference = []

    def play(self, samples):
        for begin in range(0, len(samples), BLOCK):
            self.device.write(samples[begin : begin + BLOCK])
            capture = self.device.read()
            self.mic.append(capture.mic)
            self.reference.append(capture.reference)

    def rest(self, span_s):
        self.play(np.zeros(round(50 * span_s) * BLOCK, dtype=np.float32))

    def rest_until(self, reached, limit_s=15):
        for _ in range(50 * limit_s):
            if reached():
                return True
            self.rest(0.02)
        return False

    @property
    def heard(self):
        return np.concatenate(self.mic)

    @property
    def referred(self):
        return np.concatenate(self.reference)


@pytest.fixture
def card():
    try:
        with SoftwareCard() as made:
            if not sound_devices(made.environment):
                pytest.skip("PortAudio sees no device of the software sound card: sudo apt install libasound2-plugins")
            yield made
    except MissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def device(card):
    made = PortAudioDevice(environment=card.environment)
    yield made
    made.close()


@pytest.fixture
def driver(device):
    device.open()
    return Driver(device)


@pytest.fixture
def noise():
    return np.random.default_rng(11).uniform(-0.3, 0.3, 2 * 48_000).astype(np.float32)


@pytest.fixture
def drive():
    return Driver


@pytest.fixture(scope="session")
def watching():
    """Return the module that watches what a live coach opens and writes."""
    path = Path(__file__).parent / "watched.py"
    spec = importlib.util.spec_from_file_location("watched", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def no_bar(_what):
    return lambda _done, _total: None


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Return a house whose usual prompts are spoken."""
    made = House(Paths.find(data=tmp_path_factory.mktemp("data")), Settings(), print, print)
    try:
        made.prepare(made.program("ankle-pumps"), "en", no_bar)
    except MissingError as missing:
        pytest.skip(str(missing))
    return made
