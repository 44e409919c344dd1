"""Settings: what ships stands in config/coach.toml, every one at its default; a person's own stand over it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from coach.errors import SettingsError
from coach.plan.daytime import Span
from coach.runtime.paths import SETTINGS_FILE
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
    awake: bool = False
    """Whether silence is played as inaudible noise, for loudspeakers that switch themselves off at silence."""


class ControlSettings(BaseModel):
    """What stops the coach by hand, beside the keys of its own terminal, and what shows from afar how it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    keypad: str = "auto"
    """A keypad or page-turner: ``auto`` for the first numeric keypad, a part of a device's name, or empty for none."""
    button_pin: int | None = Field(default=None, ge=0, le=27)
    """Pin, as Broadcom counts them, of a normally-closed button to ground; left out where there is none."""
    lamp_pin: int | None = Field(default=None, ge=0, le=27)
    """Pin, as Broadcom counts them, of a lamp (LED with its resistor) to ground; left out where there is none."""

    @field_validator("lamp_pin")
    @classmethod
    def _apart(cls, pin: int | None, others: ValidationInfo) -> int | None:
        if pin is not None and pin == others.data.get("button_pin"):
            raise ValueError(f"the button hangs on pin {pin} already; give the lamp another one")
        return pin


class EveningSettings(BaseModel):
    """Another voice for some hours of the day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    voice: dict[str, str] = {}
    """Voice profile by language, such as ``night-en``; a language without one keeps its voice of the day."""
    hours: Span = Span(begin=20 * 60, end=7 * 60)
    """When a session that begins takes it, over midnight where the second time is the earlier one. Chosen: an hour
    before most wards are quiet."""


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
    evening: EveningSettings = EveningSettings()
    models: dict[str, str] = {}
    """Folder of a Vosk model by language, where a carer gave one by hand; else what `coach setup` installed."""
    audio: AudioSettings = AudioSettings()
    controls: ControlSettings = ControlSettings()

    def profile(self, language: str, of_day: int | None = None) -> str:
        """Return the id of the voice profile for a language.

        Args:
            language: Tag of the pack.
            of_day: Minutes since midnight at which a session begins; None where nobody knows, which counts as day.
        """
        day = self.voice.get(language, f"calm-{language}")
        evening = of_day is not None and self.evening.hours.holds(of_day)
        return self.evening.voice.get(language, day) if evening else day


def load_settings(*folders: Path) -> Settings:
    """Read coach.toml of each folder; what stands in a later one holds, key by key. Where none is, the defaults hold.

    Raises:
        SettingsError: A file is there and wrong.
    """
    merged: dict[str, Any] = {}
    last = Path(SETTINGS_FILE)
    for last, data in _files(folders):
        parse(Settings, data, last, SettingsError)  # each for itself, so that a mistake is told with its own file
        merged = _over(data, merged)
    return parse(Settings, merged, last, SettingsError)


def origins(*folders: Path) -> dict[str, Path]:
    """Return the file each setting comes from, by its key with the tables before it, such as ``voice.en``.

    Raises:
        SettingsError: A file cannot be read.
    """
    return {key: path for path, data in _files(folders) for key in _keys(data)}


def _files(folders: tuple[Path, ...]) -> Iterator[tuple[Path, dict[str, Any]]]:
    for folder in folders:
        path = folder / SETTINGS_FILE
        if path.exists():
            yield path, read_toml(path, SettingsError)


def _over(upper: Mapping[str, Any], lower: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of both; where both have one, the upper holds, within tables key by key."""
    merged = dict(lower)
    for key, value in upper.items():
        below = merged.get(key)
        merged[key] = _over(value, below) if isinstance(value, dict) and isinstance(below, dict) else value
    return merged


def _keys(data: Mapping[str, Any], before: str = "") -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _keys(value, f"{before}{key}.")
        else:
            yield f"{before}{key}"
