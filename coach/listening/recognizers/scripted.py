"""The scripted recognizer: it is told what is said and when, and needs no sound.

For tests, and for rehearsals of everything but hearing. Its delays are those measured with
Vosk on the Korean model: a partial 0.12 s after the end of a word, the final 0.9 s after
the end of the utterance.
"""

from dataclasses import dataclass, field
from typing import Final

from coach.audio.clip import Samples
from coach.language.utterance import Expectation
from coach.listening.hearing import Hypothesis
from coach.units import LISTEN_RATE

PARTIAL_AFTER: Final = round(0.12 * LISTEN_RATE)
"""Listening frames from the end of a word to the partial that holds it: measured, Vosk, Korean model."""
FINAL_AFTER: Final = round(0.9 * LISTEN_RATE)
"""Listening frames from the end of an utterance to its final: measured (0.83-0.97 s), Vosk, Korean model."""


@dataclass(frozen=True, slots=True, order=True)
class _Due:
    """A hypothesis and the listening frame at which it is given out."""

    at: int
    hypothesis: Hypothesis = field(compare=False)


class ScriptedRecognizer:
    """Gives out what it was told, word by word as partials, then as a final."""

    def __init__(self, language: str = "en", name: str = "scripted") -> None:
        """Take the language of the words, and the engine's name for hypotheses."""
        self._language = language
        self._name = name
        self._listened = 0
        self._due: list[_Due] = []

    @property
    def name(self) -> str:
        """Return the engine's short name."""
        return self._name

    @property
    def language(self) -> str:
        """Return the BCP 47 tag of what it can hear."""
        return self._language

    def tell(self, text: str, first: int, last: int) -> None:
        """Say that words are spoken.

        Args:
            text: The words, parted by single spaces.
            first: Listening frame at which they begin.
            last: One past the listening frame at which they end; the words share the span evenly.
        """
        words = text.split()
        for count in range(1, len(words) + 1):
            end = first + (last - first) * count // len(words)
            partial = Hypothesis(
                " ".join(words[:count]), 0.0, first, end, is_final=False, engine=self._name, language=self._language
            )
            self._due.append(_Due(end + PARTIAL_AFTER, partial))
        final = Hypothesis(text, 0.0, first, last, is_final=True, engine=self._name, language=self._language)
        self._due.append(_Due(last + FINAL_AFTER, final))
        self._due.sort()

    @property
    def next_due(self) -> int | None:
        """Return the listening frame at which it has something to give out next; None where it has nothing."""
        return self._due[0].at if self._due else None

    def expect(self, expectation: Expectation) -> None:
        """Do nothing: it hears what it was told, whatever is expected."""

    def accept(self, block: Samples, *, speech: bool) -> tuple[Hypothesis, ...]:  # noqa: ARG002 - the script says who speaks
        """Count the block's frames and give out what has become due."""
        self._listened += len(block)
        given = [due for due in self._due if due.at <= self._listened]
        self._due = self._due[len(given) :]
        return tuple(due.hypothesis for due in given)

    def reset(self) -> None:
        """Forget what has begun; keep what lies ahead, and the frame count."""
        self._due = [due for due in self._due if due.hypothesis.first >= self._listened]
