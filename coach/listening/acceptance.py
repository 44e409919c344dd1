"""What the coach concludes from what the engines think they heard.

Rules, numbered as the tests name them:

1. A partial counts only for commands that act on partials; while a question is open only
   for emergencies and for "stop", since everything else may be the answer.
2. One utterance gives one command: the most urgent. What was told as a partial is told
   once more when a final bears it out.
3. A told partial that no final bears out is told as unconfirmed; a final that denies it
   makes it maybe-pain where harm was meant.
4. Stopping needs one engine. Going on needs every engine that hears the session's
   language: `GOING_ON`, and the answers of `GOING_ON_ANSWERS`. What they agree on is sure;
   what one engine heard alone is as sure as that engine is.
5. Engines that hear another language than the session's count for safety only; where no engine hears the session's
   own, for what is lent as well (`coach.commands.LENT`), and what one of them heard is enough.
6. An open question is answered by words that begin after it was opened and are understood before something else is
   expected. Later they are not clear to the next question, and nothing where they would have gone on; harm stays harm.
   Speech that answers nothing is told as unclear, unless the coach itself was speaking.
7. A safety phrase that an engine doubts is a maybe-pain while nothing is asked. A lone cry ("ow", "sore") that it
   doubts, or that hardly leads, behind a "stop" that was told is that "stop", after which the coach asks what hurts; so
   is harm into the coach's voice that something else explains as well. A "stop" behind either is told too, and one that
   was told stays one, whatever of it is heard less clearly.
8. "Stop" and "pause" among the coach's own words that sound just then are maybe-pain at once: silence, and a question;
   a "stop" that is heard more clearly behind it is told as well.
9. What was said while the coach was sounding: see `coach.listening.beside_coach`.
10. A cry is told when nothing that was heard explains it and no question is open; that it is not the coach's own
   sound, the listener tells.

The only state is the utterance under way, what was expected when, and in which question an answer was not clear.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeGuard

from coach.commands import EMERGENCIES, LENT, RULES, SAFETY, Command, Urgency
from coach.language.command_book import CommandBook
from coach.language.grammar import NOTHING, Reading, is_among, read
from coach.language.utterance import Answer, Context, Expectation
from coach.listening.beside_coach import CONFIRMING, BesideCoach
from coach.listening.cry import Cry
from coach.listening.expectations import PAST_QUESTIONS, Expectations
from coach.listening.hearing import Certainty, Decision, Hearing, Hypothesis, Unclear
from coach.listening.segmenter import END_S
from coach.units import LISTEN_BLOCK, LISTEN_RATE

ANSWERED: Final[Mapping[Answer, Command]] = {
    Answer.YES: Command.YES,
    Answer.NO: Command.NO,
    Answer.EASY: Command.ALL_CLEAR,
    Answer.ALL_RIGHT: Command.ALL_CLEAR,
    Answer.HARD: Command.TIRED,
}
"""The command an answer is told as when its words are no command themselves."""
DENIABLE: Final = frozenset({Urgency.STOP, Urgency.URGENT})
"""Unconfirmed, these mean "are you hurt?"; an unconfirmed emergency has a question of its own (DESIGN 13.0)."""

CRY: Final = "voice"
"""Stands for the engine where a cry was heard: none of them, the voice itself."""
JOINT: Final = LISTEN_RATE // 5
"""Listening frames: what begins within 0.2 s of the end of an utterance belongs to it. Two engines place
the edges of one word up to 0.1 s apart (chosen; not measured on people)."""
CONFIRM_WITHIN: Final = 3 * LISTEN_RATE
"""Listening frames after a partial by which a final must have borne it out: Vosk's comes 0.97 s after the
words (measured), and the longest safety phrase lasts two seconds."""
SHORTEST_SPEECH: Final = 3 * LISTEN_RATE // 10
"""Listening frames: speech shorter than 0.3 s that no engine can read is taken for a noise (chosen; not measured)."""
_WAITED: Final = round(END_S * LISTEN_RATE)
"""Listening frames of silence after which speech is over: they are no part of it."""
Sounding = Callable[[int, int], frozenset[str]]
"""What the coach itself said between two listening frames."""


@dataclass(slots=True)
class _Utterance:
    """The utterance under way, as far as it has been told."""

    number: int
    first: int
    last: int
    told: Hearing | None = None
    weak: bool = False
    """Whether that was harm, or a word that halts, that may be none."""
    owing: set[str] = field(default_factory=set)
    """Engines whose partial was told and whose final is still to come."""
    votes: dict[str, tuple[Command, Answer | None]] = field(default_factory=dict)
    """What each engine's final said, where going on needs all of them."""


