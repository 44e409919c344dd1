"""What a clinician or a carer should look at before a program is used, across files.

Whatever is forbidden is refused by the loader. A review tells what is allowed and still
worth a second look; an empty one means that there is nothing to say.
"""

from collections.abc import Iterator, Mapping

from coach.errors import ProgramError
from coach.program.dose import Work, session_length, works
from coach.program.limits import cycle_range, hold_range, per_day_range, reps_range, sets_range
from coach.program.models import Block, Exercise, Program, Signed, Status
from coach.program.quantity import Origin, Sourced
from coach.units import seconds

LONG_SESSION_S = 15 * 60.0
"""Seconds of exercise and rests from which a session is worth a word (chosen: three quarters of the longest)."""


def review(program: Program, exercises: Mapping[str, Exercise]) -> tuple[str, ...]:
    """Return what to look at before a program is used, each a sentence.

    Args:
        program: The program.
        exercises: Exercises by id.

    Returns:
        Findings in the order of the file. A program that breaks a limit or names something unknown
        has this one finding.
    """
    try:
        done = works(program, exercises)
    except ProgramError as wrong:
        return (str(wrong),)
    return tuple(f"program {program.id}: {finding}" for finding in _findings(program, done))


def _findings(program: Program, done: tuple[Work, ...]) -> Iterator[str]:
    named = {work.exercise.id: work.exercise for work in done}
    yield from _unsigned("the program", program)
    for exercise in named.values():
        yield from _unsigned(f"the exercise {exercise.id}", exercise)
    length_s = seconds(session_length(done))
    if length_s > LONG_SESSION_S:
        yield f"the session takes {length_s / 60:.0f} minutes of exercise and rests, which is long for somebody in bed."
    yield from _per_day(program, named)
    for number, (block, work) in enumerate(zip(program.blocks, done, strict=True), start=1):
        for finding in _block(program, block, work):
            yield f"block {number}, {finding}"


def _unsigned(what: str, file: Signed) -> Iterator[str]:
    if file.status is Status.DRAFT:
        yield f"{what} is a draft; a clinician must sign it."


def _per_day(program: Program, named: Mapping[str, Exercise]) -> Iterator[str]:
    if program.per_day is None:
        return
    for exercise in named.values():
        usual = exercise.dose.per_day.by_regime.get(program.regime)
        if usual is not None and not usual.min <= program.per_day.min <= program.per_day.max <= usual.max:
            yield (
                f"{_span(program.per_day.min, program.per_day.max)} sessions a day; "
                f"{exercise.name} for {program.regime} are meant {_span(usual.min, usual.max)} times."
            )
        own = per_day_range(exercise)
        if program.per_day.max > own.high:
            often = f"{program.per_day.max} sessions a day where {exercise.name} allow {_span(own.low, own.high)}"
            yield f"{often}, prescribed by {program.prescribed_by}."


def _block(program: Program, block: Block, work: Work) -> Iterator[str]:
    exercise, dose = work.exercise, work.exercise.dose
    phases = {phase.id: phase for phase in exercise.phases}
    cycles = cycle_range(exercise)
    for what, value, own, low, high in (
        ("repetitions", work.reps, reps_range(exercise), dose.reps.least, dose.reps.most),
        ("sets", work.sets, sets_range(exercise), dose.sets.least, dose.sets.most),
        ("seconds a repetition", work.cycle_s, cycles, cycles.low, cycles.high),
        *((f"seconds held at {at}", hold_s, hold_range(exercise, phases[at]), 0, 0) for at, hold_s in work.holds),
    ):
        if not own.low <= value <= own.high:
            allowed = _span(own.low, own.high)
            yield f"{what}: {value:g} where {exercise.name} allow {allowed}, prescribed by {program.prescribed_by}."
        elif high and not low <= value <= high:
            yield f"{what}: {value:g} where the sources of {exercise.name} give {_span(low, high)}."
    for key, number in _numbers(block):
        if number.origin is Origin.CLINICIAN and program.prescribed_by is None:
            yield f"{key} comes from a clinician whom prescribed_by does not name."
        if not number.sure:
            yield f"{key} was not confirmed in its source."
    for key, stated, given in (("reps", block.reps, dose.reps), ("sets", block.sets, dose.sets)):
        if stated is not None and stated.origin is Origin.SEED and not given.least <= stated.v <= given.most:
            yield f"{key} says that it comes from the seed, which gives {_span(given.least, given.most)}."


def _numbers(block: Block) -> Iterator[tuple[str, Sourced]]:
    for key, number in (
        ("sets", block.sets),
        ("reps", block.reps),
        ("cycle_s", block.cycle_s),
        ("rest_s", block.rest_s),
        *((f"hold of {hold.phase}", hold) for hold in block.holds),
    ):
        if number is not None:
            yield key, number


def _span(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
