"""The SQLite store: one writer, nothing changed afterwards, damage set aside, a disk in trouble told in a sentence."""

import errno
import os
import random
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from coach.disk import Disk, refused
from coach.errors import JournalError
from coach.journal.entries import BegunAnew, ClockSet, LockSet, Recorded
from coach.journal.keeper import open_keeper
from coach.journal.sqlite import FILE, RESERVE, RESERVE_BYTES, SqliteJournal, SqliteStore
from coach.journal.standing import standing_of
from coach.journal.store import DamagedError

FLIPS = 2000 if os.environ.get("COACH_RIG") == "whole" else 500
"""How many places of the journal are damaged, one after another."""


def changed(folder, statement):
    """Change the file behind the journal's back."""
    database = sqlite3.connect(folder / FILE, isolation_level=None)
    database.execute(statement)
    database.close()


@pytest.fixture
def recorder(recording_vfs):
    made = recording_vfs.Recorder()
    layer = recording_vfs.layer(made)
    layer.install()
    yield made
    layer.remove()


def test_what_was_written_is_there_after_reopening(tmp_path, clock):
    with SqliteStore(tmp_path, clock) as store:
        store.append(LockSet(2), ClockSet(1.0))
        head = store.head

    with SqliteStore(tmp_path, clock) as store:
        assert store.head == head
        assert store.append(ClockSet(2.0)) == 3
        assert store.verify() == 3


def test_the_folder_is_made_for_its_owner_alone(tmp_path, clock):
    SqliteStore(tmp_path / "person" / "journal", clock).close()

    assert (tmp_path / "person" / "journal").stat().st_mode & 0o777 == 0o700


def test_a_commit_waits_for_the_disk_and_for_the_folder(tmp_path, clock):
    with SqliteStore(tmp_path, clock) as store:
        assert store._database.execute("PRAGMA synchronous").fetchone() == (3,)
        assert store._database.execute("PRAGMA journal_mode").fetchone() == ("delete",)


@pytest.mark.parametrize(
    "statement", ["UPDATE entry SET body = '{}'", "DELETE FROM entry", "UPDATE entry SET seq = 9 WHERE seq = 1"]
)
def test_rows_can_neither_be_changed_nor_deleted(tmp_path, clock, statement):
    with SqliteStore(tmp_path, clock) as store:
        store.append(LockSet(2))

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        changed(tmp_path, statement)


def test_a_second_writer_is_refused_in_one_sentence(tmp_path, clock):
    with SqliteStore(tmp_path, clock), pytest.raises(JournalError, match="Another coach is writing the journal in"):
        SqliteStore(tmp_path, clock)

    SqliteStore(tmp_path, clock).close()


def test_a_second_process_is_refused_too(tmp_path, clock):
    script = (
        "import sys; from pathlib import Path; from coach.errors import JournalError\n"
        "from coach.journal.sqlite import SqliteStore\n"
        "try: SqliteStore(Path(sys.argv[1]), None)\n"
        "except JournalError as refusal: print(refusal)\n"
    )

    with SqliteStore(tmp_path, clock):
        told = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )

    assert told.stdout.startswith("Another coach is writing the journal in")
    assert told.stderr == ""


def test_others_may_read_while_one_writes(tmp_path, clock):
    with SqliteStore(tmp_path, clock) as store:
        store.append(LockSet(1))

        with SqliteJournal(tmp_path) as journal:
            store.append(LockSet(2))

            assert [row.entry for row in journal.read()] == [LockSet(1), LockSet(2)]
            assert journal.head == store.head
            assert journal.verify() == 2


def test_a_reader_can_change_nothing(tmp_path, clock):
    SqliteStore(tmp_path, clock).close()

    with SqliteJournal(tmp_path) as journal, pytest.raises(sqlite3.OperationalError, match="readonly"):
        journal._database.execute("CREATE TABLE other (a)")


def test_where_there_is_no_journal_a_reader_is_told_so(tmp_path):
    with pytest.raises(JournalError, match="There is no journal in"):
        SqliteJournal(tmp_path)


def test_a_journal_of_a_newer_coach_is_refused_and_left_alone(tmp_path, clock):
    SqliteStore(tmp_path, clock).close()
    changed(tmp_path, "PRAGMA user_version = 7")
    before = (tmp_path / FILE).read_bytes()

    with pytest.raises(JournalError, match="newer coach"):
        SqliteStore(tmp_path, clock)

    assert (tmp_path / FILE).read_bytes() == before
    with pytest.raises(JournalError, match="newer coach"):
        SqliteJournal(tmp_path)


