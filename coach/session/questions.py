"""Every question the session may ask, as one table.

1. A question has answers on which it goes on and a meaning for everything else. Silence and an
   unclear answer never mean what going on needs; they mean the unsafe answer, after the tries.
2. `pain` is what a pain word that was not negated means to this question, whatever else was said
   with it; `dizzy` is what dizziness means, `stop` what "stop" means. Only emergencies go past every question.
3. Words for yes and no live in the language packs, under ``[question.<id>]``.
4. An answer that was not surely heard and would go on is read back first (`Asking.reads_back`, `CONFIRM`): only a
   clear yes lets it count, anything else asks the question again.
5. Times count from the end of the question. Changing one changes how long a person is left alone
   with silence: say where the new one comes from.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from coach.audio.lanes import Lane
from coach.commands import Command
from coach.language.utterance import Answer
from coach.session.asked import Asking, Question, Then

__all__ = ["Asking", "Question", "Then"]


def _answers(*, yes: Then, no: Then) -> Mapping[Answer, Then]:
    """Return the meanings of the answers to a yes-or-no question."""
    return MappingProxyType({Answer.YES: yes, Answer.NO: no})


# 12 s: the protocol's screening timer. Two tries: the reference for questions before a session.
_SCREEN_S: Final = (12.0,)
# 8 s: the protocol's timer for check-in and triage.
_SHORT_S: Final = (8.0,)
# 6 s: the protocol's timer for "are you hurt?".
_HURT_S: Final = (6.0,)
# 8 s, then 10 s and louder: the design's times for a groan or a cry.
_GROAN_S: Final = (8.0, 10.0)


def _screening(
    question: Question, *, yes: Then = Then.WORSE, dizzy: Then | None = Then.REFUSE, asked: str | None = None
) -> Asking:
    """Return a screening question: only a clear no goes on."""
    return Asking(
        id=asked or question.value,
        answers=_answers(yes=yes, no=Then.NEXT_SCREENING),
        unsafe=Then.UNSCREENED,
        pain=yes,
        dizzy=dizzy,
        stop=Then.END,
        waits_s=_SCREEN_S,
    )


def _triage(question: Question, flagged: Then) -> Asking:
    """Return a triage question: only a clear no goes on, and silence is not waited for twice."""
    return Asking(
        id=question.value,
        answers=_answers(yes=flagged, no=Then.NEXT_TRIAGE),
        unsafe=flagged,
        pain=flagged,
        stop=Then.ASK_AGAIN,
        waits_s=_SHORT_S,
        silences=1,
        lane=Lane.SAFETY,
    )


def _hurt(unsafe: Then, waits_s: tuple[float, ...]) -> Asking:
    """Return "Are you hurt?": a clear no pauses; "stop" is not a no."""
    return Asking(
        id="hurt",
        answers=_answers(yes=Then.PAIN, no=Then.ALL_RIGHT),
        unsafe=unsafe,
        pain=Then.PAIN,
        stop=Then.CHAIN,
        waits_s=waits_s,
        lane=Lane.SAFETY,
        louder=True,
    )


def _called(*, unsafe: Then, no: Then, pain: Then) -> Asking:
    """Return "Did you call for help?"."""
    return Asking(
        id="called",
        answers=_answers(yes=Then.EMERGENCY, no=no),
        unsafe=unsafe,
        pain=pain,
        stop=Then.ASK_AGAIN,
        waits_s=_SHORT_S,
        lane=Lane.SAFETY,
        louder=True,
    )


def _offer(question: Question, *, yes: Then, no: Then, stop: Then) -> Asking:
    """Return a question at rest: whoever does not answer is left in peace."""
    return Asking(
        id=question.value,
        answers=_answers(yes=yes, no=no),
        unsafe=Then.LET_BE,
        pain=Then.ASK_CALLED_ME,
        stop=stop,
        waits_s=_SCREEN_S,
        silences=1,
    )


QUESTIONS: Final[Mapping[Question, Asking]] = MappingProxyType(
    {
        Question.SCREEN_LEGS: _screening(Question.SCREEN_LEGS),
        Question.SCREEN_BREATH: _screening(Question.SCREEN_BREATH),
        Question.SCREEN_DIZZY: _screening(Question.SCREEN_DIZZY, dizzy=None),
        Question.SCREEN_UNWELL: _screening(Question.SCREEN_UNWELL, yes=Then.REFUSE),
        Question.SCREEN_SINCE: _screening(Question.SCREEN_SINCE, dizzy=None),
        Question.CONSENT: Asking(
            id="screen-consent",
            answers=_answers(yes=Then.BEGIN, no=Then.NOT_NOW),
            unsafe=Then.UNSCREENED,
            pain=Then.REFUSE,
            stop=Then.END,
            waits_s=_SCREEN_S,
            says_yes=frozenset({Command.START}),
        ),
        Question.EFFORT: Asking(
            id="effort",
            answers=MappingProxyType(
                {
                    Answer.EASY: Then.NEXT_SET,
                    Answer.ALL_RIGHT: Then.NEXT_SET,
                    Answer.HARD: Then.NEXT_SET,
                    Answer.YES: Then.NEXT_SET,
                    Answer.NO: Then.ASK_REALLY_HURT,
                }
            ),
            unsafe=Then.ABANDON,
            pain=Then.ASK_REALLY_HURT,
            stop=Then.ASK_STOPPED,
            waits_s=_SHORT_S,
        ),
        Question.REALLY_HURT: Asking(
            id="really-hurt",
            answers=_answers(yes=Then.PAIN, no=Then.NOT_HURT),
            unsafe=Then.CHAIN,
            pain=Then.PAIN,
            stop=Then.PAIN,
            waits_s=_SHORT_S,
            louder=True,
        ),
        Question.HURT: _hurt(Then.CHAIN, _HURT_S),
        Question.STOPPED: Asking(
            id="stopped",
            answers=_answers(yes=Then.PAIN, no=Then.STOPPED_WELL),
            unsafe=Then.END,
            pain=Then.PAIN,
            stop=Then.END,
            waits_s=_SHORT_S,
            silences=1,
            lane=Lane.SAFETY,
        ),
        Question.SHARP: Asking(
            id="sharp",
            answers=_answers(yes=Then.CHAIN, no=Then.MINUTE),
            unsafe=Then.CHAIN,
            pain=Then.ASK_AGAIN,
            stop=Then.ASK_AGAIN,
            waits_s=_SHORT_S,
            lane=Lane.SAFETY,
            louder=True,
        ),
        Question.DIZZY: Asking(
            id="dizzy",
            answers=_answers(yes=Then.CHAIN, no=Then.LIE_FLAT),
            unsafe=Then.CHAIN,
            pain=Then.CHAIN,
            stop=Then.ASK_AGAIN,
            waits_s=_SHORT_S,
            lane=Lane.SAFETY,
            louder=True,
            dizzy=Then.ASK_AGAIN,
        ),
        Question.STILL_DIZZY: Asking(
            id="still-dizzy",
            answers=_answers(yes=Then.EMERGENCY, no=Then.BETTER),
            unsafe=Then.EMERGENCY,
            pain=Then.CHAIN,
            stop=Then.ASK_AGAIN,
            waits_s=_SHORT_S,
            lane=Lane.SAFETY,
            louder=True,
            dizzy=Then.EMERGENCY,
        ),
        Question.GO_ON: Asking(
            id="go-on",
            answers=_answers(yes=Then.GO_ON_GENTLY, no=Then.END),
            unsafe=Then.ABANDON,
            pain=Then.PAIN,
            stop=Then.END,
            waits_s=_SHORT_S,
            says_yes=frozenset({Command.RESUME, Command.START}),
        ),
        Question.RESUME: Asking(
            id="resume",
            answers=_answers(yes=Then.GO_ON, no=Then.STAY_PAUSED),
            unsafe=Then.ABANDON,
            pain=Then.PAIN,
            stop=Then.END,
            waits_s=_SHORT_S,
            says_yes=frozenset({Command.RESUME, Command.START}),
        ),
        Question.CALLED: _called(unsafe=Then.EMERGENCY, no=Then.ALL_RIGHT, pain=Then.PAIN),
        Question.CALLED_ME: Asking(
            id="called-me",
            answers=_answers(yes=Then.ASK_PERSON, no=Then.LET_BE),
            unsafe=Then.LET_BE,
            pain=Then.ASK_PERSON,
            stop=Then.LET_BE,
            waits_s=_SHORT_S,
            silences=1,
            lane=Lane.SAFETY,
        ),
        Question.PERSON: Asking(
            id="person",
            answers=_answers(yes=Then.EMERGENCY, no=Then.ALL_RIGHT),
            unsafe=Then.EMERGENCY,
            pain=Then.EMERGENCY,
            stop=Then.ASK_AGAIN,
            waits_s=_SHORT_S,
            silences=1,  # no answer counts as yes: the reviewed rule for a bare "help"
            lane=Lane.SAFETY,
        ),
        Question.OFFER: _offer(Question.OFFER, yes=Then.WANT, no=Then.PUT_OFF, stop=Then.PUT_OFF),
        Question.WAKE: _offer(Question.WAKE, yes=Then.WANT, no=Then.PUT_OFF, stop=Then.PUT_OFF),
        Question.MORNING: _offer(Question.MORNING, yes=Then.MORNING, no=Then.NO_MORNING, stop=Then.LET_BE),
        Question.TRIAGE_BREATH: _triage(Question.TRIAGE_BREATH, Then.FLAG_EMERGENCY),
        Question.TRIAGE_BLOOD: _triage(Question.TRIAGE_BLOOD, Then.FLAG_EMERGENCY),
        Question.TRIAGE_LEG: _triage(Question.TRIAGE_LEG, Then.FLAG_URGENT),
        Question.TRIAGE_PAIN: _triage(Question.TRIAGE_PAIN, Then.FLAG_URGENT),
    }
)

REPHRASED: Final[Mapping[Question, Asking]] = MappingProxyType(
    {
        **{
            question: _screening(question, yes=refused, asked="screen-worse")
            for question, refused in (
                (Question.WORSE_LEGS, Then.REFUSE),
                (Question.WORSE_BREATH, Then.ASK_FIRST),
                (Question.WORSE_DIZZY, Then.REFUSE),
            )
        },
        Question.PERSON_FIRST: Asking(
            id="person",
            answers=_answers(yes=Then.EMERGENCY, no=Then.REFUSE),
            unsafe=Then.EMERGENCY,
            pain=Then.EMERGENCY,
            stop=Then.ASK_AGAIN,
            waits_s=_SHORT_S,
            silences=1,  # as for `PERSON`
            lane=Lane.SAFETY,
        ),
        Question.GROAN: _hurt(Then.GROANED, _GROAN_S),
        Question.CALLED_AT_REST: _called(unsafe=Then.CALL_UNANSWERED, no=Then.LET_BE, pain=Then.EMERGENCY),
        Question.RESUME_OWN: Asking(
            id="resume",
            answers=_answers(yes=Then.GO_ON, no=Then.STAY_PAUSED),
            # It may have been the television: whoever does not answer has her pause, and nobody is told.
            unsafe=Then.STAY_PAUSED,
            pain=Then.PAIN,
            stop=Then.END,
            waits_s=_SHORT_S,
            silences=1,
            says_yes=frozenset({Command.RESUME, Command.START}),
        ),
        Question.UNLOCK: Asking(
            id="hurt",
            answers=_answers(yes=Then.STAY_LOCKED, no=Then.UNLOCK),
            unsafe=Then.STAY_LOCKED,
            pain=Then.FLAG_URGENT,
            stop=Then.STAY_LOCKED,
            waits_s=_SHORT_S,
            silences=1,
            lane=Lane.SAFETY,
        ),
    }
)
"""Questions in the words of another one that mean something else where they are asked."""

FIRST_OF_DAY: Final = (
    Question.SCREEN_LEGS,
    Question.SCREEN_BREATH,
    Question.SCREEN_DIZZY,
    Question.SCREEN_UNWELL,
    Question.CONSENT,
)
"""The day's first session, and any after a stop, a lock, a restart or six hours."""
LATER: Final = (Question.SCREEN_SINCE, Question.CONSENT)
"""A later session of the day."""
WORSE: Final[Mapping[Question, Question]] = MappingProxyType(
    {
        Question.SCREEN_LEGS: Question.WORSE_LEGS,
        Question.SCREEN_BREATH: Question.WORSE_BREATH,
        Question.SCREEN_DIZZY: Question.WORSE_DIZZY,
    }
)
"""Asked behind a yes where the team knows already; a no goes on as a no to the first one does."""
CONFIRM: Final[Mapping[Answer, str]] = MappingProxyType({Answer.YES: "confirm-yes", Answer.NO: "confirm-no"})
"""Id of the question that reads an answer back."""
TRIAGE: Final = (Question.TRIAGE_BREATH, Question.TRIAGE_BLOOD, Question.TRIAGE_LEG, Question.TRIAGE_PAIN)
"""In this order: what cannot wait comes first."""


def asking(question: Question) -> Asking:
    """Return how a question is asked, and what follows."""
    return QUESTIONS[question] if question in QUESTIONS else REPHRASED[question]


def after(question: Question) -> Question | None:
    """Return the question that follows a clear answer in screening or triage, or None behind the last."""
    question = next((first for first, worse in WORSE.items() if worse is question), question)
    for row in (FIRST_OF_DAY, LATER, TRIAGE):
        if question in row[:-1]:
            return row[row.index(question) + 1]
    return None
