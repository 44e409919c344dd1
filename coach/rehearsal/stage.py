"""The stage of a rehearsal: everything it needs, what keeps its steps and who may look on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from coach.rehearsal.diary import RehearsedDiary
from coach.rehearsal.notifier_port import NotifierPort
from coach.rehearsal.performer import Performer
from coach.rehearsal.scenario import Scenario
from coach.runtime.host import keep_in
from coach.runtime.loop import Keep
from coach.runtime.wiring import House, Prepared
from coach.units import Frames

INTERRUPTED: Final = "safety.interrupted"
"""The line that is said behind a power cut."""
Keeping = Callable[[RehearsedDiary, NotifierPort | None], Keep]
"""Makes what keeps each step of a session."""
Witness = Callable[[Frames, Frames], None]
"""Told, again and again, a played frame and up to which one sound was captured and has come out of the ear."""


def kept_in_full(diary: RehearsedDiary, notifier: NotifierPort | None) -> Keep:
    """Return what keeps each step as the live host does."""
    return keep_in(diary, "rehearsal", notifier)


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything one rehearsal needs."""

    house: House
    scenario: Scenario
    prepared: Prepared
    engine: str
    performer: Performer
