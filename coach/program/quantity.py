"""Numbers and statements that know where they come from.

No clinical number stands alone: each says whether the seed article, another source, the
project's own reading or a clinician is behind it. The source ids are those of the list
of sources in `SOURCES.md` beside the exercise files.
"""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
"""Name of an exercise, program, phase or position: kebab case."""
PhraseKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$", max_length=80)]
"""Key of a line in the language packs, such as ``ankle-pumps.caution``."""
SourceId = Annotated[str, Field(pattern=r"^[A-Z][0-9]{1,3}$")]
"""Id of a source, such as ``S0``."""
Text = Annotated[str, Field(min_length=1, max_length=400)]
"""Words for the people who read and sign the files; never spoken."""
SecondsValue = Annotated[float, Field(allow_inf_nan=False)]
"""Any finite number; which ones are allowed is decided in `limits`, so that a refusal states the range that binds."""


class Table(BaseModel):
    """A table of a file: unknown keys are refused, nothing changes after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)


class Origin(StrEnum):
    """Who is behind a number or a rule."""

    SEED = "seed"
    """The ankle pumps article the project started from."""
    ELSE = "else"
    """Another published source."""
    INFER = "infer"
    """The project's own reading; no source states it."""
    CLINICIAN = "clinician"
    """The clinician named in ``prescribed_by`` or ``signed_by``."""


class Sourced(Table):
    """Something with an origin."""

    origin: Origin
    src: tuple[SourceId, ...] = ()
    """Source ids; at least one where the origin is the seed or another source."""
    note: str = Field("", max_length=400)
    """What a reader must know to judge it."""
    sure: bool = True
    """False: the exercise is in the source, this figure was not confirmed there."""

    @model_validator(mode="after")
    def _published_origins_name_their_source(self) -> Self:
        if self.origin in (Origin.SEED, Origin.ELSE) and not self.src:
            raise ValueError(
                f'src is missing; origin "{self.origin}" needs at least one source id, such as src = ["S0"]'
            )
        return self


class Count(Sourced):
    """A whole number of something."""

    v: int


class CountRange(Count):
    """A whole number and the range its sources give."""

    min: int | None = None
    max: int | None = None
    per: Id | None = None
    """What it counts for, such as ``foot`` or ``direction``; None where there is nothing to tell apart."""

    @model_validator(mode="after")
    def _value_lies_in_its_range(self) -> Self:
        _ordered(self.min, self.v, self.max)
        return self

    @property
    def least(self) -> int:
        """The lower end of the range; the number itself where the sources give no range."""
        return self.v if self.min is None else self.min

    @property
    def most(self) -> int:
        """The upper end of the range; the number itself where the sources give no range."""
        return self.v if self.max is None else self.max


class CountLimit(Count):
    """The most of something."""

    hard: bool = False
    """True: binds even a prescribed program."""


class Duration(Sourced):
    """A time in seconds."""

    v: SecondsValue


class DurationRange(Duration):
    """A time in seconds and the range its sources give."""

    min: SecondsValue | None = None
    max: SecondsValue | None = None

    @model_validator(mode="after")
    def _value_lies_in_its_range(self) -> Self:
        _ordered(self.min, self.v, self.max)
        return self

    @property
    def least(self) -> float:
        """The lower end of the range in seconds; the time itself where the sources give no range."""
        return self.v if self.min is None else self.min

    @property
    def most(self) -> float:
        """The upper end of the range in seconds; the time itself where the sources give no range."""
        return self.v if self.max is None else self.max


class DurationLimit(Duration):
    """The longest or shortest time, in seconds."""

    hard: bool = False
    """True: binds even a prescribed program."""


class Angle(Sourced):
    """An angle in degrees."""

    v: Annotated[float, Field(ge=0, le=180, allow_inf_nan=False)]


class Level(Sourced):
    """How demanding an exercise is: 1 easy, 2 middling, 3 demanding."""

    v: Annotated[int, Field(ge=1, le=3)]


class Frequency(Sourced):
    """How many sessions a day."""

    min: int
    max: int

    @model_validator(mode="after")
    def _range_is_ordered(self) -> Self:
        _ordered(self.min, None, self.max)
        return self


class Statement(Sourced):
    """A rule in words, with the line that says it to the person."""

    what: Text
    key: PhraseKey | None = None
    """Line of the language packs that says it; None where it is never said aloud."""


def _ordered(low: float | None, value: float | None, high: float | None) -> None:
    given = [number for number in (low, value, high) if number is not None]
    if given != sorted(given):
        raise ValueError("min, v and max are not in order; min may not be above v, nor v above max")
