"""Forgetting a person: all that the coach keeps of her is taken away, and nothing else.

What belongs to a person stands in `KEPT`, by folder and name; whoever keeps something more adds a line there. Programs,
exercises, models, and the settings of the machine stay. Files are deleted, not overwritten: memory cards move what is
written over anyway, so that only the destruction of the card is certain.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coach.disk import refused
from coach.errors import CoachError
from coach.journal.latch import FILE as LATCH
from coach.journal.lock import claim, release
from coach.journal.sqlite import RESERVE
from coach.notify.settings import FILE as NOTIFY
from coach.notify.spool import FOLDER as NOTICES
from coach.runtime.live import JOURNAL
from coach.runtime.paths import Paths
from coach.runtime.pin_file import FILE as PIN

LOCK_FILE: Final = "journal.lock"


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that is kept of a person."""

    what: str
    """In words, for whoever is asked."""
    own: bool
    """In the folder of her own settings; else in the data folder."""
    folder: str
    """Below that folder; empty for the folder itself."""
    names: str
    """Pattern of the files' names; ``*`` for the whole folder, which is taken away as well."""


KEPT: Final = (
    Kept("the prescription and what was answered at set-up", own=True, folder="", names="prescription*.toml"),
    Kept("where notices to a carer go", own=True, folder="", names=f"{Path(NOTIFY).stem}*.toml"),
    Kept("what relatives recorded for her", own=True, folder="voices", names="*/recordings/*"),
    Kept("notices that wait, and their receipts", own=False, folder=NOTICES, names="*"),
    Kept("the scores of practice", own=False, folder="", names="practice*.json"),
    Kept("the carer's PIN", own=False, folder="", names=f"{Path(PIN).stem}.*"),
    Kept("the journal: sessions, answers, pain, effort", own=False, folder=JOURNAL, names="journal*.sqlite3*"),
    Kept("the room kept for the journal", own=False, folder=JOURNAL, names=RESERVE),
    Kept("the lock and the red flag", own=False, folder=JOURNAL, names=f"{Path(LATCH).stem}.*"),
)
"""Everything, in the order in which it is taken away: the lock is last, so that a power cut leaves it standing."""
CLIPS: Final = "clips"
"""Folder of spoken prompts in the cache: her name may be among them."""


def kept_of(paths: Paths) -> tuple[tuple[str, tuple[Path, ...]], ...]:
    """Return what there is to forget, in words and with its files."""
    found = [(kept.what, tuple(_files(paths, kept))) for kept in KEPT]
    clips = paths.cache / CLIPS
    found.append(("spoken prompts, her name among them", (clips,) if clips.is_dir() else ()))
    return tuple((what, files) for what, files in found if files)


def forget(paths: Paths) -> int:
    """Take away what is kept of a person and return how many files and folders that were.

    Raises:
        JournalError: A session is running.
        CoachError: The disk refuses; what was not taken away yet is still there.
    """
    folder = paths.data / JOURNAL
    held = claim(folder / LOCK_FILE) if folder.is_dir() else None
    count = 0
    try:
        for _, files in kept_of(paths):
            for path in files:
                _remove(path)
                count += 1
    finally:
        if held is not None:
            (folder / LOCK_FILE).unlink(missing_ok=True)
            release(held)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
    return count


def _files(paths: Paths, kept: Kept) -> Iterator[Path]:
    folder = (paths.own if kept.own else paths.data) / kept.folder
    if not folder.is_dir():
        return
    if kept.names == "*":
        yield folder
    else:
        yield from sorted(path for path in folder.glob(kept.names) if path.is_file())


def _remove(path: Path) -> None:
    try:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    except OSError as wrong:
        raise refused(path, wrong, CoachError) from None
