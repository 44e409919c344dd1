import numpy as np
import pytest

from coach.audio.resampler import Decimator
from coach.audio.wavefile import write_wav
from coach.errors import RecordingError
from coach.rehearsal.room import HISS_DB, NOMINAL_DB, Room, RoomSpec
from coach.units import BLOCK, LISTEN_BLOCK, amplitude


def speechlike(count, rate, level_db):
    """Return noise of the spectrum and the RMS of speech."""
    spectrum = np.fft.rfft(np.random.default_rng(3).standard_normal(count))
    hertz = np.fft.rfftfreq(count, 1.0 / rate)
    spectrum *= np.where(hertz < 100.0, 0.0, (500.0 / np.maximum(hertz, 500.0)) ** 1.5)
    samples = np.fft.irfft(spectrum, count)
    return (samples * amplitude(level_db) / np.sqrt(np.mean(samples**2))).astype(np.float32)


def silence(count):
    return np.zeros(count, dtype=np.float32)


def level_db(samples):
    return 10.0 * np.log10(np.mean(np.square(samples, dtype=np.float64)))


def in_blocks(room, played, person):
    heard = [
        room.hear(played[3 * at : 3 * at + BLOCK], person[at : at + LISTEN_BLOCK])
        for at in range(0, len(person), LISTEN_BLOCK)
    ]
    return tuple(np.concatenate(side) for side in zip(*heard, strict=True))


@pytest.fixture
def noisy(tmp_path):
    write_wav(tmp_path / "noise.wav", np.random.default_rng(4).uniform(-0.3, 0.3, 12_345).astype(np.float32), 16_000)
    return RoomSpec(noise=tmp_path / "noise.wav", noise_snr_db=20.0, echo_db=-30.0)


@pytest.mark.parametrize("echo_db", [-20.0, -30.0, -50.0])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_coach_arrives_at_the_echo_level(echo_db, seed):
    room = Room(RoomSpec(echo_db=echo_db), seed)

    mic = room.render(speechlike(240_000, 48_000, NOMINAL_DB), silence(80_000))

    assert level_db(mic[16_000:]) == pytest.approx(echo_db, abs=0.7)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_person_arrives_at_the_level_they_were_given_with(seed):
    room = Room(RoomSpec(), seed)

    mic = room.render(silence(240_000), speechlike(80_000, 16_000, -40.0))

    assert level_db(mic[16_000:]) == pytest.approx(-40.0, abs=0.7)


def test_a_dull_room_makes_nobody_softer(tmp_path):
    dull = np.convolve(np.full(12, 0.05), np.full(12, 0.05)).astype(np.float32)
    write_wav(tmp_path / "dull.wav", dull, 16_000)
    room = Room(RoomSpec(rir_mouth=tmp_path / "dull.wav"))

    mic = room.render(silence(240_000), speechlike(80_000, 16_000, -40.0))

    assert level_db(mic[16_000:]) == pytest.approx(-40.0, abs=0.7)


def test_noise_lies_below_a_person_at_the_echo_level_by_its_ratio(noisy):
    mic = Room(noisy).render(silence(240_000), silence(80_000))

    assert level_db(mic) == pytest.approx(-50.0, abs=0.1)


def test_a_quiet_room_still_hisses():
    mic = Room(RoomSpec()).render(silence(240_000), silence(80_000))

    assert level_db(mic) == pytest.approx(HISS_DB, abs=0.2)


def test_block_by_block_is_the_whole_in_one_go(noisy):
    played, person = speechlike(96_000, 48_000, -20.0), speechlike(32_000, 16_000, -40.0)

    mic, _ = in_blocks(Room(noisy, 5), played, person)

    assert np.abs(mic - Room(noisy, 5).render(played, person)).max() < 1e-4


def test_several_blocks_at_once_change_nothing(noisy):
    played, person = speechlike(96_000, 48_000, -20.0), speechlike(32_000, 16_000, -40.0)

    at_once = Room(noisy, 5).hear(played, person)

    assert np.array_equal(at_once, in_blocks(Room(noisy, 5), played, person))


def test_the_same_seed_gives_the_same_room_and_another_seed_another(noisy):
    played, person = speechlike(48_000, 48_000, -20.0), silence(16_000)

    first, again, other = (Room(noisy, seed).render(played, person) for seed in (1, 1, 2))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_reference_is_what_was_played():
    played = speechlike(48_000, 48_000, -20.0)

    _, reference = in_blocks(Room(RoomSpec()), played, silence(16_000))

    assert np.abs(reference - Decimator().accept(played)).max() < 1e-6


@pytest.mark.parametrize("late_s", [0.0, 0.1])
def test_a_recorded_response_keeps_its_delay_and_a_late_device_adds_to_it(tmp_path, late_s):
    response = silence(1_000)
    response[200] = 0.5
    write_wav(tmp_path / "rir.wav", response, 16_000)
    played = silence(48_000)
    played[3_000] = 0.5
    room = Room(RoomSpec(rir_echo=tmp_path / "rir.wav", rir_mouth=tmp_path / "rir.wav", echo_delay_s=late_s))

    mic = room.render(played, silence(16_000))

    assert np.abs(mic).argmax() == 1_000 + Decimator.DELAY + 200 + late_s * 16_000


def test_reverberation_dies_away_as_asked():
    burst = silence(96_000)
    burst[100] = 1.0
    room = Room(RoomSpec(rt60_s=0.4, echo_db=-10.0))

    mic = room.render(burst, silence(32_000)).astype(np.float64)

    # The backward integral of Schroeder (1965), read where it has fallen by 5 and by 25 dB.
    left = np.cumsum(np.square(mic[150:8_000])[::-1])[::-1]
    fallen = 10.0 * np.log10(left / left[0])
    assert 3.0 * (np.argmax(fallen < -25.0) - np.argmax(fallen < -5.0)) / 16_000 == pytest.approx(0.4, abs=0.05)


def test_the_microphone_never_goes_beyond_full_scale():
    mic, _ = Room(RoomSpec(echo_db=-6.0)).hear(speechlike(48_000, 48_000, -6.0), speechlike(16_000, 16_000, -6.0))

    assert np.abs(mic).max() == 1.0


@pytest.mark.parametrize("key", ["rir_mouth", "rir_echo", "noise"])
def test_a_silent_recording_is_an_error_that_names_it(tmp_path, key):
    write_wav(tmp_path / "nothing.wav", silence(100), 16_000)

    with pytest.raises(RecordingError, match=r"nothing\.wav: this"):
        Room(RoomSpec(**{key: tmp_path / "nothing.wav"}))
