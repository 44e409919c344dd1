"""A command book made ready for matching: every phrase by its letters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coach.commands import RULES, SAFETY, Command, Policy, Urgency
from coach.language.questions import QUESTION_KINDS, READINGS
from coach.language.said import letters_of
from coach.language.utterance import Answer

if TYPE_CHECKING:
    from coach.language.command_book import CommandBook, Entry


@dataclass(frozen=True, slots=True)
class AnswerWord:
    """One phrase that answers a question."""

    phrase: str
    answer: Answer
    command: Command | None
    """What it is beside an answer: yes, no or all-clear, or the command that answers this question."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases by their letters, so that spelling and spacing do not matter."""

    alarms: Mapping[str, "Entry"]
    """Safety phrases that may stand anywhere."""
    lone_alarms: Mapping[str, "Entry"]
    """Safety phrases that count only as the whole utterance."""
    fixed: frozenset[str]
    """Safety phrases and hints with a negation of their own: no negation before them denies them."""
    orders: Mapping[str, "Entry"]
    """All other commands but answers."""
    urging: frozenset[str]
    """Safety phrases that count only as the whole utterance, what halts, and fillers: said in a row, each counts."""
    calling: frozenset[str]
    """The same, and none that only makes somebody wait: what a title may stand among and be a call."""
    interjected: frozenset[str]
    """Yes and no that are no sentence of their own: "no no", and not "I do"."""
    general: Mapping[str, AnswerWord]
    """Yes, no and all-clear where it is not known what is asked."""
    answers: Mapping[str, Mapping[str, AnswerWord]]
    """Question id to the phrases that answer it."""
    decoys: frozenset[str]
    fillers: frozenset[str]
    companions: frozenset[str]
    """Words that may stand beside an answer and change nothing; fillers among them."""
    negations: frozenset[str]
    interjections: frozenset[str]
    subjects: frozenset[str]
    clause_starts: frozenset[str]
    """First words of a sentence; subjects among them."""
    turns: frozenset[str]
    alternatives: frozenset[str]
    no_denials: frozenset[str]
    titles: frozenset[str]
    degrees: frozenset[str]
    doubts: frozenset[str]
    past: frozenset[str]
    idioms: frozenset[str]
    hints: Mapping[str, str]
    hint_stems: frozenset[str]
    endings: frozenset[str]


_BY_ANSWER = {
    Answer.YES: Command.YES,
    Answer.NO: Command.NO,
    Answer.EASY: Command.ALL_CLEAR,
    Answer.ALL_RIGHT: Command.ALL_CLEAR,
    Answer.HARD: Command.TIRED,
}
"""The command that comes nearest to a question's own words."""


def compile_lexicon(book: "CommandBook") -> Lexicon:
    """Return a command book ready for matching. A phrase listed twice keeps its most urgent meaning."""
    alarms: dict[str, Entry] = {}
    lone_alarms: dict[str, Entry] = {}
    orders: dict[str, Entry] = {}
    general: dict[str, AnswerWord] = {}
    for entry in sorted((entry for entry in book.entries if entry.command), key=_urgency):
        key = letters_of(entry.phrase)
        if entry.policy is Policy.ANYWHERE:
            alarms[key] = entry
        elif entry.command in SAFETY:
            lone_alarms[key] = entry
        elif entry.policy is not Policy.ANSWER:
            orders[key] = entry
        elif entry.command is not None:
            general[key] = AnswerWord(entry.phrase, _GENERAL[entry.command], entry.command)
    guards = book.guards
    negations = _letters(guards.negations)
    fillers = _letters(book.fillers)
    return Lexicon(
        alarms=alarms,
        lone_alarms=lone_alarms,
        fixed=frozenset(
            letters_of(phrase)
            for phrase in (*(entry.phrase for entry in alarms.values()), *guards.hints)
            if not negations.isdisjoint(map(letters_of, phrase.split()))
        ),
        orders=orders,
        urging=fillers | lone_alarms.keys() | {key for key, entry in orders.items() if _urgency(entry) == Urgency.HALT},
        calling=fillers | lone_alarms.keys() | {key for key, entry in orders.items() if entry.command is Command.STOP},
        interjected=frozenset(
            key
            for key, word in general.items()
            if word.command is not Command.ALL_CLEAR and word.phrase.split()[0] not in guards.subjects
        ),
        general=general,
        answers={question: _answers(book, question, general) for question in QUESTION_KINDS},
        decoys=_letters(book.decoys()),
        fillers=fillers,
        companions=fillers | _letters(guards.companions),
        negations=negations,
        interjections=_letters(guards.interjections),
        subjects=_letters(guards.subjects),
        clause_starts=_letters((*guards.subjects, *guards.clause_starts)),
        turns=_letters(guards.turns),
        alternatives=_letters(guards.alternatives),
        no_denials=_letters(guards.no_denials),
        titles=_letters(guards.titles),
        degrees=_letters(guards.degrees),
        doubts=_letters(guards.doubts),
        past=_letters(guards.past),
        idioms=_letters(guards.idioms),
        hints={letters_of(hint): hint for hint in guards.hints},
        hint_stems=_letters(guards.hint_stems),
        endings=_letters(guards.endings),
    )


_GENERAL = {Command.YES: Answer.YES, Command.NO: Answer.NO, Command.ALL_CLEAR: Answer.UNCLEAR}
"""What the general answers mean to a question nothing is known of: being fine may be yes or no."""


def _answers(book: "CommandBook", question: str, general: Mapping[str, AnswerWord]) -> dict[str, AnswerWord]:
    """Return the phrases that answer a question; its own words win over the general ones."""
    readings = READINGS[QUESTION_KINDS[question]]
    words = {
        key: word
        if word.command is not Command.ALL_CLEAR
        else AnswerWord(word.phrase, readings.get(Command.ALL_CLEAR, Answer.UNCLEAR), Command.ALL_CLEAR)
        for key, word in general.items()
    }
    for answer, phrases in book.questions[question].words.items():
        for phrase in phrases:
            words[letters_of(phrase)] = AnswerWord(phrase, answer, _BY_ANSWER.get(answer))
    return words


def _letters(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(map(letters_of, phrases))


def _urgency(entry: "Entry") -> int:
    return RULES[entry.command].urgency if entry.command else 0
