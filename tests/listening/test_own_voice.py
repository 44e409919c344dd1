import numpy as np
import pytest

from coach.listening.excess import Whose
from coach.listening.own_voice import TAIL_BLOCKS, OwnVoiceGate
from coach.units import LISTEN_BLOCK

SILENCE = np.zeros(LISTEN_BLOCK, dtype=np.float32)


def _noise(level_db: float, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.standard_normal(LISTEN_BLOCK) * 10 ** (level_db / 20)).astype(np.float32)


def _follows(gate, blocks, mic, cleaned, reference, convergence_db) -> bool:  # noqa: PLR0917 - one row of a table
    following = False
    for _ in range(blocks):
        gate.accept(mic, cleaned, reference, convergence_db)
        following = gate.follow(voice=True)
    return following


def test_a_voice_is_followed_at_once_while_the_coach_is_silent():
    gate = OwnVoiceGate()

    assert _follows(gate, 4, _noise(-40), _noise(-40), SILENCE, 0.0)


def test_the_coachs_own_words_begin_no_utterance_before_the_canceller_has_learned():
    gate = OwnVoiceGate()

    assert not _follows(gate, 50, _noise(-30), _noise(-30), _noise(-20), 0.0)


@pytest.mark.parametrize(("person_db", "expected"), [(-30, True), (-40, True), (-52, False)])
def test_a_person_over_the_coach_is_told_from_what_the_canceller_leaves(person_db: float, expected: bool):
    gate = OwnVoiceGate()
    _follows(gate, 10, _noise(-65), _noise(-65), SILENCE, 24.0)
    gate.follow(voice=False)
    echo, person = _noise(-30, 1), _noise(person_db, 2)

    assert _follows(gate, 20, echo + person, person + _noise(-54, 3), _noise(-20, 1), 24.0) is expected


def _shouted(samples: np.ndarray) -> np.ndarray:
    """Return a block of which one sample drives the microphone to full scale."""
    clipped = samples.copy()
    clipped[100] = 0.995
    return clipped


@pytest.mark.parametrize(("echo_db", "expected"), [(-30, True), (-9, False)])
def test_a_microphone_at_full_scale_is_a_person_unless_the_echo_drives_it_there(echo_db: float, expected: bool):
    gate = OwnVoiceGate()
    _follows(gate, 10, _noise(-65), _noise(-65), SILENCE, 24.0)
    gate.follow(voice=False)
    echo = _noise(echo_db, 1)
    mic = _shouted(echo + _noise(-20, 2))

    assert _follows(gate, 20, mic, mic - echo, _noise(-20, 1), 24.0) is expected


def test_an_utterance_that_has_begun_is_followed_over_a_gap_while_the_coach_speaks():
    gate = OwnVoiceGate()
    _follows(gate, 3, _noise(-40), _noise(-40), SILENCE, 24.0)

    assert _follows(gate, 15, _noise(-30), _noise(-55), _noise(-20), 24.0)


def test_the_room_is_given_time_to_fall_silent():
    gate = OwnVoiceGate()
    _follows(gate, 10, _noise(-70), _noise(-70), SILENCE, 0.0)
    gate.follow(voice=False)
    _follows(gate, 5, _noise(-30), _noise(-30), _noise(-20), 0.0)
    gate.follow(voice=False)

    early = _follows(gate, TAIL_BLOCKS - 2, _noise(-40), _noise(-40), SILENCE, 0.0)
    late = _follows(gate, 5, _noise(-40), _noise(-40), SILENCE, 0.0)

    assert (early, late) == (False, True)


def test_an_utterance_is_over_when_only_echo_is_left_for_long():
    gate = OwnVoiceGate()
    _follows(gate, 3, _noise(-40), _noise(-40), SILENCE, 24.0)

    assert not _follows(gate, 40, _noise(-30), _noise(-55), _noise(-20), 24.0)


def test_the_rooms_noise_between_the_coachs_words_is_no_voice():
    gate = OwnVoiceGate()
    _follows(gate, 200, _noise(-60, 4), _noise(-60, 4), SILENCE, 24.0)
    gate.follow(voice=False)
    gate.accept(_noise(-30), _noise(-58), _noise(-20), 24.0)

    assert not _follows(gate, 10, _noise(-60, 5), _noise(-60, 5), SILENCE, 24.0)


def test_a_segmenter_that_still_holds_the_coachs_last_word_begins_no_utterance():
    gate = OwnVoiceGate()
    _follows(gate, 10, _noise(-70, 4), _noise(-70, 4), SILENCE, 24.0)
    gate.follow(voice=False)
    _follows(gate, 10, _noise(-30), _noise(-58), _noise(-20), 24.0)

    assert not _follows(gate, TAIL_BLOCKS + 10, _noise(-70, 4), _noise(-70, 4), SILENCE, 24.0)


def test_where_no_echo_comes_back_a_person_is_heard_over_the_coach():
    gate = OwnVoiceGate()
    _follows(gate, 10, _noise(-70, 4), _noise(-70, 4), SILENCE, 0.0)
    gate.follow(voice=False)
    _follows(gate, 60, _noise(-70, 4), _noise(-70, 4), _noise(-20), 0.0)
    gate.follow(voice=False)

    assert _follows(gate, 12, _noise(-40, 5), _noise(-40, 5), _noise(-20), 0.0)


