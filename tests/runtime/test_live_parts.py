"""What a live session is made of, part by part: ear, writer, watchdog, keys, view, screening."""

import importlib
import io
import os
import select
import signal
import subprocess
import sys
import threading
from collections import deque
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from coach.audio.device import Status
from coach.errors import JournalError
from coach.journal.entries import ClockSet, LockSet, Practised, SessionEnded, Stamp, VoiceKept
from coach.journal.keeper import open_keeper
from coach.journal.store import MemoryStore
from coach.language.command_book import Mark
from coach.language.utterance import Context, Expectation
from coach.listening.echo_report import EchoMeasure, classify
from coach.listening.pace import Pace
from coach.runtime.clock import SystemClock
from coach.runtime.composing import Composer, next_screening, practised, voice_kept
from coach.runtime.ear import IN_FLIGHT, MOST_WAITING, ListenerWanted, ProcessEar
from coach.runtime.journal_writer import STALL_S, JournalWriter
from coach.runtime.live import JOURNAL, unlock
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings
from coach.runtime.view import PlainView, Sight, drawn, level_bar
from coach.runtime.watchdog import FIRST_RESTART, GONE_DB, RESTART_EVERY, SETTLING, Watchdog
from coach.runtime.wiring import House
from coach.session import events as ev
from coach.session.effects import Outcome
from coach.session.states import Screening
from coach.units import LISTEN_BLOCK, Frames, frames

BLOCK = np.zeros(LISTEN_BLOCK, dtype=np.float32)
DEAD_OUTPUT = Status(output_alive=False)
DEAD_INPUT = Status(input_alive=False)
PROMPT_S = 30.0
"""Far more than a process takes to load on a busy machine."""


@pytest.fixture
def house(tmp_path):
    return House(Paths.find(data=tmp_path), Settings(), lambda _sentence: None, lambda _sentence: None)


# --- the ear


@pytest.fixture
def ear(house):
    made = ProcessEar(ListenerWanted(house.paths, house.settings, "en", "scripted"))
    yield made
    made.close()


def collect(ear, count):
    """Return what comes back until there are so many blocks."""
    returned = []
    waiting = threading.Event()
    for _ in range(round(PROMPT_S / 0.01)):
        returned += ear.take()
        if len(returned) >= count or ear.fault:
            return returned
        waiting.wait(0.01)
    pytest.fail(f"only {len(returned)} of {count} blocks came back")


def test_every_block_comes_back_in_its_order(ear):
    ear.expect(Expectation())
    for number in range(3 * IN_FLIGHT):
        ear.give(Frames(number), BLOCK, BLOCK, ())

    returned = collect(ear, 3 * IN_FLIGHT)

    assert [each.frame for each in returned] == list(range(3 * IN_FLIGHT))
    assert ear.backlog == 0


def test_the_oldest_blocks_are_dropped_when_nobody_hears(ear):
    for number in range(MOST_WAITING + IN_FLIGHT + 50):
        ear.give(Frames(number), BLOCK, BLOCK, ())

    assert ear.backlog <= MOST_WAITING + IN_FLIGHT


def test_what_a_slow_machine_costs_is_told_once_the_recognizers_are_loaded(tmp_path, monkeypatch):
    (tmp_path / "slow_listener.py").write_text(
        "from types import SimpleNamespace\n"
        "from coach.listening.pace import Pace\n"
        "class Slow:\n"
        "    complaint = None\n"
        "    echo = SimpleNamespace(kind=None)\n"
        "    def keep_pace(self, _clock): return Pace(later_s=0.5)\n"
        "    def expect(self, _expectation): pass\n"
        "    def accept(self, _mic, _reference, *, sounding): return ()\n"
    )
    monkeypatch.syspath_prepend(tmp_path)  # the process looks for packages where its parent does
    ear = ProcessEar(importlib.import_module("slow_listener").Slow)

    with closing(ear):
        ear.give(Frames(0), BLOCK, BLOCK, ())
        before = ear.slowness
        collect(ear, 1)

    assert before == ""
    assert ear.slowness == Pace(later_s=0.5).told


