"""The live host on a virtual sound card with an ear that hears what it is told: as fast as it goes, block by block."""

from collections import deque
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from coach.audio.clip import Clip
from coach.audio.devices.virtual import VirtualDevice
from coach.audio.lanes import Lane
from coach.audio.lease import LEASE
from coach.commands import Command
from coach.errors import ModelError
from coach.journal.entries import CuesPlayed, Happened, LockLifted, LockSet, NoticeQueued, SessionEnded
from coach.language.utterance import Answer
from coach.listening.echo_report import EchoMeasure, classify
from coach.listening.health.complaint import Complaint
from coach.listening.hearing import Certainty, Hearing
from coach.program.dose import works
from coach.runtime.controls.control import ENTER, Control, Pressed, Typed
from coach.runtime.dispatch import Outbox
from coach.runtime.ear import Returned
from coach.runtime.guard import ContradictionError, guarded
from coach.runtime.host import GRACE, Host, Senses, keep_in, level_db, note_breakdown
from coach.runtime.lamp import Lamp
from coach.runtime.paths import Paths
from coach.runtime.pin import Verdict
from coach.runtime.settings import Settings
from coach.runtime.view import Sight
from coach.runtime.wiring import House, Prepared
from coach.score.compiler import Material
from coach.session import events as ev
from coach.session.effects import Outcome, Say
from coach.session.monitor import Violation
from coach.session.questions import QUESTIONS
from coach.session.states import Phase, Screening
from coach.units import BLOCK, SAMPLE_RATE, frames

LIMIT = frames(400.0)
HELLO_S = 1.0
"""Every line is made this long."""


class OutOfTimeError(Exception):
    """The session went on for longer than any of these should."""


