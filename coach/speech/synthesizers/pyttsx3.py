"""pyttsx3 on espeak-ng, at arm's length: in a child process, with a time limit.

The library may hang, die, print or keep the sound card; none of it reaches the coach. The child serves
many lines (10 ms each; starting it takes 150 ms) and is killed at the first sign of trouble.
"""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Final

from coach.errors import SpeechError
from coach.speech.profile import VoiceProfile
from coach.speech.synthesizer import LIMIT_S, UnavailableError, voice_missing
from coach.speech.synthesizers.espeak import INSTALL, installed_version

_ANSWER_MOST: Final = 1_000_000
"""Bytes after which a child that answers nothing but noise is given up; the list of voices has 4,000."""


class Pyttsx3Synthesizer:
    """Renders through pyttsx3's espeak driver, which writes 22,050 frames a second."""

    name: Final = "pyttsx3"
    rate: Final = 22_050

    def __init__(self, command: Sequence[str] | None = None, limit_s: float = LIMIT_S) -> None:
        """Prepare; no process is started before the first line.

        Args:
            command: Program to run as the child and its arguments; None for the coach's own.
            limit_s: Seconds one line may take.
        """
        # -P keeps the child's own folder out of its imports: this file is called pyttsx3 too.
        own = [sys.executable, "-P", str(Path(__file__).with_name("pyttsx3_child.py"))]
        self._command = list(command) if command is not None else own
        self._limit_s = limit_s
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def version(self) -> str:
        """Return the versions of pyttsx3 and of espeak-ng; the library is not imported for it."""
        return f"{metadata.version('pyttsx3')}/{installed_version()}"

    def offers(self, text: str, profile: VoiceProfile) -> bool:  # noqa: ARG002 - part of the port
        """Return whether the profile asks for pyttsx3."""
        return profile.engine == "pyttsx3"

    def render(self, text: str, profile: VoiceProfile, path: Path) -> None:
        """Write the line to a WAV file; see `Synthesizer.render`."""
        request = {
            "text": text,
            "voice": profile.voice,
            "rate": profile.rate_wpm,
            "pitch": profile.pitch,
            "path": str(path),
        }
        try:
            answer = self._ask(request)
        except SpeechError:
            self.close()
            raise
        if "unavailable" in answer:
            self.close()
            raise UnavailableError(f"does not start ({answer['unavailable']}); {INSTALL}")
        if "voices" in answer:
            raise voice_missing(profile.voice, answer["voices"])
        if "error" in answer:
            raise SpeechError(str(answer["error"]))

    def close(self) -> None:
        """Kill the child, whatever it is doing."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        with child:  # closes the pipes and waits
            pass

    def _ask(self, request: Mapping[str, object]) -> dict[str, list[str]]:
        """Return the child's answer to one request.

        Raises:
            SpeechError: It did not start, ended, answered nothing in time, or only noise.
        """
        child = self._child = self._child or self._start()
        assert child.stdin is not None  # noqa: S101 - for the type checker: both are pipes
        assert child.stdout is not None  # noqa: S101
        try:
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.flush()
        except OSError:
            raise SpeechError("ended before it was given the line") from None
        ready = select.poll()
        ready.register(child.stdout, select.POLLIN)
        # The only clock here: a limit on another process, no part of the session's time.
        until = time.monotonic() + self._limit_s
        heard = b""
        while (left := until - time.monotonic()) > 0 and len(heard) < _ANSWER_MOST:
            if not ready.poll(1_000 * left):
                break
            piece = os.read(child.stdout.fileno(), 65_536)
            if not piece:
                raise SpeechError("ended in the middle of a line")
            heard += piece
            for line in heard.split(b"\n")[:-1]:
                answer = _answer(line)
                if answer.get("path") == request["path"] or "unavailable" in answer:
                    return answer
        raise SpeechError(f"did not answer within {self._limit_s:g} s")

    def _start(self) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(  # noqa: S603 - our own program by its full path, no shell
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                process_group=0,  # Ctrl-C at the terminal is for the coach, which ends the child itself
            )
        except OSError as error:
            raise UnavailableError(f"does not start ({error.strerror}); {INSTALL}") from None


def _answer(line: bytes) -> dict[str, list[str]]:
    """Return one line of the child's output as an answer; empty where it is noise."""
    try:
        answer = json.loads(line)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
