"""When the kind of sound hardware, once it is found, is told to the session.

Where the coach cannot hear well while it speaks, the person is told so plainly, once a session: when nothing else is
being said and no question is open, before the first instruction where the greeting was long enough to find it out, and
in the first gap between instructions otherwise. What changes nothing for her is only journaled.
"""

from typing import Final

from coach.listening.echo_report import UNKNOWN_ECHO, EchoClass, EchoReport
from coach.session.events import EchoFound
from coach.session.states import Phase, Protocol
from coach.units import Frames

_CALM: Final = frozenset({Phase.IDLE, Phase.RUN})


class EchoNews:
    """Keeps what the ear found out until it may be told."""

    def __init__(self) -> None:
        """Know nothing."""
        self._report = UNKNOWN_ECHO
        self._told = {EchoClass.UNKNOWN, EchoClass.RAW}

    @property
    def report(self) -> EchoReport:
        """Return what is known."""
        return self._report

    def take(self, report: EchoReport) -> bool:
        """Take in what the ear says, and return whether it is another kind than before."""
        new = report.kind is not self._report.kind
        self._report = report
        return new

    def event(self, now: Frames, protocol: Protocol, *, speaking: bool) -> EchoFound | None:
        """Return what is to be told to the session now.

        Args:
            now: Played frame.
            protocol: Where the session stands.
            speaking: Whether a line is being said or waits to be.
        """
        kind = self._report.kind
        if kind in self._told:
            return None
        calm = protocol.phase in _CALM and protocol.question is None and not speaking
        if kind is EchoClass.HALF_DUPLEX and not calm:
            return None
        self._told.add(kind)
        return EchoFound(now, kind)
