"""What outlives a session: the lock, the red flag, and the notices that wait for delivery."""

from dataclasses import dataclass, replace
from typing import Final

from coach.journal.entries import Entry, LockLifted, LockSet, NoticeDelivered, NoticeQueued
from coach.journal.store import Journal

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
    return Standing().after(*(row.entry for row in journal.read(kinds=_KINDS)))
