"""The schedule, hour by hour; and a person, a carer and a clock that do as they please."""

import itertools
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.plan.daytime import DAY, minute
from coach.plan.elapsed import DAY_MS, HOUR_MS, MINUTE_MS, Local, Reading
from coach.plan.prescription import Schedule
from coach.plan.schedule import (
    AWAKE_MIN,
    LATER_MIN,
    SILENT_MIN,
    AskMorning,
    Began,
    Looked,
    Missed,
    MorningTold,
    Offer,
    Over,
    Replied,
    Reply,
    Started,
    State,
    Stirred,
    barred,
    next_slot,
    step,
)
from coach.plan.timetable import timetable
from coach.program.quantity import Frequency, Origin
from coach.session.care import Barred


def often(least, most):
    return Frequency(origin=Origin.INFER, min=least, max=most)


FOUR = timetable(Schedule(minimum_gap_min=60), often(3, 4))


@dataclass
class World:
    """True time, a machine that may be cut off, and a clock on the wall."""

    table: object = FOUR
    true_ms: int = 9 * DAY_MS
    booted_ms: int = 9 * DAY_MS
    boots: int = 1
    synchronized: bool = True
    told_ms: int | None = None
    """How far off a carer has set the clock; None where nobody did."""
    state: State = field(default_factory=State)
    told: list = field(default_factory=list)
    """Decisions with the true minute."""
    begun: list = field(default_factory=list)
    ended: list = field(default_factory=list)

    def reading(self):
        off_ms = 0 if self.synchronized else self.told_ms
        minutes = None if off_ms is None else (self.true_ms + off_ms) // MINUTE_MS
        return Reading(
            boot=str(self.boots),
            uptime_ms=self.true_ms - self.booted_ms,
            local=None if minutes is None else Local(*divmod(minutes, DAY)),
            utc_ms=self.true_ms if self.synchronized else None,
        )

    def take(self, kind, *details):
        self.state, decisions = step(self.state, kind(self.reading(), *details), self.table)
        self.told += [(self.true_ms, decision) for decision in decisions]
        return decisions

    def wait(self, minutes, look=True):
        self.true_ms += minutes * MINUTE_MS
        return self.take(Looked) if look else ()

    def until(self, at):
        """Look each minute until a time of the day, and return what was decided on the way with its time."""
        told = []
        while self.true_ms // MINUTE_MS % DAY != minute(at):
            told += [(self.clock, decision) for decision in self.wait(1)]
        return told

    @property
    def clock(self):
        return f"{self.true_ms // HOUR_MS % 24:02d}:{self.true_ms // MINUTE_MS % 60:02d}"

    def cut(self, dark_minutes):
        self.true_ms += dark_minutes * MINUTE_MS
        self.booted_ms, self.boots, self.synchronized, self.told_ms = self.true_ms, self.boots + 1, False, None
        self.true_ms += 20_000
        self.take(Started)

    def exercise(self, minutes=6):
        self.take(Began)
        self.begun.append(self.true_ms)
        self.wait(minutes, look=False)
        self.take(Over)
        self.ended.append(self.true_ms)


@pytest.fixture
def world():
    """A day from midnight on, met the evening before."""
    there = World()
    there.wait(0)
    there.true_ms += 24 * HOUR_MS
    there.wait(0)
    there.told.clear()
    return there


def day_of(world, upto="23:59"):
    """Exercise whenever it is offered, and return when that was."""
    offered = []
    while world.true_ms // MINUTE_MS % DAY != minute(upto):
        for decision in world.wait(1):
            if isinstance(decision, Offer):
                offered.append(world.clock)
                world.take(Replied, Reply.YES)
                world.exercise()
    return offered


@pytest.mark.parametrize(
    ("schedule", "frequency", "times"),
    [
        (Schedule(), often(1, 1), ("14:00",)),
        (Schedule(), often(1, 2), ("11:00", "17:00")),
        (Schedule(), often(3, 4), ("09:30", "12:30", "15:30", "18:30")),
        (Schedule(times=(540, 780)), often(2, 2), ("09:00", "13:00")),
        (
            Schedule(waking={"begin": 360, "end": 1380}, quiet={"begin": 1200, "end": 480}),
            often(2, 2),
            ("11:00", "17:00"),
        ),
        (Schedule(minimum_gap_min=300), often(3, 4), ("10:00", "14:00", "18:00")),
        (None, often(3, 4), ()),
    ],
    ids=["once", "general", "recovery", "times", "quiet hours cut the day", "a wide gap", "no schedule"],
)
def test_sessions_are_spread_over_the_hours_she_is_awake(schedule, frequency, times):
    assert tuple(slot.begin for slot in timetable(schedule, frequency).slots) == tuple(map(minute, times))


