"""The way of a stop: whatever is slow may hang, the coach is silent within the next block and its fade all the same."""

import sys
import threading
from dataclasses import replace

import numpy as np
import pytest

from coach.audio.clip import Clip
from coach.commands import Command
from coach.disk import Disk
from coach.errors import NotifyError
from coach.journal.keeper import Keeper
from coach.language.utterance import Answer
from coach.listening.hearing import Certainty
from coach.notify.spool import Spool
from coach.program.dose import works
from coach.runtime.controls.control import ENTER, Control, Pressed
from coach.runtime.dispatch import Outbox, SpoolDispatch
from coach.runtime.guard import guarded
from coach.runtime.hands import Hands
from coach.runtime.host import keep_in
from coach.runtime.journal_writer import JournalWriter
from coach.runtime.paths import Paths
from coach.runtime.pin import Verdict
from coach.runtime.pin_desk import PinDesk
from coach.runtime.settings import Settings
from coach.runtime.view import PlainView
from coach.runtime.wiring import House, Prepared
from coach.score.compiler import Material
from coach.session import events as ev
from coach.session.monitor import Monitor
from coach.session.questions import QUESTIONS
from coach.session.states import Phase, Screening
from coach.units import BLOCK, Frames, frames

SILENT_BY = frames(0.060)
"""Decision to the last frame that sounds (design, section 12)."""
ADVISED_BY = frames(0.3)
"""A quarter of a second for a disk that does not answer (protocol, section 6), and two blocks."""
PATIENCE_S = 60.0
"""What waits for something that hangs does not end by itself; a machine under load is not taken for one that hangs."""
OUTSIDE = ("open", "socket.", "subprocess.", "os.", "sqlite3.", "shutil.", "tempfile.", "urllib.", "pty.", "import")
SEEN = threading.local()


def _watch(event, _args):
    if getattr(SEEN, "on", False) and event.startswith(OUTSIDE):
        SEEN.events.append(event)


sys.addaudithook(_watch)


class Gate:
    """Everything slow hangs here until it is let go."""

    def __init__(self):
        self._open = threading.Event()
        self.hanging = set()

    def hang(self, who):
        self.hanging.add(who)
        self._open.wait(2 * PATIENCE_S)

    def let_go(self):
        self._open.set()


class StuckKeeper(Keeper):
    def __init__(self, gate):
        self._gate = gate

    def note(self, *_entries):
        self._gate.hang("journal")

    def close(self):
        """Nothing is open."""


class StuckDisk(Disk):
    def __init__(self, gate):
        super().__init__(NotifyError)
        self._gate = gate

    def replace(self, _path, _data):
        self._gate.hang("spool")


class StuckPins:
    def __init__(self, gate):
        self._gate = gate

    def attempt(self, _pin):
        self._gate.hang("pin")
        return Verdict.WRONG


class Keys:
    """What is pressed."""

    held = False

    def __init__(self):
        self.given = []

    def take(self):
        given, self.given = tuple(self.given), []
        return given


