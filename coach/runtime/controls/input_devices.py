"""The input devices Linux lists, and which of them is a numeric keypad. Pure but for one read of /proc."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

AUTO: Final = "auto"
_LISTED: Final = Path("/proc/bus/input/devices")
_FOLDER: Final = Path("/dev/input")
_WORD: Final = 8 * struct.calcsize("@l")
"""Bits in each word of a bitmap of keys: those of a C long."""
_DIGITS: Final = frozenset({71, 72, 73, 75, 76, 77, 79, 80, 81, 82})
"""KEY_KP0 to KEY_KP9 (linux/input-event-codes.h)."""
_LETTERS: Final = frozenset({*range(16, 26), *range(30, 39), *range(44, 51)})
"""KEY_A to KEY_Z: what has them all is somebody's keyboard, and is not taken away unasked."""


@dataclass(frozen=True, slots=True)
class InputDevice:
    """One input device."""

    name: str
    path: Path
    """Its file, such as /dev/input/event3."""
    keys: frozenset[int]
    """Codes of the keys it has; empty for a mouse wheel or a lid."""

    @property
    def is_keypad(self) -> bool:
        """Return whether it is a numeric keypad and no keyboard."""
        return self.keys >= _DIGITS and not self.keys >= _LETTERS


def parsed(listed: str) -> Iterator[InputDevice]:
    """Return the devices in the text of /proc/bus/input/devices."""
    for block in listed.split("\n\n"):
        name = re.search(r'^N: Name="(.*)"$', block, re.MULTILINE)
        event = re.search(r"^H: Handlers=.*\b(event\d+)\b", block, re.MULTILINE)
        keys = re.search(r"^B: KEY=([0-9a-f ]+)$", block, re.MULTILINE)
        if name is not None and event is not None:
            yield InputDevice(name[1], _FOLDER / event[1], _bits(keys[1] if keys is not None else ""))


def input_devices(listed: Path = _LISTED) -> tuple[InputDevice, ...]:
    """Return the input devices with keys there are just now; none where the system does not list them."""
    try:
        text = listed.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ()
    return tuple(device for device in parsed(text) if device.keys)


def find_keypad(name: str, listed: Path = _LISTED) -> Path | None:
    """Return the file of the keypad that is meant.

    Args:
        name: `AUTO` for the first numeric keypad, or a part of a device's name, upper and lower case being the same.
        listed: Where the system lists them.
    """
    for device in input_devices(listed):
        if device.is_keypad if name == AUTO else name.casefold() in device.name.casefold():
            return device.path
    return None


def _bits(words: str) -> frozenset[int]:
    """Return the places of the bits that are set in words of hexadecimal digits, the highest first."""
    whole = 0
    for word in words.split():
        whole = (whole << _WORD) | int(word, 16)
    return frozenset(place for place in range(whole.bit_length()) if whole >> place & 1)
