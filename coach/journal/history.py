"""What was done, day by day, and how it compares with what was prescribed. Pure: folded from summaries of sessions."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from coach.journal.entries import SessionSummed
from coach.journal.store import Journal
from coach.journal.summing import calls_at_rest, last_summaries, stops_at_rest
from coach.program.quantity import Frequency
from coach.session.effects import Outcome

WEEK = 7
_BATCH = 64
"""Summaries read back at first; as many again until the first day is reached."""
_JUMPY = timedelta(days=7)
"""How far the wall clock may have been off on a day: so much further back is read; chosen."""


@dataclass(frozen=True)
class Day:
    """One day, as the clock on the wall called it."""

    date: date
    sessions: tuple[SessionSummed, ...]
    """In their order, also those in which nothing was exercised."""

    @cached_property
    def exercised(self) -> tuple[SessionSummed, ...]:
        """The sessions in which at least one repetition was done."""
        return tuple(session for session in self.sessions if reps_of(session))

    @property
    def completed(self) -> int:
        """How many sessions were done to their end."""
        return sum(session.outcome is Outcome.COMPLETED for session in self.sessions)

    @property
    def reps(self) -> int:
        """Repetitions of all exercises."""
        return sum(reps_of(session) for session in self.sessions)

    @property
    def marks(self) -> Mapping[str, int]:
        """How often pain was spoken of, how often it was stopped ..., by kind of record."""
        total: Counter[str] = Counter()
        for session in self.sessions:
            total.update(session.marks)
        return total

    @property
    def sure(self) -> bool:
        """Whether the clock was synchronized in every session, so that it was this day for certain."""
        return all(session.clock_known for session in self.sessions)


@dataclass(frozen=True)
class History:
    """Some days up to today, without a gap; days on which nothing happened are there, too."""

    days: tuple[Day, ...]
    meant: Frequency
    """Sessions a day that are prescribed now, fewest and most."""

    @property
    def today(self) -> Day:
        """The last day."""
        return self.days[-1]

    @property
    def yesterday(self) -> Day:
        """The day before today; an empty one where only today is known."""
        return self.days[-2] if len(self.days) > 1 else Day(self.today.date - timedelta(days=1), ())

    @property
    def week(self) -> tuple[Day, ...]:
        """The seven days before today, or fewer where there are no more."""
        return self.days[-WEEK - 1 : -1]

    @property
    def sessions(self) -> tuple[SessionSummed, ...]:
        """Every session, oldest first."""
        return tuple(session for day in self.days for session in day.sessions)

    @cached_property
    def since(self) -> date | None:
        """The first day on which something was exercised; None where there is none."""
        return next((day.date for day in self.days if day.exercised), None)

    def from_the_first(self) -> "History":
        """Return the same without the days before the first session; today at least."""
        first = next((number for number, day in enumerate(self.days) if day.sessions), len(self.days) - 1)
        return History(self.days[first:], self.meant)

    def adherence(self, days: Sequence[Day] | None = None) -> float | None:
        """Return which part of what was prescribed was done, 0 to 1; None where nothing was meant or known.

        A day counts at most in full: more on one day does not make up for less on another. Today does not count
        before it is over, nor a day before the first exercise.
        """
        counted = [
            day
            for day in (self.days if days is None else days)
            if self.since is not None and self.since <= day.date < self.today.date
        ]
        if not counted or not self.meant.min:
            return None
        return sum(min(len(day.exercised), self.meant.min) for day in counted) / (self.meant.min * len(counted))


def history_of(journal: Journal, meant: Frequency, today: date, days: int) -> History:
    """Return the history of the last days, today included, with safety stops and unanswered calls for help at rest.

    Args:
        journal: Where the sessions are kept.
        meant: Sessions a day that are prescribed now.
        today: The present day on the wall clock.
        days: How many days, 1 or more.
    """
    first, count = today - timedelta(days=days - 1) - _JUMPY, _BATCH
    found = last_summaries(journal, count)
    while len(found) >= count and day_of(found[0]) >= first:
        count *= 2
        found = last_summaries(journal, count)
    # What lies before the first of so many sessions lies before the days that are told.
    after = found[0].first if len(found) >= count else 0
    resting = (*stops_at_rest(journal, found, after), *calls_at_rest(journal, after))
    if resting:
        found = tuple(sorted((*found, *resting), key=lambda session: session.first))
    return folded(found, meant, today, days)


def folded(sessions: Iterable[SessionSummed], meant: Frequency, today: date, days: int) -> History:
    """Return the history of some sessions; those of other days, and of days to come, are left out."""
    first = today - timedelta(days=days - 1)
    by_day: dict[date, list[SessionSummed]] = {first + timedelta(days=number): [] for number in range(days)}
    for session in sessions:
        if (day := day_of(session)) in by_day:
            by_day[day].append(session)
    return History(tuple(Day(day, tuple(found)) for day, found in by_day.items()), meant)


def day_of(session: SessionSummed) -> date:
    """Return the day on which a session was opened, as the wall clock called it."""
    return date.fromisoformat(session.opened[:10])


def reps_of(session: SessionSummed) -> int:
    """Return the repetitions done in a session, of all its exercises."""
    return sum(work.reps for work in session.works)


def hardest(efforts: Iterable[str]) -> str:
    """Return how it mostly felt: ``easy``, ``all-right`` or ``hard``; the harder where two are even; empty for none."""
    told = Counter(efforts)
    order = ("easy", "all-right", "hard")
    known = [effort for effort in order if told[effort]]
    return max(known, key=lambda effort: (told[effort], order.index(effort)), default="")
