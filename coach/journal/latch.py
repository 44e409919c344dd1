"""The latch: a second, small file for what must not be lost together with the journal.

1. It holds the lock, the red flag, the outbox, and the journal's last row when it was written.
2. It is replaced as a whole: a new file is written and synced, then takes the old one's name, then the
   folder is synced. A power cut leaves the old one or the new one.
3. A checksum stands in its first line. What does not match it is not believed, not even in part.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated, ClassVar, Final, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from coach.disk import Disk
from coach.journal.entries import NoticeQueued
from coach.journal.form import canonical
from coach.journal.standing import Standing
from coach.journal.store import DamagedError, Head

FILE: Final = "latch.json"


@dataclass(frozen=True, slots=True)
class _Latched:
    """The file's second line."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    format: Literal[1]
    lock: Annotated[int, Field(ge=0, le=2)]
    red_flag: bool
    outbox: tuple[NoticeQueued, ...]
    seq: Annotated[int, Field(ge=0)]
    digest: str


_LATCHED: Final[TypeAdapter[_Latched]] = TypeAdapter(_Latched)


@dataclass(frozen=True, slots=True)
class Latched:
    """What the latch says."""

    standing: Standing
    head: Head
    """The journal's last row when this was written."""


class Latch:
    """The latch file of a folder."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        """Take the folder of the journal; nothing is read or written yet."""
        self._path = folder / FILE
        self._disk = disk

    def read(self) -> Latched | None:
        """Return what the latch says, or None where there is none.

        Raises:
            DamagedError: It is not what was written.
            JournalError: It cannot be read.
        """
        raw = self._disk.read(self._path)
        if raw is None:
            return None
        checksum, _, told = raw.partition(b"\n")
        if checksum != sha256(told).hexdigest().encode():
            raise DamagedError(f"{self._path} is not what was written.")
        try:
            plain = _LATCHED.validate_json(told, strict=True)
        except ValidationError:
            raise DamagedError(f"{self._path} was written by another coach.") from None
        return Latched(Standing(plain.lock, plain.red_flag, plain.outbox), Head(plain.seq, plain.digest))

    def write(self, latched: Latched) -> None:
        """Make this what the latch says, durably; until it returns, the old may stand.

        Raises:
            JournalError: It could not be made durable.
        """
        standing, head = latched.standing, latched.head
        plain = _Latched(1, standing.lock, standing.red_flag, standing.outbox, head.seq, head.digest)
        told = canonical(_LATCHED.dump_python(plain, mode="json")).encode()
        self._disk.replace(self._path, sha256(told).hexdigest().encode() + b"\n" + told)
