"""When sessions are offered on a day: the prescription's times, or so many spread over the hours she is awake."""

from dataclasses import dataclass
from typing import Final

from coach.plan.daytime import DAY, Span, offered_hours
from coach.plan.prescription import GAP_MIN, QUIET, WAKING, Schedule
from coach.program.quantity import Frequency

LATE_MIN: Final = 120
"""How long behind its time a session is still offered, at most; chosen: then the next is nearer on most days."""
_LEAST_LATE_MIN: Final = 15
"""How long it is offered at least, where the next one follows soon."""
_ROUND_MIN: Final = 5


@dataclass(frozen=True, slots=True)
class Slot:
    """A session of the day."""

    begin: int
    """Minutes since midnight from which it is offered."""
    end: int
    """Minutes since midnight from which it no longer is; may lie beyond midnight."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """A day's sessions."""

    slots: tuple[Slot, ...]
    """In the order of the day."""
    quiet: Span
    """Nothing is offered."""
    waking_min: int
    """Minutes over which the day's sessions are spread."""
    gap_min: int
    """Least minutes from the end of a session to the next one."""
    cap: int
    """Most sessions in any 24 hours."""

    @property
    def interval_min(self) -> int:
        """Minutes from one session to the next where nobody knows the time of the day."""
        return max(self.waking_min // max(len(self.slots), 1), self.gap_min)


def timetable(schedule: Schedule | None, often: Frequency) -> Timetable:
    """Return a day's sessions.

    Args:
        schedule: The prescription's; None where nothing is to be offered.
        often: Sessions a day, fewest and most; the most are offered, and are the cap.
    """
    if schedule is None:
        return Timetable((), QUIET, WAKING.length, GAP_MIN, often.max)
    begin, length = offered_hours(schedule.waking, schedule.quiet)
    gap = schedule.minimum_gap_min
    most = min(often.max, length // gap + 1)
    times = schedule.times or tuple(_spread(begin, length, most))
    return Timetable(_slots(times, schedule.quiet, gap), schedule.quiet, length, gap, often.max)


def _spread(begin: int, length: int, count: int) -> list[int]:
    """Return times in the middle of equal parts of the day, so that neither the first nor the last is at its edge."""
    middles = [begin + length * (2 * number + 1) // (2 * count) for number in range(count)]
    return sorted(_ROUND_MIN * (middle // _ROUND_MIN) % DAY for middle in middles)


def _slots(times: tuple[int, ...], quiet: Span, gap: int) -> tuple[Slot, ...]:
    slots = []
    for number, begin in enumerate(times):
        following = times[number + 1] - gap if number + 1 < len(times) else DAY + times[0] - gap
        silent = next(minute for minute in range(begin, begin + DAY + 1) if quiet.holds(minute % DAY))
        end = min(begin + LATE_MIN, max(following, begin + _LEAST_LATE_MIN), silent)
        slots.append(Slot(begin, end))
    return tuple(slots)
