"""The few things that are asked of a disk where a power cut must not hurt, each one step that a cut may follow.

`replace` puts them together: whoever reads the file finds the old one or the new one, never a part.
"""

import errno
import os
from pathlib import Path
from typing import Final

from coach.errors import CoachError, JournalError

_CHUNK: Final = 1 << 20
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

    def __init__(self, error: type[CoachError] = JournalError) -> None:
        """Take the class of error to raise where the disk refuses."""
        self._error = error

    def read(self, path: Path) -> bytes | None:
        """Return what a file holds; None where there is none.

        Raises:
            CoachError: Of the class given: it is there, but cannot be read.
        """
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as wrong:
            raise refused(path, wrong, self._error) from None

    def write(self, path: Path, data: bytes) -> None:
        """Write a file from its beginning and have it synced, so that its content survives a power cut.

        Raises:
            CoachError: Of the class given: it could not be written.
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
            raise refused(path, wrong, self._error) from None

    def rename(self, path: Path, name: Path) -> None:
        """Give a file another name in its folder; whatever had that name is gone.

        Raises:
            CoachError: Of the class given: it could not be renamed.
        """
        try:
            path.replace(name)
        except OSError as wrong:
            raise refused(path, wrong, self._error) from None

    def sync_folder(self, folder: Path) -> None:
        """Have the names in a folder synced, so that renames survive a power cut.

        Raises:
            CoachError: Of the class given: they could not be.
        """
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as wrong:
            raise refused(folder, wrong, self._error) from None

    def copy(self, path: Path, name: Path) -> None:
        """Copy a file under another name and have the copy synced.

        Raises:
            CoachError: Of the class given: it could not be copied.
        """
        try:
            with path.open("rb") as source:
                handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                try:
                    while left := memoryview(source.read(_CHUNK)):
                        while left:
                            left = left[os.write(handle, left) :]
                    os.fsync(handle)
                finally:
                    os.close(handle)
        except OSError as wrong:
            raise refused(name, wrong, self._error) from None

    def reserve(self, path: Path, size: int) -> None:
        """Have a file take so many bytes of the disk, so that they are there when they are needed.

        Raises:
            CoachError: Of the class given: there is no such room.
        """
        try:
            if path.is_file() and path.stat().st_blocks * 512 >= size:
                return
            handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.posix_fallocate(handle, 0, size)
            finally:
                os.close(handle)
        except OSError as wrong:
            path.unlink(missing_ok=True)
            raise refused(path, wrong, self._error) from None

    def remove(self, path: Path) -> bool:
        """Take a file away and return whether it was there.

        Raises:
            CoachError: Of the class given: it could not be taken away.
        """
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        except OSError as wrong:
            raise refused(path, wrong, self._error) from None
        return True

    def replace(self, path: Path, data: bytes) -> None:
        """Make this the content of a file, durably and as a whole; until it returns, the old one may stand.

        Raises:
            CoachError: Of the class given: it could not be.
        """
        new = path.with_name(f"{path.stem}.new")
        self.write(new, data)
        self.rename(new, path)
        self.sync_folder(path.parent)


def make_folder(folder: Path, error: type[CoachError] = JournalError) -> None:
    """Make a folder that only its owner may look into, and those it lies in, where they are not there yet.

    Raises:
        CoachError: Of the class given: it could not be made.
    """
    try:
        make_private(folder)
    except OSError as wrong:
        raise refused(folder, wrong, error) from None


def make_private(folder: Path) -> None:
    """Do as `make_folder`, for whoever does without the folder where it cannot be made.

    Raises:
        OSError: It could not be made.
    """
    for missing in reversed([above for above in folder.parents if not above.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)  # parents=True would let others look into these
    folder.mkdir(mode=0o700, exist_ok=True)


def refused(path: Path, wrong: OSError, error: type[CoachError] = JournalError) -> CoachError:
    """Return what the disk refused as one sentence."""
    reason = _REASONS.get(wrong.errno or 0, f"{wrong.strerror or wrong}; look at the disk")
    return error(f"{path} cannot be used: {reason}.")
