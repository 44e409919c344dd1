"""Where tests run side by side, what plays by the clock of a sound card is never beside its like."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("audio", "faults", "live", "session", "speech")
NOTES = """
import os
import pytest

@pytest.mark.parametrize("number", range(4))
def test_it_runs(number):
    with open({told!r}, "a") as told:
        print("{folder}", os.environ["PYTEST_XDIST_WORKER"], file=told)
"""


def test_the_split_is_by_folder_and_what_plays_by_the_clock_is_in_one_process(tmp_path):
    tests, told = tmp_path / "tests", tmp_path / "told"
    tests.mkdir()
    for shared in ("pyproject.toml", "tests/conftest.py"):
        (tmp_path / shared).write_text((ROOT / shared).read_text(encoding="utf-8"), encoding="utf-8")
    for folder in FOLDERS:
        (tests / folder).mkdir()
        text = NOTES.format(told=str(told), folder=folder)
        (tests / folder / f"test_{folder}.py").write_text(text, encoding="utf-8")

    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "2"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)

    assert ran.returncode == 0, ran.stdout
    lines = told.read_text(encoding="utf-8").split("\n")[:-1]
    processes = {folder: {line.split()[1] for line in lines if line.startswith(folder)} for folder in FOLDERS}
    assert len(lines) == 4 * len(FOLDERS)
    assert [len(where) for where in processes.values()] == [1] * len(FOLDERS)
    assert processes["live"] == processes["faults"]
    assert len(set.union(*processes.values())) == 2
