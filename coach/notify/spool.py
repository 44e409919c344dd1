"""The spool: a folder in which notices wait, and in which receipts come back.

1. The coach puts a notice in as a whole file, after it is durable in the journal; the courier reads it, delivers it,
   and puts down a receipt. Neither waits for the other, and either may be dead.
2. The coach takes receipts out. A notice leaves the spool when it was delivered, never before.
3. A crash between delivery and receipt delivers once more, under the same id: at least once, never less.
4. The folder is only the owner's. It holds kinds and times, no words that were spoken.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coach.disk import Disk, make_folder
from coach.errors import NotifyError
from coach.notify.notice import Notice

FOLDER: Final = "notices"
"""Name of the spool below the data folder."""
_WAITING: Final = "waiting"
_RECEIPTS: Final = "receipts"
_SIGN: Final = "courier.alive"
_TESTED: Final = "tested.json"
_LATELY_S: Final = 60.0
"""A courier gives a sign of life four times a second; chosen: a minute without one is a courier that does not run."""
_LONG_AGO: Final = timedelta(days=365)
_MOST: Final = 500
"""Notices that may wait; more than two years of a needless one a week. Beyond that the coach is told."""


class Receipt(BaseModel):
    """What became of one attempt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    delivered: bool
    attempt: Annotated[int, Field(ge=1)]
    channel: str = ""
    """Where it was delivered, or failed last."""
    why: str = ""
    """Why not, in a sentence; empty where it was delivered."""


class WeeklyTest(BaseModel):
    """How the last weekly test went."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wall: str
    """When, by the wall clock."""
    delivered: bool
    why: str = ""

    def at(self, like: datetime) -> datetime:
        """Return when it was; one that cannot be read counts as long past.

        Args:
            like: Has the zone that is meant where none was written.
        """
        try:
            read = datetime.fromisoformat(self.wall)
        except ValueError:
            return like - _LONG_AGO
        return read if read.tzinfo is not None else read.replace(tzinfo=like.tzinfo)


@dataclass(frozen=True, slots=True)
class Lying:
    """What lies in the spool."""

    notices: tuple[Notice, ...]
    damaged: tuple[str, ...]
    """Names of files that are no notices; they are left where they are, and told."""


class Spool:
    """Both ends of the folder."""

    def __init__(self, data: Path, disk: Disk | None = None) -> None:
        """Take the data folder; nothing is made yet."""
        self._folder = data / FOLDER
        self._disk = disk or Disk(NotifyError)

    @property
    def folder(self) -> Path:
        """Return the folder."""
        return self._folder

    def open(self) -> None:
        """Make the folders where they are not there yet.

        Raises:
            NotifyError: They cannot be made.
        """
        for name in (_WAITING, _RECEIPTS):
            make_folder(self._folder / name, NotifyError)

    # ------------------------------------------------------------------ the coach's end
    def post(self, notice: Notice) -> None:
        """Put a notice in, durably; one that lies there already is put in once.

        Raises:
            NotifyError: The disk refuses, or too much lies there.
        """
        path = self._folder / _WAITING / f"{notice.file}.json"
        if path.exists():
            return
        if len(list(path.parent.glob("*.json"))) >= _MOST:
            raise NotifyError(f"{_MOST} notices wait in {path.parent}; nobody delivers them. Run: coach notify")
        self._disk.replace(path, notice.model_dump_json().encode())

    def receipts(self) -> tuple[Receipt, ...]:
        """Take out the receipts there are, oldest attempt first.

        Raises:
            NotifyError: The folder cannot be read.
        """
        found: list[Receipt] = []
        for path in _files(self._folder / _RECEIPTS):
            raw = self._disk.read(path)
            path.unlink(missing_ok=True)
            if raw is None:
                continue
            try:
                found.append(Receipt.model_validate_json(raw, strict=True))
            except ValidationError:
                continue  # half a receipt is none; the next attempt brings another
        return tuple(sorted(found, key=lambda receipt: receipt.attempt))

    def courier_seen(self) -> float | None:
        """Return when the courier last gave a sign of life, as a file time in seconds; None where it never did."""
        try:
            return (self._folder / _SIGN).stat().st_mtime
        except OSError:
            return None

    def delivers(self, now_s: float) -> bool:
        """Return whether a courier gave a sign of life lately.

        Args:
            now_s: The time of files now, in seconds.
        """
        seen = self.courier_seen()
        return seen is not None and abs(now_s - seen) < _LATELY_S

    # ------------------------------------------------------------------ the courier's end
    def waiting(self) -> Lying:
        """Return what waits to be delivered.

        Raises:
            NotifyError: The folder cannot be read.
        """
        notices: list[Notice] = []
        damaged: list[str] = []
        for path in _files(self._folder / _WAITING):
            raw = self._disk.read(path)
            if raw is None:
                continue
            try:
                notices.append(Notice.model_validate_json(raw))
            except ValidationError:
                damaged.append(path.name)
        return Lying(tuple(sorted(notices, key=lambda notice: (notice.wall, notice.id))), tuple(damaged))

    def sign(self, notice: Notice, receipt: Receipt) -> None:
        """Put down a receipt, and take the notice out where it was delivered.

        Raises:
            NotifyError: The disk refuses; the notice then stays and is delivered again.
        """
        name = f"{notice.file}-{receipt.attempt:06}.json"
        self._disk.replace(self._folder / _RECEIPTS / name, receipt.model_dump_json().encode())
        if receipt.delivered:
            (self._folder / _WAITING / f"{notice.file}.json").unlink(missing_ok=True)

    def give_sign(self) -> None:
        """Show that the courier is alive."""
        try:
            (self._folder / _SIGN).touch(mode=0o600)
        except OSError:
            return  # a full disk is told where it matters

    # ------------------------------------------------------------------ the weekly test
    def tested(self) -> WeeklyTest | None:
        """Return how the last weekly test went; None where there was none."""
        raw = self._disk.read(self._folder / _TESTED)
        if raw is None:
            return None
        try:
            return WeeklyTest.model_validate(json.loads(raw))
        except ValueError:
            return None

    def note_test(self, tested: WeeklyTest) -> None:
        """Set down how a weekly test went.

        Raises:
            NotifyError: The disk refuses.
        """
        self._disk.replace(self._folder / _TESTED, tested.model_dump_json().encode())


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".json")
    except FileNotFoundError:
        return []
    except OSError as wrong:
        raise NotifyError(f"{folder} cannot be read: {wrong.strerror}.") from None
