"""Doses laid out in time: how often, how fast, in which order of sides.

A `Work` is a block with nothing left open. Its phases add up to its cycle exactly, frame
by frame, at every tempo:

1. At the standard tempo every phase takes what the exercise says.
2. At another tempo a hold stretches and shrinks with the cycle, but stays within the range
   its sources give; the movements share what is left.
3. A movement never takes less than its least time. Where that needs room, the holds give up
   what they have above their least; at a prescribed tempo quicker still, the rest of them too.
4. A hold the program states in seconds keeps them at every tempo that has room for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

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
from coach.tomlfile import nearest
from coach.units import Frames, Seconds, frames, seconds

# SideMode belongs to the models; whoever reads a dose needs it too.
__all__ = ["Bounds", "PhaseTiming", "SideMode", "Stint", "Work", "session_length", "works"]


@dataclass(frozen=True, slots=True)
class PhaseTiming:
    """How long one phase of a repetition takes at a tempo."""

    id: str
    tone: str | None
    """``rising``, ``falling`` or None."""
    move: Frames
    hold: Frames

    @property
    def length(self) -> Frames:
        """Frames of the movement and the hold together."""
        return Frames(self.move + self.hold)


@dataclass(frozen=True, slots=True)
class Stint:
    """One set of one side, and the pause behind it."""

    set_number: int
    """1-based."""
    side: str
    """``both``, ``left``, ``right`` or ``none``."""
    pause: Frames
    """Rest before the next stint; 0 behind the last."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a person may change a dose by voice: what the exercise allows, or what was prescribed beyond it."""

    fastest_s: float
    slowest_s: float
    most_reps: int


@dataclass(frozen=True, slots=True)
class Work:
    """A block with nothing left open: one exercise, its dose and its tempo."""

    exercise: Exercise
    sets: int
    reps: int
    """Repetitions of a set; where sides take turns, of each side."""
    cycle_s: float
    """Seconds of one repetition."""
    sides: SideMode
    rest_s: float
    """Seconds of rest between sets, and between the sides of a set."""
    switch_gap_s: float
    """Least seconds between one side's last repetition and the other's first."""
    holds: tuple[tuple[str, float], ...] = ()
    """Holds in seconds the program states, by phase id; empty where the exercise's own are kept."""
    bounds: Bounds | None = None
    """What a person may change it to; None for the exercise's own limits."""

    @property
    def tempo_range(self) -> tuple[Seconds, Seconds]:
        """Shortest and longest cycle this work may be paced at, in seconds."""
        if self.bounds is None:
            own = cycle_range(self.exercise)
            return Seconds(own.low), Seconds(own.high)
        return Seconds(self.bounds.fastest_s), Seconds(self.bounds.slowest_s)

    @property
    def most_reps(self) -> int:
        """Most repetitions of a set this work may be changed to."""
        return int(reps_range(self.exercise).high) if self.bounds is None else self.bounds.most_reps

    @property
    def phases(self) -> tuple[PhaseTiming, ...]:
        """The phases of one repetition at this tempo; their lengths add up to ``frames(cycle_s)`` exactly."""
        cycle = frames(self.cycle_s)
        phases = self.exercise.phases
        holds = self._hold_frames(cycle)
        least = [frames(phase.move_s.least) for phase in phases]
        usual = [frames(phase.move_s.v) for phase in phases]
        moves = _shared_out(cycle - sum(holds), least, usual)
        return tuple(
            PhaseTiming(phase.id, phase.tone, Frames(move), Frames(hold))
            for phase, move, hold in zip(phases, moves, holds, strict=True)
        )

    @property
    def stints(self) -> tuple[Stint, ...]:
        """The sets in the order they are done, each side of a set by itself where sides take turns.

        Between two stints of different sides the pause is the rest, or the time to change over where that is longer.
        """
        names = ("left", "right") if self.sides is SideMode.EACH else (self.sides.value,)
        order = [(number, side) for number in range(1, self.sets + 1) for side in names]
        pause = frames(max(self.rest_s, self.switch_gap_s) if len(names) > 1 else self.rest_s)
        return tuple(
            Stint(number, side, pause if place < len(order) else Frames(0))
            for place, (number, side) in enumerate(order, start=1)
        )

    @property
    def length(self) -> Frames:
        """Frames of all repetitions and pauses; nothing spoken before or after is counted."""
        return Frames(sum(self.reps * frames(self.cycle_s) + stint.pause for stint in self.stints))

    def paced(self, cycle_s: float) -> "Work":
        """Return the same work at another tempo.

        Args:
            cycle_s: Seconds of one repetition.

        Raises:
            ProgramError: Outside `tempo_range`.
        """
        fastest, slowest = self.tempo_range
        if not fastest <= cycle_s <= slowest:
            raise ProgramError(
                f"{self.exercise.name}: a repetition of {cycle_s:.10g} s is not allowed; "
                f"choose {fastest:.10g} to {slowest:.10g} s."
            )
        return replace(self, cycle_s=cycle_s)

    def with_reps(self, reps: int) -> "Work":
        """Return the same work with another number of repetitions.

        Raises:
            ProgramError: Less than 1, or more than `most_reps`.
        """
        if not 1 <= reps <= self.most_reps:
            raise ProgramError(
                f"{self.exercise.name}: {reps} repetitions are not allowed; choose 1 to {self.most_reps}."
            )
        return replace(self, reps=reps)

    def with_sides(self, sides: SideMode) -> "Work":
        """Return the same work with the sides taking part in another way.

        Raises:
            ProgramError: The exercise is not done in this way.
        """
        allowed = self.exercise.sides.allowed
        if sides not in allowed:
            raise ProgramError(
                f'{self.exercise.name}: sides "{sides}" are not possible; choose {" or ".join(allowed)}.'
            )
        return replace(self, sides=sides)

    def _hold_frames(self, cycle: int) -> list[int]:
        """Return the hold of each phase in frames (rules 1 to 4 of the module)."""
        stated = dict(self.holds)
        stretch = self.cycle_s / self.exercise.cycle_s.v
        least: list[int] = []
        wanted: list[int] = []
        for phase in self.exercise.phases:
            fixed = stated.get(phase.id)
            stretched = min(max(phase.hold_s.v * stretch, phase.hold_s.least), phase.hold_s.most)
            least.append(frames(phase.hold_s.least if fixed is None else fixed))
            wanted.append(frames(stretched if fixed is None else fixed))
        room = max(cycle - sum(frames(phase.move_s.least) for phase in self.exercise.phases), 0)
        return wanted if sum(wanted) <= room else _shared_out(room, least, wanted)


def _shared_out(total: int, least: Sequence[int], usual: Sequence[int]) -> list[int]:
    """Return whole frames that add up to a total exactly, each as near to its usual share as may be.

    More than all usual shares: in proportion to them. Less: each keeps its least, the rest goes in proportion to
    what each has above it. Less even than all the least: in proportion to the least.
    """
    if total >= sum(usual):
        kept, weights = [0] * len(usual), list(usual)
    elif total >= sum(least):
        kept, weights = list(least), [high - low for low, high in zip(least, usual, strict=True)]
    else:
        kept, weights = [0] * len(least), list(least)
    spare = total - sum(kept)
    ends = [spare * upto // sum(weights) for upto in accumulate(weights)]
    return [low + end - start for low, (start, end) in zip(kept, pairwise([0, *ends]), strict=True)]


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
