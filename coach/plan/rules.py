"""Which exercises must not be done: what follows from the history, and what was excluded by name.

An exercise says under ``[[not_if]]`` whom it is not for, each reason under an id. A history brings up some of
these ids, and an exercise that has one of them is left out until it is cleared.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from coach.plan.prescription import Approach, History, Operation, Prescription, Told
from coach.program.models import Exercise

_HIP: Final = frozenset({Operation.HIP_REPLACEMENT, Operation.HIP_FRACTURE})

OF_OPERATION: Final[Mapping[Operation, tuple[str, ...]]] = MappingProxyType(
    {
        Operation.NONE: (),
        Operation.HIP_REPLACEMENT: ("operation", "hip-operation", "hip-rules"),
        Operation.HIP_FRACTURE: ("operation", "hip-operation", "hip-rules"),  # often mended by half a new joint
        Operation.KNEE_REPLACEMENT: ("operation", "knee-operation"),
        Operation.KNEE: ("operation", "knee-operation", "knee-limits", "thigh-repair"),
        Operation.ANKLE: ("operation", "ankle-injury"),
        Operation.FOOT: ("operation", "foot-operation"),
        Operation.BACK: ("operation", "back-operation"),
        Operation.ABDOMEN: ("operation", "abdominal-operation"),
        Operation.CHEST: ("operation", "shoulder-or-chest-operation", "chest-injury"),
        Operation.BREAST: ("operation", "shoulder-or-chest-operation"),
        Operation.HEART: ("operation", "shoulder-or-chest-operation"),
        Operation.PACEMAKER: ("operation", "shoulder-or-chest-operation", "pacemaker"),
        Operation.SHOULDER: ("operation", "shoulder-or-chest-operation"),
        Operation.OTHER: ("operation",),
    }
)
"""Reasons that follow from an operation (clinical reference, sections 5 and 6; which operation brings which is the
project's own reading, to be signed by a clinician)."""

REASONS: Final = frozenset(
    {reason for reasons in OF_OPERATION.values() for reason in reasons}
    | {"lateral-approach", "past-clot", "no-movement", "ankle-injury", "tendon-repair"}
)
"""Every reason a history can bring up."""
OTHERWISE: Final = frozenset({"swelling", "sore-skin"})
"""Reasons that come and go: asked about before every session, or written into the exclusions by a carer."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An exercise that must not be done, and why."""

    exercise: str
    reason: str
    """Id of the ``[[not_if]]`` entry, or ``excluded`` where the exercise itself was named."""
    what: str
    """The reason in words."""
    until: str
    """What has to happen first, in words."""
    asked: bool = False
    """True where nobody could say: the answer was "unknown"."""

    def __str__(self) -> str:
        unknown = ' (answered "unknown", which counts as yes)' if self.asked else ""
        return f"{self.exercise.replace('-', ' ')}: {self.what}{unknown}; not until {self.until}"


def reasons(prescription: Prescription) -> Mapping[str, Told]:
    """Return the ids of the reasons that hold, each with how surely: yes, or unknown."""
    found: dict[str, Told] = {}
    for reason, told in _of_history(prescription.history):
        if found.get(reason) is not Told.YES:
            found[reason] = told
    for clearance in prescription.cleared:
        found.pop(clearance.not_if, None)
    return found | dict.fromkeys(prescription.exclusions.not_if, Told.YES)  # only a carer lifts an exclusion


def left_out(prescription: Prescription, exercises: Mapping[str, Exercise]) -> Mapping[str, LeftOut]:
    """Return the exercises that must not be done, by id, each with the first reason.

    Args:
        prescription: The person's.
        exercises: Every exercise there is, by id.
    """
    holds = reasons(prescription)
    found: dict[str, LeftOut] = {}
    for exercise in exercises.values():
        if exercise.id in prescription.exclusions.exercises:
            found[exercise.id] = LeftOut(exercise.id, "excluded", "excluded in the prescription", "a carer lifts it")
            continue
        for rule in exercise.not_if:
            if rule.id in holds:
                asked = holds[rule.id] is Told.UNKNOWN
                found[exercise.id] = LeftOut(exercise.id, rule.id, rule.what, rule.until, asked)
                break
    return found


def unasked(prescription: Prescription) -> Iterator[str]:
    """Go through what a carer should still be asked, each a sentence."""
    if prescription.history is None:
        yield (
            "Nobody was asked yet about an operation, a blood clot, a cast or a fracture, so no exercise is left out "
            "for such a reason; before this coach guides anybody, run: coach setup"
        )
        return
    told = {key: value for key, value in prescription.history if isinstance(value, Told)}
    unknown = [key.replace("_", " ") for key, value in told.items() if value is Told.UNKNOWN]
    if unknown:
        yield (
            f"The history says unknown to {', '.join(unknown)}; that counts as yes until the care team knows. "
            "Ask them, then run: coach setup"
        )


def _of_history(history: History | None) -> Iterator[tuple[str, Told]]:
    if history is None:
        return
    for reason in OF_OPERATION[history.operation]:
        yield reason, Told.YES
    if history.operation in _HIP and history.approach in (Approach.LATERAL, Approach.UNKNOWN, None):
        yield "lateral-approach", Told.YES if history.approach is Approach.LATERAL else Told.UNKNOWN
    if not history.supervised:
        yield from _if_not_no("past-clot", history.past_clot)
    yield from _if_not_no("no-movement", history.cast)
    yield from _if_not_no("no-movement", history.boot)
    yield from _if_not_no("ankle-injury", history.fracture)
    yield from _if_not_no("tendon-repair", history.tendon_repair)


def _if_not_no(reason: str, told: Told) -> Iterator[tuple[str, Told]]:
    if told is not Told.NO:
        yield reason, told
