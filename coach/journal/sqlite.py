"""The store in a SQLite file; the only module that names sqlite3.

1. Rollback journal and ``synchronous=EXTRA``: the one mode that lost nothing at any cut point of the
   recording file system, also where a deletion lasts only once its folder is synced.
2. Triggers refuse every UPDATE and DELETE; what is written stays.
3. One writer: a lock file beside the database, held as long as the store is open. Readers need none.
4. A damaged file is set aside under a new name and never written to again; a new one begins with an
   entry that says so, a caution lock, and a notice to the carer.
5. Before the tables are changed to those of a newer version the file is copied; nothing goes back.
6. Room is kept in reserve: where the disk is full, what is under way can still be written to its end, and
   nothing new begins.
7. After the disk has failed once (an error of input or output, a sync that failed) nothing is written until
   the file is opened again: what the system holds in memory then looks written, and is not.
8. At the start only the end of the chain is looked at, so that starting does not slow down over the
   years; every row is checked as it is read, and `verify` looks at all of them.
"""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar, Final, Self

from coach.disk import Disk, make_folder
from coach.errors import JournalError
from coach.journal.entries import BegunAnew, Clock, Entry, LockSet, NoticeQueued, Stamp
from coach.journal.form import kind_of
from coach.journal.lock import FILE as LOCK_FILE
from coach.journal.lock import claim, release
from coach.journal.store import DamagedError, Head, Row, chained, check_chain, check_row

FILE: Final = "journal.sqlite3"
RESERVE: Final = "reserve"
RESERVE_BYTES: Final = 1 << 20
"""Twenty sessions and more: one leaves about 50 kB behind."""
_APPLICATION: Final = 0x42656443
"""Marks the file as a journal of the coach ("BedC")."""
_SCHEMAS: Final[Sequence[Sequence[str]]] = (
    (
        """CREATE TABLE entry (
             seq INTEGER PRIMARY KEY, format INTEGER NOT NULL, kind TEXT NOT NULL,
             wall TEXT NOT NULL, boot TEXT NOT NULL, uptime_ms INTEGER NOT NULL,
             body TEXT NOT NULL, previous TEXT NOT NULL, digest TEXT NOT NULL
           ) STRICT""",
        "CREATE INDEX entry_by_kind ON entry (kind, seq)",
        """CREATE TRIGGER entry_stays BEFORE UPDATE ON entry
             BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
        """CREATE TRIGGER entry_remains BEFORE DELETE ON entry
             BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    ),
)
"""What makes each version of the tables out of the one before; only ever added to."""
_ROW: Final = "SELECT seq, format, kind, wall, boot, uptime_ms, body, previous, digest FROM entry "
_TYPES: Final = (int, int, str, str, str, int, str, str, str)
_TAIL: Final = 500
"""Rows looked at when the journal is opened: about two sessions; chosen, so that it takes a few milliseconds."""
_CAUTION: Final = 1
"""Lock of a journal that was begun anew: what was known of the day is lost."""
_PAGE: Final = 500
"""Rows read at once; between pages no lock is held, so that a slow reader never holds up the writer."""
_PATIENCE_S: Final = 5.0
"""How long a statement waits for a reader of another process."""
_DAMAGE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR})
"""Also a statement that was right when it was written because then its tables have changed."""
_FAILURES: Final = (sqlite3.Error, UnicodeDecodeError)
"""What a statement may raise; the second where the name of a table in a damaged file is no UTF-8."""
_REASONS: Final = {
    sqlite3.SQLITE_FULL: "the disk is full; make room",
    sqlite3.SQLITE_READONLY: "it may only be read; change its permissions, or mount the disk for writing",
    sqlite3.SQLITE_PERM: "this user may not write there; change the permissions",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; look at the folder and its permissions",
    sqlite3.SQLITE_IOERR: "the disk fails; replace the card or the disk",
    sqlite3.SQLITE_BUSY: "another program holds it; close that program",
    sqlite3.SQLITE_LOCKED: "another program holds it; close that program",
}