def test_a_willing_person_is_offered_every_session_of_every_day(world):
    days = [day_of(world) for _ in range(3) if world.wait(1) is not None]

    assert days[0] == ["09:30", "12:30", "15:30", "18:30"]
    assert [len(offered) for offered in days] == [4, 4, 4]


def test_later_is_asked_again_after_a_while_and_not_before(world):
    assert [at for at, _ in world.until("09:40")] == ["09:30"]
    world.take(Replied, Reply.LATER)

    again = world.until("10:30")

    assert [(at, decision.again) for at, decision in again] == [("10:10", True)]
    assert minute("10:10") - minute("09:40") == LATER_MIN


def test_a_session_put_off_near_its_end_is_still_offered_once_more(world):
    world.until("09:35")
    for _ in range(4):
        world.take(Replied, Reply.LATER)
        for _ in range(LATER_MIN):
            world.wait(1)
    # 11:35: five minutes behind the end of the first session's time.
    assert world.clock == "11:35"
    assert world.state.offered == 0


def test_whoever_does_not_answer_is_asked_once_more_and_then_left_in_peace(world):
    world.until("09:31")
    world.take(Replied, Reply.SILENCE)
    again = world.until("10:00")

    assert [at for at, _ in again] == ["09:51"]
    assert minute("09:51") - minute("09:31") == SILENT_MIN
    assert [type(decision) for decision in world.take(Replied, Reply.SILENCE)] == [Missed]
    assert [at for at, decision in world.until("13:00") if isinstance(decision, Offer)] == ["12:30"]


def test_not_today_is_the_last_word_of_the_day_and_nothing_counts_as_missed(world):
    world.until("09:31")
    world.take(Replied, Reply.NOT_TODAY)

    assert not world.until("23:59")
    assert [at for at, _ in world.until("09:40")] == ["09:30"]


def test_what_passes_by_is_noted_once(world):
    for _ in range(24 * 12):
        world.wait(5)
        world.state = world.state.__class__(**{**_fields(world.state), "offered": None})  # nobody was there to ask

    missed = [decision.slot for _, decision in world.told if isinstance(decision, Missed)]
    assert missed == [0, 1, 2, 3]


def _fields(state):
    return {name: getattr(state, name) for name in state.__slots__}


def test_a_session_she_starts_herself_stands_for_the_one_that_is_near(world):
    world.until("11:45")  # the first one was not answered
    world.exercise()

    assert [at for at, decision in world.until("16:00") if isinstance(decision, Offer)] == ["15:30"]


def test_a_session_she_starts_herself_long_before_the_next_is_one_more(world):
    world.take(Replied, Reply.YES)
    world.until("10:30")
    world.exercise()

    assert [at for at, decision in world.until("13:00") if isinstance(decision, Offer)] == ["12:30"]


def test_nothing_is_offered_while_a_session_runs_or_the_coach_is_locked(world):
    world.until("09:29")
    world.take(Began)
    assert not world.wait(2)
    world.take(Over)
    world.until("12:29")
    world.true_ms += 2 * MINUTE_MS

    assert not world.take(Looked, False)


def test_the_gap_between_two_sessions_is_kept(world):
    world.until("12:20")
    world.exercise()  # stands for 12:30

    assert barred(world.state, world.table) is Barred.TOO_SOON
    world.wait(59)
    assert barred(world.state, world.table) is Barred.TOO_SOON
    world.wait(1)
    assert barred(world.state, world.table) is None


def test_no_more_sessions_than_the_cap_in_a_day_and_a_night(world):
    for _ in range(4):
        world.exercise()
        world.wait(90)

    assert barred(world.state, world.table) is Barred.ENOUGH_TODAY
    world.wait(24 * 60 - 4 * 96)
    assert barred(world.state, world.table) is None


def test_a_coach_that_comes_in_the_middle_of_the_day_has_missed_nothing():
    there = World(true_ms=9 * DAY_MS + 15 * HOUR_MS)

    assert not there.wait(0)
    assert [at for at, _ in there.until("16:00")] == ["15:30"]


def test_what_was_missed_while_it_was_off_is_noted_when_it_is_on_again(world):
    world.until("09:00")
    world.cut(5 * 60)
    world.synchronized = True

    assert [decision.slot for decision in world.wait(1) if isinstance(decision, Missed)] == [0]


