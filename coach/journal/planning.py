"""What the schedule remembers, folded from the journal: after a restart it goes on where it was.

Sessions are journaled anyway; beside them stands what was offered, answered and missed (`Planned`). When something
was is told by the clock that counts since the boot, and by the wall clock only where it was found synchronized
(`ClockKnown`) at any time of the same boot.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from coach.journal.entries import (
    ClockKnown,
    Entry,
    Planned,
    Recorded,
    SessionEnded,
    SessionOpened,
    SessionSummed,
    Stamp,
)
from coach.journal.store import Journal, Row
from coach.plan.elapsed import Local, Reading
from coach.plan.schedule import Began, Looked, Occurred, Over, State, Step, barred, step
from coach.plan.timetable import Timetable
from coach.session.care import Barred

_KINDS: Final = (ClockKnown, Planned, Recorded, SessionEnded, SessionOpened)
_MORE: Final = 8
"""Sessions read beside those the cap counts: some were not begun."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Known:
    """What a synchronized clock tells of a boot."""

    offset_ms: int
    """Add it to the time since the boot for the milliseconds since 1970."""
    zone: timedelta
    """Difference of the local time from UTC."""

    def local(self, uptime_ms: int) -> Local:
        """Return what the clock on the wall showed then."""
        at = _EPOCH + timedelta(milliseconds=self.offset_ms + uptime_ms) + self.zone
        return Local(at.toordinal(), 60 * at.hour + at.minute)


def known_from(stamp: Stamp) -> Known:
    """Return what is known of a boot from a stamp whose wall clock was synchronized."""
    at = datetime.fromisoformat(stamp.wall)
    offset = at.utcoffset() or timedelta()
    return Known(round((at - _EPOCH).total_seconds() * 1000) - stamp.uptime_ms, offset)


def reading(stamp: Stamp, known: Known | None, *, told: bool = False) -> Reading:
    """Return a stamp as the schedule reads it.

    Args:
        stamp: When it was.
        known: What is known of its boot; None where its clock was never synchronized.
        told: A carer has set the clock in this boot: its wall clock is good for planning, not for counting.
    """
    if known is not None:
        return Reading(stamp.boot, stamp.uptime_ms, known.local(stamp.uptime_ms), known.offset_ms + stamp.uptime_ms)
    if not told:
        return Reading(stamp.boot, stamp.uptime_ms)
    at = datetime.fromisoformat(stamp.wall)
    return Reading(stamp.boot, stamp.uptime_ms, Local(at.toordinal(), 60 * at.hour + at.minute))


def known_boots(journal: Journal, after: int = 0) -> Mapping[str, Known]:
    """Return what is known of the boots whose clocks were found synchronized behind a row."""
    return {row.stamp.boot: known_from(row.stamp) for row in journal.read(after, kinds=(ClockKnown,))}


def schedule_state(journal: Journal, table: Timetable) -> State:
    """Return what the schedule remembers; a session that is still open counts as under way."""
    summed = journal.last(SessionSummed, table.cap + _MORE)
    after = min((row.entry.first for row in summed if isinstance(row.entry, SessionSummed)), default=1) - 1
    known = known_boots(journal, after)
    state = State()
    for row in journal.read(after, kinds=_KINDS):
        state, _ = _taken(state, row, known.get(row.stamp.boot), table)
    return state


def barred_now(journal: Journal, table: Timetable, stamp: Stamp) -> Barred | None:
    """Return why no session may begin at a time, or None where one may."""
    known = known_boots(journal).get(stamp.boot)
    state, _ = step(schedule_state(journal, table), Looked(reading(stamp, known), able=False), table)
    return barred(state, table)


def changes(before: State, after: State) -> bool:
    """Return whether a step changed more than what time it is, so that it is worth keeping."""
    return replace(after, track=before.track) != before


def _taken(state: State, row: Row, known: Known | None, table: Timetable) -> Step:
    event = _event(row.entry, reading(row.stamp, known))
    if event is None:
        return replace(state, track=state.track.seen(reading(row.stamp, known))), ()
    return step(state, event, table)


def _event(entry: Entry, at: Reading) -> Occurred | None:
    match entry:
        case Planned():
            return entry.event
        case Recorded(kind="begun"):
            return Began(at)
        case SessionEnded():
            return Over(at)
    return None
