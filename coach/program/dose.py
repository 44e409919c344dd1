"""Doses: what a program asks for, with every number filled in and every limit kept."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from coach.errors import ProgramError
from coach.program.limits import (
    REST_RANGE,
    Place,
    check_frequency,
    check_holds,
    check_session,
    check_total_sets,
    cycle_range,
    reps_range,
    sets_range,
)
from coach.program.models import Block, Exercise, Preset, Program, SideMode
from coach.program.work import Bounds, PhaseTiming, Stint, Turned, Work
from coach.tomlfile import nearest
from coach.units import Frames, seconds

# SideMode belongs to the models, a work to its own module; whoever reads a dose needs them too.
__all__ = ["Bounds", "PhaseTiming", "SideMode", "Stint", "Turned", "Work", "session_length", "works"]


def works(program: Program, exercises: Mapping[str, Exercise], *, source: str | None = None) -> tuple[Work, ...]:
    """Return what a program asks for, with every number filled in and every limit kept.

    Args:
        program: The program.
        exercises: Exercises by id.
        source: The program's file, for messages; its name where it has none.

    Returns:
        One `Work` for each block, in order.

    Raises:
        ProgramError: An exercise, preset or phase is not known, or a limit is exceeded.
    """
    source = source or f"program {program.id}"
    found = {}
    for number, block in enumerate(program.blocks, start=1):
        if block.exercise not in exercises:
            raise ProgramError(
                f'{source}, table [[block]] number {number}, key exercise: "{block.exercise}" is no exercise; '
                f"{nearest(block.exercise, exercises)}."
            )
        found[block.exercise] = exercises[block.exercise]
    result = tuple(
        _work(block, found[block.exercise], Place(source, f"table [[block]] number {number}"), program)
        for number, block in enumerate(program.blocks, start=1)
    )
    between_s = 0.0 if program.rest_between_exercises_s is None else program.rest_between_exercises_s.v
    place = Place(source, "table [rest_between_exercises_s]")
    REST_RANGE.check(place, "v", between_s, prescribed=program.prescribed_by is not None)
    result = (*(replace(work, rest_after_s=between_s) for work in result[:-1]), result[-1])
    sets: dict[str, int] = {}
    for work in result:
        sets[work.exercise.id] = sets.get(work.exercise.id, 0) + work.sets
    check_total_sets(program, sets, found, source)
    check_session(seconds(session_length(result)), source)
    _check_per_day(program, found.values(), source)
    return result


def session_length(done: Iterable[Work]) -> Frames:
    """Return the frames of all repetitions and pauses of a session; what is spoken before and after comes on top."""
    return Frames(sum(work.length for work in done))


def _work(block: Block, exercise: Exercise, place: Place, program: Program) -> Work:
    prescribed = program.prescribed_by is not None
    preset = _preset(block, exercise, place, prescribed=prescribed)
    dose = exercise.dose
    holds = preset.holds if preset else block.holds
    reps = dose.reps.v if block.reps is None else block.reps.v
    sets = dose.sets.v if block.sets is None else block.sets.v
    rest_s = dose.rest_between_sets_s.v if block.rest_s is None else block.rest_s.v
    chosen = preset.cycle_s if preset else block.cycle_s
    cycle_s = exercise.cycle_s.v if chosen is None else chosen.v
    sides = exercise.sides.default if block.sides is None else block.sides
    reps_range(exercise).check(place, "reps.v", reps, prescribed=prescribed)
    sets_range(exercise).check(place, "sets.v", sets, prescribed=prescribed)
    cycle_range(exercise).check(place, "cycle_s.v", cycle_s, prescribed=prescribed)
    REST_RANGE.check(place, "rest_s.v", rest_s, prescribed=prescribed)
    if sides not in exercise.sides.allowed:
        place.refuse("sides", f'"{sides}"', f"{exercise.name} are done with {' or '.join(exercise.sides.allowed)}")
    check_holds(exercise, cycle_s, holds, place, prescribed=prescribed)
    own = cycle_range(exercise)
    bounds = Bounds(min(cycle_s, own.low), max(cycle_s, own.high), max(reps, int(reps_range(exercise).high)))
    return Work(
        exercise=exercise,
        sets=sets,
        reps=reps,
        cycle_s=cycle_s,
        sides=sides,
        rest_s=rest_s,
        switch_gap_s=dose.switch_gap_s.v,
        holds=tuple((hold.phase, hold.v) for hold in holds),
        bounds=bounds,
    )


def _preset(block: Block, exercise: Exercise, place: Place, *, prescribed: bool) -> Preset | None:
    if block.tempo is None:
        return None
    presets = {preset.id: preset for preset in exercise.presets}
    if block.tempo not in presets:
        place.refuse(
            "tempo", f'"{block.tempo}"', f"this is no preset of {exercise.name}; {nearest(block.tempo, presets)}"
        )
    preset = presets[block.tempo]
    if preset.needs_prescription and not prescribed:
        place.refuse(
            "tempo", f'"{block.tempo}"', "it must be prescribed; name in prescribed_by who did, or leave tempo out"
        )
    return preset


def _check_per_day(program: Program, done: Iterable[Exercise], source: str) -> None:
    prescribed = program.prescribed_by is not None
    for exercise in done:
        if program.per_day is not None:
            place = Place(source, "table [per_day]")
            check_frequency(program.per_day, exercise, place, prescribed=prescribed)
        elif program.regime not in exercise.dose.per_day.by_regime:
            known = " or ".join(f'"{regime}"' for regime in exercise.dose.per_day.by_regime)
            Place(source, "the top of the file").refuse(
                "regime",
                f'"{program.regime}"',
                f"{exercise.name} have no number of sessions a day for it; write {known}, or add per_day",
            )
