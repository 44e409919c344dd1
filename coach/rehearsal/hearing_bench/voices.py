"""Synthetic voices that say what somebody in trouble says; spoken on the fly by espeak-ng, labelled as synthetic."""

import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Final

from coach.audio.clip import Samples
from coach.audio.recording import read_recording
from coach.commands import Command
from coach.speech.profile import VoiceProfile
from coach.speech.synthesizers.espeak import EspeakSynthesizer

DISTRESS: Final[dict[str, Command]] = {
    "it hurts": Command.PAIN,
    "ow": Command.PAIN,
    "ouch": Command.PAIN,
    "my hip hurts": Command.PAIN,
    "my leg hurts": Command.PAIN,
    "that's painful": Command.PAIN,
    "I'm in pain": Command.PAIN,
    "a sharp pain": Command.PAIN,
    "it really hurts": Command.PAIN,
    "I have a cramp": Command.PAIN,
    "something popped": Command.PAIN,
    "I feel dizzy": Command.DIZZY_UNWELL,
    "the room is spinning": Command.DIZZY_UNWELL,
    "I feel sick": Command.DIZZY_UNWELL,
    "I'm going to faint": Command.DIZZY_UNWELL,
    "I can't breathe": Command.BREATH_CHEST,
    "I'm short of breath": Command.BREATH_CHEST,
    "my chest hurts": Command.BREATH_CHEST,
    "chest pain": Command.BREATH_CHEST,
    "my calf hurts": Command.CALF_CLOT,
    "my leg is swollen": Command.CALF_CLOT,
    "my foot is numb": Command.NUMB,
    "I can't feel my toes": Command.NUMB,
    "pins and needles": Command.NUMB,
    "I'm bleeding": Command.BLEEDING,
    "my wound is open": Command.BLEEDING,
    "help me": Command.CALL_PERSON,
    "I need help": Command.CALL_PERSON,
    "call the nurse": Command.CALL_PERSON,
}
"""Phrase to what it must be heard as."""
CRIES: Final = frozenset({"ow", "ouch"})
"""Those of them that are no words: "are you hurt?" is the answer to them, for no recognizer tells them from "oh" and
"out"."""

VOICES: Final[dict[str, tuple[str, int, int]]] = {
    "American": ("en-us", 165, 50),
    "British": ("en-gb", 150, 45),
    "Received": ("en-gb-x-rp", 160, 55),
    "Scottish": ("en-gb-scotland", 155, 40),
    "American woman": ("en-us+f3", 160, 55),
    "British woman": ("en-gb+f2", 150, 60),
    "deep": ("en-us+m7", 150, 30),
    "hoarse": ("en-gb+croak", 145, 45),
    "whispered": ("en-us+whisper", 150, 50),
    "whispered, British": ("en-gb+whisperf", 140, 50),
    "slow": ("en-us+f4", 95, 45),
    "slow, British": ("en-gb+m3", 90, 40),
}
"""Name to espeak-ng voice, words a minute and pitch."""


@lru_cache(maxsize=4096)
def spoken(text: str, voice: str) -> Samples:
    """Return a phrase in one of `VOICES`: float32, 16 kHz.

    Raises:
        SpeechError: espeak-ng is not installed or lacks the voice.
    """
    name, rate, pitch = VOICES[voice]
    profile = VoiceProfile(
        id="bench", name=voice, language="en", engine="espeak", voice=name, rate_wpm=rate, pitch=pitch
    )
    with tempfile.TemporaryDirectory(prefix="coach-bench-") as folder:
        path = Path(folder) / "line.wav"
        EspeakSynthesizer().render(text, profile, path)
        return read_recording(path)
