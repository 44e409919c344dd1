"""What the comparison of voice detectors says of ones that are known."""

import numpy as np
import pytest
import soundfile

from coach.errors import InputError
from coach.listening.segmenter import END_S, LONGEST_S, Segmenter
from coach.rehearsal.hearing_bench.corpus import Recording
from coach.rehearsal.voice_bench import (
    Hung,
    Wanted,
    detectors,
    heard,
    noticed,
    spent,
    taken_for_speech,
    utterances,
    voice_activity,
)
from tests.rehearsal.conftest import no_bar

RATE = 16_000
BLOCKS_A_SECOND = 50


class Always:
    def accept(self, _block):
        return True


class Never:
    def accept(self, _block):
        return False


def sound(span_s, level=0.1, seed=1):
    return (np.random.default_rng(seed).standard_normal(round(span_s * RATE)) * level).astype(np.float32)


@pytest.fixture
def voice(tmp_path):
    path = tmp_path / "voice.wav"
    soundfile.write(path, sound(0.6), RATE, subtype="FLOAT")
    return Recording(path, "made", "stop", "somebody")


@pytest.fixture
def noise(tmp_path):
    path = tmp_path / "noise.wav"
    soundfile.write(path, sound(6.0, 0.01, 2), RATE, subtype="FLOAT")
    return path


def test_who_hears_somebody_all_the_time_notices_everybody_and_takes_all_noise_for_them(voice, noise):
    assert noticed(Always, [voice], [noise])["noticed %"] == 100.0
    assert taken_for_speech(Always, [noise]) == {"files": 1, "first 4 s %": 100.0, "later %": 100.0}


def test_who_hears_nobody_does_neither(voice, noise):
    assert noticed(Never, [voice], [])["noticed %"] == 0.0
    assert taken_for_speech(Never, [noise])["later %"] == 0.0


def test_the_coachs_own_rule_notices_a_voice_and_lets_go_of_a_steady_noise(voice, noise):
    assert noticed(Segmenter, [voice], [noise])["noticed %"] == 100.0
    assert noticed(Segmenter, [voice], [])["noticed %"] == 100.0
    assert taken_for_speech(Segmenter, [noise])["later %"] < 10.0


def test_a_detector_of_blocks_begins_after_two_of_three_and_ends_after_the_pause():
    said = iter([True, False, True, *[False] * 60])
    told = heard(Hung(lambda _block: next(said)), sound(63 / BLOCKS_A_SECOND))

    assert (np.flatnonzero(told)[0], int(told.sum())) == (2, round(END_S * BLOCKS_A_SECOND))


def test_talk_that_is_cut_is_counted():
    words = np.repeat(np.tile([1.0, 0.001], 55), RATE // 5).astype(np.float32)
    talk = sound(len(words) / RATE) * words
    assert len(talk) > 2 * LONGEST_S * RATE

    told = utterances(Segmenter, [np.concatenate((np.zeros(RATE, np.float32), talk))])

    assert told["cut"] >= 1


def test_computing_is_told_for_a_quiet_room_and_for_talk():
    assert set(spent(Never, [sound(1.0)])) == {"quiet room s/s", "talk s/s"}
    assert set(spent(Never, [])) == {"quiet room s/s"}


def test_a_library_that_is_not_installed_is_named():
    made, left_out = detectors()

    assert "coach" in made
    assert len(made) + len(left_out) == 5


def test_a_folder_without_recordings_is_refused(tmp_path):
    with pytest.raises(InputError, match="no folder with a manifest"):
        voice_activity(Wanted("en", tmp_path), no_bar)
