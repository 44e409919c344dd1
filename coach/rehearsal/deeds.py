"""What somebody at the bedside does and does not say, as an event: keys are what the live host makes of them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from coach.commands import Command
from coach.rehearsal.scenario import Deed
from coach.session import events as ev
from coach.units import Frames

DEEDS: Final[Mapping[Deed, Callable[[Frames], ev.Event]]] = MappingProxyType(
    {
        "stop": ev.StopRequested,
        "pause": lambda now: ev.Heard(now, Command.PAUSE),
        "repeat": lambda now: ev.Heard(now, Command.REPEAT),
        "start": ev.StartRequested,
        "unlock": ev.CareAcknowledged,
        "wrong-pin": ev.PinRefused,
        "groan": lambda now: ev.Heard(now, Command.VOCAL_DISTRESS),
    }
)
