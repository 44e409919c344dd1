import numpy as np
import pytest

from coach.speech.earcons import CHIMES, FAULT_HZ, HIGH_HZ, LOW_HZ, TONE_MOST, TONES, chime, tone
from coach.units import SAMPLE_RATE, Frames, frames


def pitch_hz(samples):
    """Return the strongest frequency of a stretch of sound."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 65_536))
    return float(np.argmax(spectrum)) * SAMPLE_RATE / 65_536


def early_and_late_pitch(name):
    samples = tone(name).samples
    third = len(samples) // 3
    return pitch_hz(samples[:third]), pitch_hz(samples[-third:])


def test_the_rising_tone_rises_and_the_falling_tone_falls():
    low, high = early_and_late_pitch("rising")
    first, last = early_and_late_pitch("falling")

    assert high > low * 1.2
    assert last < first / 1.2
    assert all(LOW_HZ - 40 <= pitch <= HIGH_HZ + 40 for pitch in (low, high, first, last))


@pytest.mark.parametrize("name", TONES)
@pytest.mark.parametrize("room", [1, 480, 9_600, 12_000, 96_000])
def test_a_tone_never_outlasts_its_room_or_a_quarter_second(name, room):
    clip = tone(name, Frames(room))

    assert 0 < clip.length <= min(room, TONE_MOST)
    assert clip.name == f"tone.{name}"


@pytest.mark.parametrize("name", ["rising", "falling"])
def test_a_glide_fills_the_room_it_is_given(name):
    assert tone(name, frames(0.2)).length == frames(0.2)


@pytest.mark.parametrize(
    "clip", [*(tone(name) for name in TONES), *(chime(name) for name in CHIMES)], ids=lambda c: c.name
)
def test_every_earcon_begins_and_ends_without_a_click_and_within_full_scale(clip):
    edge = frames(0.001)

    assert clip.samples.dtype == np.float32
    assert np.abs(clip.samples).max() < 0.5
    assert np.abs(clip.samples[:edge]).max() < 0.02
    assert np.abs(clip.samples[-edge:]).max() < 0.02


def test_the_fault_chime_is_three_pulses_of_a_520_hz_square_wave():
    clip = chime("fault")
    pulses = clip.samples.reshape(5, frames(0.2))

    sounding = [bool(np.abs(pulse).max() > 0.05) for pulse in pulses]

    assert sounding == [True, False, True, False, True]
    assert pitch_hz(pulses[0]) == pytest.approx(FAULT_HZ, abs=3)
    spectrum = np.abs(np.fft.rfft(pulses[0] * np.hanning(len(pulses[0]))))
    third, second = (spectrum[round(n * FAULT_HZ * len(pulses[0]) / SAMPLE_RATE)] for n in (3, 2))
    assert third > 20 * second  # a square wave has odd harmonics only


def test_the_fault_chime_is_the_loudest_earcon():
    def power(clip):
        return float(np.square(clip.samples[np.abs(clip.samples) > 0.001]).mean())

    others = [tone(name) for name in TONES] + [chime("ready"), chime("heard")]

    assert power(chime("fault")) > max(power(clip) for clip in others)


def test_an_unknown_earcon_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="no tone"):
        tone("wobbling")
    with pytest.raises(ValueError, match="no chime"):
        chime("doorbell")
    with pytest.raises(ValueError, match="at least one frame"):
        tone("rising", Frames(0))
