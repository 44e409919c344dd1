"""What is left of a hearing that began while the coach itself was sounding.

1. It never goes on by one unsure hearing, and is read back where it is sure.
2. Among the coach's words what hardly leads is no answer and no order, a "stop" neither while they ask: it is their
   echo more often than hers.
3. An answer among them that is unsure, or begins with the question, is not clear: that is told once in a question, and
   later on nothing but harm. A no to what is being read back counts, however little it leads.
4. A safety phrase that is unsure among them, or a single word of harm, is told as unconfirmed: silence, and a question
   of its own. While a question is open so are emergencies alone; other harm is told as it was heard.
5. Where the coach's sound cannot be taken out (half-duplex, or the first of it in a room), whatever is heard meanwhile
   is maybe-pain. Nothing are words that the coach is saying itself, what is unsure and no harm, a "stop" that hardly
   leads among its words, and orders while a question is open. A sure answer is not clear, nor is harm that answers;
   said once more, in several words and surely, that is maybe-pain.
6. What hardly stands above what is left of the coach's words is at most maybe-pain, however sure the engine is: harm
   and what halts are; an answer is not clear, once in a question; orders are nothing. The same line in the same room
   sounds the same to an engine, so said once more it is no surer.
7. Just behind the first of it a sure answer counts, and is told as unsure; harm in a single word, or unsure, is no
   answer there but maybe-pain.

The only state is the question in which an answer was not clear.
"""

from dataclasses import replace
from typing import Final

from coach.commands import EMERGENCIES, RULES, SAFETY, Command, Urgency
from coach.language.grammar import Reading
from coach.language.utterance import Answer
from coach.listening.expectations import PAST_QUESTIONS, Expectations
from coach.listening.hearing import Certainty, Decision, Hearing, Hypothesis, Unclear
from coach.units import LISTEN_RATE

CONFIRMING: Final = frozenset({"confirm-yes", "confirm-no"})
"""Questions in which an answer is read back: a no takes it back."""

ASKED: Final = LISTEN_RATE // 2
"""Listening frames: nobody answers a question of which they have heard less than half a second (chosen). Of seven
answers that the coach heard in 2,124 questions of its own, alone in a room, five began sooner (2026-11)."""


