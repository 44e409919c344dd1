"""The limits of a dose. They reject; they never clamp.

1. Each exercise carries its own limits. They bind every program that names nobody in
   ``prescribed_by``.
2. The absolute limits of this module bind every program, whoever prescribed it.
3. A limit an exercise marks ``hard`` binds like an absolute one.
4. Every refusal names file, table and key, the value, the allowed range, and what to do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NoReturn

from coach.errors import ProgramError
from coach.program.models import Dose, Exercise, Limits, Phase, PhaseHold, Program
from coach.program.quantity import CountLimit, DurationLimit, Frequency
from coach.tomlfile import nearest, shown
from coach.units import frames

# Absolute limits. The first six are the project's reading of what no bed exercise in its sources exceeds
# (infer, to be signed by a clinician); the last two keep a slip of the pen from becoming a session.
REPS_MAX: Final = 30
"""Repetitions of a set."""
SETS_MAX: Final = 5
"""Sets of a block."""
HOLD_S_MAX: Final = 10.0
"""Seconds of a hold; the longest in any source (S10, S12, S14)."""
CYCLE_S_MIN: Final = 2.0
"""Seconds of a repetition; 30 a minute is the briskest pace anyone is coached at (S2), faster was only studied (S3)."""
SESSION_S_MAX: Final = 20 * 60.0
"""Seconds of exercise, rests and changes of side in a session; the spoken lead-ins come on top."""
PER_DAY_MAX: Final = 6
"""Timed sessions a day."""
PER_DAY_MAX_FREQUENT: Final = 12
"""Timed sessions a day of an exercise in `FREQUENT`."""
FREQUENT: Final = frozenset({"toe-wiggles", "deep-breathing"})
"""Exercises their sources want through the whole day (S20, S21, S23). In code, so that no file can join them."""
CYCLE_S_MAX: Final = 60.0
"""Seconds of a repetition (chosen: three times the longest one in any source)."""
REST_S_MAX: Final = 600.0
"""Seconds of a rest (chosen: half the longest session)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number stands, for the message that refuses it."""

    source: str
    """The file, or the program's name where there is no file."""
    table: str

    def refuse(self, key: str, value: float | str, advice: str) -> NoReturn:
        """Raise the error that refuses a value: a sentence with file, table, key, value and what to do."""
        raise ProgramError(f"{self.source}, {self.table}, key {key}: {_number(value)} is not allowed; {advice}.")


@dataclass(frozen=True, slots=True)
class Range:
    """What an exercise allows by itself, and what nobody may exceed."""

    low: float
    high: float
    lowest: float
    highest: float

    def check(self, place: Place, key: str, value: float, *, prescribed: bool = False) -> None:
        """Refuse a value outside the range that binds.

        Raises:
            ProgramError: The value lies outside; the message states both ranges.
        """
        low, high = (self.lowest, self.highest) if prescribed else (self.low, self.high)
        if low <= value <= high:
            return
        advice = f"write {_number(low)} to {_number(high)}"
        if not prescribed and (self.lowest, self.highest) != (low, high):
            wider = f"{_number(self.lowest)} to {_number(self.highest)}"
            advice += f", or name in prescribed_by who prescribed another dose ({wider} even then)"
        place.refuse(key, value, advice)


def reps_range(exercise: Exercise) -> Range:
    """Return the repetitions of a set an exercise allows."""
    return _up_to(1, exercise.limits.reps_max, exercise.dose.reps.most, REPS_MAX)


def sets_range(exercise: Exercise) -> Range:
    """Return the sets an exercise allows."""
    return _up_to(1, exercise.limits.sets_max, exercise.dose.sets.most, SETS_MAX)


def hold_range(exercise: Exercise, phase: Phase) -> Range:
    """Return the seconds a phase of an exercise may be held."""
    return _up_to(0, exercise.limits.hold_s_max, phase.hold_s.most, HOLD_S_MAX)


def cycle_range(exercise: Exercise) -> Range:
    """Return the seconds a repetition of an exercise may take."""
    quickest, slowest = exercise.limits.cycle_s_min, exercise.limits.cycle_s_max
    low, high = max(quickest.v, CYCLE_S_MIN), min(slowest.v, CYCLE_S_MAX)
    return Range(low, high, low if quickest.hard else CYCLE_S_MIN, high if slowest.hard else CYCLE_S_MAX)


