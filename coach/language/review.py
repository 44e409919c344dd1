"""Reviews a language pack as a whole: what is missing, and what must never be said.

Errors keep a pack from being used; notes are for the people who sign it.

Rules:

1. Every phrase the coach may ask for is there, and its slots are ones that will be filled.
2. No unmarked line, and no clause of one, means anything to the coach's own ears: it would command itself. "Stop" and
   "pause" count even while the coach speaks, so not even a marked line has them as a clause.
3. No line makes a claim of the forbidden list (clinical reference, section 11; the words stand in the pack).
4. A shorter form is shorter.
5. Every command has phrases, no phrase has two meanings, and no order contains a safety phrase.
6. Every question has words beside yes and no.
7. A line has one wording, or enough of them that none is heard twice in a row.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from coach.commands import RULES, SAFETY, Command, Policy
from coach.language.grammar import read
from coach.language.models import LanguagePack, PackStatus
from coach.language.phrase_book import Phrase
from coach.language.rotation import too_few
from coach.language.said import letters_of, said
from coach.language.template import parse_template
from coach.language.utterance import Expectation, Form

_CLAUSE: Final = re.compile(r"[.,:;!?]+")
_OBEYED: Final = frozenset({Command.STOP, Command.PAUSE})
_FORMS: Final = (Form.FULL, Form.SHORT, Form.WORD)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to be mended in a pack, or to be known about it."""

    where: str
    """File, table and key."""
    problem: str
    is_error: bool

    @property
    def what(self) -> str:
        """Return where and what in one sentence."""
        return f"{self.where}: {self.problem}."


def review(pack: LanguagePack, needed: Mapping[str, frozenset[str]]) -> tuple[Finding, ...]:
    """Return what is wrong with a pack, errors before notes.

    Args:
        pack: The pack, as loaded.
        needed: Every phrase key the coach may ask for, with the names of the slots it fills.
    """
    found = (*_missing(pack, needed), *_lines(pack), *_commands(pack), *_questions(pack), *_drafts(pack))
    return tuple(sorted(found, key=lambda finding: not finding.is_error))


def _phrase_place(pack: LanguagePack, key: str) -> str:
    table, _, name = key.partition(".")
    return f"{pack.tag}/phrases.toml, table [{table}], key {name}"


def _missing(pack: LanguagePack, needed: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    for key, slots in needed.items():
        place = _phrase_place(pack, key)
        phrase = pack.phrases.phrases.get(key)
        if phrase is None:
            yield Finding(place, "this phrase is missing; write it there", is_error=True)
            continue
        for name in sorted(_slots(phrase) - slots):
            filled = ", ".join(f"{{{slot}}}" for slot in sorted(slots)) or "none"
            yield Finding(place, f"the slot {{{name}}} is never filled; filled here: {filled}", is_error=True)


def _slots(phrase: Phrase) -> frozenset[str]:
    lines = (line for form in _FORMS for line in phrase.lines(form))
    return frozenset(slot.name for line in lines for slot in parse_template(line).slots())


def _lines(pack: LanguagePack) -> Iterator[Finding]:
    for key, phrase in pack.phrases.phrases.items():
        place = _phrase_place(pack, key)
        for form in _FORMS:
            for line in phrase.lines(form):
                yield from _line(pack, place, line, marked=phrase.marked)
            needed = too_few(key, len(phrase.lines(form))) if phrase.lines(form) else None
            if needed is not None:
                problem = f"{len(phrase.lines(form))} wordings come round too soon; write {needed}, or leave one"
                yield Finding(place, problem, is_error=True)
        given = [form for form in _FORMS if phrase.lines(form)]
        for longer, shorter in pairwise(given):
            if max(map(len, phrase.lines(shorter))) > min(map(len, phrase.lines(longer))):
                yield Finding(place, f'a line of the form "{shorter}" is longer than one of "{longer}"', is_error=True)


def _line(pack: LanguagePack, place: str, line: str, *, marked: bool) -> Iterator[Finding]:
    for claim in pack.phrases.forbidden:
        spoken = said(line)
        stem, star, _ = claim.partition("*")
        found = spoken.find_stems({letters_of(stem)}) if star else spoken.find({letters_of(claim)})
        if any(True for _ in found):
            yield Finding(place, f'"{claim}" must never be said; say what the clinical reference allows', is_error=True)
    for part in dict.fromkeys((line, *_CLAUSE.split(line))):
        reading = read(part, pack.commands, Expectation())
        if reading.command is not None and (not marked or reading.command in _OBEYED):
            yield Finding(
                place,
                f'"{part.strip()}" would be heard as {reading.command} ("{reading.phrase}"); reword it'
                + ("" if marked else ", or set marked = true where these words must be said"),
                is_error=True,
            )
            return


def _commands(pack: LanguagePack) -> Iterator[Finding]:
    book = pack.commands
    file = f"{pack.tag}/commands.toml"
    meanings: dict[str, Command] = {}
    for command, rule in RULES.items():
        if rule.policy is Policy.DERIVED:
            continue
        place = f"{file}, table [command.{command}]"
        phrases = book.phrases(command)
        if not phrases:
            yield Finding(place, "this command has no phrases; write at least one", is_error=True)
        for phrase in phrases:
            other = meanings.setdefault(letters_of(phrase), command)
            answers = RULES[other].policy is Policy.ANSWER or rule.policy is Policy.ANSWER
            if other is not command and not answers:
                yield Finding(place, f'"{phrase}" also means {other}; keep it in one of them', is_error=True)
            harm = next(said(phrase).find(book.lexicon.alarms.keys()), None)
            if harm and command not in SAFETY and not answers:
                yield Finding(place, f'"{phrase}" contains a safety phrase; leave it out', is_error=True)
    for decoy in book.decoys():
        if letters_of(decoy) in meanings:
            meaning = meanings[letters_of(decoy)]
            yield Finding(f"{file}, table [decoys]", f'"{decoy}" also means {meaning}; leave it out', is_error=True)


def _questions(pack: LanguagePack) -> Iterator[Finding]:
    for question, words in pack.commands.questions.items():
        general = {*pack.commands.phrases(Command.YES), *pack.commands.phrases(Command.NO)}
        if all(phrase in general for phrases in words.words.values() for phrase in phrases):
            place = f"{pack.tag}/commands.toml, table [question.{question}]"
            yield Finding(place, "nothing but yes and no answers this question; write its words", is_error=True)


def _drafts(pack: LanguagePack) -> Iterator[Finding]:
    if pack.status is PackStatus.DRAFT:
        problem = f"the {len(pack.keys())} lines are drafts; a clinician has to sign them"
        yield Finding(f"{pack.tag}/pack.toml, key status", problem, is_error=False)
