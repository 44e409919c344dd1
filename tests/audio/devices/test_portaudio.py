"""The sound process as a stranger: it answers nothing, nonsense, or bad news. No sound card is needed."""

import sys

import numpy as np
import pytest

from coach.audio.devices.portaudio import PortAudioDevice, hiss
from coach.errors import MissingError
from coach.units import BLOCK

SILENT = "import sys; sys.stdin.read()"


def child(script):
    return (sys.executable, "-c", script)


def telling(**facts):
    return child(f"import json; print(json.dumps({facts!r}))")


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (
            {"error": "library", "why": "PortAudio library not found"},
            r"PortAudio cannot be used \(PortAudio library not found\); please run: sudo apt install libportaudio2",
        ),
        ({"error": "missing", "direction": "output", "wanted": "", "there": ""}, "There is no loudspeaker; plug one"),
        ({"error": "missing", "direction": "input", "wanted": "", "there": ""}, "There is no microphone; plug one in"),
        (
            {"error": "missing", "direction": "input", "wanted": "Jabra", "there": "HDA (ALSA)"},
            r"There is no microphone named 'Jabra'; there are: HDA \(ALSA\)\.",
        ),
        (
            {"error": "open", "direction": "input", "name": "HDA", "why": "Device unavailable"},
            r"The microphone 'HDA' cannot be opened \(Device unavailable\); close other programs",
        ),
    ],
    ids=["library", "no loudspeaker", "no microphone", "another name", "in use"],
)
def test_bad_news_is_one_sentence_that_says_what_to_do(facts, message):
    device = PortAudioDevice(command=telling(**facts))

    with pytest.raises(MissingError, match=message):
        device.open()

    assert device.process_id == 0


def test_a_library_that_hangs_is_given_up():
    device = PortAudioDevice(command=child(SILENT), start_s=0.2)

    with pytest.raises(MissingError, match="does not answer"):
        device.open()

    assert device.process_id == 0


def test_a_process_that_dies_at_once_is_told():
    with pytest.raises(MissingError, match="does not answer"):
        PortAudioDevice(command=child("")).open()


def test_a_process_that_cannot_be_started_is_told(tmp_path):
    with pytest.raises(MissingError, match="does not start"):
        PortAudioDevice(command=[str(tmp_path / "nothing")]).open()


READY = {"output": "a", "input": "b", "input_rate": 48_000, "output_latency_s": 0.06, "input_latency_s": 0.04}


def test_a_card_that_never_moves_is_lost_and_holds_up_nothing():
    device = PortAudioDevice(
        command=child(f"import json; print(json.dumps(dict(ready={READY!r})), flush=True); {SILENT}")
    )
    device.open()
    statuses = []

    for _ in range(5):
        device.write(np.zeros(BLOCK, dtype=np.float32))
        statuses.append(device.status)
    device.close()

    assert statuses[0].output_alive
    assert not statuses[-1].output_alive
    assert not statuses[-1].input_alive
    assert device.played == 2 * BLOCK


def test_a_start_ahead_of_time_waits_for_nothing_and_is_what_open_goes_on_with():
    device = PortAudioDevice(
        command=child(f"import json; print(json.dumps(dict(ready={READY!r})), flush=True); {SILENT}")
    )

    device.begin()
    begun = device.process_id
    device.open()
    opened = device.process_id
    device.close()

    assert begun == opened != 0


def test_noise_that_keeps_a_loudspeaker_awake_is_a_single_step_loud():
    assert set(hiss() * 32_768) == {-1.0, 0.0, 1.0}
