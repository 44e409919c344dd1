import numpy as np
import pytest
import soundfile

from coach.audio.wavefile import WavWriter, pcm16, read_wav, wav_blocks, write_wav
from coach.errors import RecordingError


def noise(seconds):
    return np.random.default_rng(3).uniform(-0.5, 0.5, round(seconds * 16_000)).astype(np.float32)


def cut(path, share):
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])


def untold_wav(path, sound):
    """Write a WAV as it leaves a program that writes into a pipe: its sizes are all ones."""
    write_wav(path, sound, 16_000)
    told = bytearray(path.read_bytes())
    told[4:8] = told[40:44] = b"\xff" * 4
    path.write_bytes(told)


def untold_flac(path, sound):
    """Write a FLAC as it leaves a program that writes into a pipe: its 36 bits of length are zero."""
    soundfile.write(path, sound, 16_000, format="FLAC")
    told = bytearray(path.read_bytes())
    told[21] &= 0xF0
    told[22:26] = bytes(4)
    path.write_bytes(told)


@pytest.mark.parametrize("shape", [(500,), (500, 2)], ids=["mono", "stereo"])
def test_what_was_written_is_read_back(tmp_path, shape):
    samples = np.random.default_rng(1).uniform(-0.99, 0.99, shape).astype(np.float32)

    write_wav(tmp_path / "a.wav", samples, 48_000)

    read, rate = read_wav(tmp_path / "a.wav")
    assert rate == 48_000
    assert read.dtype == np.float32
    assert read.shape == shape
    assert np.abs(read - samples).max() <= 0.5 / 32_768


def test_reading_and_writing_again_gives_the_same_bytes(tmp_path):
    write_wav(tmp_path / "a.wav", np.linspace(-1.0, 1.0, 70_001, dtype=np.float32), 16_000)

    write_wav(tmp_path / "b.wav", read_wav(tmp_path / "a.wav")[0], 16_000)

    assert (tmp_path / "b.wav").read_bytes() == (tmp_path / "a.wav").read_bytes()


def test_samples_beyond_full_scale_are_held_and_not_wrapped():
    assert list(pcm16(np.array([1.5, 1.0, -1.0, -7.0], dtype=np.float32))) == [32_767, 32_767, -32_768, -32_768]


def test_a_file_written_in_blocks_is_the_file_written_at_once(tmp_path):
    samples = np.random.default_rng(2).uniform(-1.0, 1.0, (1_000, 2)).astype(np.float32)
    write_wav(tmp_path / "whole.wav", samples, 48_000)

    with WavWriter(tmp_path / "blocks.wav", 48_000, 2) as writer:
        for start in range(0, 1_000, 96):
            writer.write(samples[start : start + 96])

    assert (tmp_path / "blocks.wav").read_bytes() == (tmp_path / "whole.wav").read_bytes()


def test_a_file_appears_only_when_it_is_complete(tmp_path):
    writer = WavWriter(tmp_path / "a.wav", 48_000, 1)
    writer.write(np.zeros(10, dtype=np.float32))

    before = (tmp_path / "a.wav").exists()
    writer.close()
    writer.close()

    assert not before
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.wav"]


def test_an_error_while_writing_leaves_the_old_file_and_nothing_else(tmp_path):
    write_wav(tmp_path / "a.wav", np.zeros(10, dtype=np.float32), 48_000)
    old = (tmp_path / "a.wav").read_bytes()

    with pytest.raises(ValueError, match="2 channels"), WavWriter(tmp_path / "a.wav", 48_000, 1) as writer:
        writer.write(np.zeros((10, 2), dtype=np.float32))

    assert (tmp_path / "a.wav").read_bytes() == old
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.wav"]


def test_a_missing_file_is_one_clear_sentence(tmp_path):
    with pytest.raises(RecordingError, match=r"none\.wav: there is no such file"):
        read_wav(tmp_path / "none.wav")


def test_a_file_that_is_no_audio_is_one_clear_sentence(tmp_path):
    (tmp_path / "a.wav").write_text("not a sound")

    with pytest.raises(RecordingError, match=r"a\.wav: this cannot be read as audio"):
        read_wav(tmp_path / "a.wav")


@pytest.mark.parametrize("suffix", ["mp3", "flac"])
def test_a_file_that_breaks_off_is_an_error_after_what_is_there(tmp_path, suffix):
    soundfile.write(tmp_path / f"a.{suffix}", noise(10), 16_000)
    cut(tmp_path / f"a.{suffix}", 1 / 3)

    given = []
    with pytest.raises(RecordingError, match=rf"a\.{suffix}: this breaks off or is damaged after 3\.\d s; copy it"):
        given.extend(len(samples) for samples, _ in wav_blocks(tmp_path / f"a.{suffix}"))

    assert 3 <= sum(given) / 16_000 < 3.5


@pytest.mark.parametrize("suffix", ["mp3", "flac"])
def test_a_file_that_breaks_off_is_not_read_as_a_shorter_one(tmp_path, suffix):
    soundfile.write(tmp_path / f"a.{suffix}", noise(10), 16_000)
    cut(tmp_path / f"a.{suffix}", 1 / 3)

    with pytest.raises(RecordingError, match="breaks off"):
        read_wav(tmp_path / f"a.{suffix}")


def test_an_mp3_without_its_last_frame_is_read(tmp_path):
    soundfile.write(tmp_path / "a.mp3", noise(2), 16_000)
    cut(tmp_path / "a.mp3", 0.999)

    samples, _ = read_wav(tmp_path / "a.mp3")

    assert 1.8 * 16_000 < len(samples) < 2 * 16_000


def test_a_cut_wav_is_a_shorter_one(tmp_path):
    sound = noise(3)
    write_wav(tmp_path / "a.wav", sound, 16_000)
    cut(tmp_path / "a.wav", 1 / 2)

    samples, _ = read_wav(tmp_path / "a.wav")

    assert abs(len(samples) - len(sound) / 2) < 50
    assert np.abs(samples - sound[: len(samples)]).max() <= 0.5 / 32_768


@pytest.mark.parametrize("write", [untold_wav, untold_flac])
def test_a_file_that_does_not_say_how_long_it_is_is_read_to_its_end(tmp_path, write):
    sound = noise(2.5)
    write(tmp_path / "a", sound)

    samples, rate = read_wav(tmp_path / "a")
    pieces = [piece for piece, _ in wav_blocks(tmp_path / "a")]

    assert rate == 16_000
    assert [len(piece) for piece in pieces] == [16_000, 16_000, 8_000]
    assert np.array_equal(np.concatenate(pieces), samples)
    assert np.abs(samples - sound).max() <= 1 / 32_768


def test_a_wav_of_no_frames_has_its_rate_and_channels(tmp_path):
    write_wav(tmp_path / "a.wav", np.zeros((0, 2), dtype=np.float32), 44_100)

    samples, rate = read_wav(tmp_path / "a.wav")

    assert (samples.shape, rate) == ((0, 2), 44_100)
    assert list(wav_blocks(tmp_path / "a.wav")) == []
