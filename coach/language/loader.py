"""Reads language packs: the folders of `voices/` that hold a pack.toml."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, Literal

from hassil.errors import HassilError
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError
from hassil.sample import sample_expression
from pydantic import BaseModel, Field, RootModel, model_validator

from coach.commands import RULES, Command, Policy
from coach.errors import PackError
from coach.language.command_book import CommandBook, Entry, Guards, Mark, QuestionWords
from coach.language.models import LanguagePack, PackStatus, RecognizerModel
from coach.language.numbers import DEFAULT_STYLE, CountingTable, rulesets
from coach.language.phrase_book import FROZEN, Phrase, PhraseBook, PhraseTable
from coach.language.pins import read_pins
from coach.language.questions import QUESTION_KINDS, QuestionKind
from coach.language.utterance import Answer
from coach.tomlfile import nearest, parse, read_toml

EXPANSIONS_MAX: Final = 200
"""Most phrases one template may stand for; the longest of the shipped packs has a fifth of it. Keeps a slip from
making a grammar no recognizer can load."""
_MARKS: Final = re.compile(r"[][(){}<>|;\\]")
"""Characters that mean something in a template; a phrase without them stands for itself."""


class _PackFile(BaseModel):
    """pack.toml."""

    model_config = FROZEN

    format: Literal[1]
    tag: str = Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    name: str = Field(min_length=1)
    status: PackStatus
    reviewer: str | None = None
    numbers: dict[str, CountingTable] = Field(min_length=1)
    forbidden: tuple[str, ...] = Field(min_length=1)
    """Claims no line may make."""
    near_commands: tuple[str, ...] = ()
    """Words that sound like a command or a word of harm."""
    near_openings: tuple[str, ...] = ()
    """Words that a command begins with."""
    recognizers: dict[str, RecognizerModel] = {}

    @model_validator(mode="after")
    def _signed(self) -> "_PackFile":
        if self.status is PackStatus.SIGNED and not self.reviewer:
            raise ValueError("a signed pack names its reviewer; add reviewer, or set status to draft")
        if DEFAULT_STYLE not in self.numbers:
            raise ValueError(f'the table [numbers] needs the key "{DEFAULT_STYLE}"')
        known = rulesets(self.tag)
        for style, counting in self.numbers.items():
            if counting.rule not in known:
                said = f'"{counting.rule}" (key {style} of [numbers])'
                raise ValueError(f"{said} is no counting; {nearest(counting.rule, known)}")
        return self


class _PhraseFile(RootModel[dict[str, dict[str, PhraseTable]]]):
    """phrases.toml: tables of lines."""


class _CommandTable(BaseModel):
    """The phrases of one command."""

    model_config = FROZEN

    phrases: tuple[str, ...] = ()
    """Stand where the command's rule lets them."""
    whole: tuple[str, ...] = ()
    """Count only as the whole utterance, whatever the rule."""
    bare_help: tuple[str, ...] = ()
    """A bare call for help: the session asks before it acts. Counts only as the whole utterance."""


class _CommandFile(BaseModel):
    """commands.toml."""

    model_config = FROZEN

    format: Literal[1]
    words_max: int = Field(ge=3, le=20)
    fillers: tuple[str, ...]
    guards: Guards
    command: dict[Command, _CommandTable]
    answers: dict[QuestionKind, dict[Answer, tuple[str, ...]]]
    question: dict[str, dict[Answer, tuple[str, ...]]]
    decoys: dict[str, tuple[str, ...]]
    marks: dict[Mark, tuple[str, ...]] = {}

    @model_validator(mode="after")
    def _known(self) -> "_CommandFile":
        for question in self.question:
            if question not in QUESTION_KINDS:
                raise ValueError(f'"{question}" is no question of the coach; {nearest(question, QUESTION_KINDS)}')
        return self


def load_packs(root: Path) -> dict[str, LanguagePack]:
    """Return the packs of every folder that holds a pack.toml, by tag, in the order of the folders' names.

    Raises:
        PackError: A pack is wrong; the message names file, table and key.
    """
    return {pack.tag: pack for pack in (load_pack(found.parent) for found in sorted(root.glob("*/pack.toml")))}


def load_pack(folder: Path) -> LanguagePack:
    """Return the language pack of a folder.

    Args:
        folder: Holds pack.toml, phrases.toml, commands.toml and mostly pins.toml; its name is the pack's tag.

    Raises:
        PackError: A file is missing or wrong; the message names file, table and key.
    """
    pack_path, phrases_path, commands_path = (folder / name for name in ("pack.toml", "phrases.toml", "commands.toml"))
    pack = parse(_PackFile, read_toml(pack_path, PackError), pack_path, PackError)
    if pack.tag != folder.name:
        raise PackError(f'{pack_path}, key tag: it says "{pack.tag}", but the folder is "{folder.name}"; rename one.')
    tables = parse(_PhraseFile, read_toml(phrases_path, PackError), phrases_path, PackError)
    commands = parse(_CommandFile, read_toml(commands_path, PackError), commands_path, PackError)
    return LanguagePack(
        tag=pack.tag,
        name=pack.name,
        status=pack.status,
        reviewer=pack.reviewer,
        recognizers=pack.recognizers,
        phrases=PhraseBook(
            language=pack.tag,
            source=str(phrases_path),
            phrases=_flat(tables.root),
            countings=pack.numbers,
            forbidden=pack.forbidden,
            near_commands=pack.near_commands,
            near_openings=pack.near_openings,
        ),
        commands=_command_book(pack.tag, commands, commands_path),
        pins=read_pins(folder),
    )


