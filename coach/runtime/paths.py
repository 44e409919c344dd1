"""Where things are: what ships with the coach, what a person has changed, what is kept."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Self

from platformdirs import user_cache_path, user_data_path

from coach.errors import SettingsError

_APPLICATION = "bedside-coach"


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders the coach reads and writes."""

    config: Path
    """Settings, exercises and programs."""
    voices: Path
    """Language packs and voice profiles."""
    data: Path
    """Models and the journal; kept."""
    cache: Path
    """Rendered prompts; may be deleted at any time."""

    @classmethod
    def find(cls, config: Path | None = None, data: Path | None = None) -> Self:
        """Return the folders, taking what was given by hand before what ships.

        Args:
            config: A folder with ``exercises/`` and ``programs/``; it may also hold ``voices/``.
            data: Where models and the journal are kept.

        Raises:
            SettingsError: A folder given by hand is not there.
        """
        if config is not None and not config.is_dir():
            raise SettingsError(f"The settings folder {config} is not there; give an existing folder to --config.")
        shipped = _shipped()
        own_voices = config / "voices" if config is not None else None
        cache = user_cache_path(_APPLICATION) if data is None else data / "cache"
        return cls(
            config=config or shipped / "config",
            voices=own_voices if own_voices is not None and own_voices.is_dir() else shipped / "voices",
            data=data or user_data_path(_APPLICATION),
            cache=cache,
        )


def _shipped() -> Path:
    """Return the folder that holds config/ and voices/: inside the wheel, or the checkout beside the package."""
    package = Path(str(files("coach")))
    inside = package / "_data"
    return inside if inside.is_dir() else package.parent
