"""Checks everything a person may have written: settings, exercises, programs, packs, profiles."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from coach.errors import CoachError, InputError, PrescriptionError, ProgramError
from coach.journal.report.labels import load_labels
from coach.journal.words import LINES as HISTORY_LINES
from coach.language.loader import load_pack
from coach.language.models import LanguagePack
from coach.language.pins import FILE as PINS_FILE
from coach.language.pins import pin_anew, write_pins
from coach.language.review import review as review_pack
from coach.language.utterance import Utterance
from coach.listening.registry import AUTO
from coach.plan.dosing import check_prescription
from coach.plan.prescription import FILE as PRESCRIPTION
from coach.plan.prescription import Prescription, read_prescription
from coach.plan.rules import unasked
from coach.program.dose import works
from coach.program.loader import load_exercise, load_program
from coach.program.models import Program
from coach.program.review import review as review_program
from coach.runtime.adapting import LINES as ADAPTED_LINES
from coach.runtime.paper.texts import FILE as PAPER_FILE
from coach.runtime.paper.texts import load_paper, misheard
from coach.runtime.paths import SETTINGS_FILE
from coach.runtime.planner import LINES as PLANNER_LINES
from coach.runtime.recordings import Takes, familiar_lines
from coach.runtime.settings import load_settings
from coach.runtime.setup.texts import FILE as SETUP_FILE
from coach.runtime.setup.texts import lacking, read_texts
from coach.runtime.wiring import BarMaker, House
from coach.score.fitting import misfits
from coach.score.needed import phrases_needed
from coach.session.lines import DONE, LINES, OF_EXERCISE, UNHEARD
from coach.tomlfile import read_toml

_LIVE_LINES: Final = ("safety.interrupted", "safety.notes-lost", *ADAPTED_LINES.values())
"""What only a live session says, before it begins."""
_DRAFT: Final = re.compile(
    r"program (?P<program>\S+): the (?P<kind>program|exercise)(?: (?P<exercise>\S+))? is a draft; "
    r"a clinician must sign it\.$"
)
"""What the review of a program says of a file nobody has signed."""
TOO_LONG: Final = "too-long"
"""Kind of a finding: words do not fit where they are to sound."""
_PACK_FILES: Final = frozenset({"pack.toml", "phrases.toml", "commands.toml", PINS_FILE, PAPER_FILE})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to be mended, or to be known."""

    where: str
    """File or folder, or what was checked."""
    what: str
    is_error: bool
    kind: str = ""
    """What sort of thing it is, where a table counts them."""
    language: str = ""
    """The pack it is about."""

    def as_text(self) -> str:
        """Return the finding as one line."""
        kind = "error" if self.is_error else "note "
        return f"{kind}  {self.what}" if self.what.startswith(self.where) else f"{kind}  {self.where}: {self.what}"

    def as_json(self) -> dict[str, Any]:
        """Return the finding for scripts."""
        return {"kind": "error" if self.is_error else "note", "where": self.where, "what": self.what}


def check_all(house: House, paths: Sequence[Path], language: str | None, progress: BarMaker) -> tuple[Finding, ...]:
    """Return what is wrong with the given files and folders, or with everything in use.

    A program that is given by itself is spoken too, so that a cue that is too long for its place is found.

    Args:
        house: Where things are.
        paths: Files or folders; none means everything the coach would use.
        language: Only this pack; None means all there are.
        progress: Makes progress bars.
    """
    if paths:
        return tuple(
            finding
            for path in paths
            for finding in (*_path(house, path), *_fit_of_file(house, path, language, progress))
        )
    return tuple(_everything(house, language, progress))


def told(findings: Iterable[Finding]) -> Iterator[str]:
    """Go through findings as lines of text; the files that only wait for a signature are told in one line each kind."""
    drafts: dict[str, set[str]] = {}
    for finding in findings:
        waiting = _DRAFT.search(finding.what)
        if waiting is None:
            yield finding.as_text()
        else:
            drafts.setdefault(waiting["kind"], set()).add(waiting["exercise"] or waiting["program"])
    for kind, names in drafts.items():
        yield f"note   {len(names)} {kind}s are drafts, which a clinician must sign: {', '.join(sorted(names))}"


