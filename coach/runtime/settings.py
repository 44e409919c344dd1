"""Settings: config/coach.toml, every one at its default."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from coach.errors import SettingsError
from coach.tomlfile import parse, read_toml

EngineChoice = Literal["auto", "vosk", "phonemes", "scripted"]


class AudioSettings(BaseModel):
    """The sound devices, by name: an index means another one after a plug was pulled."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    output: str = ""
    """Name of the loudspeaker or a part of it, as `coach devices` shows it; empty for the system's default."""
    input: str = ""
    """The same for the microphone."""
    latency_ms: int = Field(default=50, ge=10, le=500)
    """Latency to ask for in each direction; 50 ms runs cleanly on most cards, 100 where a Pi stutters."""


class Settings(BaseModel):
    """What a carer may change."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    program: str = "ankle-pumps"
    """Program that a session runs when none is named."""
    language: str = "en"
    """Language pack: a folder under voices/."""
    engine: EngineChoice = "auto"
    """Recognizer; ``auto`` takes the best that is installed for the language."""
    voice: dict[str, str] = {}
    """Voice profile by language; a language without one takes ``calm-<language>``."""
    audio: AudioSettings = AudioSettings()

    def profile(self, language: str) -> str:
        """Return the id of the voice profile for a language."""
        return self.voice.get(language, f"calm-{language}")


def load_settings(folder: Path) -> Settings:
    """Read coach.toml from the settings folder; a folder without one means the defaults.

    Raises:
        SettingsError: The file is there and wrong.
    """
    path = folder / "coach.toml"
    if not path.exists():
        return Settings()
    return parse(Settings, read_toml(path, SettingsError), path, SettingsError)
