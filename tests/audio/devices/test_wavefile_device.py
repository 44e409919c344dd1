import numpy as np

from coach.audio.devices.wavefile import WavefileDevice
from coach.audio.resampler import Interpolator
from coach.audio.wavefile import read_wav
from coach.units import BLOCK


def echo(played):
    return played[::3] * np.float32(0.5)


def tone(count):
    return (0.5 * np.sin(2 * np.pi * 500.0 * np.arange(count) / 48_000)).astype(np.float32)


def test_the_left_side_is_what_was_played_and_the_right_side_what_was_heard(tmp_path):
    played = tone(10 * BLOCK)
    device = WavefileDevice(tmp_path / "session.wav", echo)
    device.open()

    for at in range(0, len(played), BLOCK):
        device.advance(played[at : at + BLOCK])
    device.close()

    sides, rate = read_wav(tmp_path / "session.wav")
    assert rate == 48_000
    assert np.abs(sides[:, 0] - played).max() < 1e-4
    late = sides[Interpolator.DELAY :, 1]
    assert np.abs(late - 0.5 * played[: -Interpolator.DELAY])[200:].max() < 0.005


def test_a_muted_microphone_is_silence_on_the_right_side(tmp_path):
    device = WavefileDevice(tmp_path / "session.wav", echo)
    device.open()
    device.muted = True
    device.advance(tone(BLOCK))
    device.close()

    sides, _ = read_wav(tmp_path / "session.wav")

    assert sides[:, 0].any()
    assert not sides[:, 1].any()


def test_the_file_has_its_name_only_when_the_device_is_closed(tmp_path):
    device = WavefileDevice(tmp_path / "session.wav")
    device.open()
    device.advance(tone(BLOCK))

    before = (tmp_path / "session.wav").exists()
    device.close()

    assert not before
    assert (tmp_path / "session.wav").exists()
