import numpy as np
import pytest

from coach.audio.wavefile import write_wav
from coach.errors import PackError, SpeechError
from coach.speech.inspection import inspect
from coach.speech.synthesizers.recorded import RecordedSynthesizer

ENTRY = '[[recording]]\nkey = "session.paused"\ntext = "Paused.  Say continue."\nfile = "paused.wav"\n'


@pytest.fixture
def folder(tmp_path, write_sound):
    (tmp_path / "index.toml").write_text(ENTRY, encoding="utf-8")
    write_sound(tmp_path / "paused.wav", length_s=2.0, rate=44_100, channels=2)
    return tmp_path


def test_a_recording_serves_exactly_the_words_it_holds(folder, profile):
    recorded = RecordedSynthesizer(folder, "en")

    assert recorded.offers("Paused. Say continue.", profile())
    assert not recorded.offers("Paused. Say go on.", profile())
    assert not recorded.offers("Paused. Say continue.", profile(language="ko"))


def test_a_recording_of_any_rate_and_two_channels_becomes_a_mono_file(folder, profile, tmp_path):
    path = tmp_path / "out.wav"

    RecordedSynthesizer(folder, "en").render("Paused. Say continue.", profile(), path)

    samples, rate = inspect(path, None, None)
    assert rate == 48_000
    assert len(samples) == pytest.approx(2 * 48_000, abs=2)


def test_channels_in_opposite_phase_are_not_mixed_to_silence(folder, profile, tmp_path):
    voice = (0.3 * np.sin(np.arange(44_100) / 10)).astype(np.float32)
    write_wav(folder / "paused.wav", np.stack((voice, -voice), axis=1), 44_100)

    RecordedSynthesizer(folder, "en").render("Paused. Say continue.", profile(), tmp_path / "out.wav")

    samples, _ = inspect(tmp_path / "out.wav", None, None)
    assert np.abs(samples).max() > 0.2


def test_a_new_take_is_a_new_version(folder, write_sound):
    before = RecordedSynthesizer(folder, "en").version
    write_sound(folder / "paused.wav", length_s=2.5)

    assert RecordedSynthesizer(folder, "en").version != before


def test_a_folder_without_an_index_holds_no_recordings(tmp_path, profile):
    assert not RecordedSynthesizer(tmp_path, "en").offers("Paused. Say continue.", profile())


def test_a_recording_that_is_missing_is_named(folder, profile, tmp_path):
    (folder / "paused.wav").unlink()

    with pytest.raises(SpeechError, match=r"paused\.wav"):
        RecordedSynthesizer(folder, "en").render("Paused. Say continue.", profile(), tmp_path / "out.wav")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param('"paused.wav"', '"../paused.wav"', "key file", id="outside the folder"),
        pytest.param("text", "words", "key words", id="unknown key"),
    ],
)
def test_a_wrong_index_is_refused_by_file_and_key(folder, old, new, told):
    (folder / "index.toml").write_text(ENTRY.replace(old, new), encoding="utf-8")

    with pytest.raises(PackError) as caught:
        RecordedSynthesizer(folder, "en")

    assert str(folder / "index.toml") in str(caught.value)
    assert told in str(caught.value)
