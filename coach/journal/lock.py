"""The lock file that lets one process alone write the journal."""

import errno
import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from coach.disk import refused
from coach.errors import JournalError

FILE: Final = "journal.lock"
"""Beside the journal."""
_PROCESSES: Final = Path("/proc")


def claim(path: Path) -> int:
    """Return a handle that holds a lock file for this process alone, until it is closed or the process dies.

    Raises:
        JournalError: Another process holds it, or the file cannot be made.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as wrong:
        raise refused(path, wrong) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as wrong:
        os.close(handle)
        if wrong.errno not in (errno.EWOULDBLOCK, errno.EACCES):
            raise refused(path, wrong) from None
        raise JournalError(
            f"Another coach is writing the journal in {path.parent}; stop it first, or name another folder"
            " with --data-dir."
        ) from None
    return handle


def holder(path: Path) -> int | None:
    """Return the number of a process that holds a lock file; None where none of this user's does, or nobody can tell.

    The lock itself is not touched, so that a coach that starts at this moment is refused nothing.
    """
    wanted = path.resolve()
    for process in _PROCESSES.glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile, or is another's
            if any(handle.readlink() == wanted for handle in (process / "fd").iterdir()):
                return int(process.name)
    return None


def release(handle: int) -> None:
    """Give a claimed lock file back."""
    os.close(handle)
