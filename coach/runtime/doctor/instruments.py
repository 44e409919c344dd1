"""What the doctor looks with, and at."""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from coach.audio.clip import Samples
from coach.audio.device import AudioDevice
from coach.audio.devices.portaudio import SoundDevice
from coach.errors import SettingsError
from coach.runtime.clock import synchronized
from coach.runtime.paths import Paths
from coach.runtime.settings import AudioSettings, Settings, load_settings
from coach.runtime.trial import Tried
from coach.runtime.wiring import House
from coach.speech.synthesizers.espeak import installed_version

ASOUND_CARDS: Final = Path("/proc/asound/cards")
"""Where the kernel lists the sound cards it knows."""
_THROTTLED: Final = Path("/sys/devices/platform/soc/soc:firmware/get_throttled")
"""Where a Raspberry Pi tells whether its power or its temperature hold it back."""
_ASK_S: Final = 3.0


def barred() -> bool:
    """Return whether there are sound cards that this user may not use."""
    return any(not os.access(node, os.R_OK | os.W_OK) for node in Path("/dev/snd").glob("controlC*"))


def free_bytes(folder: Path) -> int:
    """Return how much room there is in a folder."""
    return shutil.disk_usage(folder).free


def throttled() -> int | None:
    """Return the flags of a Raspberry Pi for what holds it back; None elsewhere."""
    try:
        told = _THROTTLED.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        told = asked("vcgencmd", "get_throttled").rpartition("=")[2]
    try:
        return int(told.strip().removeprefix("0x"), 16)
    except ValueError:
        return None


def asked(*command: str) -> str:
    """Return what a system program prints; empty where there is none, or it fails."""
    program = shutil.which(command[0])
    if program is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command, no shell
            [program, *command[1:]], capture_output=True, text=True, timeout=_ASK_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return ""
    return done.stdout if done.returncode == 0 else ""


@dataclass(frozen=True, slots=True)
class Instruments:
    """What the doctor looks with."""

    devices: Callable[[], Sequence[SoundDevice]]
    """Lists the sound devices."""
    card: Callable[[AudioSettings], AudioDevice]
    """Makes the sound card a session would use."""
    trial: Callable[[House, str, Samples], Tried]
    """Tries the recognizers of a language out on a sound."""
    aloud: bool = False
    """Whether something may be played that is heard in the room."""
    espeak: Callable[[], str] = installed_version
    free: Callable[[Path], int] = free_bytes
    now: Callable[[], datetime] = field(default=lambda: datetime.now().astimezone())
    throttled: Callable[[], int | None] = throttled
    clock_kept: Callable[[], bool] = synchronized
    """Tells whether somebody keeps the clock right."""
    cards: Path = ASOUND_CARDS
    barred: Callable[[], bool] = barred
    server: Callable[[], str] = field(default=lambda: asked("pactl", "info"))
    """Asks the sound server what it uses."""


class Patient:
    """What is looked at: the folders, and what stands in them as far as it can be read."""

    def __init__(self, paths: Paths, make_house: Callable[[Settings], House], language: str | None) -> None:
        """Take the folders, and what makes a house of settings; nothing is read yet.

        Args:
            paths: Where things are.
            make_house: Makes the house.
            language: The language to look at; None for the usual one.
        """
        self.paths = paths
        self._make_house = make_house
        self._language = language

    @cached_property
    def settings_fault(self) -> str:
        """Return why the settings cannot be used; empty where they can."""
        try:
            load_settings(*self.paths.layers)
        except SettingsError as wrong:
            return str(wrong)
        return ""

    @cached_property
    def house(self) -> House:
        """Return the house; with the defaults where the settings cannot be used."""
        return self._make_house(Settings() if self.settings_fault else load_settings(*self.paths.layers))

    @property
    def language(self) -> str:
        """Return the language that is looked at."""
        return self._language or self.house.settings.language