class Bedside:
    """A coach in its exercise, wired as at the bedside, with everything slow hanging."""

    def __init__(self, house, prepared, folder):
        self.gate, self.keys = Gate(), Keys()
        self.writer = JournalWriter(StuckKeeper(self.gate))
        self.view = PlainView(lambda _line: self.gate.hang("terminal"))
        dispatch = SpoolDispatch(Spool(folder, StuckDisk(self.gate)))
        pins = PinDesk(StuckPins(self.gate))
        keep = guarded(keep_in(self.writer, "one", Outbox(dispatch)), Monitor().check, lambda _violation: None)
        coach = house.coach(prepared, lambda _expectation: None, screening=Screening.LATER, keep=keep)
        self.loop, self.mixer, self.sounds = coach.loop, coach.mixer, coach.chronicle.sounds
        self.hands = Hands(coach.loop, self.keys, self.view, pins)
        self.speaking = lambda: coach.interpreter.speaking
        self.view.tell("a line")
        pins.attempt("314159")
        self.loop.heard_until(Frames(0))
        self.loop.post(ev.Booted(Frames(0)))
        self.loop.post(ev.StartRequested(Frames(0)))

    def block(self):
        self.hands.take(self.mixer.frame)
        self.loop.before_block()
        played = self.mixer.render(BLOCK)
        self.loop.after_block()
        self.loop.heard_until(self.mixer.frame)
        return played

    def until_cue(self):
        """Answer well until a word of the exercise sounds."""
        while not any(sound.kind == "cue" and sound.played and not sound.ended for sound in self.sounds):
            self.block()
            question = self.loop.state.protocol.question
            if question is not None and not self.speaking():
                healthy = QUESTIONS[question].healthy
                command = {Answer.YES: Command.YES, Answer.NO: Command.NO}[healthy]
                self.loop.post(ev.Heard(self.mixer.frame, command, answer=healthy))
        return self

    def playing(self, span_s):
        """Return what is played for a while, and what this thread asked of the world outside meanwhile."""
        SEEN.on, SEEN.events = True, []
        try:
            played = np.concatenate([self.block() for _ in range(frames(span_s) // BLOCK)])
        finally:
            SEEN.on = False
        return played, SEEN.events


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    paths = Paths.find(data=tmp_path_factory.mktemp("data"))
    return House(paths, Settings(), lambda _sentence: None, lambda _sentence: None)


@pytest.fixture(scope="module")
def prepared(house):
    """Return two short sets, every line a hum that begins with a tenth of a second of silence."""
    program, pack = house.program("ankle-pumps"), house.pack("en")
    doses = tuple(replace(work, sets=2, reps=6) for work in works(program, house.exercises))
    lines = house.lines(program, "en")
    clips = {}
    for line in lines:
        hum = np.full(frames(0.5 + len(line.text) / 20), 0.1, dtype=np.float32)
        hum[: frames(0.1)] = 0.0
        clips[line] = Clip(line.key, hum)
    lengths = {line.text: clip.length for line, clip in clips.items()}
    return Prepared(Material(program, doses, pack, lengths), clips)


@pytest.fixture
def bedside(house, prepared, tmp_path):
    made = Bedside(house, prepared, tmp_path)
    yield within(made.until_cue)
    made.gate.let_go()


def within(work):
    """Return what work returns; it fails where it waits for something that hangs."""
    results = []
    thread = threading.Thread(target=lambda: results.append(work()), daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    assert results, "the way of a stop waits for something that hangs, or has failed"
    return results[0]


def key(bedside):
    bedside.keys.given.append(Control.STOP)


def word(command, certainty=Certainty.FINAL):
    return lambda bedside: bedside.loop.post(ev.Heard(bedside.mixer.frame, command, certainty))


STOPS = {
    "key": key,
    "stop": word(Command.STOP),
    "half-a-stop": word(Command.STOP, Certainty.PARTIAL),
    "half-a-pain-word": word(Command.PAIN, Certainty.PARTIAL),
    "pain": word(Command.PAIN),
    "emergency": word(Command.BREATH_CHEST),
    "deaf": lambda bedside: bedside.loop.doubt_hearing("muted"),
    "mute": lambda bedside: bedside.loop.post(ev.VoiceLost(bedside.mixer.frame)),
}


@pytest.mark.parametrize("stop", STOPS)
def test_with_everything_slow_hanging_a_stop_is_silent_at_once_and_asks_nothing_of_the_world(bedside, stop):
    STOPS[stop](bedside)

    played, asked = within(lambda: bedside.playing(0.5))

    sounding = np.flatnonzero(played[: frames(0.1)])  # every line begins with as much silence
    assert not sounding.size or sounding[-1] < SILENT_BY
    assert bedside.loop.state.protocol.phase is not Phase.RUN
    assert asked == []
    assert {"journal", "terminal", "pin"} <= bedside.gate.hanging


def test_with_a_disk_that_hangs_the_emergency_advice_is_said_a_quarter_of_a_second_later(bedside):
    at = bedside.mixer.frame
    STOPS["emergency"](bedside)

    within(lambda: bedside.playing(1.0))

    advice = next(sound for sound in bedside.sounds if sound.id == "safety.emergency")
    assert advice.played - at <= ADVISED_BY


def test_a_pin_that_is_being_tried_holds_up_no_stop_behind_it(bedside):
    bedside.keys.given += [Pressed("1"), Pressed(ENTER), Control.STOP]

    played, _ = within(lambda: bedside.playing(0.5))

    sounding = np.flatnonzero(played[: frames(0.1)])
    assert not sounding.size or sounding[-1] < SILENT_BY
