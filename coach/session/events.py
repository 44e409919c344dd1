"""Events: everything that can happen to a session, in the past tense.

Every event carries `frame`, the played frame at which it became known; the reducer has no
other clock.
"""

from dataclasses import dataclass
from math import isfinite
from typing import Self

from coach.commands import Command
from coach.language.utterance import Answer
from coach.listening.echo_report import EchoClass
from coach.listening.hearing import Certainty, Hearing
from coach.units import Frames


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened."""

    frame: Frames


@dataclass(frozen=True, slots=True)
class Booted(Event):
    """The self test is over: devices open, safety lines on disk."""

    lock: int = 0
    """Lock found in the journal: 0 none, 1 caution, 2 urgent."""
    bedside: bool = False
    """The coach lives by the bed: starting by voice is asked about first."""
    follows: bool = False
    """A session was made ready in a coach that runs already: nothing was started, and nothing rings."""
    quiet: bool = False
    """It is a quiet hour."""


@dataclass(frozen=True, slots=True)
class StartRequested(Event):
    """Somebody asked for a session by key, schedule or command line (not by voice)."""


@dataclass(frozen=True, slots=True)
class SessionFellDue(Event):
    """By the schedule it is time to offer a session."""

    again: bool = False
    """She was offered it before, and did not answer or put it off."""


@dataclass(frozen=True, slots=True)
class DayUnknown(Event):
    """Nobody knows the time of the day, and she is awake: she may know whether it is morning."""


@dataclass(frozen=True, slots=True)
class SessionUnready(Event):
    """The session she wanted could not be made ready."""


@dataclass(frozen=True, slots=True)
class PracticeRequested(Event):
    """Somebody asked for practice by key or command line."""


@dataclass(frozen=True, slots=True)
class StopRequested(Event):
    """Any key, a button, a signal: stop without the recognizer."""


@dataclass(frozen=True, slots=True)
class Heard(Event):
    """The listener accepted a command or an answer."""

    command: Command
    certainty: Certainty = Certainty.FINAL
    answer: Answer | None = None
    """Reading against the open question; None when none was open."""
    phrase: str = ""
    """The words, for the switch of a side ("left foot") and the journal."""
    sure: bool = True
    """False where an answer is to be read back, or "continue" asked about, before anything goes on by it; stopping
    never waits for it."""
    margin: float = 0.0
    """How far it stands above its nearest competitor, in the engine's own units; only practice looks at it."""

    @classmethod
    def of(cls, hearing: Hearing, frame: Frames) -> Self:
        """Return what was heard as an event of the played frame at which it became known."""
        return cls(
            frame,
            hearing.command,
            hearing.certainty,
            hearing.answer,
            hearing.phrase,
            hearing.sure,
            round(hearing.margin, 3) if isfinite(hearing.margin) else 0.0,
        )


@dataclass(frozen=True, slots=True)
class SpeechUnclear(Event):
    """Somebody spoke while a question was open, and it could not be read as an answer."""


@dataclass(frozen=True, slots=True)
class SegmentEnded(Event):
    """The last frame of a segment of the score has been played."""

    segment: str


@dataclass(frozen=True, slots=True)
class UtteranceEnded(Event):
    """All lines that were queued by Say and Ask have been played."""


@dataclass(frozen=True, slots=True)
class TimerFired(Event):
    """The armed timer ran out."""


@dataclass(frozen=True, slots=True)
class HearingLost(Event):
    """No sound has been through a recognizer for longer than the lease allows."""

    cause: str = "microphone"


@dataclass(frozen=True, slots=True)
class HearingRestored(Event):
    """Sound goes through the recognizer again."""


@dataclass(frozen=True, slots=True)
class VoiceLost(Event):
    """Nothing can be played."""

    cause: str = "loudspeaker"


@dataclass(frozen=True, slots=True)
class VoiceRestored(Event):
    """Sound can be played again."""


@dataclass(frozen=True, slots=True)
class JournalFailed(Event):
    """A record could not be made durable."""


@dataclass(frozen=True, slots=True)
class JournalRestored(Event):
    """Records are durable again."""


@dataclass(frozen=True, slots=True)
class CareAcknowledged(Event):
    """A carer lifted the lock (PIN, button, command)."""


@dataclass(frozen=True, slots=True)
class PinRefused(Event):
    """Somebody typed a PIN that lifts nothing; the right one is `CareAcknowledged`."""

    waiting: bool = False
    """It was not even looked at: too many wrong ones before it."""


@dataclass(frozen=True, slots=True)
class NoticeDelivered(Event):
    """A carer's notice was delivered."""


@dataclass(frozen=True, slots=True)
class NoticeFailed(Event):
    """A carer's notice could not be delivered."""


@dataclass(frozen=True, slots=True)
class QuietHours(Event):
    """The quiet hours began or ended."""

    quiet: bool


@dataclass(frozen=True, slots=True)
class Untrusted(Event):
    """The monitor saw what must not be: the session cannot be trusted any more."""

    clause: str = ""
    """Number of the invariant that was broken."""


@dataclass(frozen=True, slots=True)
class EchoFound(Event):
    """It was found out what comes back of the coach's own voice."""

    kind: EchoClass


@dataclass(frozen=True, slots=True)
class ClockJumped(Event):
    """The wall clock was changed."""
