"""The state of a session: a finite protocol, and the place in the program.

`Protocol` holds everything that decides what may happen next; it is made of closed lists, small
numbers and yes-or-no values only, so that every reachable value can be visited. Where the person
is in the score, how loud it is and what has been done stands in `coach.session.place`.
"""

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import Final

from coach.language.utterance import Answer
from coach.session.place import Place, Screening
from coach.session.questions import Question

__all__ = ["Screening"]


class Phase(StrEnum):
    """What the session is doing."""

    BOOT = "boot"
    """Self test; nothing is heard yet."""
    IDLE = "idle"
    """At rest, no session."""
    OFFER = "offer"
    """At rest, and a question is open that is no matter of safety: shall we start, is it morning; no session."""
    PRACTICE = "practice"
    """She practises stopping the coach while it counts; no session."""
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
    MINUTE = "minute"
    """A real minute's rest before triage asks whether the pain is still sharp."""
    ADVICE = "advice"
    """What to do now, being said."""
    LOCKED = "locked"
    """Ended for safety; a carer, or after a caution and half an hour the person, unlocks."""


CHAIN: Final = (Phase.ACKLINE, Phase.TRIAGE, Phase.MINUTE, Phase.ADVICE, Phase.LOCKED)
"""A safety stop, from "I have stopped" to the lock."""


class Pause(StrEnum):
    """How one gets out of a pause."""

    NONE = "none"
    OWN = "own"
    """The person's own wish: "continue" goes straight on."""
    ASKING = "asking"
    """After something uncertain: "continue" is answered with a question first."""
    MINUTE = "minute"
    """A minute's rest after mild pain, then a question."""
    FLAT = "flat"
    """Two minutes of lying flat after dizziness, then a question; nothing cuts them short."""
    VISIT = "visit"
    """Somebody is with her: no reminders for half an hour."""


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
    REST = "rest"
    """Behind practice that was wished for by itself."""


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
    HEAVY_BLEEDING = "heavy-bleeding"
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
    read_back: Answer | None = None
    """The answer to the open question that is being read back: a yes lets it count. In RUN, the last yes before
    moving on from a stop, read back while the line is said: a no takes it back."""
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
    round: int = 0
    """Which round of practice it is, 1 to 4; 0 outside."""
    caught: int = 0
    """Rounds of practice in which she was heard."""
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
            read_back=None,
            nags=0,
            pause=Pause.NONE,
            held=Held.NOTHING,
            entry=Entry.NONE,
            round=0,
            caught=0,
        )


@dataclass(frozen=True, slots=True)
class SessionState:
    """Everything a session knows."""

    protocol: Protocol
    place: Place
