"""How the dose of the next session follows from the sessions before it: less at once, more only when she agrees.

1. Pain lowers the dose of the next session, the more the stronger it was; a session that was hard lowers it a little.
   Nothing has to be asked for that.
2. What was lowered stays so. Behind three sessions in a row that were easy throughout, without pain, to the end, one
   repetition more is proposed, and done only on a clear yes.
3. It is never more than the prescription allows, and never less than half of what the sources name at least.
4. Equal sessions give equal doses. Each change has a reason, for the journal and for her ears.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final

from coach.plan.prescription import PainBands, Prescription
from coach.program.dose import Work

EASY_IN_A_ROW: Final = 3
"""Easy sessions in a row before one repetition more is proposed; chosen: about a day of the usual three or four."""


class Pain(IntEnum):
    """How strong the pain of a session was, by the bands of the prescription."""

    NONE = 0
    MILD = 1
    """It went on, slower and smaller."""
    MODERATE = 2
    """It ended the exercise."""
    SEVERE = 3
    """It ended the session."""


class Why(StrEnum):
    """Why a dose was changed."""

    PAIN = "pain"
    HARD = "hard"
    AGREED = "agreed"


LESS: Final = MappingProxyType({Pain.MILD: 2, Pain.MODERATE: 4, Pain.SEVERE: 4})
"""Repetitions of each set taken off behind pain; chosen: one and two "easier"."""
LESS_HARD: Final = 1
"""Repetitions of each set taken off behind a session that was hard; chosen."""
_HARD: Final = "hard"
_EASY: Final = "easy"
_YES: Final = "yes"


@dataclass(frozen=True, slots=True)
class Lived:
    """A session that is over, as far as the next dose depends on it."""

    efforts: tuple[str, ...] = ()
    """Answers to "how was that?": ``easy``, ``all-right``, ``hard``."""
    pain: Pain = Pain.NONE
    completed: bool = False
    eased: bool = False
    """She asked for less on the way."""
    more: str | None = None
    """What she answered when one more was proposed; None where it was not."""

    @property
    def hard(self) -> bool:
        """Return whether it was too much."""
        return self.eased or _HARD in self.efforts

    @property
    def easy(self) -> bool:
        """Return whether it was easy throughout, and done to its end."""
        return self.completed and not self.pain and not self.eased and set(self.efforts) == {_EASY}


@dataclass(frozen=True, slots=True)
class Room:
    """How far a program may be changed: repetitions of each set, less and more."""

    less: int
    more: int

    def within(self, steps: int) -> int:
        """Return steps that stay inside."""
        return max(-self.less, min(steps, self.more))


@dataclass(frozen=True, slots=True)
class Change:
    """The dose from the session that begins now on, once what was lived is taken in.

    At the end of the room it may be the same as before; that it was taken in is written down all the same.
    """

    steps: int
    """Repetitions of each set more than prescribed, or less where negative."""
    why: Why


def pain_of(level: int | None, bands: PainBands) -> Pain:
    """Return the band of a pain from 0 to 10; None where it was not asked."""
    if not level:
        return Pain.NONE
    if level <= bands.mild_max:
        return Pain.MILD
    return Pain.MODERATE if level <= bands.moderate_max else Pain.SEVERE


def changed(steps: int, since: Sequence[Lived], room: Room) -> Change | None:
    """Return how the dose changes for the session that begins now, or None where nothing speaks for a change.

    Args:
        steps: As it is now.
        since: Sessions of the same program that were lived since it was last changed, oldest first.
        room: How far it may go.
    """
    pain = max((session.pain for session in since), default=Pain.NONE)
    if pain:
        return Change(room.within(steps - LESS[pain]), Why.PAIN)
    if any(session.hard for session in since):
        return Change(room.within(steps - LESS_HARD), Why.HARD)
    if any(session.more == _YES for session in since):
        return Change(room.within(steps + 1), Why.AGREED)
    return None


def proposes_more(steps: int, since: Sequence[Lived], room: Room) -> bool:
    """Return whether one repetition more may be proposed in the session that begins now.

    Args:
        steps: As it is now.
        since: Sessions of the same program that were lived since it was last changed, oldest first.
        room: How far it may go.
    """
    if changed(steps, since, room) is not None or steps >= room.more:
        return False
    run = since[-EASY_IN_A_ROW:]
    # Whoever has just said no is not asked again before three more easy sessions.
    return len(run) == EASY_IN_A_ROW and all(session.easy and session.more is None for session in run)


def room_of(works: Iterable[Work], prescription: Prescription) -> Room:
    """Return how far a program may be changed: as far as the exercise with the most room lets it.

    Args:
        works: As prescribed.
        prescription: The person's.
    """
    rooms = [(work.reps - _least(work), ceiling(work, prescription) - work.reps) for work in works]
    return Room(max((less for less, _ in rooms), default=0), max((more for _, more in rooms), default=0))


def adapted(works: Iterable[Work], steps: int, prescription: Prescription) -> tuple[Work, ...]:
    """Return the works with some repetitions more or less in each set, each within its own limits.

    Args:
        works: As prescribed.
        steps: Repetitions of each set more, or less where negative.
        prescription: The person's.
    """
    return tuple(
        replace(work, reps=max(_least(work), min(work.reps + steps, ceiling(work, prescription)))) for work in works
    )


def ceiling(work: Work, prescription: Prescription) -> int:
    """Return the most repetitions of a set that she may agree to.

    The prescription's limit where there is one; its own number where it names one; else the upper end of what the
    sources give for the exercise.
    """
    limits = prescription.dose
    if limits.reps_max is not None:
        return max(work.reps, min(limits.reps_max, work.most_reps))
    named = any(dose.id == work.exercise.id and dose.reps is not None for dose in limits.exercises)
    return work.reps if named else max(work.reps, min(work.exercise.dose.reps.most, work.most_reps))


def meant(works: Iterable[Work]) -> str:
    """Return a dose in words, by which the journal knows whether another one was prescribed since."""
    return ", ".join(f"{work.exercise.id} {work.sets}x{work.reps}" for work in works)


def _least(work: Work) -> int:
    return min(work.reps, work.least_reps)