def _flat(tables: Mapping[str, Mapping[str, Phrase]]) -> dict[str, Phrase]:
    return {f"{table}.{key}": phrase for table, phrases in tables.items() for key, phrase in phrases.items()}


def _command_book(language: str, file: _CommandFile, path: Path) -> CommandBook:
    kinds = {kind: _answers(table, path, f"table [answers.{kind}]") for kind, table in file.answers.items()}
    own = {question: _answers(table, path, f"table [question.{question}]") for question, table in file.question.items()}
    entries = tuple(_entries(file, path))
    plain = {Command.YES: Answer.YES, Command.NO: Answer.NO}
    general = [(entry.phrase, plain[entry.command]) for entry in entries if entry.command in plain]
    return CommandBook(
        language=language,
        entries=entries,
        fillers=tuple(_expanded(file.fillers, path, "key fillers")),
        words_max=file.words_max,
        guards=file.guards.model_copy(
            update={"hints": tuple(_expanded(file.guards.hints, path, "table [guards], key hints"))}
        ),
        questions={
            question: _question_words(own.get(question, ()), kinds.get(kind, ()), general)
            for question, kind in QUESTION_KINDS.items()
        },
        marks={mark: tuple(_expanded(words, path, f"table [marks], key {mark}")) for mark, words in file.marks.items()},
    )


def _entries(file: _CommandFile, path: Path) -> Iterator[Entry]:
    for command, table in file.command.items():
        rule = RULES[command]
        if rule.policy is Policy.DERIVED:
            raise PackError(f"{path}, table [command.{command}]: the coach concludes this by itself; delete the table.")
        place = f"table [command.{command}], key "
        for phrase in _expanded(table.phrases, path, place + "phrases"):
            # A single word opens too many sentences that mean something else ("wait till you hear this").
            alone = rule.policy is Policy.OPEN and " " not in phrase
            yield Entry(phrase, command, policy=Policy.WHOLE if alone else rule.policy)
        for phrase in _expanded(table.whole, path, place + "whole"):
            yield Entry(phrase, command, policy=Policy.WHOLE)
        for phrase in _expanded(table.bare_help, path, place + "bare_help"):
            yield Entry(phrase, command, policy=Policy.WHOLE, bare_help=True)
    for kind, templates in file.decoys.items():
        for phrase in _expanded(templates, path, f"table [decoys], key {kind}"):
            yield Entry(phrase, None, decoy=True)


def _answers(table: Mapping[Answer, tuple[str, ...]], path: Path, place: str) -> tuple[tuple[str, Answer], ...]:
    """Return each phrase of a table of answers with what it answers."""
    return tuple(
        (phrase, answer)
        for answer, templates in table.items()
        for phrase in _expanded(templates, path, f"{place}, key {answer}")
    )


def _question_words(*tables: Iterable[tuple[str, Answer]]) -> QuestionWords:
    """Return the words of a question; where tables disagree on a phrase, the first one is right.

    The words of the last table, yes and no, stand first: they are the plainest.
    """
    meanings: dict[str, Answer] = {}
    for table in reversed(tables):
        for phrase, answer in table:
            meanings.pop(phrase, None)
            meanings[phrase] = answer
    words: dict[Answer, list[str]] = {}
    for phrase, answer in meanings.items():
        words.setdefault(answer, []).append(phrase)
    return QuestionWords(words={answer: tuple(phrases) for answer, phrases in words.items()})


def _expanded(templates: Iterable[str], path: Path, place: str) -> Iterator[str]:
    """Go through the phrases that templates stand for, each once, tidied."""
    seen: set[str] = set()
    for template in templates:
        for text in _sampled(template, path, place):
            phrase = unicodedata.normalize("NFC", text).lower()
            if phrase and phrase not in seen:
                seen.add(phrase)
                yield phrase


def _sampled(template: str, path: Path, place: str) -> list[str]:
    """Return what one template stands for, in order."""
    if not _MARKS.search(template):
        return [" ".join(template.split())]
    try:
        texts = sorted({" ".join(text.split()) for text in sample_expression(parse_sentence(template).expression)})
    except (ParseError, HassilError, ValueError) as wrong:
        raise PackError(
            f'{path}, {place}: "{template}" cannot be read ({wrong}); brackets are [optional] and (one|other).'
        ) from None
    if len(texts) > EXPANSIONS_MAX:
        raise PackError(
            f'{path}, {place}: "{template}" stands for {len(texts)} phrases, {EXPANSIONS_MAX} are the most; split it.'
        )
    return texts
