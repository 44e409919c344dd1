import numpy as np
import pytest

from coach.listening.segmenter import END_S, LOOKBACK, Segmenter
from coach.units import LISTEN_BLOCK, LISTEN_RATE, amplitude


def noise(span_s, level_db, seed=1):
    """Return steady noise of an RMS level against full scale."""
    samples = np.random.default_rng(seed).standard_normal(round(span_s * LISTEN_RATE), dtype=np.float32)
    return samples * np.float32(amplitude(level_db))


def voice(span_s, level_db, hertz=150.0):
    """Return a hum with the overtones of a voice, at an RMS level against full scale."""
    at = np.arange(round(span_s * LISTEN_RATE)) / LISTEN_RATE
    hum = sum(np.sin(2 * np.pi * hertz * overtone * at) / overtone for overtone in range(1, 20))
    return (hum * amplitude(level_db) / np.sqrt(np.mean(hum**2))).astype(np.float32)


def room(*stretches, noise_db=-60.0):
    """Return stretches of sound, or of nothing where a number of seconds is given, over steady noise."""
    sound = [np.zeros(round(s * LISTEN_RATE), dtype=np.float32) if isinstance(s, float) else s for s in stretches]
    whole = np.concatenate(sound)
    return whole + noise(len(whole) / LISTEN_RATE, noise_db)


def speaking(samples, segmenter=None, size=LISTEN_BLOCK):
    """Return for each block whether somebody was held to be speaking."""
    segmenter = segmenter or Segmenter()
    return np.array([segmenter.accept(samples[at : at + size]) for at in range(0, len(samples), size)])


def seconds(blocks):
    return np.flatnonzero(blocks) * LISTEN_BLOCK / LISTEN_RATE


def longest_s(blocks):
    longest = run = 0
    for block in blocks:
        run = run + 1 if block else 0
        longest = max(longest, run)
    return longest * LISTEN_BLOCK / LISTEN_RATE


@pytest.mark.parametrize("level_db", [-45.0, -30.0, -10.0])
def test_a_voice_is_noticed_within_the_lookback_and_ends_after_the_pause(level_db):
    heard = seconds(speaking(room(5.0, voice(1.0, level_db), 3.0)))

    assert 5.0 <= heard[0] <= 5.0 + LOOKBACK / LISTEN_RATE
    assert heard[-1] == pytest.approx(6.0 + END_S, abs=0.1)


def test_a_word_in_the_first_moment_of_a_recording_counts():
    heard = seconds(speaking(room(voice(0.5, -45.0), 2.0, noise_db=-70.0)))

    assert heard[0] < 0.1
    assert heard[-1] == pytest.approx(0.5 + END_S, abs=0.1)


@pytest.mark.parametrize("noise_db", [-90.0, -70.0, -60.0, -50.0])
def test_a_room_with_nobody_in_it_is_silent_once_its_noise_is_known(noise_db):
    assert not speaking(noise(20.0, noise_db))[5 * 50 :].any()


def test_a_whisper_counts_as_a_voice():
    assert speaking(room(5.0, noise(0.6, -45.0, seed=2), 1.0))[5 * 50 :].any()


def test_a_pause_within_a_phrase_ends_nothing():
    heard = speaking(room(5.0, voice(0.4, -40.0), 0.45, voice(0.4, -40.0), 2.0))

    assert np.count_nonzero(np.diff(heard.astype(int)) == 1) == 1


def test_the_pause_that_ends_an_utterance_can_be_chosen():
    sound = room(5.0, voice(0.4, -40.0), 0.45, voice(0.4, -40.0), 2.0)

    heard = speaking(sound, Segmenter(end_s=0.2))

    assert np.count_nonzero(np.diff(heard.astype(int)) == 1) == 2


def test_a_noise_that_rises_a_little_keeps_no_utterance_alive():
    sound = np.concatenate((room(5.0, voice(1.0, -40.0)), noise(2.0, -56.0)))

    assert seconds(speaking(sound))[-1] == pytest.approx(6.0 + END_S, abs=0.1)


def test_a_click_is_nobody():
    click = np.full(100, 0.3, dtype=np.float32)

    assert not speaking(room(5.0, click, 2.0)).any()


def test_hum_and_rumble_below_the_voice_are_nobody():
    hum = np.sin(2 * np.pi * 50.0 * np.arange(3 * LISTEN_RATE) / LISTEN_RATE).astype(np.float32) * np.float32(0.05)

    assert not speaking(room(5.0, hum, 2.0)).any()


def test_a_noise_that_begins_is_taken_for_somebody_only_for_seconds():
    heard = seconds(speaking(np.concatenate((noise(20.0, -65.0), noise(20.0, -45.0, seed=3)))))

    assert 20.0 <= heard[0] < 20.1
    assert heard[-1] < 25.0


def test_a_weak_voice_is_heard_again_soon_after_a_noise_has_ended():
    sound = np.concatenate((noise(10.0, -40.0), room(5.0, voice(0.6, -45.0), 1.0)))

    assert speaking(sound)[15 * 50 : 16 * 50].any()


def test_whatever_goes_on_no_utterance_lasts_longer_than_the_longest():
    syllable = np.concatenate((voice(0.4, -30.0), np.zeros(LISTEN_RATE // 5, dtype=np.float32)))

    heard = speaking(room(5.0, *[syllable] * 60, 2.0))

    assert longest_s(heard) <= 10.0
    assert np.mean(heard[5 * 50 : 40 * 50]) > 0.95


def test_a_restless_room_is_given_more_room_and_a_quiet_one_takes_it_back():
    blip = np.concatenate((voice(0.1, -50.0), np.zeros(LISTEN_RATE // 2, dtype=np.float32)))
    weak = voice(0.5, -50.0)

    restless = speaking(room(5.0, *[blip] * 50, 0.1))
    later = speaking(room(5.0, *[blip] * 50, 30.0, weak, 1.0))

    assert restless[6 * 50 : 9 * 50].all()
    assert np.mean(restless[15 * 50 :]) < 0.8
    assert later[-75:].any()


def test_digital_silence_and_the_hiss_after_it_are_nobody():
    sound = np.concatenate((np.zeros(10 * LISTEN_RATE, dtype=np.float32), noise(5.0, -75.0)))

    assert not speaking(sound).any()


def test_it_knows_how_loud_the_room_itself_is():
    segmenter = Segmenter()

    speaking(noise(10.0, -50.0), segmenter)

    # White noise has 3800 of its 8000 Hz in the band.
    assert segmenter.floor_db == pytest.approx(-50.0 + 10 * np.log10(3_800 / 8_000), abs=1.5)


@pytest.mark.parametrize("size", [100, 320, 333, 1_600])
def test_the_size_of_the_blocks_changes_nothing(size):
    sound = room(5.0, voice(0.5, -40.0), 2.0)
    common = 320 * size // np.gcd(320, size)

    whole = speaking(sound)[common // 320 - 1 :: common // 320]
    pieces = speaking(sound, size=size)[common // size - 1 :: common // size]

    assert np.array_equal(whole[: len(pieces)], pieces[: len(whole)])


def test_after_a_reset_nothing_is_known_of_the_room():
    segmenter = Segmenter()
    sound = room(5.0, voice(0.5, -40.0), 2.0)
    first = speaking(sound, segmenter)

    segmenter.reset()

    assert np.array_equal(speaking(sound, segmenter), first)
