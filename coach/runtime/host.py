"""The live host: paces the loop by the sound card, and brings it what was heard, pressed and lost.

1. The sound card is the clock: `write` waits until there is room, and nothing else in a round waits for anything.
2. What was captured goes to the ear; the hearing lease is renewed only by blocks that have come back from it.
3. While the ear loads its engines and catches up it counts as hearing, for `GRACE` at most: the greeting is spoken
   meanwhile, what is said into it is kept for the ear, and no cue of the program comes so early.
4. The journal is written on the side. What safety rests on is announced once it is durable, a quarter of a second
   later at most; the sound goes on meanwhile, and what was sounding has faded.
5. What stops comes first in a round (`hands.py`), and is carried out before the next block is rendered.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np

from coach.audio.clip import Samples
from coach.audio.device import AudioDevice
from coach.audio.lanes import Lane
from coach.audio.lease import LEASE
from coach.errors import ModelError
from coach.journal.entries import ClockSet, NoticeQueued, SessionEnded
from coach.journal.steps import entries_of
from coach.listening.echo_report import EchoReport
from coach.listening.hearing import Hearing, Unclear
from coach.runtime.attendant import Attendant
from coach.runtime.belief import Belief
from coach.runtime.clock import ClockWatch
from coach.runtime.controls.control import Controls
from coach.runtime.dispatch import Outbox
from coach.runtime.ear import Ear
from coach.runtime.echo_news import EchoNews
from coach.runtime.hands import AT_REST, Hands
from coach.runtime.lamp import Lamp, shown
from coach.runtime.loop import Keep, Settled
from coach.runtime.pin_desk import Pins
from coach.runtime.teller import Diary, Teller
from coach.runtime.view import View
from coach.runtime.watchdog import Watchdog
from coach.runtime.wiring import Coach
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.events import Event
from coach.session.machine import Step
from coach.session.states import Phase
from coach.units import BLOCK, LISTEN_BLOCK, Frames, frames

GRACE: Final = frames(6.0)
"""How long the ear may take to load: engines take one to three seconds on a Pi, the greeting and the first question
longer than this."""
STUCK: Final = frames(5.0)
"""How long nothing may come back from the ear before it counts as stuck: five leases; chosen."""
_TAIL_S: Final = 0.5
"""How long words that have just sounded still count as sounding, beside the card's latency: the room's echo and the
engines' delay, as in rehearsals."""
_GREETED: Final = 2
"""Rounds before the session: the greeting, and what it has shown of the sound hardware."""
_AFTERMATH: Final = frames(1.0)
"""What is still played after the end, so that the last word leaves the card."""
_LAST_WORDS: Final = frames(150.0)
"""How long urgent advice that nobody has taken in goes on: its alarm lasts 120 s."""
_SECOND: Final = frames(1.0)
_SILENT_DB: Final = -99.0
_BREAKDOWN: Final = "fault-ended"
"""The notice that tells a carer of it: a fault has ended the session."""


class SoundCard(AudioDevice, Protocol):
    """A sound device that can be started again."""

    def restart(self) -> None:
        """Look the device up afresh; returns at once."""


@dataclass(slots=True)
class Senses:
    """The ports of a live session."""

    device: SoundCard
    ear: Ear
    diary: Diary
    controls: Controls
    view: View
    jumped_s: Callable[[], float] = field(default_factory=lambda: ClockWatch().jumped_s)
    """Tells by how many seconds the wall clock was set since it was last asked."""
    outbox: Outbox | None = None
    """Takes notices to a carer; None where nobody is told."""
    pins: Pins | None = None
    """Knows the carer's PIN; None where no keypad is asked for one."""
    lamp: Lamp | None = None
    """Shows from afar whether it hears; None where there is none."""
    beat: Callable[[], None] = lambda: None
    """Shows whoever watches over the coach that it lives; called once a block."""
    clock_s: Callable[[], float] = time.monotonic
    """Seconds of a clock the sound card has no part in: what the microphone gives is measured against it."""


