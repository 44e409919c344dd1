"""A sound card made of software for every test, and the coach's device on it. Runs in real time."""

import os
import pty
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from coach.audio.devices.portaudio import PortAudioDevice, sound_devices
from coach.errors import MissingError
from coach.rehearsal.software_card import SoftwareCard
from coach.units import BLOCK
from tests.conftest import loaded

PATIENCE_S = 60.0
"""The one bound of a terminal: far more than any step takes, far less than for ever."""


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
    return loaded(Path(__file__).parent / "watched.py")


def no_bar(_what):
    return lambda _done, _total: None


@pytest.fixture(scope="module")
def house(spoken_house):
    return spoken_house()


class Terminal:
    """A terminal of its own, with the command on it."""

    def __init__(self, command, environment):
        ours, theirs = pty.openpty()
        self._ours = ours
        self._shown = ""
        self._read = 0
        self._more = threading.Condition()
        self.process = subprocess.Popen(
            command, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        os.close(theirs)
        threading.Thread(target=self._listen, daemon=True).start()

    def wait_for(self, text):
        """Wait until something is shown behind what was waited for before."""
        until = time.monotonic() + PATIENCE_S
        with self._more:
            while text not in self._shown[self._read :]:
                if time.monotonic() > until or not self._more.wait(timeout=until - time.monotonic()):
                    pytest.fail(f"'{text}' was never shown:\n{self._shown[-3000:]}")
            self._read = self._shown.index(text, self._read) + len(text)

    def first_of(self, *texts):
        """Wait until one of some texts is shown, and return which; what was shown stays to be waited for."""
        until = time.monotonic() + PATIENCE_S
        with self._more:
            while not any(text in self._shown[self._read :] for text in texts):
                if time.monotonic() > until or not self._more.wait(timeout=until - time.monotonic()):
                    pytest.fail(f"none of {texts} was ever shown:\n{self._shown[-3000:]}")
            return next(place for place, text in enumerate(texts) if text in self._shown[self._read :])

    def type(self, text):
        """Type a line."""
        os.write(self._ours, f"{text}\n".encode())

    def end(self):
        """Wait for the end and return the exit code."""
        return self.process.wait(PATIENCE_S)

    @property
    def shown(self):
        """Return everything that was shown."""
        return self._shown

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def _listen(self):
        while True:
            try:
                piece = os.read(self._ours, 4096)
            except OSError:
                return
            with self._more:
                self._shown += piece.decode(errors="replace").replace("\r\n", "\n")
                self._more.notify_all()


@pytest.fixture
def terminal():
    opened = []

    def open_one(*arguments, environment):
        opened.append(Terminal([sys.executable, "-m", "coach", *map(str, arguments)], environment))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()
