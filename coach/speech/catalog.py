"""The clip cache: which line, in which voice, by which synthesizer, is in which file.

A file is named ``<line>-<maker>-<content>.wav``: digests of the words and the voice, of the synthesizer with
its version and of how clips are made (`FORMAT`), and of the samples inside.

1. The name says what must be inside; a file that differs is thrown away and rendered anew.
2. Files are only ever added under names that tell their content, complete or not at all: two processes that
   fill the same folder may do some work twice and nothing else.
3. espeak-ng gives lengths that differ by a sample from run to run. Of two files for one line the first by name
   counts, in every process.
"""

import hashlib
import wave
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np

from coach.audio.clip import Samples, Steps
from coach.audio.wavefile import pcm16, write_wav
from coach.disk import make_private
from coach.speech.profile import VoiceProfile
from coach.speech.synthesizer import Synthesizer
from coach.units import SAMPLE_RATE

FORMAT: Final = 2
"""Number of the way clips are made from a synthesizer's file; raise it when `leveling`, `emphasis` or `clauses`
change."""


def line_digest(text: str, profile: VoiceProfile) -> str:
    """Return what names a line in a voice: words, language, voice, rate, pitch, emphasis and pauses."""
    said = profile.model_dump(include={"language", "voice", "rate_wpm", "pitch", "emphasis_db", "pause_s"})
    return _digest(text, *(f"{key}={said[key]}" for key in sorted(said)))


def maker_digest(synthesizer: Synthesizer) -> str:
    """Return what names the way a clip was made: synthesizer, its version, the format number."""
    return _digest(synthesizer.name, synthesizer.version, str(FORMAT))[:12]


class Catalog:
    """The files of one cache folder, listed once."""

    def __init__(self, folder: Path) -> None:
        """List the folder; one that is missing or cannot be read holds nothing."""
        self._folder = folder
        self._files: dict[str, list[Path]] = {}
        self.damaged = 0
        """Files that were not what their name says, and were removed."""
        with suppress(OSError):
            for path in sorted(folder.glob("*-*-*.wav")):
                self._files.setdefault(path.name.split("-")[0], []).append(path)

    def find(self, line: str, maker: str | None = None) -> Steps | None:
        """Return a line's samples, checked against their digest; None when it must be rendered.

        Args:
            line: From `line_digest`.
            maker: From `maker_digest`; None for whichever made it, in whatever version.

        Returns:
            int16, shape (frames,), 48 kHz.
        """
        for path in self._files.get(line, ()):
            _, made_by, content = path.stem.split("-", maxsplit=2)
            if maker not in (None, made_by):
                continue
            stepped = _read(path)
            if stepped is not None and _digest_of(stepped) == content:
                return stepped
            self.damaged += 1
            with suppress(OSError):
                path.unlink()
        return None

    def has(self, line: str, maker: str) -> bool:
        """Return whether a file of that name is there, without a look inside."""
        return any(path.stem.split("-")[1] == maker for path in self._files.get(line, ()))

    def store(self, line: str, maker: str, samples: Samples) -> Steps:
        """Write a clip and return it as it will be read back, in 16-bit steps.

        Raises:
            OSError: The folder cannot be made or written to.
        """
        stepped = pcm16(samples)
        path = self._folder / f"{line}-{maker}-{_digest_of(stepped)}.wav"
        make_private(self._folder)  # her name may be among the prompts
        write_wav(path, samples, SAMPLE_RATE)
        self._files.setdefault(line, []).append(path)
        return stepped


def _read(path: Path) -> Steps | None:
    """Return the samples of a file that `store` has written; None where it is none.

    A session begins with some hundreds of these, so nothing is converted that need not be.
    """
    try:
        with wave.open(str(path), "rb") as file:
            if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, SAMPLE_RATE):
                return None
            raw = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error):
        return None
    return np.frombuffer(raw[: len(raw) // 2 * 2], dtype="<i2")


def _digest_of(stepped: Steps) -> str:
    return hashlib.blake2b(stepped.data, digest_size=12).hexdigest()


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
