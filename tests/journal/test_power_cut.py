"""Journal and latch survive a power cut after any file operation; what would not survive it is noticed."""

import random
from pathlib import Path

import pytest

from coach.errors import JournalError
from coach.journal.disk import Disk
from coach.journal.entries import (
    BegunAnew,
    ClockSet,
    Kept,
    LockLifted,
    LockSet,
    NoticeDelivered,
    NoticeQueued,
    Recorded,
    SessionEnded,
    SessionOpened,
)
from coach.journal.keeper import Keeper, open_keeper
from coach.journal.latch import Latch
from coach.journal.sqlite import FILE, SqliteStore
from coach.journal.standing import standing_of
from coach.session.effects import Outcome
from coach.session.states import Screening

_PLAIN = Disk()
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in memory makes thousands of images bearable


@pytest.fixture
def scratch(tmp_path):
    return MEMORY if MEMORY.is_dir() else tmp_path


@pytest.fixture
def recorder(recording_vfs):
    made = recording_vfs.Recorder()
    layer = recording_vfs.layer(made)
    layer.install()
    yield made
    layer.remove()


@pytest.fixture
def disk(recording_vfs, recorder):
    return recording_vfs.RecordingDisk(recorder)


def batches(count):
    """Return what a life writes: sessions, a lock, notices, long texts that need new pages."""
    opened = SessionOpened("s1", "ankle-pumps", "en", 1, Screening.FIRST, "0.1.0", "a", "b", "c")
    life = [(Kept("a", "dose " * 900), opened)]
    for number in range(count):
        rep = Recorded(number, "rep", {"segment": f"ankle-pumps/set1/both/rep{number:02}", "note": "x" * (number % 40)})
        life.append((rep, ClockSet(float(number))) if number % 5 == 0 else (rep,))
    life[count // 3] += (LockSet(2, red_flag=True), NoticeQueued("s1/1/heard/pain", "pain"))
    life[count // 2] += (NoticeDelivered("s1/1/heard/pain"),)
    life[count * 2 // 3] += (LockLifted("carer"),)
    life[count - 2] += (LockSet(1), NoticeQueued("s1/2/heard/pain", "pain"))
    life.append((SessionEnded("s1", Outcome.COMPLETED, 4),))
    return life


class Life:
    """A run on a recorded disk, and the judgement of what is left of it."""

    def __init__(self, folder, clock, disk, recorder, life, store=SqliteStore):
        self.clock = clock
        self.life = life
        recorder.watch(folder)
        made = store(folder, clock, disk=disk)
        keeper = Keeper(made, Latch(folder, disk))
        recorder.note("acknowledged", at=0)
        for number, entries in enumerate(life, start=1):
            keeper.note(*entries)
            recorder.note("acknowledged", at=number)
        self.operations = list(recorder.operations)
        keeper.store.close()
        recorder.watch(None)

    def judge(self, folder, acknowledged):
        """Return what is wrong with an image."""
        try:
            with SqliteStore(folder, self.clock) as store:
                store.verify()
                found = [row.entry for row in store.read()]
                journaled = standing_of(store)
            with_latch = open_keeper(folder, self.clock)
        except JournalError as wrong:
            return f"it does not start: {wrong}"
        with_latch.store.close()
        return self._lost(found, acknowledged) or self._loosened(with_latch.found.standing, journaled, acknowledged)

    def _lost(self, found, acknowledged):
        if any(isinstance(entry, BegunAnew) for entry in found):
            return "the journal was damaged"
        done = max(acknowledged, 0)
        sure = [entry for entries in self.life[:done] for entry in entries]
        more = [*sure, *(self.life[done] if done < len(self.life) else ())]
        return "" if found in (sure, more) else f"{len(found)} entries are there, {len(sure)} were acknowledged"

    def _loosened(self, standing, journaled, acknowledged):
        if standing.stricter(journaled) != standing:
            return "the latch is believed against a stricter journal"
        upcoming = self.life[acknowledged] if 0 <= acknowledged < len(self.life) else ()
        if any(isinstance(entry, (LockLifted, NoticeDelivered)) for entry in upcoming):
            return ""
        sure = [entry for entries in self.life[: max(acknowledged, 0)] for entry in entries]
        then = type(standing)().after(*sure)
        waiting = {notice.id for notice in then.outbox} <= {notice.id for notice in standing.outbox}
        return "" if standing.lock >= then.lock and waiting else "a lock or a notice is lost"


@pytest.mark.parametrize("strict", [False, True], ids=["ordinary", "strict"])
def test_a_power_cut_loses_nothing_that_was_acknowledged(tmp_path, clock, disk, recorder, power_cut, scratch, strict):
    run = Life(tmp_path, clock, disk, recorder, batches(8))

    result = power_cut.cut_everywhere(run.operations, run.judge, strict=strict, every=3, scratch=scratch)

    assert result.images > 400
    assert not result.bad, f"{result}; first: {result.bad[:3]}"


@pytest.mark.slow
@pytest.mark.parametrize("strict", [False, True], ids=["ordinary", "strict"])
def test_a_power_cut_after_any_operation_of_a_session_loses_nothing(
    tmp_path, clock, disk, recorder, power_cut, scratch, strict
):
    run = Life(tmp_path, clock, disk, recorder, batches(40))

    result = power_cut.cut_everywhere(run.operations, run.judge, strict=strict, scratch=scratch)

    print(result)  # noqa: T201 - the figure of a campaign
    assert not result.bad, f"{result}; first: {result.bad[:3]}"


class Careless(SqliteStore):
    """Does not wait for the disk."""

    SETTINGS = ("PRAGMA journal_mode=DELETE", "PRAGMA synchronous=OFF")


class Hasty(SqliteStore):
    """Waits for the disk only now and then, as many programs do."""

    SETTINGS = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL")


class Unlinking(SqliteStore):
    """Does not wait for the folder."""

    SETTINGS = ("PRAGMA journal_mode=DELETE", "PRAGMA synchronous=FULL")


@pytest.mark.parametrize(
    ("store", "strict"),
    [(Careless, False), (Hasty, False), (Unlinking, True)],
    ids=["synchronous OFF", "WAL and NORMAL", "synchronous FULL on a strict file system"],
)
def test_the_rig_notices_a_store_that_does_not_wait_for_the_disk(
    tmp_path, clock, disk, recorder, power_cut, scratch, store, strict
):
    run = Life(tmp_path, clock, disk, recorder, batches(8), store)

    result = power_cut.cut_everywhere(run.operations, run.judge, strict=strict, every=3, scratch=scratch)

    assert result.bad


def test_the_rig_notices_a_latch_that_is_not_synced(tmp_path, clock, recorder, recording_vfs, power_cut, scratch):
    class Unsynced(recording_vfs.RecordingDisk):
        def write(self, path, data):
            super().write(path, data)
            recorder.operations.pop()

    run = Life(tmp_path, clock, Unsynced(recorder), recorder, batches(8))

    result = power_cut.cut_everywhere(run.operations, _latch_is_sound, scratch=scratch)

    assert result.bad


def _latch_is_sound(folder, _acknowledged):
    try:
        Latch(folder, _PLAIN).read()
    except JournalError as wrong:
        return str(wrong)
    return ""


def test_a_power_cut_never_leaves_half_a_latch(tmp_path, clock, disk, recorder, power_cut, scratch):
    run = Life(tmp_path, clock, disk, recorder, batches(8))

    result = power_cut.cut_everywhere(run.operations, _latch_is_sound, strict=True, scratch=scratch)

    assert not result.bad, result.bad[:3]


def test_a_power_cut_while_a_damaged_journal_is_set_aside_keeps_the_lock(
    tmp_path, clock, disk, recorder, power_cut, scratch
):
    with open_keeper(tmp_path, clock) as keeper:
        keeper.note(LockSet(2, red_flag=True))
    garbage = random.Random(3).randbytes(8192)  # noqa: S311 - repeatable on purpose
    (tmp_path / FILE).write_bytes(garbage)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    recorder.watch(tmp_path)
    open_keeper(tmp_path, clock, disk).store.close()
    operations = list(recorder.operations)
    recorder.watch(None)

    def judge(folder, _acknowledged):
        try:
            keeper = open_keeper(folder, clock)
        except JournalError as wrong:
            return f"it does not start: {wrong}"
        keeper.store.close()
        if keeper.standing.lock != 2:
            return "the lock is lost"
        if not any(path.read_bytes() == garbage for path in folder.glob("journal-damaged-*.sqlite3")):
            return "the damaged journal is gone"
        return ""

    result = power_cut.cut_everywhere(operations, judge, files=before, strict=True, scratch=scratch)

    assert result.cuts > 10
    assert not result.bad, result.bad[:3]


def test_a_power_cut_during_a_migration_leaves_the_old_tables_or_the_new(
    tmp_path, clock, disk, recorder, power_cut, scratch
):
    from coach.journal.sqlite import _SCHEMAS  # noqa: PLC0415 - the inside of the store: the tables of today

    newer = (*_SCHEMAS, ("CREATE TABLE later (note TEXT) STRICT", "CREATE INDEX by_wall ON entry (wall)"))
    with SqliteStore(tmp_path, clock) as store:
        store.append(*(Recorded(number, "rep", {"note": "x" * 50}) for number in range(60)))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    recorder.watch(tmp_path)
    SqliteStore(tmp_path, clock, disk=disk, schemas=newer).close()
    operations = list(recorder.operations)
    recorder.watch(None)

    def judge(folder, _acknowledged):
        try:
            with SqliteStore(folder, clock, schemas=newer) as store:
                return "" if store.verify() == 60 else "rows are lost"
        except JournalError as wrong:
            return f"it does not start: {wrong}"

    result = power_cut.cut_everywhere(operations, judge, files=before, strict=True, scratch=scratch)

    assert result.cuts > 5
    assert not result.bad, result.bad[:3]
