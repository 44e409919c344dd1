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

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from coach.commands import RULES, SAFETY, Command, Policy
from coach.language.command_book import CommandBook, Entry
from coach.language.lexicon import AnswerWord, Lexicon
from coach.language.questions import QUESTION_KINDS, READINGS, QuestionKind
from coach.language.said import Said, Span, letters_of, said
from coach.language.utterance import Answer, Context, Expectation

BARE_HELP: Final = "help"
"""Phrase of a bare call for help in any language: the session asks before it acts."""


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
class _Alarm:
    """A safety phrase that was found."""

    span: Span
    phrase: str
    command: Command
    denied: bool = False
    plainly: bool = False
    """Whether it is denied so plainly that beside a clear answer it says nothing of its own."""
    doubted: bool = False
    hint: bool = False

    @property
    def certain(self) -> bool:
        return not (self.denied or self.doubted or self.hint)


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
    alarms = tuple(_alarms(words, lexicon, book.guards.reach_words))
    asked = expectation.question is not None or expectation.context is Context.QUESTION
    reading = _answered(words, book, alarms, expectation.question) if asked else _commanded(words, book, alarms)
    return _beside_own_voice(reading, lexicon, sounding)


def is_among(word: str, texts: frozenset[str], book: CommandBook) -> bool:
    """Return whether a word is in any of several texts, such as those that the coach was speaking."""
    letters = {letters_of(word)}
    return any(True for text in texts for _ in said(text).find(letters, book.lexicon.endings))


def _commanded(words: Said, book: CommandBook, alarms: tuple[_Alarm, ...]) -> Reading:
    """Return the command in an utterance while nothing is asked."""
    certain = _worst(alarms)
    if certain is not None:
        return Reading(certain.command, certain.phrase)
    if alarms:
        return Reading(Command.MAYBE_PAIN, alarms[0].phrase)
    order = _order(words, book, asked=False)
    return _ordered(order) if order else NOTHING


def _answered(words: Said, book: CommandBook, alarms: tuple[_Alarm, ...], question: str | None) -> Reading:
    """Return how an utterance answers the open question, or the command that goes past it."""
    lexicon = book.lexicon
    kind = QUESTION_KINDS.get(question or "")
    replies = _replies(words, lexicon, lexicon.answers.get(question or "", lexicon.general), kind)
    alarms = tuple(alarm for alarm in alarms if not any(reply.span.holds(alarm.span) for reply in replies))
    readings = READINGS[kind] if kind else {}
    worst = _worst(alarms)
    if worst and worst.command not in readings:
        return Reading(worst.command, worst.phrase)
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


def _alarm_replies(alarms: tuple[_Alarm, ...], kind: QuestionKind | None) -> Iterator[_Reply]:
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
    strongest = max(replies, key=lambda reply: (_urgency(reply.word.command), reply.span.length)).word
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


def _alarms(words: Said, lexicon: Lexicon, reach: int) -> Iterator[_Alarm]:
    """Go through the safety phrases and hints of an utterance, the longest of those in each other."""
    idioms = tuple(words.find(lexicon.idioms, lexicon.endings))
    doubts = tuple(words.find(lexicon.doubts))
    past = tuple(words.find(lexicon.past))
    reports = dict(_reports(words, lexicon))
    hints = {*words.find(lexicon.hints.keys(), lexicon.endings), *words.find_stems(lexicon.hint_stems)}
    spans = _longest(reports.keys() | hints)
    for span in spans:
        if any(idiom.holds(span) for idiom in idioms):
            continue
        letters = reports.get(span) or words.letters[span.start : span.end]
        doubted = (
            any(doubt.end <= span.start for doubt in doubts)
            or any(not span.holds(when) for when in past)
            or any(span.overlaps(idiom) and not span.holds(idiom) for idiom in idioms)  # half a saying
        )
        denials = () if letters in lexicon.fixed else tuple(_denials(words, lexicon, span, spans, reach))
        phrase, command = lexicon.hints.get(letters, letters), Command.PAIN
        if span in reports:
            entry = lexicon.alarms.get(letters) or lexicon.lone_alarms[letters]
            phrase, command = _phrase(entry), entry.command or Command.PAIN
        yield _Alarm(
            span,
            phrase,
            command,
            denied=bool(denials),
            plainly=any(denials) and (span in hints or letters in lexicon.alarms),  # "no, emergency" may be a call
            doubted=doubted,
            hint=span not in reports,
        )


