"""Each process of a live coach, broken in the middle of a word: quiet in time, and then told.

Process by fault; what a cell does not name is lived with COACH_RIG=whole, in the others here:

| process     | killed | stopped | an exception       | an endless loop    |
|-------------|--------|---------|--------------------|--------------------|
| coach       | here   | here    | here: a rule broken| whole              |
| parent      | here   | whole   | as killed          | as stopped         |
| sound       | whole  | here    | as killed          | as stopped         |
| recognizers | whole  | here    | test_ear_process   | test_ear_process   |

A voice has no process: lines are spoken into clips before a session (`coach.runtime.library`). The parent and the sound
process do nothing but wait and copy: an exception ends them as a signal does.
"""

import os
import select
import signal
import sys
import time

import numpy as np
import pytest

from coach.journal.entries import SessionEnded
from coach.journal.keeper import open_keeper
from coach.language.utterance import Utterance
from coach.rehearsal.live_rig import SILENT, LiveRig, found_in
from coach.runtime.clock import SystemClock
from coach.runtime.live import JOURNAL
from coach.session.effects import Outcome
from coach.speech.earcons import chime
from coach.units import SAMPLE_RATE

WHOLE = os.environ.get("COACH_RIG") == "whole"
QUIET_WITHIN_S = 2.5
"""The bound of the protocol from any fault to silence."""
LATE_S = 0.5
"""By how much the recording may be late behind what is played, on a busy machine."""
PATIENCE_S = 60.0
"""Far more than any telling takes, far less than for ever."""
FADE_S = 0.05
"""What was being said into a lost loudspeaker fades in front of the chime."""
ALIKE = 0.7
"""Likeness above which a sound was heard: a gap on a busy machine costs some."""


def in_mid_word(coach):
    """Wait until the coach has been speaking for a while, its session journaled; return the place in the recording."""
    coach.wait_for("recognizers: they hear")
    coach.wait_for_sound()
    return coach.recording.length


def until_told(coach, begin, house, key):
    """Wait until the fault chime and the line that tells of it have sounded; return where the chime began."""
    line = house.pack("en").utterance(key)
    clip = house.render([Utterance("en", key, line.text)], house.voice("en"))
    words = next(iter(clip.values())).samples
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        heard = coach.recording.so_far(begin)
        if len(heard) > len(words) and found_in(heard, words)[1] > ALIKE:
            at, alike = found_in(heard, chime("fault").samples)
            assert alike > ALIKE
            return begin + at
        time.sleep(0.5)
    pytest.fail(f"it was never told: {[told.text for told in coach.told]}")


def assert_quiet(coach, begin, chimed):
    """Assert that from the bound on nothing sounded before the chime."""
    recorded = coach.recording.so_far()
    first = begin + round((QUIET_WITHIN_S + LATE_S) * SAMPLE_RATE)
    quiet = recorded[first : chimed - round(FADE_S * SAMPLE_RATE)]
    assert not np.any(np.abs(quiet) > SILENT)


BREAKABLE = """
import signal
from coach.__main__ import main
from coach.runtime.guard import ContradictionError

def fail(*_):
    raise ContradictionError("The coach was about to break a rule of its own.")

def loop(*_):
    while True:
        pass

signal.signal(signal.SIGUSR1, fail)
signal.signal(signal.SIGUSR2, loop)
main()
"""
"""The coach, which a signal makes fail in whatever it is doing: as at a rule that is broken, or for ever."""


@pytest.fixture
def breakable(card, house):
    arguments = ["run", "ankle-pumps", "--data-dir", str(house.paths.data)]
    with LiveRig(card, arguments, (sys.executable, "-c", BREAKABLE)) as rig:
        yield rig


BROKEN = [
    pytest.param(signal.SIGUSR1, Outcome.FAULT, id="a rule broken"),
    pytest.param(signal.SIGUSR2, Outcome.INTERRUPTED, id="an endless loop"),
]


@pytest.mark.parametrize(("number", "outcome"), BROKEN if WHOLE else BROKEN[:1])
def test_a_coach_that_fails_by_itself_is_told_by_its_parent_and_the_next_start_knows(breakable, house, number, outcome):
    begin = in_mid_word(breakable)

    os.kill(breakable.core, number)
    chimed = until_told(breakable, begin, house, "fault.broke-down")

    assert_quiet(breakable, begin, chimed)
    assert breakable.end() == 1
    with open_keeper(house.paths.data / JOURNAL, SystemClock()) as keeper:
        assert keeper.store.latest(SessionEnded).entry.outcome is outcome


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
def test_where_the_coach_itself_dies_its_parent_tells_and_the_next_start_knows(coach, house, number):
    begin = in_mid_word(coach)

    os.kill(coach.core, number)
    chimed = until_told(coach, begin, house, "fault.broke-down")

    assert_quiet(coach, begin, chimed)
    assert coach.end() == 1
    assert any("broke down in the middle" in told.text for told in rest_of(coach))
    with open_keeper(house.paths.data / JOURNAL, SystemClock()) as keeper:
        last = keeper.store.latest(SessionEnded)
        assert keeper.found.interrupted is not None
        assert last.entry.outcome is Outcome.INTERRUPTED


LOST = [
    pytest.param("portaudio_child", signal.SIGSTOP, "fault.mute", id="sound process stopped"),
    pytest.param("ear_child", signal.SIGSTOP, "fault.deaf", id="recognizers stopped"),
]
KILLED = [
    pytest.param("portaudio_child", signal.SIGKILL, "fault.mute", id="sound process killed"),
    pytest.param("ear_child", signal.SIGKILL, "fault.deaf", id="recognizers killed"),
]


@pytest.mark.parametrize(("worker", "number", "key"), [*LOST, *KILLED] if WHOLE else LOST)
def test_a_process_that_is_lost_is_a_fault_that_is_told(coach, house, worker, number, key):
    coach.wait_for("recognizers: they hear")
    coach.wait_for_sound()
    begin = coach.recording.length

    os.kill(coach.worker(worker), number)
    coach.wait_for("phase: fault")
    chimed = until_told(coach, begin, house, key)

    assert_quiet(coach, begin, chimed)
    assert coach.end() == 130


GONE = [signal.SIGKILL, signal.SIGSTOP]


@pytest.mark.parametrize("number", GONE if WHOLE else GONE[:1], ids=lambda number: number.name)
def test_where_the_parent_dies_or_stands_still_the_coach_ends_the_session_and_closes_it(coach, house, number):
    in_mid_word(coach)
    core = coach.core
    gone = os.pidfd_open(core)

    os.kill(coach.process.pid, number)
    if number is signal.SIGSTOP:
        os.kill(core, signal.SIGTERM)  # nobody passes it on
    coach.wait_for("stopped: ")
    ended, _, _ = select.select([gone], [], [], PATIENCE_S)

    os.close(gone)
    assert ended
    with open_keeper(house.paths.data / JOURNAL, SystemClock()) as keeper:
        assert keeper.found.interrupted is None
        assert keeper.store.latest(SessionEnded).entry.outcome is Outcome.STOPPED


def rest_of(coach):
    coach.next_line("nothing begins so", patience_s=2.0)
    return coach.told
