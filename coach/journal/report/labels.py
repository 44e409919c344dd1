"""The words of the report in one language: `voices/<tag>/report.toml`, every key of `KEYS`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coach.errors import PackError
from coach.session.effects import Outcome
from coach.tomlfile import nearest, read_toml

FILE: Final = "report.toml"
_SLOT: Final = re.compile(r"\{([a-z]+)\}")
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SAFETY: Final = ("emergency", "bleeding", "urgent", "safety", "caution", "again")
"""Classes of a safety stop that have words of their own."""
REASONS: Final = ("later", "not-today", "unscreened", "fault", "no-answer", "at-rest", "call-unanswered")
"""Reasons for an end that have words of their own, beside the questions."""
ASKED: Final = ("screen-legs", "screen-breath", "screen-dizzy", "screen-unwell", "screen-since", "screen-consent")
"""Questions before a session that have words of their own."""

_PLAIN: Final = (
    "title", "title-summary", "person", "program", "prescribed", "made", "period", "figures", "sessions",
    "completed", "reps", "adherence", "exercised", "felt", "pain", "stops", "minutes", "calendar", "calendar-text",
    "sessions-text", "reps-text", "feelings", "feelings-text", "day", "done", "felt-easy", "felt-all-right",
    "felt-hard", "table", "exercise", "sets", "days-table", "stops-table", "exercises-table", "answers-table",
    "question", "when", "how", "lock", "lock-none", "lock-caution", "lock-urgent", "none", "no-stops", "no-answers",
    "no-days", "no-exercises",
    "clock-unsure", "cannot-see", "not-device", "notes", "legend-none", "legend-some", "legend-all", "legend-stop",
    "pain-times", "pain-level", "ended", "by-week", "by-month", "by-year",
)  # fmt: skip
_NO_SLOTS: Final[frozenset[str]] = frozenset()
KEYS: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(_PLAIN, _NO_SLOTS),
    "of": frozenset({"n", "m"}),
    "more": frozenset({"n"}),
    "a-day": frozenset({"n"}),
    "a-day-span": frozenset({"n", "m"}),
    "prescribed-by": frozenset({"who", "when"}),
    "days": frozenset({"n", "from", "to"}),
    "from-to": frozenset({"from", "to"}),
    **dict.fromkeys(_WEEKDAYS, _NO_SLOTS),
    **{f"outcome-{outcome}": frozenset() for outcome in Outcome},
    **{f"safety-{name}": frozenset() for name in SAFETY},
    **{f"reason-{name}": frozenset() for name in REASONS},
    **{f"asked-{name}": frozenset() for name in ASKED},
}
"""Every key, with the slots its text may have."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of one language."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, key: str, **slots: object) -> str:
        """Return a text with its slots filled."""
        return _SLOT.sub(lambda found: str(slots[found[1]]), self.texts[key])

    def weekday(self, number: int) -> str:
        """Return the short name of a day, 0 for Monday."""
        return self.texts[_WEEKDAYS[number]]

    def known(self, group: str, name: str) -> str:
        """Return the text of a name in a group, such as ``outcome`` and ``completed``; the bare name without one."""
        return self.texts.get(f"{group}-{name}", name.replace("-", " "))


def load_labels(folder: Path) -> Labels:
    """Read the report's words of a language from the folder of its pack.

    Raises:
        PackError: The file is missing or wrong, a key is missing or not known, or a slot is.
    """
    path = folder / FILE
    texts = read_toml(path, PackError)
    for key, text in texts.items():
        if key not in KEYS:
            raise PackError(f"{path}, key {key}: this key is not known; {nearest(key, KEYS)}.")
        if not isinstance(text, str) or not text.strip():
            raise PackError(f"{path}, key {key}: this is no text; write text in quotation marks.")
        if unknown := set(_SLOT.findall(text)) - KEYS[key]:
            filled = ", ".join(f"{{{slot}}}" for slot in sorted(KEYS[key])) or "none"
            raise PackError(f"{path}, key {key}: {{{min(unknown)}}} is never filled; filled here: {filled}.")
    for key in KEYS:
        if key not in texts:
            raise PackError(f"{path}, key {key}: this key is missing; add the words for it.")
    return Labels(folder.name, {key: str(text) for key, text in texts.items()})
