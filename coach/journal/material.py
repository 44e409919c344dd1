"""What a session was made of, kept so that it can be made again exactly.

Program, doses and clip lengths are kept once each under their digest; a session names the digests.
Of the language pack only the digest is kept: it is large, and comes with the coach.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from coach.errors import JournalError
from coach.journal.entries import Entry, Kept, SessionOpened
from coach.journal.form import canonical
from coach.journal.store import Journal, kept
from coach.language.command_book import Mark
from coach.language.models import LanguagePack
from coach.program.dose import Work
from coach.program.models import Program
from coach.score.compiler import Material
from coach.session.care import Care
from coach.session.states import Screening
from coach.units import Frames


@dataclass(frozen=True, slots=True)
class _Dose:
    """What is done, and heard in other languages: a material without its own language and its clips."""

    program: Program
    works: tuple[Work, ...]
    familiar: bool
    left_out: frozenset[str] = frozenset()
    circumstances: frozenset[str] | None = None
    marks: Mapping[Mark, tuple[str, ...]] = field(default_factory=dict)


_DOSE: Final[TypeAdapter[_Dose]] = TypeAdapter(_Dose)
_LENGTHS: Final[TypeAdapter[dict[str, Frames]]] = TypeAdapter(dict[str, Frames])


@dataclass(frozen=True, slots=True)
class Opening:
    """With what a session begins, beside its material: the arguments of `coach.session.machine.initial`."""

    session: str
    """A name unlike every other session's."""
    screening: Screening
    seed: int
    code: str
    """Version of the coach."""
    care: Care = field(default_factory=Care)
    """What is known of the person."""


def opening_entries(journal: Journal, material: Material, opening: Opening) -> tuple[Entry, ...]:
    """Return what is to be journaled when a session's first state is made: texts not kept yet, and the opening."""
    dose = _Dose(
        material.program, material.works, material.familiar, material.left_out, material.circumstances, material.marks
    )
    texts = {
        digest(text): text
        for text in (canonical(_DOSE.dump_python(dose, mode="json")), canonical(dict(material.lengths)))
    }
    dose_digest, lengths_digest = texts
    known = {row.entry.digest for row in journal.read(kinds=(Kept,)) if isinstance(row.entry, Kept)}
    opened = SessionOpened(
        session=opening.session,
        program=material.program.id,
        language=material.pack.tag,
        seed=opening.seed,
        screening=opening.screening,
        code=opening.code,
        dose=dose_digest,
        lengths=lengths_digest,
        pack=pack_digest(material.pack),
        care=opening.care,
    )
    return (*(Kept(name, text) for name, text in texts.items() if name not in known), opened)


def rebuild(opened: SessionOpened, journal: Journal, packs: Mapping[str, LanguagePack]) -> Material:
    """Return the material a session was opened with.

    Args:
        opened: The session's opening.
        journal: Holds the kept texts.
        packs: The language packs of today, by tag.

    Raises:
        JournalError: The language pack has changed since or is gone, or a kept text is missing.
    """
    pack = packs.get(opened.language)
    if pack is None:
        raise JournalError(
            f"Session {opened.session} was spoken with the language pack '{opened.language}', which is not there;"
            " put it back to replay the session."
        )
    if pack_digest(pack) != opened.pack:
        raise JournalError(
            f"The language pack '{opened.language}' has changed since session {opened.session} (coach {opened.code});"
            " put back the pack of that time to replay the session."
        )
    dose = _dose(opened, journal)
    try:
        lengths = _LENGTHS.validate_json(_kept(journal, opened, opened.lengths), strict=True)
    except ValidationError:
        raise _unreadable(opened) from None
    return Material(
        dose.program, dose.works, pack, lengths, dose.familiar, dose.left_out, dose.circumstances, dose.marks
    )


def dose_of(opened: SessionOpened, journal: Journal) -> tuple[Work, ...]:
    """Return what a session was meant to do.

    Raises:
        JournalError: It was not kept, or a coach of another version kept it otherwise.
    """
    return _dose(opened, journal).works


def pack_digest(pack: LanguagePack) -> str:
    """Return the digest of all that a language pack says; where its files lie does not count."""
    told: dict[str, Any] = pack.model_dump(mode="json", exclude={"phrases": {"source"}})
    return digest(canonical(told))


def digest(text: str) -> str:
    """Return the name under which a text is kept."""
    return sha256(text.encode()).hexdigest()


def _dose(opened: SessionOpened, journal: Journal) -> _Dose:
    try:
        return _DOSE.validate_json(_kept(journal, opened, opened.dose), strict=True)
    except ValidationError:
        raise _unreadable(opened) from None


def _unreadable(opened: SessionOpened) -> JournalError:
    return JournalError(
        f"The program of session {opened.session} was kept by coach {opened.code} in a form this one cannot read;"
        " replay the session with that version."
    )


def _kept(journal: Journal, opened: SessionOpened, name: str) -> str:
    text = kept(journal, name)
    if text is None or digest(text) != name:
        raise JournalError(f"What session {opened.session} was made of is not in the journal; it cannot be replayed.")
    return text
