"""By the bed, with a courier that is dead or a disk that hangs: stopping is as quick, and she is told within 30 s."""

import threading
from pathlib import Path

import pytest

from coach.commands import Command
from coach.journal.entries import NoticeQueued
from coach.language.utterance import Answer
from coach.notify.spool import Spool
from coach.plan.elapsed import Local, Reading
from coach.plan.prescription import Schedule
from coach.plan.schedule import State
from coach.plan.timetable import timetable
from coach.program.quantity import Frequency, Origin
from coach.runtime.adapting import Adapted
from coach.runtime.attendant import Attendant, Ready, Ways
from coach.runtime.composing import Composed
from coach.runtime.controls.control import Control
from coach.runtime.dispatch import Outbox, SpoolDispatch
from coach.runtime.guard import guarded
from coach.runtime.host import Host, Senses, keep_in
from coach.runtime.planner import Planner
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.monitor import Monitor
from coach.session.states import Phase, Screening
from coach.units import SAMPLE_RATE, frames
from tests.conftest import loaded

FOUR = timetable(Schedule(), Frequency(origin=Origin.INFER, min=3, max=4))
NOON_MS = 12 * 60 * 60_000


live = loaded(Path(__file__).parent / "test_live_host.py")
house, prepared = live.house, live.prepared


class Maker:
    def __init__(self, ready):
        self.ready, self.asked = ready, None

    def begin(self):
        self.asked = self.ready

    def take(self):
        asked, self.asked = self.asked, None
        return asked

    def over(self):
        """Nothing is summed up."""

    def told(self):
        return None