class Acceptance:
    """Decides what was heard, by urgency and by what is expected."""

    def __init__(
        self, books: Mapping[str, CommandBook], *, language: str, voters: Iterable[str] = (), lent: bool = False
    ) -> None:
        """Take what is heard, and by whom.

        Args:
            books: Command book of each language, by its tag.
            language: The session's language.
            voters: Engines that hear all of it.
            lent: Whether words of other languages stand in for it, since no engine hears it.
        """
        self._books = books
        self._language = language
        self._voters = frozenset(voters)
        self._foreign = SAFETY | LENT if lent else SAFETY
        self._expectations = Expectations()
        self._beside_coach = BesideCoach(self._expectations)
        self._utterance = _Utterance(0, 0, 0)
        self._superseded: list[_Utterance] = []
        self._speech_began: int | None = None
        self._settled = 0

    def expect(self, expectation: Expectation, frame: int) -> None:
        """Say what is expected of words that begin at a listening frame or later."""
        self._expectations.add(expectation, frame)

    def accept(
        self, hypotheses: Iterable[Hypothesis], *, now: int, speech: bool, sounding: Sounding
    ) -> tuple[Decision, ...]:
        """Return what is to be told, the most urgent first.

        Args:
            hypotheses: What the engines gave for the latest block.
            now: Listening frames captured so far.
            speech: Whether the segmenter holds somebody to be speaking.
            sounding: Tells the texts that the coach itself was saying.
        """
        readings = [(hypothesis, self._read(hypothesis, sounding)) for hypothesis in hypotheses]
        readings.sort(key=lambda pair: _weight(pair[1]), reverse=True)
        decisions: list[Decision] = []
        for hypothesis, reading in readings:
            words = bool(sounding(hypothesis.first, hypothesis.last))
            decisions += self._judge(hypothesis, reading, now, over_words=words)
        over = not speech and self._speech_began is not None
        decisions = [*self._left_behind(now, over=over), *decisions, *self._overdue(now, over=over)]
        decisions += self._unclear([hypothesis for hypothesis, _ in readings], now, sounding, speech=speech)
        return tuple(decisions)

    def cried(self, cry: Cry, *, now: int) -> tuple[Decision, ...]:
        """Return that somebody cried out, where nothing explains it; what the engines made of it comes first.

        Args:
            cry: The cry that has just ended.
            now: Listening frames captured so far.
        """
        first, told = now - cry.blocks * LISTEN_BLOCK, self._utterance.told
        explained = told is not None and (told.last > first or told.decided > first)
        if explained or self._expectations.asked(first):
            return ()
        # Words right behind a cry are no part of it: a "stop" there must not be outranked by it.
        self._utterance = _Utterance(self._utterance.number + 1, first, first)
        hearing = Hearing(
            command=Command.VOCAL_DISTRESS,
            phrase="",
            engine=CRY,
            score=cry.share,
            certainty=Certainty.FINAL,
            first=first,
            last=now,
            decided=now,
            utterance=self._utterance.number,
            sure=False,
        )
        return (self._tell(self._utterance, hearing),)

    def reset(self) -> None:
        """Forget the utterance under way; keep its number and what is expected."""
        self._utterance = _Utterance(self._utterance.number, self._utterance.first, self._utterance.last)
        self._superseded.clear()
        self._speech_began = None

    def _read(self, hypothesis: Hypothesis, sounding: Sounding) -> Reading:
        said = sounding(hypothesis.first, hypothesis.last)
        expectation, book = self._expectations.at(hypothesis.first), self._books[hypothesis.language]
        if hypothesis.heard_as and any(is_among(word, said, book) for word in (hypothesis.heard_as, hypothesis.text)):
            return NOTHING
        return read(hypothesis.text, book, expectation, sounding=said)

    def _judge(self, hypothesis: Hypothesis, reading: Reading, now: int, *, over_words: bool) -> list[Decision]:
        utterance = self._joined(hypothesis)
        unclear: list[Decision] = []
        hearing = self._hearing(hypothesis, reading, now)
        if hearing is not None and self._expectations.past(hypothesis.first):
            hearing, unclear = self._too_late(hearing)
        borne_out = hearing is not None and hearing.command is Command.STOP and _stopped(utterance.told)
        if hearing is not None and not borne_out and (hypothesis.over_coach or over_words):
            left = self._beside_coach.left(hypothesis, reading, hearing, over_words=over_words)
            if isinstance(left, Unclear):
                hearing, unclear, self._settled = None, [left], now
            else:
                hearing = left
        if hearing is not None and not borne_out and not hypothesis.is_final and _asked_at_once(hypothesis, reading):
            # Nothing is waited for: the coach falls silent at once, and asks.
            hearing = replace(hearing, certainty=Certainty.FINAL, sure=False)
            return [self._tell(utterance, hearing, weak=hypothesis.faint)] if _outranks(hearing, utterance) else []
        if not hypothesis.is_final:
            if hearing is None or not self._acts_early(hearing) or not _outranks(hearing, utterance):
                return []
            utterance.owing.add(hypothesis.engine)
            return [self._tell(utterance, hearing)]
        decisions = unclear
        weak = _is_weak(hypothesis, reading)
        if hearing is not None and weak and reading.command not in EMERGENCIES and _half_stopped(utterance.told):
            hearing = replace(utterance.told, certainty=Certainty.FINAL, decided=now, sure=False)
        if hearing is not None and self._agreed(utterance, hypothesis, hearing) and _outranks(hearing, utterance):
            sure = hearing.sure or len(utterance.votes) > 1
            weak = weak and hearing.command not in EMERGENCIES | {Command.STOP}
            decisions.append(self._tell(utterance, replace(hearing, sure=sure), weak=weak))
        if hypothesis.engine in utterance.owing:
            utterance.owing.discard(hypothesis.engine)
            decisions += self._disown(utterance, now)
        return decisions

    def _joined(self, hypothesis: Hypothesis) -> _Utterance:
        """Return the utterance a hypothesis belongs to; begins a new one where it stands apart."""
        known = self._utterance
        if hypothesis.first > known.last + JOINT or known.number == 0:
            if known.owing:
                self._superseded.append(known)
            self._utterance = _Utterance(known.number + 1, hypothesis.first, hypothesis.last)
        else:
            known.last = max(known.last, hypothesis.last)
        return self._utterance

    def _hearing(self, hypothesis: Hypothesis, reading: Reading, now: int) -> Hearing | None:
        answer = reading.answer if reading.answer is not Answer.UNCLEAR else None
        command = reading.command or (ANSWERED[answer] if answer is not None else None)
        if command is None:
            return None
        if hypothesis.language != self._language and command not in self._foreign:
            return None
        if hypothesis.doubted:
            if answer is not None or command not in SAFETY or self._expectations.asked(hypothesis.first):
                return None
            command = Command.MAYBE_PAIN
        certainty = Certainty.FINAL if hypothesis.is_final else Certainty.PARTIAL
        if hypothesis.heard_as:
            if self._expectations.asked(hypothesis.first):
                return None
            certainty = Certainty.UNCONFIRMED
        return Hearing(
            command=command,
            phrase=reading.phrase or hypothesis.text,
            engine=hypothesis.engine,
            score=hypothesis.score,
            certainty=certainty,
            first=hypothesis.first,
            last=hypothesis.last,
            decided=now,
            answer=answer,
            utterance=self._utterance.number,
            margin=hypothesis.margin,
            sure=hypothesis.sure,
        )

    def _too_late(self, hearing: Hearing) -> tuple[Hearing | None, list[Decision]]:
        """Return what is left of words that began before something else was expected, and whether they are not clear.

        What answers one question says nothing to the next. An answer that would not have gone on makes it unclear:
        "no ... oh, yes" is meant for the one before. A no to what is read back since is meant for that.
        """
        asked = self._expectations.latest.context is Context.QUESTION
        takes_back = self._expectations.latest.question in CONFIRMING and hearing.answer is Answer.NO
        if hearing.command in SAFETY:
            return replace(hearing, answer=None), []
        if takes_back:
            return replace(hearing, sure=False), []
        if self._expectations.goes_on(hearing) and (asked or hearing.answer is not None):
            return None, []
        if hearing.answer is None:
            return hearing, []
        final = asked and hearing.certainty is Certainty.FINAL
        return None, [Unclear(hearing.first, hearing.last, hearing.decided)] if final else []

    def _acts_early(self, hearing: Hearing) -> bool:
        rule = RULES[hearing.command]
        if not rule.acts_on_partial:
            return False
        asked = self._expectations.asked(hearing.first)
        return not asked or hearing.command in EMERGENCIES | PAST_QUESTIONS

    def _agreed(self, utterance: _Utterance, hypothesis: Hypothesis, hearing: Hearing) -> bool:
        """Return whether as many engines say so as this command or answer needs."""
        if not self._expectations.goes_on(hearing) or len(self._voters) < 2:
            return True
        utterance.votes[hypothesis.engine] = (hearing.command, hearing.answer)
        return (
            len(utterance.votes.keys() & self._voters) == len(self._voters) and len(set(utterance.votes.values())) == 1
        )

    def _tell(self, utterance: _Utterance, hearing: Hearing, *, weak: bool = False) -> Hearing:
        utterance.told, utterance.weak = hearing, weak
        self._settled = hearing.decided
        return hearing

    def _disown(self, utterance: _Utterance, now: int) -> list[Decision]:
        """Return the told partial as unconfirmed, unless a final has borne it out."""
        told = utterance.told
        if told is None or told.certainty is not Certainty.PARTIAL or utterance.owing:
            return []
        return [self._tell(utterance, replace(told, certainty=Certainty.UNCONFIRMED, decided=now))]

    def _overdue(self, now: int, *, over: bool) -> list[Decision]:
        """Return the told partial as unconfirmed when no final is to be waited for any more."""
        utterance = self._utterance
        if not utterance.owing or utterance.told is None:
            return []
        if not over and now - utterance.told.decided < CONFIRM_WITHIN:
            return []
        utterance.owing.clear()
        return self._disown(utterance, now)

    def _left_behind(self, now: int, *, over: bool) -> list[Decision]:
        """Return as unconfirmed what was told of earlier words of the same speech, where no final bore it out."""
        decisions: list[Decision] = []
        for utterance in list(self._superseded):
            told = utterance.told
            if told is None or not (over or now - told.decided >= CONFIRM_WITHIN):
                continue
            self._superseded.remove(utterance)
            utterance.owing.clear()
            later = self._utterance.told
            settled = later is not None and later.certainty is Certainty.FINAL
            if later is None or not settled or RULES[later.command].urgency < RULES[told.command].urgency:
                decisions.append(replace(told, certainty=Certainty.UNCONFIRMED, decided=now))
        return decisions

    def _unclear(self, hypotheses: list[Hypothesis], now: int, sounding: Sounding, *, speech: bool) -> list[Decision]:
        """Return that somebody spoke and answered nothing, once they have finished."""
        if speech:
            self._speech_began = now if self._speech_began is None else self._speech_began
            return []
        spans = [(hypothesis.first, hypothesis.last) for hypothesis in hypotheses if hypothesis.is_final]
        if self._speech_began is not None and now - self._speech_began >= SHORTEST_SPEECH + _WAITED:
            spans.append((self._speech_began, now))
        self._speech_began = None
        question = self._expectations.latest
        for first, last in spans:
            asked = question.context is Context.QUESTION and self._expectations.at(first) == question
            if asked and first >= self._settled and not sounding(first, last):
                self._settled = now
                return [Unclear(first, last, now)]
        return []


