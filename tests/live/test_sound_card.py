"""PortAudio over a real sound server: what is played, what is heard, and what is lost."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from coach.audio.devices.portaudio import PortAudioDevice, sound_devices
from coach.audio.devices.portaudio_child import LEAD_IN_S, Counter
from coach.audio.resampler import Decimator
from coach.errors import MissingError
from coach.rehearsal.software_card import LOUDSPEAKER, MONITOR
from coach.units import BLOCK, LISTEN_RATE, SAMPLE_RATE

PROMPT_S = 5.0
"""Far more than any of it takes, far less than for ever."""


def runs(process_id):
    """Return whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def lag(late, early):
    """Return by how many frames `late` comes after `early`, and how alike they are there (1: the same)."""
    size = 2 * max(len(late), len(early))
    products = np.fft.irfft(np.fft.rfft(late, size) * np.conj(np.fft.rfft(early, size)), size)
    at = int(np.argmax(np.abs(products)))
    frames = at if at < size // 2 else at - size
    overlap_late = late[max(0, frames) : max(0, frames) + len(early)]
    overlap_early = early[max(0, -frames) : max(0, -frames) + len(overlap_late)]
    energy = np.sqrt((overlap_late**2).sum() * (overlap_early**2).sum())
    return frames, float(products[at] / max(energy, 1e-12))


def test_the_loudspeaker_gets_exactly_what_was_played_in_its_order(card, driver, noise):
    recording = card.record()

    driver.rest(0.5)
    driver.play(noise)
    driver.rest(1.0)

    recorded = recording.finish()
    assert not recorded[0]
    assert not recorded[-1]
    assert np.array_equal(recorded[recorded != 0], noise)  # a busy machine may leave gaps, but loses nothing


def test_it_is_open_once_a_moment_of_silence_has_woken_the_loudspeaker(device):
    device.open()

    assert device._line._counters[Counter.SOUNDED] >= LEAD_IN_S * SAMPLE_RATE


def test_a_loudspeaker_that_sleeps_at_silence_is_kept_awake(card, drive):
    recording = card.record()
    device = PortAudioDevice(environment=card.environment, awake=True)
    device.open()

    drive(device).rest(1.0)
    device.close()

    heard = np.abs(recording.finish())
    assert 0 < heard.max() <= 1 / 32_768
    assert np.count_nonzero(heard) > SAMPLE_RATE // 2


def test_without_a_microphone_it_plays_all_the_same(card, noise, drive):
    recording = card.record()
    device = PortAudioDevice(microphone=None, environment=card.environment)
    device.open()
    driver = drive(device)

    driver.play(noise)
    driver.rest(0.6)
    status = device.status
    device.close()

    recorded = recording.finish()
    assert np.array_equal(recorded[recorded != 0], noise)
    assert not len(driver.heard)
    assert (status.output_alive, status.input_alive) == (True, False)


def test_the_microphone_brings_what_a_person_says(card, driver, noise):
    driver.rest(0.3)

    person = card.say(noise)
    driver.rest_until(lambda: person.over)
    driver.rest(0.5)

    pieces = np.split(Decimator().accept(noise), 20)
    places = [lag(driver.heard, piece) for piece in pieces]
    found = [frames for frames, likeness in places if likeness > 0.5]  # a busy machine may cut a few
    assert len(found) > len(pieces) // 2
    assert found == sorted(found)


