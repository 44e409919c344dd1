"""Asking: the one way in which a question is opened, and asked once more."""

from dataclasses import replace
from typing import Final

from coach.audio.lanes import Lane
from coach.language.utterance import Answer
from coach.session.effects import ArmTimer, Effect, Hush, Record, Say, Silence
from coach.session.questions import CONFIRM, Question, asking
from coach.session.states import Phase, Protocol
from coach.session.turn import Act, Turn
from coach.units import frames

PHASE: Final = {
    Question.SCREEN_LEGS: Phase.SCREEN,
    Question.SCREEN_BREATH: Phase.SCREEN,
    Question.SCREEN_DIZZY: Phase.SCREEN,
    Question.SCREEN_UNWELL: Phase.SCREEN,
    Question.SCREEN_SINCE: Phase.SCREEN,
    Question.WORSE_LEGS: Phase.SCREEN,
    Question.WORSE_BREATH: Phase.SCREEN,
    Question.WORSE_DIZZY: Phase.SCREEN,
    Question.PERSON_FIRST: Phase.SCREEN,
    Question.CONSENT: Phase.SCREEN,
    Question.EFFORT: Phase.CHECKIN,
    Question.REALLY_HURT: Phase.CHECKIN,
    Question.HURT: Phase.MAYBE,
    Question.GROAN: Phase.MAYBE,
    Question.STOPPED: Phase.MAYBE,
    Question.SHARP: Phase.MAYBE,
    Question.DIZZY: Phase.MAYBE,
    Question.STILL_DIZZY: Phase.MAYBE,
    Question.CALLED: Phase.MAYBE,
    Question.CALLED_AT_REST: Phase.MAYBE,
    Question.CALLED_ME: Phase.MAYBE,
    Question.PERSON: Phase.MAYBE,
    Question.GO_ON: Phase.PAUSED,
    Question.RESUME: Phase.PAUSED,
    Question.RESUME_OWN: Phase.PAUSED,
    Question.TRIAGE_BREATH: Phase.TRIAGE,
    Question.TRIAGE_BLOOD: Phase.TRIAGE,
    Question.TRIAGE_LEG: Phase.TRIAGE,
    Question.TRIAGE_PAIN: Phase.TRIAGE,
    Question.UNLOCK: Phase.LOCKED,
    Question.OFFER: Phase.OFFER,
    Question.WAKE: Phase.OFFER,
    Question.MORNING: Phase.OFFER,
}
"""The phase in which a question is open."""


def ask(protocol: Protocol, question: Question, *before: Act, tries: int = 1) -> Turn:
    """Open a question, after some acts, in place of whatever was open before.

    Args:
        protocol: The protocol as it was.
        question: What is asked.
        before: What is done before it is said.
        tries: Which try this is; the second where something else counts as the first.

    Returns:
        The question is recorded, said in its lane, and timed from its end.
    """
    asked = replace(protocol.cleared(), phase=PHASE[question], question=question, tries=tries)
    return Turn(asked, (*before, *_asked(asked, question)))


def ask_again(protocol: Protocol, question: Question, *before: Act) -> Turn:
    """Ask the open question once more, which counts as a try."""
    asked = replace(protocol, tries=protocol.tries + 1, read_back=None)
    return Turn(asked, (*before, *_asked(asked, question)))


def read_back(protocol: Protocol, question: Question, answer: Answer, *before: Act) -> Turn:
    """Read an answer back that was not surely heard: only a clear yes lets it count."""
    asked = replace(protocol, read_back=answer)
    return Turn(asked, (*before, *_read_back(asked, question, answer)))


def say_again(protocol: Protocol, question: Question, *before: Act) -> Turn:
    """Say the open question once more because she wished it; that is no try."""
    if protocol.read_back is not None:
        return Turn(protocol, (*before, *_read_back(protocol, question, protocol.read_back)))
    return Turn(protocol, (*before, *_asked(protocol, question)))


def interruption(question: Question) -> Effect:
    """Return what ends the sound of a question that has been answered: its lane falls quiet."""
    return Silence() if asking(question).lane is Lane.SAFETY else Hush()


def wait(protocol: Protocol, question: Question) -> ArmTimer:
    """Return the timer for an answer to this try of a question."""
    waits_s = asking(question).waits_s
    return ArmTimer(frames(waits_s[min(protocol.tries, len(waits_s)) - 1]))


def _read_back(protocol: Protocol, question: Question, answer: Answer) -> tuple[Act, ...]:
    return (
        Record("read-back", {"question": question.value, "answer": answer.value}),
        Say(f"question.{CONFIRM[answer]}", lane=asking(question).lane),
        wait(protocol, question),
    )


def _asked(protocol: Protocol, question: Question) -> tuple[Act, ...]:
    row = asking(question)
    return (
        Record("asked", {"question": question.value, "try": protocol.tries}),
        Say(f"question.{row.id}", lane=row.lane),
        wait(protocol, question),
    )
