"""A session on the shipped program with reckoned clip lengths, and the whole protocol visited once."""

from pathlib import Path

import pytest

from tests.conftest import loaded

HERE = Path(__file__).parent


def _module(name):
    """Load a module that stands beside the tests; the folders of the tests are no packages."""
    return loaded(HERE / f"{name}.py")


@pytest.fixture(scope="session")
def module_beside():
    """Return what loads a module that stands beside the tests."""
    return _module


@pytest.fixture(scope="session")
def explorer():
    """Return the module that visits the protocol."""
    return _module("session_explorer")


@pytest.fixture(scope="session")
def visited(explorer):
    """Return the whole protocol, visited once."""
    return explorer.Explorer().explore()


@pytest.fixture(scope="session")
def bedside():
    """Return the module that plays a session by hand."""
    return _module("session_bedside")


@pytest.fixture(scope="session")
def material(bedside):
    """Return two short sets of ankle pumps, both feet together."""
    return bedside.short_material()


@pytest.fixture
def session(bedside, material):
    """Return a session at rest, played by hand; in the end the monitor has nothing to say of it."""
    played = bedside.Bedside(material)
    yield played
    assert played.wrong == []
