"""Asking: the one way in which a question is opened, and asked once more."""

from dataclasses import replace
from typing import Final

from coach.audio.lanes import Lane
from coach.session.effects import ArmTimer, Effect, Hush, Record, Say, Silence
from coach.session.questions import Question, asking
from coach.session.states import Phase, Protocol
from coach.session.turn import Act, Turn
from coach.units import frames

PHASE: Final = {
    Question.SCREEN_LEGS: Phase.SCREEN,
    Question.SCREEN_BREATH: Phase.SCREEN,
    Question.SCREEN_DIZZY: Phase.SCREEN,
    Question.SCREEN_UNWELL: Phase.SCREEN,
    Question.SCREEN_SINCE: Phase.SCREEN,
    Question.CONSENT: Phase.SCREEN,
    Question.EFFORT: Phase.CHECKIN,
    Question.REALLY_HURT: Phase.CHECKIN,
    Question.HURT: Phase.MAYBE,
    Question.GROAN: Phase.MAYBE,
    Question.STOPPED: Phase.MAYBE,
    Question.SHARP: Phase.MAYBE,
    Question.CALLED: Phase.MAYBE,
    Question.CALLED_AT_REST: Phase.MAYBE,
    Question.CALLED_ME: Phase.MAYBE,
    Question.PERSON: Phase.MAYBE,
    Question.GO_ON: Phase.PAUSED,
    Question.RESUME: Phase.PAUSED,
    Question.TRIAGE_BREATH: Phase.TRIAGE,
    Question.TRIAGE_BLOOD: Phase.TRIAGE,
    Question.TRIAGE_LEG: Phase.TRIAGE,
    Question.TRIAGE_PAIN: Phase.TRIAGE,
    Question.UNLOCK: Phase.LOCKED,
}
"""The phase in which a question is open."""


def ask(protocol: Protocol, question: Question, *before: Act) -> Turn:
    """Open a question, after some acts, in place of whatever was open before.

    Returns:
        The question is recorded, said in its lane, and timed from its end.
    """
    asked = replace(protocol.cleared(), phase=PHASE[question], question=question, tries=1)
    return Turn(asked, (*before, *_asked(asked, question)))


def ask_again(protocol: Protocol, question: Question, *before: Act) -> Turn:
    """Ask the open question once more, which counts as a try."""
    asked = replace(protocol, tries=protocol.tries + 1)
    return Turn(asked, (*before, *_asked(asked, question)))


def say_again(protocol: Protocol, question: Question, *before: Act) -> Turn:
    """Say the open question once more because she wished it; that is no try."""
    return Turn(protocol, (*before, *_asked(protocol, question)))


def interruption(question: Question) -> Effect:
    """Return what ends the sound of a question that has been answered: its lane falls quiet."""
    return Silence() if asking(question).lane is Lane.SAFETY else Hush()


def wait(protocol: Protocol, question: Question) -> ArmTimer:
    """Return the timer for an answer to this try of a question."""
    waits_s = asking(question).waits_s
    return ArmTimer(frames(waits_s[min(protocol.tries, len(waits_s)) - 1]))


def _asked(protocol: Protocol, question: Question) -> tuple[Act, ...]:
    row = asking(question)
    return (
        Record("asked", {"question": question.value, "try": protocol.tries}),
        Say(f"question.{row.id}", lane=row.lane),
        wait(protocol, question),
    )
