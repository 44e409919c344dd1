"""The bedside of a rehearsal: the coach with everything it stands on, and what breaks of it.

The same for a host that makes sound (`coach.rehearsal.runner`) and for one that jumps from event to event
(`coach.rehearsal.clockwork`). A host calls, for each stretch it plays:

1. `before`: the coach decides what is due before the stretch.
2. It renders the mixer, or passes it over.
3. `after`: what has sounded is told to the coach and to the person.
4. `listen` or `pass_by`: what was captured meanwhile goes to the ear, and what comes of it to the coach.

Watchdog, hearing watch and keeper are those of the live host.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from coach import __version__
from coach.audio.clip import Samples
from coach.audio.lanes import Lane
from coach.audio.mixer import FADE_S, Mixer
from coach.errors import JournalError
from coach.journal.entries import LockSet, SessionEnded
from coach.journal.material import Opening, opening_entries
from coach.journal.store import MemoryStore, Store
from coach.listening.health.complaint import Complaint
from coach.listening.hearing import Decision, Hearing
from coach.listening.listener import Listener
from coach.rehearsal.attention import Attention
from coach.rehearsal.deeds import DEEDS
from coach.rehearsal.diary import RehearsalClock, RehearsedDiary
from coach.rehearsal.ear_port import EarPort
from coach.rehearsal.fault_table import DISK, Act
from coach.rehearsal.microphone_port import MicrophonePort
from coach.rehearsal.notifier_port import NotifierPort
from coach.rehearsal.playing_port import PlayingPort
from coach.rehearsal.silent_room import hiss
from coach.rehearsal.stage import INTERRUPTED, Keeping, Stage, Witness, kept_in_full
from coach.rehearsal.trouble import Troubles
from coach.rehearsal.troubled_library import TroubledLibrary
from coach.rehearsal.vigil import Vigil
from coach.rehearsal.whole_blocks import WholeBlocks
from coach.runtime.chronicle import Chronicle
from coach.runtime.echo_news import EchoNews
from coach.runtime.wiring import Coach, wire
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.effects import Outcome
from coach.session.machine import reps_done
from coach.session.states import Phase, Screening
from coach.units import BLOCK, Frames, frames

OWN_VOICE_TAIL: Final = frames(0.5)
"""How long words that have just sounded still count as sounding: the room's echo and the engines' delay."""
_AFTERMATH: Final = frames(1.5)
"""What is still played and heard after the session's end, so that the last word rings out."""
_LAST_WORDS: Final = frames(60.0)
"""How long advice that repeats itself is followed after the session's end."""
_LOCKS: Final = {"none": 0, "caution": 1, "urgent": 2}
_AT_REST: Final = frozenset({Phase.IDLE, Phase.LOCKED})


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
        self._vigil = Vigil(self.troubles, self.ear, self.playing, self.diary)
        self._attention = Attention(stage.performer, self.playing, frames(scenario.room.echo_late_s))
        self._done: Mapping[str, int] = {"left": 0, "right": 0}
        self._last_moment = Frames(0)
        self._tries_again = Frames(0)
        self._news = EchoNews()
        self._given = WholeBlocks()

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
        self._attention.follow(self.chronicle.sounds)

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
                self.coach.loop.post(DEEDS[deed](self.now))

    def listen(self, mic: Samples, reference: Samples | None) -> None:
        """Hand over what was captured during the last stretch, one block of it.

        Args:
            mic: float32, shape (320,), 16 kHz.
            reference: What was played meanwhile, in the same shape; None where nothing comes back.
        """
        now = self.now
        came = self.microphone.through(mic, now)
        self._vigil.captured(came, now)
        if len(came):
            self._captured = now
            played = np.zeros_like(came) if reference is None else np.resize(reference, len(came))
            self._given.put(came, played)
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
            came = self.microphone.through(hiss(now), now)
            self._vigil.captured(came, now)
            self._vigil.judge_behind(came, now)
            arrived = len(came)
        else:
            arrived = self.microphone.count(count, now)
            self._vigil.passed(arrived, now)
        if arrived:
            self._captured = now
        silence: Samples = np.broadcast_to(np.float32(0.0), count)
        heard = self.listener.accept(silence, None, sounding=self._sounding)
        if self.coach is not None:
            self.ear.put(heard, now)
        self._hear(self._vigil.behind)

    @property
    def judging(self) -> bool:
        """Return whether the microphone must be looked at block by block: until its defect, or its end, is known."""
        return not self._calm and self._vigil.finding_out(self.microphone, self.now)

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
        dues = [self.diary.next_due, None if self.notifier is None else self.notifier.next_due]
        if self.coach is not None:
            dues.append(self.coach.loop.next_due)
        if not self._calm:
            dues += self._vigil.coming(now)
            if self._vigil.complaint is None and self.coach is not None and not self._keeps_up:
                # What is leased begins to fade before the lease ends.
                dues += [Frames(self.mixer.lease.until - frames(FADE_S)), self.mixer.lease.until]
        yield from (due for due in dues if due is not None)

    def renew_ahead(self, frame: Frames) -> None:
        """Renew the lease as it will have been renewed by a frame, since nobody looks in between."""
        if self.coach is not None and (self._calm or self._vigil.complaint is None):
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
                self._vigil.heard(decision)
        if not self._calm or inside is not None:
            self._vigil.look_at_ear(inside, now)
        complaint = self._vigil.complaint
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
        for event in self._vigil.losses(now):
            coach.loop.post(event)
        self._vigil.restart(self.listener, now, speaking=coach.interpreter.speaking)

    def _heard(self, *, with_reference: bool) -> list[Decision]:
        """Return what the listener makes of the whole blocks that were given to it."""
        sounding = self._sounding
        given = ((mic, played if with_reference else None) for mic, played in self._given.take())
        return [decision for block in given for decision in self.listener.accept(*block, sounding=sounding)]

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
        self._vigil.anew()
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

    def _still_to_write(self) -> bool:
        """Return whether the disk is well again, and what it refused is not written yet."""
        return self.diary.next_due is not None and DISK.isdisjoint(self.troubles.on(self.now))

    def _cut_to_come(self) -> bool:
        return any(Act.POWER_CUT in span.acts and span.begin > self.now for span in self.troubles.spans)
