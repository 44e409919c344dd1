"""The journal's writer: a thread that makes entries durable in their order, so that no disk holds up the sound.

A card may take a quarter of a second for one entry; the sound has less than a tenth of it in hand. Entries that must
be durable before something is announced are waited for by the loop, but never longer than its `SETTLING`: she is told
in time also where the disk is not. A disk that hangs for `STALL_S` is one that fails.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

from coach.errors import JournalError
from coach.journal.entries import Entry
from coach.journal.keeper import Keeper

Answer = TypeVar("Answer")
Settled = Callable[[], bool]
"""Tells whether entries are durable by now; asking costs nothing."""
STALL_S: Final = 2.0
"""How long one writing may take, in seconds, before no session goes on without its journal: a worn SD card may hang
for one, and after a fault everything has to be quiet within 2.5 s (protocol, section 6)."""
_AGAIN_S: Final = 2.0
"""How often a journal that failed is tried again, in seconds."""
_END_S: Final = 5.0
"""How long the end waits for the disk, in seconds."""


class JournalWriter:
    """Owns the keeper from `start` to `close`; entries may be handed over by one thread."""

    def __init__(self, keeper: Keeper, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the keeper, and a clock in seconds that never jumps.

        The keeper is written by this thread alone from now on, and closed by `close`.
        """
        self.keeper = keeper
        """To be read before the first entry is handed over, never written by others."""
        self._clock = clock
        self._changed = threading.Condition()
        self._waiting: list[Entry] = []
        self._questions: list[Callable[[], None]] = []
        self._handed = 0
        self._durable = 0
        self._ending = False
        self._failure = ""
        self._writing_since: float | None = None
        self._thread = threading.Thread(target=self._serve, name="journal", daemon=True)
        self._thread.start()

    @property
    def fault(self) -> str:
        """Return why entries are not durable just now, in a sentence; empty while they are."""
        since = self._writing_since
        if self._failure or since is None or self._clock() - since < STALL_S:
            return self._failure
        return "The disk does not answer, so nothing can be kept just now; look at the card or the disk."

    def note(self, *entries: Entry) -> Settled:
        """Hand entries over; returns at once, with what tells whether they are durable by now."""
        if entries:
            with self._changed:
                self._waiting += entries
                self._handed += len(entries)
                self._changed.notify_all()
        wanted = self._handed
        return lambda: self._durable >= wanted

    def ask(self, question: Callable[[Keeper], Answer]) -> "Future[Answer]":
        """Have something looked up in the journal by the one thread that may; returns at once.

        Entries that come meanwhile wait for it, so it is asked at rest, and asked for little.
        """
        answer: Future[Answer] = Future()

        def answered() -> None:
            try:
                answer.set_result(question(self.keeper))
            except Exception as failure:  # noqa: BLE001 - it is for whoever asked
                answer.set_exception(failure)

        with self._changed:
            self._questions.append(answered)
            self._changed.notify_all()
        return answer

    def settle(self, limit_s: float) -> bool:
        """Wait until everything handed over is durable, or the limit is over; return whether it is."""
        with self._changed:
            wanted = self._handed
            self._changed.wait_for(lambda: self._durable >= wanted or bool(self._failure), limit_s)
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
        if self._failure:
            raise JournalError(self._failure)

    def _serve(self) -> None:
        while True:
            with self._changed:
                again_s = _AGAIN_S if self._failure else None
                self._changed.wait_for(lambda: bool(self._waiting or self._questions) or self._ending, again_s)
                entries, self._waiting = self._waiting, []
                questions, self._questions = self._questions, []
                ending, count = self._ending, self._handed
            if entries or self._failure:
                self._write(entries, count)
            for answered in questions:
                answered()
            if ending:
                return

    def _write(self, entries: list[Entry], count: int) -> None:
        failure = ""
        self._writing_since = self._clock()
        try:
            self.keeper.note(*entries)
        except JournalError as refused:  # the keeper keeps them, and writes them with the next
            failure = str(refused)
        except Exception as defect:  # noqa: BLE001 - a thread that dies silently would leave a session without a journal
            failure = f"The journal cannot be written ({defect})."
        self._writing_since = None
        with self._changed:
            self._failure = failure
            if not failure:
                self._durable = count
            self._changed.notify_all()
