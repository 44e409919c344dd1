"""The form of entries on disk.

1. An entry is written as canonical JSON: keys sorted, no spaces. Equal entries have equal text.
2. Every row carries the number of its format. What is on disk is never rewritten; older entries are
   lifted to the present format as they are read (`LIFTS`), newer ones are refused.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from pydantic import ValidationError

from coach.errors import JournalError
from coach.journal import entries
from coach.journal.entries import Entry
from coach.journal.nested import adapters, kebab

_ENTRIES: Final = adapters(vars(entries), Entry)

Lift = Callable[[str, dict[str, Any]], tuple[str, dict[str, Any]]]
"""Takes an entry's kind and fields in one format, returns them in the next."""
LIFTS: Final[Sequence[Lift]] = ()
"""One for each format that is no longer the present one, oldest first; never taken out again."""


def present_format(lifts: Sequence[Lift] = LIFTS) -> int:
    """Return the number of the format in which entries are written."""
    return len(lifts) + 1


def kind_of(entry: type[Entry] | Entry) -> str:
    """Return the name of an entry's kind, such as ``session-opened``."""
    return kebab((entry if isinstance(entry, type) else type(entry)).__name__)


def canonical(plain: object) -> str:
    """Return plain data as JSON text of which there is only one for equal data."""
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def write_entry(entry: Entry) -> str:
    """Return an entry's fields as canonical JSON.

    Raises:
        JournalError: A field holds what it may not hold.
    """
    try:
        return canonical(_ENTRIES[kind_of(entry)].dump_python(entry, mode="json", warnings="error"))
    except (KeyError, ValueError) as wrong:
        raise JournalError(f"The entry {entry!r} cannot be written to the journal ({wrong}).") from None


def read_entry(kind: str, number: int, text: str, lifts: Sequence[Lift] = LIFTS) -> Entry:
    """Return the entry that a row holds.

    Args:
        kind: Name of its kind, in the row's format.
        number: The row's format, 1 or more.
        text: Its fields as JSON.
        lifts: One step for each format between the first and the present one.

    Raises:
        JournalError: The row was written by a newer coach, or is no entry.
    """
    if number > present_format(lifts):
        raise JournalError(
            f"The journal was written by a newer coach (format {number}, this one knows {present_format(lifts)});"
            " install that one again, or name another folder with --data-dir."
        )
    try:
        fields = json.loads(text)
        for lift in lifts[number - 1 :]:
            kind, fields = lift(kind, fields)
        entry: Entry = _ENTRIES[kind].validate_json(canonical(fields), strict=True)
    except (KeyError, ValueError, ValidationError):
        raise JournalError(f"An entry of the journal cannot be read (kind '{kind}', format {number}).") from None
    return entry
