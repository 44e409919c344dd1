"""A whole live session, `coach run` as a process of its own, over a sound card made of software. Runs in real time.

The microphone hears the person alone, as one does that has an echo canceller of its own.
"""

import socket
import subprocess
import sys

import pytest

from coach.commands import Command
from coach.journal.entries import CuesPlayed, Happened, SessionEnded
from coach.journal.material import rebuild
from coach.journal.replay import replay, session_entries
from coach.journal.sqlite import SqliteJournal
from coach.rehearsal.latency_bench import interrupt, judged
from coach.rehearsal.live_house import LiveHouse
from coach.rehearsal.live_person import LivePerson
from coach.rehearsal.live_rig import LiveRig
from coach.rehearsal.scenario import Scenario
from coach.rehearsal.software_card import MONITOR, PERSON
from coach.rehearsal.staging import answers_of
from coach.session.effects import Outcome
from coach.session.events import Heard
from coach.units import frames

from .conftest import no_bar

SECONDS_OF_SPEECH = 1_500_000
"""Bytes that a minute of the room's sound would take at least (16 kHz, 16 bit, and the reserve beside it)."""
SILENT_WITHIN = frames(0.03)
"""A block and a fade of 10 ms, in frames handed to the sound card."""
LONG = 60
"""Letters of a printed cue that takes several seconds."""
QUIET_AFTER_S = 2.0
"""Longer than any pause of an exercise that goes on explaining."""
QUIET_S = 0.7
"""Somebody who was asked answers once it has been quiet for so long."""


class Bedside(LiveRig):
    """A coach that runs a session, and the person beside it."""

    def __init__(self, card, house, watched):
        super().__init__(card, ["run", "ankle-pumps", "--data-dir", str(house.paths.data)], watched.command)
        answers = answers_of(Scenario(program="ankle-pumps", language="en"), house.pack("en"))
        go_on = house.pack("en").commands.phrases(Command.RESUME)[0]
        prepared = house.prepare(house.program("ankle-pumps"), "en", no_bar)
        self.here = LiveHouse(house, "en", "ankle-pumps", prepared, answers, ())
        self.person = LivePerson(self, self.here.voice, answers, go_on)


@pytest.fixture(scope="module")
def watched(tmp_path_factory, watching):
    return watching.Watched(tmp_path_factory.mktemp("watched"))


@pytest.fixture
def bedside(card, house, watched):
    begun = []

    def begin():
        begun.append(Bedside(card, house, watched))
        return begun[-1]

    yield begin
    for each in begun:
        each.close()


def last_session_of(house):
    with SqliteJournal(house.paths.data / "journal") as journal:
        entries = list(session_entries(journal))
        return entries, replay(entries, lambda opened: rebuild(opened, journal, house.packs))


def test_somebody_who_says_stop_while_the_coach_speaks_is_obeyed_and_nothing_of_the_room_is_kept(
    house, card, bedside, watched, capsys
):
    before = kept_bytes(house)
    coach = bedside()
    microphone = card.record(PERSON + MONITOR)
    coach.person.attend(lambda told: told.startswith("cue: ") and len(told) > LONG)

    interruption = interrupt(coach.person, microphone, Command.STOP, "stop")
    coach.wait_for("phase: ", lambda phase: phase.endswith("stopped"))
    coach.wait_for("line: ")
    coach.wait_for_quiet(QUIET_AFTER_S)
    code = coach.end()

    microphone.stop()
    (trial,) = judged([interruption], coach.here, coach, microphone)
    entries, differences = last_session_of(house)
    ended = [entry.outcome for entry in entries if isinstance(entry, SessionEnded)]
    stop = next(entry for entry in entries if isinstance(entry, Happened) and _is_stop(entry.event))
    cues = [cue for entry in entries if isinstance(entry, CuesPlayed) for cue in entry.cues]
    with capsys.disabled():
        sys.stdout.write(f" [heard the {trial.said}. time; {trial}]")
    assert cues
    assert [cue for cue in cues if cue.played is not None and cue.played > stop.event.frame] == []
    assert stop.effects[0] == "silence"
    assert 0 < trial.last_frame <= SILENT_WITHIN
    assert ended == [Outcome.STOPPED]
    assert differences.first is None
    assert code == 130
    assert watched.families == {socket.AF_UNIX}
    assert watched.looked_up == []
    left = [path for path in watched.written if path.exists() and not path.is_relative_to(house.paths.data)]
    assert left == []  # its own prompts pass through a temporary folder
    assert kept_bytes(house) - before < SECONDS_OF_SPEECH


def kept_bytes(house):
    """Return how much is kept beside the prompts, which were spoken before."""
    files = (path for path in house.paths.data.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files if not path.is_relative_to(house.paths.cache))


def test_a_microphone_that_is_lost_is_told_and_its_return_asks_before_going_on(house, bedside, card):
    pack = house.pack("en")
    coach = bedside()
    coach.wait_for("phase: screen")
    coach.wait_for("line: ")

    card.control("suspend-source", "microphone", "1")
    coach.wait_for("phase: fault")
    coach.wait_for("line: ", lambda line: line == pack.utterance("fault.deaf").text)
    card.control("suspend-source", "microphone", "0")
    coach.wait_for("phase: paused")
    coach.wait_for("line: ", lambda line: line == pack.utterance("fault.recovered").text)

    assert coach.end() == 130
    assert last_session_of(house)[1].first is None


def test_a_coach_is_stopped_from_another_terminal_and_asks(house, bedside, card):
    coach = bedside()
    coach.wait_for("phase: screen")
    coach.wait_for("line: ")

    stop = subprocess.run(
        [sys.executable, "-m", "coach", "stop", "--data-dir", str(house.paths.data)],
        env=card.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    coach.wait_for("key: stop")

    assert (stop.returncode, stop.stdout) == (0, "Stopped.\n")
    coach.wait_for_quiet(QUIET_S)
    assert coach.code() == 0


def _is_stop(event):
    return isinstance(event, Heard) and event.command is Command.STOP
