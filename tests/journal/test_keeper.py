"""Journal and latch together: what is found at the start, and what a failing disk delays."""

import pytest

from coach.disk import Disk
from coach.errors import JournalError
from coach.journal.entries import (
    BegunAnew,
    ClockSet,
    LockLifted,
    LockSet,
    NoticeDelivered,
    NoticeQueued,
    Recorded,
    SessionEnded,
    SessionOpened,
)
from coach.journal.keeper import Keeper, open_keeper
from coach.journal.latch import FILE as LATCH
from coach.journal.latch import Latch
from coach.journal.sqlite import FILE, SqliteStore
from coach.journal.standing import Standing
from coach.journal.store import MemoryStore
from coach.session.effects import Outcome
from coach.session.states import Screening

NOTICE = NoticeQueued("s1/7/heard/pain", "pain")
OPENED = SessionOpened("s1", "ankle-pumps", "en", 7, Screening.FIRST, "0.1.0", "dose", "lengths", "pack")


def kept(folder, clock, *entries):
    """Let a coach live and be cut off."""
    keeper = open_keeper(folder, clock)
    keeper.note(*entries)
    keeper.store.close()


def found(folder, clock):
    with open_keeper(folder, clock) as keeper:
        return keeper.found


def test_a_first_start_finds_nothing_and_says_nothing(tmp_path, clock):
    first = found(tmp_path, clock)

    assert first.standing == Standing()
    assert first.told == ()
    assert first.interrupted is None


def test_lock_red_flag_and_outbox_survive(tmp_path, clock):
    kept(tmp_path, clock, LockSet(2, red_flag=True), NOTICE)

    again = found(tmp_path, clock)

    assert again.standing == Standing(2, red_flag=True, outbox=(NOTICE,))
    assert again.told == ()


def test_a_lifted_lock_and_a_delivered_notice_stay_so(tmp_path, clock):
    kept(tmp_path, clock, LockSet(2, red_flag=True), NOTICE)
    kept(tmp_path, clock, LockLifted("carer"), NoticeDelivered(NOTICE.id))

    assert found(tmp_path, clock).standing == Standing()


def test_a_lock_survives_a_damaged_journal(tmp_path, clock):
    kept(tmp_path, clock, LockSet(2, red_flag=True), NOTICE)
    (tmp_path / FILE).write_bytes(b"garbage" * 900)

    again = found(tmp_path, clock)

    assert (again.standing.lock, again.standing.red_flag) == (2, True)
    assert NOTICE in again.standing.outbox
    assert again.told[0].startswith("The journal was damaged; it is kept as journal-damaged-0001.sqlite3")


def test_a_damaged_journal_begins_with_a_caution_that_a_carer_lifts_and_is_told_of(tmp_path, clock):
    kept(tmp_path, clock, LockSet(2), LockLifted("carer"))
    (tmp_path / FILE).write_bytes(b"garbage" * 900)

    again = found(tmp_path, clock)

    assert again.standing.lock == 1
    assert [notice.kind for notice in again.standing.outbox] == ["fault"]
    kept(tmp_path, clock, LockLifted("carer"))
    assert found(tmp_path, clock).standing.lock == 0


def test_a_damaged_journal_is_told_until_a_session_is_opened(tmp_path, clock):
    kept(tmp_path, clock)
    (tmp_path / FILE).write_bytes(b"garbage" * 900)

    first, second = found(tmp_path, clock), found(tmp_path, clock)
    kept(tmp_path, clock, OPENED, SessionEnded("s1", Outcome.COMPLETED))

    assert first.told
    assert second.told
    assert found(tmp_path, clock).told == ()


def test_a_lock_survives_a_damaged_latch_and_only_a_carer_lifts_it(tmp_path, clock):
    kept(tmp_path, clock, LockSet(1), NOTICE)
    (tmp_path / LATCH).write_bytes(b"garbage")

    again = found(tmp_path, clock)

    assert again.standing == Standing(2, red_flag=True, outbox=(NOTICE,))
    assert again.told[0].endswith("So the coach is locked until a carer unlocks it.")
    assert found(tmp_path, clock).standing.lock == 2


def test_a_missing_latch_is_written_anew_from_the_journal(tmp_path, clock):
    kept(tmp_path, clock, LockSet(1))
    (tmp_path / LATCH).unlink()

    again = found(tmp_path, clock)

    assert again.standing.lock == 1
    assert again.told == ("The latch file was gone; it was written anew from the journal.",)
    assert found(tmp_path, clock).told == ()


def test_a_damaged_journal_without_a_latch_locks(tmp_path, clock):
    kept(tmp_path, clock, ClockSet(1.0))
    (tmp_path / LATCH).unlink()
    (tmp_path / FILE).write_bytes(b"garbage" * 900)

    assert found(tmp_path, clock).standing.lock == 2


def test_a_journal_that_lost_its_end_is_noticed_and_the_lock_kept(tmp_path, clock):
    kept(tmp_path, clock, ClockSet(1.0))
    earlier = (tmp_path / FILE).read_bytes()
    kept(tmp_path, clock, ClockSet(2.0), LockSet(2))
    (tmp_path / FILE).write_bytes(earlier)

    again = found(tmp_path, clock)

    assert again.standing.lock == 2
    assert "The journal has lost entries that were written; what the latch file remembers holds." in again.told


