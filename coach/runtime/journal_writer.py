"""The journal's writer: a thread that makes entries durable in their order, so that no disk holds up the sound.

A card may take a quarter of a second for one entry; the sound has less than a tenth of it in hand. Entries that must
be durable before something is announced are waited for, but never longer than `SAFETY_WAIT_S`: she is told in time
also where the disk is not.
"""

import threading
from typing import Final

from coach.errors import JournalError
from coach.journal.entries import Entry
from coach.journal.keeper import Keeper

SAFETY_WAIT_S: Final = 0.25
"""How long a safety entry is waited for, in seconds, while the coach is silent already."""
_AGAIN_S: Final = 2.0
"""How often a journal that failed is tried again, in seconds."""
_END_S: Final = 5.0
"""How long the end waits for the disk, in seconds."""


class JournalWriter:
    """Owns the keeper from `start` to `close`; entries may be handed over by one thread."""

    def __init__(self, keeper: Keeper) -> None:
        """Take the keeper; it is written by this thread alone from now on, and closed by `close`."""
        self.keeper = keeper
        """To be read before the first entry is handed over, never written by others."""
        self._changed = threading.Condition()
        self._waiting: list[Entry] = []
        self._handed = 0
        self._durable = 0
        self._ending = False
        self.fault = ""
        """Why entries are not durable just now, in a sentence; empty while they are."""
        self._thread = threading.Thread(target=self._serve, name="journal", daemon=True)
        self._thread.start()

    def note(self, *entries: Entry) -> None:
        """Hand entries over; returns at once."""
        if not entries:
            return
        with self._changed:
            self._waiting += entries
            self._handed += len(entries)
            self._changed.notify_all()

    def settle(self, limit_s: float = SAFETY_WAIT_S) -> bool:
        """Wait until everything handed over is durable, or the limit is over; return whether it is."""
        with self._changed:
            wanted = self._handed
            self._changed.wait_for(lambda: self._durable >= wanted or bool(self.fault), limit_s)
            return self._durable >= wanted

    def close(self) -> None:
        """Make everything durable that can be, and let go of the journal.

        Raises:
            JournalError: Something could not be made durable.
        """
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        self._thread.join(_END_S)
        if self._thread.is_alive():
            raise JournalError("The disk does not answer, so the end of the session is not in the journal.")
        self.keeper.close()
        if self.fault:
            raise JournalError(self.fault)

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting) or self._ending, _AGAIN_S if self.fault else None)
                entries, self._waiting = self._waiting, []
                ending, count = self._ending, self._handed
            if entries or self.fault:
                self._write(entries, count)
            if ending:
                return

    def _write(self, entries: list[Entry], count: int) -> None:
        fault = ""
        try:
            self.keeper.note(*entries)
        except JournalError as failure:  # the keeper keeps them, and writes them with the next
            fault = str(failure)
        with self._changed:
            self.fault = fault
            if not fault:
                self._durable = count
            self._changed.notify_all()
