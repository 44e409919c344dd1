"""The clocks of the machine by the bed in simulated time: the true time, the wall clock, and the zone she lives in."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final

from coach.journal.entries import Stamp
from coach.runtime.timekeeper import ToldClock

BEGINS: Final = datetime(2025, 11, 26, 20, 0, tzinfo=UTC)
"""The evening on which the coach comes to the bed."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BEGINS_MS: Final = round((BEGINS - _EPOCH).total_seconds() * 1000)


class Machine:
    """A Raspberry Pi without a clock of its own: the true time, and what it takes for the time."""

    def __init__(self) -> None:
        """Begin in the evening, with the clock right."""
        self.true_ms = 0
        self.boots = 0
        self.booted_ms = 0
        self.off_ms = 0
        """How far off the wall clock is."""
        self.synchronized = True
        self.told: ToldClock | None = None
        self.told_off_ms = 0

    def now(self) -> Stamp:
        """Return the present by both clocks."""
        zone = zone_of(self.true_ms + self.off_ms + _BEGINS_MS)
        wall = BEGINS + timedelta(milliseconds=self.true_ms + self.off_ms)
        local = (wall + zone).replace(tzinfo=None).isoformat(timespec="milliseconds")
        hours, minutes = divmod(int(zone.total_seconds()) // 60, 60)
        return Stamp(f"{local}+{hours:02d}:{minutes:02d}", f"boot-{self.boots}", self.true_ms - self.booted_ms)

    @property
    def local(self) -> datetime:
        """Return what a clock on the wall that is right shows."""
        return BEGINS.replace(tzinfo=None) + timedelta(milliseconds=self.true_ms) + zone_of(self.true_ms + _BEGINS_MS)

    def boot(self, *, clock: bool, off_ms: int) -> None:
        """Start anew."""
        self.boots += 1
        self.booted_ms, self.told = self.true_ms, None
        self.synchronized, self.off_ms = clock, 0 if clock else off_ms


def zone_of(utc_ms: int) -> timedelta:
    """Return the zone of central Europe at a true time: an hour, and one more in summer."""
    at = _EPOCH + timedelta(milliseconds=utc_ms)
    spring, autumn = (_last_sunday(at.year, month) for month in (3, 10))
    return timedelta(hours=2 if spring <= at < autumn else 1)


@cache
def _last_sunday(year: int, month: int) -> datetime:
    last = date(year, month, 31)
    day = last - timedelta(days=(last.weekday() + 1) % 7)
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
