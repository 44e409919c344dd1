"""Faults of what is read at the start: the real loaders are given the damaged file, and must refuse it."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from coach.errors import CoachError
from coach.program.loader import load_program
from coach.rehearsal.fault_table import Component, Fault, Pair
from coach.runtime.settings import load_settings
from coach.runtime.wiring import House

_TOO_MANY: Final = 500
"""Repetitions nobody may be told to do."""


def refused(house: House, pair: Pair, program: str) -> str:
    """Return the sentence a damaged file is refused with; empty where it was accepted, which must not be.

    Args:
        house: Where the whole files are.
        pair: A fault of the settings or of the program.
        program: Id of the program that is damaged.
    """
    with tempfile.TemporaryDirectory(prefix="coach-campaign-") as folder:
        try:
            _TRIALS[pair](house, program, Path(folder))
        except CoachError as failure:
            return str(failure)
    return ""


def _settings(text: str) -> Callable[[House, str, Path], object]:
    def trial(house: House, _program: str, folder: Path) -> object:
        (folder / "coach.toml").write_text(text, encoding="utf-8")
        return load_settings(house.paths.config, folder)

    return trial


def _no_program(house: House, program: str, _folder: Path) -> object:
    return house.program(f"{program}-gone")


def _cut_program(house: House, program: str, folder: Path) -> object:
    text = (house.paths.config / "programs" / f"{program}.toml").read_text(encoding="utf-8")
    return _loaded(house, folder, text[: len(text) // 2] + '\n"')


def _long_program(house: House, program: str, folder: Path) -> object:
    text = (house.paths.config / "programs" / f"{program}.toml").read_text(encoding="utf-8")
    reps = f"{{ v = {_TOO_MANY}, origin = 'seed', src = ['S0'] }}"
    return _loaded(house, folder, f"{text}\n[[block]]\nexercise = '{program}'\nreps = {reps}\n")


def _loaded(house: House, folder: Path, text: str) -> object:
    path = folder / "program.toml"
    path.write_text(text, encoding="utf-8")
    return load_program(path, house.exercises)


_TRIALS: Final[Mapping[Pair, Callable[[House, str, Path], object]]] = MappingProxyType(
    {
        (Component.CONFIG, Fault.GARBAGE): _settings('language = "e'),
        (Component.CONFIG, Fault.WRONG): _settings("[audio]\nlatency_ms = -5\n"),
        (Component.PROGRAM, Fault.OFF): _no_program,
        (Component.PROGRAM, Fault.GARBAGE): _cut_program,
        (Component.PROGRAM, Fault.WRONG): _long_program,
    }
)
