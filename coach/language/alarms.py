"""The safety phrases of an utterance, and what denies or doubts them: see rule 1 of `coach.language.grammar`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from coach.commands import RULES, Command
from coach.language.command_book import Entry
from coach.language.lexicon import Lexicon
from coach.language.said import Said, Span, longest

BARE_HELP: Final = "help"
"""Phrase of a bare call for help in any language: the session asks before it acts."""


@dataclass(frozen=True, slots=True)
class Alarm:
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
        """Return whether it is neither denied nor doubted, nor a word that only hints at harm."""
        return not (self.denied or self.doubted or self.hint)


def alarms_in(words: Said, lexicon: Lexicon, reach: int) -> Iterator[Alarm]:
    """Go through the safety phrases and hints of an utterance, the longest of those in each other."""
    idioms = tuple(words.find(lexicon.idioms, lexicon.endings))
    doubts = tuple(words.find(lexicon.doubts))
    past = tuple(words.find(lexicon.past))
    reports = dict(_reports(words, lexicon))
    hints = {*words.find(lexicon.hints.keys(), lexicon.endings), *words.find_stems(lexicon.hint_stems)}
    spans = longest(reports.keys() | hints)
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
            phrase, command = told_phrase(entry), entry.command or Command.PAIN
        yield Alarm(
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


def worst(alarms: tuple[Alarm, ...]) -> Alarm | None:
    """Return the most urgent safety phrase that is neither denied nor doubted nor a hint."""
    certain = [alarm for alarm in alarms if alarm.certain]
    return max(
        certain,
        key=lambda alarm: (urgency(alarm.command), alarm.phrase != BARE_HELP, alarm.span.length),
        default=None,
    )


def told_phrase(entry: Entry) -> str:
    """Return the phrase as it is told: `BARE_HELP` for a bare call for help."""
    return BARE_HELP if entry.bare_help else entry.phrase


def urgency(command: Command | None) -> int:
    """Return how urgent a command is; below every command where there is none."""
    return RULES[command].urgency if command else -1
