"""The lock, the red flag and the outbox, entry by entry."""

import pytest

from coach.journal.entries import ClockSet, LockLifted, LockSet, NoticeDelivered, NoticeQueued, Stood
from coach.journal.keeper import open_keeper
from coach.journal.standing import Standing

ONE, TWO = NoticeQueued("1", "pain"), NoticeQueued("2", "fault")


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ((), Standing()),
        ((ClockSet(1.0),), Standing()),
        ((LockSet(1),), Standing(1)),
        ((LockSet(2, red_flag=True), LockSet(1)), Standing(1)),
        ((LockSet(2, red_flag=True), LockLifted("carer")), Standing()),
        ((ONE, TWO), Standing(outbox=(ONE, TWO))),
        ((ONE, TWO, NoticeDelivered("1")), Standing(outbox=(TWO,))),
        ((ONE, ONE), Standing(outbox=(ONE,))),
        ((NoticeDelivered("1"),), Standing()),
        ((LockSet(2), ONE, LockLifted("person")), Standing(outbox=(ONE,))),
    ],
    ids=[
        "nothing",
        "a clock",
        "a lock",
        "a clear triage",
        "lifted",
        "notices",
        "one delivered",
        "twice",
        "none",
        "both",
    ],
)
def test_entries_change_how_things_stand(entries, expected):
    assert Standing().after(*entries) == expected


def test_the_stricter_has_the_higher_lock_any_flag_and_every_notice():
    one, other = Standing(1, outbox=(ONE,)), Standing(2, red_flag=True, outbox=(ONE, TWO))

    assert one.stricter(other) == Standing(2, red_flag=True, outbox=(ONE, TWO))
    assert one.stricter(Standing()) == one


def test_a_long_life_is_summed_up_so_that_a_start_need_not_read_it_all(tmp_path, clock):
    with open_keeper(tmp_path, clock) as keeper:
        for number in range(120):
            keeper.note(NoticeQueued(f"n{number}", "pain"), *([NoticeDelivered(f"n{number}")] if number % 50 else []))
        keeper.note(LockSet(2, red_flag=True))
        whole = keeper.standing
    with open_keeper(tmp_path, clock) as keeper:
        stood = keeper.store.latest(Stood)
        assert keeper.standing == whole
        assert keeper.found.told == ()
        keeper.note(LockLifted("carer"), NoticeDelivered("n50"))

    with open_keeper(tmp_path, clock) as keeper:
        assert stood is not None
        assert keeper.store.latest(Stood).seq == stood.seq
        assert keeper.standing.lock == 0
        assert [notice.id for notice in keeper.standing.outbox] == ["n0", "n100"]
