"""Finding the sockets of a coach that runs from another shell, whose environment may be another than the coach's.

Whether one runs is told by the lock file of its journal: only the process that writes the journal has it open.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from coach.errors import MissingError
from coach.journal.lock import FILE, holder
from coach.runtime.controls.local_socket import RUNTIME_DIR, socket_path


def running(journal: Path) -> int | None:
    """Return the number of the process of the coach that writes a journal; None where none does."""
    return holder(journal / FILE)


def reached(data: Path, journal: Path, order: str, again: str, instead: str) -> Path:
    """Return the socket at which the coach of a data folder takes an order.

    It is looked for where this process would make it, then where the coach that runs makes it. Where none runs it
    is the first, and nobody answers there.

    Args:
        data: The data folder.
        journal: The folder of its journal.
        order: What is asked for, as it stands in the name of the socket.
        again: What was typed, to be typed again.
        instead: What else helps, in words.

    Raises:
        MissingError: A coach runs, and its socket is not found; says where it was looked for, and what to do.
    """
    here, process = socket_path(data, order), running(journal)
    if process is None or here.is_socket():
        return here
    there = socket_path(data, order, _environment(process))
    if there.is_socket():
        return there
    looked = f"at {here}" if there == here else f"at {here} nor, by its own {RUNTIME_DIR}, at {there}"
    raise MissingError(
        f"A coach is running (process {process}), but takes no orders {looked}; "
        f"run '{again}' again in a moment, {instead}, or end it with: kill {process}"
    )


def _environment(process: int) -> Mapping[str, str]:
    """Return the environment a process was started with; empty where that may not be read."""
    try:
        raw = Path(f"/proc/{process}/environ").read_bytes()
    except OSError:
        return {}
    pairs = (os.fsdecode(each).partition("=") for each in raw.split(b"\0") if each)
    return {name: value for name, _, value in pairs}
