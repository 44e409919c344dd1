"""The time as far as the machine can tell: synchronized, told by a carer, or known to nobody."""

from datetime import UTC, datetime, timedelta

import pytest

from coach.journal.entries import ClockKnown, Stamp
from coach.plan.daytime import Span
from coach.plan.elapsed import Local, Reading
from coach.runtime.timekeeper import FILE, Timekeeper, quiet_at, tell_clock, told_clock

NOON = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
HOUR_MS = 3_600_000


class Pi:
    """A machine whose wall clock is as far off as it is told to be."""

    def __init__(self):
        self.uptime_ms = 0
        self.off = timedelta()
        self.right = False
        self.told = None
        self.ahead = timedelta(hours=1)

    def now(self):
        wall = NOON + timedelta(milliseconds=self.uptime_ms) + self.off
        return Stamp(wall.isoformat(timespec="milliseconds"), "boot", self.uptime_ms)

    def keeper(self):
        return Timekeeper(self, lambda: self.right, lambda _boot: self.told, lambda _utc_ms: self.ahead)


@pytest.fixture
def pi():
    return Pi()


def test_nobody_knows_the_time_of_a_clock_that_nobody_keeps(pi):
    reading, noted = pi.keeper().reading()

    assert (reading.local, reading.utc_ms, noted) == (None, None, ())


def test_a_synchronized_clock_is_known_from_then_on_whatever_becomes_of_it(pi):
    keeper, pi.right = pi.keeper(), True
    first, noted = keeper.reading()
    pi.uptime_ms, pi.off, pi.right = 2 * HOUR_MS, timedelta(days=-3650), False
    later, more = keeper.reading()

    assert (first.local.minute, noted) == (13 * 60, (ClockKnown(),))
    assert (later.local.minute, later.utc_ms - first.utc_ms, more) == (15 * 60, 2 * HOUR_MS, ())


def test_a_clock_that_is_corrected_is_journaled_again_and_a_trim_is_not(pi):
    keeper, pi.right = pi.keeper(), True
    keeper.reading()
    pi.off = timedelta(seconds=1)
    trimmed = keeper.reading()[1]
    pi.off = timedelta(minutes=5)

    assert (trimmed, keeper.reading()[1]) == ((), (ClockKnown(),))


def test_summer_time_comes_by_itself(pi):
    keeper, pi.right = pi.keeper(), True
    before = keeper.reading()[0].local
    pi.ahead = timedelta(hours=2)
    after, noted = keeper.reading()

    assert after.local.minute - before.minute == 60
    assert noted == (ClockKnown(),)


def test_what_a_carer_tells_is_good_for_planning_and_never_for_counting(tmp_path, pi):
    pi.uptime_ms = HOUR_MS
    tell_clock(tmp_path, pi.now(), datetime(2026, 3, 29, 23, 30))  # noqa: DTZ001 - the clock on her wall
    pi.told = told_clock(tmp_path, "boot")
    pi.uptime_ms = 2 * HOUR_MS
    reading, _ = pi.keeper().reading()

    day = datetime(2026, 3, 29).toordinal()  # noqa: DTZ001 - as above
    assert (reading.local, reading.utc_ms) == (Local(day + 1, 30), None)
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("spoil", [lambda path: path.write_text("{"), lambda path: path.unlink()])
def test_a_clock_of_another_boot_or_half_a_clock_is_none(tmp_path, pi, spoil):
    tell_clock(tmp_path, pi.now(), datetime(2026, 3, 29, 10, 0))  # noqa: DTZ001 - as above
    other = told_clock(tmp_path, "another boot")
    spoil(tmp_path / FILE)

    assert (other, told_clock(tmp_path, "boot")) == (None, None)


@pytest.mark.parametrize(
    ("local", "begun", "quiet"),
    [
        (Local(1, 22 * 60), False, True),
        (Local(1, 22 * 60), True, True),
        (Local(1, 12 * 60), False, False),
        (None, False, True),
        (None, True, False),
    ],
)
def test_where_nobody_knows_the_time_it_is_quiet_until_she_has_said_that_it_is_morning(local, begun, quiet):
    night = Span(begin=21 * 60, end=7 * 60)

    assert quiet_at(Reading("boot", 0, local), night, day_begun=begun) is quiet
