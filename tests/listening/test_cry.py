"""A cry is told when it is over, however long and steady it was, and nothing else is."""

import numpy as np
import pytest

from coach.listening.cry import CryDetector
from coach.listening.segmenter import Segmenter
from coach.units import LISTEN_BLOCK, LISTEN_RATE, amplitude


def sound(span_s, level_db, hertz=150.0):
    """Return a hum with the overtones of a voice, at an RMS level against full scale."""
    at = np.arange(round(span_s * LISTEN_RATE)) / LISTEN_RATE
    hum = sum(np.sin(2 * np.pi * hertz * overtone * at) / overtone for overtone in range(1, 20))
    return hum * amplitude(level_db) / np.sqrt(np.mean(hum**2))


def told(*stretches, noise_db=-65.0, offset=0.0):
    """Return when cries are told and how long each was, in seconds; a number of seconds stands for silence."""
    whole = np.concatenate([np.zeros(round(s * LISTEN_RATE)) if isinstance(s, float) else s for s in stretches])
    room = np.random.default_rng(1).standard_normal(len(whole)) * amplitude(noise_db)
    samples = (whole + room + offset).astype(np.float32)
    segmenter, detector = Segmenter(), CryDetector()
    cries = []
    for at in range(0, len(samples) - LISTEN_BLOCK + 1, LISTEN_BLOCK):
        block = samples[at : at + LISTEN_BLOCK]
        speech = segmenter.accept(block)
        if (cry := detector.accept(block, segmenter.floor_db, speech=speech)) is not None:
            cries.append(((at + LISTEN_BLOCK) / LISTEN_RATE, cry.blocks * LISTEN_BLOCK / LISTEN_RATE))
    return cries


def test_a_cry_is_told_when_its_utterance_is_over():
    ((at, span),) = told(5.0, sound(1.5, -25), 2.0)

    assert at == pytest.approx(7.04, abs=0.1)
    assert span == pytest.approx(2.04, abs=0.1)


@pytest.mark.parametrize("held_s", [4.8, 6.0, 9.0])
def test_a_steady_cry_that_was_taken_for_the_room_is_told_as_soon_as_it_falls_silent(held_s):
    ((at, span),) = told(5.0, sound(held_s, -25), 3.0)

    assert at == pytest.approx(5.0 + held_s + 0.2, abs=0.1)
    assert span == pytest.approx(held_s + 0.2, abs=0.1)


@pytest.mark.parametrize("noise_db", [-65.0, -45.0])
def test_a_sound_as_steady_that_hardly_stands_above_the_room_is_no_cry(noise_db):
    assert told(5.0, sound(6.0, noise_db + 20), 3.0, noise_db=noise_db) == []


def test_a_hum_that_has_begun_and_goes_on_is_no_cry():
    assert told(5.0, sound(20.0, -25), 3.0) == []


def programme(span_s, level_db, seed=0):
    """Return music without a pause: notes that follow each other, loud and less loud by turns."""
    rng = np.random.default_rng(seed)
    notes = [sound(0.5, level_db - rng.uniform(0.0, 6.0), hertz=rng.choice([131.0, 165.0, 196.0])) for _ in range(200)]
    return np.concatenate(notes)[: round(span_s * LISTEN_RATE)]


def test_a_loud_programme_that_begins_in_a_quiet_room_and_goes_on_is_no_cry():
    assert told(5.0, programme(60.0, -25), 3.0) == []


def test_a_cry_that_stands_above_a_loud_programme_is_told():
    music = programme(30.0, -45)
    music[20 * LISTEN_RATE : 22 * LISTEN_RATE] += sound(2.0, -10, hertz=220.0)

    ((at, _),) = told(5.0, music, 3.0)

    assert 27.0 < at < 30.0


def test_an_offset_of_the_microphone_hides_no_cry():
    usual = told(5.0, sound(0.9, -40), 2.0, noise_db=-75.0)

    assert len(usual) == 1
    assert told(5.0, sound(0.9, -40), 2.0, noise_db=-75.0, offset=0.1) == usual


def test_an_offset_of_the_microphone_makes_no_faint_sound_a_cry():
    assert told(5.0, sound(3.0, -48), 2.0, noise_db=-65.0, offset=0.1) == []
