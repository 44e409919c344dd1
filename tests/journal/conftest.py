"""Folders, clocks and rigs for the journal."""

import importlib.util
import itertools
import sys
import tempfile
from pathlib import Path

import pytest

from coach.journal.entries import Stamp

HERE = Path(__file__).parent
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in memory makes thousands of images bearable


def _module(path):
    """Load a module that stands beside the tests; the folders of the tests are no packages."""
    if path.stem not in sys.modules:
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[path.stem] = module
        spec.loader.exec_module(module)
    return sys.modules[path.stem]


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
    return _module(HERE / "recording_vfs.py")


@pytest.fixture(scope="session")
def power_cut():
    """Return the module that cuts the power and looks at what is left."""
    return _module(HERE / "power_cut.py")


@pytest.fixture(scope="session")
def bedside():
    """Return the module that plays a session by hand."""
    return _module(HERE.parent / "session" / "session_bedside.py")


@pytest.fixture(scope="session")
def material(bedside):
    """Return two short sets of ankle pumps, both feet together."""
    return bedside.short_material()


@pytest.fixture(scope="session")
def kill():
    """Return the module that kills a writing process."""
    return _module(HERE / "kill.py")


@pytest.fixture(scope="session")
def lives():
    """Return the module that lives sessions into a journal."""
    return _module(HERE / "lives.py")


@pytest.fixture(scope="session")
def sums():
    """Return the module that makes summaries of sessions."""
    return _module(HERE / "sums.py")
