"""Entries: everything the journal can hold, and their form on disk.

1. An entry is written as canonical JSON: keys sorted, no spaces. Equal entries have equal text.
2. Every row carries the number of its format. What is on disk is never rewritten; older entries are
   lifted to the present format as they are read (`LIFTS`), newer ones are refused.
3. No free speech is kept: of what was heard, only commands and phrases of the language packs.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final, Protocol

from pydantic import ConfigDict, PlainSerializer, PlainValidator, TypeAdapter, ValidationError

from coach.errors import JournalError
from coach.plan import schedule
from coach.plan.schedule import Occurred
from coach.session import events
from coach.session.care import Care
from coach.session.effects import Outcome
from coach.session.events import Event
from coach.session.states import Screening
from coach.units import Frames


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a row was written, by both clocks; given from outside, a label that decides nothing here."""

    wall: str
    """Wall clock, ISO 8601 with its offset from UTC; may jump."""
    boot: str
    """Names the boot of the machine during which `uptime_ms` counts."""
    uptime_ms: int
    """Milliseconds since that boot; never jumps."""


class Clock(Protocol):
    """Tells when it is."""

    def now(self) -> Stamp:
        """Return the present by both clocks."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something worth keeping."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Kept(Entry):
    """A text kept once and named by its digest: doses, clip lengths."""

    digest: str
    text: str


@dataclass(frozen=True, slots=True)
class SessionOpened(Entry):
    """A session's first state was made; what is needed to make it again is named by digests."""

    session: str
    """Its own name, unlike every other's."""
    program: str
    language: str
    seed: int
    screening: Screening
    code: str
    """Version of the coach."""
    dose: str
    """Digest of the kept program and its doses."""
    lengths: str
    """Digest of the kept table of clip lengths."""
    pack: str
    """Digest of the language pack; the pack itself is not kept."""
    care: Care = field(default_factory=Care)
    """What was known of the person; nothing in sessions opened before this was kept."""


@dataclass(frozen=True, slots=True)
class SessionEnded(Entry):
    """A session is over."""

    session: str
    outcome: Outcome
    frame: Frames | None = None
    """Played frame at its end; None where the power went, and the end was noted at the next start."""


def _event_read(plain: object) -> Event:
    if isinstance(plain, Event):
        return plain
    if not isinstance(plain, Mapping) or plain.get("event") not in _EVENTS:
        raise ValueError("this is no event of the coach")
    fields = {name: value for name, value in plain.items() if name != "event"}
    event: Event = _EVENTS[plain["event"]].validate_json(json.dumps(fields), strict=True)
    return event


def _event_written(event: Event) -> dict[str, object]:
    name = kebab(type(event).__name__)
    if name not in _EVENTS:
        raise JournalError(f"The journal does not know the event '{name}'; add it to coach/session/events.py.")
    return {"event": name, **_EVENTS[name].dump_python(event, mode="json")}


@dataclass(frozen=True, slots=True)
class Happened(Entry):
    """An event reached the session, and this is what it decided: the input of a replay, and its answer."""

    event: Annotated[Event, PlainValidator(_event_read), PlainSerializer(_event_written)]
    phase: str
    """Phase of the session afterwards."""
    effects: tuple[str, ...]
    """Each effect in words, in order."""


@dataclass(frozen=True, slots=True)
class Recorded(Entry):
    """The session's own record of what it did."""

    frame: Frames
    kind: str
    detail: Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class PlayedCue:
    """One cue of the score that sounded."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: str
    segment: str
    planned: Frames
    played: Frames | None
    """None when it never began."""


@dataclass(frozen=True, slots=True)
class CuesPlayed(Entry):
    """Cues that sounded since the last such entry."""

    cues: tuple[PlayedCue, ...]


@dataclass(frozen=True, slots=True)
class LockSet(Entry):
    """No session may begin until this lock is lifted."""

    lock: int
    """1 caution, 2 urgent."""
    red_flag: bool = False


@dataclass(frozen=True, slots=True)
class LockLifted(Entry):
    """Sessions may begin again."""

    by: str
    """``carer`` or ``person``."""


@dataclass(frozen=True, slots=True)
class NoticeQueued(Entry):
    """A notice for the carer waits to be delivered."""

    id: str
    """Its own name, unlike every other's, so that a notice delivered twice is told as one."""
    kind: str


