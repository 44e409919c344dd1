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
8. A line is easy to follow (`readability`); one that is not is a note.
9. A line that safety rests on says what it said when it was pinned (`pins`), and takes no words but a number's.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from coach.commands import RULES, SAFETY, Command, Policy
from coach.language.grammar import read
from coach.language.models import LanguagePack, PackStatus
from coach.language.phrase_book import Phrase
from coach.language.pins import FILE as PINS_FILE
from coach.language.pins import digest, free_slots, pinned
from coach.language.readability import hard
from coach.language.rotation import too_few
from coach.language.said import letters_of, said
from coach.language.template import parse_template
from coach.language.utterance import Expectation, Form

_CLAUSE: Final = re.compile(r"[.,:;!?]+")
_OBEYED: Final = frozenset({Command.STOP, Command.PAUSE})
_FILLING: Final = "3"
"""Stands for whatever fills a slot where only the length of a line is judged."""
_FORMS: Final = (Form.FULL, Form.SHORT, Form.WORD)


class Kind(StrEnum):
    """What sort of thing was found."""

    MISSING = "missing"
    """A line, or the filling of a slot."""
    COMMAND = "command"
    """A line would command the coach itself."""
    CLAIM = "claim"
    """A line says what must never be said."""
    WORDING = "wording"
    """Forms or variants of a line."""
    VOCABULARY = "vocabulary"
    """What may be said to the coach."""
    PIN = "pin"
    """A line that safety rests on has changed since it was pinned."""
    HARD = "hard"
    """A line that is hard to follow."""
    DRAFT = "draft"
    """Nobody has signed it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to be mended in a pack, or to be known about it."""

    where: str
    """File, table and key."""
    problem: str
    kind: Kind

    @property
    def is_error(self) -> bool:
        """Return whether it keeps the pack from being used."""
        return self.kind not in {Kind.HARD, Kind.DRAFT}

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
    found = (
        *_missing(pack, needed),
        *_lines(pack),
        *_commands(pack),
        *_questions(pack),
        *_pins(pack),
        *_hard(pack),
        *_drafts(pack),
    )
    return tuple(sorted(found, key=lambda finding: not finding.is_error))


def _phrase_place(pack: LanguagePack, key: str) -> str:
    table, _, name = key.partition(".")
    return f"{pack.tag}/phrases.toml, table [{table}], key {name}"