def test_a_power_cut_while_it_was_being_offered_is_not_waited_for_for_ever(world):
    world.until("09:31")
    world.cut(1)
    world.synchronized = True

    assert [type(decision) for decision in world.wait(1)] == [Offer]


def test_a_session_cut_off_counts_and_keeps_its_distance(world):
    world.until("09:31")
    world.take(Began)
    world.cut(1)

    assert not world.state.under_way
    assert len(world.state.begun) == 1
    assert barred(world.state, world.table) is Barred.TOO_SOON


def test_where_nobody_knows_the_time_she_is_never_spoken_to_first(world):
    world.cut(300)

    assert not any(world.wait(5) for _ in range(24 * 12))


def test_once_she_stirs_she_is_asked_whether_it_is_morning_and_a_yes_begins_a_day(world):
    world.cut(600)
    world.take(Stirred)
    assert [type(decision) for decision in world.wait(1)] == [AskMorning]
    world.take(MorningTold, True)

    assert world.wait(1) == (Offer(None, again=False),)
    world.take(Replied, Reply.YES)
    world.exercise()
    for _ in range(FOUR.interval_min - 5):
        world.take(Stirred)
        assert not world.wait(1)
    for _ in range(6):
        world.take(Stirred)
        world.wait(1)
    assert [type(decision) for _, decision in world.told[-1:]] == [Offer]


def test_where_it_is_not_morning_the_next_session_follows_the_last_one_while_she_is_awake(world):
    world.until("09:30")
    world.exercise()
    world.cut(1)
    world.take(Stirred)
    world.wait(1)
    world.take(MorningTold, False)

    decisions = [world.wait(1) for _ in range(FOUR.interval_min + 5)]
    assert not any(decisions)  # it has been long since she was heard
    world.take(Stirred)
    assert [type(decision) for decision in world.wait(1)] == [AskMorning]
    assert [type(decision) for decision in world.wait(1)] == [Offer]


def test_not_today_holds_half_a_day_where_nobody_knows_when_today_ends(world):
    world.cut(600)
    world.take(Stirred)
    world.wait(1)
    world.take(MorningTold, True)
    world.wait(1)
    world.take(Replied, Reply.NOT_TODAY)

    for _ in range(11):
        world.take(Stirred)
        assert not world.wait(60)
    before = len(world.told)
    for _ in range(2):
        world.take(Stirred)
        world.wait(60)
    assert [type(decision) for _, decision in world.told[before:]][:1] == [AskMorning]


def test_the_day_s_next_session_can_be_asked_for(world):
    world.until("10:00")
    world.exercise()
    at = world.reading().local

    assert next_slot(world.state, at, FOUR).begin == minute("12:30")
    assert next_slot(world.state, Local(at.day, minute("20:40")), FOUR) is None
    assert next_slot(world.state, None, FOUR) is None
    assert next_slot(world.state, Local(at.day + 1, 0), FOUR).begin == minute("09:30")


def test_the_hour_that_comes_twice_or_never_changes_nothing_but_its_labels():
    plain, shifted = World(), World()
    for there, by_ms in ((plain, 0), (shifted, HOUR_MS)):
        there.synchronized, there.told_ms = False, 0
        there.wait(0)
        for hour in range(48):
            there.told_ms = by_ms if hour >= 3 else 0  # the clocks are put forward at three
            there.wait(60)
    offers = [
        [(ms, decision) for ms, decision in there.told if isinstance(decision, Offer)] for there in (plain, shifted)
    ]

    assert len(offers[0]) == len(offers[1])


ACTION = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 300)),
    st.tuples(st.just("cut"), st.integers(0, 20 * 60)),
    st.tuples(st.just("synchronize"), st.just(0)),
    st.tuples(st.just("tell"), st.integers(-10 * 365 * 24 * 60, 10 * 365 * 24 * 60)),
    st.tuples(st.just("stir"), st.just(0)),
    st.tuples(st.just("start"), st.integers(0, 20)),
    st.tuples(st.just("morning"), st.integers(0, 1)),
    st.tuples(st.just("restart"), st.just(0)),
)
"""What people, power cuts and clocks do; minutes, or how far off the clock is set."""
EAGER = st.one_of(
    st.tuples(st.just("start"), st.integers(0, 20)), st.tuples(st.just("wait"), st.integers(60, 120)), ACTION
)
"""The same of somebody who would exercise all day, so that the cap is what keeps her from it."""
REPLIES = st.lists(st.sampled_from(Reply), min_size=1, max_size=5)


