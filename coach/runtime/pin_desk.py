"""Trying a PIN on the side: it takes a fraction of a second and a write to disk, and the sound waits for neither."""

import queue
import threading
from typing import Protocol

from coach.errors import CoachError
from coach.runtime.pin import Verdict
from coach.runtime.pin_file import PinFile


class Pins(Protocol):
    """Tries PINs."""

    def attempt(self, pin: str) -> None:
        """Have a PIN tried; returns at once."""

    def take(self) -> tuple[Verdict, ...]:
        """Return what came of the tries since the last call, at once."""


class PinDesk:
    """Tries PINs in a thread, one after another."""

    def __init__(self, file: PinFile) -> None:
        """Take the file; the thread starts with the first try."""
        self._file = file
        self._tries: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._verdicts: queue.SimpleQueue[Verdict] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def attempt(self, pin: str) -> None:
        """Have a PIN tried; returns at once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="pin", daemon=True)
            self._thread.start()
        self._tries.put(pin)

    def take(self) -> tuple[Verdict, ...]:
        """Return what came of the tries since the last call, at once."""
        taken: list[Verdict] = []
        while not self._verdicts.empty():
            taken.append(self._verdicts.get())
        return tuple(taken)

    def _serve(self) -> None:
        while True:
            pin = self._tries.get()
            try:
                verdict = self._file.attempt(pin)
            except CoachError:  # none is set, or it could not be looked at: nothing is unlocked
                verdict = Verdict.WRONG
            self._verdicts.put(verdict)
