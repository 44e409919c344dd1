"""The keeper: journal and latch together, and what is found in them when the coach starts.

1. Where journal and latch disagree, the stricter holds, and it is told.
2. A latch that is not what was written counts as an urgent lock: only a carer lifts it. So does a latch
   that is missing beside a journal that was begun anew.
3. A journal that lacks the row the latch remembers has lost rows: the coach begins cautiously.
4. Entries that could not be made durable wait, and are written in their order with the next ones; the
   latch is written all the same.
5. A session found open is closed as interrupted; it is never resumed.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from coach.disk import Disk
from coach.errors import JournalError
from coach.journal.entries import BegunAnew, Clock, Entry, LockSet, Recorded, SessionEnded, SessionOpened
from coach.journal.form import kind_of, write_entry
from coach.journal.latch import Latch, Latched
from coach.journal.sqlite import SqliteStore
from coach.journal.standing import Standing, standing_of, summed_up
from coach.journal.store import Journal, Store, open_session
from coach.journal.summing import unsummed
from coach.session.effects import Outcome
from coach.session.states import Lock

_DISTRUST: Final = Standing(int(Lock.URGENT), red_flag=True)
"""How things stand where nobody knows."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the coach found when it started."""

    standing: Standing
    interrupted: str | None
    """Name of the session that was cut off, now closed; None where none was."""
    told: tuple[str, ...]
    """What a person should know of it: one sentence each; empty where all is well."""
    anew: bool = False
    """The journal was damaged and begun anew, and no session was opened since."""


class Keeper:
    """Writes the journal and the latch; one thread at a time may use it."""

    def __init__(self, store: Store, latch: Latch) -> None:
        """Find out how things stand, set it down in both, and close what was cut off.

        Raises:
            JournalError: It could not be made durable.
        """
        self.store = store
        self._latch = latch
        self._head = store.head
        self._waiting: list[Entry] = []
        self._failed = False
        self._standing = standing_of(store)
        self._latched: Standing | None = None
        anew = _begun_anew(store)
        found, told = _found(self._standing, store, latch, anew)
        opened = open_session(store)
        interrupted = opened is not None and _under_way(store, opened.seq)
        session = opened.entry.session if opened is not None and isinstance(opened.entry, SessionOpened) else ""
        ends = (SessionEnded(session, Outcome.INTERRUPTED),) if session else ()
        self.found = Found(found, session if interrupted else None, told, anew is not None)
        self.note(*_corrections(self._standing, found), *ends)
        self.sum_up()

    def __enter__(self) -> Self:
        """Return the keeper, to be closed at the end of a with block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the keeper."""
        self.close()

    @property
    def standing(self) -> Standing:
        """Return how things stand."""
        return self._standing

    def note(self, *entries: Entry) -> int:
        """Make entries durable in the journal, and what outlives the session in the latch too.

        Without entries it tries again what failed before.

        Returns:
            Number of the last row.

        Raises:
            JournalError: One of the two could not be written. The other was; what failed waits for the next time.
        """
        self._waiting += entries
        self._standing = self._standing.after(*entries)
        try:
            self._catch_up()
        finally:
            if self._standing != self._latched:
                self._latch.write(Latched(self._standing, self._head))
                self._latched = self._standing
        return self._head.seq

    def sum_up(self) -> None:
        """Sum up the sessions that are over, and how things stand; only while none is under way, best effort."""
        if self._failed:
            return
        with suppress(JournalError):
            self.note(*unsummed(self.store))
            self.note(*summed_up(self.store))

    def close(self) -> None:
        """Let go of the journal; the latch then knows its last row.

        Raises:
            JournalError: The latch could not be written.
        """
        self.sum_up()
        try:
            self._latch.write(Latched(self._standing, self._head))
        finally:
            self.store.close()

    def _catch_up(self) -> None:
        """Append what waits, but for what a failing disk has written nevertheless."""
        if self._failed:
            for row in self.store.read(after=self._head.seq):
                if self._waiting and (row.kind, row.body) == (kind_of(self._waiting[0]), write_entry(self._waiting[0])):
                    del self._waiting[0]
        self._failed = True
        self.store.append(*self._waiting)
        self._head = self.store.head
        self._waiting.clear()
        self._failed = False


def open_keeper(folder: Path, clock: Clock, disk: Disk | None = None) -> Keeper:
    """Return the keeper of a folder's journal and latch, which are begun where they are missing.

    Args:
        folder: Of one person; nobody else may look into it.
        clock: Tells when rows are written.
        disk: Writes the latch; the tests give one that can be cut off.

    Raises:
        JournalError: Another process has it open, or the disk refuses.
    """
    disk = disk or Disk()
    store = SqliteStore(folder, clock, disk=disk)
    try:
        return Keeper(store, Latch(folder, disk))
    except BaseException:
        store.close()
        raise


def _begun_anew(store: Store) -> BegunAnew | None:
    """Return how the journal was begun anew; None where it was not, or a session was opened since."""
    anew, opened = store.latest(BegunAnew), store.latest(SessionOpened)
    if anew is None or not isinstance(anew.entry, BegunAnew) or (opened is not None and opened.seq > anew.seq):
        return None
    return anew.entry


def _found(journaled: Standing, store: Store, latch: Latch, anew: BegunAnew | None) -> tuple[Standing, tuple[str, ...]]:
    """Return how things stand by journal and latch together, and what there is to tell of it."""
    told: list[str] = []
    if anew is not None:
        told.append(f"The journal was damaged; it is kept as {anew.set_aside}, and a new one was begun.")
    try:
        latched = latch.read()
    except JournalError as wrong:
        told.append(f"{wrong} So the coach is locked until a carer unlocks it.")
        return journaled.stricter(_DISTRUST), tuple(told)
    if latched is None:
        if anew is not None:
            told.append("The latch file is gone too, so the coach is locked until a carer unlocks it.")
            return journaled.stricter(_DISTRUST), tuple(told)
        if store.head.seq:
            told.append("The latch file was gone; it was written anew from the journal.")
        return journaled, tuple(told)
    remembered = store.row(latched.head.seq)
    if latched.head.seq and (remembered is None or remembered.digest != latched.head.digest) and anew is None:
        told.append("The journal has lost entries that were written; what the latch file remembers holds.")
    if latched.standing.lock != journaled.lock and anew is None:
        told.append("Journal and latch file disagree about the lock; the stricter holds.")
    return journaled.stricter(latched.standing), tuple(told)


def _corrections(journaled: Standing, found: Standing) -> tuple[Entry, ...]:
    """Return the entries that make the journal say how things stand."""
    same = (journaled.lock, journaled.red_flag) == (found.lock, found.red_flag)
    lock = () if same else (LockSet(found.lock, found.red_flag),)
    return (*lock, *(notice for notice in found.outbox if notice not in journaled.outbox))


def _under_way(journal: Journal, opened: int) -> bool:
    """Return whether the person was in a session: it was begun by the session's own record, and not ended."""
    records = [row.entry for row in journal.read(after=opened, kinds=(Recorded,))]
    kinds = [entry.kind for entry in records if isinstance(entry, Recorded) and entry.kind in ("opened", "ended")]
    return bool(kinds) and kinds[-1] == "opened"