def _reports(words: Said, lexicon: Lexicon) -> Iterator[tuple[Span, str]]:
    """Go through the safety phrases of an utterance, words of degree within them left out, each with its letters."""
    thinned, places = words.without(lexicon.degrees)
    for span in thinned.find(lexicon.alarms.keys(), lexicon.endings):
        yield Span(places[span.start], places[span.end - 1] + 1), thinned.letters[span.start : span.end]
    for span in (*words.find(lexicon.alarms.keys(), lexicon.endings), *_lone_alarms(words, lexicon)):
        yield span, words.letters[span.start : span.end]


def _lone_alarms(words: Said, lexicon: Lexicon) -> Iterator[Span]:
    """Go through the safety phrases that count only as the whole utterance, alone or in a row with what silences."""
    calls = words.reached(lexicon.calling)
    loose = words.reached(lexicon.urging | lexicon.interjected)
    for span in words.find(lexicon.lone_alarms.keys()):
        lead, tail = calls if words.letters[span.start : span.end] in lexicon.titles else loose
        if span.start in lead and span.end in tail:
            yield span


def _denials(words: Said, lexicon: Lexicon, span: Span, alarms: Iterable[Span], reach: int) -> Iterator[bool]:
    """Go through the negations that deny a safety phrase, telling of each whether it does so plainly.

    Args:
        words: The utterance.
        lexicon: The language's words.
        span: The safety phrase.
        alarms: All safety phrases of the utterance.
        reach: How many words may stand between.
    """
    clause = _word_at(words, span.start) in lexicon.subjects
    turns = tuple(words.find(lexicon.turns))
    joined = any(joint.end == span.start for joint in words.find(lexicon.alternatives))
    for negation in words.find(lexicon.negations):
        between = Span(negation.end, span.start)
        others = tuple(filter(between.holds, alarms))
        apart = words.words_between(*between)
        if joined:  # "no chest pain or trouble breathing"
            apart -= sum(words.words_between(*other) for other in others)
        if between.length < 0 or apart >= reach or any(map(between.holds, turns)):
            continue
        spent = bool(others) and not joined
        begins = _past_fillers(words, lexicon, between)
        if clause and (spent or begins == span.start):
            continue  # "it doesn't hurt, I'm dizzy"; "I can't, it hurts"
        plain = not clause and not spent
        if words.letters[negation.start : negation.end] in lexicon.interjections:
            followers = {_word_at(words, between.start), _word_at(words, begins)}
            if clause or not followers.isdisjoint(lexicon.clause_starts):
                continue  # "no, well, call the nurse"
            plain = plain and (joined or between.length == 0)  # "no, still sore" is no plain denial
        yield plain


def _past_fillers(words: Said, lexicon: Lexicon, stretch: Span) -> int:
    """Return where the fillers end that a stretch begins with."""
    reached = stretch.start
    for filler in words.find(lexicon.fillers):
        if filler.start == reached and stretch.holds(filler):
            reached = filler.end
    return reached


def _word_at(words: Said, place: int) -> str:
    """Return the letters of the word that begins at a place; empty where none does."""
    return next((words.letters[word.start : word.end] for word in words.words if word.start == place), "")


def _longest(found: Iterable[Span]) -> list[Span]:
    """Return the stretches that lie in no longer one, first to last."""
    kept: list[Span] = []
    for span in sorted(found, key=lambda span: -span.length):
        if not any(longer.holds(span) for longer in kept):
            kept.append(span)
    return sorted(kept)


def _worst(alarms: tuple[_Alarm, ...]) -> _Alarm | None:
    """Return the most urgent safety phrase that is neither denied nor doubted nor a hint."""
    certain = [alarm for alarm in alarms if alarm.certain]
    return max(
        certain,
        key=lambda alarm: (_urgency(alarm.command), alarm.phrase != BARE_HELP, alarm.span.length),
        default=None,
    )


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


def _phrase(entry: Entry) -> str:
    return BARE_HELP if entry.bare_help else entry.phrase


def _replies(
    words: Said, lexicon: Lexicon, answers: Mapping[str, AnswerWord], kind: QuestionKind | None
) -> tuple[_Reply, ...]:
    """Return the answers in an utterance, the longest of those in each other; a denied one says nothing clear."""
    spans = _longest(words.find(answers.keys()))
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


def _urgency(command: Command | None) -> int:
    return RULES[command].urgency if command else -1


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