@dataclass(frozen=True, slots=True)
class NoticeDelivered(Entry):
    """A notice has arrived."""

    id: str


@dataclass(frozen=True, slots=True)
class Practised(Entry):
    """How well she was heard when she practised stopping the coach."""

    heard: int
    """Rounds in which her "stop" was heard."""
    of: int
    pain: bool
    """Her "it hurts", said as practice, was heard."""
    passed: bool
    """Heard often enough for a session to begin."""
    margin: float | None
    """Least margin of the words that were heard, in the engine's own units; None where none was."""


@dataclass(frozen=True, slots=True)
class VoiceKept(Entry):
    """How she wants to be spoken to, from now on."""

    gain_db: float
    """Against the voice profile's own level."""
    pace: int
    """Steps quicker than the profile; slower where negative."""


@dataclass(frozen=True, slots=True)
class Stood(Entry):
    """How things stand by all entries before it, so that nobody reads them again."""

    lock: int
    red_flag: bool
    outbox: tuple[NoticeQueued, ...]


@dataclass(frozen=True, slots=True)
class ClockSet(Entry):
    """The wall clock was changed."""

    by_s: float
    """Seconds forward; negative for back."""


@dataclass(frozen=True, slots=True)
class ClockKnown(Entry):
    """The wall clock is synchronized: in this boot the difference of the row's two clocks tells true times."""


def _occurred_read(plain: object) -> Occurred:
    if isinstance(plain, Occurred):
        return plain
    if not isinstance(plain, Mapping) or plain.get("event") not in _OCCURRED:
        raise ValueError("this is no event of the schedule")
    fields = {name: value for name, value in plain.items() if name != "event"}
    event: Occurred = _OCCURRED[plain["event"]].validate_json(json.dumps(fields), strict=True)
    return event


def _occurred_written(event: Occurred) -> dict[str, object]:
    name = kebab(type(event).__name__)
    return {"event": name, **_OCCURRED[name].dump_python(event, mode="json")}


@dataclass(frozen=True, slots=True)
class Planned(Entry):
    """Something that changed what the schedule remembers; sessions themselves do, too, and are not kept twice."""

    event: Annotated[Occurred, PlainValidator(_occurred_read), PlainSerializer(_occurred_written)]


@dataclass(frozen=True, slots=True)
class DoseAdapted(Entry):
    """What was lived was taken into the dose of a program; holds until the next one, or until another is prescribed."""

    program: str
    meant: str
    """The dose as prescribed, in words: where it is another one, this entry counts for nothing any more."""
    steps: int
    """Repetitions of each set more than prescribed, or less where negative."""
    why: str
    """``pain``, ``hard`` or ``agreed``."""


