"""Journal and latch survive a power cut after any file operation; what would not survive it is noticed."""

import os
import random
from dataclasses import dataclass
from pathlib import Path

import pytest

from coach.commands import Command
from coach.disk import Disk
from coach.errors import JournalError, PrescriptionError
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
from coach.journal.latch import Latch, Latched
from coach.journal.sqlite import FILE, SqliteStore
from coach.journal.standing import Standing, standing_of
from coach.journal.store import Head, MemoryStore
from coach.plan.prescription import Prescription, load_prescription
from coach.plan.prescription_file import write_prescription
from coach.session.effects import Outcome
from coach.session.states import Screening

WHOLE = os.environ.get("COACH_RIG") == "whole"
"""Cut at every operation of whole sessions: minutes. Else at some of them."""
RECORDS = 250 if WHOLE else 10
"""Batches written in the thorough run; a session of exercise has about 100."""
SOME = 1 if WHOLE else 61
"""Every so manieth cut of real sessions."""
_PLAIN = Disk()
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in memory makes thousands of images bearable


@pytest.fixture
def rig(request, tmp_path, clock, recording_vfs, power_cut):
    recorder = recording_vfs.Recorder()
    layer = recording_vfs.layer(recorder)
    layer.install()
    yield Rig(request.node.name, tmp_path, clock, recorder, recording_vfs.RecordingDisk(recorder), power_cut)
    layer.remove()


@dataclass
class Rig:
    """A recorded disk, and what cuts the power."""

    test: str
    folder: Path
    clock: object
    recorder: object
    disk: object
    power_cut: object

    def recorded(self, act):
        """Return what is asked of the disk by an act."""
        self.recorder.watch(self.folder)
        act()
        operations = list(self.recorder.operations)
        self.recorder.watch(None)
        return operations

    def cut(self, operations, judge, **how):
        scratch = MEMORY if MEMORY.is_dir() else self.folder
        result = self.power_cut.cut_everywhere(operations, judge, scratch=scratch, **how)
        print(f"\n{self.test}: {result}")  # noqa: T201 - the figures of a campaign, shown with -s
        return result

    def files(self):
        """Return what is on the disk now."""
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if path.name != "reserve"}


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

    def __init__(self, rig, life, store=SqliteStore):
        self.clock = rig.clock
        self.life = life
        self.operations = rig.recorded(lambda: self._lived(rig, store))

    def _lived(self, rig, store):
        keeper = Keeper(store(rig.folder, rig.clock, disk=rig.disk), Latch(rig.folder, rig.disk))
        rig.recorder.note("acknowledged", at=0)
        for number, entries in enumerate(self.life, start=1):
            keeper.note(*entries)
            rig.recorder.note("acknowledged", at=number)
        keeper.store.close()

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
def test_a_power_cut_loses_nothing_that_was_acknowledged(rig, strict):
    run = Life(rig, batches(8))

    result = rig.cut(run.operations, run.judge, strict=strict, every=3)

    assert result.images > 400
    assert not result.bad, f"{result}; first: {result.bad[:3]}"


@pytest.mark.slow
@pytest.mark.parametrize("strict", [False, True], ids=["ordinary", "strict"])
def test_a_power_cut_after_any_operation_of_a_session_loses_nothing(rig, strict):
    run = Life(rig, batches(RECORDS))

    result = rig.cut(run.operations, run.judge, strict=strict)

    print(sum(map(len, run.life)), "records")  # noqa: T201 - the figure of a campaign
    assert not result.bad, f"{result}; first: {result.bad[:3]}"


class Batches:
    """Takes what sessions write, each time together."""

    def __init__(self, clock):
        self.store = MemoryStore(clock)
        self.taken = []

    def note(self, *entries):
        self.store.append(*entries)
        self.taken.append(entries)


@pytest.fixture(scope="module")
def real_life(lives, bedside):
    """Return what real sessions write: one to its end, one with pain and a lock that a carer lifts, one cut off."""
    hand, material = lives.HandClock(), bedside.short_material(3, 15) if WHOLE else bedside.short_material(2, 6)
    batches = Batches(hand)
    lives.completed(batches, hand, "s1", material)
    hurt = lives.Journaled(batches, hand, "s2", material).exercise("ankle-pumps/set2/both/rep03")
    hurt.hear(Command.CALF_CLOT)
    batches.note(SessionEnded("s2", Outcome.SAFETY, hurt.frame))
    batches.note(LockLifted("carer"))
    lives.Journaled(batches, hand, "s3", material).exercise("ankle-pumps/set2/both/rep05")
    return batches.taken


@pytest.mark.parametrize("strict", [False, True], ids=["ordinary", "strict"])
def test_a_power_cut_in_real_sessions_loses_nothing_that_was_acknowledged(rig, real_life, strict):
    run = Life(rig, real_life)

    result = rig.cut(run.operations, run.judge, strict=strict, every=SOME)

    print(sum(map(len, real_life)), "records")  # noqa: T201 - the figure of a campaign
    assert sum(map(len, real_life)) >= (250 if WHOLE else 150)
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
def test_the_rig_notices_a_store_that_does_not_wait_for_the_disk(rig, store, strict):
    run = Life(rig, batches(8), store)

    result = rig.cut(run.operations, run.judge, strict=strict, every=3)

    print("noticed:", result.bad[0])  # noqa: T201 - which loss was noticed
    assert result.bad


def test_the_rig_notices_a_latch_that_is_not_synced(rig, recording_vfs):
    class Unsynced(recording_vfs.RecordingDisk):
        def write(self, path, data):
            super().write(path, data)
            rig.recorder.operations.pop()

    rig.disk = Unsynced(rig.recorder)
    run = Life(rig, batches(8))

    result = rig.cut(run.operations, _latch_is_sound)

    assert result.bad


