"""The live host: paces the loop by the sound card, and brings it what was heard, pressed and lost.

1. The sound card is the clock: `write` waits until there is room, and nothing else in a round waits for anything.
2. What was captured goes to the ear; the hearing lease is renewed only by blocks that have come back from it.
3. While the ear loads its engines and catches up it counts as hearing, for `GRACE` at most: the greeting is spoken
   meanwhile, what is said into it is kept for the ear, and no cue of the program comes so early.
4. The journal is written on the side. What safety rests on is announced once it is durable, a quarter of a second
   later at most; the sound goes on meanwhile, and what was sounding has faded.
5. Whoever is frightened presses more than once, and a key that is held repeats itself: stops that come within a second
   of each other are one stop, for the second would end the session before she was asked whether anything hurts.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np

from coach.audio.clip import Samples
from coach.audio.device import AudioDevice
from coach.audio.lanes import Lane
from coach.audio.lease import LEASE
from coach.commands import Command
from coach.errors import ModelError
from coach.journal.entries import ClockSet, CuesPlayed, Entry, NoticeQueued, PlayedCue
from coach.journal.steps import entries_of
from coach.listening.hearing import Certainty, Hearing, Unclear
from coach.runtime.chronicle import Sound
from coach.runtime.clock import ClockWatch
from coach.runtime.dispatch import Outbox
from coach.runtime.ear import Ear
from coach.runtime.keys import Control, Controls
from coach.runtime.loop import Keep, Settled
from coach.runtime.view import Sight, View
from coach.runtime.watchdog import Watchdog
from coach.runtime.wiring import Coach
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.events import Event
from coach.session.machine import Step
from coach.session.states import Phase
from coach.units import BLOCK, LISTEN_BLOCK, SAMPLE_RATE, Frames, frames, seconds

GRACE: Final = frames(6.0)
"""How long the ear may take to load: engines take one to three seconds on a Pi, the greeting and the first question
longer than this."""
STUCK: Final = frames(5.0)
"""How long nothing may come back from the ear before it counts as stuck: five leases; chosen."""
_TAIL_S: Final = 0.5
"""How long words that have just sounded still count as sounding, beside the card's latency: the room's echo and the
engines' delay, as in rehearsals."""
_AFTERMATH: Final = frames(1.0)
"""What is still played after the end, so that the last word leaves the card."""
_LAST_WORDS: Final = frames(150.0)
"""How long urgent advice that nobody has taken in goes on: its alarm lasts 120 s."""
_LEAVING: Final = frames(5.0)
"""How long the last line may take after a key or a signal has ended the session."""
_ONE_STOP: Final = frames(1.0)
"""Keys that follow each other faster than this are one stop; chosen."""
_STOPS: Final = 3
"""Stops it takes at most from anywhere to the end: one asks whether anything hurts, the next one ends."""
_CUES_EVERY: Final = frames(5.0)
"""How often the cues that sounded are journaled."""
_SHOW_EVERY: Final = frames(0.2)
_SECOND: Final = frames(1.0)
_SILENT_DB: Final = -99.0
_AT_REST: Final = frozenset({Phase.BOOT, Phase.IDLE, Phase.LOCKED})


class SoundCard(AudioDevice, Protocol):
    """A sound device that can be started again."""

    def restart(self) -> None:
        """Look the device up afresh; returns at once."""


class Diary(Protocol):
    """Makes entries durable on the side."""

    @property
    def fault(self) -> str:
        """Return why entries are not durable just now; empty while they are."""

    def note(self, *entries: Entry) -> Settled:
        """Hand entries over; returns at once, with what tells whether they are durable by now."""


@dataclass(slots=True)
class _Ending:
    """The way out."""

    asked: bool = False
    """A key or a signal wants the end."""
    stops: int = 0
    by: Frames | None = None
    """Played frame at which it is left whatever is being said."""
    rested: Frames | None = None
    """Since when there has been nothing more to say or to ask."""


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
    beat: Callable[[], None] = lambda: None
    """Shows whoever watches over the coach that it lives; called once a block."""


