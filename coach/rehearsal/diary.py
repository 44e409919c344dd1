"""The journal and the latch of a rehearsal: the real keeper over memory, with a disk that can fail.

1. Nothing is written anywhere: a rehearsal never touches the person's data.
2. Entries that are handed over while the disk does not answer wait, as those of the live writer do; a power cut loses
   what waits.
3. `QuickStore` keeps entries as they are, without text and digests: for rehearsals by the thousand.
"""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from coach.disk import Disk
from coach.errors import JournalError
from coach.journal.entries import Entry, Stamp
from coach.journal.form import kind_of, present_format, write_entry
from coach.journal.keeper import Found, Keeper
from coach.journal.latch import FILE, Latch
from coach.journal.store import GENESIS, Head, Row, Store
from coach.rehearsal.fault_table import Act
from coach.rehearsal.trouble import Troubles
from coach.runtime.loop import Settled
from coach.units import Frames, frames

ANSWERS_WITHIN: Final = frames(3.0)
"""How long entries may wait before the disk counts as one that does not answer; as the live writer has it."""
_SLOW: Final = frames(0.5)
"""`Act.JOURNAL_SLOW`."""
_SLOWED: Final = frozenset({Act.JOURNAL_HANGS, Act.JOURNAL_SLOW})
_AGAIN: Final = frames(2.0)
"""How often a journal that failed is tried again; as the live writer has it."""
_FOLDER: Final = Path("rehearsal")
_STAMP: Final = Stamp("2000-01-01T00:00:00.000+00:00", "rehearsal", 0)
_REFUSED: Final = "The rehearsed disk refuses; end the fault to go on."


class RehearsalClock:
    """Always tells the same time: a rehearsal is the same whenever it is run."""

    def now(self) -> Stamp:
        """Return the one time there is."""
        return _STAMP


class QuickStore:
    """A store in memory that keeps entries as they are; its rows carry no digests."""

    def __init__(self) -> None:
        """Begin empty."""
        self.entries: list[Entry] = []

    @property
    def head(self) -> Head:
        """Return the end of the chain."""
        return Head(len(self.entries), GENESIS)

    def append(self, *entries: Entry) -> int:
        """Keep entries and return the number of the last one."""
        self.entries.extend(entries)
        return len(self.entries)

    def read(self, after: int = 0, kinds: Collection[type[Entry]] = ()) -> Iterator[Row]:
        """Go through the rows behind a number in order: all, or those of some kinds."""
        for place in range(after, len(self.entries)):
            if not kinds or type(self.entries[place]) in kinds:
                yield self._row(place)

    def row(self, seq: int) -> Row | None:
        """Return one row, or None where there is none of that number."""
        return self._row(seq - 1) if 0 < seq <= len(self.entries) else None

    def latest(self, kind: type[Entry]) -> Row | None:
        """Return the last row of a kind, or None."""
        places = (place for place in reversed(range(len(self.entries))) if type(self.entries[place]) is kind)
        return next((self._row(place) for place in places), None)

    def last(self, kind: type[Entry], count: int) -> tuple[Row, ...]:
        """Return the last rows of a kind, at most so many, oldest first."""
        places = [place for place in range(len(self.entries)) if type(self.entries[place]) is kind]
        return tuple(self._row(place) for place in places[len(places) - min(count, len(places)) :])

    def verify(self) -> int:
        """Return how many rows there are."""
        return len(self.entries)

    def close(self) -> None:
        """Forget nothing: the rows may still be read."""

    def _row(self, place: int) -> Row:
        entry = self.entries[place]
        return Row(place + 1, present_format(), kind_of(entry), _STAMP, write_entry(entry), GENESIS, GENESIS)


