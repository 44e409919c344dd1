"""A keypad or page-turner read from the system itself: it stops whichever window or terminal has the focus, and none.

1. Any key stops, and so does a device that says that it lost events. Digits and Enter may be a PIN.
2. What is let go of, and what repeats because a key is held, is nothing new.
3. The device is taken for the coach alone, so that its keys do not reach a terminal as well and stop twice.
4. It may be plugged in and out at any time. A thread looks for it; the thread of the sound only reads, and never waits.

Reads the records of Linux's evdev: 24 bytes each on a 64-bit system (linux/input.h).
"""

import fcntl
import os
import stat
import struct
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Final, Self

from coach.runtime.controls.control import ENTER, Control, Given, Note, Pressed
from coach.runtime.controls.input_devices import find_keypad

RECORD: Final = struct.Struct("@llHHi")
"""seconds, microseconds, type, code, value."""
_KEY: Final = 0x01
"""EV_KEY."""
_SYN: Final = 0x00
"""EV_SYN."""
_DROPPED: Final = 3
"""SYN_DROPPED: the system's buffer ran over, and keys may be among what is lost."""
_DOWN: Final = 1
_GRAB: Final = 0x40044590
"""EVIOCGRAB, _IOW('E', 0x90, int)."""
_READ: Final = 64 * RECORD.size
_LOOK_S: Final = 2.0
"""How often a keypad that is not there is looked for; chosen."""
_KEYPAD: Final = (82, 79, 80, 81, 75, 76, 77, 71, 72, 73)
"""KEY_KP0 to KEY_KP9."""
_ROW: Final = (11, 2, 3, 4, 5, 6, 7, 8, 9, 10)
"""KEY_0 to KEY_9."""
_ENTERS: Final = (28, 96)
"""KEY_ENTER, KEY_KPENTER."""
PIN_KEYS: Final[Mapping[int, str]] = MappingProxyType(
    {code: str(digit) for codes in (_KEYPAD, _ROW) for digit, code in enumerate(codes)} | dict.fromkeys(_ENTERS, ENTER)
)
_NUM_LOCK: Final = 69
"""KEY_NUMLOCK: many keypads send it by themselves when they are plugged in or woken up."""


class Records:
    """Records of evdev become controls; they may come in pieces."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._rest = b""

    def accept(self, raw: bytes) -> tuple[Control | Pressed, ...]:
        """Return what the records that are complete by now ask for."""
        raw = self._rest + raw
        whole = len(raw) // RECORD.size * RECORD.size
        self._rest = raw[whole:]
        taken: list[Control | Pressed] = []
        for _, _, kind, code, value in RECORD.iter_unpack(raw[:whole]):
            if kind == _SYN and code == _DROPPED:
                taken.append(Control.STOP)
            elif kind == _KEY and value == _DOWN and code != _NUM_LOCK:
                taken.append(Pressed(PIN_KEYS[code]) if code in PIN_KEYS else Control.STOP)
        return tuple(taken)


class Keypad:
    """A keypad or page-turner; see the module's rules."""

    def __init__(self, name: str, find: Callable[[str], Path | None] = find_keypad, look_s: float = _LOOK_S) -> None:
        """Take which one it is; nothing is looked for before entering.

        Args:
            name: ``auto`` for the first numeric keypad, or a part of a device's name.
            find: Returns the device file for a name; None where there is none.
            look_s: Seconds between two looks for one that is not there.
        """
        self._name = name
        self._find = find
        self._look_s = look_s
        self._device: int | None = None
        self._found: int | None = None
        self._notes: list[Note] = []
        self._records = Records()
        self._wanted = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="keypad", daemon=True)

    @property
    def held(self) -> bool:
        """Return False: a keypad is not made to be held down."""
        return False

    @property
    def there(self) -> bool:
        """Return whether it is plugged in."""
        return self._device is not None or self._found is not None

    def __enter__(self) -> Self:
        """Begin to look for it."""
        self._wanted.set()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of it."""
        self._over.set()
        self._wanted.set()
        self._thread.join(1.0)
        for device in (self._device, self._found):
            if device is not None:
                os.close(device)
        self._device = self._found = None

    def take(self) -> tuple[Given, ...]:
        """Return what was pressed since the last call, at once."""
        notes: list[Given] = []
        while self._notes:
            notes.append(self._notes.pop(0))
        if self._device is None and self._found is not None:
            self._device, self._found, self._records = self._found, None, Records()
        if self._device is None:
            return tuple(notes)
        try:
            raw = os.read(self._device, _READ)
        except BlockingIOError:
            return tuple(notes)
        except OSError:
            raw = b""
        if raw:
            return (*notes, *self._records.accept(raw))
        os.close(self._device)
        self._device = None
        self._wanted.set()
        return (*notes, Note("keypad: gone; plug it in again"))

    def _serve(self) -> None:
        while not self._over.is_set():
            self._wanted.wait()
            path = self._find(self._name)
            if path is not None and not self._over.is_set() and self._open(path):
                self._wanted.clear()
                continue
            self._over.wait(self._look_s)

    def _open(self, path: Path) -> bool:
        try:
            device = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except PermissionError:
            self._tell(f"keypad: {path} may not be read; please run: sudo usermod -aG input $USER, and log in again")
            return False
        except OSError:
            return False
        with suppress(OSError):  # somebody else has taken it: its keys reach the coach all the same
            if stat.S_ISCHR(os.fstat(device).st_mode):
                fcntl.ioctl(device, _GRAB, 1)
        self._tell("keypad: ready, any key stops")
        self._found = device
        return True

    def _tell(self, sentence: str) -> None:
        if not self._notes or self._notes[-1].sentence != sentence:
            self._notes.append(Note(sentence))
