"""Each defect of a microphone is noticed in time, and what only sounds odd is not taken for one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.listening.health.complaint import Complaint
from coach.listening.health.microphone import RECOVERY_S, WINDOW_S, MicrophoneHealth, detectors
from coach.units import LISTEN_BLOCK, LISTEN_RATE

NOTICED_S = 2.5
"""Silence within this of any loss of hearing."""
STEP = 1 / 32_768


def hiss(span_s, level_db=-60.0, seed=1):
    """Return a microphone's own noise."""
    noise = np.random.default_rng(seed).standard_normal(round(span_s * LISTEN_RATE))
    return (noise * 10 ** (level_db / 20)).astype(np.float32)


def tone(span_s, hertz, level_db):
    at = np.arange(round(span_s * LISTEN_RATE)) / LISTEN_RATE
    return (np.sqrt(2) * 10 ** (level_db / 20) * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def talk(span_s, level_db=-20.0, seed=2):
    """Return noise with the spectrum and the pauses of somebody who talks."""
    sound = hiss(span_s, 0.0, seed)
    spectrum = np.fft.rfft(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / LISTEN_RATE)
    spectrum *= np.where(hertz < 100, 0.0, (500 / np.maximum(hertz, 500)) ** 1.5)
    shaped = np.fft.irfft(spectrum, len(sound))
    shaped *= 10 ** (level_db / 20) / np.sqrt(np.mean(shaped**2))
    syllables = np.abs(np.sin(np.arange(len(sound)) * 2 * np.pi * 2.0 / LISTEN_RATE))
    return (shaped * syllables).astype(np.float32) + hiss(span_s, -65.0, seed + 1)


def sixteen_bit(sound):
    """Return sound as a 16-bit converter gives it."""
    return (np.clip(np.rint(sound / STEP), -32_768, 32_767) * STEP).astype(np.float32)


def with_bit(sound, bit, value):
    words = np.clip(np.rint(sound / STEP), -32_768, 32_767).astype(np.int16).view(np.uint16)
    words = words | np.uint16(1 << bit) if value else words & np.uint16(0xFFFF ^ (1 << bit))
    return (words.view(np.int16) * np.float32(STEP)).astype(np.float32)


def gaps(share):
    """Return hiss in which blocks are missing, by turns."""
    sound = hiss(4.0).reshape(-1, LISTEN_BLOCK)
    missing = (np.arange(len(sound)) * share) % 1.0 < share
    sound[missing] = 0.0
    return sound.reshape(-1)


DEFECTS = {
    "zeros": (np.zeros(4 * LISTEN_RATE, dtype=np.float32), Complaint.MUTED),
    "dither of one step": (
        (np.random.default_rng(3).integers(-1, 2, 4 * LISTEN_RATE) * STEP).astype(np.float32),
        Complaint.MUTED,
    ),
    "one value": (np.full(4 * LISTEN_RATE, -0.25, dtype=np.float32), Complaint.CONSTANT),
    "full scale": (np.full(4 * LISTEN_RATE, 1.0, dtype=np.float32), Complaint.CONSTANT),
    "beside the middle": (hiss(4.0, -40.0) + np.float32(0.15), Complaint.OFFSET),
    "clipped": (np.clip(hiss(4.0, 0.0) * 4, -1, 1), Complaint.CLIPPED),
    "noise of another format": (
        np.random.default_rng(7).uniform(-1, 1, 4 * LISTEN_RATE).astype(np.float32),
        Complaint.LOUD,
    ),
    "the same block again and again": (np.tile(hiss(0.02), 200), Complaint.REPEATS),
    "the same half second again and again": (np.tile(talk(0.5), 8), Complaint.REPEATS),
    "a set bit": (with_bit(hiss(4.0, -30.0), 9, value=True), Complaint.STUCK_BIT),
    "a missing bit": (with_bit(hiss(4.0, -30.0), 9, value=False), Complaint.STUCK_BIT),
    "hum of 50 Hz": (tone(4.0, 50, -25.0) + tone(4.0, 150, -30.0) + hiss(4.0), Complaint.HUM),
    "hum of 60 Hz": (tone(4.0, 60, -25.0) + tone(4.0, 180, -30.0) + hiss(4.0), Complaint.HUM),
    "a third missing": (gaps(0.33), Complaint.GAPS),
}

SOUND = {
    "a quiet room": hiss(20.0, -62.0),
    "the hiss of a cheap microphone": hiss(20.0, -70.0),
    "a quiet room in 16 bit": sixteen_bit(hiss(20.0, -70.0)),
    "somebody talks": talk(20.0),
    "somebody talks far too loud": np.clip(talk(20.0, -6.0), -1, 1),
    "somebody talks in 16 bit": sixteen_bit(talk(20.0)),
    "a converter of 12 bits": (np.rint(talk(20.0) * 2048) / 2048).astype(np.float32),
    "a little beside the middle": hiss(20.0, -50.0) + np.float32(0.05),
    "some hum under the room": tone(20.0, 50, -55.0) + hiss(20.0, -60.0),
    "a tone of a television": tone(20.0, 440, -25.0) + hiss(20.0, -60.0),
    "a voice as deep as mains hum": tone(20.0, 110, -25.0) + hiss(20.0, -60.0),
    "one block in fifty is missing": gaps(0.02),
    "a fan": hiss(20.0, -35.0),
}


def complaints(sound, health=None):
    """Return each complaint with the seconds after which it was first made."""
    health = health or MicrophoneHealth()
    found = {}
    for begin in range(0, len(sound), LISTEN_BLOCK):
        complaint = health.accept(sound[begin : begin + LISTEN_BLOCK])
        if complaint is not None:
            found.setdefault(complaint, (begin + LISTEN_BLOCK) / LISTEN_RATE)
    return found


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_noticed_in_time_and_by_its_name(name):
    sound, expected = DEFECTS[name]

    found = complaints(sound)

    assert list(found) == [expected]
    assert WINDOW_S <= found[expected] <= NOTICED_S


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_that_begins_in_the_middle_of_a_night_is_noticed_as_soon(name):
    sound, expected = DEFECTS[name]
    health = MicrophoneHealth()
    complaints(hiss(20.0), health)

    found = complaints(sound, health)

    assert list(found) == [expected]
    assert found[expected] <= NOTICED_S


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_noticed_by_one_detector_that_can_be_left_out(name):
    sound, expected = DEFECTS[name]
    others = [detector for detector in detectors() if detector.complaint is not expected]

    assert expected not in complaints(sound, MicrophoneHealth(others))


@pytest.mark.parametrize("name", SOUND)
def test_what_only_sounds_odd_is_no_defect(name):
    assert complaints(SOUND[name]) == {}


def test_a_microphone_without_the_noise_of_a_room_is_too_faint():
    found = complaints(hiss(20.0, -86.0))

    assert list(found) == [Complaint.FAINT]
    assert found[Complaint.FAINT] == pytest.approx(10.0, abs=0.1)


def test_one_breath_in_ten_seconds_shows_that_it_is_not_too_faint():
    breaths = hiss(30.0, -86.0)
    for begin in range(0, 30, 8):
        breaths[begin * LISTEN_RATE : begin * LISTEN_RATE + 9_600] += hiss(0.6, -70.0, seed=begin)

    assert complaints(breaths) == {}


def test_a_complaint_lasts_until_it_has_not_shown_for_a_while():
    health = MicrophoneHealth()
    complaints(np.zeros(3 * LISTEN_RATE, dtype=np.float32), health)
    sound = hiss(10.0).reshape(-1, LISTEN_BLOCK)

    still = [at for at, block in enumerate(sound) if health.accept(block) is not None]

    assert RECOVERY_S <= len(still) * LISTEN_BLOCK / LISTEN_RATE <= RECOVERY_S + WINDOW_S
    assert still == list(range(len(still)))


def test_one_gap_is_no_defect():
    sound = hiss(6.0)
    sound[2 * LISTEN_RATE : 3 * LISTEN_RATE] = 0.0

    assert complaints(sound) == {}


def test_a_device_that_gates_its_noise_may_give_zeros():
    assert complaints(np.zeros(20 * LISTEN_RATE, dtype=np.float32), MicrophoneHealth(gated=True)) == {}


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers_are_a_defect_at_once(value):
    block = hiss(0.02)
    block[17] = value

    assert MicrophoneHealth().accept(block) is Complaint.NO_NUMBERS


def test_a_block_without_samples_changes_nothing():
    health = MicrophoneHealth()

    assert health.accept(np.zeros(0, dtype=np.float32)) is None


@settings(max_examples=25)
@given(
    level_db=st.floats(-70, -20),
    seed=st.integers(0, 2**16),
    offset=st.floats(-0.05, 0.05),
    bits=st.sampled_from([None, 12, 16]),
)
def test_no_hiss_and_no_talk_of_any_level_is_a_defect(level_db, seed, offset, bits):
    sound = hiss(4.0, level_db, seed) + talk(4.0, level_db, seed) + np.float32(offset)
    if bits is not None:
        sound = (np.rint(sound * 2 ** (bits - 1)) / 2 ** (bits - 1)).astype(np.float32)

    assert complaints(sound) == {}
