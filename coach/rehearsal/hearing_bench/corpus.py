"""Recordings of people: sets in folders, each with a ``manifest.tsv`` (file, transcript, speaker)."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coach.errors import InputError
from coach.rehearsal.hearing_bench.kinds import Half


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording of a set."""

    path: Path
    set: str
    said: str
    """Its transcript, as the manifest has it."""
    speaker: str
    """Who speaks; the file's own name where that is unknown."""

    @property
    def half(self) -> Half:
        """Return the half the speaker belongs to."""
        return Half.HELD_OUT if reporting(self.speaker, self.speaker) else Half.TUNED


@dataclass(frozen=True, slots=True)
class Corpus:
    """The sets of a folder that can be used for a language."""

    spoken: tuple[Recording, ...] = ()
    """Speech of the language."""
    voices: tuple[Recording, ...] = ()
    """Coughs, moans, laughs ..."""
    noises: tuple[Recording, ...] = ()
    """Noises of rooms."""
    rooms: tuple[Recording, ...] = ()
    """Impulse responses, ``<room>_<distance>_<mouth or loudspeaker>``."""

    def __len__(self) -> int:
        """Return the number of recordings."""
        return len(self.spoken) + len(self.voices) + len(self.noises) + len(self.rooms)


def read_corpus(data: Path, language: str) -> Corpus:
    """Return what a folder holds.

    Args:
        data: Folder of sets; a set of the language is named ``<tag>_...``, others ``vocal_``, ``noise_``, ``rir_``.
        language: BCP 47 tag.

    Raises:
        InputError: The folder holds no set that can be used.
    """

    def sets(prefix: str) -> tuple[Recording, ...]:
        folders = sorted(data.glob(f"{prefix}_*")) if data.is_dir() else []
        return tuple(one for folder in folders if (folder / "manifest.tsv").is_file() for one in _read(folder))

    corpus = Corpus(sets(language), sets("vocal"), sets("noise"), sets("rir"))
    if not corpus.spoken:
        raise InputError(f"{data}: there is no folder with a manifest.tsv for {language} in it; name another folder.")
    return corpus


def reporting(speaker: str, file: str) -> bool:
    """Return whether a recording belongs to the half that is reported, by a hash of who speaks.

    Args:
        speaker: Id as the manifest has it; what stands behind the id in brackets does not matter.
        file: Name of the recording; stands for the speaker where that is unknown.
    """
    return int(hashlib.sha256(_who(speaker, file).encode()).hexdigest(), 16) % 2 == 1


def _read(folder: Path) -> Iterator[Recording]:
    with (folder / "manifest.tsv").open(encoding="utf-8", newline="") as opened:
        lines = sorted(csv.DictReader(opened, delimiter="\t", quoting=csv.QUOTE_NONE), key=lambda line: line["file"])
    for line in lines:
        who = _who(line["speaker"], line["file"])
        yield Recording(folder / line["file"], folder.name, line["transcript"], who)


def _who(speaker: str, file: str) -> str:
    known = speaker.removeprefix("librispeech-").split(" ")[0]
    return file.rsplit(".", maxsplit=1)[0] if known in ("", "unknown", "(none)") else known
