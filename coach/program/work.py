"""A block with nothing left open: how often, how fast, in which order of sides and directions.

Its phases add up to its cycle exactly, frame by frame, at every tempo:

1. At the standard tempo every phase takes what the exercise says.
2. At another tempo a hold stretches and shrinks with the cycle, but stays within the range
   its sources give; the movements share what is left.
3. A movement never takes less than its least time. Where that needs room, the holds give up
   what they have above their least; at a prescribed tempo quicker still, the rest of them too.
4. A hold the program states in seconds keeps them at every tempo that has room for it.

Its counts stay right whatever a person changes on the way:

5. A change of the dose holds from a set on; the sets before it keep what they had.
6. Where the sides of a set are changed, what each side has done by then is not done once more, and what
   it has not done still comes: both sides end with the same number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from math import ceil

from coach.errors import ProgramError
from coach.program.limits import REST_RANGE, cycle_range, reps_range
from coach.program.models import Exercise, SideMode
from coach.units import Frames, Seconds, frames

_SIDES = ("left", "right")
REST_STEP_S = 15.0
"""One "rest longer": about four calm breaths, plainly longer (chosen)."""
REST_MORE_S = 30.0
"""How much longer than prescribed a rest may become by voice, in all; a pause is as long as she likes (chosen)."""


@dataclass(frozen=True, slots=True)
class PhaseTiming:
    """How long one phase of a repetition takes at a tempo."""

    id: str
    tone: str | None
    """``rising``, ``falling``, ``level`` or None."""
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
    """Rest before the next stint of the block; 0 behind its last."""
    first: int = 1
    """1-based repetition it begins with: later than the first where the side has begun this set already."""
    reps: int = 0
    """Repetitions the side does in this set, in each direction where there are several."""
    ends_set: bool = True
    """True where the set is complete with it on every side."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a person may change a dose by voice: what the exercise allows, or what was prescribed beyond it."""

    fastest_s: float
    slowest_s: float
    most_reps: int


@dataclass(frozen=True, slots=True)
class Turned:
    """A set in which the sides were changed: what each has done by then, in all directions together."""

    set_number: int
    first: str
    """The side that goes on, ``left`` or ``right``."""
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Work:
    """A block with nothing left open: one exercise, its dose and its tempo."""

    exercise: Exercise
    sets: int
    reps: int
    """Repetitions of a set; where sides take turns, of each side; where there are directions, of each direction."""
    cycle_s: float
    """Seconds of one repetition."""
    sides: SideMode
    rest_s: float
    """Seconds of rest between sets, and between the sides of a set."""
    switch_gap_s: float
    """Least seconds between one side's last repetition and the other's first, and between two directions."""
    holds: tuple[tuple[str, float], ...] = ()
    """Holds in seconds the program states, by phase id; empty where the exercise's own are kept."""
    bounds: Bounds | None = None
    """What a person may change it to; None for the exercise's own limits."""
    rest_after_s: float = 0.0
    """Seconds of rest before the next exercise; 0 behind the last."""
    earlier: tuple[int, ...] = ()
    """Repetitions of the sets before the dose was changed, first set first."""
    turned: tuple[Turned, ...] = ()
    """Sets in which the sides were changed."""
    longest_rest_s: float | None = None
    """Most seconds a rest may be made by voice, once it was; None for `REST_MORE_S` more than it is."""

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
    def least_reps(self) -> int:
        """Fewest repetitions of a set that a person who asks for less is left with.

        Half of the least the sources name, rounded up (chosen): less is hardly a set.
        """
        return ceil(self.exercise.dose.reps.least / 2)

    @property
    def longer_rests_s(self) -> tuple[float, ...]:
        """Seconds a rest between sets may still be made by voice, step by step; empty where there is none to stretch.

        A rest is no dose: it is bounded only so that a session stays one (chosen; `REST_RANGE` binds always).
        """
        if self.rest_s <= 0:
            return ()
        most = self.rest_s + REST_MORE_S if self.longest_rest_s is None else self.longest_rest_s
        steps = int((min(most, REST_RANGE.high) - self.rest_s) // REST_STEP_S)
        return tuple(self.rest_s + REST_STEP_S * step for step in range(1, steps + 1))

    def rested(self) -> "Work":
        """Return the same work with rests one step longer; the work as it is where they are as long as they may be."""
        longer = self.longer_rests_s
        return replace(self, rest_s=longer[0], longest_rest_s=longer[-1]) if longer else self

    @property
    def directions(self) -> tuple[str, ...]:
        """Ids of the directions in their order; one empty id where there is one way only."""
        return tuple(direction.id for direction in self.exercise.directions) or ("",)

    @property
    def total_reps(self) -> int:
        """Repetitions of all sets, of each side where sides take turns, in all directions together."""
        return len(self.directions) * sum(self.reps_of(number) for number in range(1, self.sets + 1))

    def reps_of(self, set_number: int) -> int:
        """Return the repetitions of a set, of each side and in each direction."""
        return self.earlier[set_number - 1] if set_number <= len(self.earlier) else self.reps

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
        stints = [stint for number in range(1, self.sets + 1) for stint in self._stints_of(number)]
        pause = frames(max(self.rest_s, self.switch_gap_s) if self.sides is SideMode.EACH else self.rest_s)
        return (*(replace(stint, pause=pause) for stint in stints[:-1]), *stints[-1:])

    @property
    def length(self) -> Frames:
        """Frames of all repetitions, changes of direction and rests; nothing spoken before or after is counted."""
        cycle, turn = frames(self.cycle_s), frames(self.switch_gap_s)
        ways = len(self.directions)
        done = sum((ways * stint.reps - stint.first + 1) * cycle + stint.pause for stint in self.stints)
        return Frames(done + (ways - 1) * turn * len(self.stints) + frames(self.rest_after_s))

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

    def with_reps(self, reps: int, *, from_set: int = 1) -> "Work":
        """Return the same work with another number of repetitions.

        Args:
            reps: Repetitions of a set.
            from_set: The first set that has them; those before keep their own.

        Raises:
            ProgramError: Less than 1, or more than `most_reps`.
        """
        if not 1 <= reps <= self.most_reps:
            raise ProgramError(
                f"{self.exercise.name}: {reps} repetitions are not allowed; choose 1 to {self.most_reps}."
            )
        return replace(self, reps=reps, earlier=tuple(self.reps_of(number) for number in range(1, from_set)))

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
        return replace(self, sides=sides, turned=() if sides is not SideMode.EACH else self.turned)

    def with_turn(self, turned: Turned) -> "Work":
        """Return the same work, one side at a time, with the sides changed within a set.

        Raises:
            ProgramError: The exercise is not done one side at a time.
        """
        kept = tuple(one for one in self.turned if one.set_number != turned.set_number)
        return replace(self.with_sides(SideMode.EACH), turned=(*kept, turned))

    def _stints_of(self, number: int) -> Iterator[Stint]:
        """Go through the stints of one set, without the pauses between; a side that has done all of it has none."""
        reps = self.reps_of(number)
        if self.sides is not SideMode.EACH:
            yield Stint(number, self.sides.value, Frames(0), reps=reps)
            return
        turned = next((one for one in self.turned if one.set_number == number), Turned(number, "left", 0, 0))
        order = sorted(_SIDES, key=lambda side: side != turned.first)
        begun = {"left": turned.left, "right": turned.right}
        open_ = [side for side in order if begun[side] < reps * len(self.directions)] or order[-1:]
        for side in open_:
            first = min(begun[side] + 1, reps * len(self.directions))
            yield Stint(number, side, Frames(0), first=first, reps=reps, ends_set=side == open_[-1])

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
