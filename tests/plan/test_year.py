"""A year by the bed, in fast simulated time: a person with moods, power cuts, a clock nobody knows, a clumsy carer."""

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from coach.journal.history import folded
from coach.journal.report.labels import load_labels
from coach.journal.report.page import Subject, report, sheet
from coach.plan.elapsed import DAY_MS, HOUR_MS, MINUTE_MS
from coach.plan.prescription import Prescription
from coach.plan.schedule import AskMorning, Missed, MorningTold, Offer, Replied, Reply, Stirred, barred
from coach.program.quantity import Frequency, Origin
from coach.session.effects import Outcome
from tests.conftest import loaded

HERE = Path(__file__).parent
DAYS = 365
FIRST = datetime(2025, 11, 26, tzinfo=UTC)
MEANT = Frequency(origin=Origin.SEED, src=("S0",), min=3, max=4)
ANSWERS = (Reply.YES,) * 15 + (Reply.LATER,) * 2 + (Reply.SILENCE,) * 2 + (Reply.NOT_TODAY,)


class Year:
    """Lives it, and keeps what a journal would."""

    def __init__(self, world, sums, seed):
        self.world, self.sums = world, sums
        self.dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self.sessions, self.missed, self.cuts, self.woken = [], 0, 0, 0
        self.origin_ms = world.true_ms

    @property
    def now(self):
        return FIRST + timedelta(milliseconds=self.world.true_ms - self.origin_ms)

    @property
    def asleep(self):
        return not 7 <= self.now.hour < 21

    def live(self):
        while self.world.true_ms - self.origin_ms < DAYS * DAY_MS:
            self.befall()
            for decision in self.world.wait(10):
                self.decide(decision)

    def befall(self):
        """Let something happen now and then."""
        world, luck = self.world, self.dice.random()
        if luck < 1 / 1500:
            world.cut(self.dice.randrange(12 * 60))
            self.cuts += 1
        elif luck < 1 / 100 and not world.synchronized:
            world.synchronized = self.dice.random() < 0.3
            if not world.synchronized:  # the carer sets the clock, in the morning instead of the evening perhaps
                world.told_ms = self.dice.choice((0, 12, -12, 1, 24 * 3650)) * HOUR_MS
        elif luck < 1 / 40 and not self.asleep:
            world.take(Stirred)
        elif luck < 1 / 30 and not self.asleep and barred(world.state, world.table) is None:
            self.exercise()

    def decide(self, decision):
        if isinstance(decision, Missed):
            self.missed += 1
            return
        self.woken += self.asleep and self.world.told_ms in (None, 0)
        if isinstance(decision, AskMorning):
            self.world.take(MorningTold, self.now.hour < 11)
        elif isinstance(decision, Offer):
            reply = Reply.SILENCE if self.asleep else self.dice.choice(ANSWERS)
            self.world.take(Replied, reply)
            if reply is Reply.YES:
                self.exercise()

    def exercise(self):
        at = f"{self.now:%Y-%m-%dT%H:%M}"
        self.world.exercise()
        luck = self.dice.random()
        self.sessions.append(
            self.sums.summed(
                at,
                reps=8 if luck < 0.05 else 20,
                efforts=(self.dice.choice(("easy", "all-right", "hard")),),
                clock_known=self.world.synchronized,
                **({"outcome": Outcome.SAFETY, "safety": "urgent", "lock": 2} if luck < 0.01 else {}),
            )
        )


@pytest.fixture(scope="module")
def year():
    sums = loaded(HERE.parent / "journal" / "sums.py")
    lived = Year(loaded(HERE / "test_schedule.py").World(), sums, seed=5)
    lived.live()
    return lived


def test_in_a_year_the_cap_is_never_exceeded_and_nobody_is_woken(year):
    begun, table = year.world.begun, year.world.table

    assert len(begun) > 500
    assert year.cuts > 20
    for first, last in zip(begun, begun[table.cap :], strict=False):
        assert last - first >= DAY_MS
    for over, start in zip(year.world.ended, begun[1:], strict=False):
        assert start - over >= table.gap_min * MINUTE_MS
    assert year.woken == 0


def test_a_physiotherapist_gets_a_year_on_a_page_and_on_a_sheet(year):
    history = folded(year.sessions, MEANT, (FIRST + timedelta(days=DAYS - 1)).date(), DAYS)
    labels = load_labels(HERE.parents[1] / "voices" / "en")
    subject = Subject(history, Prescription(name="Maria"), "Ankle pumps", {}, labels, "0.1.0")

    assert 0.4 < history.adherence() < 1
    assert history.since == date(2025, 11, 26)
    assert year.missed > 0
    assert f">{len(history.sessions)}<" in report(subject)
    assert "clock was not synchronized" in sheet(subject)