def test_what_is_expected_is_not_dropped_with_the_oldest_blocks():
    waiting = deque([Expectation(Context.QUESTION, "consent")])
    ear = ProcessEar.__new__(ProcessEar)
    ear._waiting, ear._blocks_waiting = waiting, 0
    ear._in_flight, ear._fault = IN_FLIGHT, ""

    for number in range(MOST_WAITING + 50):
        ear.give(Frames(number), BLOCK, BLOCK, ())

    assert waiting[0] == Expectation(Context.QUESTION, "consent")
    assert ear.backlog == MOST_WAITING + IN_FLIGHT


@pytest.mark.parametrize("stopped", [False, True], ids=["running", "stopped"])
def test_the_ear_ends_with_the_coach_however_that_ends(house, stopped):
    script = (
        "import sys; from pathlib import Path; from coach.runtime.ear import *; from coach.runtime.paths import Paths; "
        "from coach.runtime.settings import Settings; "
        f"paths = Paths.find(data=Path({str(house.paths.data)!r})); "
        "ear = ProcessEar(ListenerWanted(paths, Settings(), 'en', 'scripted')); "
        "import numpy as np; nothing = np.zeros(320, dtype=np.float32); ear.give(0, nothing, nothing, ())\n"
        "while not ear.take(): pass\n"
        "print(ear.process_id, flush=True); sys.stdin.read()"
    )
    coach = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with coach:
        process_id = int(coach.stdout.readline())
        if stopped:
            os.kill(process_id, signal.SIGSTOP)
        gone = os.pidfd_open(process_id)

        coach.kill()

        ready, _, _ = select.select([gone], [], [], PROMPT_S)
    os.close(gone)
    assert ready


def test_a_killed_ear_hears_again_after_a_restart(ear):
    ear.expect(Expectation())
    ear.give(Frames(1), BLOCK, BLOCK, ())
    collect(ear, 1)

    ear.restart()
    ear.give(Frames(2), BLOCK, BLOCK, ())

    assert [each.frame for each in collect(ear, 1)] == [2]


def test_an_ear_without_its_engine_says_what_is_missing(house):
    ear = ProcessEar(ListenerWanted(house.paths, house.settings, "en", "vosk"))

    collect(ear, 1)

    assert "missing" in ear.fault
    ear.close()


# --- the journal's writer


class Disk:
    """A keeper whose disk can refuse."""

    def __init__(self):
        self.refuses = False
        self.noted = []
        self.closed = False

    def note(self, *entries):
        if self.refuses:
            raise JournalError("The disk is full.")
        self.noted += entries

    def close(self):
        self.closed = True


def test_entries_are_durable_in_their_order_once_settled():
    disk = Disk()
    writer = JournalWriter(disk)

    for by_s in range(20):
        writer.note(ClockSet(float(by_s)))
    settled = writer.settle(PROMPT_S)

    assert settled
    assert disk.noted == [ClockSet(float(by_s)) for by_s in range(20)]
    writer.close()
    assert disk.closed


def test_a_disk_that_refuses_is_told_and_holds_up_nothing():
    disk = Disk()
    disk.refuses = True
    writer = JournalWriter(disk)

    writer.note(ClockSet(1.0))
    settled = writer.settle(PROMPT_S)

    assert not settled
    assert writer.fault == "The disk is full."
    with pytest.raises(JournalError, match="disk is full"):
        writer.close()


def test_a_disk_that_takes_entries_again_is_well_again():
    disk = Disk()
    disk.refuses = True
    writer = JournalWriter(disk)
    writer.note(ClockSet(1.0))
    writer.settle(PROMPT_S)

    disk.refuses = False
    writer.note(ClockSet(2.0))
    writer.close()

    assert writer.fault == ""


class HangingDisk(Disk):
    """A keeper whose disk hangs until it is let go."""

    def __init__(self):
        super().__init__()
        self.begun, self.free = threading.Event(), threading.Event()

    def note(self, *entries):
        self.begun.set()
        self.free.wait(PROMPT_S)
        super().note(*entries)