class BesideCoach:
    """Decides what a hearing comes to that began while the coach was sounding, or rang out."""

    def __init__(self, expectations: Expectations) -> None:
        """Take what is expected when."""
        self._expectations = expectations
        self._not_clear_in: int | None = None

    def left(self, hypothesis: Hypothesis, reading: Reading, hearing: Hearing, *, over_words: bool) -> Decision | None:
        """Return what is left of a hearing: itself, less of it, that it was not clear, or nothing.

        Args:
            hypothesis: What an engine heard.
            reading: What it means.
            hearing: What it would be told as in a silent room.
            over_words: Whether words of the coach sounded, or had just sounded.
        """
        if self._takes_back(hypothesis, hearing):
            return replace(hearing, sure=False)
        if over_words and hypothesis.narrow and self._own_echo(hearing):
            return None
        if not hypothesis.over_coach:
            return hearing
        if hypothesis.blurred:
            return self._over_echo(hypothesis, reading, hearing, over_words=over_words)
        if hypothesis.faint:
            return self._faint(hypothesis, reading, hearing)
        return self._over_sound(hypothesis, hearing, over_words=over_words)

    def _over_sound(self, hypothesis: Hypothesis, hearing: Hearing, *, over_words: bool) -> Decision | None:
        """Return what is left of a hearing that began while the coach was sounding, which could be taken out."""
        if over_words and hypothesis.is_final and (hearing.answer is not None or hearing.command in SAFETY):
            return self._over_words(hypothesis, hearing)
        if self._expectations.goes_on(hearing):
            return replace(hearing, sure=False) if hypothesis.sure else None
        return hearing

    def _faint(self, hypothesis: Hypothesis, reading: Reading, hearing: Hearing) -> Decision | None:
        """Return what is left of a hearing that may be the coach's own voice, however sure of it the engine is."""
        if reading.halts:
            return hearing
        asked = self._expectations.asked(hypothesis.first)
        if not hypothesis.is_final and asked and hearing.command not in PAST_QUESTIONS | EMERGENCIES:
            return None
        if hearing.answer is not None:
            unclear = self._not_clear(hypothesis, hearing.decided)
            if unclear is not None or hearing.command not in SAFETY:
                return unclear
        if hearing.command not in SAFETY and not RULES[hearing.command].acts_on_partial:
            return None
        return replace(hearing, command=Command.MAYBE_PAIN, answer=None, sure=False)

    def _over_words(self, hypothesis: Hypothesis, hearing: Hearing) -> Decision | None:
        """Return what an answer, or harm, comes to that was said while the coach was speaking."""
        if hearing.answer is not None:
            harm = hearing.command in SAFETY and not hypothesis.narrow
            return replace(hearing, sure=False) if harm else self._over_question(hypothesis, hearing)
        asks = hearing.command in EMERGENCIES or not self._expectations.asked(hypothesis.first)
        if asks and _asks_beside_words(hypothesis):
            return replace(hearing, certainty=Certainty.UNCONFIRMED)
        return hearing

    def _over_question(self, hypothesis: Hypothesis, hearing: Hearing) -> Decision | None:
        """Return what an answer comes to that was given while the coach was asking: read back, or not clear."""
        if hypothesis.sure and hypothesis.first >= self._expectations.since(hypothesis.first) + ASKED:
            return replace(hearing, sure=False)
        return self._not_clear(hypothesis, hearing.decided) or (hearing if hearing.command in SAFETY else None)

    def _takes_back(self, hypothesis: Hypothesis, hearing: Hearing) -> bool:
        """Return whether a no meets the answer that is being read back; not where the coach says "no" itself."""
        asked = self._expectations.at(hypothesis.first).question
        return asked in CONFIRMING and hearing.answer is Answer.NO and hypothesis.is_final

    def _not_clear(self, hypothesis: Hypothesis, now: int) -> Unclear | None:
        """Return that an answer was not clear, once in a question: the coach's own echo must not ask for ever."""
        since = self._expectations.since(hypothesis.first)
        if since == self._not_clear_in or self._expectations.past(hypothesis.first):
            return None
        self._not_clear_in = since
        return Unclear(hypothesis.first, hypothesis.last, now)

    def _own_echo(self, hearing: Hearing) -> bool:
        """Return whether what hardly leads among the coach's words is its own echo more often than hers.

        Answers and orders are, and what halts while they ask; else a "stop" too many is better than one missed.
        """
        asked = self._expectations.asked(hearing.first)
        return RULES[hearing.command].urgency < (Urgency.MAYBE if asked else Urgency.HALT)

    def _echoed(self, hypothesis: Hypothesis, reading: Reading, hearing: Hearing, *, over_words: bool) -> bool:
        """Return whether it is the coach's own echo more often than somebody else, where that stays."""
        if hearing.command in SAFETY:
            return reading.own
        # "Say stop at any time" comes back in full: it would ask at every greeting.
        unsure = not hypothesis.sure and not RULES[hearing.command].acts_on_partial
        return reading.own or unsure or (over_words and hypothesis.narrow)

    def _over_echo(
        self, hypothesis: Hypothesis, reading: Reading, hearing: Hearing, *, over_words: bool
    ) -> Decision | None:
        """Return what is left of a hearing that began while the coach was sounding and could not be taken out."""
        if self._echoed(hypothesis, reading, hearing, over_words=over_words):
            return None
        asked = self._expectations.asked(hypothesis.first)
        harm, answers = hearing.command in SAFETY, hearing.answer is not None
        if asked and answers and hypothesis.behind and not (harm and _asks_beside_words(hypothesis)):
            return replace(hearing, sure=False)
        if asked and answers and not hypothesis.behind:
            if not hypothesis.is_final:
                return None
            unclear = self._not_clear(hypothesis, hearing.decided)
            if unclear is not None or not harm or _asks_beside_words(hypothesis):
                return unclear
        if asked and not harm and hearing.command not in PAST_QUESTIONS:
            return None
        return replace(hearing, command=Command.MAYBE_PAIN, answer=None, sure=False)


def _asks_beside_words(hypothesis: Hypothesis) -> bool:
    """Return whether harm may as well be what is left of the coach's words: it is unsure, or a single word."""
    return not hypothesis.sure or " " not in hypothesis.text
