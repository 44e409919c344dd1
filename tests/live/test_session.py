"""A whole live session, `coach run` as a process of its own, over a sound card made of software. Runs in real time.

The microphone hears the person alone, as one does that has an echo canceller of its own.
"""

import os
import signal
import socket
import subprocess
import sys

import pytest

from coach.commands import Command
from coach.errors import MissingError
from coach.journal.entries import CuesPlayed, Happened, SessionEnded
from coach.journal.material import rebuild
from coach.journal.replay import replay, session_entries
from coach.journal.sqlite import SqliteJournal
from coach.language.utterance import Utterance
from coach.rehearsal.live_rig import LiveRig
from coach.rehearsal.performer import at_level
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings
from coach.runtime.wiring import House
from coach.session.effects import Outcome
from coach.session.events import Heard

SPOKEN_DB = -26.0
"""How loud the person is at the microphone: somebody at arm's length."""
TIMES = 6
"""How often somebody says "stop" who is not heard at once."""
SECONDS_OF_SPEECH = 1_500_000
"""Bytes that a minute of the room's sound would take at least (16 kHz, 16 bit, and the reserve beside it)."""
PAUSE_S = 2.5
"""How long one waits before saying it again."""
LONG = 55
"""Letters of a line that takes several seconds."""
QUIET_AFTER_S = 2.0
"""Longer than any pause of an exercise that goes on explaining."""
QUIET_S = 0.7
"""Somebody who was asked answers once it has been quiet for so long."""


def no_bar(_what):
    return lambda _done, _total: None


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    made = House(Paths.find(data=tmp_path_factory.mktemp("data")), Settings(), print, print)
    try:
        made.prepare(made.program("ankle-pumps"), "en", no_bar)
    except MissingError as missing:
        pytest.skip(str(missing))
    return made


@pytest.fixture(scope="module")
def spoken(house):
    """Return a function that gives the sound of a line, of the coach's or the person's."""

    def clip(text, profile):
        line = Utterance("en", "line", text)
        return house.render([line], house.profile(profile))[line].samples

    return clip


class Bedside(LiveRig):
    """A coach that runs a session, and the person beside it."""

    def __init__(self, card, house, spoken, watched):
        super().__init__(card, ["run", "ankle-pumps", "--data-dir", str(house.paths.data)], watched.command)
        self._spoken = spoken

    def speak(self, text):
        """Say some words."""
        self.say(at_level(self._spoken(text, "person-en"), SPOKEN_DB))

    def insist(self, text):
        """Say something until it is heard; return how often it took."""
        for times in range(1, TIMES + 1):
            self.speak(text)
            if self.next_line(f"heard: {text}", patience_s=PAUSE_S) is not None:
                return times
        pytest.fail(f"'{text}' was not heard:\n" + "\n".join(told.text for told in self.told))

    def answer(self, question, text):
        """Answer a question once it has been asked."""
        self.wait_for("phase: ", lambda phase: phase.endswith(question))
        self.wait_for("line: ", lambda line: line.endswith("?"))
        self.wait_for_quiet(QUIET_S)
        self.speak(text)


@pytest.fixture(scope="module")
def watched(tmp_path_factory, watching):
    return watching.Watched(tmp_path_factory.mktemp("watched"))


@pytest.fixture
def bedside(card, house, spoken, watched):
    begun = []

    def begin():
        begun.append(Bedside(card, house, spoken, watched))
        return begun[-1]

    yield begin
    for each in begun:
        each.close()


def last_session_of(house):
    with SqliteJournal(house.paths.data / "journal") as journal:
        entries = list(session_entries(journal))
        return entries, replay(entries, lambda opened: rebuild(opened, journal, house.packs))


def test_somebody_who_says_stop_while_the_coach_speaks_is_obeyed_and_nothing_of_the_room_is_kept(
    house, bedside, watched, capsys
):
    before = kept_bytes(house)
    coach = bedside()
    for question in ("screen-legs", "screen-breath", "screen-dizzy", "screen-unwell"):
        coach.answer(question, "no")
    coach.answer("screen-consent", "yes")
    coach.wait_for("cue: ", lambda cue: len(cue) > LONG)

    times = coach.insist("stop")
    coach.wait_for("phase: ", lambda phase: phase.endswith("stopped"))
    coach.wait_for("line: ")
    coach.wait_for_quiet(QUIET_AFTER_S)
    code = coach.end()

    entries, differences = last_session_of(house)
    ended = [entry.outcome for entry in entries if isinstance(entry, SessionEnded)]
    stop = next(entry for entry in entries if isinstance(entry, Happened) and _is_stop(entry.event))
    cues = [cue for entry in entries if isinstance(entry, CuesPlayed) for cue in entry.cues]
    with capsys.disabled():
        sys.stdout.write(f" [heard the {times}. time]")
    assert cues
    assert [cue for cue in cues if cue.played is not None and cue.played > stop.event.frame] == []
    assert stop.effects[0] == "silence"
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


def test_a_session_that_was_cut_off_is_closed_and_told_at_the_next_start(house, bedside):
    coach = bedside()
    coach.wait_for("phase: screen")
    coach.wait_for("line: ")  # by now the opening is durable: it was handed over before the chime
    os.kill(coach.core, signal.SIGKILL)

    again = bedside()
    again.wait_for("The last session was cut off")
    line = again.wait_for("line: ")

    assert line == house.pack("en").utterance("safety.interrupted").text
    assert again.end() == 130


def _is_stop(event):
    return isinstance(event, Heard) and event.command is Command.STOP
