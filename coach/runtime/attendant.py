"""The attendant: the coach that lives by the bed, from one session to the next.

1. A coach is composed for each session, begins it, and rests with her afterwards, locked or not, until she wants the
   next one; the first one only rests. So the rest is the same machine as the session, with the same words of harm.
2. The schedule asks, she answers, and only then is a session made ready, on the side: the resting coach listens on.
   A word that stops, or anything but rest, calls it off.
3. Nothing is said first in a quiet hour, or where nobody knows the time: what has to be told at the start waits for
   her first word.
4. What is heard at rest and leads to nothing is not journaled: a television talks for years.

It owns no thread and no device. A host calls `before` once a block, ahead of the loop, and runs whichever coach there
is (`coach`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from coach.audio.clip import Clip
from coach.audio.lease import LEASE
from coach.audio.mixer import Mixer
from coach.commands import Command
from coach.errors import CoachError
from coach.journal.entries import Entry
from coach.language.utterance import Expectation, Utterance
from coach.listening.hearing import Certainty
from coach.plan.elapsed import Reading
from coach.runtime.composing import Composed
from coach.runtime.loop import Keep, Settled
from coach.runtime.planner import Planner
from coach.runtime.wiring import Coach
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.effects import Say
from coach.session.events import Event
from coach.session.heard import KIND, Kind
from coach.session.machine import Step
from coach.session.states import Phase, SessionState
from coach.units import Frames, frames

LOOK_EVERY: Final = frames(10.0)
"""How often it is looked at the clocks and the schedule; chosen: an offer may come ten seconds late."""
OPENING: Final = frames(5.0)
"""How long the disk may take to begin a session."""
PATIENCE: Final = frames(120.0)
"""How long making a session ready may take before she is told that it does not work: hundreds of lines may have to be
spoken anew where the program was changed; chosen."""
_RESTING: Final = frozenset({Phase.BOOT, Phase.IDLE, Phase.LOCKED})


class Maker(Protocol):
    """Makes sessions ready, on the side."""

    def begin(self) -> None:
        """Begin to make the next one ready; returns at once."""

    def take(self) -> "Ready | CoachError | None":
        """Return what has become of it, once; None while it is under way."""

    def over(self) -> None:
        """Something is over: sum it up, and have ready what may be told of it. Returns at once."""

    def told(self) -> "Told | None":
        """Return what may be told of the days since the last call; None where nothing is new."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is said to "how am I doing?"."""

    lines: tuple[Say, ...] = ()
    clips: Mapping[Utterance, Clip] = field(default_factory=dict)
    """The lines, spoken."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A session that can begin."""

    composed: Composed
    entries: tuple[Entry, ...]
    """What is journaled before it does."""
    planner: Planner | None = None
    """None where the schedule stays as it was."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What an attendant works with."""

    note: Callable[..., Settled]
    """Journals entries; returns at once."""
    keeping: Callable[[str], Keep]
    """Returns what journals the steps of a session by its name."""
    guard: Callable[[Keep], Keep]
    """Returns what keeps each step, and looks at every one of them whether it may be."""
    listen: Callable[[Expectation], None]
    reading: Callable[[], tuple[Reading, tuple[Entry, ...]]]
    """Returns when it is, and what is to be journaled of it."""
    tell: Callable[[str], None]
    """Told what happens, one line each, for whoever looks at the screen."""
    under_way: Callable[[bool], None] = lambda _whether: None
    """Told when a session begins and when it is over."""


@dataclass(slots=True)
class _Wanted:
    """The session she wants."""

    since: Frames
    ready: Ready | None = None
    durable: Settled | None = None
    by: Frames = field(default=Frames(0))


