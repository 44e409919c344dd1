import numpy as np
import pytest
import soundfile

from coach.audio.recording import read_recording, recording_blocks
from coach.errors import RecordingError


def tone(rate, hz=440.0):
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(rate) / rate)).astype(np.float32)


@pytest.mark.parametrize("suffix", ["wav", "flac"])
@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000])
def test_any_rate_and_format_becomes_one_channel_at_the_listening_rate(tmp_path, rate, suffix):
    soundfile.write(tmp_path / f"a.{suffix}", tone(rate), rate)

    samples = read_recording(tmp_path / f"a.{suffix}")

    assert samples.dtype == np.float32
    assert abs(len(samples) - 16_000) <= 1
    assert np.abs(samples[500:15_500] - tone(16_000)[500:15_500]).max() < 0.01


def test_channels_are_averaged(tmp_path):
    left = tone(16_000)
    soundfile.write(tmp_path / "a.wav", np.stack((left, np.zeros_like(left)), axis=1), 16_000, subtype="FLOAT")

    samples = read_recording(tmp_path / "a.wav")

    assert np.allclose(samples, left / 2)


def test_another_rate_can_be_asked_for(tmp_path):
    soundfile.write(tmp_path / "a.wav", tone(16_000), 16_000)

    assert abs(len(read_recording(tmp_path / "a.wav", 48_000)) - 48_000) <= 1


def test_an_empty_recording_is_an_error(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros(0, dtype=np.float32), 16_000)

    with pytest.raises(RecordingError, match=r"a\.wav: this holds no sound"):
        read_recording(tmp_path / "a.wav")


def test_a_recording_of_no_numbers_is_an_error(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.full(10, np.nan, dtype=np.float32), 16_000, subtype="FLOAT")

    with pytest.raises(RecordingError, match=r"a\.wav: this holds samples that are not numbers"):
        read_recording(tmp_path / "a.wav")


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
def test_the_pieces_of_a_recording_are_the_recording(tmp_path, rate):
    sound = np.tile(tone(rate), 3)[: 5 * rate // 2]
    soundfile.write(tmp_path / "a.wav", np.stack((sound, sound / 2), axis=1), rate)

    pieces = list(recording_blocks(tmp_path / "a.wav"))
    whole = read_recording(tmp_path / "a.wav")

    assert len(pieces) > 2
    assert np.abs(np.concatenate(pieces) - whole).max() < 1e-3


@pytest.mark.parametrize("value", [None, np.nan], ids=["empty", "no numbers"])
def test_pieces_of_what_is_no_recording_are_an_error(tmp_path, value):
    sound = np.zeros(0, dtype=np.float32) if value is None else np.full(10, value, dtype=np.float32)
    soundfile.write(tmp_path / "a.wav", sound, 16_000, subtype="FLOAT")

    with pytest.raises(RecordingError, match=r"a\.wav: this holds"):
        list(recording_blocks(tmp_path / "a.wav"))
