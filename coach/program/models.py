"""What is done: exercises with their doses and rules, and programs made of them.

An exercise file says all that its sources say; a program names exercises and doses. Which
numbers are allowed is decided in `limits`; how a dose is laid out in time, in `dose`.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from coach.program.quantity import (
    Angle,
    Count,
    CountLimit,
    CountRange,
    Duration,
    DurationLimit,
    DurationRange,
    Frequency,
    Id,
    Level,
    Origin,
    PhraseKey,
    Sourced,
    SourceId,
    Statement,
    Table,
    Text,
)


class SideMode(StrEnum):
    """Which sides work, and how they take turns."""

    BOTH = "both"
    """Both sides together."""
    EACH = "each"
    """One side at a time: left, right, left, right; half done is not done."""
    NONE = "none"
    """The exercise has no sides."""


class Status(StrEnum):
    """Whether a clinician has signed a file."""

    DRAFT = "draft"
    SIGNED = "signed"


class Regime(StrEnum):
    """What a program is for; decides how often a day it is meant."""

    GENERAL = "general"
    """General health and mobility."""
    RECOVERY = "recovery"
    """After an operation or an injury."""
    PRESCRIBED = "prescribed"
    """Any other dose: as the clinician in ``prescribed_by`` says."""


class Signed(Table):
    """A file that a clinician has to sign before it is more than a draft."""

    status: Status = Status.DRAFT
    signed_by: Text | None = None
    """Name, profession and date."""

    @model_validator(mode="after")
    def _signed_files_name_the_signer(self) -> Self:
        if (self.status is Status.SIGNED) != (self.signed_by is not None):
            raise ValueError('status and signed_by do not match; status = "signed" and signed_by belong together')
        return self


class Position(Sourced):
    """A position the exercise can be done in."""

    id: Id
    what: Text
    in_bed: bool = True
    """False: sitting out of bed, feet on the floor."""


class Sides(Sourced):
    """How the sides take part."""

    default: SideMode
    allowed: tuple[SideMode, ...] = Field(min_length=1)
    limb: Literal["foot", "leg"] = "foot"
    """What a side is called when it is spoken of."""

    @model_validator(mode="after")
    def _default_is_allowed(self) -> Self:
        if self.default not in self.allowed:
            raise ValueError(f'default "{self.default}" is not among allowed; add it there')
        if SideMode.NONE in self.allowed and len(self.allowed) > 1:
            raise ValueError('an exercise without sides has allowed = ["none"] alone; take the others out')
        return self


class Direction(Statement):
    """One way of moving where an exercise is done in several, one after the other; half done is not done."""

    id: Id


class Pose(Table):
    """How the body lies at the end of a movement, for the drawing on paper; nothing is dosed by it."""

    ankle: Literal["square", "pointed", "flexed"] = "square"
    """Flexed: toes towards the nose."""
    knee: Literal["straight", "bent"] = "straight"
    """The heel stays on the bed."""
    toes: Literal["loose", "curled", "spread"] = "loose"
    circle: Literal["none", "upper", "lower"] = "none"
    """Half of the circle that the toes draw."""
    press: Literal["none", "knee", "buttocks"] = "none"
    """What is pressed or squeezed."""
    breath: Literal["none", "in", "kept", "out"] = "none"
    shoulders: Literal["down", "lifted"] = "down"


class Phase(Table):
    """One movement of a repetition and the hold at its end."""

    id: Id
    tone: Literal["rising", "falling", "level"] | None = None
    """What stands for it once the words are known. Rising: up, towards the nose, firmer, in. Falling: down, away,
    loose, out. Level: stay. A long tone leads to a hold, a short one to none."""
    move_s: DurationRange
    """The movement; its ``min`` is the least time it may be given at a quick tempo."""
    hold_s: DurationRange
    """The hold at the end of the movement, 0 for none."""
    count_aloud: bool = False
    """True: the seconds of the hold are counted aloud."""
    feel: Text | None = None
    """Where the person should feel it."""
    image: Text | None = None
    """A picture that makes the movement clear."""
    pose: Pose | None = None
    """For the drawing on a leaflet; without one the leaflet has words alone."""


class PerDay(Table):
    """Sessions a day, for each regime the exercise is offered in without a prescription."""

    general: Frequency | None = None
    recovery: Frequency | None = None

    @model_validator(mode="after")
    def _one_is_given(self) -> Self:
        if not self.by_regime:
            raise ValueError("neither general nor recovery is given; add one of them")
        return self

    @property
    def by_regime(self) -> Mapping[Regime, Frequency]:
        """The figures that are given, by regime."""
        given = {Regime.GENERAL: self.general, Regime.RECOVERY: self.recovery}
        return {regime: often for regime, often in given.items() if often is not None}


class PhaseHold(Duration):
    """A hold that differs from the phase's own."""

    phase: Id


class Dose(Table):
    """How much, when nothing else is asked for."""

    reps: CountRange
    sets: CountRange
    rest_between_sets_s: Duration
    switch_gap_s: Duration
    """Least time between the last repetition of one side and the first of the other."""
    per_day: PerDay


class Limits(Table):
    """The most this exercise allows unless a clinician prescribes otherwise.

    Where one is not given, the upper end of the dose is the limit.
    """

    reps_max: CountLimit | None = None
    sets_max: CountLimit | None = None
    per_day_max: CountLimit | None = None
    hold_s_max: DurationLimit | None = None
    cycle_s_min: DurationLimit
    cycle_s_max: DurationLimit
    hip_bend_max_deg: Angle | None = None