class Attendant:
    """Lives by the bed; see the module's rules."""

    def __init__(
        self, first: Ready, planner: Planner, maker: Maker, ways: Ways, look_every: Frames = LOOK_EVERY
    ) -> None:
        """Take the first coach, which only rests; its opening is journaled already."""
        self._maker, self._ways, self._look_every = maker, ways, look_every
        self.planner = planner
        self._doing: tuple[Say, ...] = ()
        self.forget: Callable[[], None] = self._forget
        """Empties the chronicle; a host that follows it sets its own."""
        self._at: Reading | None = None
        self._quiet = True
        self._pending: list[Say] = []
        self._wanted: _Wanted | None = None
        self._starting = False
        self._called_off = False
        self._busy = False
        self._last: SessionState | None = None
        self._next_look = Frames(0)
        self.session = first.composed.session
        """Name of the session the coach was made for."""
        self.coach = self._wire(first.composed, Mixer())

    def boot(self, lock: int, first: Sequence[Say] = ()) -> None:
        """Begin to rest, or to be locked where a lock was found.

        Args:
            lock: 0 none, 1 caution, 2 urgent.
            first: What has to be told of the time before.
        """
        at = self._read()
        self.planner.start(at)
        self._quiet = self.planner.quiet(at)
        now = self.coach.mixer.frame
        if not self._quiet:
            for line in first:
                self.coach.interpreter.carry_out(line)
        else:
            self._pending = list(first)
        self.coach.loop.post(ev.Booted(now, lock, bedside=True, quiet=self._quiet))

    @property
    def resting(self) -> bool:
        """Return whether nothing is going on: nobody is spoken to, no session is open, none is being made ready."""
        return self._wanted is None and not self._starting and _rests(self.coach)

    def before(self) -> None:
        """Look whether anything is to be done; called ahead of each block."""
        now = self.coach.mixer.frame
        if self._wanted is not None:
            self._prepare(self._wanted, now)
        if self._starting and not self.coach.interpreter.speaking:
            self._starting = False
            if not self._called_off:
                self.coach.loop.post(ev.StartRequested(now))
        if now >= self._next_look:
            self._next_look = Frames(now + self._look_every)
            self._look(now)
        if self._pending and not self._quiet and _rests(self.coach):
            for line in self._pending:
                self.coach.interpreter.carry_out(line)
            self._pending.clear()

    @property
    def next_due(self) -> Frames:
        """Return the next frame at which `before` has something to do; for hosts that jump."""
        busy = self._wanted is not None or self._starting or (self._pending and not self._quiet)
        return self.coach.mixer.frame if busy else self._next_look

    def _read(self) -> Reading:
        at, noted = self._ways.reading()
        if noted:
            self._ways.note(*noted)
        self._at = at
        return at

    def _look(self, now: Frames) -> None:
        at, coach = self._read(), self.coach
        quiet = self.planner.quiet(at)
        if quiet != self._quiet:
            self._quiet = quiet
            coach.loop.post(ev.QuietHours(now, quiet))
        protocol = coach.loop.state.protocol
        untold = self._pending or coach.loop.next_due is not None  # something has just been heard
        able = self.resting and protocol.phase is Phase.IDLE and protocol.healthy and not untold
        due = self.planner.look(at, able=able)
        if due is not None:
            coach.loop.post(due(now))
        told = self._maker.told()
        if told is not None:
            coach.interpreter.learn(told.clips)
            self._doing = told.lines
        if self.resting:
            self.forget()

    def _forget(self) -> None:
        self.coach.chronicle.forget()

    def _wire(self, composed: Composed, mixer: Mixer) -> Coach:
        keep = self._ways.keeping(composed.session)

        def watched(event: Event, taken: Step) -> Settled | None:
            return keep(event, taken) if self._took(event, taken) else None

        coach = composed.wired(mixer, self._ways.listen, self._ways.guard(watched))
        coach.interpreter.inform = self._told
        return coach

    def _told(self, command: Command) -> tuple[Say, ...]:
        """Return what is said to a question at rest."""
        return (self.planner.next_told(self._read()),) if command is Command.WHATS_NEXT else self._doing

    def _took(self, event: Event, taken: Step) -> bool:
        """Take in a step, and return whether it is worth keeping."""
        state, effects = taken
        before, self._last = self._last, state
        awake = self.planner.took(self._read, event, effects, state.protocol.phase)
        if _stops(event):
            self._called_off = True  # and whoever says stop is told nothing either
        elif awake:
            self._stir()
        busy = _busy(state)
        if busy != self._busy:
            self._busy = busy
            self._ways.under_way(busy)
            if not busy:
                self._maker.over()
        for effect in effects:
            if isinstance(effect, fx.Prepare):
                self._want(event.frame)
        if state.protocol.phase is not Phase.IDLE or before is None or effects:
            return True
        return before.place is not state.place or before.protocol != state.protocol

    def _stir(self) -> None:
        """She has spoken: what waited for her first word may be told."""
        if self._pending:
            for line in self._pending:
                self.coach.interpreter.carry_out(line)
            self._pending.clear()

    def _want(self, now: Frames) -> None:
        self._wanted, self._called_off = _Wanted(now), False
        self._maker.begin()

    def _prepare(self, wanted: _Wanted, now: Frames) -> None:
        """Make the session ready, step by step, and begin it; or leave it."""
        if self._called_off or self.coach.loop.state.protocol.phase is not Phase.IDLE:
            self._leave("called off")
            return
        if wanted.ready is None:
            made = self._maker.take()
            if isinstance(made, CoachError) or (made is None and now - wanted.since > PATIENCE):
                self._leave(str(made) if made is not None else "it took too long", unready=True)
            elif made is not None:
                wanted.ready, wanted.by = made, Frames(now + OPENING)
                wanted.durable = self._ways.note(*made.entries)
            return
        if wanted.durable is not None and not wanted.durable():
            if now > wanted.by:
                self._leave("the disk is too slow to keep a journal", unready=True)
            return
        if not self.coach.interpreter.speaking:
            self._begin(wanted.ready)

    def _leave(self, why: str, *, unready: bool = False) -> None:
        self._ways.tell(f"session: not begun, {why}")
        self._wanted = None
        self.planner.unready(self._read())
        if unready:
            self.coach.loop.post(ev.SessionUnready(self.coach.mixer.frame))

    def _begin(self, ready: Ready) -> None:
        """Let the new coach take over, and the session begin behind its first words."""
        old, now = self.coach, self.coach.mixer.frame
        self._wanted = None
        if ready.planner is not None:
            self.planner = ready.planner
        self._last = None
        new = self._wire(ready.composed, Mixer(now))
        new.loop.heard_until(Frames(old.mixer.lease.until - LEASE))
        new.loop.post(ev.Booted(now, bedside=True, follows=True, quiet=self._quiet))
        protocol = old.loop.state.protocol
        if not protocol.voice:
            new.loop.post(ev.VoiceLost(now))
        if not protocol.journal:
            new.loop.post(ev.JournalFailed(now))
        for line in (*ready.composed.greeting, *ready.composed.dose.told):
            new.interpreter.carry_out(line)
        self.coach, self.session = new, ready.composed.session
        self._starting, self._called_off = True, False


def _rests(coach: Coach) -> bool:
    protocol = coach.loop.state.protocol
    at_rest = protocol.phase in _RESTING and protocol.question is None and not protocol.in_session
    return at_rest and not coach.interpreter.speaking


def _busy(state: SessionState) -> bool:
    """Return whether somebody counts on the coach just now: a session, a stop, a question about harm."""
    protocol = state.protocol
    advising = protocol.phase is Phase.LOCKED and not protocol.acknowledged
    return advising or protocol.phase not in {*_RESTING, Phase.OFFER}


def _stops(event: Event) -> bool:
    """Return whether an event says to stop, even if it was only half heard."""
    if isinstance(event, ev.Heard):
        return KIND[event.command] is Kind.STOP or (
            KIND[event.command] is Kind.PAUSE and event.certainty is Certainty.FINAL
        )
    return isinstance(event, ev.StopRequested)