def quiet_air():
    """Return the air of a quiet room: hiss that is never the same twice."""
    rng = np.random.default_rng(7)
    return lambda played: rng.normal(0.0, 5e-4, len(played) // 3).astype(np.float32)


class Card(VirtualDevice):
    """A virtual card that counts how often it was started again."""

    def __init__(self):
        super().__init__(quiet_air())
        self.restarts = 0
        self.blocks = []
        self.input_pace = None

    @property
    def status(self):
        return replace(super().status, input_pace=self.input_pace)

    def write(self, block):
        super().write(block)
        self.blocks.append(block)
        if self.played > LIMIT:
            raise OutOfTimeError

    def restart(self):
        self.restarts += 1


class ToldEar:
    """Gives every block back at once, with what it was told to hear in it."""

    def __init__(self):
        self.alive = True
        self.fault = ""
        self.slowness = ""
        self.complaint = None
        self.echo = None
        self.answering = True
        self.restarts = 0
        self.expected = []
        self._blocks = deque()
        self._decisions = deque()
        self._count = 0

    @property
    def backlog(self):
        return len(self._blocks)

    def hear(self, command, *, answer=None, certainty=Certainty.FINAL):
        self._count += 1
        frame = self._count
        self._decisions.append(
            Hearing(command, command.value, "told", 1.0, certainty, frame, frame + 1, frame + 1, answer)
        )

    def expect(self, expectation):
        self.expected.append(expectation)

    def give(self, frame, mic, reference, sounding):  # noqa: ARG002 - part of the port
        assert len(mic) == len(reference) == 320
        self._blocks.append(frame)

    def take(self):
        if not self.answering:
            return ()
        told, self._decisions = tuple(self._decisions), deque()
        blocks, self._blocks = list(self._blocks), deque()
        returned = [Returned(frame, (), self.complaint) for frame in blocks]
        if returned and self.echo is not None:
            returned[0], self.echo = replace(returned[0], echo=self.echo), None
        if returned and told:
            returned[-1] = replace(returned[-1], decisions=told)
        elif told:
            self._decisions.extend(told)
        return tuple(returned)

    def restart(self):
        self.restarts += 1
        self.answering = True
        self._blocks.clear()

    def close(self):
        """End it."""


class Notebook:
    """A diary in memory."""

    def __init__(self):
        self.fault = ""
        self.entries = []
        self.durable = True

    def note(self, *entries):
        self.entries += entries
        return lambda: self.durable


class Keyboard:
    def __init__(self):
        self.pressed = []
        self.held = False

    def take(self):
        taken, self.pressed = tuple(self.pressed), []
        return taken


class Desk:
    """Knows one PIN, and answers a block later."""

    def __init__(self):
        self.tried = []
        self.verdicts = []

    def attempt(self, pin):
        self.tried.append(pin)
        self.verdicts.append(Verdict.RIGHT if pin == "314159" else Verdict.WRONG)

    def take(self):
        verdicts, self.verdicts = tuple(self.verdicts), []
        return verdicts


class Screen:
    """Acts on what is shown: the person of these tests."""

    def __init__(self):
        self.told = []
        self.act = lambda _line: None

    def tell(self, line):
        self.told.append(line)
        self.act(line)

    def show(self, sight):
        assert isinstance(sight, Sight)

    def close(self):
        """Show nothing more."""


class Bedside:
    """A host with everything it stands on."""

    def __init__(self, house, prepared, screening=Screening.LATER, outbox=None):
        self.card, self.ear, self.diary = Card(), ToldEar(), Notebook()
        self.keys, self.screen, self.pins = Keyboard(), Screen(), Desk()
        self.coach = house.coach(
            prepared, self.ear.expect, screening=screening, keep=keep_in(self.diary, "one", outbox)
        )
        self.senses = Senses(
            self.card,
            self.ear,
            self.diary,
            self.keys,
            self.screen,
            lambda: 0.0,
            outbox,
            self.pins,
            clock_s=lambda: self.coach.mixer.frame / SAMPLE_RATE,
        )
        self.host = Host(self.coach, self.senses)

    def run(self, lock=0, *, first=()):
        self.card.open()
        self.host.run(lock, first=first)

    def on(self, start, act):
        """Have something done whenever a line is shown that begins with `start`."""
        before = self.screen.act

        def both(line):
            before(line)
            if line.startswith(start):
                act()

        self.screen.act = both

    def answer_well(self):
        """Have every question answered as somebody does who is well."""

        def answer(line):
            question = next((question for question in QUESTIONS if line.endswith(f" {question.value}")), None)
            if line.startswith("phase: ") and question is not None:
                healthy = QUESTIONS[question].healthy
                command = {Answer.YES: Command.YES, Answer.NO: Command.NO}.get(healthy, Command.ALL_CLEAR)
                self.ear.hear(command, answer=healthy)

        self.screen.act = answer

    @property
    def phases(self):
        return [entered.phase for entered in self.coach.chronicle.phases]

    @property
    def frame(self):
        return self.coach.mixer.frame


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    paths = Paths.find(data=tmp_path_factory.mktemp("data"))
    return House(paths, Settings(), lambda _sentence: None, lambda _sentence: None)


@pytest.fixture(scope="module")
def prepared(house):
    """Return a short program whose lines are all a second of a soft hum."""
    program, pack = house.program("ankle-pumps"), house.pack("en")
    hum = (0.1 * np.sin(np.arange(frames(HELLO_S)) * 2 * np.pi * 200 / SAMPLE_RATE)).astype(np.float32)
    lines = (*house.lines(program, "en"), pack.utterance("safety.interrupted"))
    clips = {line: Clip(line.key, hum[: frames(0.3 if len(line.text) < 12 else HELLO_S)]) for line in lines}
    lengths = {line.text: clip.length for line, clip in clips.items()}
    return Prepared(Material(program, works(program, house.exercises), pack, lengths), clips)


@pytest.fixture
def bedside(house, prepared):
    return Bedside(house, prepared)


def test_a_session_of_somebody_who_is_well_is_completed_and_journaled(bedside):
    bedside.answer_well()

    bedside.run()

    ended = [entry for entry in bedside.diary.entries if isinstance(entry, SessionEnded)]
    cues = [cue for entry in bedside.diary.entries if isinstance(entry, CuesPlayed) for cue in entry.cues]
    sounded = [sound for sound in bedside.coach.chronicle.sounds if sound.kind == "cue"]
    assert [entry.outcome for entry in ended] == [Outcome.COMPLETED]
    assert [(cue.id, cue.played) for cue in cues] == [(sound.id, sound.played) for sound in sounded]
    assert bedside.coach.loop.state.protocol.phase is Phase.IDLE


def test_practice_alone_is_no_session_and_ends_by_itself(bedside):
    bedside.card.open()

    bedside.host.run(0, practice=True)

    assert "practice" in bedside.phases
    assert bedside.phases[-1] == "idle"
    assert not {"screen", "run"} & set(bedside.phases)
    scores = [detail for _, kind, detail in bedside.coach.chronicle.records if kind == "practised"]
    assert [(score["heard"], score["passed"]) for score in scores] == [(0, 0)]


def test_a_slow_machine_is_told_once(bedside):
    bedside.ear.slowness = "This machine is slow."
    bedside.on("phase: screen", lambda: bedside.keys.pressed.append(Control.END))

    bedside.run()

    assert bedside.screen.told.count("This machine is slow.") == 1


def test_any_key_stops_and_falls_silent(bedside):
    bedside.answer_well()
    bedside.on("phase: run", lambda: bedside.keys.pressed.append(Control.STOP))

    bedside.on("phase: maybe stopped", lambda: bedside.keys.pressed.append(Control.END))
    bedside.run()

    assert bedside.phases[-1] == "idle"
    assert bedside.coach.chronicle.outcome is Outcome.STOPPED


class Spoilt:
    """Air that a defect of the microphone is put over, once it is there."""

    def __init__(self, spoil):
        self._air, self._spoil, self.on = quiet_air(), spoil, False

    def __call__(self, played):
        heard = self._air(played)
        return self._spoil(heard) if self.on else heard


def last_half_second():
    """Return a defect that gives the same half second again and again."""
    kept = []

    def repeat(heard):
        if len(kept) < 25:
            kept.append(heard)
            return heard
        kept.append(kept.pop(0))
        return kept[-1]

    return repeat


DEFECTS = {
    "muted": np.zeros_like,
    "clipped": np.sign,
    "constant": lambda heard: np.full_like(heard, 0.25),
    "loud": lambda heard: np.clip(heard * 1200, -0.9, 0.9),
    "repeats": last_half_second(),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_microphone_that_gives_something_else_than_a_room_is_a_fault_in_time(bedside, name):
    air = Spoilt(DEFECTS[name])
    bedside.card._air = air
    bedside.answer_well()
    began = []

    def spoil():
        began.append(bedside.frame)
        air.on = True

    bedside.on("cue: ", lambda: began or spoil())
    bedside.on("phase: fault", lambda: bedside.keys.pressed.append(Control.END))
    bedside.run()

    lost = next(entry.event for entry in bedside.diary.entries if _is(entry, "HearingLost"))
    last = max(sound.ended for sound in bedside.coach.chronicle.sounds if sound.kind == "cue" and sound.ended)
    assert lost.cause == name
    assert lost.frame - began[0] <= frames(2.5)
    assert last - began[0] <= frames(2.5)


def test_recognizers_that_say_what_nobody_says_are_a_fault_and_are_started_again(bedside):
    bedside.answer_well()

    def babble(line):
        answered(line)
        if began and bedside.ear.restarts == 0 and bedside.frame % frames(0.5) < BLOCK:
            bedside.ear.hear(Command.NO)

    began = []
    bedside.on("cue: ", lambda: began.append(bedside.frame))
    answered = bedside.screen.act
    bedside.screen.show = lambda _sight: babble("")
    bedside.on("phase: paused", lambda: bedside.keys.pressed.append(Control.END))
    bedside.run()

    lost = next(entry.event for entry in bedside.diary.entries if _is(entry, "HearingLost"))
    assert lost.cause == "garbage"
    assert bedside.ear.restarts == 1


def test_what_is_wrong_behind_the_canceller_is_a_fault_too(bedside):
    bedside.answer_well()
    bedside.on("cue: ", lambda: setattr(bedside.ear, "complaint", Complaint.MUTED))
    bedside.on("phase: fault", lambda: bedside.keys.pressed.append(Control.END))

    bedside.run()

    lost = next(entry.event for entry in bedside.diary.entries if _is(entry, "HearingLost"))
    assert lost.cause == "muted"
    assert "hearing: muted" in bedside.screen.told


def test_a_digit_stops_as_any_key_does(bedside):
    bedside.answer_well()
    bedside.on("phase: run", lambda: bedside.keys.pressed.append(Pressed("5")))
    bedside.on("phase: maybe stopped", lambda: bedside.keys.pressed.append(Control.END))

    bedside.run()

    assert bedside.coach.chronicle.outcome is Outcome.STOPPED
    assert bedside.pins.tried == []


def test_a_carer_at_the_keypad_unlocks_with_the_pin_and_a_wrong_one_is_told(bedside):
    bedside.answer_well()
    bedside.on("phase: run", lambda: bedside.ear.hear(Command.BREATH_CHEST))

    def press(pin):
        bedside.keys.pressed += [Pressed(key) for key in pin] + [Pressed(ENTER)]

    bedside.on("phase: locked", lambda: press("000000"))
    bedside.on("PIN: wrong", lambda: press("314159"))
    bedside.run()

    said = [sound.id for sound in bedside.coach.chronicle.sounds]
    assert bedside.pins.tried == ["000000", "314159"]
    assert said.index("safety.wrong-pin") < said.index("safety.unlocked")
    assert bedside.coach.loop.state.protocol.lock == 0
    assert any(isinstance(entry, LockLifted) for entry in bedside.diary.entries)


def test_a_carer_at_another_keyboard_unlocks_with_the_pin_and_a_pin_where_nothing_is_locked_does_nothing(bedside):
    bedside.answer_well()
    bedside.on("phase: run", lambda: bedside.keys.pressed.append(Typed("314159")))
    bedside.on("coach unlock: nothing is locked just now", lambda: bedside.ear.hear(Command.BREATH_CHEST))
    bedside.on("phase: locked", lambda: bedside.keys.pressed.append(Typed("000000")))
    bedside.on("PIN: wrong", lambda: bedside.keys.pressed.append(Typed("314159")))
    bedside.run()

    said = [sound.id for sound in bedside.coach.chronicle.sounds]
    assert bedside.pins.tried == ["000000", "314159"]
    assert said.index("safety.wrong-pin") < said.index("safety.unlocked")
    assert any(isinstance(entry, LockLifted) for entry in bedside.diary.entries)


def test_a_button_that_stays_pressed_lets_nothing_go_on(bedside):
    bedside.answer_well()
    began = []

    def press():
        began.append(bedside.frame)
        bedside.keys.held = len(began) < 3

    bedside.on("phase: run", press)
    bedside.on("phase: maybe stopped", lambda: bedside.ear.hear(Command.NO, answer=Answer.NO))
    bedside.on("phase: paused", lambda: bedside.ear.hear(Command.RESUME))
    bedside.on("phase: run", lambda: len(began) > 2 and bedside.keys.pressed.append(Control.END))
    bedside.run()

    stops = [entry.event.frame for entry in bedside.diary.entries if _is(entry, "StopRequested")]
    cues = [sound for sound in bedside.coach.chronicle.sounds if sound.kind == "cue" and sound.played is not None]
    assert len(began) == 3
    assert len(stops) >= 2
    assert not cues


def test_the_end_key_ends_from_the_middle_of_the_exercise(bedside):
    bedside.answer_well()
    bedside.on("cue: ", lambda: bedside.keys.pressed.append(Control.END))

    bedside.run()

    assert bedside.coach.chronicle.outcome is Outcome.STOPPED
    assert bedside.phases[-1] == "idle"


def test_a_lock_that_was_found_refuses_the_session(bedside):
    bedside.run(lock=2)

    lines = [sound.id for sound in bedside.coach.chronicle.sounds if sound.kind == "line"]
    assert lines == ["safety.locked-urgent", "safety.refused-locked"]
    assert bedside.coach.chronicle.outcome is None


def test_a_session_that_was_cut_off_is_told_before_anything_is_asked(bedside):
    bedside.on("line: Hello", lambda: bedside.keys.pressed.append(Control.END))

    bedside.run(first=(Say("safety.interrupted", lane=Lane.SAFETY),))

    lines = [sound.id for sound in bedside.coach.chronicle.sounds if sound.kind == "line"]
    assert lines[:2] == ["safety.interrupted", "session.hello"]


def test_an_ear_that_gives_nothing_back_is_deaf_and_is_started_again(bedside):
    bedside.answer_well()
    lost = []

    def fall_silent():
        if not lost:
            lost.append(bedside.frame)
            bedside.ear.answering = False

    bedside.on("phase: run", fall_silent)
    bedside.on("phase: paused", lambda: bedside.keys.pressed.append(Control.END))
    bedside.run()

    deaf = next(entry.event.frame for entry in bedside.diary.entries if _is(entry, "HearingLost"))
    assert deaf - lost[0] <= frames(1.1)
    assert bedside.ear.restarts == 1
    assert "fault" in bedside.phases


def test_the_lamp_flashes_while_it_hears_and_shines_long_when_it_does_not(bedside):
    switched = []
    bedside.senses.lamp = Lamp(lambda on: switched.append((bedside.frame, on)))
    bedside.answer_well()
    bedside.on("phase: run", lambda: setattr(bedside.ear, "answering", False))
    bedside.ear.restart = lambda: None
    bedside.run()

    deaf = next(entry.event.frame for entry in bedside.diary.entries if _is(entry, "HearingLost"))
    loaded = next(frame for frame, _ in switched if frame < frames(2.0))
    long = [begin for (begin, on), (end, _) in pairwise(switched) if on and end - begin > frames(0.5)]
    short = [begin for (begin, on), (end, _) in pairwise(switched) if on and end - begin < frames(0.15)]
    assert loaded <= short[0]
    assert short[-1] <= deaf
    assert deaf - frames(1.0) <= long[0] <= deaf + frames(2.0)


def test_an_ear_that_never_loads_is_deaf_when_its_grace_is_over(bedside):
    bedside.ear.answering = False
    bedside.ear.restart = lambda: None
    bedside.on("phase: fault", lambda: bedside.keys.pressed.append(Control.END))

    bedside.run()

    deaf = next(entry.event.frame for entry in bedside.diary.entries if _is(entry, "HearingLost"))
    assert GRACE <= deaf <= GRACE + frames(0.1)


def test_an_ear_that_dies_while_it_loads_is_deaf_at_once(bedside):
    bedside.ear.answering = False
    bedside.ear.restart = lambda: None
    died = []

    def die():
        bedside.ear.alive = False
        died.append(bedside.frame)

    bedside.on("line: Hello", die)
    bedside.on("phase: fault", lambda: bedside.keys.pressed.append(Control.END))

    bedside.run()

    deaf = next(entry.event.frame for entry in bedside.diary.entries if _is(entry, "HearingLost"))
    assert deaf <= max(died[0], LEASE) + frames(0.1)


def test_an_ear_that_cannot_load_ends_the_start_with_its_sentence(bedside):
    bedside.ear.answering = False
    bedside.ear.fault = "The model is missing."

    with pytest.raises(ModelError, match="model is missing"):
        bedside.run()


def test_a_lost_loudspeaker_is_a_fault_and_is_started_again(bedside):
    bedside.answer_well()

    def unplug():
        bedside.card.output_alive = False

    bedside.on("phase: run", unplug)
    bedside.on("sound card: started", lambda: setattr(bedside.card, "output_alive", True))
    bedside.on("line: I am working", lambda: bedside.keys.pressed.append(Control.END))
    bedside.run()

    events = [type(entry.event).__name__ for entry in bedside.diary.entries if isinstance(entry, Happened)]
    restored = next(entry.event.frame for entry in bedside.diary.entries if _is(entry, "VoiceRestored"))
    told = [sound.id for sound in bedside.coach.chronicle.sounds if sound.planned >= restored]
    assert events.index("VoiceLost") < events.index("VoiceRestored")
    assert bedside.card.restarts == 1
    assert told[:3] == ["fault", "fault.mute", "fault.recovered"]  # what was said before was said into nothing


def test_a_voice_that_comes_back_no_more_in_the_exercise_is_a_fault_until_it_does(bedside):
    comes_back = EchoMeasure(2.0, 0.8, 0.02, level_db=-30.0, noise_db=-55.0, gain_db=-10.0, weakened_db=20.0)
    gone = replace(comes_back, correlation=0.05, gain_db=-40.0)
    bedside.answer_well()
    bedside.on("phase: screen", lambda: setattr(bedside.ear, "echo", classify(comes_back)))
    bedside.on("phase: run", lambda: setattr(bedside.ear, "echo", classify(gone)))
    bedside.on("phase: fault", lambda: setattr(bedside.ear, "echo", classify(comes_back)))
    bedside.on("line: I am working", lambda: bedside.keys.pressed.append(Control.END))

    bedside.run()

    events = [type(entry.event).__name__ for entry in bedside.diary.entries if isinstance(entry, Happened)]
    played = [sound.id for sound in bedside.coach.chronicle.sounds if sound.played is not None]
    assert events.index("VoiceLost") < events.index("VoiceRestored")
    assert bedside.phases[-4:] == ["run", "fault", "paused", "idle"]
    assert any(kind == "fault" for _, kind in bedside.coach.chronicle.notices)
    assert played[-4:-1] == ["fault", "fault.mute", "fault.recovered"]
    assert bedside.card.restarts == 0  # it plays: nothing of the card is to be started again


def test_a_microphone_that_runs_at_another_rate_is_not_listened_to(bedside):
    bedside.answer_well()
    bedside.on("phase: run", lambda: setattr(bedside.card, "input_pace", 0.919))
    bedside.on("phase: fault", lambda: bedside.keys.pressed.append(Control.END))

    bedside.run()

    assert any(_is(entry, "HearingLost") for entry in bedside.diary.entries)
    assert "microphone: its rate is not the one it tells" in bedside.screen.told


def test_a_step_that_breaks_a_rule_is_silenced_and_nothing_of_it_is_said(house, prepared):
    def check(event, _effects):
        stopped = isinstance(event, ev.StopRequested)
        return (Violation("I1", "stop is silenced first", "StopRequested"),) if stopped else ()

    bedside = Bedside(house, prepared)
    told = []
    keep = guarded(keep_in(bedside.diary, "one"), check, told.append)
    coach = house.coach(prepared, bedside.ear.expect, screening=Screening.LATER, keep=keep)
    bedside.coach, bedside.host = coach, Host(coach, bedside.senses)
    bedside.answer_well()
    bedside.on("cue: ", lambda: bedside.keys.pressed.append(Control.STOP))

    with pytest.raises(ContradictionError):
        bedside.run()

    assert [violation.clause for violation in told] == ["I1"]
    assert any(_is(entry, "StopRequested") for entry in bedside.diary.entries)
    assert bedside.phases[-1] == "run"
    assert not coach.mixer.render(BLOCK)[BLOCK // 2 :].any()


class Carrier:
    """Keeps what it is given to take to a carer."""

    def __init__(self):
        self.posted = []

    def post(self, notice, durable, now):
        self.posted.append((notice, durable(), now))


@pytest.mark.parametrize("carrier", [Carrier(), None], ids=["with a carer", "alone"])
def test_a_session_that_a_failure_of_the_coach_ended_is_closed_and_told_to_whoever_was_set_up(carrier):
    diary = Notebook()

    note_breakdown(diary, carrier, "one", frames(7.0))

    notices = [entry for entry in diary.entries if isinstance(entry, NoticeQueued)]
    assert diary.entries[0] == SessionEnded("one", Outcome.FAULT, frames(7.0))
    assert [notice.kind for notice in notices] == ([] if carrier is None else ["fault-ended"])
    assert carrier is None or carrier.posted == [(notices[0], True, frames(7.0))]


def test_a_journal_that_fails_pauses_the_session(bedside):
    bedside.answer_well()
    bedside.on("phase: run", lambda: setattr(bedside.diary, "fault", "The disk is full."))
    bedside.on("phase: fault", lambda: bedside.keys.pressed.append(Control.END))

    bedside.run()

    assert any(_is(entry, "JournalFailed") for entry in bedside.diary.entries)
    assert "fault" in bedside.phases


def test_a_safety_step_is_announced_once_it_is_durable_and_the_sound_goes_on_meanwhile(bedside):
    bedside.answer_well()
    locked_at, played = [], []

    def hurt():
        bedside.diary.durable = False
        bedside.ear.hear(Command.BREATH_CHEST)

    def take(give=bedside.keys.take):
        if not locked_at and any(isinstance(entry, LockSet) for entry in bedside.diary.entries):
            locked_at.append(bedside.frame)
        if locked_at and bedside.frame == locked_at[0] + 5 * BLOCK:
            played.extend(bedside.card.blocks[-5:])
            bedside.diary.durable = True
        return give()

    bedside.keys.take = take
    bedside.on("cue: ", hurt)
    bedside.on("phase: advice", lambda: bedside.keys.pressed.append(Control.END))
    bedside.run()

    advised = next(sound for sound in bedside.coach.chronicle.sounds if sound.planned >= locked_at[0])
    assert advised.lane == "safety"
    assert bedside.coach.loop.state.protocol.lock == 2
    assert advised.played == locked_at[0] + 5 * BLOCK
    assert not np.concatenate(played[1:]).any()  # the first one fades


def test_a_disk_that_does_not_answer_holds_up_the_advice_for_a_quarter_of_a_second_at_most(bedside):
    bedside.answer_well()
    said = []

    def hurt():
        bedside.diary.durable = False
        bedside.ear.hear(Command.BREATH_CHEST)
        said.append(bedside.frame)

    bedside.on("cue: ", lambda: said or hurt())
    bedside.on("phase: advice", lambda: bedside.keys.pressed.append(Control.END))
    bedside.run()

    advised = next(sound for sound in bedside.coach.chronicle.sounds if sound.planned > said[0] + BLOCK)
    assert advised.lane == "safety"
    assert frames(0.2) < advised.played - said[0] <= frames(0.25) + 3 * BLOCK


def test_a_key_that_is_held_is_one_stop_so_that_she_is_asked(bedside):
    bedside.answer_well()
    began = []

    def hold(give=bedside.keys.take):
        if began and bedside.frame - began[0] < frames(3.0):
            return (Control.STOP,)
        return give()

    bedside.keys.take = hold
    bedside.on("phase: run", lambda: began or began.append(bedside.frame))
    bedside.on("line: Stopped", lambda: bedside.keys.pressed.append(Control.END))
    bedside.run()

    stops = [entry for entry in bedside.diary.entries if _is(entry, "StopRequested") and entry.event.frame]
    assert bedside.phases[bedside.phases.index("run") + 1] == "maybe"
    assert stops[1].event.frame - stops[0].event.frame > frames(1.0)


def test_what_was_said_while_the_ear_loads_is_heard_afterwards(bedside):
    bedside.ear.answering = False
    bedside.on("line: Hello", lambda: bedside.ear.hear(Command.STOP))
    bedside.on("line: Hello", lambda: setattr(bedside.ear, "answering", True))

    bedside.run()

    assert bedside.coach.chronicle.outcome is Outcome.STOPPED


@pytest.mark.parametrize(
    ("block", "expected_db"),
    [
        pytest.param(np.ones(320, dtype=np.float32), 0.0, id="full scale"),
        pytest.param(np.full(320, 0.1, dtype=np.float32), -20.0, id="a tenth"),
        pytest.param(np.zeros(320, dtype=np.float32), -99.0, id="nothing"),
    ],
)
def test_the_level_is_told_in_decibels(block, expected_db):
    assert level_db(block) == pytest.approx(expected_db, abs=1e-3)


def _is(entry, event):
    return isinstance(entry, Happened) and type(entry.event).__name__ == event


class DeadCourier:
    """Takes notices and never brings word of them."""

    def __init__(self):
        self.posted = []

    def post(self, notice, durable):  # noqa: ARG002 - part of the port
        self.posted.append(notice.kind)

    def take(self):
        return ()

    def close(self):
        """End it."""


def _calls_for_help(bedside):
    bedside.answer_well()
    bedside.on("cue: ", lambda: bedside.ear.hear(Command.BREATH_CHEST))
    bedside.run()
    return [sound for sound in bedside.coach.chronicle.sounds if sound.kind == "line" and sound.played is not None]


def test_she_is_told_within_thirty_seconds_that_nobody_was_reached(house, prepared):
    courier = DeadCourier()
    lines = _calls_for_help(Bedside(house, prepared, outbox=Outbox(courier)))
    advice = next(line for line in lines if line.id == "safety.emergency")
    told = [line for line in lines if line.id == "safety.nobody-reached"]

    assert "emergency" in courier.posted
    assert told
    assert told[0].played - advice.played < frames(30.0)


def test_where_nobody_is_told_no_notice_is_left_behind_for_ever(house, prepared):
    bedside = Bedside(house, prepared)
    lines = _calls_for_help(bedside)

    assert not [line for line in lines if line.id == "safety.nobody-reached"]
    assert not [entry for entry in bedside.diary.entries if isinstance(entry, NoticeQueued)]
