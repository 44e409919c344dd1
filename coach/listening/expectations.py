"""What the session expected when: words are read against what was expected as they began."""

from collections import deque
from collections.abc import Mapping
from typing import Final

from coach.commands import Command
from coach.language.questions import QUESTION_KINDS, QuestionKind
from coach.language.utterance import Answer, Context, Expectation
from coach.listening.hearing import Hearing

GOING_ON: Final = frozenset({Command.START, Command.RESUME})
"""Commands that set the exercise going; a television must not be able to."""
GOING_ON_ANSWERS: Final[Mapping[QuestionKind, Answer]] = {
    QuestionKind.SCREEN: Answer.NO,
    QuestionKind.HARM: Answer.NO,
    QuestionKind.CONSENT: Answer.YES,
}
"""The answer after which the coach goes on, by the kind of question."""
PAST_QUESTIONS: Final = frozenset({Command.STOP})
"""Beside the emergencies: what acts at once even while a question is open (DESIGN 13.2)."""
_REMEMBERED: Final = 8
"""How many changes of expectation are kept; an utterance does not outlast more."""


class Expectations:
    """Remembers what was expected of words, by the listening frame from which on they were."""

    def __init__(self) -> None:
        """Begin with a session in which nothing is asked."""
        self._expected: deque[tuple[int, Expectation]] = deque([(0, Expectation())], maxlen=_REMEMBERED)

    def add(self, expectation: Expectation, frame: int) -> None:
        """Say what is expected of words that begin at a frame or later; one asked again has been open since it was."""
        if expectation != self.latest:
            self._expected.append((frame, expectation))

    @property
    def latest(self) -> Expectation:
        """Return what is expected now."""
        return self._expected[-1][1]

    def at(self, frame: int) -> Expectation:
        """Return what was expected of words that began at a listening frame."""
        return self._from(frame)[1]

    def since(self, frame: int) -> int:
        """Return the listening frame from which on that was expected."""
        return self._from(frame)[0]

    def past(self, frame: int) -> bool:
        """Return whether something else is expected since."""
        return self.latest != self.at(frame)

    def asked(self, frame: int) -> bool:
        """Return whether a question was open when words began at a listening frame."""
        return self.at(frame).context is Context.QUESTION

    def goes_on(self, hearing: Hearing) -> bool:
        """Return whether the coach goes on at a hearing: its command does, or it is the answer to what was asked."""
        kind = QUESTION_KINDS.get(self.at(hearing.first).question or "")
        if kind is not None and hearing.answer is not None:
            return GOING_ON_ANSWERS.get(kind) is hearing.answer
        return hearing.command in GOING_ON

    def _from(self, frame: int) -> tuple[int, Expectation]:
        return next((one for one in reversed(self._expected) if one[0] <= frame), self._expected[0])
