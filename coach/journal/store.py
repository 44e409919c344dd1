"""The ports `Journal` and `Store`: an append-only chain of entries, and one that lives in memory.

1. `append` returns once its entries are durable, all of them or none.
2. Rows are numbered from 1 without a gap. Each carries the digest of the row before it and its own,
   so that a row changed, taken out or put in is noticed.
3. A store has one writer and owns no thread; one thread at a time may use it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final, Protocol

from coach.errors import JournalError
from coach.journal.entries import Clock, Entry, Kept, SessionEnded, SessionOpened, Stamp
from coach.journal.form import canonical, kind_of, present_format, read_entry, write_entry

GENESIS: Final = sha256(b"bedside coach").hexdigest()
"""Stands for the digest of the row before the first."""


class DamagedError(JournalError):
    """What the journal holds is not what was written."""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry with its place in the chain."""

    seq: int
    """1 for the first."""
    format: int
    kind: str
    stamp: Stamp
    body: str
    """The entry's fields as canonical JSON."""
    previous: str
    """Digest of the row before, in hexadecimal."""
    digest: str

    @property
    def entry(self) -> Entry:
        """Return what the row says.

        Raises:
            JournalError: It was written by a newer coach.
        """
        return read_entry(self.kind, self.format, self.body)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain; the genesis where there is no row yet."""

    seq: int = 0
    digest: str = GENESIS


class Journal(Protocol):
    """A chain of entries, to be read."""

    @property
    def head(self) -> Head:
        """Return the end of the chain."""

    def read(self, after: int = 0, kinds: Collection[type[Entry]] = ()) -> Iterator[Row]:
        """Go through the rows behind a number in order: all, or those of some kinds.

        Raises:
            DamagedError: A row is not what was written.
        """

    def row(self, seq: int) -> Row | None:
        """Return one row, or None where there is none of that number."""

    def latest(self, kind: type[Entry]) -> Row | None:
        """Return the last row of a kind, or None."""

    def last(self, kind: type[Entry], count: int) -> tuple[Row, ...]:
        """Return the last rows of a kind, at most so many, oldest first."""

    def verify(self) -> int:
        """Return how many rows there are, after looking at every one.

        Raises:
            DamagedError: A row is missing or is not what was written; the message names the first.
        """

    def close(self) -> None:
        """Let go; nothing may be asked afterwards."""


class Store(Journal, Protocol):
    """A chain of entries, to be continued by one writer."""

    def append(self, *entries: Entry) -> int:
        """Make entries durable, all or none, and return the number of the last one's row.

        Raises:
            JournalError: They could not be made durable; what was acknowledged before is untouched.
        """


def chained(head: Head, stamp: Stamp, entries: Collection[Entry]) -> tuple[Row, ...]:
    """Return the rows that continue a chain."""
    rows: list[Row] = []
    for entry in entries:
        row = Row(head.seq + 1, present_format(), kind_of(entry), stamp, write_entry(entry), head.digest, digest="")
        rows.append(replace(row, digest=_digest(row)))
        head = Head(row.seq, rows[-1].digest)
    return tuple(rows)


def check_row(row: Row) -> Row:
    """Return a row that is what was written.

    Raises:
        DamagedError: It is not.
    """
    if row.digest != _digest(row):
        raise DamagedError(f"Row {row.seq} of the journal is not what was written.")
    return row


def check_chain(head: Head, rows: Iterator[Row]) -> Head:
    """Return the end of a chain of checked rows that continue another.

    Raises:
        DamagedError: A row is missing, or does not follow the one before it.
    """
    for row in rows:
        if row.seq != head.seq + 1:
            raise DamagedError(f"Row {head.seq + 1} of the journal is missing.")
        if row.previous != head.digest:
            raise DamagedError(f"Row {row.seq} of the journal does not follow the row before it.")
        head = Head(row.seq, row.digest)
    return head


def last_session(journal: Journal) -> Row | None:
    """Return the row that opened the last session, or None where there was none yet."""
    return journal.latest(SessionOpened)


def next_seed(journal: Journal) -> int:
    """Return the seed of the next session: one more than the last one's, 0 where there was none yet."""
    row = last_session(journal)
    return row.entry.seed + 1 if row is not None and isinstance(row.entry, SessionOpened) else 0


def open_session(journal: Journal) -> Row | None:
    """Return the row that opened a session that was never ended, or None."""
    opened, ended = journal.latest(SessionOpened), journal.latest(SessionEnded)
    return opened if opened is not None and (ended is None or ended.seq < opened.seq) else None


def kept(journal: Journal, digest: str) -> str | None:
    """Return a text that was kept under its digest, or None."""
    for row in journal.read(kinds=(Kept,)):
        entry = row.entry
        if isinstance(entry, Kept) and entry.digest == digest:
            return entry.text
    return None


class MemoryStore:
    """A store that is forgotten with its process: for rehearsals."""

    def __init__(self, clock: Clock) -> None:
        """Begin an empty chain."""
        self._clock = clock
        self._rows: list[Row] = []

    @property
    def head(self) -> Head:
        """Return the end of the chain."""
        return Head(self._rows[-1].seq, self._rows[-1].digest) if self._rows else Head()

    def append(self, *entries: Entry) -> int:
        """Keep entries and return the number of the last one's row."""
        self._rows.extend(chained(self.head, self._clock.now(), entries))
        return self.head.seq

    def read(self, after: int = 0, kinds: Collection[type[Entry]] = ()) -> Iterator[Row]:
        """Go through the rows behind a number in order: all, or those of some kinds."""
        names = {kind_of(kind) for kind in kinds}
        yield from (check_row(row) for row in self._rows[after:] if not names or row.kind in names)

    def row(self, seq: int) -> Row | None:
        """Return one row, or None where there is none of that number."""
        return check_row(self._rows[seq - 1]) if 0 < seq <= len(self._rows) else None

    def latest(self, kind: type[Entry]) -> Row | None:
        """Return the last row of a kind, or None."""
        return next((check_row(row) for row in reversed(self._rows) if row.kind == kind_of(kind)), None)

    def last(self, kind: type[Entry], count: int) -> tuple[Row, ...]:
        """Return the last rows of a kind, at most so many, oldest first."""
        found = [check_row(row) for row in self._rows if row.kind == kind_of(kind)]
        return tuple(found[len(found) - min(count, len(found)) :])

    def verify(self) -> int:
        """Return how many rows there are, after looking at every one."""
        return check_chain(Head(), self.read()).seq

    def close(self) -> None:
        """Forget nothing: the rows may still be read."""


def _digest(row: Row) -> str:
    stamp = row.stamp
    told = [row.previous, row.seq, row.format, row.kind, stamp.wall, stamp.boot, stamp.uptime_ms, row.body]
    return sha256(canonical(told).encode()).hexdigest()
