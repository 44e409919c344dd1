"""`coach serve` as a process of its own, over a sound card made of software. Runs in real time."""

import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from coach.journal.entries import Planned, Practised, SessionEnded, SessionOpened
from coach.journal.keeper import open_keeper
from coach.journal.material import rebuild
from coach.journal.planning import schedule_state
from coach.journal.replay import replay, session_entries
from coach.journal.sqlite import SqliteJournal
from coach.plan.elapsed import MINUTE_MS
from coach.plan.prescription import Prescription, Schedule
from coach.plan.prescription_file import write_prescription
from coach.plan.schedule import LATER_MIN, Replied, Reply
from coach.plan.timetable import timetable
from coach.rehearsal.live_house import LiveHouse
from coach.rehearsal.live_person import LivePerson
from coach.rehearsal.live_rig import LiveRig
from coach.runtime.clock import SystemClock
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings
from coach.runtime.timekeeper import tell_clock
from coach.runtime.wiring import House
from coach.session.effects import Outcome

from .conftest import no_bar

GENEROUS_S = 60
HALF_PAST_TEN = 10 * 60 + 30
TEN = "10:00"


class Bed(LiveRig):
    """A coach that lives by the bed, and the person beside it."""

    def __init__(self, card, house, command=(), *more):
        super().__init__(card, ["serve", "--data-dir", str(house.paths.data), *more], command)
        self._house = house


@pytest.fixture
def manager(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.bind(str(tmp_path / "notify"))
        made.settimeout(GENEROUS_S)
        yield made


def received(manager, wanted):
    """Take what the coach tells the service manager until it tells this."""
    for _ in range(1000):
        message = manager.recv(4096).decode()
        if wanted in message:
            return message
    raise AssertionError(wanted)


def test_it_rests_by_the_bed_tells_its_manager_lets_no_second_one_in_and_leaves_cleanly(
    house, card, manager, watching, tmp_path_factory
):
    watched = watching.Watched(tmp_path_factory.mktemp("watched"))
    told = ("env", f"NOTIFY_SOCKET={manager.getsockname()}", "WATCHDOG_USEC=300000000", *watched.command[1:])
    with Bed(card, house, told) as bed:
        ready = received(manager, "READY=1")
        bed.wait_for("phase: idle")
        alive = received(manager, "WATCHDOG=1")
        second = subprocess.run(
            [sys.executable, "-m", "coach", "serve", "--data-dir", str(house.paths.data)],
            env=card.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=GENEROUS_S,
        )
        code = bed.end()
        left = received(manager, "STOPPING=1")

    with SqliteJournal(house.paths.data / "journal") as journal:
        entries = list(session_entries(journal))
        differences = replay(entries, lambda opened: rebuild(opened, journal, house.packs))
    assert (ready.splitlines()[0], alive, left) == ("READY=1", "WATCHDOG=1", "STOPPING=1")
    assert second.returncode == 1
    assert second.stderr.startswith("coach: Another coach")
    assert differences.first is None
    assert code == 0
    assert watched.families == {socket.AF_UNIX}
    assert watched.looked_up == []


@contextmanager
def at_half_past_ten():
    """Let it be half past ten by every clock that a coach may go by, whoever keeps the one of this machine right."""
    now = datetime.now(UTC)
    ahead = (HALF_PAST_TEN - 60 * now.hour - now.minute) % (24 * 60)
    before = os.environ.get("TZ")
    # Which way a zone of one's own counts is the other way round than anybody expects.
    os.environ["TZ"] = f"BED-{ahead // 60:02}:{ahead % 60:02}"
    try:
        yield now + timedelta(minutes=ahead)
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)


@pytest.fixture
def offering(card, house, tmp_path):
    """Begin to live by the bed of somebody for whom exercises are due; return the coach, its house, and who answers."""
    own = tmp_path / "own"
    own.mkdir()
    write_prescription(own, Prescription(name="Maria", program="ankle-pumps", schedule=Schedule(times=(TEN,))))
    theirs = House(Paths.find(own, tmp_path / "data"), Settings(), print, print)
    theirs.paths.data.mkdir()
    theirs.paths.cache.symlink_to(house.paths.cache)  # what was spoken for the others
    prepared = theirs.prepare(theirs.program("ankle-pumps"), "en", no_bar)
    here = LiveHouse(theirs, "en", "ankle-pumps", prepared, {}, ())
    for answer in ("yes", "later"):
        here.voice(answer)  # spoken beforehand, so that it takes no time
    with open_keeper(theirs.paths.data / "journal", SystemClock()) as keeper:
        keeper.note(Practised(heard=3, of=3, pain=True, passed=True, margin=None))
    with at_half_past_ten() as local:
        tell_clock(theirs.paths.data, SystemClock().now(), local)
        with Bed(card, theirs, (), "--config", str(own)) as coach:
            yield coach, theirs, lambda answer: LivePerson(coach, here.voice, {"offer": answer})


def test_exercises_that_are_due_are_offered_aloud_and_a_spoken_yes_begins_the_session(offering):
    coach, house, person = offering

    person("yes").attend(lambda told: told.startswith("phase: screen screen-"))
    coach.wait_for("line: ")
    code = coach.end()

    with SqliteJournal(house.paths.data / "journal") as journal:
        _resting, hers = (row.entry for row in journal.read(kinds=(SessionOpened,)))
        ended = {row.entry.session: row.entry.outcome for row in journal.read(kinds=(SessionEnded,))}
        differences = replay(
            session_entries(journal, hers.session), lambda opened: rebuild(opened, journal, house.packs)
        )
    printed = [told.text for told in coach.told]
    assert f"line: {house.pack('en').utterance('question.offer').text}" in printed
    assert any(line.startswith("heard: yes (") for line in printed)
    assert ended == {hers.session: Outcome.STOPPED}
    assert differences.first is None
    assert code == 0


def test_a_spoken_later_puts_the_exercises_off_for_half_an_hour_and_begins_nothing(offering):
    coach, house, person = offering
    said = house.pack("en").utterance("session.later").text

    person("later").attend(lambda told: told == f"line: {said}")
    code = coach.end()

    table = timetable(house.prescription.schedule, house.meant_a_day)
    with SqliteJournal(house.paths.data / "journal") as journal:
        opened = list(journal.read(kinds=(SessionOpened,)))
        planned = [row.entry.event for row in journal.read(kinds=(Planned,))]
        again_at = schedule_state(journal, table).again_at
    assert any(told.text.startswith("heard: later (") for told in coach.told)
    (reply,) = (event for event in planned if isinstance(event, Replied))
    assert reply.reply is Reply.LATER
    assert again_at.uptime_ms - reply.at.uptime_ms == LATER_MIN * MINUTE_MS
    assert len(opened) == 1  # that of the rest alone
    assert code == 0