class SqliteJournal:
    """The journal of a folder, to be read; another process may be writing it."""

    def __init__(self, folder: Path) -> None:
        """Open the journal of a folder.

        Raises:
            JournalError: There is none, a newer coach wrote it, or it cannot be read.
        """
        self._path = folder / FILE
        if not self._path.is_file():
            raise JournalError(f"There is no journal in {folder} yet; it begins with the first session.")
        self._database = _connected(self._path)
        try:
            self._database.execute("PRAGMA query_only=ON")
            self._check_version(len(_SCHEMAS))
        except BaseException as wrong:
            self._database.close()
            if isinstance(wrong, _FAILURES):
                raise _refused(self._path, wrong) from None
            raise

    def __enter__(self) -> Self:
        """Return the journal, to be closed at the end of a with block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the journal."""
        self.close()

    @property
    def head(self) -> Head:
        """Return the end of the chain."""
        row = self.row(self._last_number())
        return Head() if row is None else Head(row.seq, row.digest)

    def read(self, after: int = 0, kinds: Collection[type[Entry]] = ()) -> Iterator[Row]:
        """Go through the rows behind a number in order: all, or those of some kinds.

        Raises:
            DamagedError: A row is not what was written.
            JournalError: The file cannot be read.
        """
        names = [kind_of(kind) for kind in kinds]
        chosen = f"AND kind IN ({', '.join('?' * len(names))}) " if names else ""
        while True:
            page = self._rows(f"WHERE seq > ? {chosen}ORDER BY seq LIMIT {_PAGE}", after, *names)
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].seq

    def row(self, seq: int) -> Row | None:
        """Return one row, or None where there is none of that number."""
        found = self._rows("WHERE seq = ?", seq)
        return found[0] if found else None

    def latest(self, kind: type[Entry]) -> Row | None:
        """Return the last row of a kind, or None."""
        found = self._rows("WHERE kind = ? ORDER BY seq DESC LIMIT 1", kind_of(kind))
        return found[0] if found else None

    def last(self, kind: type[Entry], count: int) -> tuple[Row, ...]:
        """Return the last rows of a kind, at most so many, oldest first."""
        found = self._rows("WHERE kind = ? ORDER BY seq DESC LIMIT ?", kind_of(kind), count)
        return tuple(reversed(found))

    def verify(self) -> int:
        """Return how many rows there are, after looking at every one and at SQLite's own structures.

        Raises:
            DamagedError: A row is missing or is not what was written, or the file is damaged.
        """
        told = self._asked("PRAGMA integrity_check(1)")[0][0]
        if told != "ok":
            raise DamagedError(f"{self._path} is damaged ({told}).")
        return check_chain(Head(), self.read()).seq

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _check_version(self, known: int) -> int:
        """Return the version of the tables; 0 where there are none.

        Raises:
            DamagedError: There are tables, but not the journal's.
            JournalError: A newer coach made them.
        """
        version = int(self._asked("PRAGMA user_version")[0][0])
        tables = self._asked("SELECT count(*) FROM sqlite_schema")[0][0]
        marked = self._asked("PRAGMA application_id")[0][0] == _APPLICATION
        if marked != bool(version) or bool(tables) != bool(version):
            raise DamagedError(f"{self._path} is no journal of the coach, or is damaged.")
        if version > known:
            raise JournalError(
                f"{self._path} was written by a newer coach; install that one again, or name another folder"
                " with --data-dir."
            )
        return version

    def _last_number(self) -> int:
        return int(self._asked("SELECT coalesce(max(seq), 0) FROM entry")[0][0])

    def _rows(self, where: str, *values: int | str) -> list[Row]:
        return [self._row(*found) for found in self._asked(_ROW + where, *values)]

    def _row(self, *columns: Any) -> Row:  # noqa: ANN401 - what a damaged file holds may be of any type
        if tuple(map(type, columns)) != _TYPES:
            raise DamagedError(f"A row of {self._path} is not what was written.")
        seq, number, kind, wall, boot, uptime_ms, body, previous, digest = columns
        return check_row(Row(seq, number, kind, Stamp(wall, boot, uptime_ms), body, previous, digest))

    def _asked(self, question: str, *values: int | str) -> list[tuple[Any, ...]]:
        try:
            return self._database.execute(question, values).fetchall()
        except _FAILURES as wrong:
            raise _refused(self._path, wrong) from None


