"""The prescription: who the person is, what was prescribed, when, and what must not be done.

`coach setup` writes the file, a carer may edit it. It is read once for a session; what is changed while
a session runs holds from the next one on.

1. What a key does not say is not guessed: no emergency number, no operation, no clearance.
2. "unknown" counts as the unsafe answer: it keeps an exercise out as "yes" does, until somebody knows.
3. Limits reject; they never clamp. The doses here bind on top of every exercise's own limits.
4. Words that are spoken (names, contacts) hold letters and digits only, so that no text becomes markup.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from coach.errors import PrescriptionError
from coach.plan.daytime import Span, TimeOfDay, clock, offered_hours
from coach.program.limits import CYCLE_S_MIN, PER_DAY_MAX_FREQUENT, REPS_MAX, SESSION_S_MAX, SETS_MAX
from coach.program.models import Regime, SideMode
from coach.program.quantity import Id, Table
from coach.tomlfile import parse, read_toml

FILE: Final = "prescription.toml"
GAP_MIN: Final = 30
"""Least minutes from the end of a session to the next (hazard H45)."""

WAKING: Final = Span(begin=8 * 60, end=20 * 60)
"""Hours over which sessions are spread where nothing else is said (chosen: inside the quiet hours of most wards)."""
QUIET: Final = Span(begin=21 * 60, end=7 * 60)
"""Quiet hours where nothing else is said (chosen: those of many wards)."""

Name = Annotated[str, Field(pattern=r"^[^\W\d_][^\W\d_.' -]*([.' -]{1,2}[^\W\d_]+)*\.?$", max_length=60)]
"""A name as it is spoken: letters, with points, apostrophes, hyphens or spaces between them."""
Spoken = Annotated[str, Field(pattern=r"^[\w+][\w+.,()/' -]*$", max_length=80)]
"""A short text as it is spoken, such as ``ward 4, 555 1234``."""
Whom = Annotated[str, Field(pattern=r"[^\W\d_]", max_length=200)]
"""Somebody by name and profession or kinship."""
Digits = Annotated[str, Field(pattern=r"^[0-9]( ?[0-9]){1,14}$")]
"""The local emergency number as it is dialed: 2 to 15 digits."""
Tag = Annotated[str, Field(pattern=r"^[a-zA-Z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
"""A language, as the folders of ``voices/`` are called."""


class Told(StrEnum):
    """What was answered when somebody was asked."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """Nobody could say; it counts as yes."""


class Operation(StrEnum):
    """The operation or injury she is recovering from."""

    NONE = "none"
    HIP_REPLACEMENT = "hip-replacement"
    HIP_FRACTURE = "hip-fracture"
    KNEE_REPLACEMENT = "knee-replacement"
    KNEE = "knee"
    ANKLE = "ankle"
    FOOT = "foot"
    BACK = "back"
    ABDOMEN = "abdomen"
    CHEST = "chest"
    BREAST = "breast"
    HEART = "heart"
    PACEMAKER = "pacemaker"
    SHOULDER = "shoulder"
    OTHER = "other"


class Approach(StrEnum):
    """The side from which the surgeon reached the hip."""

    POSTERIOR = "posterior"
    LATERAL = "lateral"
    ANTERIOR = "anterior"
    UNKNOWN = "unknown"


class BodySide(StrEnum):
    """The side of the body."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class Finding(StrEnum):
    """What the care team may know of already, so that only a change of it counts at the screening."""

    SWELLING = "swelling"
    BRUISING = "bruising"
    REDNESS = "redness"
    WOUND_PAIN = "wound-pain"
    LEG_PAIN = "leg-pain"
    NUMBNESS = "numbness"
    BREATHLESSNESS = "breathlessness"
    DIZZINESS = "dizziness"