def test_what_was_played_stays_in_step_with_what_is_heard(card, noise, drive, capsys):
    # The microphone hears the loudspeaker and nothing else: an echo without a room.
    device = PortAudioDevice(environment=card.environment | {"PULSE_SOURCE": LOUDSPEAKER + MONITOR})
    device.open()
    driver = drive(device)
    for _ in range(4):
        driver.play(noise)
    granted = device.latency
    device.close()

    half = LISTEN_RATE // 2
    lags = [
        lag(driver.heard[begin : begin + LISTEN_RATE], driver.referred[begin : begin + half])
        for begin in range(2 * LISTEN_RATE, len(driver.heard) - LISTEN_RATE, LISTEN_RATE)
    ]
    frames, likeness = np.median(lags, axis=0)  # on a busy machine a stretch may hold a gap
    with capsys.disabled():
        sys.stdout.write(
            f" [granted {1e3 * granted.output_s:.0f} ms out, {1e3 * granted.input_s:.0f} ms in; "
            f"echo {1e3 * frames / LISTEN_RATE:.1f} ms behind its reference]"
        )
    assert likeness > 0.3
    assert 0 <= frames <= (granted.output_s + granted.input_s + 0.1) * LISTEN_RATE
    assert sum(abs(each - frames) <= LISTEN_RATE // 200 for each, _ in lags) > len(lags) // 2


def test_the_latency_is_the_one_that_was_granted(card, device):
    device.open()
    asked_for_more = PortAudioDevice(environment=card.environment, latency_s=0.2)
    asked_for_more.open()
    more = asked_for_more.latency
    asked_for_more.close()

    assert 0.04 <= device.latency.output_s < 0.5
    assert 0.0 < device.latency.input_s < 0.5
    assert more.output_s > device.latency.output_s + 0.1


def test_a_suspended_microphone_is_lost_while_the_output_goes_on(card, driver):
    driver.rest(0.5)

    card.control("suspend-source", "microphone", "1")
    lost = driver.rest_until(lambda: not driver.device.status.input_alive)
    played, captured = driver.device.played, driver.device.captured
    driver.rest(0.5)
    went_on = driver.device.played - played
    status = driver.device.status
    card.control("suspend-source", "microphone", "0")
    back = driver.rest_until(lambda: driver.device.status.input_alive)

    assert lost
    assert status.output_alive
    assert went_on == SAMPLE_RATE // 2
    assert back
    assert driver.device.captured > captured


def test_a_suspended_loudspeaker_is_lost_while_the_microphone_goes_on(card, driver):
    driver.rest(0.5)

    card.control("suspend-sink", "loudspeaker", "1")
    lost = driver.rest_until(lambda: not driver.device.status.output_alive)
    played, captured = driver.device.played, driver.device.captured
    driver.rest(0.5)
    status = driver.device.status
    stood_still = driver.device.played == played
    card.control("suspend-sink", "loudspeaker", "0")
    back = driver.rest_until(lambda: driver.device.status.output_alive)

    assert lost
    assert stood_still
    assert status.input_alive
    assert driver.device.captured > captured
    assert back


def test_a_killed_sound_server_loses_both_and_holds_up_nothing(card, driver):
    driver.rest(0.5)

    card.kill()
    began = time.monotonic()
    lost = driver.rest_until(
        lambda: not driver.device.status.output_alive and not driver.device.status.input_alive, limit_s=3
    )
    driver.rest(0.5)
    driver.device.close()
    took_s = time.monotonic() - began

    assert lost
    assert took_s < PROMPT_S


def test_a_restart_finds_the_devices_of_a_new_server_and_counts_on(card, driver, noise):
    driver.rest(0.5)
    card.kill()
    driver.rest_until(lambda: not driver.device.status.output_alive)
    played, captured = driver.device.played, driver.device.captured

    card.start()
    recording = card.record()
    driver.device.restart()
    back = driver.rest_until(lambda: driver.device.status.output_alive and driver.device.captured > captured)
    driver.play(noise)
    driver.rest(1.0)
    recorded = recording.finish()

    assert back
    assert driver.device.fault == ""
    assert driver.device.played > played + len(noise)
    assert np.array_equal(recorded[recorded != 0], noise)


def test_a_restart_without_a_server_says_what_is_missing_and_may_be_tried_again(card, driver):
    driver.rest(0.2)
    card.kill()

    driver.device.restart()
    given_up = driver.rest_until(lambda: driver.device.fault)
    fault = driver.device.fault
    played = driver.device.played
    driver.rest(0.2)
    stood_still = driver.device.played == played
    card.start()
    driver.device.restart()
    back = driver.rest_until(lambda: driver.device.status.output_alive)

    assert given_up
    assert fault == "There is no loudspeaker; plug one in and try again."
    assert stood_still
    assert back


def test_a_sound_process_that_died_is_as_good_as_an_unplugged_card(driver):
    driver.rest(0.5)

    os.kill(driver.device.process_id, signal.SIGKILL)
    lost = driver.rest_until(
        lambda: not driver.device.status.output_alive and not driver.device.status.input_alive, limit_s=3
    )
    driver.device.restart()
    back = driver.rest_until(lambda: driver.device.status.output_alive and driver.device.status.input_alive)

    assert lost
    assert back


def test_a_stopped_sound_process_can_be_closed(driver):
    driver.rest(0.2)
    os.kill(driver.device.process_id, signal.SIGSTOP)
    began = time.monotonic()

    driver.rest(1.0)
    driver.device.close()

    assert time.monotonic() - began < PROMPT_S


def test_what_nobody_read_in_time_is_counted_as_lost_and_the_newest_is_kept(driver):
    driver.rest(0.2)
    captured = driver.device.captured
    for _ in range(200):
        driver.device.write(np.zeros(BLOCK, dtype=np.float32))

    kept = driver.device.read()

    assert 2 * LISTEN_RATE < len(kept.mic) == len(kept.reference) < 3 * LISTEN_RATE
    assert driver.device.captured == captured + len(kept.mic)
    assert driver.device.status.overflows > 50


def test_a_late_host_is_a_gap_that_is_counted_and_the_card_goes_on(driver):
    driver.rest(0.5)
    captured = driver.device.captured
    while driver.device.captured - captured < LISTEN_RATE // 2:  # the host listens for half a second and writes nothing
        driver.device.read()

    driver.rest(0.5)

    assert driver.device.status.underflows >= driver.device.status.late >= 1
    assert driver.device.status.output_alive


def test_the_devices_are_listed_by_name(card):
    listed = sound_devices(card.environment)

    assert {"pulse", "default"} <= {each.name for each in listed if each.host_api == "ALSA"}
    assert [each.name for each in listed if each.default_output] == ["default"]
    assert all(each.outputs and each.inputs for each in listed)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"output": "Jabra"}, r"There is no loudspeaker named 'Jabra'; there are: .*pulse \(ALSA\)"),
        ({"microphone": "Jabra"}, r"There is no microphone named 'Jabra'; there are: .*default \(ALSA\)"),
        ({"output": "pulse", "host_api": "JACK"}, r"There is no loudspeaker named 'pulse / JACK'; there are: .*pulse"),
    ],
    ids=["loudspeaker", "microphone", "interface"],
)
def test_a_name_that_is_not_there_is_told_with_those_that_are(card, asked, message):
    device = PortAudioDevice(environment=card.environment, **asked)

    with pytest.raises(MissingError, match=message):
        device.open()

    assert not device.status.output_alive


def test_a_part_of_the_name_in_any_case_is_enough(card):
    device = PortAudioDevice("PUL", "puls", "alsa", environment=card.environment)

    device.open()
    name = device.name
    device.close()

    assert name == "pulse (ALSA) / pulse (ALSA)"


def test_a_machine_without_any_sound_says_so(card):
    card.kill()

    assert sound_devices(card.environment) == ()
    with pytest.raises(MissingError, match="There is no loudspeaker; plug one in"):
        PortAudioDevice(environment=card.environment).open()


@pytest.mark.parametrize("stopped", [False, True], ids=["running", "stopped"])
def test_the_sound_process_ends_with_the_coach_however_that_ends(card, stopped):
    script = (
        "import sys; from coach.audio.devices.portaudio import PortAudioDevice as Device; "
        "device = Device(); device.open(); print(device.process_id, flush=True); sys.stdin.read()"
    )
    coach = subprocess.Popen(
        [sys.executable, "-c", script], env=card.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with coach:
        process_id = int(coach.stdout.readline())
        if stopped:
            os.kill(process_id, signal.SIGSTOP)

        coach.kill()

    gone_by = time.monotonic() + PROMPT_S
    while runs(process_id):
        assert time.monotonic() < gone_by
