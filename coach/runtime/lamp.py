"""The lamp: a second sense beside the voice, and the only one that tells from across the room whether anybody listens.

1. It lives: what stands still, lit or dark, tells that nothing listens. A coach that died with the lamp lit says
   nothing false by it.
2. What it shows follows from the lease and the session, block by block, and holds up neither: it is switched where it
   changes, and a driver that fails is left alone from then on.
3. It never flashes more than three times a second (WCAG 2.3.1, for people with epilepsy).
4. In quiet hours it winks where all is well; what is wrong shows at night as by day (design, 13.8).
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType, TracebackType
from typing import Final, Self

from coach.session.states import CHAIN, Lock, Phase, Protocol
from coach.units import Frames, frames


class Shows(StrEnum):
    """What the lamp tells."""

    HEARS = "hears"
    """It hears her."""
    HEARS_AT_NIGHT = "hears-at-night"
    LOCKED = "locked"
    """A carer has to come; it hears her."""
    FAULT = "fault"
    """It does not hear her, or cannot speak or keep a journal."""
    ALARM = "alarm"
    """Urgent advice that nobody has taken in yet."""


_PATTERNS: Final[Mapping[Shows, tuple[float, tuple[tuple[float, float], ...]]]] = MappingProxyType(
    {
        Shows.HEARS: (4.0, ((0.0, 0.1),)),
        Shows.HEARS_AT_NIGHT: (10.0, ((0.0, 0.02),)),
        Shows.LOCKED: (10.0, ((0.0, 0.1), (0.4, 0.5))),
        Shows.FAULT: (2.0, ((0.0, 1.0),)),
        Shows.ALARM: (0.5, ((0.0, 0.25),)),
    }
)
"""Seconds until it begins anew, and from when to when in them it is lit. A lock shows every 10 s (protocol, section 2);
the others are chosen to be told apart at a glance."""


def shown(protocol: Protocol, *, hears: bool, quiet: bool) -> Shows:
    """Return what the lamp tells.

    Args:
        protocol: How the session stands.
        hears: Whether what was captured within the last second came out of the recognizers.
        quiet: Whether it is a quiet hour.
    """
    if protocol.phase in CHAIN and protocol.lock is Lock.URGENT and not protocol.acknowledged:
        return Shows.ALARM
    if not hears or not protocol.healthy or protocol.phase is Phase.FAULT:
        return Shows.FAULT
    if protocol.lock:
        return Shows.LOCKED
    return Shows.HEARS_AT_NIGHT if quiet else Shows.HEARS


def lit(shows: Shows, now: Frames) -> bool:
    """Return whether the lamp is lit at a played frame."""
    period_s, flashes = _PATTERNS[shows]
    at = now % frames(period_s)
    return any(frames(begin_s) <= at < frames(end_s) for begin_s, end_s in flashes)


class Lamp:
    """A lamp that is switched."""

    def __init__(self, switch: Callable[[bool], None], close: Callable[[], None] = lambda: None) -> None:
        """Take what switches it on (True) or off, and what lets go of it; it is dark at first."""
        self._switch = switch
        self._close = close
        self._lit = False
        self._broken = False

    def __enter__(self) -> Self:
        """Begin dark."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave it dark, and let go of it."""
        self._turn(on=False)
        self._close()

    def show(self, shows: Shows, now: Frames) -> str:
        """Switch it where it has to be switched; called once a block.

        Args:
            shows: What it tells.
            now: The next frame to be played.

        Returns:
            A sentence where it has just been found that it cannot be switched, else nothing.
        """
        return self._turn(on=lit(shows, now))

    def _turn(self, *, on: bool) -> str:
        if self._broken or on == self._lit:
            return ""
        try:
            self._switch(on)
        except Exception as error:  # noqa: BLE001 - whatever a driver raises: the coach goes on without its lamp
            self._broken = True
            return f"lamp: it cannot be switched any more ({error})"
        self._lit = on
        return ""