def test_a_journal_that_is_gone_is_noticed_and_the_lock_kept(tmp_path, clock):
    kept(tmp_path, clock, LockSet(1))
    (tmp_path / FILE).unlink()

    again = found(tmp_path, clock)

    assert again.standing.lock == 1
    assert again.told[0].startswith("The journal has lost entries")


def test_the_stricter_holds_where_they_disagree(tmp_path, clock):
    kept(tmp_path, clock, LockSet(2))
    with SqliteStore(tmp_path, clock) as store:
        store.append(LockLifted("carer"))

    again = found(tmp_path, clock)

    assert again.standing.lock == 2
    assert again.told == ("Journal and latch file disagree about the lock; the stricter holds.",)


def test_what_was_found_is_set_down_in_both(tmp_path, clock):
    kept(tmp_path, clock, LockSet(2))
    with SqliteStore(tmp_path, clock) as store:
        store.append(LockLifted("carer"))

    found(tmp_path, clock)
    (tmp_path / LATCH).unlink()

    assert found(tmp_path, clock).standing.lock == 2


def test_an_interrupted_session_is_closed_and_named(tmp_path, clock):
    kept(tmp_path, clock, OPENED, Recorded(0, "opened", {}), Recorded(9, "rep", {}))

    again = found(tmp_path, clock)

    assert again.interrupted == "s1"
    assert found(tmp_path, clock).interrupted is None
    with SqliteStore(tmp_path, clock) as store:
        assert store.latest(SessionEnded).entry == SessionEnded("s1", Outcome.INTERRUPTED)


def test_a_coach_cut_off_at_rest_interrupts_nobody(tmp_path, clock):
    kept(tmp_path, clock, OPENED, Recorded(0, "booted", {}))

    assert found(tmp_path, clock).interrupted is None


class Failing(Disk):
    """A disk that can be told to refuse."""

    def __init__(self):
        self.broken = False

    def write(self, path, data):
        if self.broken:
            raise JournalError(f"{path} cannot be used: the disk is full; make room.")
        super().write(path, data)


class Moody(MemoryStore):
    """A store that can be told to refuse, or to refuse after it has written."""

    mood = ""

    def append(self, *entries):
        if self.mood == "refuses":
            raise JournalError("the journal cannot be used: the disk is full; make room.")
        last = super().append(*entries)
        if self.mood == "writes all the same":
            raise JournalError("the journal cannot be used: the disk fails; replace it.")
        return last


@pytest.mark.parametrize("mood", ["refuses", "writes all the same"])
def test_what_could_not_be_journaled_waits_and_is_written_once_in_order(tmp_path, clock, mood):
    store = Moody(clock)
    keeper = Keeper(store, Latch(tmp_path, Disk()))
    keeper.note(ClockSet(1.0))
    store.mood = mood

    with pytest.raises(JournalError):
        keeper.note(LockSet(2), NOTICE)
    with pytest.raises(JournalError):
        keeper.note(ClockSet(2.0))
    store.mood = ""

    assert keeper.note(ClockSet(3.0)) == 5
    assert [row.entry for row in store.read()] == [ClockSet(1.0), LockSet(2), NOTICE, ClockSet(2.0), ClockSet(3.0)]


def test_a_lock_is_latched_even_while_the_journal_fails(tmp_path, clock):
    store = Moody(clock)
    keeper = Keeper(store, Latch(tmp_path, Disk()))
    store.mood = "refuses"

    with pytest.raises(JournalError):
        keeper.note(LockSet(2, red_flag=True))

    assert Latch(tmp_path, Disk()).read().standing == Standing(2, red_flag=True)


def test_a_latch_that_could_not_be_written_is_written_the_next_time(tmp_path, clock):
    disk = Failing()
    keeper = Keeper(MemoryStore(clock), Latch(tmp_path, disk))
    disk.broken = True

    with pytest.raises(JournalError):
        keeper.note(LockSet(2))
    disk.broken = False
    keeper.note()

    assert Latch(tmp_path, disk).read().standing.lock == 2
    assert keeper.store.verify() == 1


def test_a_second_keeper_is_refused_and_leaves_the_first_alone(tmp_path, clock):
    with open_keeper(tmp_path, clock) as keeper:
        with pytest.raises(JournalError, match="Another coach"):
            open_keeper(tmp_path, clock)

        assert keeper.note(LockSet(1)) == 1


def test_a_keeper_that_cannot_begin_lets_go(tmp_path, clock):
    disk = Failing()
    disk.broken = True
    with pytest.raises(JournalError):
        open_keeper(tmp_path, clock, disk)

    assert found(tmp_path, clock).standing == Standing()


def test_a_new_journal_is_not_called_damaged(tmp_path, clock):
    kept(tmp_path, clock, ClockSet(1.0))

    with SqliteStore(tmp_path, clock) as store:
        assert store.latest(BegunAnew) is None
