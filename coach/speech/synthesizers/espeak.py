"""The espeak-ng command: one process a line. Same voices as pyttsx3's driver, and voice variants besides."""

import re
import subprocess
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

from coach.errors import SpeechError
from coach.speech.profile import VoiceProfile
from coach.speech.synthesizer import LIMIT_S, UnavailableError, voice_missing

COMMAND: Final = "espeak-ng"
INSTALL: Final = "install espeak-ng with: sudo apt install espeak-ng"


@lru_cache(maxsize=4)
def installed_version(command: str = COMMAND) -> str:
    """Return the version of the installed espeak-ng, such as ``1.51``; ``none`` where there is no command."""
    try:
        told = subprocess.run(  # noqa: S603 - a fixed command, no shell
            [command, "--version"], capture_output=True, text=True, timeout=LIMIT_S, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return "none"
    found = re.search(r"\d+(\.\d+)+", told)
    return found.group() if found else "unknown"


class EspeakSynthesizer:
    """Renders through the command; it never plays, because it is always told a file."""

    name: Final = COMMAND
    rate: Final = 22_050

    def __init__(self, command: str = COMMAND, limit_s: float = LIMIT_S) -> None:
        """Prepare; nothing is run yet.

        Args:
            command: Name or path of the program.
            limit_s: Seconds one line may take.
        """
        self._command = command
        self._limit_s = limit_s

    @property
    def version(self) -> str:
        """Return the version the command tells."""
        return installed_version(self._command)

    def offers(self, text: str, profile: VoiceProfile) -> bool:  # noqa: ARG002 - part of the port
        """Return whether the profile names an espeak voice; for pyttsx3 this is the fallback."""
        return profile.engine in {"pyttsx3", "espeak"}

    def render(self, text: str, profile: VoiceProfile, path: Path) -> None:
        """Write the line to a WAV file; see `Synthesizer.render`."""
        self._require(profile.voice)
        settings = ["-v", profile.voice, "-s", str(profile.rate_wpm), "-p", str(profile.pitch), "-b", "1"]
        # The words go in on standard input: a line may begin with a dash.
        self._run([*settings, "-w", str(path), "--stdin"], text)

    def transcription(self, text: str, voice: str) -> str:
        """Return how the words of a text are pronounced, in IPA, by the dictionary of a voice; nothing is spoken.

        Raises:
            UnavailableError: There is no such command or voice.
            SpeechError: It failed.
        """
        self._require(voice)
        return " ".join(self._run(["-q", "--ipa", "-v", voice, "-b", "1", "--stdin"], text).split())

    def close(self) -> None:
        """Do nothing: each line has a process of its own, gone when it is rendered."""

    @cached_property
    def _voices(self) -> frozenset[str]:
        return _column(self._run(["--voices"], ""), 1) | _column(self._run(["--voices"], ""), 4)

    @cached_property
    def _variants(self) -> frozenset[str]:
        return frozenset(name.removeprefix("!v/") for name in _column(self._run(["--voices=variant"], ""), 4))

    def _require(self, voice: str) -> None:
        """Check the voice ourselves: the command takes an unknown variant without a word (1.51)."""
        base, plus, variant = voice.casefold().partition("+")
        if base not in self._voices:
            raise voice_missing(voice, self._voices)
        if plus and variant not in self._variants:
            raise voice_missing(voice, (f"{base}+{name}" for name in self._variants))

    def _run(self, arguments: list[str], text: str) -> str:
        """Return what the command printed.

        Raises:
            UnavailableError: There is no such command.
            SpeechError: It took too long or reported a failure.
        """
        try:
            done = subprocess.run(  # noqa: S603 - a fixed command, no shell
                [self._command, *arguments],
                input=text.encode(),
                capture_output=True,
                timeout=self._limit_s,
                check=False,
                process_group=0,  # Ctrl-C at the terminal is for the coach
            )
        except OSError as error:
            raise UnavailableError(f"does not start ({error.strerror}); {INSTALL}") from None
        except subprocess.TimeoutExpired:
            raise SpeechError(f"did not end within {self._limit_s:g} s") from None
        if done.returncode != 0:
            told = done.stderr.decode(errors="replace").strip().splitlines()
            raise SpeechError(f"failed ({told[-1] if told else f'exit status {done.returncode}'})")
        return done.stdout.decode(errors="replace")


def _column(listing: str, column: int) -> frozenset[str]:
    """Return one column of espeak's list of voices: 1 is the language, 4 the file."""
    rows = [line.split() for line in listing.splitlines()[1:]]
    return frozenset(row[column].casefold() for row in rows if len(row) > column)