def test_where_no_echo_comes_back_the_canceller_puts_no_words_of_the_coach_into_the_microphone():
    gate = OwnVoiceGate()
    quiet, made_up = _noise(-70, 4), _noise(-50, 6)
    _follows(gate, 10, quiet, quiet, SILENCE, 0.0)
    gate.follow(voice=False)
    _follows(gate, 60, quiet, quiet + made_up, _noise(-20), 0.0)

    left = [gate.accept(quiet, quiet + made_up, _noise(-20), 0.0) for _ in range(20)]

    assert not gate.follow(voice=True)
    assert 20 * np.log10(np.std(left)) < -65.0


def test_an_echo_that_hardly_stands_above_a_noisy_room_is_taken_out_all_the_same():
    gate = OwnVoiceGate()
    for block in range(2_000, 2_300):
        gate.accept(_noise(-50, block), _noise(-50, block), SILENCE, 0.0)
    left = []
    for block in range(300):
        loud = block % 20 < 5
        echo, room = _noise(-42 if loud else -60, block), _noise(-50, 1_000 + block)
        given = gate.accept(room + echo, room + 0.1 * echo, (3 if loud else 10) * echo, 20.0)
        left += [given] * (loud and block > 50)

    assert 20 * np.log10(np.std(left)) == pytest.approx(-50.0, abs=1.5)


def test_a_loud_echo_is_not_taken_for_none_because_the_canceller_has_not_learned():
    gate = OwnVoiceGate()
    _follows(gate, 10, _noise(-70, 4), _noise(-70, 4), SILENCE, 0.0)
    gate.follow(voice=False)

    assert not _follows(gate, 300, _noise(-30), _noise(-30), _noise(-20), 0.0)


def test_while_the_coach_speaks_alone_its_echo_is_brought_down_to_the_rooms_noise():
    gate = OwnVoiceGate()
    _follows(gate, 100, _noise(-65), _noise(-65), SILENCE, 24.0)
    for seed in range(200):
        left = gate.accept(_noise(-30, seed), _noise(-56, seed + 1), _noise(-20, seed), 24.0)

    assert 20 * np.log10(np.std(left)) < -60.0


def test_a_person_over_the_coach_comes_through():
    gate = OwnVoiceGate()
    _follows(gate, 100, _noise(-65), _noise(-65), SILENCE, 24.0)
    for seed in range(200):
        gate.accept(_noise(-30, seed), _noise(-56, seed + 1), _noise(-20, seed), 24.0)
    for seed in range(200, 210):
        person = _noise(-38, seed + 2)
        left = gate.accept(_noise(-30, seed) + person, person + _noise(-56, seed + 1), _noise(-20, seed), 24.0)

    assert 20 * np.log10(np.std(left)) == pytest.approx(-38.0, abs=1.5)


def test_a_canceller_whose_echo_is_not_in_the_microphone_any_more_is_not_believed():
    gate = OwnVoiceGate()
    _follows(gate, 100, _noise(-65), _noise(-65), SILENCE, 24.0)
    following = []
    for seed in range(60):
        mic, expected = _noise(-30, seed), _noise(-30, seed + 1_000)
        gate.accept(mic, mic - expected, _noise(-20, seed), 24.0)
        following.append(gate.follow(voice=True))

    assert not any(following[10:])


class TestWhatItRemembers:
    """Rule 5: it tells whose the words of the last blocks were, and nothing of blocks that no echo is expected in."""

    @staticmethod
    def _whose(gate, blocks=10):
        return gate.excess.whose(blocks * LISTEN_BLOCK, 0)

    @pytest.fixture
    def gate(self):
        """Return a gate that has just heard nothing but what a canceller leaves of the coach's voice."""
        gate = OwnVoiceGate()
        _follows(gate, 10, _noise(-65), _noise(-65), SILENCE, 24.0)
        _follows(gate, 60, _noise(-30, 1), _noise(-56, 3), _noise(-20, 1), 24.0)
        assert self._whose(gate) is Whose.OWN
        return gate

    def test_somebody_over_the_coach_is_another(self, gate):
        person = _noise(-30, 2)

        _follows(gate, 10, _noise(-30, 1) + person, person + _noise(-54, 3), _noise(-20, 1), 24.0)

        assert self._whose(gate) is Whose.ANOTHERS

    def test_nothing_is_told_of_the_silence_behind_the_coach(self, gate):
        _follows(gate, TAIL_BLOCKS - 1, _noise(-30, 2), _noise(-30, 2), SILENCE, 24.0)
        assert self._whose(gate) is Whose.ANOTHERS

        _follows(gate, 10, _noise(-30, 2), _noise(-30, 2), SILENCE, 24.0)

        assert self._whose(gate) is Whose.UNKNOWN

    def test_nothing_is_told_where_the_canceller_knows_nothing(self, gate):
        _follows(gate, 10, _noise(-30, 1), _noise(-30, 1), _noise(-20, 1), 0.0)

        assert self._whose(gate) is Whose.UNKNOWN

    def test_nothing_is_told_where_no_echo_comes_back(self, gate):
        _follows(gate, 200, _noise(-65), _noise(-65), _noise(-20, 1), 24.0)
        _follows(gate, 10, _noise(-30, 2), _noise(-30, 2), _noise(-20, 1), 24.0)

        assert self._whose(gate) is Whose.UNKNOWN

    def test_it_forgets_with_the_room(self, gate):
        gate.reset()

        assert self._whose(gate) is Whose.UNKNOWN
