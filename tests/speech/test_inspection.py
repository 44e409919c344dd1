import wave

import numpy as np
import pytest

from coach.errors import SpeechError
from coach.speech.inspection import inspect


def test_a_good_file_is_returned_with_the_rate_of_its_header(tmp_path, write_sound):
    path = write_sound(tmp_path / "a.wav", length_s=1.0, rate=16_000, level=0.3)

    samples, rate = inspect(path, None, (0.9, 1.1))

    assert rate == 16_000
    assert samples.dtype == np.float32
    assert len(samples) == 16_000
    assert np.abs(samples).max() == pytest.approx(0.3, abs=1e-3)


@pytest.mark.parametrize(
    ("sound", "told"),
    [
        pytest.param({"length_s": 0.4}, "where 0.90 to 1.10 s were due", id="too short"),
        pytest.param({"length_s": 2.0}, "where 0.90 to 1.10 s were due", id="too long"),
        pytest.param({"rate": 44_100}, "44100 frames a second instead of 22050", id="wrong rate"),
        pytest.param({"level": 0.0}, "silence", id="silent"),
        pytest.param({"level": 0.0005}, "silence", id="nearly silent"),
        pytest.param({"level": 4.0}, "clipped", id="clipped"),
        pytest.param({"channels": 2}, "2 channels", id="stereo"),
        pytest.param({"length_s": 0.0}, "cut short", id="no frames"),
    ],
)
def test_a_file_that_is_not_the_line_is_refused(tmp_path, write_sound, sound, told):
    path = write_sound(tmp_path / "a.wav", **sound)

    with pytest.raises(SpeechError, match=told):
        inspect(path, 22_050, (0.9, 1.1))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(SpeechError, match="no file"):
        inspect(tmp_path / "a.wav", 22_050, (0.9, 1.1))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"", "an empty file", id="empty"),
        pytest.param(b"Audio saved to somewhere\n" * 20, "no PCM sound file", id="text"),
        pytest.param(b"RIFF", "no PCM sound file", id="half a header"),
    ],
)
def test_a_file_that_is_no_sound_is_refused(tmp_path, content, told):
    path = tmp_path / "a.wav"
    path.write_bytes(content)

    with pytest.raises(SpeechError, match=told):
        inspect(path, 22_050, (0.9, 1.1))


def test_a_file_that_was_cut_off_is_refused(tmp_path, write_sound):
    path = write_sound(tmp_path / "a.wav")
    path.write_bytes(path.read_bytes()[:-2_000])

    with pytest.raises(SpeechError, match="cut short"):
        inspect(path, 22_050, (0.9, 1.1))


def test_eight_bits_are_refused(tmp_path):
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(22_050)
        file.writeframes(bytes(22_050))

    with pytest.raises(SpeechError, match="8 bit"):
        inspect(path, 22_050, (0.9, 1.1))
