"""The wall clock and the boot clock of this machine, for the journal only: they decide nothing here."""

import ctypes
import time
from datetime import datetime
from pathlib import Path
from typing import Final

from coach.journal.entries import Stamp

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
"""Where Linux names the present boot."""
_TIME_ERROR: Final = 5
"""What `adjtimex` answers while the clock is not synchronized (its manual page)."""


class SystemClock:
    """Tells when it is on this machine."""

    def __init__(self) -> None:
        """Look up which boot this is; empty where the system does not say."""
        try:
            self._boot = _BOOT_ID.read_text(encoding="ascii").strip()
        except OSError:
            self._boot = ""

    def now(self) -> Stamp:
        """Return the present by both clocks."""
        wall = datetime.now().astimezone().isoformat(timespec="milliseconds")
        return Stamp(wall, self._boot, round(1000 * time.clock_gettime(time.CLOCK_BOOTTIME)))


class _Timex(ctypes.Structure):
    """What the kernel tells of its clock: the beginning of ``struct timex``, and room for the rest."""

    _fields_ = (("modes", ctypes.c_uint), ("rest", ctypes.c_byte * 508))


def minute_of_day() -> int:
    """Return the minutes since midnight on the clock on the wall."""
    now = datetime.now().astimezone()
    return 60 * now.hour + now.minute


def synchronized() -> bool:
    """Return whether the wall clock is kept right by somebody who knows the time; False where the system cannot say."""
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(_Timex()))
    except (AttributeError, OSError):
        return False
    return 0 <= int(state) < _TIME_ERROR


class ClockWatch:
    """Notices that the wall clock was changed, by comparing it with one that never jumps."""

    _NOTICED_S: Final = 2.0
    """Smaller steps are the clock being trimmed; chosen."""

    def __init__(self) -> None:
        """Begin with the present."""
        self._offset = time.time() - time.monotonic()

    def jumped_s(self) -> float:
        """Return by how many seconds the wall clock was set since the last call; 0 where it was not."""
        offset = time.time() - time.monotonic()
        by = offset - self._offset
        if abs(by) < self._NOTICED_S:
            return 0.0
        self._offset = offset
        return by
