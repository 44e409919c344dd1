"""The schedule goes on after a restart where it was: what it remembers is folded from the journal."""

from datetime import UTC, datetime, timedelta

import pytest

from coach.journal.entries import ClockKnown, Planned, SessionSummed, Stamp
from coach.journal.planning import changes, known_boots, known_from, reading, schedule_state
from coach.journal.store import MemoryStore
from coach.journal.summing import unsummed
from coach.plan.elapsed import HOUR_MS, Local, Reading
from coach.plan.prescription import Schedule
from coach.plan.schedule import Looked, Missed, Offer, Replied, Reply, State, barred, step
from coach.plan.timetable import timetable
from coach.program.quantity import Frequency, Origin
from coach.session.care import Barred

FOUR = timetable(Schedule(minimum_gap_min=60), Frequency(origin=Origin.INFER, min=3, max=4))
MORNING = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture
def hand(lives):
    return lives.HandClock(MORNING)


@pytest.fixture
def store(hand):
    return MemoryStore(hand)


def now(store, hand):
    """Return what the schedule remembers just now."""
    state = schedule_state(store, FOUR)
    here = hand.now()
    return step(state, Looked(reading(here, known_boots(store).get(here.boot)), able=False), FOUR)[0]


def test_a_stamp_of_a_synchronized_boot_tells_true_and_local_time():
    known = known_from(Stamp("2026-11-23T09:30:00.500+01:00", "b", 1500))

    later = reading(Stamp("1970-01-01T00:00:00+00:00", "b", 1500 + HOUR_MS), known)

    assert later.utc_ms == round(datetime(2026, 11, 23, 9, 30, tzinfo=UTC).timestamp() * 1000) + 500
    assert later.local == Local(datetime(2026, 11, 23, tzinfo=UTC).toordinal(), 10 * 60 + 30)


def test_a_clock_nobody_believes_tells_nothing_and_one_a_carer_set_only_the_time_of_the_day():
    stamp = Stamp("2026-11-23T09:30:00+01:00", "b", 1500)

    assert reading(stamp, None) == Reading("b", 1500)
    assert reading(stamp, None, told=True).local.minute == 570
    assert reading(stamp, None, told=True).utc_ms is None


def test_sessions_count_also_after_a_restart(store, hand, lives, material):
    for number in range(4):
        hand.set(MORNING + timedelta(hours=2 * number))
        lives.completed(store, hand, f"s{number}", material)
        hand.restart(f"boot-{number}")

    assert barred(now(store, hand), FOUR) is Barred.ENOUGH_TODAY
    hand.at = MORNING + timedelta(hours=23, minutes=59)
    assert barred(now(store, hand), FOUR) is Barred.ENOUGH_TODAY


def test_a_day_later_they_count_no_more_where_that_is_sure(store, hand, lives, material):
    for number in range(4):
        hand.set(MORNING + timedelta(hours=2 * number))
        lives.completed(store, hand, f"s{number}", material)
    hand.at = MORNING + timedelta(hours=24, minutes=5)

    assert barred(now(store, hand), FOUR) is None


def test_a_power_cut_over_night_counts_only_where_the_clock_is_known(store, hand, lives, material):
    for number in range(4):
        hand.set(MORNING + timedelta(hours=2 * number))
        store.append(ClockKnown())
        lives.completed(store, hand, f"s{number}", material)
    hand.set(MORNING + timedelta(hours=25))
    hand.restart("boot-2")

    assert barred(now(store, hand), FOUR) is Barred.ENOUGH_TODAY
    store.append(ClockKnown())
    assert barred(now(store, hand), FOUR) is None


def test_a_session_nobody_began_counts_for_nothing(store, hand, lives, material):
    session = lives.Journaled(store, hand, "s1", material)
    session.post(lives.ev.Booted(0)).post(lives.ev.StartRequested(0)).answer(lives.Answer.YES)

    assert not now(store, hand).begun
    assert barred(now(store, hand), FOUR) is None


def test_what_she_answered_is_remembered(store, hand):
    store.append(ClockKnown())
    state = schedule_state(store, FOUR)
    for event in (Looked, lambda at: Replied(at, Reply.NOT_TODAY)):
        here = hand.now()
        before, happened = state, event(reading(here, known_from(here)))
        state, decisions = step(state, happened, FOUR)
        assert changes(before, state)
        store.append(Planned(happened))
    assert not decisions
    hand.restart("boot-2")
    hand.at += timedelta(minutes=5)
    store.append(ClockKnown())

    assert now(store, hand).waived is not None


def test_only_looking_is_not_worth_keeping(hand):
    at = reading(hand.now(), None)
    state, _ = step(State(), Looked(at), FOUR)

    assert not changes(state, step(state, Looked(at), FOUR)[0])


def test_an_offer_is_worth_keeping(hand):
    here = hand.now()
    known = known_from(here)
    state, _ = step(State(), Looked(reading(Stamp(here.wall, here.boot, here.uptime_ms), known)), FOUR)
    later = Stamp(here.wall, here.boot, here.uptime_ms + 3 * HOUR_MS)

    offered, decisions = step(state, Looked(reading(later, known)), FOUR)

    assert [type(decision) for decision in decisions] == [Missed, Offer]
    assert changes(state, offered)


def test_no_more_is_read_than_the_last_sessions(store, hand, lives, material):
    for number in range(14):
        hand.set(MORNING + timedelta(hours=8 * number))
        lives.completed(store, hand, f"s{number}", material)
        store.append(*unsummed(store))

    class Counting:
        def __init__(self):
            self.after = None

        def last(self, *asked):
            return store.last(*asked)

        def read(self, after=0, kinds=()):
            self.after = after
            return store.read(after, kinds)

    counting = Counting()

    assert schedule_state(counting, FOUR) == schedule_state(store, FOUR)
    assert counting.after > 0
    assert len(store.last(SessionSummed, 99)) == 14
