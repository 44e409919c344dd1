"""Rules of `coach/journal/store.py`, faced by every store."""

import itertools

import pytest

from coach.errors import JournalError
from coach.journal.entries import (
    ClockSet,
    Kept,
    LockLifted,
    LockSet,
    Recorded,
    SessionEnded,
    SessionOpened,
    Stamp,
)
from coach.journal.sqlite import SqliteStore
from coach.journal.store import GENESIS, Head, MemoryStore, kept, last_session, open_session
from coach.session.effects import Outcome
from coach.session.states import Screening


class CountingClock:
    def __init__(self):
        self._ticks = itertools.count()

    def now(self):
        return Stamp("2026-11-23T07:30:00+01:00", "boot-1", next(self._ticks))


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path):
    made = MemoryStore(CountingClock()) if request.param == "memory" else SqliteStore(tmp_path, CountingClock())
    yield made
    made.close()


def opened(name):
    return SessionOpened(name, "ankle-pumps", "en", 7, Screening.FIRST, "0.1.0", "dose", "lengths", "pack")


def test_an_empty_store_has_the_genesis_for_its_head(store):
    assert store.head == Head(0, GENESIS)
    assert store.verify() == 0
    assert list(store.read()) == []


def test_rows_are_numbered_from_one_without_a_gap(store):
    last = [store.append(ClockSet(1.0)), store.append(LockSet(1), LockSet(2)), store.append(LockLifted("carer"))]

    assert last == [1, 3, 4]
    assert [row.seq for row in store.read()] == [1, 2, 3, 4]
    assert store.verify() == 4


def test_what_is_read_is_what_was_written(store):
    entries = (LockSet(2, red_flag=True), Recorded(5, "answered", {"answer": "ja, größer", "try": 2}), opened("s1"))

    store.append(*entries)

    assert tuple(row.entry for row in store.read()) == entries


def test_a_row_carries_the_digest_of_the_one_before_it(store):
    store.append(ClockSet(1.0), ClockSet(2.0), ClockSet(3.0))

    rows = list(store.read())

    assert [row.previous for row in rows] == [GENESIS, rows[0].digest, rows[1].digest]
    assert store.head == Head(3, rows[2].digest)


def test_equal_entries_have_different_digests(store):
    store.append(ClockSet(1.0), ClockSet(1.0))

    first, second = store.read()

    assert first.digest != second.digest


def test_rows_of_one_append_have_one_stamp(store):
    store.append(ClockSet(1.0), ClockSet(2.0))
    store.append(ClockSet(3.0))

    assert [row.stamp.uptime_ms for row in store.read()] == [0, 0, 1]


def test_appending_nothing_changes_nothing(store):
    store.append(ClockSet(1.0))

    assert store.append() == 1
    assert store.verify() == 1


def test_rows_can_be_read_from_a_number_on_and_by_kind(store):
    store.append(LockSet(1), ClockSet(1.0), LockSet(2), LockLifted("carer"))

    assert [row.seq for row in store.read(after=2)] == [3, 4]
    assert [row.seq for row in store.read(kinds=(LockSet, LockLifted))] == [1, 3, 4]
    assert [row.seq for row in store.read(after=1, kinds=(LockSet,))] == [3]
    assert list(store.read(after=4)) == []


def test_more_rows_than_a_page_are_read_in_order(store):
    store.append(*(ClockSet(float(number)) for number in range(1203)))

    assert [row.entry.by_s for row in store.read(after=3)] == [float(number) for number in range(3, 1203)]
    assert store.verify() == 1203


def test_reading_goes_on_while_rows_are_added(store):
    store.append(*(ClockSet(0.0) for _ in range(3)))

    reading = store.read()
    next(reading)
    store.append(ClockSet(9.0))

    assert [row.seq for row in reading][:2] == [2, 3]


def test_one_row_can_be_looked_up(store):
    store.append(LockSet(1), LockSet(2))

    assert store.row(2).entry == LockSet(2)
    assert store.row(0) is None
    assert store.row(3) is None


def test_the_latest_row_of_a_kind_is_found(store):
    store.append(LockSet(1), LockSet(2), ClockSet(1.0))

    assert store.latest(LockSet).entry == LockSet(2)
    assert store.latest(LockLifted) is None


def test_an_entry_that_cannot_be_written_leaves_no_row_behind(store):
    with pytest.raises(JournalError, match="cannot be written"):
        store.append(ClockSet(1.0), ClockSet(float("nan")))

    assert store.verify() == 0
    assert store.append(ClockSet(2.0)) == 1


def test_the_last_session_and_the_open_one_are_known(store):
    assert last_session(store) is None
    assert open_session(store) is None

    store.append(opened("s1"), SessionEnded("s1", Outcome.COMPLETED), opened("s2"))

    assert last_session(store).entry.session == "s2"
    assert open_session(store).entry.session == "s2"

    store.append(SessionEnded("s2", Outcome.STOPPED))

    assert last_session(store).entry.session == "s2"
    assert open_session(store) is None


def test_kept_texts_are_found_under_their_digest(store):
    store.append(Kept("one", "first"), Kept("two", "second"))

    assert kept(store, "two") == "second"
    assert kept(store, "three") is None
