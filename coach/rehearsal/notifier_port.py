"""What becomes of notices for the carer: delivered, late, twice, or not at all."""

from typing import Final

from coach.journal.entries import NoticeQueued
from coach.rehearsal.fault_table import Act
from coach.rehearsal.trouble import Troubles
from coach.runtime.loop import Settled
from coach.session import events as ev
from coach.units import Frames, frames

_DELIVERED: Final = frames(3.0)
"""A message takes about this long through a household's network; chosen."""
_LATE: Final = frames(60.0)
_FAILED: Final = (frames(10.0), frames(30.0))
"""When a notifier that reaches nobody says so: the second time by 30 s (protocol, T25)."""


class NotifierPort:
    """Takes notices, and says later what became of them."""

    def __init__(self, troubles: Troubles) -> None:
        """Take the faults."""
        self._troubles = troubles
        self._due: list[tuple[Frames, bool]] = []

    def post(self, notice: NoticeQueued, durable: Settled, now: Frames) -> None:  # noqa: ARG002 - part of the port
        """Take a notice."""
        acts = self._troubles.on(now)
        if Act.NOTICES_FAIL in acts:
            self._due += [(Frames(now + after), False) for after in _FAILED]
            return
        delivered = Frames(now + (_LATE if Act.NOTICES_LATE in acts else _DELIVERED))
        self._due += [(delivered, True)] * (2 if Act.NOTICES_TWICE in acts else 1)

    def advance(self, now: Frames) -> tuple[ev.Event, ...]:
        """Let time pass to a played frame and return what has become known."""
        known = sorted(due for due in self._due if due[0] <= now)
        self._due = [due for due in self._due if due[0] > now]
        return tuple(ev.NoticeDelivered(now) if delivered else ev.NoticeFailed(now) for _, delivered in known)

    @property
    def next_due(self) -> Frames | None:
        """Return the next frame at which something becomes known; None where nothing is on its way."""
        return min((at for at, _ in self._due), default=None)