def live(actions, replies, *, labels=True):
    """Return a world after a life in it."""
    world = World()
    answers = itertools.cycle(replies)
    for what, number in actions:
        if what == "tell":
            world.told_ms = number * MINUTE_MS if labels else None
        elif what == "synchronize":
            world.synchronized = labels
        else:
            act(world, what, number, answers)
    return world


def act(world, what, number, answers):
    match what:
        case "wait":
            for _ in range(number // 5 + 1):
                decide(world, world.wait(5), answers)
        case "cut":
            world.cut(number)
        case "stir":
            world.take(Stirred)
        case "start" if barred(world.state, world.table) is None and not world.state.under_way:
            world.exercise(number)
        case "morning":
            world.take(MorningTold, bool(number))
        case "restart":
            world.take(Started)


def decide(world, decisions, answers):
    for decision in decisions:
        if isinstance(decision, AskMorning):
            world.take(MorningTold, next(answers) is Reply.YES)
        if isinstance(decision, Offer):
            reply = next(answers)
            world.take(Replied, reply)
            if reply is Reply.YES:
                world.exercise()


@settings(max_examples=150)
@given(st.lists(ACTION, max_size=60) | st.lists(EAGER, min_size=20, max_size=60), REPLIES)
def test_never_more_than_the_cap_in_any_day_and_night_of_true_time_and_never_without_the_gap(actions, replies):
    world = live(actions, replies)

    for first, last in zip(world.begun, world.begun[FOUR.cap :], strict=False):
        assert last - first >= DAY_MS
    for over, begun in zip(world.ended, world.begun[1:], strict=False):
        assert begun - over >= FOUR.gap_min * MINUTE_MS


@settings(max_examples=100)
@given(st.lists(ACTION, max_size=40), REPLIES)
def test_she_is_offered_nothing_in_quiet_hours_and_never_woken_where_nobody_knows_the_time(actions, replies):
    world = World()
    heard_ms = -DAY_MS
    answers = itertools.cycle(replies)
    for what, number in actions:
        if what in ("wait", "cut", "synchronize", "stir"):
            before = len(world.told)
            live_one(world, what, number, answers)
            if what == "stir":
                heard_ms = world.true_ms
            for at_ms, decision in world.told[before:]:
                if isinstance(decision, Missed):
                    continue
                if world.synchronized:
                    assert not FOUR.quiet.holds(at_ms // MINUTE_MS % DAY)
                else:
                    heard_ms = max(heard_ms, *(ms for ms, spoken in world.spoken if ms <= at_ms), -DAY_MS)
                    assert at_ms - heard_ms <= AWAKE_MIN * MINUTE_MS


def live_one(world, what, number, answers):
    world.__dict__.setdefault("spoken", [(-DAY_MS, None)])
    match what:
        case "wait":
            for _ in range(number // 5 + 1):
                decisions = world.wait(5)
                for decision in decisions:
                    if isinstance(decision, Offer):
                        reply = next(answers)
                        if reply is not Reply.SILENCE:
                            world.spoken.append((world.true_ms, reply))
                        world.take(Replied, reply)
                        if reply is Reply.YES:
                            world.exercise()
        case "cut":
            world.cut(number)
        case "synchronize":
            world.synchronized = True
        case "stir":
            world.take(Stirred)


@settings(max_examples=60)
@given(st.lists(ACTION, max_size=40), REPLIES, st.integers(-10 * 365 * DAY, 10 * 365 * DAY))
def test_a_clock_that_jumps_while_nobody_believes_it_changes_nothing(actions, replies, jump_min):
    # An unsynchronized clock is a label: no reading carries it, so any jump of it leaves the same trace.
    quiet = [(what, number) for what, number in actions if what not in ("tell", "synchronize")]
    jumped = [step for action in quiet for step in (action, ("tell", jump_min))]

    assert live(quiet, replies, labels=False).told == live(jumped, replies, labels=False).told


def test_a_session_is_put_off_rather_than_let_a_fifth_one_into_24_hours(world):
    world.until("09:50")
    world.take(Replied, Reply.YES)
    world.exercise()
    day_of(world)
    world.wait(1)

    assert day_of(world, "11:00") == ["09:50"]


def test_what_was_put_off_in_the_evening_is_not_offered_in_the_night():
    late = World(table=timetable(Schedule(times=(minute("20:30"),)), often(1, 1)))
    late.wait(0)
    late.until("20:45")
    late.take(Replied, Reply.LATER)

    assert [type(decision) for _, decision in late.until("23:59")] == [Missed]
