"""Questions: what they are called, what may follow an answer, and how one is asked. Their table is in `questions`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from coach.audio.lanes import Lane, SpeakingLane
from coach.commands import Command
from coach.language.utterance import Answer


class Question(StrEnum):
    """The closed list of questions."""

    SCREEN_LEGS = "screen-legs"
    SCREEN_BREATH = "screen-breath"
    SCREEN_DIZZY = "screen-dizzy"
    SCREEN_UNWELL = "screen-unwell"
    SCREEN_SINCE = "screen-since"
    CONSENT = "screen-consent"
    WORSE_LEGS = "worse-legs"
    """Whether what the team knows of has become worse; asked behind a yes, where something is known."""
    WORSE_BREATH = "worse-breath"
    WORSE_DIZZY = "worse-dizzy"
    PERSON_FIRST = "person-first"
    """The same words as `PERSON`, behind a yes to the question about breath."""
    EFFORT = "effort"
    REALLY_HURT = "really-hurt"
    HURT = "hurt"
    GROAN = "groan"
    """The same words as `HURT`, asked after a groan or a cry."""
    STOPPED = "stopped"
    SHARP = "sharp"
    DIZZY = "dizzy"
    STILL_DIZZY = "still-dizzy"
    GO_ON = "go-on"
    RESUME = "resume"
    RESUME_OWN = "resume-own"
    """The same words as `RESUME`, asked where "continue" in her own pause was not surely heard."""
    CALLED = "called"
    CALLED_AT_REST = "called-at-rest"
    """The same words as `CALLED`, while no session is open."""
    CALLED_ME = "called-me"
    PERSON = "person"
    TRIAGE_BREATH = "triage-breath"
    TRIAGE_BLOOD = "triage-blood"
    TRIAGE_LEG = "triage-leg"
    TRIAGE_PAIN = "triage-pain"
    OFFER = "offer"
    """Shall we start? Asked at rest when the schedule says so."""
    WAKE = "wake"
    """Whether she wants to start: the second step of starting by voice, at the bedside."""
    MORNING = "morning"
    """Whether it is morning, where nobody knows the time of the day."""
    UNLOCK = "unlock"
    """The same words as `HURT`: the second step by which the person lifts a caution lock."""


class Then(StrEnum):
    """What follows an answer; each is one handler in `coach.session.tables.THEN`."""

    NEXT_SCREENING = "next-screening"
    WORSE = "worse"
    ASK_FIRST = "ask-first"
    REFUSE = "refuse"
    UNSCREENED = "unscreened"
    BEGIN = "begin"
    NOT_NOW = "not-now"
    NEXT_SET = "next-set"
    NOT_HURT = "not-hurt"
    ASK_REALLY_HURT = "ask-really-hurt"
    ABANDON = "abandon"
    PAIN = "pain"
    CHAIN = "chain"
    MINUTE = "minute"
    LIE_FLAT = "lie-flat"
    BETTER = "better"
    ALL_RIGHT = "all-right"
    GROANED = "groaned"
    ASK_STOPPED = "ask-stopped"
    STOPPED_WELL = "stopped-well"
    END = "end"
    GO_ON = "go-on"
    GO_ON_GENTLY = "go-on-gently"
    STAY_PAUSED = "stay-paused"
    EMERGENCY = "emergency"
    ASK_PERSON = "ask-person"
    LET_BE = "let-be"
    CALL_UNANSWERED = "call-unanswered"
    NEXT_TRIAGE = "next-triage"
    FLAG_EMERGENCY = "flag-emergency"
    FLAG_URGENT = "flag-urgent"
    UNLOCK = "unlock"
    STAY_LOCKED = "stay-locked"
    WANT = "want"
    PUT_OFF = "put-off"
    MORNING = "morning"
    NO_MORNING = "no-morning"
    ASK_CALLED_ME = "ask-called-me"
    ASK_AGAIN = "ask-again"


_NO_COMMANDS: Final[frozenset[Command]] = frozenset()
_WELL: Final = frozenset({Then.BEGIN, Then.GO_ON, Then.GO_ON_GENTLY, Then.WANT, Then.MORNING})
_READ_BACK: Final = frozenset(
    {
        Then.NEXT_SCREENING,
        Then.WORSE,
        Then.ASK_FIRST,
        Then.REFUSE,
        Then.BEGIN,
        Then.NOT_HURT,
        Then.ALL_RIGHT,
        Then.MINUTE,
        Then.LIE_FLAT,
        Then.BETTER,
        Then.GO_ON,
        Then.GO_ON_GENTLY,
        Then.NEXT_TRIAGE,
        Then.UNLOCK,
        Then.WANT,
    }
)
"""What an unsure answer does not lead to by itself: whatever goes on, and turning her away before a session. What an
unsure answer stops, it stops at once; an answer about the effort only shows that somebody is there."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How one question is asked, and what follows."""

    id: str
    """Phrase key ``question.<id>`` and table ``[question.<id>]`` of the packs."""
    answers: Mapping[Answer, Then]
    unsafe: Then
    """What silence and unclear answers mean once the tries are used up."""
    pain: Then
    stop: Then
    waits_s: tuple[float, ...]
    """Seconds for an answer, by try; the last holds for all further tries."""
    tries: int = 2
    """How often it is asked where answers are unclear."""
    silences: int = 2
    """How often it is asked where nobody answers."""
    lane: SpeakingLane = Lane.NOTICE
    louder: bool = False
    """Asked again louder."""
    says_yes: frozenset[Command] = _NO_COMMANDS
    """Commands that mean yes to this question."""
    dizzy: Then | None = None
    """What dizziness means to this question; None where it means what pain does."""

    def reads_back(self, answer: Answer) -> bool:
        """Return whether an answer that was not surely heard is read back before it counts."""
        return self.answers[answer] in _READ_BACK

    @property
    def healthy(self) -> Answer:
        """Return the answer of somebody who is well and wants to exercise."""
        if Answer.ALL_RIGHT in self.answers:
            return Answer.ALL_RIGHT
        return Answer.YES if self.answers[Answer.YES] in _WELL else Answer.NO
