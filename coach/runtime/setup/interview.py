"""The interview with a carer (clinical reference, sections 6 and 7), which writes the prescription.

1. What nobody can say is "unknown", and counts as the unsafe answer until somebody knows.
2. Before the care team agrees nothing is guided: every exercise stays excluded.
3. The step is kept as a whole: half an interview would look like a whole one.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from coach.plan.prescription import Approach, BodySide, Finding, History, Operation, Prescription, Told
from coach.program.models import SideMode
from coach.runtime.setup import reading
from coach.runtime.setup.context import Setup
from coach.runtime.setup.person import tell_what_is_left_out

_HIP: Final = frozenset({Operation.HIP_REPLACEMENT, Operation.HIP_FRACTURE})
_TOLD: Final = ("cast", "boot", "fracture", "tendon_repair")
_NO_SIDE: Final = "none"
_AS_PROGRAM: Final = "program"


def history(setup: Setup) -> None:
    """Ask for the operation or injury, clots, what must not be done, and whether the care team agrees."""
    before, asks = setup.prescription.read(), setup.dialogue
    old = before.history
    known: dict[str, object] = {"answered_on": setup.today}
    known["answered_by"] = asks.text("answered-by", reading.whom, kept=_of(old, "answered_by"))
    known |= _operation(setup, old)
    known["past_clot"] = clot = asks.told("past-clot", kept=_of(old, "past_clot"))
    if clot != Told.NO:
        known["supervised"] = asks.yes("supervised", kept=old.supervised if old else None)
    for key in _TOLD:
        known[key] = asks.told(key.replace("_", "-"), kept=_of(old, key))
    agreed = asks.told("agreed", kept=Told.YES if before.prescribed_by else "") == Told.YES
    if agreed:
        changes: dict[str, object] = {
            "prescribed_by": asks.text("agreed-by", reading.whom, kept=before.prescribed_by or ""),
            "prescribed_on": before.prescribed_on or setup.today,
            "exclusions": _forbidden(setup, before),
            "dose": _legs(setup, before),
        }
    else:
        everything = _exclusions(before) | {"exercises": list(setup.house.exercises)}
        changes = {"prescribed_by": None, "prescribed_on": None, "exclusions": everything}
    setup.prescription.change(history=known, **changes)
    setup.refresh()
    if not agreed:
        asks.tell("not-agreed", aloud=True)
    elif not tell_what_is_left_out(setup):
        asks.tell("history-kept")


def baseline(setup: Setup) -> None:
    """Ask what the care team knows of already, so that only a change of it counts."""
    before, asks = setup.prescription.read().baseline, setup.dialogue
    chosen = asks.choose_some(
        "baseline", [finding.value for finding in Finding], [entry.finding.value for entry in before]
    )
    entries: list[dict[str, object]] = []
    if chosen:
        told_by = asks.text("told-by", reading.whom, kept=before[0].told_by if before else "")
        for finding in chosen:
            old = next((entry for entry in before if entry.finding == finding), None)
            slots = {"finding": asks.texts.choice["baseline"][finding]}
            entry: dict[str, object] = {"finding": finding, "told_by": told_by}
            side = _side(setup, "baseline-side", "" if old is None else _of(old, "side") or _NO_SIDE, slots)
            since = asks.ask("since", lambda typed: _day(setup, typed), kept=_of(old, "since"), slots=slots)
            entries.append(entry | side | {"since": since or (old.since if old else setup.today)})
    setup.prescription.change(baseline=entries)


def _operation(setup: Setup, old: History | None) -> Mapping[str, object]:
    asks, kept = setup.dialogue, _of(old, "operation")
    operation = Operation(asks.choose("operation", [each.value for each in Operation], kept=kept) or kept)
    known: dict[str, object] = {"operation": operation}
    if operation is Operation.NONE:
        return known
    same = old if old is not None and old.operation is operation else None
    if operation in _HIP:
        kept = _of(same, "approach")
        known["approach"] = asks.choose("approach", [each.value for each in Approach], kept=kept) or kept
    known |= _side(setup, "side", "" if same is None else _of(same, "side") or _NO_SIDE, {})
    on = asks.ask("date", lambda typed: _day(setup, typed), kept=_of(same, "on")) or (same.on if same else None)
    return known if on is None else known | {"date": on}


def _side(setup: Setup, key: str, kept: str, slots: Mapping[str, object]) -> dict[str, object]:
    sides = [*(side.value for side in BodySide), _NO_SIDE]
    labels = setup.dialogue.texts.choice["side"]
    side = setup.dialogue.choose(key, sides, labels=labels, kept=kept, slots=slots) or kept
    return {} if side == _NO_SIDE else {"side": side}


def _forbidden(setup: Setup, before: Prescription) -> Mapping[str, object]:
    """Ask what the team has forbidden beside what follows from the history."""
    exercises, pack = list(setup.house.exercises), setup.house.pack(setup.language)
    labels = {key: pack.utterance(f"{key}.name").text for key in exercises}
    kept = [key for key in before.exclusions.exercises if key in exercises]
    if before.prescribed_by is None:
        kept = []  # they were all excluded because nobody had agreed
    while True:
        chosen = setup.dialogue.choose_some("excluded", exercises, kept, labels=labels)
        if len(chosen) < len(exercises) or setup.dialogue.yes("everything-excluded", kept=False):
            return {key: value for key, value in (_exclusions(before) | {"exercises": chosen}).items() if value}


def _legs(setup: Setup, before: Prescription) -> Mapping[str, object]:
    """Ask whether both legs work together or in turn, and return the doses with it."""
    kept = next((dose.sides.value for dose in before.dose.exercises if dose.sides is not None), _AS_PROGRAM)
    ways = [_AS_PROGRAM, SideMode.BOTH.value, SideMode.EACH.value]
    sides = setup.dialogue.choose("legs", ways, kept=kept) or kept
    dose = before.dose.model_dump(by_alias=True, exclude_none=True, exclude_unset=True, mode="json")
    doses = {
        entry["id"]: {key: value for key, value in entry.items() if key != "sides"}
        for entry in dose.pop("exercise", ())
    }
    if sides != _AS_PROGRAM:
        for key, exercise in setup.house.exercises.items():
            if SideMode(sides) in exercise.sides.allowed:
                doses[key] = doses.get(key, {"id": key}) | {"sides": sides}
    given = [entry for entry in doses.values() if len(entry) > 1]
    return dose | ({"exercise": given} if given else {})


def _exclusions(before: Prescription) -> dict[str, object]:
    return dict(before.exclusions.model_dump(exclude_unset=True, mode="json"))


def _day(setup: Setup, typed: str) -> date:
    return reading.day(typed, setup.today, setup.dialogue.texts.words["today"])


def _of(entry: object, key: str) -> str:
    """Return a value of an earlier answer as it is shown; empty where there is none."""
    value = getattr(entry, key, None)
    return "" if value is None else str(value)
