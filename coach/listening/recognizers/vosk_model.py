"""A Vosk model in memory: the one place that names the library.

A truncated graph loads, and crashes at the first sound: the library's complaints while loading are read, and any of
them refuses the model. The library is given a folder and nothing else; asked for a language it would download one.
"""

import ctypes
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import numpy as np

from coach.audio.clip import Samples
from coach.errors import ModelError
from coach.units import LISTEN_BLOCK, LISTEN_RATE

GARBAGE: Final = ("<UNK>", "[unk]", "<unk>", "[UNK]")
"""The garbage word of the models seen so far: `<UNK>` Korean, `[unk]` English."""
CHUNK: Final = 2 * LISTEN_BLOCK
"""Listening frames given to the library at once, whatever the size of the blocks: 40 ms. Sizes from 20 to 200 ms
change neither the text nor its delay (measured); one size keeps the results independent of the blocks."""
_LIBC: Final = ctypes.CDLL(None)
_SEED: Final = 1
"""The library dithers with the C library's `rand`. Seeded for each utterance, the same sound gives the same result to
the last digit (measured); left alone, scores differ in the third digit and now and then a word does."""
COMPLAINTS: Final = ("ERROR", "not supported")
"""In what the library prints while loading: a file it could not read, or a model without a replaceable grammar."""


@dataclass(frozen=True, slots=True)
class VoskModel:
    """A model in memory; it may serve several recognizers."""

    folder: Path
    garbage: str
    """The word it hears where nothing of a grammar fits."""
    handle: Any = field(repr=False)

    def knows(self, word: str) -> bool:
        """Return whether the model has a word."""
        return int(self.handle.vosk_model_find_word(word)) >= 0

    def decoder(self, grammar: str) -> Any:  # noqa: ANN401 - the library ships no types
        """Return a fresh native recognizer for a grammar in JSON."""
        import vosk  # noqa: PLC0415 - pulls in a network client: only where Vosk is really used

        _LIBC.srand(_SEED)
        decoder = vosk.KaldiRecognizer(self.handle, float(LISTEN_RATE), grammar)
        decoder.SetWords(True)
        return decoder


def dictated(model: VoskModel, sound: Samples) -> str:
    """Return what a model hears in a sound without any grammar: for measuring how clearly something was said.

    Args:
        model: In memory.
        sound: float32, shape (frames,), 16 kHz.
    """
    import vosk  # noqa: PLC0415 - as above

    _LIBC.srand(_SEED)
    decoder = vosk.KaldiRecognizer(model.handle, float(LISTEN_RATE))
    steps = np.clip(sound * np.float32(32_767.0), -32_768, 32_767).astype("<i2")
    parts = (steps[begin : begin + CHUNK].tobytes() for begin in range(0, len(steps), CHUNK))
    heard = [decoder.Result() for part in parts if decoder.AcceptWaveform(part)]
    return " ".join(json.loads(told)["text"] for told in (*heard, decoder.FinalResult()))


def load_model(folder: Path, garbage: str | None = None) -> VoskModel:
    """Return the model in a folder.

    Args:
        folder: Where the model was unpacked.
        garbage: Its garbage word; default: the first of `GARBAGE` it knows.

    Raises:
        ModelError: Vosk is not installed, the folder is missing, incomplete or corrupt, or the model has no
            garbage word, so that any talk would become a command.
    """
    try:
        import vosk  # noqa: PLC0415 - as above
    except (ImportError, OSError) as missing:
        raise ModelError('Vosk is not installed; run: pip install "bedside-coach[vosk]".') from missing
    if not folder.is_dir():
        raise ModelError(f"There is no Vosk model in {folder}; unpack one there, or choose another engine.")
    advice = f"The Vosk model in {folder} is incomplete or corrupt; delete it and install it again"
    vosk.SetLogLevel(-1)
    with _native_stderr() as said:
        try:
            handle = vosk.Model(model_path=str(folder))
            _refuse_complaints(said, advice)  # before a grammar is tried: with half a graph that crashes
            known = [word for word in (garbage, *GARBAGE) if word and handle.vosk_model_find_word(word) >= 0]
            if known:
                vosk.KaldiRecognizer(handle, float(LISTEN_RATE), json.dumps(known[:1]))
        except ModelError:
            raise
        except Exception as broken:  # the library raises nothing narrower
            raise ModelError(f"{advice}.") from broken
        _refuse_complaints(said, advice)
    if not known:
        raise ModelError(
            f"The Vosk model in {folder} has no garbage word, so that any talk would become a command; "
            "use another model."
        )
    return VoskModel(folder, known[0], handle)


def _refuse_complaints(said: IO[str], advice: str) -> None:
    said.seek(0)
    lines = [line.strip() for line in said if any(word in line for word in COMPLAINTS)]
    if lines:
        raise ModelError(f"{advice} ({lines[0]}).")


@contextmanager
def _native_stderr() -> Iterator[IO[str]]:
    """Catch what native code prints on stderr, past Python."""
    sys.stderr.flush()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        kept = os.dup(2)
        os.dup2(said.fileno(), 2)
        try:
            yield said
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def pcm16(samples: Samples) -> bytes:
    """Return samples as the library takes them: 16-bit integers, little-endian."""
    return (np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()
