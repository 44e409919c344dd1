import numpy as np
import pytest

from coach.audio.wavefile import WavWriter, pcm16, read_wav, write_wav
from coach.errors import RecordingError


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
