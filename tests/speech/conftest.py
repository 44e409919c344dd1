import shutil
import sys
import wave
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from coach.errors import SpeechError
from coach.language.utterance import Utterance
from coach.speech.profile import VoiceProfile
from coach.speech.synthesizers.tones import ToneSynthesizer

VOICES = Path(__file__).parents[2] / "voices"


@pytest.fixture
def voices():
    return VOICES


@pytest.fixture
def profile():
    """A function that makes the smallest valid profile, changed by keyword."""

    def make(**changes) -> VoiceProfile:
        plain = {"id": "a", "name": "A", "language": "en", "engine": "tones", "voice": "en-gb", "rate_wpm": 150}
        return VoiceProfile(**(plain | changes))

    return make


@pytest.fixture
def line():
    """A function that makes an utterance of these words."""

    def make(text: str, key: str = "a.line", language: str = "en") -> Utterance:
        return Utterance(language, key, text)

    return make


@pytest.fixture
def write_sound():
    """A function that writes a mono tone as a WAV file by the standard library alone."""

    def write(path: Path, length_s: float = 1.0, rate: int = 22_050, level: float = 0.3, channels: int = 1) -> Path:
        samples = level * np.sin(2 * np.pi * 200.0 * np.arange(round(length_s * rate)) / rate)
        steps = np.repeat(np.rint(np.clip(samples, -1, 1) * 32_767).astype("<i2"), channels)
        with wave.open(str(path), "wb") as file:
            file.setnchannels(channels)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes(steps.tobytes())
        return path

    return write


@pytest.fixture
def program(tmp_path):
    """A function that writes a small Python program and returns the command that runs it."""

    def write(source: str) -> list[str]:
        path = tmp_path / "program.py"
        path.write_text(source, encoding="utf-8")
        return [sys.executable, "-P", str(path)]

    return write


@pytest.fixture
def command(tmp_path):
    """A function that writes a small executable Python program and returns its path."""

    def write(source: str) -> str:
        path = tmp_path / "command"
        path.write_text(f"#!{sys.executable} -P\n{source}", encoding="utf-8")
        path.chmod(0o755)
        return str(path)

    return write


class WatchedTones(ToneSynthesizer):
    """Tones that remember what they were asked for, and fail where they are told to."""

    def __init__(self, version: str = "1", fails: Callable[[str, int], SpeechError | None] | None = None):
        self.version = version
        self.asked: list[str] = []
        self.closed = 0
        self._fails = fails

    def render(self, text, profile, path):
        self.asked.append(text)
        error = self._fails(text, len(self.asked)) if self._fails else None
        if error:
            raise error
        super().render(text, profile, path)

    def close(self):
        self.closed += 1


@pytest.fixture
def tones():
    return WatchedTones


@pytest.fixture
def espeak():
    """The name of the espeak-ng command; the test is skipped where it is not installed."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed")
    return "espeak-ng"


@pytest.fixture
def words() -> Sequence[str]:
    return ("Paused.", "Point your toes away from you.", "Rest a moment.")