def test_a_disk_that_hangs_holds_up_nothing_and_is_a_fault_after_two_seconds():
    disk, now = HangingDisk(), [100.0]
    writer = JournalWriter(disk, lambda: now[0])

    settled = writer.note(ClockSet(1.0))
    disk.begun.wait(PROMPT_S)
    faults = []
    for passed in (0.0, STALL_S - 0.1, STALL_S):
        now[0] = 100.0 + passed
        faults.append(writer.fault)
    durable_before = settled()
    disk.free.set()
    writer.close()

    assert faults[:2] == ["", ""]
    assert "does not answer" in faults[2]
    assert not durable_before
    assert settled()
    assert writer.fault == ""


def test_a_defect_in_the_writing_is_a_fault_and_no_silent_death():
    class Defective(Disk):
        def note(self, *_entries):
            raise ZeroDivisionError("a defect")

    writer = JournalWriter(Defective())

    writer.note(ClockSet(1.0))
    writer.settle(PROMPT_S)

    assert "a defect" in writer.fault


# --- the watchdog


def test_a_loudspeaker_that_is_lost_is_told_once_and_started_again_at_intervals():
    dog = Watchdog()
    tries, told = [], []

    for now in range(0, FIRST_RESTART + 2 * RESTART_EVERY, 960):
        told += dog.sound(DEAD_OUTPUT, Frames(now))
        if dog.restart_sound(Frames(now), speaking=False):
            tries.append(now)

    assert told == [ev.VoiceLost(Frames(0))]
    assert tries == [FIRST_RESTART, FIRST_RESTART + RESTART_EVERY]


def test_a_lost_microphone_alone_cuts_no_line_off():
    dog = Watchdog()

    dog.sound(DEAD_INPUT, Frames(0))
    while_speaking = dog.restart_sound(FIRST_RESTART, speaking=True)
    afterwards = dog.restart_sound(FIRST_RESTART, speaking=False)

    assert not while_speaking
    assert afterwards


def test_a_restart_for_the_microphone_is_no_loss_of_the_voice_until_it_has_settled():
    dog = Watchdog()
    dog.sound(DEAD_INPUT, Frames(0))
    dog.restart_sound(FIRST_RESTART, speaking=False)

    settling = dog.sound(DEAD_OUTPUT, Frames(FIRST_RESTART + 960))
    settled = dog.sound(DEAD_OUTPUT, Frames(FIRST_RESTART + SETTLING))

    assert settling == ()
    assert settled == (ev.VoiceLost(Frames(FIRST_RESTART + SETTLING)),)


def test_a_loudspeaker_at_another_rate_is_lost_until_it_was_measured_right():
    dog = Watchdog()
    paces = [None, 1.0003, 0.91875, None, None, 0.9998]

    told = [event for now, pace in enumerate(paces) for event in dog.sound(Status(output_pace=pace), Frames(now))]

    assert told == [ev.VoiceLost(Frames(2)), ev.VoiceRestored(Frames(5))]


def test_a_microphone_at_another_rate_is_not_believed_and_is_started_again():
    dog = Watchdog()
    believed, tries = [], []

    for now in range(0, FIRST_RESTART + frames(1.0), 960):
        dog.sound(Status(input_pace=1.0 if now == 0 else 1.088), Frames(now))
        believed.append(dog.input_paced)
        if dog.restart_sound(Frames(now), speaking=False):
            tries.append(now)

    assert believed[0]
    assert not any(believed[1:])
    assert tries == [960 + FIRST_RESTART]


@pytest.mark.parametrize(
    ("measured", "believed"), [(0.9998, True), (1.02, False)], ids=["right by then", "still wrong"]
)
def test_a_card_that_was_started_again_is_left_alone_until_its_rate_is_measured(measured, believed):
    dog = Watchdog()
    known = frames(20.0)  # how long it takes to measure a rate
    tries = []

    for now in range(0, 2 * known, 960):
        fresh = bool(tries) and now - tries[-1] < known
        dog.sound(Status(input_pace=1.02 if not tries else None if fresh else measured), Frames(now))
        if dog.restart_sound(Frames(now), speaking=False):
            tries.append(now)

    assert known > RESTART_EVERY
    assert dog.input_paced == believed
    assert tries == [FIRST_RESTART] + ([] if believed else [FIRST_RESTART + known + FIRST_RESTART])


