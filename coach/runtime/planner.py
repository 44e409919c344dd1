"""The schedule beside a running coach: what the session says is told to it, and what it decides becomes an event.

1. It is told every step of the session before the session's own entries are journaled, so that a restart that reads
   them in their order comes to the same.
2. Whatever becomes of an offer, it is closed: a yes, "later", "not today", or the silence of somebody who did not
   answer. An offer that led to a word of harm counts as put off.
3. What changes what it remembers is journaled (`Planned`), but for sessions, which are journaled anyway.
"""

from collections.abc import Callable
from typing import Final

from coach.journal.entries import Entry, Planned, Recorded
from coach.journal.planning import changes
from coach.listening.hearing import Certainty
from coach.plan.elapsed import MINUTE_MS, Reading
from coach.plan.schedule import (
    AskMorning,
    Began,
    Decision,
    Looked,
    Missed,
    MorningTold,
    Occurred,
    Offer,
    Over,
    Replied,
    Reply,
    Started,
    State,
    Stirred,
    next_slot,
    step,
)
from coach.plan.timetable import Timetable
from coach.runtime.timekeeper import quiet_at
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.effects import Say
from coach.session.events import Event
from coach.session.heard import KIND, Kind
from coach.session.questions import Question
from coach.session.states import Phase
from coach.units import Frames

_AWAKE_KINDS: Final = frozenset({Kind.STOP, Kind.PAUSE, Kind.CONTROL, Kind.INFO, Kind.ANSWER})
"""What shows that she is awake; somebody who groans may be asleep."""
_STIRRED_EVERY_MS: Final = 10 * MINUTE_MS
"""How often it is worth an entry that she is awake; chosen: an hour of it counts."""
_TWO_WORDS_MS: Final = 10 * MINUTE_MS
"""Within which a second word shows that she is awake, by voice alone: a single one may be the television's."""
_LATE_MORNING_MIN: Final = 4 * 60
"""Minutes by which "it is morning" may be told late; so much earlier the evening begins where nobody knows the time."""
_ENOUGH_MINUTES: Final = 55
"""From so many minutes on it is hours that are told."""
HOURS: Final = range(2, 15)
"""Hours that can be told: a waking day."""
TENS: Final = range(10, 60, 10)
LINES: Final = {
    "serve.next-hours": {"n": tuple(HOURS)},
    "serve.next-hour": {},
    "serve.next-minutes": {"n": tuple(TENS)},
    "serve.next-now": {},
    "serve.next-none": {},
    "serve.next-free": {},
}
"""What may be told of what comes next: phrase key to the values of its slots."""


def spoken() -> tuple[Say, ...]:
    """Return every line that may be told of what comes next."""
    return tuple(Say(key, {"n": n}) if n else Say(key) for key, slots in LINES.items() for n in slots.get("n", (0,)))