class Bed:
    """The real host and attendant on a virtual card; what is heard is told."""

    def __init__(self, prepared, outbox=None):
        self.card, self.ear, self.diary = live.Card(), live.ToldEar(), live.Notebook()
        self.keys, self.screen = live.Keyboard(), live.Screen()
        composed = Composed("one", prepared, Screening.LATER, 0, Adapted(prepared.material.works), ())
        ways = Ways(
            note=self.diary.note,
            keeping=lambda session: keep_in(self.diary, session, outbox),
            guard=lambda keep: guarded(keep, Monitor().check, pytest.fail),
            listen=self.ear.expect,
            reading=lambda: (self.reading(), ()),
            tell=self.screen.tell,
        )
        self.frame_of = lambda: 0
        planner = Planner(FOUR, State(), self.diary.note)
        self.attendant = Attendant(Ready(composed, ()), planner, Maker(Ready(composed, ())), ways)
        self.attendant.forget = lambda: None
        self.frame_of = lambda: self.attendant.coach.mixer.frame
        clock = lambda: self.frame_of() / SAMPLE_RATE  # noqa: E731 - a clock in one word
        senses = Senses(self.card, self.ear, self.diary, self.keys, self.screen, lambda: 0.0, outbox, clock_s=clock)
        self.host = Host(self.attendant.coach, senses)

    def reading(self):
        played_ms = self.frame_of() * 1000 // SAMPLE_RATE
        return Reading("boot", NOON_MS + played_ms, Local(1, 12 * 60 + played_ms // 60_000))

    def on(self, start, act):
        before = self.screen.act

        def both(line):
            before(line)
            if line.startswith(start):
                act()

        self.screen.act = both

    def run(self):
        self.card.open()
        self.host.attend(self.attendant, 0)


def test_within_thirty_seconds_she_is_told_that_nobody_was_reached(prepared):
    bed = Bed(prepared, Outbox(live.DeadCourier()))
    bed.on("phase: idle", lambda: bed.ear.hear(Command.BREATH_CHEST))
    bed.on("phase: maybe called", lambda: bed.ear.hear(Command.YES, answer=Answer.YES))

    nobody = prepared.material.pack.utterance("safety.nobody-reached").text
    bed.on(f"line: {nobody}", lambda: bed.keys.pressed.extend([Control.END, Control.END]))

    bed.run()

    chronicle = bed.attendant.coach.chronicle
    queued = next(decision.frame for decision in chronicle.decisions if _notifies(decision))
    told = next(sound for sound in chronicle.sounds if sound.id == "safety.nobody-reached")
    assert any(isinstance(entry, NoticeQueued) for entry in bed.diary.entries)
    assert told.played - queued <= frames(30.0)


class HangingSpool(Spool):
    """A spool on a disk that does not come back."""

    def __init__(self, folder):
        super().__init__(folder)
        self.reached, self.let_go = threading.Event(), threading.Event()

    def post(self, notice):  # noqa: ARG002 - part of the spool
        self.reached.set()
        self.let_go.wait(30)


def stopped(prepared, outbox):
    """Call for help, and press a key while the advice is being said; return how many frames until it is silent."""
    bed = Bed(prepared, outbox)
    bed.on("phase: idle", lambda: bed.ear.hear(Command.BREATH_CHEST))
    bed.on("phase: maybe called", lambda: bed.ear.hear(Command.YES, answer=Answer.YES))
    advice = prepared.material.pack.utterance("safety.emergency").text
    bed.on(f"line: {advice}", lambda: bed.keys.pressed.append(Control.STOP))
    bed.on("key: stop", lambda: bed.keys.pressed.extend([Control.END, Control.END]))

    bed.run()

    decisions = bed.attendant.coach.chronicle.decisions
    pressed = next(decision for decision in decisions if isinstance(decision.event, ev.StopRequested))
    cut = [sound.ended for sound in bed.attendant.coach.chronicle.sounds if sound.cut and sound.ended is not None]
    assert isinstance(pressed.effects[0], fx.Silence)
    return [ended - pressed.frame for ended in cut if ended >= pressed.frame]


def test_a_stop_is_as_quick_beside_notices_that_hang(prepared, tmp_path):
    spool = HangingSpool(tmp_path)
    dispatch = SpoolDispatch(spool)

    beside = stopped(prepared, Outbox(dispatch))
    alone = stopped(prepared, None)
    hung = spool.reached.is_set() or spool.reached.wait(30)
    spool.let_go.set()
    dispatch.close()

    assert hung
    assert beside == alone
    assert beside
    assert max(beside) <= frames(0.06)


def test_an_offer_is_made_and_a_yes_begins_the_session(prepared):
    bed = Bed(prepared)
    bed.reading = lambda: Reading("boot", NOON_MS + bed.frame_of() * 1000 // SAMPLE_RATE, Local(1, 12 * 60 + 30))
    bed.on("phase: offer offer", lambda: bed.ear.hear(Command.YES, answer=Answer.YES))
    bed.on("phase: screen", lambda: bed.keys.pressed.extend([Control.END, Control.END]))

    bed.run()

    phases = [entered.phase for entered in bed.attendant.coach.chronicle.phases]
    assert "screen" in phases
    assert Phase.OFFER.value not in phases  # that was the coach before


def test_a_stop_calls_a_session_off_that_is_being_made_ready(prepared):
    bed = Bed(prepared)
    bed.reading = lambda: Reading("boot", NOON_MS + bed.frame_of() * 1000 // SAMPLE_RATE, Local(1, 12 * 60 + 30))
    bed.on("phase: offer offer", lambda: bed.ear.hear(Command.YES, answer=Answer.YES))
    line = "line: " + prepared.material.pack.utterance("serve.moment").text
    bed.on(line, lambda: bed.keys.pressed.append(Control.STOP))
    bed.on("session: not begun", lambda: bed.keys.pressed.extend([Control.END, Control.END]))

    bed.run()

    assert "screen" not in [entered.phase for entered in bed.attendant.coach.chronicle.phases]


def test_what_has_to_be_told_waits_for_her_first_words_where_nobody_knows_the_time(prepared):
    bed = Bed(prepared)
    bed.reading = lambda: Reading("boot", NOON_MS + bed.frame_of() * 1000 // SAMPLE_RATE)
    line = prepared.material.pack.utterance("safety.interrupted").text
    spoken = []
    bed.on("phase: idle", lambda: bed.keys.pressed.append(Control.STOP))
    bed.on("key: stop", lambda: bed.ear.hear(Command.WHATS_NEXT))
    bed.on("heard: whats-next", lambda: len(spoken) or (spoken.append(1), bed.ear.hear(Command.START)))
    bed.on(f"line: {line}", lambda: bed.keys.pressed.extend([Control.END, Control.END]))

    bed.card.open()
    bed.host.attend(bed.attendant, 0, first=(fx.Say("safety.interrupted"),))

    told = bed.screen.told
    assert told.index(f"line: {line}") > max(
        place for place, shown in enumerate(told) if shown.startswith(("key: stop", "heard: whats-next"))
    )


def _notifies(decision):
    return any(isinstance(effect, fx.Notify) for effect in decision.effects)