def test_a_migration_keeps_every_row(tmp_path, clock):
    from coach.journal.sqlite import _SCHEMAS  # noqa: PLC0415 - the inside of the store: the tables of today

    with SqliteStore(tmp_path, clock) as store:
        store.append(LockSet(1), LockSet(2))

    with SqliteStore(tmp_path, clock, schemas=(*_SCHEMAS, ("CREATE TABLE later (note TEXT) STRICT",))) as store:
        assert store.verify() == 2
        assert store.append(ClockSet(1.0)) == 3
    with closing(sqlite3.connect(tmp_path / "journal-before-2.sqlite3")) as before:
        assert before.execute("SELECT count(*) FROM entry").fetchone() == (2,)
        assert before.execute("PRAGMA user_version").fetchone() == (1,)

    with pytest.raises(JournalError, match="newer coach"):
        SqliteStore(tmp_path, clock)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b"this is no database, and never was" * 300),
        lambda path: path.write_bytes(path.read_bytes()[:5000]),
        lambda path: path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 4096 + path.read_bytes()[8192:]),
        lambda path: changed(path.parent, "PRAGMA application_id = 5"),
        lambda path: changed(path.parent, "PRAGMA user_version = 0"),
        lambda path: path.write_bytes(path.read_bytes().replace(b"CREATE INDEX", b"CRE\xf2TE INDEX")),
    ],
    ids=["something else", "cut short", "a page overwritten", "another's database", "no version", "no text"],
)
def test_a_damaged_journal_is_set_aside_and_a_new_one_says_so(tmp_path, clock, damage):
    with SqliteStore(tmp_path, clock) as store:
        store.append(*(Recorded(number, "rep", {"note": "x" * 60}) for number in range(60)))
    damage(tmp_path / FILE)
    left = (tmp_path / FILE).read_bytes()

    with SqliteStore(tmp_path, clock) as store:
        first = store.row(1).entry
        standing = standing_of(store)

    assert isinstance(first, BegunAnew)
    assert standing.lock == 1
    assert [notice.kind for notice in standing.outbox] == ["fault"]
    assert (tmp_path / first.set_aside).read_bytes() == left
    assert "damaged" in first.why or "not what was written" in first.why or "no journal" in first.why


def test_damaged_journals_are_never_written_over(tmp_path, clock):
    for _ in range(3):
        SqliteStore(tmp_path, clock).close()
        (tmp_path / FILE).write_bytes(b"garbage" * 1000)

    SqliteStore(tmp_path, clock).close()

    assert [path.name for path in sorted(tmp_path.glob("journal-damaged-*"))] == [
        f"journal-damaged-{number:04}.sqlite3" for number in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE entry SET body = replace(body, '1', '0') WHERE seq = 2", "Row 2 of the journal is not what"),
        ("UPDATE entry SET wall = '2020-01-01T00:00:00+00:00' WHERE seq = 2", "Row 2 of the journal is not what"),
        ("UPDATE entry SET kind = 'lock-lifted' WHERE seq = 2", "Row 2 of the journal is not what"),
        ("DELETE FROM entry WHERE seq = 2", "Row 2 of the journal is missing"),
        ("UPDATE entry SET seq = 9 WHERE seq = 4", "Row 9 of the journal is not what"),
    ],
    ids=["a body", "a stamp", "a kind", "a row taken out", "a number moved"],
)
def test_a_row_that_was_tampered_with_is_named(tmp_path, clock, statement, told):
    with SqliteStore(tmp_path, clock) as store:
        store.append(*(LockSet(1) for _ in range(4)))
        store._database.execute("DROP TRIGGER entry_stays")
        store._database.execute("DROP TRIGGER entry_remains")
        store._database.execute(statement)

        with pytest.raises(DamagedError, match=told):
            store.verify()


def test_a_row_replaced_with_its_own_right_digest_breaks_the_chain(tmp_path, clock):
    with SqliteStore(tmp_path / "a", clock) as store, SqliteStore(tmp_path / "b", clock) as other:
        store.append(LockSet(2), ClockSet(1.0), ClockSet(2.0))
        other.append(LockSet(1), ClockSet(1.0), ClockSet(2.0))
        forged = other.row(2)
        store._database.execute("DROP TRIGGER entry_stays")
        columns = (forged.body, forged.stamp.uptime_ms, forged.previous, forged.digest)
        store._database.execute(
            "UPDATE entry SET body = ?, uptime_ms = ?, previous = ?, digest = ? WHERE seq = 2", columns
        )

        with pytest.raises(DamagedError, match="Row 2 of the journal does not follow"):
            store.verify()


