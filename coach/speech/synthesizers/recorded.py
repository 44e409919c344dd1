"""Lines recorded by a person, in ``voices/<tag>/recordings``; preferred wherever there is one.

``index.toml`` says what was recorded::

    [[recording]]
    key = "session.paused"                              # for the person who reads the list
    text = "Paused. Say continue when you are ready."   # word for word what the phrase book says
    file = "paused.flac"                                # WAV or FLAC, any rate, in the same folder

A recording is used for exactly the words it holds: when a phrase is changed, the old recording falls silent
and the synthesizer speaks until it is recorded anew.
"""

import hashlib
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from coach.audio.recording import read_recording
from coach.audio.wavefile import write_wav
from coach.errors import PackError, RecordingError, SpeechError
from coach.speech.profile import VoiceProfile
from coach.tomlfile import parse, read_toml
from coach.units import SAMPLE_RATE

INDEX: Final = "index.toml"


class Recording(BaseModel):
    """One recorded line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(min_length=1)
    """Phrase key, such as ``session.paused``."""
    text: str = Field(min_length=1)
    """The words that are heard."""
    file: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\.(wav|flac)$")
    """File in the folder of the index."""


class Index(BaseModel):
    """What a folder of recordings holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    recording: tuple[Recording, ...] = ()


def read_index(folder: Path) -> Index:
    """Return what a folder says it holds; nothing where it has no index.

    Raises:
        PackError: The index is wrong.
    """
    path = folder / INDEX
    return parse(Index, read_toml(path, PackError), path, PackError) if path.exists() else Index()


class RecordedSynthesizer:
    """Hands out recordings of one language instead of rendering."""

    name: Final = "recordings"
    rate: Final = None

    def __init__(self, folder: Path, language: str, *, spared: Iterable[str] = ()) -> None:
        """Read the index; a folder without one holds no recordings.

        Args:
            folder: The folder of recordings of a language pack.
            language: BCP 47 tag of the pack.
            spared: Words that are never played from this folder, whatever its index says: safety rests on them.

        Raises:
            PackError: The index is wrong.
        """
        self._folder = folder
        self._language = language
        left_out = {_words(text) for text in spared}
        self._files = {
            words: entry.file for entry in read_index(folder).recording if (words := _words(entry.text)) not in left_out
        }

    @cached_property
    def version(self) -> str:
        """Return a digest of every recording, so that a new take replaces the old clip."""
        digest = hashlib.blake2b(digest_size=8)
        for words, file in sorted(self._files.items()):
            path = self._folder / file
            digest.update(f"{words}\0{file}\0".encode())
            digest.update(path.read_bytes() if path.is_file() else b"")
        return digest.hexdigest()

    def offers(self, text: str, profile: VoiceProfile) -> bool:
        """Return whether these very words were recorded in the profile's language."""
        return profile.speaks(self._language) and _words(text) in self._files

    def render(self, text: str, profile: VoiceProfile, path: Path) -> None:  # noqa: ARG002 - part of the port
        """Write the recording to a WAV file, channels mixed to one; see `Synthesizer.render`."""
        recording = self._folder / self._files[_words(text)]
        try:
            samples = read_recording(recording, SAMPLE_RATE)
        except RecordingError as error:
            raise SpeechError(f"cannot be used: {error}") from None
        write_wav(path, samples, SAMPLE_RATE)

    def close(self) -> None:
        """Do nothing: no process serves it."""


def _words(text: str) -> str:
    return " ".join(text.split())
