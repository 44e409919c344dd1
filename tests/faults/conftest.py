"""A coach at a bed on a sound card made of software, to be broken. Runs in real time."""

import pytest

from coach.audio.devices.portaudio import sound_devices
from coach.errors import MissingError
from coach.rehearsal.live_rig import LiveRig
from coach.rehearsal.software_card import SoftwareCard


@pytest.fixture(scope="module")
def card():
    try:
        with SoftwareCard() as made:
            if not sound_devices(made.environment):
                pytest.skip("PortAudio sees no device of the software sound card: sudo apt install libasound2-plugins")
            yield made
    except MissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def house(spoken_house):
    return spoken_house()


@pytest.fixture
def coach(card, house):
    with LiveRig(card, ["run", "ankle-pumps", "--data-dir", str(house.paths.data)]) as rig:
        yield rig