class Schedule(Table):
    """When sessions are offered. Without it nothing is offered; she may still say "start"."""

    sessions_per_day: Annotated[int, Field(ge=1, le=PER_DAY_MAX_FREQUENT)] | None = None
    """How many, spread over the waking hours; the program's own number where neither this nor times are given."""
    times: tuple[TimeOfDay, ...] = Field((), max_length=PER_DAY_MAX_FREQUENT)
    """When exactly, in place of sessions_per_day."""
    waking: Span = WAKING
    """Hours over which sessions are spread."""
    quiet: Span = QUIET
    """Hours in which nothing is offered, and but for an emergency nothing is said first."""
    minimum_gap_min: Annotated[int, Field(ge=GAP_MIN, le=12 * 60)] = 60
    """Least minutes from the end of a session to the next one (chosen: twice the least allowed)."""

    @model_validator(mode="after")
    def _times_and_hours_agree(self) -> Self:
        if self.times and self.sessions_per_day is not None:
            raise ValueError("sessions_per_day stands beside times; give the number or the times, not both")
        if list(self.times) != sorted(set(self.times)):
            raise ValueError("times are not in order, or one stands there twice; write each once, earliest first")
        for at in self.times:
            if self.quiet.holds(at):
                raise ValueError(f'times has "{clock(at)}", which lies in the quiet hours ({self.quiet}); change one')
        for earlier, later in zip(self.times, self.times[1:], strict=False):
            if later - earlier < self.minimum_gap_min:
                raise ValueError(
                    f'times has "{clock(earlier)}" and "{clock(later)}", which are less than minimum_gap_min '
                    f"({self.minimum_gap_min} minutes) apart; change one"
                )
        length = offered_hours(self.waking, self.quiet)[1]
        if not self.times and not length:
            raise ValueError(f"the waking hours ({self.waking}) are all quiet ({self.quiet}); change one of them")
        if self.sessions_per_day is not None:
            room = length // self.minimum_gap_min + 1
            if self.sessions_per_day > room:
                raise ValueError(
                    f"{self.sessions_per_day} sessions a day do not fit into the waking hours ({self.waking}) "
                    f"{self.minimum_gap_min} minutes apart; write at most {room}, or a smaller minimum_gap_min"
                )
        return self


class History(Table):
    """What was asked at set-up (clinical reference, sections 6 and 7). Every question has its answer."""

    operation: Operation
    approach: Approach | None = None
    side: BodySide | None = None
    on: date | None = Field(None, validation_alias="date", serialization_alias="date")
    """Day of the operation or injury."""
    past_clot: Told
    """A blood clot in a leg or the lung, ever."""
    supervised: bool = False
    """A physiotherapist supervises the exercises; needed after a clot."""
    cast: Told
    """A cast at the ankle."""
    boot: Told
    """A boot at the ankle, or an order not to move it."""
    fracture: Told
    """A fracture or a torn ligament at the ankle."""
    tendon_repair: Told
    """A repair of the Achilles or another tendon at the ankle."""
    answered_by: Whom
    """Who answered: name, and kinship or profession."""
    answered_on: date

    @model_validator(mode="after")
    def _details_belong_to_the_operation(self) -> Self:
        if self.operation is Operation.HIP_REPLACEMENT and self.approach is None:
            known = ", ".join(f'"{approach}"' for approach in Approach)
            raise ValueError(f'approach is missing; after operation = "hip-replacement" write one of {known}')
        if self.operation is Operation.NONE and (self.side is not None or self.approach is not None):
            raise ValueError('side or approach stand beside operation = "none"; take them out, or name the operation')
        return self


class Exclusions(Table):
    """What must not be done, whatever was answered. Only a carer lifts it, by taking it out."""

    exercises: tuple[Id, ...] = ()
    """Exercises by id."""
    not_if: tuple[Id, ...] = ()
    """Reasons by id: every exercise that has one of them under ``[[not_if]]`` is left out."""


class Clearance(Table):
    """The care team lifted one of the reasons that follow from the history."""

    not_if: Id
    by: Whom
    """Who lifted it: name and profession."""
    on: date


class Baseline(Table):
    """Something the care team knows of already."""

    finding: Finding
    side: BodySide | None = None
    since: date
    told_by: Whom


class ExerciseDose(Table):
    """The numbers of one exercise in place of the program's."""

    id: Id
    sets: Annotated[int, Field(ge=1, le=SETS_MAX)] | None = None
    reps: Annotated[int, Field(ge=1, le=REPS_MAX)] | None = None
    cycle_s: Annotated[float, Field(ge=CYCLE_S_MIN, allow_inf_nan=False)] | None = None
    rest_s: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    sides: SideMode | None = None