def _everything(house: House, language: str | None, progress: BarMaker) -> Iterator[Finding]:
    broken = tuple(
        finding
        for where, load in (
            (SETTINGS_FILE, lambda: load_settings(*house.paths.layers)),
            ("exercises", lambda: house.exercises),
            ("programs", lambda: house.programs),
            (house.paths.voices, lambda: house.packs),
            (house.paths.voices / "profiles", lambda: house.profiles),
            (house.paths.prescription, lambda: house.prescription),
        )
        for finding in _attempt(where, load)
    )
    yield from broken
    if broken:
        return
    yield from _prescription(house, house.prescription, house.paths.prescription)
    for program in house.programs.values():
        yield from _program(house, program)
    for tag in tags(house, language):
        pack = house.pack(tag)
        yield from _pack(house, pack, house.paths.voices / tag)
        for program in house.programs.values():
            yield from _score(house, program, tag, progress)


def pin(house: House, paths: Sequence[Path], language: str | None) -> tuple[str, ...]:
    """Pin the lines that safety rests on as they are now, and return what was done as sentences.

    Args:
        house: Where things are.
        paths: Folders of packs; none means those of the languages in use.
        language: Only this pack; None means all there are.

    Raises:
        PackError: A pack cannot be read, or its pins cannot be written.
    """
    folders = paths or [house.paths.voices / tag for tag in tags(house, language)]
    told = []
    for folder in folders:
        pack = load_pack(folder)
        pins = pin_anew(pack.phrases, pack.pins)
        lines = sum(map(len, pins.line.values()))
        if pins is pack.pins:
            told.append(
                f"{folder}: the {lines} lines that safety rests on are pinned as they are, version {pins.version}."
            )
            continue
        write_pins(folder, pins)
        told.append(f"{folder}: {lines} lines that safety rests on are pinned, version {pins.version}.")
    return tuple(told)


def tags(house: House, language: str | None) -> tuple[str, ...]:
    """Return the packs that are looked at: the one that was asked for, or all."""
    return (language,) if language is not None else tuple(sorted(house.packs))


def _path(house: House, path: Path) -> Iterator[Finding]:
    if path.is_dir() and (path / "pack.toml").exists():
        yield from _pack_folder(house, path)
    elif path.is_dir():
        inside = sorted(path.rglob("*.toml"))
        if not inside:
            yield Finding(str(path), "there is no TOML file in this folder", is_error=True)
        for file in inside:
            yield from _path(house, file)
    elif path.name == SETUP_FILE:
        yield from _setup_texts(house.paths.voices, path)
    elif path.name in _PACK_FILES:
        yield from _pack_folder(house, path.parent)
    elif path.name == SETTINGS_FILE:
        yield from _attempt(path, lambda: load_settings(path.parent))
    elif path.name == PRESCRIPTION:
        yield from _prescription_file(house, path)
    else:
        yield from _exercise_or_program(house, path)


def _exercise_or_program(house: House, path: Path) -> Iterator[Finding]:
    try:
        is_exercise = "phase" in read_toml(path, ProgramError)
        if is_exercise:
            load_exercise(path)
        else:
            yield from _program(house, load_program(path, house.exercises))
    except InputError as wrong:
        yield Finding(str(path), str(wrong), is_error=True)


def _fit_of_file(house: House, path: Path, language: str | None, progress: BarMaker) -> Iterator[Finding]:
    """Go through what does not fit in a program file; what is wrong with it otherwise was told already."""
    try:
        if not path.is_file() or "block" not in read_toml(path, ProgramError):
            return
        program = load_program(path, house.exercises)
    except InputError:
        return
    for tag in tags(house, language):
        yield from _score(house, program, tag, progress)


def _program(house: House, program: Program) -> Iterator[Finding]:
    where = f"program {program.id}"
    yield from _attempt(where, lambda: works(program, house.exercises))
    yield from (Finding(where, what, is_error=False) for what in review_program(program, house.exercises))


def _score(house: House, program: Program, tag: str, progress: BarMaker) -> Iterator[Finding]:
    where = f"{program.id} in {tag}"
    try:
        misfit = misfits(house.prepare(program, tag, progress).material)
        yield from (Finding(where, f"{what}.", is_error=True, kind=TOO_LONG, language=tag) for what in misfit)
    except PrescriptionError as forbidden:  # others' programs may stand in the folder; her own was checked already
        yield Finding(f"program {program.id}", str(forbidden), is_error=False)
    except CoachError as wrong:
        yield Finding(where, str(wrong), is_error=True, language=tag)