def _missing(pack: LanguagePack, needed: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    for key, slots in needed.items():
        place = _phrase_place(pack, key)
        phrase = pack.phrases.phrases.get(key)
        if phrase is None:
            yield Finding(place, "this phrase is missing; write it there", Kind.MISSING)
            continue
        for name in sorted(_slots(phrase) - slots):
            filled = ", ".join(f"{{{slot}}}" for slot in sorted(slots)) or "none"
            yield Finding(place, f"the slot {{{name}}} is never filled; filled here: {filled}", Kind.MISSING)


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
                yield Finding(place, problem, Kind.WORDING)
        given = [form for form in _FORMS if phrase.lines(form)]
        for longer, shorter in pairwise(given):
            if max(map(len, phrase.lines(shorter))) > min(map(len, phrase.lines(longer))):
                yield Finding(place, f'a line of the form "{shorter}" is longer than one of "{longer}"', Kind.WORDING)


def _line(pack: LanguagePack, place: str, line: str, *, marked: bool) -> Iterator[Finding]:
    for claim in pack.phrases.forbidden:
        spoken = said(line)
        stem, star, _ = claim.partition("*")
        found = spoken.find_stems({letters_of(stem)}) if star else spoken.find({letters_of(claim)})
        if any(True for _ in found):
            yield Finding(place, f'"{claim}" must never be said; say what the clinical reference allows', Kind.CLAIM)
    if not marked:
        yield from _near(pack, place, line)
    for part in dict.fromkeys((line, *_CLAUSE.split(line))):
        reading = read(part, pack.commands, Expectation())
        if reading.command is not None and (not marked or reading.command in _OBEYED):
            yield Finding(
                place,
                f'"{part.strip()}" would be heard as {reading.command} ("{reading.phrase}"); reword it'
                + ("" if marked else ", or set marked = true where these words must be said"),
                Kind.COMMAND,
            )
            return


def _near(pack: LanguagePack, place: str, line: str) -> Iterator[Finding]:
    """Find words that an engine may take for a command, although no phrase of the vocabulary is said."""
    for word in pack.phrases.near_commands:
        if any(True for _ in said(line).find_stems({letters_of(word)})):
            yield Finding(place, f'"{word}" is too near a word that halts; say it otherwise', Kind.COMMAND)
    for word in pack.phrases.near_openings:
        if any(letters_of(sentence).startswith(letters_of(word)) for sentence in re.split(r"[.!?]+", line)):
            yield Finding(place, f'a sentence opens with "{word}" as a command does; put it later', Kind.COMMAND)


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
            yield Finding(place, "this command has no phrases; write at least one", Kind.VOCABULARY)
        for phrase in phrases:
            other = meanings.setdefault(letters_of(phrase), command)
            answers = RULES[other].policy is Policy.ANSWER or rule.policy is Policy.ANSWER
            if other is not command and not answers:
                yield Finding(place, f'"{phrase}" also means {other}; keep it in one of them', Kind.VOCABULARY)
            harm = next(said(phrase).find(book.lexicon.alarms.keys()), None)
            if harm and command not in SAFETY and not answers:
                yield Finding(place, f'"{phrase}" contains a safety phrase; leave it out', Kind.VOCABULARY)
    for decoy in book.decoys():
        if letters_of(decoy) in meanings:
            meaning = meanings[letters_of(decoy)]
            yield Finding(f"{file}, table [decoys]", f'"{decoy}" also means {meaning}; leave it out', Kind.VOCABULARY)


def _questions(pack: LanguagePack) -> Iterator[Finding]:
    for question, words in pack.commands.questions.items():
        general = {*pack.commands.phrases(Command.YES), *pack.commands.phrases(Command.NO)}
        if all(phrase in general for phrases in words.words.values() for phrase in phrases):
            place = f"{pack.tag}/commands.toml, table [question.{question}]"
            yield Finding(place, "nothing but yes and no answers this question; write its words", Kind.VOCABULARY)


def _pins(pack: LanguagePack) -> Iterator[Finding]:
    """Compare the lines that safety rests on with what they said when they were pinned."""
    lines = dict(pinned(pack.phrases))
    if not lines:
        return
    if pack.pins is None:
        problem = f"nobody has pinned the {len(lines)} lines that safety rests on; read them, then coach check --pin"
        yield Finding(f"{pack.tag}/{PINS_FILE}", problem, Kind.PIN)
    for key, phrase in lines.items():
        place = _phrase_place(pack, key)
        for name in free_slots(phrase):
            problem = f"safety rests on this line, so {{{name}}} may not stand in it; only {{number:digits}} may"
            yield Finding(place, problem, Kind.PIN)
        known = pack.pins.of(key) if pack.pins is not None else digest(phrase)
        if known is None:
            yield Finding(place, "safety rests on this line and it is not pinned; coach check --pin", Kind.PIN)
        elif known != digest(phrase):
            problem = "this line has changed since it was pinned; read it as she will hear it, then coach check --pin"
            yield Finding(place, problem, Kind.PIN)
    for table, names in (pack.pins.line if pack.pins is not None else {}).items():
        for key in (f"{table}.{name}" for name in names):
            if key not in lines:
                problem = f"{key} is pinned, and no such line is in phrases.toml any more; coach check --pin"
                yield Finding(f"{pack.tag}/{PINS_FILE}, table [line.{table}]", problem, Kind.PIN)


def spoken_texts(pack: LanguagePack) -> Iterator[tuple[str, str]]:
    """Go through the lines of a pack by key, each as it sounds; whatever fills a slot is left at a digit."""
    for key, phrase in pack.phrases.phrases.items():
        for form in _FORMS:
            for line in phrase.lines(form):
                yield key, "".join(part if isinstance(part, str) else _FILLING for part in parse_template(line).parts)


def _hard(pack: LanguagePack) -> Iterator[Finding]:
    for key, text in spoken_texts(pack):
        found = hard(text, pack.tag)
        if found is not None:
            problem = f'"{text}" has a {found.measure} of {found.value:.0f}; make it shorter, or two sentences of it'
            yield Finding(_phrase_place(pack, key), problem, Kind.HARD)


def _drafts(pack: LanguagePack) -> Iterator[Finding]:
    if pack.status is PackStatus.DRAFT:
        problem = f"the {len(pack.keys())} lines are drafts; a clinician has to sign them"
        yield Finding(f"{pack.tag}/pack.toml, key status", problem, Kind.DRAFT)
