"""The parent of a live coach, with children that end in every way there is. No sound card is needed."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest
from typer.testing import CliRunner

from coach.__main__ import WATCHED_OVER
from coach.cli import app

PATIENCE_S = 60.0
WAITS = f"[time.sleep(0.05) for _ in range({round(PATIENCE_S / 0.05)})]"
"""Waits for a signal, also for one that comes a moment before the wait begins, which a single sleep would outlast."""

HEAD = """
import os, signal, sys, time
from coach.runtime import supervisor
from coach.runtime.supervisor import supervised
from coach.errors import CoachError

supervisor.STUCK_LOOKS, supervisor.ENDING_LOOKS = 2, 2

def alarm(sound, card):
    print("alarm", len(sound), bytes(sound[:4]), card, flush=True)

try:
    pulse = supervised(alarm)
except CoachError as told:
    print("told:", told, flush=True)
    sys.exit(1)
print("coach", os.getpid(), os.getppid(), flush=True)
"""


def parent(body):
    """Start a coach with a parent; `body` is what the coach does."""
    script = HEAD + textwrap.dedent(body)
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def end_of(process):
    out, err = process.communicate(timeout=PATIENCE_S)
    return process.returncode, out, err


@pytest.mark.parametrize("code", [0, 2, 3, 130])
def test_the_parent_leaves_as_the_coach_leaves(code):
    returned, out, _ = end_of(parent(f"pulse.begin(b'abcd', b'card'); pulse.end(); sys.exit({code})"))

    assert returned == code
    assert "alarm" not in out


@pytest.mark.parametrize(
    "death",
    [
        pytest.param("os.kill(os.getpid(), signal.SIGKILL)", id="killed"),
        pytest.param("os.abort()", id="crashed"),
        pytest.param("raise ZeroDivisionError", id="a defect"),
        pytest.param("sys.exit(0)", id="left without a word"),
        pytest.param("pulse.beat()\nwhile True: pass", id="an endless loop"),
        pytest.param("os.kill(os.getpid(), signal.SIGSTOP)", id="stopped"),
    ],
)
def test_a_coach_that_dies_in_a_session_is_followed_by_the_alarm(death):
    returned, out, _ = end_of(parent(f"pulse.begin(b'abcd', b'card')\n{death}"))

    assert returned == 1
    assert "alarm 4 b'abcd' b'card'" in out
    assert "told: The coach broke down" in out


@pytest.mark.parametrize(
    "state", ["", "pulse.begin(b'abcd', b'card'); pulse.end()"], ids=["before the session", "after the session"]
)
def test_a_coach_that_dies_outside_a_session_rings_nothing(state):
    returned, out, _ = end_of(parent(f"{state}\nos.kill(os.getpid(), signal.SIGKILL)"))

    assert returned == 1
    assert "alarm" not in out
    assert "did not end by itself" in out


def test_a_coach_that_does_not_end_after_its_session_is_ended():
    returned, out, _ = end_of(parent("pulse.begin(b'abcd', b'card'); pulse.end()\nwhile True: pass"))

    assert returned == 1
    assert "alarm" not in out


def test_a_coach_whose_pulse_moves_is_left_alone_however_long():
    body = """
    pulse.begin(b"abcd", b"card")
    for _ in range(15):
        pulse.beat()
        time.sleep(0.1)
    pulse.end()
    """

    assert end_of(parent(body))[0] == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_to_the_parent_reaches_the_coach(number):
    body = f"""
    signal.signal({int(number)}, lambda *_: sys.exit(17))
    print("ready", flush=True)
    {WAITS}
    """
    process = parent(body)
    while process.stdout.readline() != "ready\n":
        pass

    process.send_signal(number)

    assert end_of(process)[0] == 17


def test_the_coach_is_told_to_end_when_its_parent_has_died():
    body = f"""
    signal.signal(signal.SIGTERM, lambda *_: (print("ending", flush=True), sys.exit(0)))
    print("ready", flush=True)
    {WAITS}
    """
    process = parent(body)
    while process.stdout.readline() != "ready\n":
        pass

    os.kill(process.pid, signal.SIGKILL)

    assert process.stdout.read() == "ending\n"
    process.wait()


def test_what_is_said_beforehand_is_said_once():
    script = "import sys; sys.stdout.write('once\\n')\n" + HEAD + "pulse.end()"
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )

    assert end_of(process)[1].count("once") == 1


def test_what_waits_beside_the_coach_all_its_life_has_loaded_nothing_heavy():
    program = (
        "import sys, coach.__main__; heavy = {'numpy', 'pydantic', 'typer', 'rich', 'sqlite3', 'inspect'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )

    finished = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)

    assert finished.returncode == 0, finished.stderr


def test_a_command_that_somebody_in_bed_counts_on_does_not_run_without_a_parent():
    commands = {command.name for command in app.registered_commands}

    assert commands >= set(WATCHED_OVER)
    for name in WATCHED_OVER:
        entered_beside_it = CliRunner().invoke(app, [name])
        assert "Nobody watches over this command" in str(entered_beside_it.exception)
