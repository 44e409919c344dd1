"""What outlives a session: the lock, the red flag, and the notices that wait for delivery."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from coach.journal.entries import Entry, LockLifted, LockSet, NoticeDelivered, NoticeQueued, Stood
from coach.journal.store import Journal

_MANY: Final = 200
"""Entries that are read at a start, at most about; chosen: a few milliseconds."""
_KINDS: Final = (LockSet, LockLifted, NoticeQueued, NoticeDelivered)


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand."""

    lock: int = 0
    """0 none, 1 caution, 2 urgent."""
    red_flag: bool = False
    outbox: tuple[NoticeQueued, ...] = ()
    """Notices not delivered yet, oldest first."""

    def after(self, *entries: Entry) -> "Standing":
        """Return how things stand after some entries; most entries change nothing."""
        standing = self
        for entry in entries:
            match entry:
                case Stood():
                    standing = Standing(entry.lock, entry.red_flag, entry.outbox)
                case LockSet():
                    standing = replace(standing, lock=entry.lock, red_flag=entry.red_flag)
                case LockLifted():
                    standing = replace(standing, lock=0, red_flag=False)
                case NoticeQueued():
                    waiting = tuple(notice for notice in standing.outbox if notice.id != entry.id)
                    standing = replace(standing, outbox=(*waiting, entry))
                case NoticeDelivered():
                    waiting = tuple(notice for notice in standing.outbox if notice.id != entry.id)
                    standing = replace(standing, outbox=waiting)
        return standing

    def stricter(self, other: "Standing") -> "Standing":
        """Return the stricter of two accounts: the higher lock, any red flag, every notice."""
        there = {notice.id for notice in self.outbox}
        more = tuple(notice for notice in other.outbox if notice.id not in there)
        return Standing(max(self.lock, other.lock), self.red_flag or other.red_flag, self.outbox + more)


def standing_of(journal: Journal) -> Standing:
    """Return how things stand according to the journal."""
    return Standing().after(*_since(journal))


def summed_up(journal: Journal) -> tuple[Stood, ...]:
    """Return what is to be journaled so that the next start need not read far back; nothing while that is near."""
    entries = tuple(_since(journal))
    if len(entries) <= _MANY:
        return ()
    standing = Standing().after(*entries)
    return (Stood(standing.lock, standing.red_flag, standing.outbox),)


def _since(journal: Journal) -> Iterator[Entry]:
    """Go through what changed how things stand, from the last summary on."""
    latest = journal.latest(Stood)
    return (row.entry for row in journal.read(0 if latest is None else latest.seq - 1, kinds=(Stood, *_KINDS)))
