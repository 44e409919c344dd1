"""The spool: both ends may die at any moment, and no notice is lost."""

import stat

import pytest

from coach.disk import Disk
from coach.errors import NotifyError
from coach.notify.notice import Kind
from coach.notify.spool import Receipt, Spool, WeeklyTest

from .conftest import notice


def test_what_is_put_in_waits_oldest_first(spool):
    spool.post(notice(2))
    spool.post(notice(1, Kind.FAULT))

    assert [waiting.kind for waiting in spool.waiting().notices] == [Kind.FAULT, Kind.EMERGENCY]


def test_the_same_notice_lies_there_once(spool):
    spool.post(notice())
    spool.post(notice())

    assert len(spool.waiting().notices) == 1


def test_a_failed_attempt_leaves_the_notice_and_a_receipt(spool):
    spool.post(notice())
    spool.sign(notice(), Receipt(id=notice().id, delivered=False, attempt=1, why="no network"))

    assert spool.waiting().notices == (notice(),)
    assert [receipt.why for receipt in spool.receipts()] == ["no network"]


def test_a_delivered_notice_leaves_with_its_receipt_behind_it(spool):
    spool.post(notice())
    spool.sign(notice(), Receipt(id=notice().id, delivered=True, attempt=2, channel="mqtt"))

    assert spool.waiting().notices == ()
    assert spool.receipts() == (Receipt(id=notice().id, delivered=True, attempt=2, channel="mqtt"),)
    assert spool.receipts() == ()


def test_receipts_come_in_the_order_of_their_attempts(spool):
    for attempt in (10, 9, 1):
        spool.sign(notice(), Receipt(id=notice().id, delivered=False, attempt=attempt))

    assert [receipt.attempt for receipt in spool.receipts()] == [1, 9, 10]


def test_a_receipt_that_cannot_be_written_leaves_the_notice(tmp_path, spool):
    class Full(Disk):
        def write(self, path, data):  # noqa: ARG002 - a disk that takes nothing
            raise NotifyError("full")

    spool.post(notice())
    with pytest.raises(NotifyError):
        Spool(tmp_path, Full(NotifyError)).sign(notice(), Receipt(id=notice().id, delivered=True, attempt=1))

    assert spool.waiting().notices == (notice(),)


def test_a_file_that_is_no_notice_is_named_and_left(spool):
    (spool.folder / "waiting" / "torn.json").write_bytes(b'{"id": "x')
    spool.post(notice())

    lying = spool.waiting()

    assert lying.damaged == ("torn.json",)
    assert lying.notices == (notice(),)
    assert (spool.folder / "waiting" / "torn.json").exists()


def test_a_spool_nobody_empties_is_told(spool):
    for number in range(500):
        (spool.folder / "waiting" / f"{number}.json").touch()

    with pytest.raises(NotifyError, match="coach notify"):
        spool.post(notice())


def test_nobody_else_may_look_into_it(spool):
    spool.post(notice())

    for path in (spool.folder, *spool.folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_the_courier_gives_a_sign_of_life(spool):
    assert spool.courier_seen() is None
    spool.give_sign()
    assert spool.courier_seen() is not None


def test_the_last_test_is_remembered(spool):
    assert spool.tested() is None
    spool.note_test(WeeklyTest(wall="2026-11-25T12:00:00+00:00", delivered=False, why="no network"))
    assert spool.tested() == WeeklyTest(wall="2026-11-25T12:00:00+00:00", delivered=False, why="no network")
