"""Every synthesizer there is, in the order in which they are asked."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from coach.speech.synthesizer import Synthesizer
from coach.speech.synthesizers.espeak import EspeakSynthesizer
from coach.speech.synthesizers.pyttsx3 import Pyttsx3Synthesizer
from coach.speech.synthesizers.recorded import RecordedSynthesizer
from coach.speech.synthesizers.tones import ToneSynthesizer


def every_synthesizer(
    voices: Path | None = None, own: Path | None = None, spared: Mapping[str, Iterable[str]] = MappingProxyType({})
) -> tuple[Synthesizer, ...]:
    """Return every synthesizer, best first: people, pyttsx3, the espeak-ng command, tones.

    Each takes only lines it offers to speak, so the voice profile decides which of them are asked.

    Args:
        voices: Folder of the language packs, whose ``<tag>/recordings`` are used; None for no recordings.
        own: The same for what a person's relatives recorded; theirs go before those of the packs.
        spared: By language, words that are never taken from the person's own folder.

    Raises:
        PackError: An index of recordings is wrong.
    """
    familiar = [
        RecordedSynthesizer(folder, folder.parent.name, spared=spared.get(folder.parent.name, ()))
        for folder in _folders(own)
    ]
    recorded = [RecordedSynthesizer(folder, folder.parent.name) for folder in _folders(voices)]
    return (*familiar, *recorded, Pyttsx3Synthesizer(), EspeakSynthesizer(), ToneSynthesizer())


def _folders(voices: Path | None) -> list[Path]:
    return sorted(voices.glob("*/recordings")) if voices is not None else []
