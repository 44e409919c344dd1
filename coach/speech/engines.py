"""Every synthesizer there is, in the order in which they are asked."""

from pathlib import Path

from coach.speech.synthesizer import Synthesizer
from coach.speech.synthesizers.espeak import EspeakSynthesizer
from coach.speech.synthesizers.pyttsx3 import Pyttsx3Synthesizer
from coach.speech.synthesizers.recorded import RecordedSynthesizer
from coach.speech.synthesizers.tones import ToneSynthesizer


def every_synthesizer(voices: Path | None = None) -> tuple[Synthesizer, ...]:
    """Return every synthesizer, best first: people, pyttsx3, the espeak-ng command, tones.

    Each takes only lines it offers to speak, so the voice profile decides which of them are asked.

    Args:
        voices: Folder of the language packs, whose ``<tag>/recordings`` are used; None for no recordings.

    Raises:
        PackError: An index of recordings is wrong.
    """
    folders = sorted(voices.glob("*/recordings")) if voices is not None else []
    recorded = [RecordedSynthesizer(folder, folder.parent.name) for folder in folders]
    return (*recorded, Pyttsx3Synthesizer(), EspeakSynthesizer(), ToneSynthesizer())