class Planner:
    """Keeps the schedule; times come from outside."""

    def __init__(self, table: Timetable, state: State, note: Callable[[Entry], object]) -> None:
        """Take a day's sessions, what the journal remembers, and what journals."""
        self.table = table
        self.state = state
        self._note = note
        self._asked: Question | None = None
        """The question at rest that is open: an offer, or whether it is morning."""
        self._unasked = False
        """An offer was decided, and has not been asked yet."""
        self._word: Reading | None = None
        """When a word was last heard."""

    def start(self, at: Reading) -> None:
        """The coach was started."""
        self._take(Started(at))

    def look(self, at: Reading, *, able: bool) -> type[Event] | None:
        """Look whether anything is due; return what the session is to be told of it.

        Args:
            at: When it is.
            able: Whether anything may be offered: at rest, well, and nobody is being spoken to.
        """
        due: type[Event] | None = None
        if self._unasked:  # an offer that never came to be asked
            self._unasked = False
            self._take(Replied(at, Reply.LATER))
        for decision in self._take(Looked(at, able)):
            match decision:
                case Offer():
                    due, self._unasked = ev.SessionFellDue, True
                case AskMorning():
                    due = ev.DayUnknown
                case Missed():
                    self._note(Recorded(Frames(0), "missed", {"day": decision.day, "slot": decision.slot}))
        return due

    def took(self, at: Callable[[], Reading], event: Event, effects: tuple[fx.Effect, ...], phase: Phase) -> bool:
        """Take in a step of the session, and return whether it shows that she is awake.

        Args:
            at: Tells when it is; asked where it matters.
            event: What happened.
            effects: What it led to.
            phase: Phase of the session afterwards.
        """
        awake = _awake(event) and self._sure_awake(at, event, effects)
        if awake and self._stirred_long_ago(at()):
            self._take(Stirred(at()))
        for effect in effects:
            if isinstance(effect, fx.Record):
                self._record(at, effect)
            elif isinstance(effect, fx.EndSession):
                self._take(Over(at()), journaled=False)
        if self._asked is not None and phase is not Phase.OFFER:
            self._close(at(), Reply.SILENCE if isinstance(event, ev.TimerFired | ev.SpeechUnclear) else Reply.LATER)
        return awake

    def unready(self, at: Reading) -> None:
        """The session she wanted came to nothing: it is offered again later."""
        self._take(Replied(at, Reply.LATER))

    def follow(self, table: Timetable) -> None:
        """Go by another timetable from now on: the prescription was changed."""
        self.table = table

    def quiet(self, at: Reading) -> bool:
        """Return whether it is a quiet hour."""
        dawn, track = self.state.dawn, self.state.track
        begun = (
            dawn is not None
            and bool(track.stretches)
            and dawn.stretch == track.end.stretch
            and track.since(dawn) <= (self.table.waking_min - _LATE_MORNING_MIN) * MINUTE_MS
        )
        return quiet_at(at, self.table.quiet, day_begun=begun)

    def next_told(self, at: Reading) -> Say:
        """Return what is said to "what is next today?"."""
        minutes = self._minutes_to_next(at)
        if minutes is None:
            return Say("serve.next-free" if not self.table.slots else "serve.next-none")
        if minutes <= 0:
            return Say("serve.next-now")
        if minutes < _ENOUGH_MINUTES:
            return Say("serve.next-minutes", {"n": min(TENS[-1], max(TENS[0], round(minutes / 10) * 10))})
        hours = round(minutes / 60)
        return Say("serve.next-hour") if hours < HOURS[0] else Say("serve.next-hours", {"n": min(hours, HOURS[-1])})

    def _minutes_to_next(self, at: Reading) -> int | None:
        """Return how many minutes it is to the next session; None where there is none any more."""
        state, table = self.state, self.table
        if not table.slots or state.waived is not None:
            return None
        if at.local is not None:
            slot = next_slot(state, at.local, table)
            if slot is None:
                return None
            wait = slot.begin - at.local.minute
        elif state.ended is None:
            wait = 0
        else:
            wait = table.interval_min - state.track.seen(at).since(state.ended) // MINUTE_MS
        if state.ended is not None:
            wait = max(wait, table.gap_min - state.track.seen(at).since(state.ended) // MINUTE_MS)
        return wait

    def _record(self, at: Callable[[], Reading], record: fx.Record) -> None:
        match record.kind, record.detail:
            case "asked", {"question": (Question.OFFER | Question.MORNING) as question}:
                self._asked, self._unasked = Question(question), False
            case "wanted", _:
                self._close(at(), Reply.YES)
            case "put-off", {"why": "not-today"}:
                self._close(at(), Reply.NOT_TODAY)
            case "put-off", _:
                self._close(at(), Reply.LATER)
            case "morning", {"what": what}:
                self._asked = None
                self._take(MorningTold(at(), what == "yes"))
            case "begun", _:
                self._take(Began(at()), journaled=False)
            case "ended", {"reason": ("later" | "not-today") as why}:
                self._take(Replied(at(), Reply.LATER if why == "later" else Reply.NOT_TODAY))

    def _close(self, at: Reading, reply: Reply) -> None:
        """An offer was answered, or left; one that was never made cannot be."""
        asked, self._asked = self._asked, None
        if asked is Question.OFFER:
            self._take(Replied(at, reply))

    def _sure_awake(self, at: Callable[[], Reading], event: Event, effects: tuple[fx.Effect, ...]) -> bool:
        """Return whether it is she: a key, an answer, or a second word; a television says one now and then."""
        if not isinstance(event, ev.Heard):
            return True
        now, before = at(), self._word
        self._word = now
        if any(isinstance(effect, fx.Record) and effect.kind == "answered" for effect in effects):
            return True
        return before is not None and before.boot == now.boot and now.uptime_ms - before.uptime_ms <= _TWO_WORDS_MS

    def _stirred_long_ago(self, at: Reading) -> bool:
        stirred, track = self.state.stirred, self.state.track.seen(at)
        return stirred is None or stirred.stretch != track.end.stretch or track.since(stirred) >= _STIRRED_EVERY_MS

    def _take(self, event: Occurred, *, journaled: bool = True) -> tuple[Decision, ...]:
        before = self.state
        self.state, decisions = step(before, event, self.table)
        if journaled and changes(before, self.state):
            self._note(Planned(event))
        return decisions


def _awake(event: Event) -> bool:
    """Return whether an event shows that she, or somebody with her, is awake."""
    if isinstance(event, ev.Heard):
        return event.certainty is Certainty.FINAL and KIND[event.command] in _AWAKE_KINDS
    return isinstance(event, ev.StopRequested | ev.CareAcknowledged | ev.PinRefused)