def per_day_range(exercise: Exercise) -> Range:
    """Return the timed sessions a day an exercise allows."""
    usual = max(often.max for often in exercise.dose.per_day.by_regime.values())
    most = PER_DAY_MAX_FREQUENT if exercise.id in FREQUENT else PER_DAY_MAX
    return _up_to(1, exercise.limits.per_day_max, usual, most)


def _absolute(lowest: float, highest: float) -> Range:
    """Return a range nobody may exceed."""
    return Range(lowest, highest, lowest, highest)


REST_RANGE: Final = _absolute(0, REST_S_MAX)
"""Seconds of a rest: no exercise has a limit of its own."""


def check_exercise(exercise: Exercise, source: str) -> None:
    """Refuse an exercise that contradicts itself or an absolute limit.

    Args:
        exercise: The exercise, already of the right shape.
        source: The file, for the message.

    Raises:
        ProgramError: A number lies outside what the exercise itself or this module allows.
    """
    limits = Place(source, "table [limits]")
    for key, value, highest in _own_limits(exercise.limits, per_day_range(exercise).highest):
        _absolute(0 if key.startswith("hold") else 1, highest).check(limits, key, value)
    quickest, slowest = exercise.limits.cycle_s_min.v, exercise.limits.cycle_s_max.v
    _absolute(CYCLE_S_MIN, CYCLE_S_MAX).check(limits, "cycle_s_min.v", quickest)
    _absolute(quickest, CYCLE_S_MAX).check(limits, "cycle_s_max.v", slowest)
    _check_dose(exercise.dose, exercise, Place(source, "table [dose]"))
    _check_phases(exercise, source)
    cycles = cycle_range(exercise)
    cycles.check(Place(source, "table [cycle_s]"), "v", exercise.cycle_s.v)
    for number, preset in enumerate(exercise.presets, start=1):
        place = Place(source, f"table [[preset]] number {number}")
        prescribed = preset.needs_prescription
        cycles.check(place, "cycle_s.v", preset.cycle_s.v, prescribed=prescribed)
        check_holds(exercise, preset.cycle_s.v, preset.holds, place, prescribed=prescribed)


def check_holds(
    exercise: Exercise, cycle_s: float, holds: tuple[PhaseHold, ...], place: Place, *, prescribed: bool
) -> None:
    """Refuse stated holds that are too long, name no phase, or leave the movements too little of the cycle.

    Raises:
        ProgramError: One of these; the message names the hold.
    """
    phases = {phase.id: phase for phase in exercise.phases}
    for number, hold in enumerate(holds, start=1):
        if hold.phase not in phases:
            known = nearest(hold.phase, phases)
            advice = f"this is no phase of {exercise.name}; {known}"
            place.refuse(f"hold (entry {number}).phase", f'"{hold.phase}"', advice)
        allowed = hold_range(exercise, phases[hold.phase])
        allowed.check(place, f"hold (entry {number}).v", hold.v, prescribed=prescribed)
    stated = {hold.phase: hold.v for hold in holds}
    least = [stated.get(phase.id, phase.hold_s.least if stated else 0.0) for phase in exercise.phases]
    _check_room(place, "cycle_s.v", cycle_s, sum(least) + _least_move_s(exercise))


def check_frequency(often: Frequency, exercise: Exercise, place: Place, *, prescribed: bool = False) -> None:
    """Refuse more sessions a day than an exercise allows.

    Raises:
        ProgramError: Either end of the figure lies outside the range that binds.
    """
    for key, value in (("min", often.min), ("max", often.max)):
        per_day_range(exercise).check(place, key, value, prescribed=prescribed)


def check_total_sets(program: Program, sets: dict[str, int], exercises: dict[str, Exercise], source: str) -> None:
    """Refuse a program whose blocks together give an exercise more sets than it allows.

    A prescribed program may return to an exercise as often as the session's length lets it.

    Args:
        program: The program.
        sets: Sets of all blocks, by exercise id.
        exercises: Exercises by id.
        source: The file, for the message.

    Raises:
        ProgramError: The blocks of one exercise add up to more than its own limit.
    """
    if program.prescribed_by is not None:
        return
    for name, total in sets.items():
        allowed = sets_range(exercises[name])
        if total > allowed.high:
            Place(source, f"all tables [[block]] of {name} together").refuse(
                "sets",
                total,
                f"write at most {_number(allowed.high)} in all, or name in prescribed_by who prescribed more",
            )


