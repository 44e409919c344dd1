"""Exercise and program files, read and checked; the only module of the package that opens files."""

from collections.abc import Mapping
from pathlib import Path

from coach.errors import ProgramError
from coach.program.dose import works
from coach.program.limits import check_exercise
from coach.program.models import Exercise, Program
from coach.tomlfile import parse, read_toml, toml_files


def load_exercise(path: Path) -> Exercise:
    """Return the exercise of one file.

    Raises:
        ProgramError: The file cannot be read, says something unknown, contradicts itself or exceeds a limit.
    """
    exercise = parse(Exercise, read_toml(path, ProgramError), path, ProgramError)
    _check_name(exercise.id, path)
    check_exercise(exercise, str(path))
    return exercise


def load_exercises(folder: Path) -> dict[str, Exercise]:
    """Return the exercises of a folder by id, in order of their names.

    Raises:
        ProgramError: The folder cannot be read, or one of its files is wrong.
    """
    return {path.stem: load_exercise(path) for path in toml_files(folder, ProgramError)}


def load_program(path: Path, exercises: Mapping[str, Exercise]) -> Program:
    """Return the program of one file, checked against the exercises and every limit.

    Args:
        path: The file.
        exercises: Exercises by id.

    Raises:
        ProgramError: The file cannot be read, says something unknown, names an unknown exercise or exceeds a limit.
    """
    program = parse(Program, read_toml(path, ProgramError), path, ProgramError)
    _check_name(program.id, path)
    works(program, exercises, source=str(path))
    return program


def load_programs(folder: Path, exercises: Mapping[str, Exercise]) -> dict[str, Program]:
    """Return the programs of a folder by id, in order of their names.

    Raises:
        ProgramError: The folder cannot be read, or one of its files is wrong.
    """
    return {path.stem: load_program(path, exercises) for path in toml_files(folder, ProgramError)}


def _check_name(name: str, path: Path) -> None:
    """Refuse an id that is not the file's name; so no two files of a folder can have the same."""
    if name == path.stem:
        return
    twin = path.with_name(f"{name}.toml")
    if twin.exists():
        raise ProgramError(f'{path}, key id: "{name}" is already the id of {twin}; write id = "{path.stem}".')
    raise ProgramError(
        f'{path}, key id: "{name}" is not the name of the file; write id = "{path.stem}" or rename the file.'
    )
