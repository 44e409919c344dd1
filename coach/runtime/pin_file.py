"""The file in which a carer's PIN is kept, and the one door through which it is tried.

A wrong try is on disk before it is answered, so that switching off does not give it back. The file is
replaced as a whole, like the latch of the journal, and only its owner may read it.
"""

import base64
import json
import secrets
from pathlib import Path
from typing import Final

from coach.disk import Disk, make_folder
from coach.errors import InputError
from coach.journal.entries import Clock
from coach.journal.form import canonical
from coach.runtime.pin import Pin, Scrypt, Verdict, attempt, make_pin, scrypt, wait_s

FILE: Final = "carer-pin.json"
_NEW: Final = "carer-pin.new"
_SALT_BYTES: Final = 16


class PinFile:
    """A carer's PIN on disk."""

    def __init__(self, folder: Path, clock: Clock, disk: Disk | None = None, digest: Scrypt = scrypt) -> None:
        """Take the data folder and the clock; nothing is read or written yet."""
        self.path = folder / FILE
        self._clock = clock
        self._disk = disk or Disk()
        self._digest = digest

    @property
    def is_set(self) -> bool:
        """Return whether there is a PIN.

        Raises:
            JournalError: The file cannot be read.
        """
        return self._disk.read(self.path) is not None

    def set(self, pin: str) -> None:
        """Keep a new PIN in place of any old one, with no wrong tries.

        Raises:
            InputError: It is no PIN.
            JournalError: It could not be kept.
        """
        self._write(make_pin(pin, secrets.token_bytes(_SALT_BYTES), self._digest))

    def attempt(self, pin: str) -> Verdict:
        """Return what comes of a try; a wrong one is on disk by then. Takes a fraction of a second.

        Raises:
            InputError: No PIN was set, or the file is not what was written.
            JournalError: The try could not be kept, so it does not count.
        """
        now, kept = self._clock.now(), self._read()
        verdict, after = attempt(kept, pin, now.boot, now.uptime_ms, self._digest)
        if after != kept:
            self._write(after)
        return verdict

    def wait_s(self) -> float:
        """Return how many seconds are left until a PIN is looked at again.

        Raises:
            InputError: No PIN was set, or the file is not what was written.
            JournalError: The file cannot be read.
        """
        now = self._clock.now()
        return wait_s(self._read(), now.boot, now.uptime_ms)

    def _read(self) -> Pin:
        raw = self._disk.read(self.path)
        if raw is None:
            raise InputError("No carer's PIN is set; set one with 'coach unlock --new-pin'.")
        try:
            plain = json.loads(raw)
            kept = Pin(
                base64.b64decode(plain["salt"], validate=True),
                base64.b64decode(plain["digest"], validate=True),
                int(plain["wrong"]),
                str(plain["boot"]),
                int(plain["uptime_ms"]),
            )
        except (KeyError, TypeError, ValueError):
            raise InputError(
                f"{self.path} is not what was written; remove it and set a new PIN with 'coach unlock --new-pin'."
            ) from None
        return kept

    def _write(self, pin: Pin) -> None:
        plain = {
            "salt": base64.b64encode(pin.salt).decode(),
            "digest": base64.b64encode(pin.digest).decode(),
            "wrong": pin.wrong,
            "boot": pin.boot,
            "uptime_ms": pin.uptime_ms,
        }
        make_folder(self.path.parent)
        new = self.path.with_name(_NEW)
        self._disk.write(new, canonical(plain).encode())
        self._disk.rename(new, self.path)
        self._disk.sync_folder(self.path.parent)