class DoseLimits(Table):
    """Never more than this, whatever a program says or a voice asks for."""

    sets_max: Annotated[int, Field(ge=1, le=SETS_MAX)] | None = None
    reps_max: Annotated[int, Field(ge=1, le=REPS_MAX)] | None = None
    cycle_s_min: Annotated[float, Field(ge=CYCLE_S_MIN, allow_inf_nan=False)] | None = None
    """Seconds of the quickest repetition."""
    minutes_max: Annotated[float, Field(gt=0, le=SESSION_S_MAX / 60, allow_inf_nan=False)] | None = None
    """Minutes of exercise and rests in a session."""
    exercises: tuple[ExerciseDose, ...] = Field(default=(), validation_alias="exercise", serialization_alias="exercise")

    @model_validator(mode="after")
    def _exercises_are_told_apart(self) -> Self:
        ids = [dose.id for dose in self.exercises]
        for name in ids:
            if ids.count(name) > 1:
                raise ValueError(f'[[dose.exercise]] has "{name}" twice; put its numbers into one table')
        return self


class Contact(Table):
    """Whom she, and the coach, may turn to. What is not given is never guessed."""

    carer: Name | None = None
    care_team: Spoken | None = None
    """Where the care team is reached, such as ``ward 4, 555 1234``."""
    emergency_number: Digits | None = None


class PainBands(Table):
    """Where pain from 0 to 10 parts (clinical reference, section 8: 0-3, 4-5, 6-10; clinics differ)."""

    mild_max: Annotated[int, Field(ge=0, le=8)] = 3
    """Up to here it may go on, slower and smaller, on a spoken yes."""
    moderate_max: Annotated[int, Field(ge=1, le=9)] = 5
    """Up to here the exercise ends; above, the session."""

    @model_validator(mode="after")
    def _bands_are_ordered(self) -> Self:
        if self.mild_max >= self.moderate_max:
            raise ValueError("mild_max is not below moderate_max; write a smaller mild_max")
        return self


class Prescription(Table):
    """Everything one person's file says; all of it may be left out."""

    name: Name | None = None
    """How she wants to be called."""
    language: Tag | None = None
    """Language pack; the one of the settings where it is left out."""
    program: Id | None = None
    """Program that a session runs; the one of the settings where it is left out."""
    regime: Regime | None = None
    """How often a day it is meant; the program's own where it is left out."""
    prescribed_by: Whom | None = None
    """Who prescribed it: name and profession. Lets doses exceed an exercise's own limits, never the absolute ones."""
    prescribed_on: date | None = None
    schedule: Schedule | None = None
    history: History | None = None
    """None where nobody was asked."""
    exclusions: Exclusions = Exclusions()
    cleared: tuple[Clearance, ...] = ()
    baseline: tuple[Baseline, ...] = ()
    dose: DoseLimits = DoseLimits()
    contact: Contact = Contact()
    pain: PainBands = PainBands()

    @model_validator(mode="after")
    def _prescribed_doses_name_the_prescriber(self) -> Self:
        if self.regime is Regime.PRESCRIBED and self.prescribed_by is None:
            raise ValueError('regime "prescribed" needs prescribed_by; write who prescribed it, with profession')
        return self


def load_prescription(folder: Path) -> Prescription:
    """Read prescription.toml from a person's folder; a folder without one means that nothing was prescribed.

    Raises:
        PrescriptionError: The file is there and wrong.
    """
    path = folder / FILE
    if not path.exists():
        return Prescription()
    return read_prescription(path)


def read_prescription(path: Path) -> Prescription:
    """Read one file.

    Raises:
        PrescriptionError: It cannot be read, says something unknown, or contradicts itself.
    """
    return parse(Prescription, read_toml(path, PrescriptionError), path, PrescriptionError)


def plain(prescription: Prescription) -> Mapping[str, object]:
    """Return what was given, as the plain tables and values of TOML."""
    return prescription.model_dump(by_alias=True, exclude_none=True, exclude_unset=True)