class Host:
    """Runs one session to its end."""

    def __init__(self, coach: Coach, senses: Senses) -> None:
        """Take the coach, at rest, and the ports; the device is open."""
        self._coach = coach
        self._loop, self._mixer, self._chronicle = coach.loop, coach.mixer, coach.chronicle
        self._s = senses
        self._watchdog = Watchdog()
        self._ending = _Ending()
        self._mic: list[Samples] = []
        self._reference: list[Samples] = []
        self._returned = GRACE
        self._hears = False
        self._caught_up = False
        self._input_paced = True
        self._last_stop: Frames | None = None
        self._level_db = _SILENT_DB
        self._heard = ""
        self._sounds_told = 0
        self._cues_kept = 0
        self._phases_told = 0
        latency = senses.device.latency
        self._captured_late = frames(latency.input_s)
        self._tail = frames(_TAIL_S + latency.output_s + latency.input_s)

    def run(self, lock: int, *, first: Sequence[fx.Say] = ()) -> None:
        """Run a session until it is over and its last word has been played.

        Args:
            lock: Lock that was found: 0 none, 1 caution, 2 urgent.
            first: Lines that are said before the session begins.

        Raises:
            ModelError: The recognizers cannot be loaded.
        """
        self._loop.heard_until(Frames(GRACE - LEASE))
        for line in first:
            self._coach.interpreter.carry_out(line)
        self._loop.post(ev.Booted(Frames(0), lock))
        self._round()
        while self._coach.interpreter.speaking and not self._ending.asked:
            self._round()
        if not self._ending.asked:
            self._loop.post(ev.StartRequested(self._mixer.frame))
        while not self._over():
            self._round()
        self._keep_cues(all_of_them=True)

    def _round(self) -> None:
        self._s.beat()
        for control in self._s.controls.take():
            self._obey(control)
        self._leave()
        self._loop.before_block()
        block = self._mixer.render(BLOCK)
        self._loop.after_block()
        # What a lost output does not take is not given to it when it comes back in the middle of a word.
        self._s.device.write(block if self._s.device.status.output_alive else np.zeros_like(block))
        self._listen()
        self._watch()
        self._tell()

    def _listen(self) -> None:
        """Hand what was captured to the ear, and take what comes back."""
        now = self._mixer.frame
        capture = self._s.device.read()
        if len(capture.mic):
            self._mic.append(capture.mic)
            self._reference.append(capture.reference)
            self._give(Frames(max(0, now - self._captured_late)))
        for returned in self._s.ear.take():
            self._hears, self._returned = True, now
            if not self._caught_up and now - returned.frame < LEASE // 2:
                self._caught_up = True
                self._s.view.tell("recognizers: they hear")
            if self._caught_up and self._watchdog.input_paced:
                self._loop.heard_until(returned.frame)
            for decision in returned.decisions:
                self._take(decision)
        if not self._hears and not self._s.ear.alive:
            self._loop.heard_until(Frames(0))  # it will not be ready within its grace
        if self._s.ear.fault and not self._hears:
            raise ModelError(self._s.ear.fault)

    def _give(self, captured: Frames) -> None:
        mic, reference = np.concatenate(self._mic), np.concatenate(self._reference)
        whole = len(mic) // LISTEN_BLOCK * LISTEN_BLOCK
        sounding = self._coach.interpreter.sounding(self._tail)
        for begin in range(0, whole, LISTEN_BLOCK):
            block = mic[begin : begin + LISTEN_BLOCK]
            self._level_db = level_db(block)
            self._s.ear.give(captured, block, reference[begin : begin + LISTEN_BLOCK], sounding)
        self._mic, self._reference = [mic[whole:]], [reference[whole:]]

    def _take(self, decision: Hearing | Unclear) -> None:
        if not self._loop.hear(decision):
            return
        if isinstance(decision, Unclear):
            self._s.view.tell("heard: something unclear")
            return
        self._heard = f"{decision.command.value} ({decision.engine} {decision.score:.2f})"
        self._s.view.tell(f"heard: {self._heard}{'' if decision.certainty is Certainty.FINAL else ', in mid-word'}")

    def _obey(self, control: Control) -> None:
        now = self._mixer.frame
        self._s.view.tell(f"key: {control.value}")
        match control:
            case Control.STOP:
                if self._last_stop is None or now - self._last_stop > _ONE_STOP:
                    self._loop.post(ev.StopRequested(now))
                self._last_stop = now
            case Control.PAUSE:
                self._loop.post(ev.Heard(now, Command.PAUSE))
            case Control.REPEAT:
                self._loop.post(ev.Heard(now, Command.REPEAT))
            case Control.END:
                if self._ending.asked:
                    self._ending.by = now
                self._ending.asked = True

    def _leave(self) -> None:
        """Stop until the session is at rest; whoever presses "end" means the end."""
        if not self._ending.asked:
            return
        if self._ending.by is None:
            self._ending.by = Frames(self._mixer.frame + _LEAVING)
        if self._ending.stops < _STOPS and self._loop.state.protocol.phase not in _AT_REST:
            self._ending.stops += 1
            self._loop.post(ev.StopRequested(self._mixer.frame))

    def _over(self) -> bool:
        now, ending = self._mixer.frame, self._ending
        if ending.by is not None and now >= ending.by:
            return True
        protocol = self._loop.state.protocol
        if protocol.phase not in _AT_REST or protocol.question is not None or protocol.in_session:
            ending.rested = None
            return False
        ended = self._chronicle.ended
        if ended is not None and now - ended > _LAST_WORDS:
            return True
        unanswered = protocol.phase is Phase.LOCKED and not protocol.acknowledged and not ending.asked
        if unanswered or self._coach.interpreter.speaking:
            ending.rested = None
            return False
        if ending.rested is None:
            ending.rested = now
        return now - ending.rested > _AFTERMATH

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
        stuck = not s.ear.alive or (s.ear.backlog > 0 and now - self._returned > STUCK)
        if self._watchdog.restart_ear(now, stuck=stuck):
            s.view.tell("recognizers: started again")
            s.ear.restart()
            self._returned = now
        self._hear_of_notices(now)
        if now % _SECOND < BLOCK:
            by_s = s.jumped_s()
            if by_s:
                s.diary.note(ClockSet(by_s))
                self._loop.post(ev.ClockJumped(now))
        if now % _CUES_EVERY < BLOCK:
            self._keep_cues()

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

    def _keep_cues(self, *, all_of_them: bool = False) -> None:
        """Journal the cues that are over."""
        sounds = self._chronicle.sounds
        upto = self._cues_kept
        while upto < len(sounds) and (all_of_them or sounds[upto].ended is not None):
            upto += 1
        cues = tuple(_played(sound) for sound in sounds[self._cues_kept : upto] if sound.kind == "cue")
        self._cues_kept = upto
        if cues:
            self._s.diary.note(CuesPlayed(cues))

    def _tell(self) -> None:
        chronicle, view = self._chronicle, self._s.view
        for entered in chronicle.phases[self._phases_told :]:
            view.tell(f"phase: {entered.phase} {entered.question}".rstrip())
        self._phases_told = len(chronicle.phases)
        while self._sounds_told < len(chronicle.sounds):
            sound = chronicle.sounds[self._sounds_told]
            if sound.played is None and sound.ended is None:
                break
            self._sounds_told += 1
            if sound.played is not None:
                view.tell(f"{sound.kind}: {sound.text or sound.tone or sound.id}")
        if self._mixer.frame % _SHOW_EVERY < BLOCK:
            view.show(self._sight())

    def _sight(self) -> Sight:
        state, status = self._loop.state, self._s.device.status
        segment = state.place.segment
        place = segment.exercise
        if segment.rep:
            place = f"{place}, set {segment.set_number}, repetition {segment.rep} of {segment.reps}"
        question = state.protocol.question
        coming = next((sound for sound in self._chronicle.sounds[self._sounds_told :] if sound.kind == "cue"), None)
        return Sight(
            phase=state.protocol.phase.value,
            question=question.value if question is not None else "",
            place=place,
            next_cue=f"{coming.id} in {seconds(max(0, coming.planned - self._mixer.frame)):.1f} s" if coming else "",
            level_db=self._level_db,
            heard=self._heard,
            lease_s=max(0.0, seconds(self._mixer.lease.until - self._mixer.frame)),
            backlog_s=self._s.ear.backlog * BLOCK / SAMPLE_RATE,
            losses=f"{status.underflows} gaps in playing, {status.overflows} in hearing",
        )


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


def level_db(block: Samples) -> float:
    """Return the RMS level of a block against full scale, in decibels, -99 for nothing at all."""
    power = float(np.mean(np.square(block, dtype=np.float64)))
    return max(_SILENT_DB, 10.0 * math.log10(power)) if power > 0 else _SILENT_DB


def _played(sound: Sound) -> PlayedCue:
    return PlayedCue(sound.id, sound.segment, sound.planned, sound.played)


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
