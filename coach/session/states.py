"""The state of a session: a finite protocol, and the place in the program.

`Protocol` holds everything that decides what may happen next; it is made of closed lists, small
numbers and yes-or-no values only, so that every reachable value can be visited. Where the person
is in the score, how loud it is and what has been done stands in `coach.session.place`.
"""

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum

from coach.session.place import Place
from coach.session.questions import Question


class Screening(StrEnum):
    """Which questions come before the next session."""

    FIRST = "first"
    """Four: the day's first session, and any after a stop, a lock, a restart or six hours."""
    LATER = "later"
    """One."""


class Phase(StrEnum):
    """What the session is doing."""

    BOOT = "boot"
    """Self test; nothing is heard yet."""
    IDLE = "idle"
    """At rest, no session."""
    SCREEN = "screen"
    """Questions before a session."""
    RUN = "run"
    """Exercising: the only phase in which the score is followed."""
    CHECKIN = "checkin"
    """The effort question after a set."""
    PAUSED = "paused"
    FAULT = "fault"
    """Deaf, mute or without a journal during a session."""
    MAYBE = "maybe"
    """Something may be wrong: silent, and a question is open or about to be."""
    ACKLINE = "ackline"
    """The words "I have stopped" are being said."""
    TRIAGE = "triage"
    """Fixed questions for red flags."""
    ADVICE = "advice"
    """What to do now, being said."""
    LOCKED = "locked"
    """Ended for safety; a carer, or after a caution and half an hour the person, unlocks."""


class Pause(StrEnum):
    """How one gets out of a pause."""

    NONE = "none"
    OWN = "own"
    """The person's own wish: "continue" goes straight on."""
    ASKING = "asking"
    """After something uncertain: "continue" is answered with a question first."""
    MINUTE = "minute"
    """A minute's rest after mild pain, then a question."""


class Held(IntEnum):
    """What was half heard and has silenced the exercise, while the end of the utterance is awaited."""

    NOTHING = 0
    PAUSE = 1
    STOP = 2
    PAIN = 3
    EMERGENCY = 4


class Ahead(StrEnum):
    """What comes when the session goes on."""

    SCREENING = "screening"
    EXERCISE = "exercise"
    CHECKIN = "checkin"


class Entry(IntEnum):
    """How the score is entered once the line being said has ended; the larger reaches further back."""

    NONE = 0
    """Nothing is awaited."""
    PHASE = 1
    """At the start of the phase."""
    SEGMENT = 2
    """At the start of the repetition."""


class Record(StrEnum):
    """The session's own record in the journal."""

    NONE = "none"
    OPEN = "open"
    ENDED = "ended"
    """The end is journaled; the session is over for everybody once the advice has been given."""


class Advice(StrEnum):
    """Which advice is being given."""

    NONE = "none"
    CAUTION = "caution"
    URGENT = "urgent"
    BLEEDING = "bleeding"
    EMERGENCY = "emergency"


class Lock(IntEnum):
    """Whether a session may begin."""

    NONE = 0
    CAUTION = 1
    """The person may lift it after half an hour, by two steps; a carer at any time."""
    URGENT = 2
    """Only a carer lifts it."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """All that decides what may happen next. Finite: every reachable value is visited in the tests."""

    phase: Phase = Phase.BOOT
    question: Question | None = None
    """The open question."""
    tries: int = 0
    """How often the open question has been asked."""
    nags: int = 0
    """Reminders given in this phase."""
    pause: Pause = Pause.NONE
    held: Held = Held.NOTHING
    ahead: Ahead = Ahead.SCREENING
    entry: Entry = Entry.NONE
    record: Record = Record.NONE
    advice: Advice = Advice.NONE
    acknowledged: bool = False
    """The advice was acknowledged."""
    lock: Lock = Lock.NONE
    red_flag: bool = False
    """An answer in triage, or anything worse, was not a clear no."""
    hurt_before: bool = False
    """Mild pain was already spoken of in this session."""
    screening: Screening = Screening.FIRST
    """What the next session begins with."""
    failures: int = 0
    """Failed deliveries of a notice since the last safety record, at most 2."""
    hearing: bool = True
    voice: bool = True
    journal: bool = True

    @property
    def healthy(self) -> bool:
        """Return whether the coach can hear, speak and keep a journal."""
        return self.hearing and self.voice and self.journal

    @property
    def in_session(self) -> bool:
        """Return whether a session is open."""
        return self.record is Record.OPEN

    def cleared(self) -> "Protocol":
        """Return the same protocol without an open question, a pause or anything half heard."""
        return replace(
            self,
            question=None,
            tries=0,
            nags=0,
            pause=Pause.NONE,
            held=Held.NOTHING,
            entry=Entry.NONE,
        )


@dataclass(frozen=True, slots=True)
class SessionState:
    """Everything a session knows."""

    protocol: Protocol
    place: Place
