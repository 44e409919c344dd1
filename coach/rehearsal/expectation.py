"""Whether a rehearsal came to what its scenario expects."""

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from coach.rehearsal.scenario import Expected
from coach.rehearsal.summary import told_once
from coach.runtime.chronicle import Chronicle

_LOCKS: Final = ("none", "caution", "urgent")


class Came(Protocol):
    """What came of a rehearsal, with sound or without."""

    @property
    def chronicle(self) -> Chronicle:
        """Return what happened."""

    @property
    def lock(self) -> int:
        """Return the lock at the end: 0 none, 1 caution, 2 urgent."""


def mismatches(result: Came, expected: Expected) -> list[str]:
    """Return one sentence for each way in which a rehearsal differs from what was expected."""
    return list(_mismatches(result, expected))


def _mismatches(result: Came, expected: Expected) -> Iterator[str]:
    chronicle = result.chronicle
    outcome = "none" if chronicle.outcome is None else chronicle.outcome.value
    heard = [hearing.command.value for hearing in told_once(chronicle)]
    phases = [entered.phase for entered in chronicle.phases]
    said = [sound.id for sound in chronicle.sounds if sound.kind == "line" and sound.played is not None]
    notices = [kind for _, kind in chronicle.notices]
    if expected.outcome is not None and outcome != str(expected.outcome):
        yield f"the outcome was '{outcome}', expected '{expected.outcome}'"
    for name, came, wanted in (
        ("heard", heard, expected.heard),
        ("passed the phases", phases, expected.phases),
        ("said", said, expected.said),
        ("told the carer", notices, expected.notices),
    ):
        if wanted is not None and not _in_order(wanted, came):
            yield f"{name} {came}, expected among them in this order {list(wanted)}"
    for word, there, unwanted in (
        ("heard", heard, expected.not_heard),
        ("passed", phases, expected.not_phases),
        ("said", said, expected.not_said),
        ("told to the carer", notices, expected.not_notices),
    ):
        for one in unwanted:
            if one in there or (one == "any" and there):
                yield f"'{one}' was {word}"
    if expected.lock is not None and _LOCKS[result.lock] != expected.lock:
        yield f"the lock at the end was '{_LOCKS[result.lock]}', expected '{expected.lock}'"


def _in_order(wanted: Sequence[str], came: Sequence[str]) -> bool:
    rest = iter(came)
    return all(one in rest for one in wanted)