def _prescription_file(house: House, path: Path) -> Iterator[Finding]:
    try:
        yield from _prescription(house, read_prescription(path), path)
    except InputError as wrong:
        yield Finding(str(path), str(wrong), is_error=True)


def _prescription(house: House, prescription: Prescription, path: Path) -> Iterator[Finding]:
    yield from _attempt(
        path,
        lambda: check_prescription(prescription, house.programs, house.exercises, house.packs, source=str(path)),
    )
    yield from (Finding(PRESCRIPTION, what, is_error=False) for what in unasked(prescription))


def _pack_folder(house: House, folder: Path) -> Iterator[Finding]:
    try:
        yield from _pack(house, load_pack(folder), folder)
    except InputError as wrong:
        yield Finding(str(folder), str(wrong), is_error=True)


def _pack(house: House, pack: LanguagePack, folder: Path) -> Iterator[Finding]:
    where = f"voices/{pack.tag}"
    if pack.tag in house.packs and house.bench.lenders(pack.tag):
        yield from (
            Finding(where, what, is_error=False, language=pack.tag) for what in house.hearing_notes(pack.tag, AUTO)
        )
    yield from _attempt(folder, lambda: load_labels(folder))
    for finding in review_pack(pack, _needed(house, pack)):
        yield Finding(where, finding.what, is_error=finding.is_error, kind=finding.kind, language=pack.tag)
    yield from _setup_texts(house.paths.voices, house.paths.voices / pack.tag / SETUP_FILE)
    yield from _paper(pack, folder)
    if pack.tag in house.packs:
        yield from _recordings(house, pack)


def _recordings(house: House, pack: LanguagePack) -> Iterator[Finding]:
    """Look at what relatives recorded: what cannot be played is spoken by the coach's own voice until it is mended."""
    takes = Takes(house.paths.own_voices, pack.tag)
    if not takes.folder.is_dir():
        return
    lines = [line for program in house.programs.values() for line in _sayable(house, program, pack)]
    for what in takes.told(pack, lines):
        yield Finding(str(takes.folder), what, is_error=False)


def _sayable(house: House, program: Program, pack: LanguagePack) -> Iterator[Utterance]:
    """Go through what a program may say, and what a familiar voice may."""
    try:
        yield from house.lines(program, pack.tag)
    except CoachError:
        return  # told already
    yield from familiar_lines(pack, program.id, house.prescription.name or "")


def _paper(pack: LanguagePack, folder: Path) -> Iterator[Finding]:
    """Look at the words of leaflets and cards; a pack may be without."""
    path = folder / PAPER_FILE
    if not path.exists():
        yield Finding(str(path), "this file is missing, so there are no leaflets and no card", is_error=False)
        return
    try:
        yield from (Finding(str(path), f"{what}.", is_error=True) for what in misheard(load_paper(folder), pack))
    except CoachError as wrong:
        yield Finding(str(path), str(wrong), is_error=True)


def _setup_texts(voices: Path, path: Path) -> Iterator[Finding]:
    """Compare what set-up says in a language with what it says in English."""
    if not path.exists():
        yield Finding(str(path), "this file is missing, so set-up asks in English", is_error=False)
        return
    try:
        yield from (
            Finding(str(path), f"{path}, {what}.", is_error=False)
            for what in lacking(read_texts(path), read_texts(voices / "en" / SETUP_FILE))
        )
    except CoachError as wrong:
        yield Finding(str(path), str(wrong), is_error=True)


def _needed(house: House, pack: LanguagePack) -> dict[str, frozenset[str]]:
    """Return every phrase key a session may ask a pack for, with the slots it fills."""
    needed = {key: frozenset(slots) for key, slots in LINES.items()} | dict(HISTORY_LINES) | {DONE: frozenset({"n"})}
    needed |= dict.fromkeys(_LIVE_LINES, frozenset())
    needed |= {key: frozenset(slots) for key, slots in PLANNER_LINES.items()}
    if house.bench.lenders(pack.tag):
        needed[UNHEARD] = frozenset()
    needed |= {f"{name}.{moment}": frozenset() for name in house.exercises for moment in OF_EXERCISE}
    needed |= {f"{program}.title": frozenset() for program in house.programs}
    for program in house.programs.values():
        needed |= phrases_needed(program, works(program, house.exercises), pack)
    return needed


def _attempt(where: Path | str, load: Callable[[], object]) -> Iterable[Finding]:
    try:
        load()
    except CoachError as wrong:
        return (Finding(str(where), str(wrong), is_error=True),)
    return ()