class _FailingStore:
    """A store that refuses while it is told to."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.refuses = False

    @property
    def head(self) -> Head:
        return self._store.head

    def append(self, *entries: Entry) -> int:
        if self.refuses:
            raise JournalError(_REFUSED)
        return self._store.append(*entries)

    def read(self, after: int = 0, kinds: Collection[type[Entry]] = ()) -> Iterator[Row]:
        return self._store.read(after, kinds)

    def row(self, seq: int) -> Row | None:
        return self._store.row(seq)

    def latest(self, kind: type[Entry]) -> Row | None:
        return self._store.latest(kind)

    def last(self, kind: type[Entry], count: int) -> tuple[Row, ...]:
        return self._store.last(kind, count)

    def verify(self) -> int:
        return self._store.verify()

    def close(self) -> None:
        """Keep it: it is opened again after a power cut."""


class _MemoryDisk(Disk):
    """A disk for the latch that refuses while it is told to, and can be damaged."""

    def __init__(self) -> None:
        self._files: dict[Path, bytes] = {}
        self.refuses = False

    def read(self, path: Path) -> bytes | None:
        return self._files.get(path)

    def write(self, path: Path, data: bytes) -> None:
        if self.refuses:
            raise JournalError(_REFUSED)
        self._files[path] = data

    def rename(self, path: Path, name: Path) -> None:
        self._files[name] = self._files.pop(path)

    def sync_folder(self, folder: Path) -> None:
        """Names are kept at once."""

    def damage(self, path: Path) -> None:
        """Change one byte of a file, where it is there."""
        if path in self._files:
            data = bytearray(self._files[path])
            data[len(data) // 2] ^= 0x20
            self._files[path] = bytes(data)


class RehearsedDiary:
    """Makes entries durable in memory, as far as the faults let it."""

    def __init__(self, troubles: Troubles, store: Store) -> None:
        """Take the faults and where entries are kept; opened by `open`."""
        self._troubles = troubles
        self._store = _FailingStore(store)
        self._disk = _MemoryDisk()
        self._keeper: Keeper | None = None
        self._waiting: list[Entry] = []
        self._held = False
        self._since = Frames(0)
        self._now = Frames(0)
        self._tried = Frames(0)
        self._handed = 0
        self._durable = 0
        self.fault = ""

    def open(self) -> Found:
        """Start as after a boot: find out how things stand, and close what was cut off."""
        self._waiting, self._held, self.fault = [], False, ""
        self._durable = self._handed
        self._keeper = Keeper(self._store, Latch(_FOLDER, self._disk))
        return self._keeper.found

    def cut(self, now: Frames) -> None:
        """Lose what waits, as a power cut does; where the latch is to be damaged it is."""
        self._waiting.clear()
        self._keeper = None
        if Act.LATCH_DAMAGED in self._troubles.on(now):
            self._disk.damage(_FOLDER / FILE)

    def note(self, *entries: Entry) -> Settled:
        """Hand entries over; returns what tells whether they are durable by now."""
        if not self._waiting:
            self._since = self._now
        self._waiting += entries
        self._handed += len(entries)
        wanted = self._handed
        if not self.fault and _SLOWED.isdisjoint(self._troubles.on(self._now)):
            self._write()
        return lambda: self._durable >= wanted

    def advance(self, now: Frames) -> None:
        """Let time pass to a played frame: write what waits, or try again."""
        self._now = now
        acts = self._troubles.on(now)
        self._store.refuses = Act.JOURNAL_REFUSES in acts
        self._disk.refuses = Act.LATCH_REFUSES in acts
        due = self.next_due
        if due is None or now < due:
            return
        if Act.JOURNAL_HANGS in acts:
            self.fault = self.fault or "The disk does not answer."
            self._tried = now
        else:
            self._write()

    @property
    def next_due(self) -> Frames | None:
        """Return the next frame at which it has something to do; None where nothing waits."""
        if not self._waiting and not self._held:
            return None
        if self.fault:
            return Frames(self._tried + _AGAIN)
        acts = self._troubles.on(self._now)
        if Act.JOURNAL_HANGS in acts:
            return Frames(self._since + ANSWERS_WITHIN)
        return Frames(self._since + _SLOW) if Act.JOURNAL_SLOW in acts else self._now

    @property
    def lock(self) -> int:
        """Return the lock by what is kept: 0 none, 1 caution, 2 urgent; 0 while nothing is open."""
        return 0 if self._keeper is None else self._keeper.standing.lock

    def _write(self) -> None:
        if self._keeper is None:
            return
        self._tried = self._now
        entries, self._waiting = self._waiting, []
        try:
            self._keeper.note(*entries)
        except JournalError as failure:
            self.fault = str(failure)
            self._held = True  # the keeper keeps them, and writes them with the next
            return
        self._held, self.fault, self._durable = False, "", self._handed
