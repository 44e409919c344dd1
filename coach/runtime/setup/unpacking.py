"""Unpacks a model's archive, which came from elsewhere: nothing in it is trusted before it was looked at.

Every name is looked at before the first byte is written: nothing may lie outside the one folder, nothing may be a
link or a device, two may not be the same, and together they may not be larger than any model is.
"""

import errno
import os
import shutil
import stat
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from coach.errors import MissingError

UNPACKED_MAX: Final = 5 * 2**30
"""Most bytes of a model on disk: the largest of the makers take 4 GB."""
FILES_MAX: Final = 2_000
"""Most files: models have some twenty."""
RATIO_MAX: Final = 200
"""Most times that a file may be larger than its packed form: tables of numbers reach about 10, a bomb 1,000."""
DEPTH_MAX: Final = 8
_NAME_MAX: Final = 200
_UNPACK_AGAIN: Final = "; get it again, or give an unpacked model to: coach setup --model FOLDER"


class ArchiveError(MissingError):
    """An archive is broken, or would write where it must not."""


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a zip archive whose files all lie in one folder, and leave that folder's content in `folder`.

    Args:
        archive: The zip file.
        folder: Where its content shall lie; must not be there yet. On failure nothing is left there.

    Raises:
        ArchiveError: It is no zip file, is broken, or holds what must not be unpacked; or there is no room.
    """
    try:
        with zipfile.ZipFile(archive) as packed:
            entries = _checked(packed.infolist(), archive)
            folder.mkdir(parents=True)
            for entry, place in entries:
                _write(packed, entry, folder / place)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError) as broken:
        shutil.rmtree(folder, ignore_errors=True)
        raise ArchiveError(f"{archive.name} is broken ({broken}){_UNPACK_AGAIN}") from None
    except OSError as wrong:
        shutil.rmtree(folder, ignore_errors=True)
        full = wrong.errno in (errno.ENOSPC, errno.EDQUOT)
        why = "the disk is full; make room" if full else f"{wrong.strerror or wrong}; look at the disk"
        raise ArchiveError(f"{archive.name} cannot be unpacked to {folder.parent}: {why}.") from None


def _checked(entries: Sequence[zipfile.ZipInfo], archive: Path) -> list[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """Return the files of an archive with their places below its one folder.

    Raises:
        ArchiveError: There is one that must not be unpacked.
    """
    files = [entry for entry in entries if not entry.is_dir()]
    if not files:
        raise ArchiveError(f"{archive.name} is empty{_UNPACK_AGAIN}")
    if len(entries) > FILES_MAX or sum(entry.file_size for entry in files) > UNPACKED_MAX:
        raise ArchiveError(f"{archive.name} would unpack to more than any model has{_UNPACK_AGAIN}")
    for entry in entries:
        if why := _objection(entry):
            raise ArchiveError(f"{archive.name} holds {entry.filename[:60]!r}, which {why}; it was not unpacked.")
    tops = {PurePosixPath(entry.filename).parts[0] for entry in entries}
    places = [PurePosixPath(*PurePosixPath(entry.filename).parts[1:]) for entry in files]
    if len(tops) != 1 or PurePosixPath() in places:
        raise ArchiveError(f"{archive.name} is no model: its files do not lie in one folder{_UNPACK_AGAIN}")
    folded = {str(place).casefold() for place in places}
    if len(folded) != len(places):
        raise ArchiveError(f"{archive.name} holds two files of one name; it was not unpacked.")
    return list(zip(files, places, strict=True))


def _objection(entry: zipfile.ZipInfo) -> str:
    """Return why an entry must not be unpacked; empty where it may."""
    name, parts = entry.filename, PurePosixPath(entry.filename).parts
    if name.startswith("/") or "\\" in name or ":" in name or ".." in parts or not parts:
        return "would lie outside its folder"
    if not name.isprintable() or len(name) > _NAME_MAX or len(parts) > DEPTH_MAX:
        return "is no name of a model's file"
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is no ordinary file"
    if entry.flag_bits & 1:
        return "is locked with a password"
    if entry.file_size > RATIO_MAX * max(entry.compress_size, 1) and entry.file_size > 2**20:
        return "would grow beyond measure"
    return ""


def _write(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> None:
    """Write one file and have it synced; zipfile reads no more than the size that was looked at, and checks its sum."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with packed.open(entry) as source, path.open("xb") as target:
        shutil.copyfileobj(source, target, 2**20)
        target.flush()
        os.fsync(target.fileno())
