"""Notices of a session on their way: durable first, never waited for, and nobody is taken for reached who was not."""

import threading

import pytest

from coach.disk import Disk
from coach.errors import NotifyError
from coach.journal.entries import NoticeDelivered, NoticeQueued
from coach.notify.notice import Kind
from coach.notify.spool import Receipt, Spool
from coach.runtime.dispatch import SILENT, Outbox, SpoolDispatch
from coach.session import events as ev
from coach.units import Frames, frames

NOTICE = NoticeQueued("session/1/heard/emergency", "emergency")


class Carrier:
    def __init__(self):
        self.posted = []
        self.back = []

    def post(self, notice, durable):
        self.posted.append((notice.id, durable()))

    def take(self):
        taken, self.back = tuple(self.back), []
        return taken

    def close(self):
        """End it."""


@pytest.fixture
def carrier():
    return Carrier()


@pytest.fixture
def outbox(carrier):
    return Outbox(carrier)


def _receipt(*, delivered, attempt=1):
    return Receipt(id=NOTICE.id, delivered=delivered, attempt=attempt, why="" if delivered else "no network")


def _kinds(word):
    return [type(event) for event in word.events]


def test_a_delivery_is_told_and_journaled_once(outbox, carrier):
    outbox.post(NOTICE, lambda: True, Frames(0))
    carrier.back = [_receipt(delivered=True), _receipt(delivered=True)]

    word = outbox.word(frames(3.0))

    assert _kinds(word) == [ev.NoticeDelivered]
    assert set(word.entries) == {NoticeDelivered(NOTICE.id)}
    assert outbox.word(frames(60.0)).events == ()


def test_a_notice_nobody_answers_for_fails_twice_within_thirty_seconds(outbox):
    outbox.post(NOTICE, lambda: True, Frames(0))

    failures = [second for second in range(60) for _ in outbox.word(frames(float(second))).events]

    assert failures == [12, 24]


def test_two_failed_attempts_are_told_as_they_come_and_later_ones_are_not(outbox, carrier):
    outbox.post(NOTICE, lambda: True, Frames(0))
    told = []
    for attempt in range(1, 6):
        carrier.back = [_receipt(delivered=False, attempt=attempt)]
        told += _kinds(outbox.word(frames(float(attempt))))

    assert told == [ev.NoticeFailed] * len(SILENT)
    assert outbox.word(frames(100.0)).events == ()


def test_a_late_delivery_after_failures_is_told(outbox, carrier):
    outbox.post(NOTICE, lambda: True, Frames(0))
    outbox.word(frames(25.0))
    carrier.back = [_receipt(delivered=True)]

    assert _kinds(outbox.word(frames(40.0))) == [ev.NoticeDelivered]


def test_what_an_earlier_session_left_is_sent_again_and_only_its_delivery_counts(outbox, carrier):
    outbox.post_again([NOTICE])
    carrier.back = [_receipt(delivered=False)]
    assert outbox.word(frames(40.0)).events == ()
    carrier.back = [_receipt(delivered=True)]
    word = outbox.word(frames(41.0))

    assert carrier.posted == [(NOTICE.id, True)]
    assert word.events == ()
    assert word.entries == (NoticeDelivered(NOTICE.id),)


class Slow(Disk):
    """A disk that lets nothing through until it is told to."""

    def __init__(self):
        super().__init__(NotifyError)
        self.gate = threading.Event()

    def replace(self, path, data):
        self.gate.wait(30)
        super().replace(path, data)


class Full(Disk):
    def replace(self, path, data):  # noqa: ARG002 - a disk that takes nothing
        raise NotifyError("the disk is full")


def _until(reached):
    pause = threading.Event()
    return any(reached() or pause.wait(0.02) for _ in range(1500))


def test_it_reaches_the_spool_only_once_it_is_durable(tmp_path):
    spool, durable = Spool(tmp_path), threading.Event()
    asked = threading.Event()

    def settled():
        asked.set()
        return durable.is_set()

    dispatch = SpoolDispatch(spool)
    dispatch.post(NOTICE, settled)
    assert asked.wait(30)
    assert spool.waiting().notices == ()
    durable.set()

    assert _until(lambda: spool.waiting().notices)
    assert [notice.kind for notice in spool.waiting().notices] == [Kind.EMERGENCY]
    dispatch.close()


def test_a_journal_that_fails_does_not_keep_it_from_going_out(tmp_path):
    spool = Spool(tmp_path)
    dispatch = SpoolDispatch(spool)
    dispatch.post(NOTICE, lambda: False)

    assert _until(lambda: spool.waiting().notices)
    dispatch.close()


def test_a_disk_that_hangs_holds_up_nobody(tmp_path):
    disk = Slow()
    dispatch = SpoolDispatch(Spool(tmp_path, disk))
    outbox = Outbox(dispatch)

    outbox.post(NOTICE, lambda: True, Frames(0))
    words = [outbox.word(frames(float(second))) for second in range(30)]

    assert sum(len(word.events) for word in words) == len(SILENT)
    disk.gate.set()
    dispatch.close()


def test_a_full_disk_is_a_failure_with_its_reason(tmp_path):
    dispatch = SpoolDispatch(Spool(tmp_path, Full(NotifyError)))
    outbox = Outbox(dispatch)
    outbox.post(NOTICE, lambda: True, Frames(0))
    told = []

    assert _until(lambda: told.extend(outbox.word(frames(1.0)).told) or told)
    assert told == ["notice: not delivered, the disk is full"]
    dispatch.close()


def test_receipts_come_back_from_the_courier(tmp_path):
    spool = Spool(tmp_path)
    dispatch = SpoolDispatch(spool)
    dispatch.post(NOTICE, lambda: True)
    assert _until(lambda: spool.waiting().notices)
    (notice,) = spool.waiting().notices
    spool.sign(notice, Receipt(id=notice.id, delivered=True, attempt=1))
    taken = []

    assert _until(lambda: taken.extend(dispatch.take()) or taken)
    assert taken[0].delivered
    dispatch.close()


def test_closing_sends_out_what_is_still_here(tmp_path):
    spool = Spool(tmp_path)
    dispatch = SpoolDispatch(spool)
    for number in range(5):
        dispatch.post(NoticeQueued(f"session/{number}", "fault"), lambda: True)
    dispatch.close()

    assert len(spool.waiting().notices) == 5