COMES_BACK = EchoMeasure(2.0, 0.8, 0.02, level_db=-30.0, noise_db=-55.0, gain_db=-10.0, weakened_db=20.0)
NOT_FOUND = replace(COMES_BACK, correlation=0.05)


def after(*measures):
    """Return what the watchdog tells of the voice once the coach's own voice came back, or did not, in these ways."""
    dog = Watchdog()
    told = []
    for now, measure in enumerate(measures):
        dog.echo(classify(measure))
        told += dog.sound(Status(), Frames(now))
    return told


def test_a_voice_that_came_back_and_does_so_no_more_is_a_lost_loudspeaker_until_it_comes_back():
    gone = replace(NOT_FOUND, gain_db=COMES_BACK.gain_db - GONE_DB)

    assert after(COMES_BACK, gone, gone, COMES_BACK) == [ev.VoiceLost(Frames(1)), ev.VoiceRestored(Frames(3))]


@pytest.mark.parametrize(
    "measures",
    [
        (replace(NOT_FOUND, gain_db=-60.0),),
        (COMES_BACK, replace(NOT_FOUND, gain_db=COMES_BACK.gain_db - GONE_DB + 0.1)),
        (COMES_BACK, replace(COMES_BACK, gain_db=-40.0)),
    ],
    ids=["it never came back: a speakerphone", "a television covers it", "it comes back more softly"],
)
def test_where_nothing_is_proved_no_loudspeaker_is_lost(measures):
    assert after(*measures) == []


def test_a_journal_is_told_lost_and_restored_once_each():
    dog = Watchdog()

    told = [
        event for now, fault in enumerate(["", "full", "full", "", ""]) for event in dog.journal(fault, Frames(now))
    ]

    assert told == [ev.JournalFailed(Frames(1)), ev.JournalRestored(Frames(3))]


# --- views


def test_a_pipe_gets_every_line_and_the_end_waits_for_them():
    written = []
    view = PlainView(written.append)

    for number in range(5):
        view.tell(str(number))
    view.close()

    assert written == ["0", "1", "2", "3", "4"]


def test_a_pipe_that_nobody_reads_holds_up_nothing():
    def broken(_line):
        raise BrokenPipeError

    view = PlainView(broken)

    view.tell("one")
    view.tell("two")
    view.close()


def test_the_panel_shows_what_was_heard_and_how_good_the_hearing_is():
    console = Console(width=120, file=io.StringIO())
    sight = Sight(phase="run", place="set 1, repetition 3 of 15", heard="pause (phonemes 0.91)", lease_s=0.9)

    console.print(drawn("ankle-pumps", sight, ("phase: run",)))

    shown = console.file.getvalue()
    assert "repetition 3 of 15" in shown
    assert "pause (phonemes 0.91)" in shown
    assert "good for 0.9 s" in shown


def test_the_panel_tells_that_a_machine_is_slow_and_nothing_of_a_fast_one():
    shown = []
    for slowness in ("", "This machine is slow."):
        console = Console(width=120, file=io.StringIO())
        console.print(drawn("ankle-pumps", Sight(slowness=slowness), ()))
        shown.append(console.file.getvalue())

    assert ["machine" in text for text in shown] == [False, True]


@pytest.mark.parametrize(
    ("level_db", "filled"),
    [(-90.0, 0), (-60.0, 0), (-30.0, 15), (0.0, 30), (3.0, 30)],
    ids=["nothing", "a quiet room", "half", "full", "more than full"],
)
def test_the_level_is_a_bar(level_db, filled):
    assert level_bar(level_db).count("█") == filled
    assert len(level_bar(level_db)) == 30


# --- what the journal says about the next session

NOON = Stamp("2026-03-01T12:00:00.000+00:00", "boot-1", 10_000_000)


class FixedClock:
    def now(self):
        return NOON