def _latch_is_sound(folder, _acknowledged):
    try:
        Latch(folder, _PLAIN).read()
    except JournalError as wrong:
        return str(wrong)
    return ""


def test_a_power_cut_never_leaves_half_a_latch(rig):
    run = Life(rig, batches(8))

    result = rig.cut(run.operations, _latch_is_sound, strict=True)

    assert not result.bad, result.bad[:3]


class Unfolded(Disk):
    """Does not wait for the folder."""

    def sync_folder(self, folder):
        """Leave it to the kernel."""


@pytest.mark.parametrize("careless", [False, True], ids=["the shipped latch", "one that does not sync its folder"])
def test_an_acknowledged_latch_is_there_after_a_power_cut_even_without_a_journal(rig, recording_vfs, careless):
    class Loose(Unfolded, recording_vfs.RecordingDisk):
        pass

    latch = Latch(rig.folder, Loose(rig.recorder) if careless else rig.disk)

    def latched():
        for number in range(6):
            latch.write(Latched(Standing(number % 3), Head(number, "")))
            rig.recorder.note("acknowledged", at=number)

    def judge(folder, acknowledged):
        found = Latch(folder, _PLAIN).read()
        number = -1 if found is None else found.head.seq
        return "" if acknowledged <= number <= acknowledged + 1 else f"{number} is there, {acknowledged} was sure"

    result = rig.cut(rig.recorded(latched), judge, strict=True)

    assert bool(result.bad) is careless, result.bad[:3]


def test_a_power_cut_while_a_damaged_journal_is_set_aside_keeps_the_lock(rig):
    with open_keeper(rig.folder, rig.clock) as keeper:
        keeper.note(LockSet(2, red_flag=True))
    garbage = random.Random(3).randbytes(8192)  # noqa: S311 - repeatable on purpose
    (rig.folder / FILE).write_bytes(garbage)
    before = rig.files()
    operations = rig.recorded(lambda: open_keeper(rig.folder, rig.clock, rig.disk).close())

    def judge(folder, _acknowledged):
        try:
            keeper = open_keeper(folder, rig.clock)
        except JournalError as wrong:
            return f"it does not start: {wrong}"
        keeper.store.close()
        if keeper.standing.lock != 2:
            return "the lock is lost"
        if not any(path.read_bytes() == garbage for path in folder.glob("journal-damaged-*.sqlite3")):
            return "the damaged journal is gone"
        return ""

    result = rig.cut(operations, judge, files=before, strict=True)

    assert result.cuts > 10
    assert not result.bad, result.bad[:3]


def test_a_power_cut_during_a_migration_leaves_the_old_tables_or_the_new(rig):
    from coach.journal.sqlite import _SCHEMAS  # noqa: PLC0415 - the inside of the store: the tables of today

    newer = (*_SCHEMAS, ("CREATE TABLE later (note TEXT) STRICT", "CREATE INDEX by_wall ON entry (wall)"))
    with SqliteStore(rig.folder, rig.clock) as store:
        store.append(*(Recorded(number, "rep", {"note": "x" * 50}) for number in range(60)))
    before = rig.files()
    operations = rig.recorded(lambda: SqliteStore(rig.folder, rig.clock, disk=rig.disk, schemas=newer).close())

    def judge(folder, _acknowledged):
        copy = folder / "journal-before-2.sqlite3"
        if copy.exists() and copy.read_bytes() != before[FILE]:
            return "the copy is not what was there"
        try:
            with SqliteStore(folder, rig.clock, schemas=newer) as store:
                if not copy.exists():
                    return "it was migrated without a copy"
                return "" if store.verify() == 60 else "rows are lost"
        except JournalError as wrong:
            return f"it does not start: {wrong}"

    result = rig.cut(operations, judge, files=before, strict=True)

    assert result.cuts > 5
    assert not result.bad, result.bad[:3]


class Prescribing:
    """Writes one prescription after another, and judges what is left of them."""

    CHANGES = (Prescription(name="Maria"), Prescription(name="Eva", language="ko"), Prescription(name="Maria"))

    def __init__(self, rig, disk):
        self.operations = rig.recorded(lambda: self._written(rig, disk))

    def _written(self, rig, disk):
        for number, prescription in enumerate(self.CHANGES):
            write_prescription(rig.folder, prescription, disk)
            rig.recorder.note("acknowledged", at=number)

    def judge(self, folder, acknowledged):
        try:
            found = load_prescription(folder)
        except PrescriptionError as wrong:
            return f"it cannot be read: {wrong}"
        allowed = (Prescription(), *self.CHANGES)[acknowledged + 1 : acknowledged + 3]
        return "" if found in allowed else f"{found.name} stands there after {acknowledged + 1} changes"


@pytest.mark.parametrize("strict", [False, True], ids=["ordinary", "strict"])
def test_a_power_cut_leaves_the_old_prescription_or_the_new(rig, recording_vfs, strict):
    run = Prescribing(rig, recording_vfs.RecordingDisk(rig.recorder, error=PrescriptionError))

    result = rig.cut(run.operations, run.judge, strict=strict)

    assert result.images > 100
    assert not result.bad, result.bad[:3]


def test_the_rig_notices_a_prescription_that_is_written_in_place(rig, recording_vfs):
    class InPlace(recording_vfs.RecordingDisk):
        def replace(self, path, data):
            self.write(path, data)

    run = Prescribing(rig, InPlace(rig.recorder, error=PrescriptionError))

    assert rig.cut(run.operations, run.judge).bad