class Host:
    """Runs one session to its end, or one after the other by the bed."""

    def __init__(self, coach: Coach, senses: Senses) -> None:
        """Take the coach, at rest, and the ports; the device is open."""
        self._coach = coach
        self._loop, self._mixer, self._chronicle = coach.loop, coach.mixer, coach.chronicle
        self._s = senses
        self._watchdog = Watchdog()
        self._belief = Belief(coach.loop, senses.view)
        self._news = EchoNews()
        self._hands = Hands(coach.loop, senses.controls, senses.view, senses.pins)
        self._teller = Teller(coach.loop, coach.mixer, coach.chronicle, senses.view, senses.diary)
        self._rested: Frames | None = None
        self._mic: list[Samples] = []
        self._reference: list[Samples] = []
        self._returned = GRACE
        self._hears = False
        self._caught_up = False
        self._input_paced = True
        latency = senses.device.latency
        self._captured_late = frames(latency.input_s)
        self._tail = frames(_TAIL_S + latency.output_s + latency.input_s)

    def run(self, lock: int, *, first: Sequence[fx.Say] = (), practice: bool = False) -> None:
        """Run a session until it is over and its last word has been played.

        Args:
            lock: Lock that was found: 0 none, 1 caution, 2 urgent.
            first: Lines that are said before the session begins.
            practice: Whether stopping the coach is practised, and nothing else.

        Raises:
            ModelError: The recognizers cannot be loaded.
        """
        self._loop.heard_until(Frames(GRACE - LEASE))
        for line in first:
            self._coach.interpreter.carry_out(line)
        self._loop.post(ev.Booted(Frames(0), lock))
        for _ in range(_GREETED):
            self._round()
            while self._coach.interpreter.speaking and not self._hands.ending:
                self._round()
        if not self._hands.ending:
            asked = ev.PracticeRequested if practice else ev.StartRequested
            self._loop.post(asked(self._mixer.frame))
        while not self._over():
            self._round()
        self._teller.keep_cues(all_of_them=True)

    def attend(self, attendant: Attendant, lock: int, *, first: Sequence[fx.Say] = ()) -> None:
        """Live by the bed, from session to session, until a key or a signal ends it and the last word has been played.

        Args:
            attendant: Has the coach this host was made with, and the ones after it.
            lock: Lock that was found: 0 none, 1 caution, 2 urgent.
            first: What has to be told of the time before.

        Raises:
            ModelError: The recognizers cannot be loaded.
        """
        self._loop.heard_until(Frames(GRACE - LEASE))
        attendant.forget = self._teller.start_over
        attendant.boot(lock, first)
        while not (self._hands.ending and self._over()):
            attendant.before()
            if attendant.coach is not self._coach:
                self._follow(attendant.coach)
                attendant.forget = self._teller.start_over
            self._round()
        self._teller.keep_cues(all_of_them=True)

    def _follow(self, coach: Coach) -> None:
        """Run another coach from the next block on; the card, the ear and whoever stops go with it."""
        self._teller.keep_cues(all_of_them=True)
        self._coach = coach
        self._loop, self._mixer, self._chronicle = coach.loop, coach.mixer, coach.chronicle
        self._belief.follow(coach.loop)
        self._hands.follow(coach.loop)
        self._teller = Teller(coach.loop, coach.mixer, coach.chronicle, self._s.view, self._s.diary)
        self._rested = None

    def _round(self) -> None:
        self._s.beat()
        self._hands.take(self._mixer.frame)
        self._loop.before_block()
        block = self._mixer.render(BLOCK)
        self._loop.after_block()
        # What a lost output does not take is not given to it when it comes back in the middle of a word.
        self._s.device.write(block if self._s.device.status.output_alive else np.zeros_like(block))
        self._listen()
        self._watch()
        self._shine()
        self._teller.tell(self._s.device, self._s.ear)

    def _shine(self) -> None:
        """Let the lamp show how it is."""
        if self._s.lamp is None:
            return
        now, state = self._mixer.frame, self._loop.state
        hears = self._caught_up and self._mixer.lease.fresh(now)
        failed = self._s.lamp.show(shown(state.protocol, hears=hears, quiet=state.place.quiet), now)
        if failed:
            self._s.view.tell(failed)

    def _listen(self) -> None:
        """Hand what was captured to the ear, and take what comes back."""
        now = self._mixer.frame
        capture = self._s.device.read()
        self._belief.captured(capture.mic, self._s.clock_s())
        if len(capture.mic):
            self._mic.append(capture.mic)
            self._reference.append(capture.reference)
            self._give(Frames(max(0, now - self._captured_late)))
        for returned in self._s.ear.take():
            self._hears, self._returned = True, now
            self._belief.returned(returned)
            if not self._caught_up and now - returned.frame < LEASE // 2:
                self._caught_up = True
                self._s.view.tell("recognizers: they hear")
                if self._s.ear.slowness:
                    self._s.view.tell(self._s.ear.slowness)
            if self._caught_up and self._watchdog.input_paced:
                self._loop.heard_until(returned.frame)
            for decision in returned.decisions:
                self._take(decision)
            self._take_echo(returned.echo)
        self._belief.judge(self._s.ear, now, caught_up=self._caught_up)
        if not self._hears and not self._s.ear.alive:
            self._loop.heard_until(Frames(0))  # it will not be ready within its grace
        if self._s.ear.fault and not self._hears:
            raise ModelError(self._s.ear.fault)

    def _take_echo(self, report: EchoReport | None) -> None:
        """Take in how the coach's own voice comes back, where that has changed."""
        if report is None:
            return
        self._watchdog.echo(report)
        if self._news.take(report):
            self._s.view.tell(f"echo: {report.kind.value}. {report.sentence}")

    def _give(self, captured: Frames) -> None:
        mic, reference = np.concatenate(self._mic), np.concatenate(self._reference)
        whole = len(mic) // LISTEN_BLOCK * LISTEN_BLOCK
        sounding = self._coach.interpreter.sounding(self._tail)
        for begin in range(0, whole, LISTEN_BLOCK):
            block = mic[begin : begin + LISTEN_BLOCK]
            self._teller.level_db = level_db(block)
            self._s.ear.give(captured, block, reference[begin : begin + LISTEN_BLOCK], sounding)
        self._mic, self._reference = [mic[whole:]], [reference[whole:]]

    def _take(self, decision: Hearing | Unclear) -> None:
        if not self._loop.hear(decision):
            return
        self._belief.heard(decision)
        if isinstance(decision, Unclear):
            self._s.view.tell("heard: something unclear")
        else:
            self._teller.heard(decision)

    def _over(self) -> bool:
        now, hands = self._mixer.frame, self._hands
        if hands.leave_by is not None and now >= hands.leave_by:
            return True
        protocol = self._loop.state.protocol
        if protocol.phase not in AT_REST or protocol.question is not None or protocol.in_session:
            self._rested = None
            return False
        ended = self._chronicle.ended
        if ended is not None and now - ended > _LAST_WORDS:
            return True
        unanswered = protocol.phase is Phase.LOCKED and not protocol.acknowledged and not hands.ending
        if unanswered or self._coach.interpreter.speaking:
            self._rested = None
            return False
        if self._rested is None:
            self._rested = now
        return now - self._rested > _AFTERMATH

    def _watch(self) -> None:
        now, s = self._mixer.frame, self._s
        for event in (*self._watchdog.sound(s.device.status, now), *self._watchdog.journal(s.diary.fault, now)):
            s.view.tell(_lost_words(event))
            if isinstance(event, ev.VoiceRestored) and self._loop.state.protocol.phase is Phase.FAULT:
                # What was said of the fault was said into nothing.
                self._coach.interpreter.tell_anew(fx.Ring(fx.Chime.FAULT), fx.Say("fault.mute", lane=Lane.SAFETY))
            self._loop.post(event)
        if self._watchdog.input_paced != self._input_paced:
            self._input_paced = self._watchdog.input_paced
            s.view.tell(f"microphone: its rate is {'right again' if self._input_paced else 'not the one it tells'}")
        if self._watchdog.restart_sound(now, speaking=self._coach.interpreter.speaking):
            s.view.tell("sound card: started again")
            s.device.restart()
            self._belief.card_restarted()
        stuck = not s.ear.alive or (s.ear.backlog > 0 and now - self._returned > STUCK) or self._belief.babbles
        if self._watchdog.restart_ear(now, stuck=stuck):
            s.view.tell("recognizers: started again")
            s.ear.restart()
            self._belief.ear_restarted()
            self._returned = now
        self._hear_of_notices(now)
        self._hear_of_echo(now)
        if now % _SECOND < BLOCK:
            by_s = s.jumped_s()
            if by_s:
                s.diary.note(ClockSet(by_s))
                self._loop.post(ev.ClockJumped(now))

    def _hear_of_echo(self, now: Frames) -> None:
        """Tell the session what kind of sound hardware this is, when it may be told."""
        interpreter = self._coach.interpreter
        found = self._news.event(now, self._loop.state.protocol, speaking=interpreter.speaking)
        if found is not None:
            self._loop.post(found)
        if not self._news.report.hears_while_speaking:
            interpreter.leave_gaps()

    def _hear_of_notices(self, now: Frames) -> None:
        if self._s.outbox is None:
            return
        word = self._s.outbox.word(now)
        if word.entries:
            self._s.diary.note(*word.entries)
        for sentence in word.told:
            self._s.view.tell(sentence)
        for event in word.events:
            self._loop.post(event)


