"""The clip cache: which line, in which voice, by which synthesizer, is in which file.

A file is named ``<line>-<maker>-<content>.wav``: digests of the words and the voice, of the synthesizer with
its version and of how clips are made (`FORMAT`), and of the samples inside.

1. The name says what must be inside; a file that differs is thrown away and rendered anew.
2. Files are only ever added under names that tell their content, complete or not at all: two processes that
   fill the same folder may do some work twice and nothing else.
3. espeak-ng gives lengths that differ by a sample from run to run. Of two files for one line the first by name
   counts, in every process.
4. A clip that was found whole may stay on the disk: it is read, and checked once more, when it is played.
"""

import hashlib
import struct
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from coach.audio.clip import Samples, Steps
from coach.audio.wavefile import pcm16, write_wav
from coach.disk import make_private
from coach.errors import CacheError
from coach.speech.profile import VoiceProfile
from coach.speech.synthesizer import Synthesizer
from coach.units import SAMPLE_RATE

FORMAT: Final = 2
"""Number of the way clips are made from a synthesizer's file; raise it when `leveling`, `emphasis` or `clauses`
change."""
_DASHES: Final = 2
_HEAD: Final = struct.Struct("<4sI4s4sIHHIIHH4sI")
"""Head of a WAV file as Python's `wave` writes it: RIFF, the format (PCM), the length of the samples."""


def line_digest(text: str, profile: VoiceProfile) -> str:
    """Return what names a line in a voice: words, language, voice, rate, pitch, emphasis and pauses."""
    said = profile.model_dump(include={"language", "voice", "rate_wpm", "pitch", "emphasis_db", "pause_s"})
    return _digest(text, *(f"{key}={said[key]}" for key in sorted(said)))


def maker_digest(synthesizer: Synthesizer) -> str:
    """Return what names the way a clip was made: synthesizer, its version, the format number."""
    return _digest(synthesizer.name, synthesizer.version, str(FORMAT))[:12]


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A clip that was found whole, and is read again whenever it is played: a program has 100 MB of them."""

    path: Path
    content: str
    frames: int

    def __len__(self) -> int:
        """Return its length in frames."""
        return self.frames

    def steps(self) -> Steps:
        """Return its samples: int16, shape (frames,), 48 kHz.

        Raises:
            CacheError: It cannot be read any more, or is another one now.
        """
        stepped = _read(self.path)
        if stepped is None or _digest_of(stepped) != self.content:
            raise CacheError(f"{self.path}: this prompt cannot be read any more; look at the card or the disk.")
        return stepped


class Catalog:
    """The files of one cache folder, listed once."""

    def __init__(self, folder: Path) -> None:
        """List the folder; one that is missing or cannot be read holds nothing."""
        self._folder = folder
        self._files: dict[str, list[str]] = {}
        self.damaged = 0
        """Files that were not what their name says, and were removed."""
        with suppress(OSError):
            for name in sorted(path.name for path in folder.iterdir()):
                if name.endswith(".wav") and name.count("-") >= _DASHES:
                    self._files.setdefault(name.partition("-")[0], []).append(name)

    def find(self, line: str, maker: str | None = None) -> Steps | None:
        """Return a line's samples, checked against their digest; None when it must be rendered.

        Args:
            line: From `line_digest`.
            maker: From `maker_digest`; None for whichever made it, in whatever version.

        Returns:
            int16, shape (frames,), 48 kHz.
        """
        found = self._whole(line, maker)
        return None if found is None else found[1]

    def on_disk(self, line: str, maker: str) -> OnDisk | None:
        """Return the same, checked as well, without its samples."""
        found = self._whole(line, maker)
        if found is None:
            return None
        path, stepped = found
        return OnDisk(path, _parts(path.name)[2], len(stepped))

    def _whole(self, line: str, maker: str | None) -> tuple[Path, Steps] | None:
        for name in self._files.get(line, ()):
            _, made_by, content = _parts(name)
            if maker not in (None, made_by):
                continue
            path = self._folder / name
            stepped = _read(path)
            if stepped is not None and _digest_of(stepped) == content:
                return path, stepped
            self.damaged += 1
            with suppress(OSError):
                path.unlink()
        return None

    def has(self, line: str, maker: str) -> bool:
        """Return whether a file of that name is there, without a look inside."""
        return any(_parts(name)[1] == maker for name in self._files.get(line, ()))

    def store(self, line: str, maker: str, samples: Samples) -> Steps:
        """Write a clip and return it as it will be read back, in 16-bit steps.

        Raises:
            OSError: The folder cannot be made or written to.
        """
        stepped = pcm16(samples)
        path = self._folder / f"{line}-{maker}-{_digest_of(stepped)}.wav"
        make_private(self._folder)  # her name may be among the prompts
        write_wav(path, samples, SAMPLE_RATE)
        self._files.setdefault(line, []).append(path.name)
        return stepped


def _parts(name: str) -> list[str]:
    """Return the digests in a file's name: of the line, of the maker, of the content."""
    return name.removesuffix(".wav").split("-", maxsplit=_DASHES)


def _read(path: Path) -> Steps | None:
    """Return the samples of a file that `store` has written; None where it is none.

    A session begins with some hundreds of these, so each is read at once and nothing is converted.
    """
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    count = len(raw) - _HEAD.size
    if count < 0 or count % 2 or raw[: _HEAD.size] != _head(count):
        return None
    return np.frombuffer(raw, dtype="<i2", offset=_HEAD.size)


def _head(count: int) -> bytes:
    """Return the head of a file of one channel, 16 bit and `SAMPLE_RATE`, before so many bytes of samples."""
    pcm, channels, width = 1, 1, 2
    kind = (16, pcm, channels, SAMPLE_RATE, width * SAMPLE_RATE, width, 8 * width)
    return _HEAD.pack(b"RIFF", _HEAD.size - 8 + count, b"WAVE", b"fmt ", *kind, b"data", count)


def _digest_of(stepped: Steps) -> str:
    return hashlib.blake2b(stepped.data, digest_size=12).hexdigest()


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
