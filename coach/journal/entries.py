"""Entries: everything the journal can hold. How they stand on disk: `coach.journal.form`.

No free speech is kept: of what was heard, only commands and phrases of the language packs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from pydantic import ConfigDict

from coach.journal.nested import KeptEvent, KeptOccurrence
from coach.session.care import Care
from coach.session.effects import Outcome
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


@dataclass(frozen=True, slots=True)
class Happened(Entry):
    """An event reached the session, and this is what it decided: the input of a replay, and its answer."""

    event: KeptEvent
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


@dataclass(frozen=True, slots=True)
class Planned(Entry):
    """Something that changed what the schedule remembers; sessions themselves do, too, and are not kept twice."""

    event: KeptOccurrence


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
