"""The synthesizer port: one line of text becomes one file of sound.

1. A synthesizer renders into a file and never plays: the mixer plays, so that a stop silences everything.
2. It promises nothing about the file. The renderer inspects every one before it is used.
3. It may be slow, hang, die or lie; a call still returns within its time limit, or raises.
"""

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from coach.errors import SpeechError
from coach.speech.profile import VoiceProfile

LIMIT_S = 8.0
"""Most seconds a synthesizer may take over one line: 800 times what espeak takes here (10 ms), so that
a Raspberry Pi that is busy with something else still passes."""


class UnavailableError(SpeechError):
    """The synthesizer, or the voice asked of it, is not there: another try cannot help."""


class Synthesizer(Protocol):
    """Something that can put a line of text into a sound file."""

    @property
    def name(self) -> str:
        """Name in messages, and part of the cache key."""

    @property
    def version(self) -> str:
        """Version of everything that shapes the sound; another version means that clips are rendered anew."""

    @property
    def rate(self) -> int | None:
        """Frames a second of the files it writes; None for recordings of people, whose rate and pace vary."""

    def offers(self, text: str, profile: VoiceProfile) -> bool:
        """Return whether this synthesizer is one to ask for this line in this voice."""

    def render(self, text: str, profile: VoiceProfile, path: Path) -> None:
        """Write the line to a WAV file: PCM, 16 bit, mono.

        Args:
            text: The words, not empty.
            profile: Voice, rate and pitch.
            path: File to write; it does not exist yet and its name ends in ``.wav``.

        Raises:
            UnavailableError: It is not installed, or lacks the voice; the message says what to do.
            SpeechError: It failed this time; the message is a clause that follows the synthesizer's name.
        """

    def close(self) -> None:
        """End whatever process serves it; the next line starts a new one."""


def voice_missing(voice: str, known: Iterable[str]) -> UnavailableError:
    """Return the error that names the voices nearest to one that is not installed."""
    names = sorted(set(known))
    near = difflib.get_close_matches(voice.casefold(), names, n=4, cutoff=0.6)
    near += [name for name in names if name.split("-")[0] == voice.casefold().split("-")[0] and name not in near]
    hint = f"near names are {', '.join(near[:6])}" if near else "see all of them with: espeak-ng --voices"
    return UnavailableError(f'has no voice "{voice}" ({hint}); change the key voice of the profile')
