"""What carers type, as values: names, days, times of the day, telephone numbers. Pure."""

import re
from datetime import date, timedelta
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from coach.plan.daytime import clock, minute
from coach.plan.prescription import Digits, Name, Spoken, Whom
from coach.program.limits import PER_DAY_MAX_FREQUENT
from coach.runtime.setup.dialogue import WrongError

_NAME: Final[TypeAdapter[str]] = TypeAdapter(Name)
_SPOKEN: Final[TypeAdapter[str]] = TypeAdapter(Spoken)
_WHOM: Final[TypeAdapter[str]] = TypeAdapter(Whom)
_DIGITS: Final[TypeAdapter[str]] = TypeAdapter(Digits)
_DAYS_AGO_MAX: Final = 3_650
"""Longest that is answered in days."""
_TIME: Final = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?")


def name(typed: str) -> str:
    """Return a name that can be spoken."""
    return _checked(_NAME, typed, "name")


def whom(typed: str) -> str:
    """Return somebody by name and profession or kinship."""
    return _checked(_WHOM, typed, "whom")


def spoken(typed: str) -> str:
    """Return a short text that can be spoken."""
    return _checked(_SPOKEN, typed, "spoken")


def telephone(typed: str) -> str:
    """Return a telephone number: digits, perhaps with a plus before and spaces within."""
    return _checked(_DIGITS, re.sub(r"[()/.-]", " ", typed), "telephone")


def clock_time(typed: str) -> int:
    """Return a time of the day, such as 14:30, in minutes since midnight."""
    found = _TIME.fullmatch(typed.strip())
    if found is None:
        raise WrongError("no-time")
    hour, of_hour = int(found[1]), int(found[2] or 0)
    if hour >= 24 or of_hour >= 60:
        raise WrongError("no-time")
    return 60 * hour + of_hour


def day(typed: str, today: date, words: tuple[str, ...] = ()) -> date:
    """Return a day: as 2026-11-21, or how many days ago.

    Args:
        typed: What was typed.
        today: The day it is.
        words: Words for today.
    """
    if typed.casefold() in words:
        return today
    if typed.isascii() and typed.isdigit() and int(typed) <= _DAYS_AGO_MAX:
        return today - timedelta(days=int(typed))
    try:
        read = date.fromisoformat(typed)
    except ValueError:
        raise WrongError("day", today=today.isoformat()) from None
    if read > today:
        raise WrongError("future", today=today.isoformat())
    return read


def times(typed: str) -> int | list[str]:
    """Return how many sessions a day, or at which times: as a file would have them, in order, each once."""
    if typed.isascii() and typed.isdigit():
        if not 1 <= int(typed) <= PER_DAY_MAX_FREQUENT:
            raise WrongError("sessions", most=PER_DAY_MAX_FREQUENT)
        return int(typed)
    found = []
    for part in re.split(r"[,;\s]+", typed.strip()):
        read = _TIME.fullmatch(part)
        if read is None:
            raise WrongError("times")
        try:
            found.append(clock(minute(f"{int(read[1]):02d}:{read[2] or '00'}")))
        except ValueError:
            raise WrongError("times") from None
    return sorted(set(found))


def _checked(adapter: TypeAdapter[Any], typed: str, wrong: str) -> str:
    try:
        return str(adapter.validate_python(" ".join(typed.split())))
    except ValidationError:
        raise WrongError(wrong) from None
