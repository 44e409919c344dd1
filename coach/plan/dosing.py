"""The dose of one person: a program's numbers, what was prescribed in their place, and every limit.

1. An exercise that must not be done is left out of the program; a program of which nothing is left is refused.
2. The prescription's own numbers stand in place of the program's. They keep to the exercise's limits, or
   ``prescribed_by`` names who prescribed more; the absolute limits bind always.
3. The prescription's limits bind the program, and what a voice may ask for. They reject; they never clamp.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from coach.errors import PrescriptionError, ProgramError
from coach.plan.prescription import FILE, DoseLimits, ExerciseDose, Prescription
from coach.plan.rules import REASONS, LeftOut, left_out
from coach.program.dose import Bounds, Work, session_length, works
from coach.program.limits import Place, per_day_range
from coach.program.models import Block, Exercise, Program, Regime
from coach.program.quantity import Count, Duration, Frequency, Origin
from coach.tomlfile import nearest
from coach.units import Seconds, seconds

_NOTE: Final = "from the prescription"


@dataclass(frozen=True, slots=True)
class Tailored:
    """A program as one person is to do it."""

    program: Program
    """Without the exercises that must not be done, and with the prescription's numbers."""
    works: tuple[Work, ...]
    left_out: tuple[LeftOut, ...]
    """What the program has and this person must not do."""


def tailored(
    program: Program, exercises: Mapping[str, Exercise], prescription: Prescription, *, source: str = FILE
) -> Tailored:
    """Return a program as one person is to do it.

    Args:
        program: The program.
        exercises: Exercises by id.
        prescription: The person's.
        source: The prescription's file, for messages.

    Raises:
        PrescriptionError: Nothing of the program may be done, or it asks for more than the prescription allows.
        ProgramError: The prescription's numbers exceed an exercise's limits.
    """
    out = left_out(prescription, exercises)
    blocks = tuple(
        _dosed(block, prescription.dose.exercises, prescribed=prescription.prescribed_by is not None)
        for block in program.blocks
        if block.exercise not in out
    )
    missing = tuple(out[name] for name in dict.fromkeys(block.exercise for block in program.blocks) if name in out)
    if not blocks:
        raise PrescriptionError(
            f"The program {program.id} has nothing this person may do: {'; '.join(map(str, missing))}. "
            f"Ask the care team; once they agree, write it into {source} or run: coach setup"
        )
    regime = prescription.regime or program.regime
    changes = {
        "prescribed_by": prescription.prescribed_by or program.prescribed_by,
        "regime": regime,
        "per_day": program.per_day if regime is program.regime else None,
        "blocks": blocks,
    }
    tailor_made = program.model_copy(update=changes)
    done = works(tailor_made, exercises, source=f"{source} with the program {program.id}")
    _check_limits(done, prescription.dose, program, source)
    return Tailored(tailor_made, tuple(_narrowed(work, prescription.dose) for work in done), missing)


def sessions_per_day(program: Program, exercises: Mapping[str, Exercise], prescription: Prescription) -> Frequency:
    """Return how many sessions a day are meant, fewest and most.

    Args:
        program: The tailored program, whose regime is the prescription's.
        exercises: Exercises by id.
        prescription: The person's.
    """
    schedule = prescription.schedule
    given = None if schedule is None else len(schedule.times) or schedule.sessions_per_day
    if given:
        return Frequency(origin=Origin.CLINICIAN, min=given, max=given, note=_NOTE)
    if program.per_day is not None:
        return program.per_day
    usual = [
        often
        for block in program.blocks
        if (often := exercises[block.exercise].dose.per_day.by_regime.get(program.regime)) is not None
    ]
    return (
        min(usual, key=lambda often: often.max)
        if usual
        else Frequency(origin=Origin.INFER, min=1, max=1, note="nothing is known of it")
    )


def check_prescription(
    prescription: Prescription,
    programs: Mapping[str, Program],
    exercises: Mapping[str, Exercise],
    languages: Iterable[str],
    *,
    source: str,
) -> None:
    """Refuse a prescription that names what there is not, or asks for more than is allowed.

    Args:
        prescription: The person's, already of the right shape.
        programs: Programs by id.
        exercises: Exercises by id.
        languages: Tags of the language packs.
        source: The file, for messages.

    Raises:
        PrescriptionError: Something it names is not known, or its own program exceeds its limits.
        ProgramError: A number lies outside what the exercise allows.
    """
    _known(source, "key language", prescription.language, languages)
    _known(source, "key program", prescription.program, programs)
    for name in prescription.exclusions.exercises:
        _known(source, "table [exclusions], key exercises", name, exercises)
    every_reason = REASONS | {rule.id for exercise in exercises.values() for rule in exercise.not_if}
    for name in prescription.exclusions.not_if:
        _known(source, "table [exclusions], key not_if", name, every_reason)
    for number, clearance in enumerate(prescription.cleared, start=1):
        _known(source, f"table [[cleared]] number {number}, key not_if", clearance.not_if, every_reason)
    for number, dose in enumerate(prescription.dose.exercises, start=1):
        _known(source, f"table [[dose.exercise]] number {number}, key id", dose.id, exercises)
    if prescription.program is not None:
        done = tailored(programs[prescription.program], exercises, prescription, source=source)
        _check_per_day(done, exercises, prescription, source)