class Preset(Table):
    """A tempo with a name."""

    id: Id
    cycle_s: Duration
    holds: tuple[PhaseHold, ...] = Field((), validation_alias="hold")
    needs_prescription: bool = False

    @model_validator(mode="after")
    def _phases_are_told_apart(self) -> Self:
        _refuse_twins("hold", (hold.phase for hold in self.holds))
        return self


class NotIf(Statement):
    """Who must not do the exercise, or not yet."""

    id: Id
    until: Text


class StopIf(Statement):
    """What ends the exercise at once."""

    id: Id
    do: Text


class Effect(Sourced):
    """The one effect the coach may speak of."""

    key: PhraseKey
    may_say: Text


class Exercise(Signed):
    """One exercise, complete: what is done, how much, and for whom not."""

    id: Id
    origin: Origin
    src: tuple[SourceId, ...] = ()
    level: Level
    """Higher ones are offered only after easier ones are comfortable."""
    pain_expected: Literal[False] = False
    """Pain is never part of an exercise; the key stands in the file so that whoever reads it knows."""
    expect: Statement
    """What it should feel like."""
    start: Statement
    """How to get ready."""
    manner: Statement | None = None
    """How to move."""
    positions: tuple[Position, ...] = Field(min_length=1, validation_alias="position")
    """The first is the one assumed."""
    sides: Sides
    directions: tuple[Direction, ...] = Field((), validation_alias="direction")
    """Ways of moving in their order; each takes all repetitions of a set. Empty where there is one way."""
    phases: tuple[Phase, ...] = Field(min_length=1, max_length=8, validation_alias="phase")
    cycle_s: Duration
    """One repetition at the standard tempo: exactly the moves and holds of all phases."""
    dose: Dose
    limits: Limits
    presets: tuple[Preset, ...] = Field((), validation_alias="preset")
    cautions: tuple[Statement, ...] = Field((), validation_alias="caution")
    not_if: tuple[NotIf, ...] = ()
    stop_if: tuple[StopIf, ...] = Field(min_length=1)
    effect: Effect | None = None
    after: Statement | None = None
    """What follows the last set."""

    @model_validator(mode="after")
    def _ids_are_told_apart(self) -> Self:
        for table, ids in (
            ("position", [position.id for position in self.positions]),
            ("direction", [direction.id for direction in self.directions]),
            ("phase", [phase.id for phase in self.phases]),
            ("preset", [preset.id for preset in self.presets]),
            ("not_if", [rule.id for rule in self.not_if]),
            ("stop_if", [rule.id for rule in self.stop_if]),
        ):
            _refuse_twins(table, ids)
        return self

    @property
    def name(self) -> str:
        """The exercise in words for messages, such as ``ankle pumps``."""
        return self.id.replace("-", " ")

    @property
    def holds_strictly(self) -> bool:
        """True where no hold may ever be longer than its limit, as with a breath that is kept."""
        return self.limits.hold_s_max is not None and self.limits.hold_s_max.hard


class Block(Table):
    """One exercise in a program; what is left out is taken from the exercise's own dose."""

    exercise: Id
    sets: Count | None = None
    reps: Count | None = None
    """Repetitions of a set; where sides take turns, of each side."""
    cycle_s: Duration | None = None
    """One repetition, in seconds."""
    tempo: Id | None = None
    """A preset of the exercise, in place of ``cycle_s`` and ``hold``."""
    holds: tuple[PhaseHold, ...] = Field((), validation_alias="hold")
    sides: SideMode | None = None
    rest_s: Duration | None = None
    """Rest between sets, in seconds; may be 0."""

    @model_validator(mode="after")
    def _tempo_is_given_once(self) -> Self:
        if self.tempo is not None and (self.cycle_s is not None or self.holds):
            raise ValueError("tempo stands beside cycle_s or hold; give the preset's name or the numbers, not both")
        _refuse_twins("hold", (hold.phase for hold in self.holds))
        return self


class BodyRule(Statement):
    """A rule of the body that a program is made for, said once before its first exercise."""

    id: Id
    when: Id | None = None
    """The circumstance it belongs to, such as ``hip-posterior``; None for everybody. Where nobody has told the
    circumstances, every rule is said."""


class Program(Signed):
    """A session: blocks of exercises in their order."""

    id: Id
    title: Text
    """What it is, for lists on a screen."""
    regime: Regime
    prescribed_by: Annotated[str, Field(pattern=r"[^\W\d_]", max_length=200)] | None = None
    """Who prescribed a dose beyond the exercises' own limits: name, profession, date."""
    per_day: Frequency | None = None
    """Sessions a day; the exercise's own figure for the regime where it is left out."""
    rest_between_exercises_s: Duration | None = None
    """Rest between one exercise and another, in seconds; none where it is left out."""
    rules: tuple[BodyRule, ...] = Field((), validation_alias="rule")
    blocks: tuple[Block, ...] = Field(min_length=1, validation_alias="block")

    @model_validator(mode="after")
    def _rules_are_told_apart(self) -> Self:
        _refuse_twins("rule", (rule.id for rule in self.rules))
        return self

    @model_validator(mode="after")
    def _prescribed_doses_name_the_prescriber(self) -> Self:
        if self.prescribed_by is None and self.regime is Regime.PRESCRIBED:
            raise ValueError(
                'regime "prescribed" needs prescribed_by; write who prescribed it, with profession and date'
            )
        return self


def _refuse_twins(table: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise ValueError(f'[[{table}]] has "{name}" twice; rename one or take it out')
        seen.add(name)
