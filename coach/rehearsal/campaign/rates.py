"""How often the recognizers are wrong: what they are held to, or what `coach bench hearing --json` has measured."""

import json
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, Self

from coach.errors import InputError
from coach.rehearsal.hearing_bench.targets import TARGETS

_YES: Final = '"yes" of people'
_NO: Final = '"no" of people'
_STOP: Final = '"stop" of people'
_OTHERS: Final = "other single words taken for a command"
_VOCAL: Final = "coughs, sighs, laughs ... taken for a command"
_HALTS: Final = "stop or pause in continuous speech"
_UNSURE: Final = "answers that would have to be confirmed"


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares from 0 to 1, and events an hour."""

    answer_missed: float
    """A "yes" or "no" that is not understood as such."""
    stop_missed: float
    mistaken: float
    """A word that is not heard as itself is heard as any other command, rather than as nothing."""
    sigh_mistaken: float
    """A cough, sigh or moan that is taken for a command."""
    halts_an_hour: float
    """"Stop" or "pause" heard in continuous talk."""
    unsure: float
    """Answers that are read back, since they were not surely heard."""

    @classmethod
    def held_to(cls) -> Self:
        """Return what `coach bench hearing` must reach; the recognizers are at least as good where it says so."""
        return cls._of({target.name: target.must for target in TARGETS})

    @classmethod
    def measured(cls, path: Path) -> Self:
        """Return what a run of ``coach bench hearing --json`` measured on held-out speakers.

        Raises:
            InputError: The file is none of its reports, or lacks a figure.
        """
        try:
            report = json.loads(path.read_text(encoding="utf-8"))
            rows: list[dict[str, Any]] = report["targets"]
            return cls._of({row["target"]: float(row["measured"]) for row in reversed(rows) if row["half"] != "tuned"})
        except (OSError, ValueError, KeyError, TypeError) as failure:
            raise InputError(
                f"{path} is no report of 'coach bench hearing --json', or lacks a figure ({failure}); "
                "make one with: coach bench hearing --data ../shared/data --json"
            ) from None

    def times(self, factor: float) -> Self:
        """Return recognizers that are wrong so many times as often; no share is more than all."""
        shares = {field.name: min(1.0, factor * getattr(self, field.name)) for field in fields(self)}
        return replace(self, **{**shares, "halts_an_hour": factor * self.halts_an_hour})

    @classmethod
    def _of(cls, percent: dict[str, float]) -> Self:
        return cls(
            answer_missed=1 - (percent[_YES] + percent[_NO]) / 200,
            stop_missed=1 - percent[_STOP] / 100,
            mistaken=percent[_OTHERS] / 100,
            sigh_mistaken=percent[_VOCAL] / 100,
            halts_an_hour=percent[_HALTS],
            unsure=percent[_UNSURE] / 100,
        )
