"""Other recognizers on the same recordings, for comparison; none of them is part of the coach.

* *pocketsphinx*: PocketSphinx 5 with its own English model and a closed grammar of the product's phrases.
* *naive-vosk*: the Vosk model of the language with the same closed grammar, no garbage word and no acceptance.

Each takes a whole recording for one utterance and whatever it writes for a command. One that is not installed, or has
no model for the language, is left out and named.
"""

import importlib
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from coach.audio.clip import Samples
from coach.audio.wavefile import pcm16
from coach.language.command_book import CommandBook
from coach.language.grammar import read
from coach.language.utterance import Expectation
from coach.listening.hearing import Certainty, Hearing
from coach.rehearsal.hearing_bench.kinds import Figure
from coach.units import LISTEN_RATE

FIGURES: Final = frozenset({Figure.WORDS, Figure.OTHER_WORDS, Figure.VOCAL, Figure.NOISE})
"""Figures peers are tried on: recordings as they are."""

Write = Callable[[Samples], str]
"""Returns the words a recognizer writes for an utterance."""


class Peer:
    """Stands where a `Listener` stands, for one recognizer that writes words."""

    def __init__(self, name: str, write: Write, book: CommandBook) -> None:
        """Take what writes words, and the book they are looked up in."""
        self.name = name
        self._write = write
        self._book = book
        self.listened = 0
        self.move()

    def move(self) -> None:
        """Begin a recording."""
        self._pieces: list[Samples] = []
        self._expectation = Expectation()

    def expect(self, expectation: Expectation) -> None:
        """Say whether a question is open."""
        self._expectation = expectation

    def settle(self, mic: Samples) -> None:
        """Pass over a room in which nobody speaks."""
        self.listened += len(mic)

    def accept(self, mic: Samples, reference: Samples | None, *, sounding: tuple[str, ...] = ()) -> tuple[Hearing, ...]:
        """Take the next block."""
        del reference, sounding
        self._pieces.append(mic)
        self.listened += len(mic)
        return ()

    def finish(self) -> tuple[Hearing, ...]:
        """Return what the recording was taken for."""
        text = self._write(np.concatenate(self._pieces)) if self._pieces else ""
        command = read(text, self._book, self._expectation).command
        if command is None:
            return ()
        end = self.listened
        return (Hearing(command, text, self.name, 0.0, Certainty.FINAL, 0, end, end, utterance=end),)


@dataclass(frozen=True, slots=True)
class Peers:
    """The peers there are here."""

    ready: tuple[Peer, ...]
    left_out: tuple[str, ...]
    """A sentence for each that is not here."""


def find_peers(language: str, book: CommandBook, vosk_folder: Path | None) -> Peers:
    """Return the peers that are installed.

    Args:
        language: BCP 47 tag.
        book: What can be said.
        vosk_folder: The Vosk model of the language; None where none is installed.
    """
    phrases = tuple(dict.fromkeys(entry.phrase for entry in book.entries if entry.command is not None))
    ready: list[Peer] = []
    left_out: list[str] = []
    makers: dict[str, Callable[[], Write]] = {
        "pocketsphinx": lambda: _pocketsphinx(language, phrases),
        "naive-vosk": lambda: _vosk(vosk_folder, phrases),
    }
    for name, make in makers.items():
        try:
            ready.append(Peer(name, make(), book))
        except (ImportError, LookupError, OSError) as missing:
            left_out.append(f"{name} is left out: {missing}.")
    return Peers(tuple(ready), tuple(left_out))


def _pocketsphinx(language: str, phrases: Sequence[str]) -> Write:
    if language != "en":
        raise LookupError("it has an English model alone")
    library: Any = importlib.import_module("pocketsphinx")
    words = library.Decoder(loglevel="FATAL")
    known = [phrase for phrase in phrases if all(words.lookup_word(word) for word in phrase.split())]
    with tempfile.TemporaryDirectory(prefix="coach-bench-") as folder:
        grammar = Path(folder) / "coach.gram"
        grammar.write_text(f"#JSGF V1.0;\ngrammar coach;\npublic <all> = {' | '.join(known)};\n", encoding="utf-8")
        decoder = library.Decoder(jsgf=str(grammar), loglevel="FATAL", samprate=float(LISTEN_RATE))

    def write(sound: Samples) -> str:
        decoder.start_utt()
        decoder.process_raw(pcm16(sound).tobytes(), full_utt=True)
        decoder.end_utt()
        hypothesis = decoder.hyp()
        return "" if hypothesis is None else str(hypothesis.hypstr)

    return write


def _vosk(folder: Path | None, phrases: Sequence[str]) -> Write:
    if folder is None:
        raise LookupError("no Vosk model of the language is installed")
    library: Any = importlib.import_module("vosk")
    library.SetLogLevel(-1)
    model = library.Model(model_path=str(folder))
    known = [phrase for phrase in phrases if all(model.vosk_model_find_word(word) >= 0 for word in phrase.split())]
    grammar = json.dumps(known, ensure_ascii=False)

    def write(sound: Samples) -> str:
        decoder = library.KaldiRecognizer(model, float(LISTEN_RATE), grammar)
        decoder.AcceptWaveform(pcm16(sound).tobytes())
        return " ".join(_words(decoder))

    return write


def _words(decoder: Any) -> Iterator[str]:  # noqa: ANN401 - the library ships no types
    yield from json.loads(decoder.FinalResult()).get("text", "").split()
