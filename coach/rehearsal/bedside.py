"""The bedside of a rehearsal: the coach with everything it stands on, and what breaks of it.

The same for a host that makes sound (`coach.rehearsal.runner`) and for one that jumps from event to event
(`coach.rehearsal.clockwork`). A host calls, for each stretch it plays:

1. `before`: the coach decides what is due before the stretch.
2. It renders the mixer, or passes it over.
3. `after`: what has sounded is told to the coach and to the person.
4. `listen` or `pass_by`: what was captured meanwhile goes to the ear, and what comes of it to the coach.

Watchdog, hearing watch and keeper are those of the live host.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from coach import __version__
from coach.audio.clip import Samples
from coach.audio.device import Status
from coach.audio.lanes import Lane
from coach.audio.mixer import FADE_S, Mixer
from coach.commands import Command
from coach.errors import JournalError
from coach.journal.entries import LockSet, SessionEnded
from coach.journal.material import Opening, opening_entries
from coach.journal.store import MemoryStore, Store
from coach.listening.acceptance import Decision
from coach.listening.health.complaint import Complaint
from coach.listening.health.microphone import Constant, Loud, MicrophoneHealth, Muted
from coach.listening.health.watch import EarState, HearingWatch
from coach.listening.hearing import Hearing
from coach.listening.listener import Listener
from coach.rehearsal.diary import RehearsalClock, RehearsedDiary
from coach.rehearsal.ear_port import EarPort
from coach.rehearsal.fault_table import DISK, Act
from coach.rehearsal.microphone_port import MicrophonePort
from coach.rehearsal.notifier_port import NotifierPort
from coach.rehearsal.performer import Performer
from coach.rehearsal.playing_port import PlayingPort
from coach.rehearsal.scenario import Deed, Scenario
from coach.rehearsal.trouble import Troubles
from coach.rehearsal.troubled_library import TroubledLibrary
from coach.runtime.chronicle import Chronicle, Sound
from coach.runtime.echo_news import EchoNews
from coach.runtime.host import keep_in
from coach.runtime.loop import Keep
from coach.runtime.watchdog import Watchdog
from coach.runtime.wiring import Coach, House, Prepared, wire
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.effects import Outcome
from coach.session.machine import reps_done
from coach.session.states import Phase, Screening
from coach.units import BLOCK, LISTEN_BLOCK, LISTEN_RATE, LISTEN_RATIO, SAMPLE_RATE, Frames, frames

OWN_VOICE_TAIL: Final = frames(0.5)
"""How long words that have just sounded still count as sounding: the room's echo and the engines' delay."""
_STUCK: Final = frames(5.0)
"""How long nothing may come back from the ear before it is started again; as the live host has it."""
_RESTART_TAKES: Final = frames(20.0)
"""`Act.SLOW_RESTARTS`."""
_NEEDLESS_EVERY: Final = frames(15.0)
"""`Act.NEEDLESS_RESTART`."""
_AFTERMATH: Final = frames(1.5)
"""What is still played and heard after the session's end, so that the last word rings out."""
_LAST_WORDS: Final = frames(60.0)
"""How long advice that repeats itself is followed after the session's end."""
_LOCKS: Final = {"none": 0, "caution": 1, "urgent": 2}
INTERRUPTED: Final = "safety.interrupted"
"""The line that is said behind a power cut."""
_AT_REST: Final = frozenset({Phase.IDLE, Phase.LOCKED})
_HISS: Final = (np.random.default_rng(20).standard_normal(10 * LISTEN_RATE) * 5e-4).astype(np.float32)
"""What stands for the room where none is made: hiss of -66 dBFS."""
_NOISE: Final = np.random.default_rng(21).uniform(-1.0, 1.0, LISTEN_BLOCK * 2).astype(np.float32)
_NOTHING: Final = np.zeros(0, dtype=np.float32)
_MARKS: Final = (frames(0.75), frames(1.0), frames(1.5), _STUCK)
"""How far behind the ear is of interest: told, without a lease, deaf, stuck."""
_CLEANED: Final = frozenset({Act.CLEANED_ZERO, Act.CLEANED_NOISE})

