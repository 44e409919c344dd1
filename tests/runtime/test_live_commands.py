"""The commands of a live coach on a machine without any sound: each says what is missing in one sentence."""

import json
import os
import subprocess
import sys
import tempfile

import pytest

from coach.errors import CoachError
from coach.journal.entries import LockLifted, LockSet, SessionEnded
from coach.journal.keeper import open_keeper
from coach.journal.sqlite import SqliteJournal
from coach.journal.standing import standing_of
from coach.runtime.clock import SystemClock
from coach.runtime.controls.control import Typed
from coach.runtime.controls.pin_socket import PinSocket, pin_socket_path
from coach.runtime.live import JOURNAL, unlock_running
from coach.runtime.pin_file import PinFile
from coach.session.effects import Outcome
from coach.units import Frames


@pytest.fixture
def coach(tmp_path):
    """Return a function that runs the coach's command where no sound card can be found."""
    nowhere = {
        "ALSA_CONFIG_PATH": os.devnull,
        "PULSE_SERVER": f"unix:{tmp_path}/none",
        "PIPEWIRE_RUNTIME_DIR": str(tmp_path),
        "JACK_NO_START_SERVER": "1",
    }

    def run(*arguments, typed=""):
        command = [sys.executable, "-m", "coach", *arguments, "--data-dir", str(tmp_path / "data")]
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **nowhere},
            input=typed,
            timeout=120,
        )

    return run


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "data" / JOURNAL


def test_run_without_a_sound_card_names_rehearse(coach):
    result = coach("run")

    assert result.returncode == 3
    assert "coach rehearse ankle-pumps" in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_run_of_an_unknown_program_lists_those_there_are(coach):
    result = coach("run", "swimming")

    assert result.returncode == 2
    assert "ankle-pumps" in result.stderr


def test_devices_without_a_sound_system_says_so(coach):
    result = coach("devices", "--json")

    assert result.returncode == 3
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.stderr


def test_the_doctor_names_the_missing_sound_card_and_fails(coach):
    result = coach("doctor", "--json")

    rows = {row["subject"]: row for row in json.loads(result.stdout)}
    assert result.returncode == 1
    assert rows["sound card"]["state"] == "problem"


@pytest.mark.parametrize(
    ("typed", "lock", "code"), [("y\n", 0, 0), ("n\n", 2, 1), ("", 2, 1)], ids=["agreed", "not agreed", "nobody there"]
)
def test_a_lock_is_lifted_only_where_the_care_team_agrees(coach, journal, typed, lock, code):
    with open_keeper(journal, SystemClock()) as keeper:
        keeper.note(LockSet(2, red_flag=True))

    result = coach("unlock", typed=typed)

    with SqliteJournal(journal) as kept:
        assert standing_of(kept).lock == lock
    assert result.returncode == code


def test_with_a_pin_only_the_pin_unlocks(coach, journal):
    with open_keeper(journal, SystemClock()) as keeper:
        keeper.note(LockSet(2))

    kept = coach("unlock", "--new-pin", typed="204619\n204619\n")
    wrong = coach("unlock", typed="y\n204618\n")
    with SqliteJournal(journal) as still:
        locked = standing_of(still).lock
    right = coach("unlock", typed="y\n204619\n")

    assert (kept.returncode, wrong.returncode, right.returncode) == (0, 2, 0)
    assert "not the PIN" in wrong.stderr
    assert locked == 2
    assert right.stdout.endswith("Unlocked.\n")


@pytest.fixture
def sockets(monkeypatch):
    """Give a folder for sockets whose path is short enough for one."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield folder


@pytest.fixture
def running(journal, tmp_path, sockets):  # noqa: ARG001 - it sets where sockets stand
    """Give a coach that runs and is locked: its journal, and what takes a PIN from the socket and lifts the lock."""
    data = tmp_path / "data"
    PinFile(data, SystemClock()).set("204619")
    with open_keeper(journal, SystemClock()) as keeper, PinSocket(pin_socket_path(data)) as source:
        keeper.note(LockSet(2, red_flag=True))
        yield keeper, source


def test_a_coach_that_runs_is_handed_the_pin_and_what_it_does_is_told(running, tmp_path):
    keeper, source = running
    taken = []

    def look():
        taken.extend(source.take())
        if taken == [Typed("204619")]:
            keeper.note(LockLifted("carer"))

    lifted = unlock_running(tmp_path / "data", "204619", look)

    assert taken == [Typed("204619")]
    assert lifted == 2
    assert unlock_running(tmp_path / "data", "204619", look) == 0


def test_a_coach_that_runs_and_stays_locked_is_told_and_nothing_is_lifted_behind_its_back(running, tmp_path):
    with pytest.raises(CoachError, match="still locked"):
        unlock_running(tmp_path / "data", "204618", lambda: None)

    assert running[0].standing.lock == 2


@pytest.mark.usefixtures("sockets")
def test_where_no_coach_runs_none_is_handed_a_pin(journal, tmp_path):
    with open_keeper(journal, SystemClock()) as keeper:
        keeper.note(LockSet(2))

    assert unlock_running(tmp_path / "data", "204619") is None


def test_a_wrong_pin_at_a_coach_that_runs_never_reaches_it(running, coach):
    result = coach("unlock", typed="y\n204618\n")

    assert result.returncode == 2
    assert "not the PIN" in result.stderr
    assert running[1].take() == ()


def test_stop_where_no_coach_runs_says_so(coach):
    result = coach("stop")

    assert result.returncode == 3
    assert result.stderr == "coach: No coach is running that could be stopped.\n"


def test_replay_without_a_session_says_so(coach, journal):
    with open_keeper(journal, SystemClock()) as keeper:
        keeper.note(SessionEnded("none", Outcome.INTERRUPTED, Frames(0)))

    result = coach("replay")

    assert result.returncode == 1
    assert "does not know a session" in result.stderr
