import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from coach.audio.recording import read_recording
from coach.language.loader import load_packs
from coach.listening.closed_grammar import ClosedGrammar, Wording
from coach.listening.recognizers.scripted import ScriptedRecognizer
from coach.listening.registry import Workbench, make_recognizers
from coach.listening.vocabulary import Vocabulary, vocabulary

VOICES = Path(__file__).parents[2] / "voices"
GRID = 3_200
"""Listening frames on which speech begins and ends in these tests: a multiple of every block size they try."""


@dataclass(frozen=True)
class HearingCase:
    """A recognizer and somebody who says one of its phrases."""

    make: Callable = field(repr=False)
    """Makes a recognizer; given a frame, one that is also spoken to from that frame on."""
    phrase: str
    sound: np.ndarray = field(repr=False)
    """The phrase alone, at 16 kHz; a whole number of grid steps."""
    refuse: Callable | None = field(default=None, repr=False)
    """Tries to make a recognizer for a phrase it cannot hear; None where there is no such phrase."""


@pytest.fixture(scope="session")
def bench(tmp_path_factory):
    return Workbench(load_packs(VOICES), VOICES, tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def speak(tmp_path_factory):
    """Return a function that speaks a phrase with a synthetic voice."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed")
    folder = tmp_path_factory.mktemp("spoken")

    def spoken(text, voice, words_a_minute):
        path = folder / "spoken.wav"
        command = ["espeak-ng", "-v", voice, "-s", str(words_a_minute), "-w", str(path), text]
        subprocess.run(command, check=True)
        samples = read_recording(path)
        (loud,) = np.nonzero(np.abs(samples) > 0.01)
        samples = samples[loud[0] : loud[-1]]
        return np.pad(samples, (0, -len(samples) % GRID))

    return spoken


@pytest.fixture(scope="session")
def scripted_case():
    sound = np.zeros(2 * GRID, dtype=np.float32)

    def make(*spoken_at):
        recognizer = ScriptedRecognizer("en")
        for frame in spoken_at:
            recognizer.tell("stop", frame, frame + len(sound))
        return recognizer

    return HearingCase(make, "stop", sound)


@pytest.fixture(scope="session")
def vosk_case(bench, speak):
    if find_spec("vosk") is None or bench.vosk_model("ko") is None:
        pytest.skip("Vosk or its Korean model is not installed")
    from coach.listening.recognizers.vosk import VoskRecognizer  # noqa: PLC0415 - optional
    from coach.listening.recognizers.vosk_model import load_model  # noqa: PLC0415 - optional

    model = load_model(bench.vosk_model("ko").folder)
    book = bench.packs["ko"].commands

    def made(words):
        return VoskRecognizer(model, ClosedGrammar(model, words, Wording(book.fillers)))

    def refuse():
        unknown = [term for term in vocabulary({"ko": book}) if term.phrase == "아파"]
        return made(Vocabulary((*(_renamed(term, "zzyzx") for term in unknown),)))

    # Of eight voices this one is understood at every pace from 120 to 150 words a minute; most are at none.
    return HearingCase(lambda *_: made(vocabulary({"ko": book})), "그만", speak("그만", "ko+f5", 140), refuse)


@pytest.fixture(scope="session")
def phonemes_case(bench, speak):
    if find_spec("hama") is None:
        pytest.skip("hama is not installed")
    from coach.listening.phonemes.pronunciations import load_lexicon  # noqa: PLC0415 - optional
    from coach.listening.recognizers.phonemes import PhonemeRecognizer  # noqa: PLC0415 - optional

    lexicon = load_lexicon(bench.lexicon("en"))

    def refuse():
        known = next(iter(bench.vocabulary("en")))
        return PhonemeRecognizer(Vocabulary((_renamed(known, "zzyzx"),)), lexicon)

    def make(*_):
        return make_recognizers("phonemes", "en", bench)[0]

    return HearingCase(make, "stop", speak("stop", "en-gb", 150), refuse)


@pytest.fixture(params=["scripted", "vosk", "phonemes"])
def hearing_case(request):
    return request.getfixturevalue(f"{request.param}_case")


def _renamed(term, phrase):
    from dataclasses import replace  # noqa: PLC0415 - used here alone

    return replace(term, phrase=phrase)
