"""What several tests of the runtime stand on."""

import shutil
import subprocess

import pytest

from coach.runtime.wiring import House


@pytest.fixture(scope="session")
def house_of():
    """Return a function that makes the house of folders and settings; the packs of a folder are read only once."""
    read = {}

    def make(paths, settings):
        house = House(paths, settings, print, print)
        vars(house)["packs"] = read.setdefault(paths.voices, None) or house.packs
        read[paths.voices] = house.packs
        return house

    return make


@pytest.fixture
def full_disk(tmp_path):
    """Return a folder on a disk of 16 kB; skips where none may be mounted."""
    folder = tmp_path / "full"
    folder.mkdir()
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    if mount is None or unmount is None:
        pytest.skip("no disk can be mounted here")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("only root may mount a disk")
    yield folder
    subprocess.run([unmount, "--lazy", str(folder)], check=True)
