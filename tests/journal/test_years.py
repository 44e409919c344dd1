"""However long she has lived with it, no more is read than a month's history takes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from coach.journal.entries import Kept, NoticeDelivered, NoticeQueued, Recorded, SessionOpened
from coach.journal.history import history_of
from coach.journal.planning import schedule_state
from coach.journal.replay import session_entries
from coach.journal.standing import standing_of, summed_up
from coach.journal.store import MemoryStore, kept, last_session, open_session
from coach.journal.summing import unsummed
from coach.plan.timetable import timetable
from coach.program.quantity import Frequency, Origin
from coach.session.states import Screening

TODAY = date(2026, 11, 25)
FOUR = Frequency(origin=Origin.CLINICIAN, min=4, max=4)
MARGIN = 1.2
FEW = 300
"""Reading goes by batches, and up to 200 entries are read before they are summed up."""


class CountingStore(MemoryStore):
    """Counts the rows it hands out."""

    def __init__(self, clock):
        super().__init__(clock)
        self.read_rows = 0

    def read(self, after=0, kinds=()):
        for row in super().read(after, kinds):
            self.read_rows += 1
            yield row

    def last(self, kind, count):
        found = super().last(kind, count)
        self.read_rows += len(found)
        return found

    def counted(self, act):
        before = self.read_rows
        act(self)
        return self.read_rows - before


@pytest.fixture(scope="module")
def life(lives, sums):
    """A store after so many days, with the summaries and notices of four sessions each."""

    def life_(days):
        store = CountingStore(lives.HandClock())
        store.append(Kept("a", "dose"))
        begin = datetime(2026, 11, 25, 8, tzinfo=UTC) - timedelta(days=days - 1)
        for number in range(4 * days):
            at = begin + timedelta(days=number // 4, hours=3 * (number % 4))
            opened = SessionOpened(f"s{number}", "ankle-pumps", "en", 0, Screening.FIRST, "0.1.0", "a", "b", "c")
            first = store.append(opened)
            last = store.append(*(Recorded(rep, "reminded", {}) for rep in range(5)))
            store.append(sums.summed(f"{at:%Y-%m-%dT%H:%M}", first=first, last=last))
            if number % 8 == 0:
                store.append(NoticeQueued(str(number), "fault"), NoticeDelivered(str(number)))
            if number % 200 == 0:
                store.append(*summed_up(store))
        return store

    return life_


@pytest.fixture(scope="module")
def stores(life):
    return life(70), life(700)


@pytest.mark.parametrize(
    "act",
    [
        lambda store: history_of(store, FOUR, TODAY, 14),
        lambda store: history_of(store, FOUR, TODAY, 28),
        lambda store: schedule_state(store, timetable(None, FOUR)),
        standing_of,
        unsummed,
        open_session,
        last_session,
        lambda store: list(session_entries(store)),
        lambda store: kept(store, "a"),
    ],
    ids=[
        "history",
        "report",
        "schedule",
        "standing",
        "summing",
        "open session",
        "last session",
        "replay",
        "kept texts",
    ],
)
def test_ten_times_the_days_are_not_more_to_read(stores, act):
    short, long = (store.counted(act) for store in stores)

    assert long <= MARGIN * max(short, FEW)
