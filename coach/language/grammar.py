"""What an utterance means: pure, and driven by the tables of the language pack.

Rules, first to last:

1. A safety phrase counts anywhere and at any length. A negation within reach, a condition, a question or another time
   before it makes it a *maybe*; nothing but a listed saying makes it nothing. A phrase with a negation of its own
   ("I can't breathe") is not denied by one more. No negation reaches past a "but", or past what it has denied already
   into a sentence of its own ("it doesn't hurt, I'm dizzy"). Words of degree within a phrase do not matter ("my chest
   really hurts").
2. While a question is open, an utterance is read as an answer to it first. What the table of questions has no answer
   for goes past it: always emergencies and "stop". Beside a clear answer only harm that is plainly denied says nothing
   ("no, I don't have any pain"); any other makes the answer unclear.
3. An answer that lets the exercise go on must stand alone among words that change nothing; the unsafe answer counts
   among any words. Two answers that contradict each other are unclear.
4. Everything else counts only where its policy lets it stand, fillers aside, in utterances that are not too long. What
   must be the whole utterance may be said again and again, among others that silence the coach and a "yes" or "no": of
   "no wait stop stop" the most urgent counts.
5. The longer phrase wins over one inside it, then the more urgent.
6. What the coach is saying itself: its own control words, questions and answers are dropped, a safety phrase becomes a
   maybe, "stop" and "pause" still count.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from coach.commands import RULES, SAFETY, Command, Policy
from coach.language.alarms import BARE_HELP, Alarm, alarms_in, urgency, worst
from coach.language.command_book import CommandBook, Entry
from coach.language.lexicon import AnswerWord, Lexicon
from coach.language.questions import QUESTION_KINDS, READINGS, QuestionKind
from coach.language.said import Said, Span, letters_of, longest, said
from coach.language.utterance import Answer, Context, Expectation


@dataclass(frozen=True, slots=True)
class Reading:
    """What an utterance means just now."""

    command: Command | None = None
    """What was said, `MAYBE_PAIN` where a safety word was denied or doubted; None for nothing the coach knows. With an
    answer it is what was said instead of yes or no, such as `PAIN` for "it hurts"."""
    phrase: str = ""
    """The phrase as the pack writes it; `BARE_HELP` for a bare call for help."""
    answer: Answer | None = None
    """How it answers the open question; None where none is open, and where it is a command and no answer."""
    halts: bool = False
    """Whether the coach falls silent before the utterance is over: "stop" or "pause" among its own words."""
    own: bool = False
    """Whether it is only a maybe since the coach was saying these words itself."""


NOTHING: Final = Reading()


@dataclass(frozen=True, slots=True)
class _Order:
    """Any other command that was found where it may stand."""

    span: Span
    entry: Entry
    command: Command

    @property
    def rank(self) -> tuple[int, bool, int]:
        return (RULES[self.command].urgency, self.command is Command.STOP, self.span.length)


@dataclass(frozen=True, slots=True)
class _Reply:
    """A part of an utterance that answers the open question."""

    span: Span
    word: AnswerWord


def read(text: str, book: CommandBook, expectation: Expectation, *, sounding: frozenset[str] = frozenset()) -> Reading:
    """Return what an utterance means.

    Args:
        text: The words as recognized; spaces where the recognizer puts them.
        book: The command book of the language they were recognized in.
        expectation: What the session expects just now.
        sounding: Texts the coach was speaking while these words were heard.

    Returns:
        The reading. `UNCLEAR` with no command where a question is open and a short utterance says nothing to it; the
        empty reading for everything that is not meant for the coach.
    """
    words = said(text)
    if not words.letters:
        return NOTHING
    lexicon = book.lexicon
    alarms = tuple(alarms_in(words, lexicon, book.guards.reach_words))
    asked = expectation.question is not None or expectation.context is Context.QUESTION
    reading = _answered(words, book, alarms, expectation.question) if asked else _commanded(words, book, alarms)
    return _beside_own_voice(reading, lexicon, sounding)


def is_among(word: str, texts: frozenset[str], book: CommandBook) -> bool:
    """Return whether a word is in any of several texts, such as those that the coach was speaking."""
    letters = {letters_of(word)}
    return any(True for text in texts for _ in said(text).find(letters, book.lexicon.endings))


def _commanded(words: Said, book: CommandBook, alarms: tuple[Alarm, ...]) -> Reading:
    """Return the command in an utterance while nothing is asked."""
    certain = worst(alarms)
    if certain is not None:
        return Reading(certain.command, certain.phrase)
    if alarms:
        return Reading(Command.MAYBE_PAIN, alarms[0].phrase)
    order = _order(words, book, asked=False)
    return _ordered(order) if order else NOTHING


def _answered(words: Said, book: CommandBook, alarms: tuple[Alarm, ...], question: str | None) -> Reading:
    """Return how an utterance answers the open question, or the command that goes past it."""
    lexicon = book.lexicon
    kind = QUESTION_KINDS.get(question or "")
    replies = _replies(words, lexicon, lexicon.answers.get(question or "", lexicon.general), kind)
    alarms = tuple(alarm for alarm in alarms if not any(reply.span.holds(alarm.span) for reply in replies))
    readings = READINGS[kind] if kind else {}
    certain = worst(alarms)
    if certain and certain.command not in readings:
        return Reading(certain.command, certain.phrase)
    order = _order(words, book, asked=True)
    if order and any(reply.span.holds(order.span) for reply in replies):
        order = None
    if kind is QuestionKind.EFFORT and any(alarm.hint and not alarm.denied for alarm in alarms):
        return Reading(Command.MAYBE_PAIN, alarms[0].phrase)
    if order and order.command not in readings:
        return _ordered(order)
    if order:
        replies = (*replies, _Reply(order.span, AnswerWord(order.entry.phrase, readings[order.command], order.command)))
    quiet = tuple(alarm.span for alarm in alarms if alarm.plainly) if replies else ()
    if quiet:
        quiet = (*quiet, *words.find(lexicon.negations), *words.find(lexicon.alternatives))
        alarms = tuple(alarm for alarm in alarms if alarm.span not in quiet)
    return _weighed(words, book, (*replies, *_alarm_replies(alarms, kind)), quiet, kind)


def _alarm_replies(alarms: tuple[Alarm, ...], kind: QuestionKind | None) -> Iterator[_Reply]:
    """Go through what safety words say to a question: harm, or, denied and doubted, nothing clear."""
    readings = READINGS[kind] if kind else {}
    for alarm in alarms:
        answer = Answer.UNCLEAR
        if not (alarm.denied or alarm.doubted):
            answer = readings.get(alarm.command, Answer.UNCLEAR)
        command = alarm.command if alarm.certain else Command.MAYBE_PAIN
        yield _Reply(alarm.span, AnswerWord(alarm.phrase, answer, command))


def _weighed(
    words: Said, book: CommandBook, replies: tuple[_Reply, ...], quiet: tuple[Span, ...], kind: QuestionKind | None
) -> Reading:
    """Return the one answer that several parts of an utterance give; quiet parts give none."""
    lexicon = book.lexicon
    alone = _alone(words, lexicon, (*quiet, *(reply.span for reply in replies)))
    long = len(words.words) > book.words_max and not alone
    talk = words.letters in lexicon.decoys and not any(reply.span == words.whole for reply in replies)
    if not replies:
        return NOTHING if long or talk else Reading(answer=Answer.UNCLEAR)
    if long and not any(reply.word.command in SAFETY for reply in replies):
        return NOTHING
    answers = {reply.word.answer for reply in replies}
    strongest = max(replies, key=lambda reply: (urgency(reply.word.command), reply.span.length)).word
    if answers <= _EFFORTS:
        heaviest = max(answers, key=list(_EFFORTS).index)
        strongest = next(reply.word for reply in replies if reply.word.answer is heaviest)
        answers = {heaviest}
    if len(answers) > 1:
        return Reading(strongest.command if strongest.command in SAFETY else None, strongest.phrase, Answer.UNCLEAR)
    lets_on = strongest.answer in (_LETTING_ON[kind] if kind else _ALL_ANSWERS)
    if talk or (lets_on and not alone):
        return Reading(None, strongest.phrase, Answer.UNCLEAR)
    return Reading(strongest.command, strongest.phrase, strongest.answer)


_EFFORTS: Final = {Answer.EASY: 0, Answer.ALL_RIGHT: 1, Answer.HARD: 2}.keys()
"""Easiest first: of two, the harder one counts."""

_ALL_ANSWERS: Final = frozenset(Answer)
_LETTING_ON: Final = {
    QuestionKind.SCREEN: frozenset({Answer.NO}),
    QuestionKind.HARM: frozenset({Answer.NO}),
    QuestionKind.CONSENT: frozenset({Answer.YES}),
    QuestionKind.EFFORT: frozenset({Answer.EASY, Answer.ALL_RIGHT}),
}
"""The answers after which the exercise goes on; to a question nothing is known of, any."""


def _alone(words: Said, lexicon: Lexicon, spans: tuple[Span, ...]) -> bool:
    """Return whether every word lies in one of some stretches or changes nothing."""
    covered = (*spans, *words.find(lexicon.companions))
    return all(any(span.holds(word) for span in covered) for word in words.words)


def _order(words: Said, book: CommandBook, *, asked: bool) -> _Order | None:
    """Return the command that stands where it may: longest first, then the most urgent."""
    lexicon = book.lexicon
    if words.letters in lexicon.decoys:
        return None
    long = len(words.words) > book.words_max
    lead, tail = words.reached(lexicon.fillers)
    row = words.reached(lexicon.urging)
    loose = words.reached(lexicon.urging | lexicon.interjected)
    found: list[_Order] = []
    for span in words.find(lexicon.orders.keys()):
        letters = words.letters[span.start : span.end]
        entry = lexicon.orders[letters]
        whole = span.start in lead and span.end in tail
        opens = span.start in lead and entry.policy is Policy.OPEN and not long
        # To a question "no, wait" may be the answer; "no, stop" goes past it all the same.
        first, last = row if asked and entry.command is not Command.STOP else loose
        urges = letters in lexicon.urging and span.start in first and span.end in last
        if entry.command and (whole or opens or (urges and not _forbidden(words, book, span))):
            found.append(_Order(span, entry, entry.command))
    found = [
        order
        for order in found
        if not any(other.span != order.span and other.span.holds(order.span) for other in found)
    ]
    return max(found, key=lambda order: order.rank, default=None)


def _forbidden(words: Said, book: CommandBook, span: Span) -> bool:
    """Return whether a negation other than a "no" reaches a command: "not now, stop" is too near to "do not stop"."""
    return any(
        negation.end <= span.start and words.words_between(negation.end, span.start) < book.guards.reach_words
        for negation in words.find(book.lexicon.negations - book.lexicon.interjections)
    )


def _ordered(order: _Order) -> Reading:
    return Reading(order.command, order.entry.phrase)


def _replies(
    words: Said, lexicon: Lexicon, answers: Mapping[str, AnswerWord], kind: QuestionKind | None
) -> tuple[_Reply, ...]:
    """Return the answers in an utterance, the longest of those in each other; a denied one says nothing clear."""
    spans = longest(words.find(answers.keys()))
    sayings = tuple(words.find(lexicon.no_denials)) if kind in (QuestionKind.SCREEN, QuestionKind.HARM) else ()
    replies: list[_Reply] = []
    for span in spans:
        word = answers[words.letters[span.start : span.end]]
        if _turned(words, lexicon, span) or any(map(span.overlaps, sayings)):
            word = replace(word, answer=Answer.UNCLEAR, command=None)
        replies.append(_Reply(span, word))
    return tuple(replies)


def _turned(words: Said, lexicon: Lexicon, span: Span) -> bool:
    """Return whether a negation turns an answer: "not fine", "I don't feel very good", but not "no, fine"."""
    if (word := lexicon.general.get(words.letters[span.start : span.end])) and word.command is Command.NO:
        return False
    weak = tuple(words.find(lexicon.companions))
    return any(
        negation.end <= span.start
        and words.letters[negation.start : negation.end] not in lexicon.interjections
        and all(
            any(companion.holds(between) for companion in weak)
            for between in words.words
            if negation.end <= between.start and between.end <= span.start
        )
        for negation in words.find(lexicon.negations)
    )


def _beside_own_voice(reading: Reading, lexicon: Lexicon, sounding: frozenset[str]) -> Reading:
    """Return a reading as far as it cannot be the coach's own voice."""
    if not sounding or not reading.phrase:
        return reading
    letters = {letters_of(reading.phrase)}
    if reading.command in (Command.STOP, Command.PAUSE):
        # "Say pause to rest" was once heard as "pause it": its weightiest word is enough.
        letters.add(letters_of(max(reading.phrase.split(), key=len)))
    if reading.phrase == BARE_HELP:
        letters |= {key for key, entry in lexicon.lone_alarms.items() if entry.bare_help}
    if not any(True for text in sounding for _ in said(text).find(letters, lexicon.endings)):
        return reading
    if reading.command in (Command.STOP, Command.PAUSE):
        return Reading(Command.MAYBE_PAIN, reading.phrase, halts=True, own=True)
    reported = letters & lexicon.alarms.keys()
    if not reported and reading.command is not Command.MAYBE_PAIN:
        reported = letters & lexicon.lone_alarms.keys()
    if not reported:
        return NOTHING
    return Reading(Command.MAYBE_PAIN, reading.phrase, Answer.UNCLEAR if reading.answer else None, own=True)
