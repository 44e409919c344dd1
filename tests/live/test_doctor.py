"""The doctor's look at a real sound card path: what it says while things are well, muted, faint, overdriven or gone."""

import numpy as np
import pytest

from coach.audio.devices.portaudio import PortAudioDevice, sound_devices
from coach.rehearsal.software_card import LOUDSPEAKER, MONITOR
from coach.runtime.doctor import Instruments, Patient, State, sound
from coach.runtime.paths import Paths
from coach.runtime.trial import Tried
from coach.runtime.wiring import House
from coach.units import SAMPLE_RATE


@pytest.fixture
def look(card, tmp_path):
    """Return a function that lets the doctor look at the sound, and gives what it says by subject."""
    paths = Paths.find(data=tmp_path)

    def at(*, aloud=False, **environment):
        instruments = Instruments(
            lambda: sound_devices(card.environment),
            lambda _chosen: PortAudioDevice(environment=card.environment | environment),
            lambda _house, _language, _sound: Tried(""),
            aloud=aloud,
        )
        patient = Patient(paths, lambda settings: House(paths, settings, print, print), "en")
        return {each.subject: each for each in sound.examined(patient, instruments)}

    return at


@pytest.fixture
def room(card):
    """Return a function that fills the room with noise of a level until the test is over."""
    sounding = []

    def fill(level):
        noise = np.random.default_rng(7).normal(0.0, level, 30 * SAMPLE_RATE).astype(np.float32)
        sounding.append(card.say(noise))

    yield fill
    for each in sounding:
        each.stop()


@pytest.mark.parametrize(
    ("level", "state", "named"),
    [(0.003, State.WELL, "room at -"), (0.00004, State.NOTE, "very quiet"), (2.0, State.NOTE, "overdriven")],
    ids=["well", "too quiet", "overdriven"],
)
def test_what_the_microphone_brings_is_told(look, room, level, state, named):
    room(level)

    seen = look()

    assert seen["microphone"].state is state
    assert named in seen["microphone"].sentence
    assert seen["loudspeaker"].state is State.WELL


def test_a_muted_microphone_is_told(look, room, card):
    room(0.003)
    card.control("set-source-mute", "microphone", "1")

    told = look()["microphone"]

    assert told.state is State.PROBLEM
    assert "muted" in told.sentence


def test_a_microphone_that_is_lost_is_told(look, card):
    card.control("suspend-source", "microphone", "1")

    assert any(told.state is State.PROBLEM for told in look().values())


def test_a_loudspeaker_heard_by_the_microphone_is_raw_hardware(look):
    # The microphone hears the loudspeaker and nothing else: an echo without a room.
    told = look(aloud=True, PULSE_SOURCE=LOUDSPEAKER + MONITOR)["echo"]

    assert told.sentence.startswith("raw: The coach's voice comes back")


def test_without_a_sound_server_there_is_no_sound_card(look, card):
    card.kill()

    told = look()["sound card"]

    assert told.state is State.PROBLEM
