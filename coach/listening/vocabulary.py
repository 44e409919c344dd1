"""What an engine must know: every phrase of the command books, the answer words, and the decoys."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from coach.commands import LENT, RULES, SAFETY, Command, Policy
from coach.language.command_book import CommandBook
from coach.language.utterance import Context, Expectation

EVERY_QUESTION: Final = "*"
"""Stands among a term's questions when the words answer whatever is asked (yes, no, all-clear)."""


@dataclass(frozen=True, slots=True)
class Term:
    """One phrase, and what hearing it would mean."""

    phrase: str
    """As the pack writes it: lower case, single spaces."""
    language: str
    """BCP 47 tag of the pack it came from."""
    command: Command | None = None
    """What it commands; None for words that only answer a question, and for decoys."""
    policy: Policy | None = None
    """Where in an utterance it must stand; None for a decoy. May be stricter than the command's own rule."""
    questions: frozenset[str] = frozenset()
    """Ids of the questions it answers; holds `EVERY_QUESTION` where it answers any."""

    @property
    def decoy(self) -> bool:
        """Return whether it is there only to be heard instead of a command."""
        return self.policy is None

    def live(self, expectation: Expectation) -> bool:
        """Return whether it can mean something just now; decoys always do their work."""
        if self.policy is not Policy.ANSWER:
            return True
        asked = {EVERY_QUESTION, expectation.question}
        return expectation.context is Context.QUESTION and not self.questions.isdisjoint(asked)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The phrases of one or several languages; each phrase stands once a language."""

    terms: tuple[Term, ...] = ()

    def __iter__(self) -> Iterator[Term]:
        """Go through the terms, in the order of the packs."""
        return iter(self.terms)

    def __len__(self) -> int:
        """Return the number of terms."""
        return len(self.terms)

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the language tags in it, in the order they were given."""
        return tuple(dict.fromkeys(term.language for term in self.terms))

    def of(self, language: str) -> "Vocabulary":
        """Return the terms of one language."""
        return Vocabulary(tuple(term for term in self.terms if term.language == language))

    def safety(self) -> "Vocabulary":
        """Return the safety commands and the decoys: what stays live beside a session in another language.

        There a safety phrase must be the whole utterance. Talk in a language that an engine does not know is full of
        what sounds like its phrases: with English phrases allowed anywhere dozens of 113 Korean recordings gave a false
        alarm, as whole utterances one did; 32 of 36 synthetic English phrases were heard (measured).
        """
        return Vocabulary(
            tuple(
                term if term.decoy else replace(term, policy=Policy.WHOLE)
                for term in self.terms
                if term.decoy or term.command in SAFETY
            )
        )

    def lent(self) -> "Vocabulary":
        """Return what is heard for a language that no engine can hear: safety, a few commands, all answers.

        Whole utterances only, for the reason given at `safety`.
        """
        kept = SAFETY | LENT
        return Vocabulary(
            tuple(
                term if term.decoy or term.policy is Policy.ANSWER else replace(term, policy=Policy.WHOLE)
                for term in self.terms
                if term.decoy or term.policy is Policy.ANSWER or term.command in kept
            )
        )

    def live(self, expectation: Expectation) -> tuple[Term, ...]:
        """Return the terms that can mean something while this is expected, decoys among them."""
        return tuple(term for term in self.terms if term.live(expectation))


def vocabulary(books: Mapping[str, CommandBook]) -> Vocabulary:
    """Return what the engines must know to serve these command books.

    A phrase that a book lists twice becomes one term: the more urgent command beats the
    other, a command beats an answer word, and anything beats a decoy.

    Args:
        books: Command book of each language, by its tag.
    """
    return Vocabulary(
        tuple(term for language, book in books.items() for term in _merged(_listed(language, book)).values())
    )


def _listed(language: str, book: CommandBook) -> Iterator[Term]:
    for entry in book.entries:
        if entry.command is None:
            yield Term(entry.phrase, language)
            continue
        policy = entry.policy or RULES[entry.command].policy
        questions = frozenset({EVERY_QUESTION}) if policy is Policy.ANSWER else frozenset[str]()
        yield Term(entry.phrase, language, entry.command, policy, questions)
    for question, answers in book.questions.items():
        for phrases in answers.words.values():
            for phrase in phrases:
                yield Term(phrase, language, policy=Policy.ANSWER, questions=frozenset({question}))


def _merged(listed: Iterable[Term]) -> dict[str, Term]:
    terms: dict[str, Term] = {}
    for term in listed:
        known = terms.get(term.phrase)
        terms[term.phrase] = term if known is None else _joined(known, term)
    return terms


def _joined(one: Term, other: Term) -> Term:
    stronger = max(one, other, key=_strength)
    return replace(stronger, questions=one.questions | other.questions)


def _strength(term: Term) -> int:
    if term.command is not None:
        return 1 + RULES[term.command].urgency
    return -1 if term.decoy else 0
