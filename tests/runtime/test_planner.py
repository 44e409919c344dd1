"""The schedule beside a running coach: every offer is closed, and what it remembers comes back from the journal."""

import pytest

from coach.commands import Command
from coach.journal.entries import Planned
from coach.plan.elapsed import Local, Reading
from coach.plan.prescription import Schedule
from coach.plan.schedule import Replied, Reply, State, Stirred
from coach.plan.timetable import timetable
from coach.program.quantity import Frequency, Origin
from coach.runtime.planner import Planner
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.effects import Outcome, Say
from coach.session.states import Phase

MINUTE_MS = 60_000
FOUR = timetable(Schedule(minimum_gap_min=60), Frequency(origin=Origin.INFER, min=3, max=4))
"""Offered at 9:30, 12:30, 15:30 and 18:30."""
ASKED = fx.Record("asked", {"question": "offer", "try": 1})


class Day:
    def __init__(self, *, known=True):
        self.minute, self.known = 9 * 60, known
        self.noted = []
        self.planner = Planner(FOUR, State(), self.noted.append)
        self.planner.start(self.at())
        self.look()

    def at(self):
        return Reading("boot", self.minute * MINUTE_MS, Local(1, self.minute) if self.known else None)

    def look(self, *, able=True):
        return self.planner.look(self.at(), able=able)

    def took(self, event, *effects, phase=Phase.IDLE):
        return self.planner.took(self.at, event, effects, phase)

    def until(self, minute):
        self.minute = minute
        return self.look()

    def offer(self):
        assert self.until(9 * 60 + 30) is ev.SessionFellDue
        self.took(ev.SessionFellDue(0), ASKED, phase=Phase.OFFER)

    def replies(self):
        events = [entry.event for entry in self.noted if isinstance(entry, Planned)]
        return [event.reply for event in events if isinstance(event, Replied)]


@pytest.fixture
def day():
    return Day()


@pytest.mark.parametrize(
    ("event", "effects", "reply"),
    [
        (ev.Heard(0, Command.YES), (fx.Record("wanted"),), Reply.YES),
        (ev.Heard(0, Command.LATER), (fx.Record("put-off", {"why": "later"}),), Reply.LATER),
        (ev.Heard(0, Command.NOT_TODAY), (fx.Record("put-off", {"why": "not-today"}),), Reply.NOT_TODAY),
        (ev.TimerFired(0), (fx.Record("let-be"),), Reply.SILENCE),
        (ev.Heard(0, Command.PAIN), (fx.Record("maybe", {"source": "rest"}),), Reply.LATER),
        (ev.HearingLost(0), (fx.Record("let-be"),), Reply.LATER),
    ],
)
def test_whatever_becomes_of_an_offer_it_is_closed(day, event, effects, reply):
    day.offer()
    day.took(event, *effects)

    assert day.replies() == [reply]


def test_an_offer_that_never_came_to_be_asked_is_made_again(day):
    day.until(9 * 60 + 30)

    assert day.until(9 * 60 + 31) is None
    assert day.replies() == [Reply.LATER]
    assert day.until(10 * 60 + 2) is ev.SessionFellDue


def test_later_said_before_the_exercise_began_puts_the_session_off(day):
    day.offer()
    day.took(ev.Heard(0, Command.YES), fx.Record("wanted"))
    day.took(
        ev.Heard(0, Command.LATER),
        fx.Record("ended", {"outcome": "refused", "reason": "later"}),
        fx.EndSession(Outcome.REFUSED),
    )

    assert day.until(9 * 60 + 45) is None
    assert day.until(10 * 60 + 1) is ev.SessionFellDue


def test_nothing_is_offered_while_it_cannot_be(day):
    day.minute = 9 * 60 + 30

    assert day.look(able=False) is None


def test_one_word_by_voice_may_be_the_televisions_and_two_are_hers():
    day = Day(known=False)
    first = day.took(ev.Heard(0, Command.START))
    day.minute += 5
    second = day.took(ev.Heard(0, Command.START))

    assert (first, second) == (False, True)
    assert [type(entry.event) for entry in day.noted][-1] is Stirred
    assert day.until(day.minute + 1) is ev.DayUnknown


def test_a_key_shows_at_once_that_somebody_is_awake():
    assert Day(known=False).took(ev.StopRequested(0))


def test_nobody_who_groans_counts_as_awake():
    day = Day(known=False)
    day.took(ev.Heard(0, Command.VOCAL_DISTRESS))
    day.took(ev.Heard(0, Command.VOCAL_DISTRESS))

    assert day.until(day.minute + 1) is None


@pytest.mark.parametrize(
    ("minute", "said"),
    [
        (6 * 60 + 30, Say("serve.next-hours", {"n": 3})),
        (8 * 60 + 25, Say("serve.next-hour")),
        (9 * 60 + 5, Say("serve.next-minutes", {"n": 20})),
        (9 * 60 + 40, Say("serve.next-now")),
        (22 * 60, Say("serve.next-none")),
    ],
)
def test_what_is_next_is_told_in_words_that_need_no_clock(day, minute, said):
    day.minute = minute

    assert day.planner.next_told(day.at()) == said


def test_where_nothing_is_planned_that_is_told():
    free = timetable(None, Frequency(origin=Origin.INFER, min=1, max=2))

    assert Planner(free, State(), print).next_told(Reading("boot", 0)) == Say("serve.next-free")
