"""Times of the day as they stand in a file: ``"07:30"``, and spans of them that may run over midnight."""

from datetime import time
from typing import Annotated, Final, NewType, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

Minute = NewType("Minute", int)
"""Minutes since midnight on the clock on the wall, 0 to 1439."""
DAY: Final = 24 * 60
"""Minutes of a day."""


def minute(text: str) -> Minute:
    """Return a time of the day such as ``07:30`` in minutes since midnight.

    Raises:
        ValueError: It is none, or it has seconds or a time zone.
    """
    try:
        read = time.fromisoformat(text)
    except ValueError:
        raise ValueError(f'"{text[:20]}" is no time of the day; write hours and minutes, such as "07:30"') from None
    if read.tzinfo is not None or read.second or read.microsecond:
        raise ValueError(f'"{text[:20]}" is more than hours and minutes; write a time such as "07:30"')
    return Minute(60 * read.hour + read.minute)


def clock(of_day: int) -> str:
    """Return minutes since midnight as they stand in a file, such as ``07:30``."""
    hours, minutes = divmod(of_day % DAY, 60)
    return f"{hours:02d}:{minutes:02d}"


def _read(value: object, info: ValidationInfo) -> object:
    if isinstance(value, str):
        return minute(value)
    if info.mode == "json":  # "8" in a file means eight o'clock to whoever wrote it, and eight past midnight to us
        raise ValueError(f'{value} is no time of the day; write hours and minutes, such as "07:30"')
    return value


TimeOfDay = Annotated[
    int,
    BeforeValidator(_read),
    Field(ge=0, lt=DAY),
    PlainSerializer(clock, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "HH:MM"}),
]
"""Minutes since midnight; in a file hours and minutes in quotation marks, or a local time of TOML."""


class Span(BaseModel):
    """From one time of the day to another, over midnight where the second is the earlier one."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)

    begin: TimeOfDay = Field(validation_alias="from", serialization_alias="from")
    end: TimeOfDay = Field(validation_alias="to", serialization_alias="to")

    @model_validator(mode="after")
    def _is_some_time(self) -> Self:
        if self.begin == self.end:
            raise ValueError(f'from and to are both "{clock(self.begin)}"; write two different times')
        return self

    @property
    def length(self) -> int:
        """Minutes from beginning to end."""
        return (self.end - self.begin) % DAY

    def holds(self, of_day: int) -> bool:
        """Return whether a minute of the day lies in it; the end does not."""
        return (of_day - self.begin) % DAY < self.length

    def __str__(self) -> str:
        return f"{clock(self.begin)} to {clock(self.end)}"


def offered_hours(waking: Span, quiet: Span) -> tuple[int, int]:
    """Return when she is awake outside the quiet hours: the first minute, and how many; 0 for never."""
    awake = [minute for minute in range(waking.begin, waking.begin + waking.length) if not quiet.holds(minute % DAY)]
    if not awake:
        return waking.begin, 0
    unbroken = next((count for count, minute in enumerate(awake) if minute != awake[0] + count), len(awake))
    return awake[0] % DAY, unbroken