def _known(source: str, where: str, name: str | None, known: Iterable[str]) -> None:
    names = list(known)
    if name is not None and name not in names:
        raise PrescriptionError(f'{source}, {where}: "{name}" is not known; {nearest(name, names)}.')


def _dosed(block: Block, doses: Iterable[ExerciseDose], *, prescribed: bool) -> Block:
    """Return a block with the prescription's numbers in place of its own."""
    dose = next((dose for dose in doses if dose.id == block.exercise), None)
    if dose is None:
        return block
    origin = Origin.CLINICIAN if prescribed else Origin.INFER
    numbers: dict[str, object] = {
        key: Count(origin=origin, v=value, note=_NOTE)
        for key, value in (("sets", dose.sets), ("reps", dose.reps))
        if value is not None
    }
    numbers |= {
        key: Duration(origin=origin, v=value, note=_NOTE)
        for key, value in (("cycle_s", dose.cycle_s), ("rest_s", dose.rest_s))
        if value is not None
    }
    if dose.cycle_s is not None:
        numbers |= {"tempo": None, "holds": ()}  # a preset's holds belong to its own tempo
    if dose.sides is not None:
        numbers["sides"] = dose.sides
    return block.model_copy(update=numbers)


def _check_limits(done: tuple[Work, ...], limits: DoseLimits, program: Program, source: str) -> None:
    sets: dict[str, int] = {}
    for work in done:
        sets[work.exercise.id] = sets.get(work.exercise.id, 0) + work.sets
        if limits.reps_max is not None and work.reps > limits.reps_max:
            _exceeds(source, program, "reps_max", limits.reps_max, f"{work.reps} repetitions of {work.exercise.name}")
        if limits.cycle_s_min is not None and work.cycle_s < limits.cycle_s_min:
            found = f"a repetition of {work.exercise.name} each {work.cycle_s:.10g} s"
            _exceeds(source, program, "cycle_s_min", limits.cycle_s_min, found)
    for name, total in sets.items():
        if limits.sets_max is not None and total > limits.sets_max:
            _exceeds(source, program, "sets_max", limits.sets_max, f"{total} sets of {name.replace('-', ' ')}")
    minutes = seconds(session_length(done)) / 60
    if limits.minutes_max is not None and minutes > limits.minutes_max:
        _exceeds(source, program, "minutes_max", limits.minutes_max, f"{minutes:.1f} minutes")


def _exceeds(source: str, program: Program, key: str, limit: float, found: str) -> None:
    raise PrescriptionError(
        f"{source}, table [dose], key {key}: {limit:.10g} is exceeded by the program {program.id}, which asks for "
        f"{found}; give the exercise its own numbers under [[dose.exercise]], or choose another program."
    )


def _narrowed(work: Work, limits: DoseLimits) -> Work:
    """Return a work a voice cannot change beyond the prescription's limits."""
    fastest, slowest = work.tempo_range
    most = work.most_reps
    if limits.cycle_s_min is not None:
        fastest = max(fastest, Seconds(limits.cycle_s_min))
    if limits.reps_max is not None:
        most = min(most, limits.reps_max)
    return replace(work, bounds=Bounds(fastest, slowest, most))


def _check_per_day(done: Tailored, exercises: Mapping[str, Exercise], prescription: Prescription, source: str) -> None:
    schedule = prescription.schedule
    given = None if schedule is None else len(schedule.times) or schedule.sessions_per_day
    if not given:
        return
    key = "times" if schedule is not None and schedule.times else "sessions_per_day"
    prescribed = prescription.prescribed_by is not None
    for name in dict.fromkeys(block.exercise for block in done.program.blocks):
        exercise = exercises[name]
        usual = exercise.dose.per_day.by_regime.get(done.program.regime)
        place = Place(source, "table [schedule]")
        if not prescribed and usual is not None and given > usual.max and done.program.regime is not Regime.PRESCRIBED:
            place.refuse(
                key,
                given,
                f"{exercise.name} are meant {usual.min} to {usual.max} times a day for {done.program.regime}; "
                "write at most that, or name in prescribed_by who prescribed more",
            )
        try:
            per_day_range(exercise).check(place, key, given, prescribed=prescribed)
        except ProgramError as wrong:
            raise PrescriptionError(str(wrong)) from None
