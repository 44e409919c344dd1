"""The few things the journal asks of a disk beside SQLite, each one step that a power cut may follow."""

import errno
import fcntl
import os
from pathlib import Path
from typing import Final

from coach.errors import JournalError

_REASONS: Final = {
    errno.ENOSPC: "the disk is full; make room",
    errno.EDQUOT: "the disk is full; make room",
    errno.EROFS: "the disk may only be read; mount it for writing",
    errno.EACCES: "this user may not write there; change the permissions",
    errno.EPERM: "this user may not write there; change the permissions",
    errno.EIO: "the disk fails; replace the card or the disk",
    errno.ENOTDIR: "a part of the path is no folder; look at the name",
    errno.EEXIST: "a part of the path is no folder; look at the name",
}


class Disk:
    """Plain file operations, in the order in which they were asked for."""

    def read(self, path: Path) -> bytes | None:
        """Return what a file holds; None where there is none.

        Raises:
            JournalError: It is there, but cannot be read.
        """
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as wrong:
            raise refused(path, wrong) from None

    def write(self, path: Path, data: bytes) -> None:
        """Write a file from its beginning and have it synced, so that its content survives a power cut.

        Raises:
            JournalError: It could not be written.
        """
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                left = memoryview(data)
                while left:
                    left = left[os.write(handle, left) :]
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as wrong:
            raise refused(path, wrong) from None

    def rename(self, path: Path, name: Path) -> None:
        """Give a file another name in its folder; whatever had that name is gone.

        Raises:
            JournalError: It could not be renamed.
        """
        try:
            path.replace(name)
        except OSError as wrong:
            raise refused(path, wrong) from None

    def sync_folder(self, folder: Path) -> None:
        """Have the names in a folder synced, so that renames survive a power cut.

        Raises:
            JournalError: They could not be.
        """
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as wrong:
            raise refused(folder, wrong) from None


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner may look into, where it is not there yet.

    Raises:
        JournalError: It could not be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as wrong:
        raise refused(folder, wrong) from None


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


def release(handle: int) -> None:
    """Give a claimed lock file back."""
    os.close(handle)


def refused(path: Path, wrong: OSError) -> JournalError:
    """Return what the disk refused as one sentence."""
    reason = _REASONS.get(wrong.errno or 0, f"{wrong.strerror or wrong}; look at the disk")
    return JournalError(f"{path} cannot be used: {reason}.")
