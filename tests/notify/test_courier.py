"""The courier between a spool and ways that take, refuse or hang."""

from datetime import timedelta

import pytest

from coach.notify.channel import Order
from coach.notify.courier import Clocks, Courier
from coach.notify.notice import Kind, Message
from coach.notify.retry import LIMIT_S
from coach.notify.spool import WeeklyTest

from .conftest import Hands, notice


class Going:
    def __init__(self, channel):
        self.channel = channel
        self.was_cut = False

    def result(self):
        return self.channel.answer

    def cut(self):
        self.was_cut = True


class Way:
    def __init__(self, name="way", answer=""):
        self.name = name
        self.answer = answer
        self.begun = []
        self.going = []
        self.ordered = []
        self.closed = False

    def begin(self, message):
        self.begun.append(message)
        self.going.append(Going(self))
        return self.going[-1]

    def orders(self):
        taken, self.ordered = tuple(self.ordered), []
        return taken

    def close(self):
        self.closed = True


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def courier(spool, hands):
    def make(*ways):
        spool.note_test(WeeklyTest(wall=hands.wall().isoformat(), delivered=True))

        def word(notice):
            return Message(notice.id, notice.kind, "title", "body", notice.wall)

        return Courier(spool, ways, word, Clocks(hands.monotonic_s, hands.wall))

    return make


def _turns(courier, hands, span_s, step_s=0.5):
    told = []
    for _ in range(round(span_s / step_s)):
        told += courier.turn()
        hands.now += step_s
    return told


def test_a_notice_is_delivered_and_leaves_the_spool(courier, spool, hands):
    way = Way()
    spool.post(notice())

    told = _turns(courier(way), hands, 1)

    assert [message.id for message in way.begun] == [notice().id]
    assert spool.waiting().notices == ()
    assert [receipt.delivered for receipt in spool.receipts()] == [True]
    assert told == ["Notice 'emergency' was delivered by way."]


def test_one_way_that_takes_it_is_enough_and_the_other_is_cut_off_later(courier, spool, hands):
    hanging, good = Way("hanging", None), Way("good")
    spool.post(notice())

    _turns(courier(hanging, good), hands, LIMIT_S + 2)

    assert spool.waiting().notices == ()
    assert hanging.going[0].was_cut
    assert len(good.begun) == 1


def test_two_failures_are_told_within_thirty_seconds_of_ways_that_hang(courier, spool, hands):
    spool.post(notice())

    _turns(courier(Way(answer=None)), hands, 29)

    assert [receipt.delivered for receipt in spool.receipts()][:2] == [False, False]
    assert spool.waiting().notices == (notice(),)


def test_a_failure_says_where_and_why(courier, spool, hands):
    spool.post(notice())

    _turns(courier(Way("mqtt", "no broker")), hands, 1)

    (receipt,) = spool.receipts()
    assert (receipt.channel, receipt.why, receipt.attempt) == ("mqtt", "no broker", 1)


def test_it_goes_out_again_under_the_same_id_until_it_is_taken(courier, spool, hands):
    way = Way(answer="no network")
    working = courier(way)
    spool.post(notice())
    _turns(working, hands, 20)
    way.answer = ""
    _turns(working, hands, 120)

    assert spool.waiting().notices == ()
    assert len({message.id for message in way.begun}) == 1
    assert len(way.begun) > 3


def test_a_courier_that_starts_anew_finds_what_was_left(courier, spool, hands):
    spool.post(notice())
    _turns(courier(Way(answer="no network")), hands, 2)
    way = Way()

    _turns(courier(way), hands, 1)

    assert [message.id for message in way.begun] == [notice().id]


def test_a_notice_does_not_wait_for_another_that_hangs(courier, spool, hands):
    way = Way(answer=None)
    working = courier(way)
    spool.post(notice(1))
    _turns(working, hands, 1)
    spool.post(notice(2, Kind.FAULT))
    _turns(working, hands, 1)

    assert [message.kind for message in way.begun] == [Kind.EMERGENCY, Kind.FAULT]


def test_without_any_way_every_attempt_fails_and_says_so(courier, spool, hands):
    spool.post(notice())

    _turns(courier(), hands, 1)

    assert "No channel" in spool.receipts()[0].why


def test_a_test_goes_out_once_a_week_by_day(courier, spool, hands):
    way = Way()
    working = courier(way)
    _turns(working, hands, 1)
    assert way.begun == []

    hands.day += timedelta(days=7, hours=-14)  # 22:00 on the sixth day
    _turns(working, hands, 1)
    assert way.begun == []

    hands.day += timedelta(hours=14)
    _turns(working, hands, 3)
    assert [message.kind for message in way.begun] == [Kind.TEST]
    assert spool.tested() == WeeklyTest(wall=hands.wall().isoformat(), delivered=True)


def test_a_test_that_fails_is_remembered_and_not_tried_for_ever(courier, spool, hands):
    way = Way(answer="no network")
    working = courier(way)
    hands.day += timedelta(days=8)

    _turns(working, hands, 3600, step_s=5)

    assert spool.tested().why == "way: no network"
    assert len(way.begun) == 4


def test_a_clock_set_back_years_does_not_silence_the_test_for_ever(courier, hands):
    way = Way()
    working = courier(way)
    hands.day -= timedelta(days=3650)

    _turns(working, hands, 1)

    assert [message.kind for message in way.begun] == [Kind.TEST]


def test_orders_are_handed_on_once(courier):
    way = Way()
    way.ordered = [Order.STOP, Order.PAUSE]
    working = courier(way)

    assert working.orders() == (Order.STOP, Order.PAUSE)
    assert working.orders() == ()


def test_closing_gives_up_what_is_under_way_and_keeps_the_notice(courier, spool, hands):
    way = Way(answer=None)
    working = courier(way)
    spool.post(notice())
    _turns(working, hands, 1)

    working.close()

    assert way.going[0].was_cut
    assert way.closed
    assert spool.waiting().notices == (notice(),)


def test_harm_said_again_is_told_once_a_minute_at_most_and_nothing_of_it_counts_as_undelivered(courier, spool, hands):
    way = Way()
    making = courier(way)
    for number in range(1, 6):  # a television goes on about pain, every ten seconds
        spool.post(notice(number, Kind.SAFETY_AGAIN))
        _turns(making, hands, 10)
    spool.post(notice(7, Kind.EMERGENCY))
    _turns(making, hands, 15)

    assert [message.kind for message in way.begun] == [Kind.SAFETY_AGAIN, Kind.EMERGENCY]
    assert spool.waiting().notices == ()
    assert all(receipt.delivered for receipt in spool.receipts())

    spool.post(notice(8, Kind.SAFETY_AGAIN))
    _turns(making, hands, 2)

    assert len(way.begun) == 3