class TakesNotices(Protocol):
    """Carries notices for the carer."""

    def post(self, notice: NoticeQueued, durable: Settled, now: Frames) -> None:
        """Take a notice that is to be carried once it is durable."""


def keep_in(diary: Diary, session: str, outbox: TakesNotices | None = None) -> Keep:
    """Return what journals each step of a session; one that safety rests on is to be durable before it is announced.

    Notices go to the outbox as well. Where there is none they are not queued: nobody would ever take them out.
    """

    def keep(event: Event, taken: Step) -> Settled | None:
        entries = entries_of(session, event, taken)
        notices = [entry for entry in entries if isinstance(entry, NoticeQueued)]
        if outbox is None:
            entries = tuple(entry for entry in entries if not isinstance(entry, NoticeQueued))
        settled = diary.note(*entries)
        if outbox is not None:
            for notice in notices:
                outbox.post(notice, settled, event.frame)
        weighty = any(isinstance(effect, fx.Latch | fx.Notify) for effect in taken.effects)
        return settled if weighty else None

    return keep


def note_breakdown(diary: Diary, outbox: TakesNotices | None, session: str, now: Frames) -> None:
    """Close the session that a failure of the coach itself ended, and tell the carer; its parent chimes and says so.

    Args:
        diary: Takes the end, and the notice.
        outbox: Where notices go; None where nobody was set up.
        session: Name under which it was opened.
        now: Played frame.
    """
    ended = SessionEnded(session, fx.Outcome.FAULT, now)
    if outbox is None:
        diary.note(ended)
        return
    notice = NoticeQueued(f"{session}/{now}/broke-down/{_BREAKDOWN}", _BREAKDOWN)
    outbox.post(notice, diary.note(ended, notice), now)


def level_db(block: Samples) -> float:
    """Return the RMS level of a block against full scale, in decibels, -99 for nothing at all."""
    power = float(np.mean(np.square(block, dtype=np.float64)))
    return max(_SILENT_DB, 10.0 * math.log10(power)) if power > 0 else _SILENT_DB


def _lost_words(event: Event) -> str:
    match event:
        case ev.VoiceLost():
            return "sound card: nothing can be played"
        case ev.VoiceRestored():
            return "sound card: plays again"
        case ev.JournalFailed():
            return "journal: entries cannot be made durable"
        case _:
            return "journal: entries are durable again"
