"""The time, as far as this machine can tell: what a service that runs for years plans by.

1. The clock that counts since the boot is always right; the wall clock only where it was found synchronized in this
   boot. From then on the true time is reckoned from the boot's, whatever becomes of the wall clock.
2. Where nobody synchronizes the clock a carer may tell the time (`coach setup clock`). It is good for planning the
   day, never for counting how much was done; and it is forgotten with the boot, for nobody knows how long it was dark.
3. Daylight saving is the system's: the local time is that of its zone at the true time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from coach.disk import Disk
from coach.errors import CoachError, SettingsError
from coach.journal.entries import Clock, ClockKnown, Entry, Stamp
from coach.journal.planning import Known, known_from
from coach.plan.daytime import DAY, Span
from coach.plan.elapsed import MINUTE_MS, Local, Reading

FILE: Final = "clock.json"
"""Where the carer's clock stands in the data folder."""
_CORRECTED_MS: Final = 2000
"""The clock is trimmed all the time; a step above this is worth an entry; chosen."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class ToldClock(BaseModel):
    """The time as a carer told it; good for one boot."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    boot: str
    uptime_ms: int
    day: int
    """Days since the beginning of the calendar."""
    minute: int
    """Minutes since midnight."""

    def local(self, uptime_ms: int) -> Local:
        """Return what the clock on the wall shows now."""
        days, minute = divmod(self.minute + (uptime_ms - self.uptime_ms) // MINUTE_MS, DAY)
        return Local(self.day + days, minute)


def tell_clock(data: Path, stamp: Stamp, local: datetime) -> None:
    """Keep what time it is, as a carer tells it.

    Raises:
        SettingsError: The disk refuses.
    """
    told = ToldClock(
        boot=stamp.boot, uptime_ms=stamp.uptime_ms, day=local.toordinal(), minute=60 * local.hour + local.minute
    )
    Disk(SettingsError).replace(data / FILE, told.model_dump_json().encode())


def told_clock(data: Path, boot: str) -> ToldClock | None:
    """Return the time as a carer told it in this boot; None where nobody did."""
    try:
        raw = Disk(SettingsError).read(data / FILE)
        told = None if raw is None else ToldClock.model_validate_json(raw)
    except (CoachError, ValidationError):
        return None  # half a clock is none
    return told if told is not None and told.boot == boot else None


class Trusted(Protocol):
    """Tells whether the wall clock is kept right just now."""

    def __call__(self) -> bool:
        """Return whether it is synchronized."""


def zone_of(utc_ms: int) -> timedelta:
    """Return how far the local time is ahead of UTC at a true time, by the system's zone."""
    at = _EPOCH + timedelta(milliseconds=utc_ms)
    return at.astimezone().utcoffset() or timedelta()


@dataclass(slots=True)
class Timekeeper:
    """Reads the clocks; one for each run of the service."""

    clock: Clock
    trusted: Trusted
    told: Callable[[str], ToldClock | None]
    """Returns what a carer told in a boot."""
    zone: Callable[[int], timedelta] = zone_of
    known: Known | None = None
    """What is known of this boot; None where its clock was never synchronized."""

    def reading(self) -> tuple[Reading, tuple[Entry, ...]]:
        """Return when it is, and what is to be journaled of it: that the clock is known, or was corrected."""
        stamp = self.clock.now()
        noted = self._look(stamp) if self.trusted() else ()
        known = self.known
        if known is None:
            told = self.told(stamp.boot)
            local = None if told is None else told.local(stamp.uptime_ms)
            return Reading(stamp.boot, stamp.uptime_ms, local), noted
        utc_ms = known.offset_ms + stamp.uptime_ms
        if (zone := self.zone(utc_ms)) != known.zone:
            self.known = known = Known(known.offset_ms, zone)
            noted = noted or ((ClockKnown(),) if self.trusted() else ())
        return Reading(stamp.boot, stamp.uptime_ms, known.local(stamp.uptime_ms), utc_ms), noted

    def _look(self, stamp: Stamp) -> tuple[Entry, ...]:
        now = known_from(stamp)
        if self.known is not None and abs(now.offset_ms - self.known.offset_ms) < _CORRECTED_MS:
            return ()
        self.known = Known(now.offset_ms, self.zone(now.offset_ms + stamp.uptime_ms))
        return (ClockKnown(),)


def quiet_at(reading: Reading, quiet: Span, *, day_begun: bool) -> bool:
    """Return whether it is a quiet hour: where nobody knows the time it is, until she has said that it is morning."""
    if reading.local is None:
        return not day_begun
    return quiet.holds(reading.local.minute)
