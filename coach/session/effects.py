"""Effects: everything a session can ask of the world, in the imperative.

They are carried out strictly in list order. `Silence` waits for nothing. A failing
effect never keeps the ones after it from being carried out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from coach.audio.lanes import Lane, SpeakingLane
from coach.commands import Command
from coach.language.utterance import Expectation
from coach.score.models import Position, Score
from coach.units import Frames

NO_SLOTS: Mapping[str, int | str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Effect:
    """Something to be done."""


@dataclass(frozen=True, slots=True)
class Silence(Effect):
    """Fade everything out now, forget all that was queued, and refuse cues of the old epoch."""


@dataclass(frozen=True, slots=True)
class Hush(Effect):
    """Fade out the cue and notice lanes now and stop following the score; safety lines go on."""


@dataclass(frozen=True, slots=True)
class Record(Effect):
    """Append to the journal."""

    kind: str
    detail: Mapping[str, int | str] = field(default_factory=lambda: NO_SLOTS)


@dataclass(frozen=True, slots=True)
class Latch(Effect):
    """Keep the lock outside the journal too."""

    lock: int


@dataclass(frozen=True, slots=True)
class Notify(Effect):
    """Put a notice for the carer into the outbox."""

    kind: str


@dataclass(frozen=True, slots=True)
class KeepScore(Effect):
    """Keep how well she was heard when she practised; only figures, never sound."""

    heard: int
    """Rounds in which her "stop" was heard."""
    of: int
    pain: bool
    """Her "it hurts", said as practice, was heard."""
    passed: bool
    margin: float | None
    """Least margin of the words that were heard; None where none was."""


@dataclass(frozen=True, slots=True)
class KeepVoice(Effect):
    """Keep for the sessions to come how she wants to be spoken to."""

    gain_db: float
    """Against the profile's own level."""
    pace: int
    """Steps quicker than the profile; slower where negative."""


class Chime(StrEnum):
    """Sounds that need no synthesizer."""

    FAULT = "fault"
    ALARM = "alarm"
    """Goes with urgent advice that nobody has taken in."""
    READY = "ready"
    HEARD = "heard"


@dataclass(frozen=True, slots=True)
class Ring(Effect):
    """Sound a generated chime."""

    chime: Chime


@dataclass(frozen=True, slots=True)
class Say(Effect):
    """Speak a phrase after what is already queued in its lane."""

    phrase: str
    """Phrase key."""
    slots: Mapping[str, int | str] = field(default_factory=lambda: NO_SLOTS)
    lane: SpeakingLane = Lane.NOTICE


@dataclass(frozen=True, slots=True)
class ArmTimer(Effect):
    """Arm the one timer; it replaces what was armed. Counted from the end of what is being said."""

    length: Frames


@dataclass(frozen=True, slots=True)
class CancelTimer(Effect):
    """Disarm the timer."""


@dataclass(frozen=True, slots=True)
class FollowScore(Effect):
    """Play the score from a position whose anchor lies in the future."""

    score: Score
    position: Position


@dataclass(frozen=True, slots=True)
class HaltScore(Effect):
    """Schedule nothing further; what is sounding may finish."""


@dataclass(frozen=True, slots=True)
class SetGain(Effect):
    """Set the loudness of everything spoken, in decibels against the profile's own level."""

    gain_db: float


@dataclass(frozen=True, slots=True)
class Listen(Effect):
    """Tell the listener what is expected from now on."""

    expectation: Expectation


@dataclass(frozen=True, slots=True)
class Prepare(Effect):
    """Make a session ready, and begin it: she said that she wants one."""


@dataclass(frozen=True, slots=True)
class Inform(Effect):
    """Say what the journal and the schedule know: how she is doing, or what comes next."""

    command: Command


class Outcome(StrEnum):
    """How a session ended."""

    COMPLETED = "completed"
    STOPPED = "stopped"
    SAFETY = "safety"
    NO_ANSWER = "no-answer"
    REFUSED = "refused"
    FAULT = "fault"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class EndSession(Effect):
    """The session is over."""

    outcome: Outcome
