"""The shipped exercises and programs, and the smallest prescription."""

from pathlib import Path

import pytest

from coach.plan.prescription import read_prescription
from coach.program.loader import load_exercises, load_programs

CONFIG = Path(__file__).parents[2] / "config"

HISTORY = """
[history]
operation = "none"
past_clot = "no"
cast = "no"
boot = "no"
fracture = "no"
tendon_repair = "no"
answered_by = "Anna Berg, daughter"
answered_on = 2026-11-22
"""


@pytest.fixture(scope="session")
def exercises():
    return load_exercises(CONFIG / "exercises")


@pytest.fixture(scope="session")
def programs(exercises):
    return load_programs(CONFIG / "programs", exercises)


@pytest.fixture
def history():
    """The table of somebody who has nothing to recover from, with answers changed by keyword."""

    def history_(**answers):
        text = HISTORY
        for key, value in answers.items():
            line = next((line for line in text.splitlines() if line.startswith(f"{key} =")), None)
            text = text.replace(line, f'{key} = "{value}"') if line else f'{text}{key} = "{value}"\n'
        return text

    return history_


@pytest.fixture
def read(tmp_path):
    """Read a prescription with the content given."""

    def read_(content):
        path = tmp_path / "prescription.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_prescription(path)

    return read_