@dataclass(frozen=True, slots=True)
class WorkSummed:
    """What was done of one exercise, and what was meant to be."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    exercise: str
    reps: int
    """Repetitions done: of the busier side, and those without sides."""
    of_reps: int
    """Repetitions meant, of each side."""
    sets: int
    """Sets done on every side."""
    of_sets: int


@dataclass(frozen=True, slots=True)
class SessionSummed(Entry):
    """What a history tells of a session that is over; worked out from its entries, so that nobody reads them again."""

    session: str
    program: str
    language: str
    first: int
    """Row of its opening."""
    last: int
    """Row of its end."""
    opened: str
    """Wall clock at its opening, ISO 8601."""
    clock_known: bool
    """The wall clock was synchronized; where it was not, day and time are labels."""
    began: bool
    """The exercise was begun; before that a session counts for nothing."""
    seconds: int | None
    """From the beginning of the exercise to the end; None where it did not begin, or the power went."""
    outcome: Outcome
    reason: str
    """More exactly why it ended; empty where nobody was there to say."""
    works: tuple[WorkSummed, ...]
    efforts: tuple[str, ...]
    """Answers to "how was that?", one for each set that was asked about."""
    pain_levels: tuple[int, ...]
    """0 to 10, where it was asked."""
    answers: tuple[tuple[str, str], ...]
    """Questions by id with the answers that were understood, in their order."""
    marks: Mapping[str, int]
    """How often: pain, stop, pause, maybe, fault, safety ..., by kind of record."""
    safety: str = ""
    """The gravest class of a safety stop: emergency, urgent, chain ...; empty for none."""
    lock: int = 0
    """Lock it left behind."""


@dataclass(frozen=True, slots=True)
class BegunAnew(Entry):
    """The journal before this one was damaged; this one begins cautiously."""

    set_aside: str
    """Name of the file the damaged journal was given."""
    why: str


def kebab(name: str) -> str:
    """Return a class name as it stands in the journal, such as ``session-opened``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def _adapters(names: Mapping[str, object], root: type) -> Mapping[str, TypeAdapter[Any]]:
    """Return what reads and writes each class below a root that a module defines."""
    kinds = [kind for kind in names.values() if isinstance(kind, type) and issubclass(kind, root) and kind is not root]
    return MappingProxyType({kebab(kind.__name__): TypeAdapter(kind) for kind in kinds})


_ENTRIES: Final = _adapters(globals(), Entry)
_EVENTS: Final = _adapters(vars(events), Event)
_OCCURRED: Final = _adapters(vars(schedule), Occurred)

Lift = Callable[[str, dict[str, Any]], tuple[str, dict[str, Any]]]
"""Takes an entry's kind and fields in one format, returns them in the next."""
LIFTS: Final[Sequence[Lift]] = ()
"""One for each format that is no longer the present one, oldest first; never taken out again."""


def present_format(lifts: Sequence[Lift] = LIFTS) -> int:
    """Return the number of the format in which entries are written."""
    return len(lifts) + 1


def kind_of(entry: type[Entry] | Entry) -> str:
    """Return the name of an entry's kind, such as ``session-opened``."""
    return kebab((entry if isinstance(entry, type) else type(entry)).__name__)


def canonical(plain: object) -> str:
    """Return plain data as JSON text of which there is only one for equal data."""
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def write_entry(entry: Entry) -> str:
    """Return an entry's fields as canonical JSON.

    Raises:
        JournalError: A field holds what it may not hold.
    """
    try:
        return canonical(_ENTRIES[kind_of(entry)].dump_python(entry, mode="json", warnings="error"))
    except (KeyError, ValueError) as wrong:
        raise JournalError(f"The entry {entry!r} cannot be written to the journal ({wrong}).") from None


def read_entry(kind: str, number: int, text: str, lifts: Sequence[Lift] = LIFTS) -> Entry:
    """Return the entry that a row holds.

    Args:
        kind: Name of its kind, in the row's format.
        number: The row's format, 1 or more.
        text: Its fields as JSON.
        lifts: One step for each format between the first and the present one.

    Raises:
        JournalError: The row was written by a newer coach, or is no entry.
    """
    if number > present_format(lifts):
        raise JournalError(
            f"The journal was written by a newer coach (format {number}, this one knows {present_format(lifts)});"
            " install that one again, or name another folder with --data-dir."
        )
    try:
        fields = json.loads(text)
        for lift in lifts[number - 1 :]:
            kind, fields = lift(kind, fields)
        entry: Entry = _ENTRIES[kind].validate_json(canonical(fields), strict=True)
    except (KeyError, ValueError, ValidationError):
        raise JournalError(f"An entry of the journal cannot be read (kind '{kind}', format {number}).") from None
    return entry
