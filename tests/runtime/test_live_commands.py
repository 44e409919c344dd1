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


def test_without_a_pin_a_coach_that_runs_is_not_unlocked_and_what_to_do_is_said(coach, journal):
    with open_keeper(journal, SystemClock()) as keeper:
        keeper.note(LockSet(2))

        result = coach("unlock", typed="y\n")

        assert keeper.standing.lock == 2
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr == (
        "coach: The coach is running, and while it does only the carer's PIN unlocks it, which was never set; "
        "set one with 'coach unlock --new-pin', then run 'coach unlock' again.\n"
    )


def elsewhere(data, source):
    """Return a program that is a coach in another runtime folder: it writes the journal and waits at a socket."""
    return f"""
import time
from contextlib import nullcontext
from pathlib import Path
from coach.journal.keeper import open_keeper
from coach.runtime.clock import SystemClock
from coach.runtime.controls.local_socket import socket_path
from coach.runtime.controls.pin_socket import PinSocket, pin_socket_path
from coach.runtime.controls.stop_socket import StopSocket, stop_socket_path

data = Path({str(data)!r})
source = {source}
with open_keeper(data / "journal", SystemClock()), source or nullcontext():
    print("ready", flush=True)
    while True:
        for given in source.take() if source else ():
            print(given, flush=True)
        time.sleep(0.01)
"""


@pytest.fixture
def other_shell(journal, tmp_path, sockets):  # noqa: ARG001 - it makes the folder
    """Begin a coach with another runtime folder than the shell's; return where its sockets stand, and it."""
    begun = []
    with tempfile.TemporaryDirectory() as folder:

        def begin(source):
            program = [sys.executable, "-c", elsewhere(tmp_path / "data", source)]
            there = {**os.environ, "XDG_RUNTIME_DIR": folder}
            begun.append(subprocess.Popen(program, env=there, stdout=subprocess.PIPE, text=True))
            assert begun[-1].stdout.readline() == "ready\n"
            return folder, begun[-1]

        yield begin
        for each in begun:
            each.kill()
            each.wait()
            each.stdout.close()


def test_a_coach_that_was_started_with_another_runtime_folder_is_stopped_all_the_same(coach, other_shell):
    _, process = other_shell("StopSocket(stop_socket_path(data))")

    result = coach("stop")

    assert (result.returncode, result.stdout, result.stderr) == (0, "Stopped.\n", "")
    assert process.stdout.readline() == "stop\n"


def test_a_coach_that_was_started_with_another_runtime_folder_takes_the_pin_all_the_same(tmp_path, other_shell):
    data = tmp_path / "data"
    with open_keeper(data / "journal", SystemClock()) as keeper:
        keeper.note(LockSet(2))
    _, process = other_shell("PinSocket(pin_socket_path(data))")

    with pytest.raises(CoachError, match="still locked"):
        unlock_running(data, "204619", lambda: None)

    assert process.stdout.readline() == "Typed(pin='204619')\n"


INSTEAD = {"stop": "press a key at the bed", "unlock": "type the PIN on a keypad at the bed"}


@pytest.mark.parametrize("typed", INSTEAD)
def test_a_coach_that_runs_and_whose_socket_is_not_found_is_told_with_where_it_was_looked_for_and_what_to_do(
    coach, other_shell, sockets, tmp_path, typed
):
    PinFile(tmp_path / "data", SystemClock()).set("204619")
    folder, process = other_shell("None")

    result = coach(typed, typed="y\n204619\n")

    assert result.returncode == 3
    assert result.stderr.startswith(
        f"coach: A coach is running (process {process.pid}), but takes no orders at {sockets}/bedside-coach/"
    )
    assert f" nor, by its own XDG_RUNTIME_DIR, at {folder}/bedside-coach/" in result.stderr
    assert result.stderr.endswith(
        f"; run 'coach {typed}' again in a moment, {INSTEAD[typed]}, or end it with: kill {process.pid}\n"
    )
    assert len(result.stderr.splitlines()) == 1


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
