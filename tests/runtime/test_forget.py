"""Forgetting a person: everything that is hers goes, nothing else does."""

import subprocess
import sys

import pytest

from coach.errors import JournalError
from coach.journal.entries import LockSet, Recorded, SessionEnded, SessionOpened
from coach.journal.keeper import open_keeper
from coach.notify.notice import Kind, Notice
from coach.notify.spool import Spool
from coach.plan.prescription import Prescription
from coach.plan.prescription_file import write_prescription
from coach.runtime.clock import SystemClock
from coach.runtime.forget import forget, kept_of
from coach.runtime.paths import Paths
from coach.runtime.pin_file import PinFile
from coach.session.care import Care
from coach.session.effects import Outcome
from coach.session.states import Screening

NAME = "Philomena"
PROGRAM = """id = "mine"
title = "Mine"
regime = "recovery"
[[block]]
exercise = "ankle-pumps"
"""


@pytest.fixture
def paths(tmp_path):
    """A coach that has lived with somebody for a while."""
    own, data = tmp_path / "own", tmp_path / "data"
    for name in (NAME, f"{NAME} Berg"):
        write_prescription(own, Prescription(name=name))
    (own / "coach.toml").write_text('language = "en"\n')
    (own / "notify.toml").write_text("# where notices go\n")
    (own / "programs").mkdir()
    (own / "programs" / "mine.toml").write_text(PROGRAM)
    (data / "models").mkdir(parents=True)
    (data / "models" / "model.bin").write_bytes(b"model")
    (data / "letter.txt").write_text("not the coach's")
    clips = data / "cache" / "clips"
    clips.mkdir(parents=True)
    (clips / "abc.flac").write_bytes(b"Hello, " + NAME.encode())
    opened = SessionOpened("s1", "ankle-pumps", "en", 1, Screening.FIRST, "0.1.0", "a", "b", "c", Care(NAME))
    with open_keeper(data / "journal", SystemClock()) as keeper:
        keeper.note(opened, Recorded(0, "begun", {}), LockSet(2), SessionEnded("s1", Outcome.SAFETY, 1))
    (data / "journal" / "journal-damaged-0001.sqlite3").write_bytes(NAME.encode())
    spool = Spool(data)
    spool.open()
    spool.post(Notice(id="s1/1/pain", kind=Kind.SAFETY))
    PinFile(data, SystemClock()).set("246810")
    return Paths.find(own, data)


def test_all_that_is_kept_of_a_person_is_named(paths):
    told = " ".join(what for what, _ in kept_of(paths))

    for word in ("prescription", "notices", "PIN", "journal", "lock", "prompts"):
        assert word in told


def test_nothing_of_her_is_left_and_nothing_else_is_missing(paths):
    assert forget(paths) > 6

    left = sorted(str(path.relative_to(paths.data.parent)) for path in paths.data.parent.rglob("*") if path.is_file())
    assert left == ["data/letter.txt", "data/models/model.bin", "own/coach.toml", "own/programs/mine.toml"]
    assert not kept_of(paths)


def test_afterwards_the_coach_begins_as_on_its_first_day(paths):
    forget(paths)

    with open_keeper(paths.data / "journal", SystemClock()) as keeper:
        assert keeper.found.told == ()
        assert keeper.standing.lock == 0
        assert keeper.store.head.seq == 0


def test_a_running_session_is_not_forgotten(paths):
    with open_keeper(paths.data / "journal", SystemClock()):
        with pytest.raises(JournalError, match="Another coach is writing the journal"):
            forget(paths)
        assert (paths.own / "prescription.toml").exists()


def test_forgetting_twice_is_no_harm(paths):
    forget(paths)

    assert forget(paths) == 0


def _coach(paths, *arguments, typed):
    command = [sys.executable, "-m", "coach", *arguments, "--config", str(paths.own), "--data-dir", str(paths.data)]
    return subprocess.run(command, input=typed, capture_output=True, text=True, check=False, timeout=120)


def test_the_command_asks_wants_the_pin_and_gives_a_copy_first(paths, tmp_path):
    copy = tmp_path / "copy"

    refused = _coach(paths, "forget", typed="n\n")
    wrong = _coach(paths, "forget", typed="y\n111111\n")
    assert refused.returncode == 1
    assert wrong.returncode == 2
    assert (paths.data / "journal" / "journal.sqlite3").exists()

    done = _coach(paths, "forget", "--export", str(copy), typed="y\n246810\n")

    assert done.returncode == 0, done.stderr
    assert "Nothing is kept of anybody any more." in done.stdout
    assert sorted(path.name for path in copy.iterdir()) == [
        "history.csv",
        "history.json",
        "prescription.toml",
        "report.html",
    ]
    assert '"outcome": "safety"' in (copy / "history.json").read_text()
    assert not kept_of(paths)