def _is_weak(hypothesis: Hypothesis, reading: Reading) -> bool:
    """Return whether it may as well be what is left of another word: by noise, or by the coach's own voice.

    In noise that is a cry alone.
    """
    if reading.command is None:
        return False
    silences = reading.command in SAFETY or RULES[reading.command].acts_on_partial
    if hypothesis.over_coach and silences and (hypothesis.faint or hypothesis.doubted or hypothesis.outlasts):
        return True
    cry = reading.command is Command.PAIN and " " not in hypothesis.text
    return cry and (hypothesis.doubted or hypothesis.narrow)


def _stopped(told: Hearing | None) -> bool:
    """Return whether a "stop" was told."""
    return told is not None and told.command is Command.STOP


def _half_stopped(told: Hearing | None) -> TypeGuard[Hearing]:
    """Return whether the coach has fallen silent for a "stop" that is still to be borne out."""
    return told is not None and _stopped(told) and told.certainty is Certainty.PARTIAL


def _asked_at_once(hypothesis: Hypothesis, reading: Reading) -> bool:
    """Return whether a partial is asked about before its end: it would have silenced the coach by itself."""
    early = reading.command is not None and RULES[reading.command].acts_on_partial
    return reading.halts or ((hypothesis.blurred or hypothesis.faint) and early)


def _weight(reading: Reading) -> int:
    return -1 if reading.command is None else RULES[reading.command].urgency


def _outranks(hearing: Hearing, utterance: _Utterance) -> bool:
    """Return whether a hearing adds to what has been told of its utterance."""
    told = utterance.told
    if told is None or (utterance.weak and hearing.command is Command.STOP):
        return True
    urgency, before = RULES[hearing.command].urgency, RULES[told.command].urgency
    if hearing.certainty is Certainty.PARTIAL or told.certainty is Certainty.FINAL:
        return urgency > before
    denied = hearing.command is Command.MAYBE_PAIN and before in DENIABLE and told.certainty is Certainty.PARTIAL
    return urgency >= before or denied
