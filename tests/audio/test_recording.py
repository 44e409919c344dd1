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


def stereo(path, left, right):
    soundfile.write(path, np.stack((left, right), axis=1), 16_000, subtype="FLOAT")


def hiss(seconds, channels=2):
    return np.random.default_rng(4).normal(0.0, 1e-4, (channels, seconds * 16_000)).astype(np.float32)


def test_channels_in_opposite_phase_are_not_mixed_to_silence(tmp_path):
    stereo(tmp_path / "a.wav", -0.95 * tone(16_000), tone(16_000))

    assert np.array_equal(read_recording(tmp_path / "a.wav"), tone(16_000))


@pytest.mark.parametrize(("other", "taken"), [(-0.85, 0.5), (-0.75, 0.0)], ids=["22 dB lost", "18 dB lost"])
def test_the_loudest_channel_is_taken_where_the_mean_loses_more_than_20_db(tmp_path, other, taken):
    stereo(tmp_path / "a.wav", tone(16_000), other * tone(16_000))

    loudest = np.abs(read_recording(tmp_path / "a.wav")).max()

    assert loudest == pytest.approx(taken or 0.5 * (1 + other) / 2, rel=1e-3)


def test_a_pause_does_not_bring_back_a_mean_that_loses_the_next_word(tmp_path):
    said = np.concatenate((tone(16_000), np.zeros(2 * 16_000, dtype=np.float32)))
    said[-800:] = tone(16_000)[:800] / 500
    left, right = hiss(3)
    stereo(tmp_path / "a.wav", said + left, right - 0.95 * said)

    assert np.array_equal(read_recording(tmp_path / "a.wav"), said + left)


@pytest.mark.parametrize("there", [0.0, 0.3], ids=["gone", "quieter"])
def test_the_mean_comes_back_where_the_channel_that_was_taken_loses_the_voice(tmp_path, there):
    voice = tone(16_000)
    stereo(tmp_path / "a.wav", np.concatenate((voice, there * voice)), np.concatenate((-voice, voice)))

    samples = read_recording(tmp_path / "a.wav")

    assert np.allclose(samples[16_160:], (1 + there) / 2 * voice[160:])


def test_what_is_taken_changes_without_a_click(tmp_path):
    slow = (0.5 * np.sin(2 * np.pi * 20.25 * np.arange(32_000) / 16_000)).astype(np.float32)
    turned = np.where(np.arange(32_000) < 15_407, slow, -slow)  # where it crosses zero
    stereo(tmp_path / "a.wav", slow, turned)

    samples = read_recording(tmp_path / "a.wav")

    assert np.array_equal(samples[16_160:], slow[16_160:])
    assert np.abs(np.diff(samples)).max() < 0.01


def test_the_pieces_of_a_recording_in_opposite_phase_are_the_recording(tmp_path):
    sound = np.tile(tone(16_000), 3)
    stereo(tmp_path / "a.wav", sound, -sound)

    assert np.array_equal(
        np.concatenate(list(recording_blocks(tmp_path / "a.wav"))), read_recording(tmp_path / "a.wav")
    )


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