Keeping = Callable[[RehearsedDiary, NotifierPort | None], Keep]
"""Makes what keeps each step of a session."""
Witness = Callable[[Frames, Frames], None]
"""Told, again and again, a played frame and up to which one sound was captured and has come out of the ear."""


def kept_in_full(diary: RehearsedDiary, notifier: NotifierPort | None) -> Keep:
    """Return what keeps each step as the live host does."""
    return keep_in(diary, "rehearsal", notifier)


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything one rehearsal needs."""

    house: House
    scenario: Scenario
    prepared: Prepared
    engine: str
    performer: Performer


class Bedside:
    """The coach, the person and what lies between them; see the module's rules."""

    def __init__(
        self,
        stage: Stage,
        listener: Listener,
        *,
        store: Store | None = None,
        keeping: Keeping = kept_in_full,
        witness: Witness = lambda _now, _heard: None,
    ) -> None:
        """Take what is rehearsed, and what hears; the coach is started by the first `before`."""
        scenario = stage.scenario
        self._stage = stage
        self.scenario = scenario
        self.performer = stage.performer
        self.listener = listener
        self.chronicle = Chronicle()
        self.troubles = Troubles([fault.span for fault in scenario.fault])
        self._calm = not self.troubles.spans
        """Nothing breaks: what watches over the parts has nothing to find in a stretch without sound."""
        self.microphone = MicrophonePort(self.troubles, scenario.seed)
        self.ear = EarPort(self.troubles, scenario.seed)
        self.playing = PlayingPort(self.troubles)
        self.store = store if store is not None else MemoryStore(RehearsalClock())
        self.diary = RehearsedDiary(self.troubles, self.store)
        wanted = scenario.notifier == "works" or any(fault.kind.startswith("notifier") for fault in scenario.fault)
        self.notifier = NotifierPort(self.troubles) if wanted else None
        self.coach: Coach | None = None
        self._keeping = keeping
        self._witness = witness
        self._library = TroubledLibrary(stage.prepared, scenario, lambda: self.troubles.on(self.now))
        self._silent = Mixer()
        """Counts the frames while there is no coach."""
        self._boots = 0
        self._screening = Screening(scenario.screening)
        self._captured = Frames(0)
        self._new_watches()
        self._watched: deque[Sound] = deque()
        self._seen_sounds = 0
        self._done: Mapping[str, int] = {"left": 0, "right": 0}
        self._begun: set[int] = set()
        self._last_moment = Frames(0)
        self._clock_was_set = False
        self._needless = Frames(0)
        self._restarted = False
        self._tries_again = Frames(0)
        self._news = EchoNews()
        self._restart_at: Frames | None = None
        self._given: list[tuple[Samples, Samples]] = []

    @property
    def mixer(self) -> Mixer:
        """Return what plays: the coach's mixer, or one in which nothing sounds while the power is off."""
        return self._silent if self.coach is None else self.coach.mixer

    @property
    def now(self) -> Frames:
        """Return the next frame to be played."""
        return self.mixer.frame

    def before(self) -> None:
        """Let the coach decide what is due before the next stretch."""
        self._power()
        if self.coach is not None:
            self.coach.loop.before_block()

    def after(self) -> None:
        """Account for what the stretch has played, and let the person notice it."""
        if self.coach is None:
            return
        self.coach.loop.after_block()
        self._tell_person()

    def act(self, frame: Frames) -> None:
        """Let the person begin what is due by a frame; what is done and not said happens at once."""
        due = self.performer.next_due
        if due is None or due > frame:
            return
        self._last_moment = self.now
        for deed in self.performer.begin(frame):
            if self.coach is not None:
                if deed == "start" and self.resting:
                    self._note_opening()
                self.coach.loop.post(_DEEDS[deed](self.now))

    def listen(self, mic: Samples, reference: Samples | None) -> None:
        """Hand over what was captured during the last stretch, one block of it.

        Args:
            mic: float32, shape (320,), 16 kHz.
            reference: What was played meanwhile, in the same shape; None where nothing comes back.
        """
        now = self.now
        came = self.microphone.through(mic, now)
        self.watch.captured(came, now / SAMPLE_RATE)
        if len(came):
            self._captured = now
            played = np.zeros_like(came) if reference is None else np.resize(reference, len(came))
            self._given.append((came, played))
        heard = self._heard(with_reference=reference is not None)
        if self.coach is not None:  # without power it only counts, so that its frames stay those of the rehearsal
            self.ear.put(heard, now)
        self._hear(self.listener.complaint)

    def pass_by(self, count: int, *, judged: bool) -> None:
        """Do as `listen` does for a stretch without sound; what is said is told to the listener in another way.

        Args:
            count: Listening frames of the stretch.
            judged: Whether the microphone is looked at; the stretch is one block then.
        """
        now = self.now
        if judged:
            came = self.microphone.through(_hiss(now), now)
            self.watch.captured(came, now / SAMPLE_RATE)
            self._behind.accept(_cleaned(came, self.troubles.on(now)))
            arrived = len(came)
        else:
            arrived = self.microphone.count(count, now)
            self.watch.passed(arrived, now / SAMPLE_RATE)
        if arrived:
            self._captured = now
        silence: Samples = np.broadcast_to(np.float32(0.0), count)
        heard = self.listener.accept(silence, None, sounding=self._sounding)
        if self.coach is not None:
            self.ear.put(heard, now)
        self._hear(self._behind.complaint)

    @property
    def judging(self) -> bool:
        """Return whether the microphone must be looked at block by block: until its defect, or its end, is known."""
        if self._calm:
            return False
        acts = self.troubles.on(self.now)
        behind = _CLEANED.isdisjoint(acts) == (self._behind.complaint is not None)
        known = self.watch.device_complaint is not None
        return behind or Act.MIC_BURSTS in acts or self.microphone.wrong(self.now) != known

    @property
    def over(self) -> bool:
        """Return whether the session has ended and rung out, and nobody has anything in mind any more."""
        if self.coach is None:
            return self._tries_again >= frames(self.scenario.limit_s)
        if self.performer.next_due is not None or self._cut_to_come():
            return False
        if not self.resting or self._still_to_write():
            return False
        since = self.now - self._last_of_it
        still = not self.coach.interpreter.speaking and self.performer.quiet
        return since > _LAST_WORDS or (still and since > _AFTERMATH)

    @property
    def resting(self) -> bool:
        """Return whether no session is under way, nobody is asked anything, and all that led there is carried out."""
        if self.coach is None or not self.chronicle.phases:
            return False
        protocol = self.coach.loop.state.protocol
        carried_out = self.chronicle.phases[-1].phase == protocol.phase.value
        return carried_out and protocol.phase in _AT_REST and protocol.question is None and not protocol.in_session

    @property
    def _last_of_it(self) -> Frames:
        """Return when it came to rest, or somebody last did something behind that."""
        rested = self.chronicle.phases[-1].frame if self.chronicle.phases else Frames(0)
        return max(self.chronicle.ended or Frames(0), rested, self._last_moment)

    @property
    def may_be_over(self) -> Frames:
        """Return the next frame at which it may be over: a moment behind the end, or behind its last words."""
        first = Frames(self._last_of_it + _AFTERMATH + 1)
        return first if first > self.now else Frames(self._last_of_it + _LAST_WORDS + 1)

    def coming(self) -> Iterator[Frames]:
        """Go through the frames at which something happens next; for hosts that jump over the time between.

        What the mixer, the person and the faults do is not among it: a host looks at those itself.
        """
        now = self.now
        dues = [self.diary.next_due]
        if self.notifier is not None:
            dues.append(self.notifier.next_due)
        if self.coach is not None:
            dues.append(self.coach.loop.next_due)
        if not self._calm:
            dues += [self.ear.next_change(now, _MARKS), self.watchdog.next_restart, self._restart_at]
            if Act.NEEDLESS_RESTART in self.troubles.on(now):
                dues.append(Frames(self._needless + _NEEDLESS_EVERY))
            if self.watch.complaint is None and self.coach is not None and not self._keeps_up:
                # What is leased begins to fade before the lease ends.
                dues += [Frames(self.mixer.lease.until - frames(FADE_S)), self.mixer.lease.until]
            if (lifts_s := self.watch.lifts_s) is not None:
                dues.append(frames(lifts_s))
            if self._restarted:
                dues.append(Frames(now + 1))
        yield from (due for due in dues if due is not None)

    def renew_ahead(self, frame: Frames) -> None:
        """Renew the lease as it will have been renewed by a frame, since nobody looks in between."""
        if self.coach is not None and (self._calm or self.watch.complaint is None):
            self.coach.loop.heard_until(self.ear.projected(frame))

    @property
    def _sounding(self) -> tuple[str, ...]:
        return () if self.coach is None else self.coach.interpreter.sounding(OWN_VOICE_TAIL)

    @property
    def _keeps_up(self) -> bool:
        """Return whether the ear gets on as fast as the sound does."""
        return self.ear.projected(Frames(self.now + BLOCK)) - self.ear.through >= BLOCK

    @property
    def lock(self) -> int:
        """Return the lock that is set: 0 none, 1 caution, 2 urgent."""
        return self.diary.lock if self.coach is None else int(self.coach.loop.state.protocol.lock)

    @property
    def reps_done(self) -> Mapping[str, int]:
        """Return the repetitions done, by side; those of a session that was cut off count too."""
        return self._done if self.coach is None else reps_done(self.coach.loop.state)

    def close(self) -> None:
        """End the rehearsal: what is still open is closed as the live host closes it."""
        if self.coach is not None and self.coach.loop.state.protocol.in_session:
            self.diary.note(SessionEnded("rehearsal", Outcome.INTERRUPTED, self.now))

    def _hear(self, inside: Complaint | None) -> None:
        """Take what has come out of the ear, and whether it and the microphone are to be believed."""
        now = self.now
        decisions = self.ear.advance(now)
        self._witness(now, min(self.ear.heard, self._captured))
        self.diary.advance(now)
        coach = self.coach
        if coach is None:
            return
        for decision in decisions:
            if coach.loop.hear(decision) and isinstance(decision, Hearing):
                self.watch.heard(decision)
        if not self._calm or inside is not None:
            self.watch.ear(EarState(self.ear.alive, (now - self.ear.through) / SAMPLE_RATE, inside))
        complaint = self.watch.complaint
        self._hear_of_echo(coach, now)
        if complaint is None:
            coach.loop.trust_hearing()
            coach.loop.heard_until(min(self.ear.heard, self._captured))
        else:
            coach.loop.doubt_hearing(complaint.value)
        self._watch(coach, now)

    def _hear_of_echo(self, coach: Coach, now: Frames) -> None:
        """Tell the session what kind of sound hardware this is, when it may be told; as the live host does."""
        self._news.take(self.listener.echo)
        found = self._news.event(now, coach.loop.state.protocol, speaking=coach.interpreter.speaking)
        if found is not None:
            coach.loop.post(found)
        if not self._news.report.hears_while_speaking:
            coach.interpreter.leave_gaps()

    def _watch(self, coach: Coach, now: Frames) -> None:
        """Post what was lost or has come back, and start again what is to be."""
        if self.notifier is not None:
            for event in self.notifier.advance(now):
                coach.loop.post(event)
        if self._calm:
            return
        acts = self.troubles.on(now)
        status = Status(output_alive=self.playing.alive(now), input_alive=Act.MIC_NONE not in acts)
        for event in (*self.watchdog.sound(status, now), *self.watchdog.journal(self.diary.fault, now)):
            coach.loop.post(event)
        set_now = Act.CLOCK_SET in acts
        if set_now and not self._clock_was_set:
            coach.loop.post(ev.ClockJumped(now))
        self._clock_was_set = set_now
        self.watchdog.restart_sound(now, speaking=coach.interpreter.speaking)
        self._restarts(now, acts)

    def _restarts(self, now: Frames, acts: frozenset[Act]) -> None:
        """Start the ear again where it has died, is stuck or babbles, as fast as the faults let it."""
        stuck = not self.ear.alive or now - self.ear.through > _STUCK
        stuck = stuck or self.watch.babbles
        due = self.watchdog.restart_ear(now, stuck=stuck)
        if due and Act.NO_RESTARTS in acts:
            due = False
        if due and Act.SLOW_RESTARTS in acts and self._restart_at is None:
            self._restart_at, due = Frames(now + _RESTART_TAKES), False
        if self._restart_at is not None and now >= self._restart_at:
            self._restart_at, due = None, True
        if Act.NEEDLESS_RESTART in acts and now - self._needless >= _NEEDLESS_EVERY:
            self._needless, due = now, True
        self._restarted = due
        if due:
            self.ear.restart(now)
            self.watch.ear_restarted()
            self.listener.reset()

    def _heard(self, *, with_reference: bool) -> list[Decision]:
        """Return what the listener makes of the whole blocks that were given to it."""
        mic = np.concatenate([mic for mic, _ in self._given]) if self._given else _NOTHING
        played = np.concatenate([played for _, played in self._given]) if self._given else _NOTHING
        whole = len(mic) // LISTEN_BLOCK * LISTEN_BLOCK
        self._given = [(mic[whole:], played[whole:])] if whole < len(mic) else []
        sounding = self._sounding
        decisions: list[Decision] = []
        for begin in range(0, whole, LISTEN_BLOCK):
            reference = played[begin : begin + LISTEN_BLOCK] if with_reference else None
            decisions += self.listener.accept(mic[begin : begin + LISTEN_BLOCK], reference, sounding=sounding)
        return decisions

    def _power(self) -> None:
        """Let the power go and come back; at the very start it comes."""
        off = Act.POWER_CUT in self.troubles.on(self.now)
        if self.coach is None and not off:
            if self.now >= self._tries_again:
                self._start()
        elif self.coach is not None and off:
            self._cut(self.coach)

    def _start(self) -> None:
        """Boot; without a journal there is no coach, as live, until something has changed."""
        try:
            self._boot()
        except JournalError:
            if not self._boots:
                raise
            self.coach = None
            self._tries_again = self.troubles.next_edge(self.now)

    def _cut(self, coach: Coach) -> None:
        now = self.now
        self.diary.cut(now)
        for sound in self.chronicle.sounds:
            if sound.ended is None:
                sound.ended, sound.cut = now, True
        if coach.loop.state.protocol.in_session:
            self.chronicle.outcome, self.chronicle.ended = Outcome.INTERRUPTED, now
        self._silent = Mixer(now)
        self._done = self.reps_done
        self.coach = None

    def _boot(self) -> None:
        now, scenario, prepared = self.now, self.scenario, self._stage.prepared
        if not self._boots and (lock := _LOCKS[scenario.lock]):
            self.store.append(LockSet(lock))
        found = self.diary.open()
        screening = Screening(scenario.screening) if not self._boots else Screening.FIRST
        keep = self._keeping(self.diary, self.notifier)
        self.coach = wire(
            prepared,
            Mixer(now),
            self._library,
            self.listener.expect,
            screening=screening,
            seed=scenario.seed,
            keep=keep,
            chronicle=self.chronicle,
        )
        self._screening = screening
        self._note_opening()
        self._new_watches()
        if self._boots:
            self.ear.restart(now)
            self.listener.reset()
        loop = self.coach.loop
        loop.heard_until(now)
        lives_there = scenario.begins in {"bedside", "night"}
        loop.post(ev.Booted(now, found.standing.lock, bedside=lives_there, quiet=scenario.begins == "night"))
        if self._boots:
            if found.interrupted is not None:
                self.coach.interpreter.carry_out(fx.Say(INTERRUPTED, lane=Lane.SAFETY))
        elif scenario.begins == "session":
            loop.post(ev.StartRequested(now))
        self._boots += 1

    def _note_opening(self) -> None:
        """Keep what a session begins with, where somebody will look: behind a power cut."""
        if self.coach is not None and self._cut_to_come():
            scenario, care = self.scenario, self._stage.prepared.care
            opening = Opening("rehearsal", self._screening, scenario.seed, __version__, care)
            self.diary.note(*opening_entries(self.store, self.coach.loop.state.place.material, opening))

    def _new_watches(self) -> None:
        self.watch = HearingWatch()
        self.watchdog = Watchdog()
        self._behind = MicrophoneHealth((Muted(), Constant(), Loud()))

    def _still_to_write(self) -> bool:
        """Return whether the disk is well again, and what it refused is not written yet."""
        return self.diary.next_due is not None and DISK.isdisjoint(self.troubles.on(self.now))

    def _cut_to_come(self) -> bool:
        return any(Act.POWER_CUT in span.acts and span.begin > self.now for span in self.troubles.spans)

    def _tell_person(self) -> None:
        """Let the person notice what begins to sound and what has just sounded to its end, as far as it is audible."""
        sounds = self.chronicle.sounds
        if self._seen_sounds < len(sounds):
            self._watched.extend(sounds[self._seen_sounds :])
            self._seen_sounds = len(sounds)
        late = frames(self.scenario.room.echo_late_s)  # what she has not heard yet she does not answer
        for sound in [sound for sound in self._watched if sound.played is not None or sound.ended is not None]:
            name = f"cue:{sound.id}" if sound.kind == "cue" else f"line:{sound.id}"
            if id(sound) not in self._begun and sound.played is not None:
                self._begun.add(id(sound))
                self.performer.notice_begun(name, Frames(sound.played + sound.length))
            if sound.ended is None:
                continue
            self._watched.remove(sound)
            if sound.played is None or sound.cut or not self.playing.audible(sound.ended):
                continue
            if sound.kind == "cue":
                self.performer.notice_cue(sound.id, Frames(sound.ended + late))
            elif sound.kind == "line":
                self.performer.notice_line(sound.id, Frames(sound.ended + late))


def _hiss(now: Frames) -> Samples:
    """Return the block of hiss that ends at a played frame."""
    begin = now // LISTEN_RATIO % len(_HISS) // LISTEN_BLOCK * LISTEN_BLOCK
    return _HISS[begin : begin + LISTEN_BLOCK]


def _cleaned(block: Samples, acts: frozenset[Act]) -> Samples:
    """Return what is left of a block behind the canceller."""
    if Act.CLEANED_ZERO in acts:
        return np.zeros_like(block)
    return _NOISE[: len(block)] if Act.CLEANED_NOISE in acts else block


_DEEDS: Final[Mapping[Deed, Callable[[Frames], ev.Event]]] = MappingProxyType(
    {
        "stop": ev.StopRequested,
        "pause": lambda now: ev.Heard(now, Command.PAUSE),
        "repeat": lambda now: ev.Heard(now, Command.REPEAT),
        "start": ev.StartRequested,
        "unlock": ev.CareAcknowledged,
        "wrong-pin": ev.PinRefused,
        "groan": lambda now: ev.Heard(now, Command.VOCAL_DISTRESS),
    }
)
"""What somebody does, as an event: keys are what the live host makes of them."""