def check_session(length_s: float, source: str) -> None:
    """Refuse a session that is too long, whoever prescribed it.

    Raises:
        ProgramError: More than `SESSION_S_MAX` seconds.
    """
    if length_s > SESSION_S_MAX:
        minutes, seconds = divmod(round(length_s), 60)
        raise ProgramError(
            f"{source}, all tables [[block]] together: the session takes {minutes} min {seconds:02d} s; "
            f"{SESSION_S_MAX / 60:.0f} minutes are the most, so take out sets or repetitions, or shorten rests."
        )


def _up_to(lowest: float, limit: CountLimit | DurationLimit | None, usual: float, highest: float) -> Range:
    """Return a range from a limit of its own, or else from the upper end of the usual dose."""
    own = min(usual if limit is None else limit.v, highest)
    return Range(lowest, own, lowest, own if limit is not None and limit.hard else highest)


def _own_limits(limits: Limits, per_day: float) -> Iterator[tuple[str, float, float]]:
    """Yield key, value and absolute limit of each limit an exercise states."""
    for key, limit, highest in (
        ("reps_max.v", limits.reps_max, REPS_MAX),
        ("sets_max.v", limits.sets_max, SETS_MAX),
        ("per_day_max.v", limits.per_day_max, per_day),
        ("hold_s_max.v", limits.hold_s_max, HOLD_S_MAX),
    ):
        if limit is not None:
            yield key, limit.v, highest


def _check_dose(dose: Dose, exercise: Exercise, place: Place) -> None:
    for key, range_, numbers in (
        ("reps", reps_range(exercise), {"min": dose.reps.least, "v": dose.reps.v, "max": dose.reps.most}),
        ("sets", sets_range(exercise), {"min": dose.sets.least, "v": dose.sets.v, "max": dose.sets.most}),
        ("rest_between_sets_s", REST_RANGE, {"v": dose.rest_between_sets_s.v}),
        ("switch_gap_s", REST_RANGE, {"v": dose.switch_gap_s.v}),
    ):
        for name, value in numbers.items():
            range_.check(place, f"{key}.{name}", value)
    for regime, often in dose.per_day.by_regime.items():
        check_frequency(often, exercise, Place(place.source, f"table [dose.per_day.{regime}]"))


def _check_phases(exercise: Exercise, source: str) -> None:
    for number, phase in enumerate(exercise.phases, start=1):
        place = Place(source, f"table [[phase]] number {number}")
        for name, move_s, hold_s in (
            ("min", phase.move_s.least, phase.hold_s.least),
            ("v", phase.move_s.v, phase.hold_s.v),
            ("max", phase.move_s.most, phase.hold_s.most),
        ):
            _absolute(0, CYCLE_S_MAX).check(place, f"move_s.{name}", move_s)
            hold_range(exercise, phase).check(place, f"hold_s.{name}", hold_s)
    total = sum(phase.move_s.v + phase.hold_s.v for phase in exercise.phases)
    if frames(total) != frames(exercise.cycle_s.v):
        advice = f"the moves and holds of all tables [[phase]] add up to {_number(total)} seconds; make both the same"
        Place(source, "table [cycle_s]").refuse("v", exercise.cycle_s.v, advice)
    if not sum(phase.move_s.v for phase in exercise.phases):
        Place(source, "tables [[phase]]").refuse("move_s.v", 0, "at least one phase must move")
    holds = sum(phase.hold_s.least for phase in exercise.phases)
    quickest = exercise.limits.cycle_s_min.v
    _check_room(Place(source, "table [limits]"), "cycle_s_min.v", quickest, holds + _least_move_s(exercise))


def _number(value: float | str) -> str:
    """Return a number as a person writes it: no trailing zeros."""
    return value if isinstance(value, str) else f"{value:.10g}" if isinstance(value, float) else shown(value)


def _check_room(place: Place, key: str, cycle_s: float, needed_s: float) -> None:
    """Refuse a tempo that leaves the movements less than their least time."""
    if frames(cycle_s) < frames(needed_s):
        advice = f"its holds and movements need {_number(needed_s)} seconds; write at least that, or shorter holds"
        place.refuse(key, cycle_s, advice)


def _least_move_s(exercise: Exercise) -> float:
    """Return the least seconds all movements of a repetition need together."""
    return sum(phase.move_s.least for phase in exercise.phases)