def test_a_flipped_byte_is_noticed_or_harmless_and_never_lifts_a_lock(in_memory, clock):
    tmp_path = in_memory
    with open_keeper(tmp_path / "whole", clock) as keeper:
        for number in range(30):
            keeper.note(Recorded(number, "rep", {"note": "x" * 30}))
        keeper.note(LockSet(2, red_flag=True))
        rows = [row.entry for row in keeper.store.read()]
    whole = (tmp_path / "whole" / FILE).read_bytes()
    latch = (tmp_path / "whole" / "latch.json").read_bytes()
    dice = random.Random(5)  # noqa: S311 - repeatable on purpose
    noticed = refused = 0

    for number in range(FLIPS):
        folder = tmp_path / str(number)
        folder.mkdir()
        place = dice.randrange(len(whole))
        flipped = bytes([whole[place] ^ (1 << dice.randrange(8))])
        (folder / FILE).write_bytes(whole[:place] + flipped + whole[place + 1 :])
        (folder / "latch.json").write_bytes(latch)
        try:
            with open_keeper(folder, clock) as keeper:
                assert keeper.standing.lock == 2
                keeper.store.verify()
                noticed += bool(keeper.found.told)
                assert keeper.found.told or [row.entry for row in keeper.store.read()] == rows
        except JournalError:
            refused += 1

    noticed += refused
    print(  # noqa: T201 - the figures of a campaign, shown with -s
        f"\n{FLIPS} flipped bytes in {len(whole)}: {noticed} noticed ({refused} of them refused to start), "
        f"{FLIPS - noticed} harmless, 0 locks lifted"
    )
    assert noticed > FLIPS // 10


@pytest.mark.parametrize("trouble", ["full", "failing", "forgetful", "read-only"])
def test_a_disk_in_trouble_at_any_operation_is_told_and_loses_nothing(in_memory, clock, recorder, trouble):
    told = []
    for obeyed in range(40):
        folder = in_memory / str(obeyed)
        recorder.watch(folder)
        with SqliteStore(folder, clock) as store:
            store.append(*(Recorded(number, "rep", {}) for number in range(5)))
            recorder.break_after(obeyed, trouble)
            try:
                last = store.append(LockSet(2), Recorded(6, "rep", {"note": "x" * 9000}))
            except JournalError as wrong:
                told.append(str(wrong))
                last = 5
            recorder.trouble = None

            assert store.verify() in (last, 7)
            if last == 5 and "the disk fails" in told[-1]:  # what looks written now need not be
                with pytest.raises(JournalError, match="until then nothing can be kept"):
                    store.append(ClockSet(1.0))
        with SqliteStore(folder, clock) as store:
            assert store.append(ClockSet(1.0)) == store.verify()
            assert store.head.seq in (last + 1, 8)

    assert told
    assert all("cannot be used: " in sentence and sentence.endswith(".") for sentence in told)


class Roomy(Disk):
    """Gives room when its reserve is given up."""

    def __init__(self, recorder):
        super().__init__()
        self._recorder = recorder

    def remove(self, path):
        self._recorder.trouble = None
        return super().remove(path)


def test_a_full_disk_still_takes_what_is_under_way_and_nothing_new(tmp_path, clock, recorder):
    recorder.watch(tmp_path)
    with SqliteStore(tmp_path, clock, disk=Roomy(recorder)) as store:
        recorder.break_after(0, "full")

        assert store.append(LockSet(2)) == 1
        assert not (tmp_path / RESERVE).exists()

        recorder.break_after(0, "full")
        with pytest.raises(JournalError, match="the disk is full; make room"):
            store.append(ClockSet(1.0))
    recorder.trouble = None

    class Full(Disk):
        def reserve(self, path, _size):
            raise refused(path, OSError(errno.ENOSPC, "full"))

    with pytest.raises(JournalError, match="the disk is full; make room"):
        SqliteStore(tmp_path, clock, disk=Full())
    with SqliteStore(tmp_path, clock) as store:
        assert store.verify() == 1
    assert (tmp_path / RESERVE).stat().st_size == RESERVE_BYTES


def test_a_disk_in_trouble_at_the_start_is_told(tmp_path, clock, recorder):
    told = []
    for obeyed in range(30):
        recorder.watch(tmp_path / str(obeyed))
        recorder.break_after(obeyed, "full")
        try:
            SqliteStore(tmp_path / str(obeyed), clock).close()
        except JournalError as wrong:
            told.append(str(wrong))
        recorder.trouble = None

        with SqliteStore(tmp_path / str(obeyed), clock) as store:
            assert store.append(LockSet(1)) == 1

    assert len(told) > 3
    assert all("the disk is full; make room" in sentence for sentence in told)
    assert not list(tmp_path.rglob("journal-damaged-*"))


def test_starting_looks_at_the_end_only(tmp_path, clock):
    with SqliteStore(tmp_path, clock) as store:
        store.append(*(ClockSet(float(number)) for number in range(600)))
        store._database.execute("DROP TRIGGER entry_stays")
        store._database.execute("UPDATE entry SET body = '{}' WHERE seq = 3")

    with SqliteStore(tmp_path, clock) as store:
        assert store.head.seq == 600
        with pytest.raises(DamagedError, match="Row 3"):
            store.verify()
