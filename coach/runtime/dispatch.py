"""How notices leave a session: into the spool, on the side, and what became of them back as events.

1. A notice is durable in the journal before it goes out; a journal that fails does not keep it from going out.
2. Nothing here is waited for: the disk may hang, the courier may be dead, the session goes on falling silent.
3. Nobody is taken for reached who was not: where nothing comes back in time, that is a failure like any other.
"""

import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from coach.errors import NotifyError
from coach.journal.entries import Entry, NoticeDelivered, NoticeQueued
from coach.notify.notice import Kind, Notice
from coach.notify.spool import Receipt, Spool
from coach.runtime.loop import Settled
from coach.session import events as ev
from coach.session.events import Event
from coach.units import Frames, frames

SILENT: Final = (frames(12.0), frames(24.0))
"""When a notice of which nothing was heard counts as failed for the first and the second time: she must know within
30 s that nobody was reached (protocol, T25), and a courier needs up to 10 s for its first two attempts."""
_DURABLE_S: Final = 2.0
"""How long the journal is waited for before a notice goes out all the same."""
_LOOK_S: Final = 0.5
"""How often receipts are looked for."""


class Dispatch(Protocol):
    """Takes notices to whoever delivers them."""

    def post(self, notice: NoticeQueued, durable: Settled) -> None:
        """Send a notice out once it is durable; returns at once."""

    def take(self) -> tuple[Receipt, ...]:
        """Return what became of notices since the last call; never waits."""

    def close(self) -> None:
        """Send out what is still here, and end."""


class SpoolDispatch:
    """Writes and reads the spool in a thread of its own; see the module's rules."""

    def __init__(self, spool: Spool) -> None:
        """Start at once.

        Raises:
            NotifyError: The spool cannot be made.
        """
        spool.open()
        self._spool = spool
        self._posted: queue.SimpleQueue[tuple[NoticeQueued, Settled] | None] = queue.SimpleQueue()
        self._receipts: queue.SimpleQueue[Receipt] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="dispatch", daemon=True)
        self._thread.start()

    def post(self, notice: NoticeQueued, durable: Settled) -> None:
        """Send a notice out once it is durable; returns at once."""
        self._posted.put((notice, durable))

    def take(self) -> tuple[Receipt, ...]:
        """Return what became of notices since the last call; never waits."""
        taken: list[Receipt] = []
        while not self._receipts.empty():
            taken.append(self._receipts.get())
        return tuple(taken)

    def close(self) -> None:
        """Send out what is still here, and end; a disk that hangs is not waited for long."""
        self._posted.put(None)
        self._thread.join(2 * _DURABLE_S)

    def _serve(self) -> None:
        while True:
            try:
                wanted = self._posted.get(timeout=_LOOK_S)
            except queue.Empty:
                self._look()
                continue
            if wanted is None:
                return
            self._send(*wanted)
            self._look()

    def _send(self, notice: NoticeQueued, durable: Settled) -> None:
        until = time.monotonic() + _DURABLE_S
        while not durable() and time.monotonic() < until:
            time.sleep(0.02)
        wall = datetime.now().astimezone().isoformat(timespec="seconds")
        try:
            self._spool.post(Notice(id=notice.id, kind=Kind(notice.kind), wall=wall))
        except (NotifyError, ValueError) as refused:
            self._receipts.put(Receipt(id=notice.id, delivered=False, attempt=1, why=str(refused)))

    def _look(self) -> None:
        try:
            for receipt in self._spool.receipts():
                self._receipts.put(receipt)
        except NotifyError:
            return  # a spool that cannot be read brings nothing back, which counts as a failure in time


@dataclass(frozen=True, slots=True)
class Word:
    """What has become of notices."""

    events: tuple[Event, ...] = ()
    """What the session is told."""
    entries: tuple[Entry, ...] = ()
    """What is journaled: deliveries take notices out of the outbox."""
    told: tuple[str, ...] = ()
    """The same for people, one sentence each."""


class Outbox:
    """The notices of a session on their way; times are played frames."""

    def __init__(self, dispatch: Dispatch) -> None:
        """Take who carries them; nothing is awaited yet."""
        self._dispatch = dispatch
        self._since: dict[str, Frames] = {}
        self._failed: dict[str, int] = {}

    def post(self, notice: NoticeQueued, durable: Settled, now: Frames) -> None:
        """Send a notice out, and await word of it."""
        self._since.setdefault(notice.id, now)
        self._dispatch.post(notice, durable)

    def post_again(self, notices: Sequence[NoticeQueued]) -> None:
        """Send out what an earlier session could not; only its delivery is of interest now."""
        for notice in notices:
            self._dispatch.post(notice, lambda: True)

    def word(self, now: Frames) -> Word:
        """Return what has become of notices since the last call; never waits.

        Args:
            now: The next frame to be rendered.
        """
        events: list[Event] = []
        entries: list[Entry] = []
        told: list[str] = []
        for receipt in self._dispatch.take():
            if receipt.delivered:
                entries.append(NoticeDelivered(receipt.id))
                told.append("notice: delivered")
                if self._since.pop(receipt.id, None) is not None:
                    events.append(ev.NoticeDelivered(now))
            elif receipt.id in self._since:
                told.append(f"notice: not delivered, {receipt.why}")
                events += self._fail(receipt.id, now)
        for notice, since in self._since.items():
            known = self._failed.get(notice, 0)
            if known < len(SILENT) and now - since >= SILENT[known]:
                told.append("notice: nothing was heard of it")
                events += self._fail(notice, now)
        return Word(tuple(events), tuple(entries), tuple(told))

    def _fail(self, notice: str, now: Frames) -> list[Event]:
        known = self._failed[notice] = self._failed.get(notice, 0) + 1
        return [ev.NoticeFailed(now)] if known <= len(SILENT) else []
