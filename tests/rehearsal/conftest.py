"""What the tests of rehearsals share: a house with its own clip cache, and short rehearsals."""

from collections.abc import Callable
from pathlib import Path

import pytest

from coach.rehearsal.runner import run
from coach.rehearsal.scenario import Scenario
from coach.rehearsal.staging import stage
from coach.rehearsal.summary import Result
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings
from coach.runtime.wiring import House

RECORDINGS = Path(__file__).parents[2].parent / "shared" / "data"
"""Recordings of people, beside the project; never in it."""

Rehearse = Callable[..., Result]


def no_bar(_what: str) -> Callable[[int, int], None]:
    return lambda _done, _total: None


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Return everything that ships, with a clip cache of its own."""
    paths = Paths.find(data=tmp_path_factory.mktemp("coach-data"))
    return House(paths, Settings(), lambda _sentence: None, lambda _sentence: None)


@pytest.fixture(scope="session")
def rehearse(house: House) -> Rehearse:
    """Return a function that runs a scenario given as keywords and returns what happened."""

    def run_it(engine: str = "scripted", script: Scenario | None = None, **fields: object) -> Result:
        return run(stage(house, script or Scenario.model_validate(fields), engine, no_bar))

    return run_it


@pytest.fixture
def recordings() -> Path:
    """Return the folder of recordings, or skip visibly."""
    if not RECORDINGS.is_dir():
        pytest.skip(f"no recordings of people: {RECORDINGS.name} is not beside the project")
    return RECORDINGS