@pytest.mark.parametrize(
    ("outcome", "now", "screening"),
    [
        pytest.param(Outcome.COMPLETED, {"uptime_ms": 10_060_000}, Screening.LATER, id="a minute later"),
        pytest.param(Outcome.STOPPED, {"uptime_ms": 10_060_000}, Screening.FIRST, id="after a stop"),
        pytest.param(
            Outcome.COMPLETED, {"uptime_ms": 10_000_000 + 6 * 3_600_000}, Screening.FIRST, id="six hours later"
        ),
        pytest.param(Outcome.COMPLETED, {"boot": "boot-2"}, Screening.FIRST, id="after a restart"),
        pytest.param(Outcome.COMPLETED, {"boot": ""}, Screening.FIRST, id="where the boot is not known"),
        pytest.param(Outcome.COMPLETED, {"wall": "2026-03-02T00:01:00.000+00:00"}, Screening.FIRST, id="the next day"),
    ],
)
def test_only_a_completed_session_of_the_same_day_and_boot_spares_questions(outcome, now, screening):
    store = MemoryStore(FixedClock())
    store.append(SessionEnded("one", outcome, Frames(1)))

    assert next_screening(store, replace(NOON, **now)) is screening


def test_the_first_session_ever_begins_with_all_questions():
    assert next_screening(MemoryStore(FixedClock()), NOON) is Screening.FIRST


def test_a_carer_lifts_a_lock_once(tmp_path):
    with open_keeper(tmp_path / JOURNAL, SystemClock()) as keeper:
        keeper.note(LockSet(2, red_flag=True))

    lifted = [unlock(tmp_path), unlock(tmp_path)]

    assert lifted == [2, 0]


# --- how she wants to be spoken to


def test_who_never_said_so_is_spoken_to_as_the_voice_was_made():
    assert voice_kept(MemoryStore(SystemClock())) == VoiceKept(0.0, 0)


def test_what_she_said_last_holds_for_the_next_session():
    store = MemoryStore(SystemClock())
    store.append(VoiceKept(3.0, 0), VoiceKept(3.0, -1))

    assert voice_kept(store) == VoiceKept(3.0, -1)


def test_what_an_older_journal_kept_beyond_todays_range_is_brought_into_it():
    store = MemoryStore(SystemClock())
    store.append(VoiceKept(-40.0, 7))

    assert voice_kept(store) == VoiceKept(-12.0, 2)


# --- practice


PRACTISED = {
    "never": (),
    "not-heard": (Practised(1, 3, False, False, 0.4),),
    "heard": (Practised(3, 3, True, True, 1.5),),
}


@pytest.mark.parametrize(("lived", "due"), [("never", True), ("not-heard", True), ("heard", False)])
@pytest.mark.parametrize("prescribed", [True, False], ids=["prescribed", "tried out"])
def test_stopping_is_practised_before_the_first_session_that_was_prescribed(tmp_path, lived, due, prescribed):
    own = tmp_path / "own"
    own.mkdir()
    if prescribed:
        (own / "prescription.toml").write_text("[schedule]\nsessions_per_day = 3\n")
    house = House(Paths.find(own, tmp_path / "data"), Settings(), lambda _sentence: None, lambda _sentence: None)
    store = MemoryStore(SystemClock())
    store.append(*PRACTISED[lived])

    composer = Composer(house, house.program("ankle-pumps"), "en", None)

    assert composer.practice_due(practised(store)) is (due and prescribed)


# --- what its session hears by


@pytest.mark.parametrize(("spoken", "other"), [("ko", "en"), ("en", "ko")])
def test_a_session_knows_what_is_heavy_bleeding_in_the_other_languages_too(house, monkeypatch, spoken, other):
    monkeypatch.setattr(house, "render", lambda *_: {})

    marks = house.prepare(house.program("ankle-pumps"), spoken, lambda _what: lambda _done, _total: None).material.marks

    assert set(house.packs[other].commands.marks[Mark.HEAVY]) <= set(marks[Mark.HEAVY])
    assert not set(house.packs[spoken].commands.marks[Mark.HEAVY]) & set(marks[Mark.HEAVY])