class SqliteStore(SqliteJournal):
    """The journal of a folder, to be written by this process alone."""

    SETTINGS: ClassVar[Sequence[str]] = ("PRAGMA journal_mode=DELETE", "PRAGMA synchronous=EXTRA")
    """What makes a commit durable; see rule 1."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        *,
        disk: Disk | None = None,
        schemas: Sequence[Sequence[str]] = _SCHEMAS,
    ) -> None:
        """Open the journal of a folder for writing, or begin one.

        Args:
            folder: Made where it is missing.
            clock: Tells when rows are written.
            disk: Renames and syncs; the tests give one that can be cut off.
            schemas: What makes each version of the tables out of the one before.

        Raises:
            JournalError: Another process writes it, a newer coach wrote it, or the disk refuses.
        """
        self._path = folder / FILE
        self._clock = clock
        self._disk = disk or Disk()
        self._schemas = schemas
        self._known: Head | None = None
        self._failed = ""
        """Why nothing is written any more; empty while it may be."""
        make_folder(folder)
        self._claim: int | None = claim(folder / LOCK_FILE)
        try:
            self._disk.reserve(folder / RESERVE, RESERVE_BYTES)
            try:
                self._open("The journal before this one was damaged.")
            except DamagedError as damage:
                self._set_aside()
                self._open(str(damage))
        except BaseException:
            self._let_go()
            raise

    @property
    def head(self) -> Head:
        """Return the end of the chain."""
        if self._known is None:
            self._known = super().head
        return self._known

    def append(self, *entries: Entry) -> int:
        """Make entries durable, all or none, and return the number of the last one's row.

        Raises:
            JournalError: They could not be made durable; what was acknowledged before is untouched.
        """
        if self._failed:
            raise JournalError(self._failed)
        rows = chained(self.head, self._clock.now(), entries)
        if not rows:
            return self.head.seq
        self._known = None  # after a failure only the file knows
        try:
            self._commit(rows)
        except _FAILURES as wrong:
            if not (_is(wrong, sqlite3.SQLITE_FULL) and self._disk.remove(self._path.with_name(RESERVE))):
                raise self._gave_up(wrong) from None
            try:
                self._commit(rows)
            except _FAILURES as again:
                raise self._gave_up(again) from None
        self._known = Head(rows[-1].seq, rows[-1].digest)
        return self._known.seq

    def _commit(self, rows: Sequence[Row]) -> None:
        try:
            self._database.execute("BEGIN IMMEDIATE")
            self._insert(rows)
            self._database.execute("COMMIT")
        except _FAILURES:
            self._roll_back()
            raise

    def _gave_up(self, wrong: Exception) -> JournalError:
        """Return what the disk refused; once it has failed, nothing is written any more."""
        told = _refused(self._path, wrong)
        if _is(wrong, sqlite3.SQLITE_IOERR):
            self._failed = f"{told} Then start the coach again; until then nothing can be kept."
            return JournalError(self._failed)
        return told

    def close(self) -> None:
        """Close the file and let another process write it."""
        super().close()
        self._let_go()

    def _let_go(self) -> None:
        if self._claim is not None:
            release(self._claim)
            self._claim = None

    def _open(self, why: str) -> None:
        """Connect, bring the tables to the present version, and look at the end of the chain."""
        self._database = _connected(self._path)
        try:
            version = self._check_version(len(self._schemas))
            for setting in self.SETTINGS:
                self._database.execute(setting)
            if version < len(self._schemas):
                self._migrate(version, why)
            self._known = self._tail()
        except BaseException as wrong:
            self._database.close()
            if isinstance(wrong, _FAILURES):
                raise _refused(self._path, wrong) from None
            raise

    def _migrate(self, version: int, why: str) -> None:
        """Make the tables of the present version in one transaction; a journal that replaces another says so."""
        if version:
            copy = self._path.with_name(f"journal-before-{len(self._schemas)}.sqlite3")
            self._disk.copy(self._path, copy.with_suffix(".new"))
            self._disk.rename(copy.with_suffix(".new"), copy)
            self._disk.sync_folder(copy.parent)
        database = self._database
        database.execute("BEGIN IMMEDIATE")
        for schema in self._schemas[version:]:
            for statement in schema:
                database.execute(statement)
        database.execute(f"PRAGMA application_id = {_APPLICATION}")
        database.execute(f"PRAGMA user_version = {len(self._schemas)}")
        aside = _set_aside_names(self._path.parent)
        if version == 0 and aside:
            begun = BegunAnew(aside[-1].name, why)
            notice = NoticeQueued(f"begun-anew/{aside[-1].name}", "fault")
            self._insert(chained(Head(), self._clock.now(), (begun, LockSet(_CAUTION), notice)))
        database.execute("COMMIT")
        self._disk.sync_folder(self._path.parent)

    def _tail(self) -> Head:
        """Return the end of the chain, once the last rows are seen to follow each other."""
        before = self.row(max(self._last_number() - _TAIL, 0))
        start = Head() if before is None else Head(before.seq, before.digest)
        return check_chain(start, self.read(start.seq))

    def _insert(self, rows: Sequence[Row]) -> None:
        for row in rows:
            stamp, ends = row.stamp, (row.body, row.previous, row.digest)
            self._database.execute(
                "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (row.seq, row.format, row.kind, stamp.wall, stamp.boot, stamp.uptime_ms, *ends),
            )

    def _roll_back(self) -> None:
        """End the transaction; where even that fails, SQLite does it at the next start."""
        with suppress(*_FAILURES):
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")

    def _set_aside(self) -> None:
        """Give the damaged file a name of its own; what it left of an unfinished transaction SQLite clears away."""
        taken = _set_aside_names(self._path.parent)
        number = int(taken[-1].stem.rpartition("-")[2]) + 1 if taken else 1
        aside = self._path.with_name(f"journal-damaged-{number:04}.sqlite3")
        self._disk.rename(self._path, aside)
        self._disk.sync_folder(self._path.parent)


def _connected(path: Path) -> sqlite3.Connection:
    """Return a connection that leaves transactions to us and distrusts what it reads."""
    try:
        database = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
        database.execute("PRAGMA trusted_schema=OFF")
        database.execute("PRAGMA cell_size_check=ON")
    except _FAILURES as wrong:
        raise _refused(path, wrong) from None
    return database


def _is(wrong: Exception, code: int) -> bool:
    """Return whether SQLite reports this; the higher bits of what it reports tell which operation it was."""
    return getattr(wrong, "sqlite_errorcode", 0) & 0xFF == code


def _refused(path: Path, wrong: Exception) -> JournalError:
    """Return what SQLite reports as one sentence."""
    code = getattr(wrong, "sqlite_errorcode", None)
    if code is None or code & 0xFF in _DAMAGE:  # the higher bits tell which operation it was
        return DamagedError(f"{path} is damaged ({wrong}).")
    return JournalError(f"{path} cannot be used: {_REASONS.get(code & 0xFF, f'{wrong}; look at the disk')}.")


def _set_aside_names(folder: Path) -> list[Path]:
    return sorted(folder.glob("journal-damaged-[0-9][0-9][0-9][0-9].sqlite3"))
