from pathlib import Path

import pytest

from coach.program.loader import load_exercises, load_program
from coach.program.models import Program

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture(scope="session")
def config():
    return CONFIG


@pytest.fixture(scope="session")
def exercises():
    return load_exercises(CONFIG / "exercises")


@pytest.fixture
def pumps(exercises):
    return exercises["ankle-pumps"]


@pytest.fixture
def block():
    """The smallest block: everything from the exercise; numbers by keyword as {"reps": 12}."""

    def block_(exercise="ankle-pumps", *, sides=None, tempo=None, hold=(), **numbers):
        stated = {key: {"v": value, "origin": "infer"} for key, value in numbers.items()}
        holds = [{"phase": phase, "v": value, "origin": "infer"} for phase, value in hold]
        return {"exercise": exercise, "sides": sides, "tempo": tempo, "hold": holds, **stated}

    return block_


@pytest.fixture
def program(block):
    """A program of the blocks given, or of the smallest one."""

    def program_(*blocks, **keys):
        given = {"id": "tried", "title": "Tried in a test", "regime": "recovery", **keys}
        return Program.model_validate({**given, "block": blocks or (block(),)})

    return program_


@pytest.fixture
def load(tmp_path, exercises):
    """Read the program `tried.toml` with the content given."""

    def load_(content):
        path = tmp_path / "tried.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load_program(path, exercises)

    return load_
