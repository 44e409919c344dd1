"""How an utterance reads against the question that is open: one table for every language.

What a yes leads to is the session's business; here stands only what counts as one. A
command said instead of yes or no is an answer too where this table says so: "it hurts" is
a yes to "are you hurt?", "ready" is a yes to "shall we go on?". Emergencies and "stop" stand nowhere in it: they go
past every question.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from coach.commands import Command
from coach.language.utterance import Answer


class QuestionKind(StrEnum):
    """What sort of question is asked; `[answers.<kind>]` in commands.toml holds its words."""

    SCREEN = "screen"
    """Before the exercise, and the red flags of triage: only a clear no goes on."""
    HARM = "harm"
    """Whether somebody is hurt or needs help: being fine means no."""
    CONSENT = "consent"
    """Whether to begin or go on: being fine means yes."""
    EFFORT = "effort"
    """How it was: easy, all right, or hard."""


QUESTION_KINDS: Final[Mapping[str, QuestionKind]] = {
    "screen-legs": QuestionKind.SCREEN,
    "screen-breath": QuestionKind.SCREEN,
    "screen-dizzy": QuestionKind.SCREEN,
    "screen-unwell": QuestionKind.SCREEN,
    "screen-since": QuestionKind.SCREEN,
    "screen-worse": QuestionKind.SCREEN,
    "triage-breath": QuestionKind.SCREEN,
    "triage-blood": QuestionKind.SCREEN,
    "triage-leg": QuestionKind.SCREEN,
    "triage-pain": QuestionKind.SCREEN,
    "hurt": QuestionKind.HARM,
    "stopped": QuestionKind.HARM,
    "sharp": QuestionKind.HARM,
    "dizzy": QuestionKind.HARM,
    "still-dizzy": QuestionKind.HARM,
    "really-hurt": QuestionKind.HARM,
    "called": QuestionKind.HARM,
    "called-me": QuestionKind.HARM,
    "person": QuestionKind.HARM,
    "screen-consent": QuestionKind.CONSENT,
    "go-on": QuestionKind.CONSENT,
    "resume": QuestionKind.CONSENT,
    "offer": QuestionKind.CONSENT,
    "wake": QuestionKind.CONSENT,
    "morning": QuestionKind.CONSENT,
    "confirm-yes": QuestionKind.CONSENT,
    "confirm-no": QuestionKind.CONSENT,
    "effort": QuestionKind.EFFORT,
}
"""Every question the coach can ask, by its id; the spoken line is the phrase ``question.<id>``."""

_HARM: Final = {
    Command.ALL_CLEAR: Answer.NO,
    Command.PAIN: Answer.YES,
    Command.DIZZY_UNWELL: Answer.YES,
    Command.CALF_CLOT: Answer.YES,
    Command.NUMB: Answer.YES,
    Command.BLEEDING: Answer.YES,
}

READINGS: Final[Mapping[QuestionKind, Mapping[Command, Answer]]] = {
    QuestionKind.SCREEN: _HARM,
    QuestionKind.HARM: _HARM,
    QuestionKind.CONSENT: {
        Command.ALL_CLEAR: Answer.YES,
        Command.RESUME: Answer.YES,
        Command.START: Answer.YES,
        Command.LATER: Answer.NO,
        Command.NOT_TODAY: Answer.NO,
        Command.TIRED: Answer.NO,
        Command.PAIN: Answer.NO,
        Command.DIZZY_UNWELL: Answer.NO,
        Command.CALF_CLOT: Answer.NO,
        Command.NUMB: Answer.NO,
        Command.BLEEDING: Answer.NO,
    },
    QuestionKind.EFFORT: {
        Command.ALL_CLEAR: Answer.ALL_RIGHT,
        Command.TIRED: Answer.HARD,
        Command.EASIER: Answer.HARD,
        Command.SLOWER: Answer.HARD,
        Command.FASTER: Answer.EASY,
        # Pain is no measure of effort: it stays a command, and the session asks about it.
    },
}
"""How a command answers a question of each kind; a command that is missing answers nothing."""
