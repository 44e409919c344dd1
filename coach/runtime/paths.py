"""Where things are: what ships with the coach, what a person has changed, what is kept."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Self

from platformdirs import user_cache_path, user_config_path, user_data_path

from coach.errors import SettingsError

_APPLICATION = "bedside-coach"
SETTINGS_FILE = "coach.toml"


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders the coach reads and writes."""

    config: Path
    """Exercises, programs and the settings at their defaults: what ships, or a complete folder given by hand."""
    own: Path
    """What `coach setup` writes: settings and prescription; exercises and programs in it come on top. It need not be
    there, and is the same folder as `config` where that was given by hand."""
    voices: Path
    """Language packs and voice profiles."""
    data: Path
    """Models and the journal; kept."""
    cache: Path
    """Rendered prompts; may be deleted at any time."""

    @property
    def layers(self) -> tuple[Path, ...]:
        """Return the folders of settings, exercises and programs; what stands in a later one holds."""
        return (self.config,) if self.own == self.config else (self.config, self.own)

    @property
    def settings(self) -> Path:
        """Return the file of the person's own settings."""
        return self.own / SETTINGS_FILE

    @property
    def prescription(self) -> Path:
        """Return the file of what was prescribed, and of what the carer told."""
        from coach.plan.prescription import FILE as PRESCRIPTION_FILE  # noqa: PLC0415 - a tenth of a second of models

        return self.own / PRESCRIPTION_FILE

    @property
    def own_voices(self) -> Path:
        """Return the folder below which ``<tag>/recordings`` hold what relatives recorded."""
        return self.own / "voices"

    @property
    def models(self) -> Path:
        """Return the folder of downloaded models, each under its own name."""
        return self.data / "models"

    @classmethod
    def find(cls, config: Path | None = None, data: Path | None = None) -> Self:
        """Return the folders, taking what was given by hand before what ships.

        Args:
            config: The folder of settings; default: the platform's. With ``exercises/`` in it, it stands for what
                ships as well; ``voices/`` in it stand for the shipped ones.
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
            config=config if config is not None and (config / "exercises").is_dir() else shipped / "config",
            own=config or user_config_path(_APPLICATION),
            voices=own_voices if own_voices is not None and _has_packs(own_voices) else shipped / "voices",
            data=data or user_data_path(_APPLICATION),
            cache=cache,
        )


def _has_packs(voices: Path) -> bool:
    """Return whether a folder holds language packs, and not only what relatives recorded."""
    return any(voices.glob("*/pack.toml"))


def _shipped() -> Path:
    """Return the folder that holds config/ and voices/: inside the wheel, or the checkout beside the package."""
    package = Path(str(files("coach")))
    inside = package / "_data"
    return inside if inside.is_dir() else package.parent
