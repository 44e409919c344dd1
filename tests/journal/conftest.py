"""Folders, clocks and rigs for the journal."""

import itertools
import tempfile
from pathlib import Path

import pytest

from coach.journal.entries import Stamp
from tests.conftest import loaded

HERE = Path(__file__).parent
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in memory makes thousands of images bearable


class CountingClock:
    """Goes on by a millisecond each time it is asked."""

    def __init__(self):
        self._ticks = itertools.count()

    def now(self):
        return Stamp("2026-11-23T07:30:00+01:00", "boot-1", next(self._ticks))


@pytest.fixture
def clock():
    return CountingClock()


@pytest.fixture
def in_memory(tmp_path):
    """Return a folder that is in memory where there is such a thing: what dies here is a process, no disk."""
    if not MEMORY.is_dir():
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def recording_vfs():
    """Return the module that records what SQLite asks of the disk."""
    return loaded(HERE / "recording_vfs.py")


@pytest.fixture(scope="session")
def power_cut():
    """Return the module that cuts the power and looks at what is left."""
    return loaded(HERE / "power_cut.py")


@pytest.fixture(scope="session")
def bedside():
    """Return the module that plays a session by hand."""
    return loaded(HERE.parent / "session" / "session_bedside.py")


@pytest.fixture(scope="session")
def material(bedside):
    """Return two short sets of ankle pumps, both feet together."""
    return bedside.short_material()


@pytest.fixture(scope="session")
def kill():
    """Return the module that kills a writing process."""
    return loaded(HERE / "kill.py")


@pytest.fixture(scope="session")
def lives():
    """Return the module that lives sessions into a journal."""
    return loaded(HERE / "lives.py")


@pytest.fixture(scope="session")
def sums():
    """Return the module that makes summaries of sessions."""
    return loaded(HERE / "sums.py")
