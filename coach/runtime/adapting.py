"""The dose of a session, taken from what the journal tells of the ones before it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from coach.journal.entries import DoseAdapted, SessionSummed
from coach.journal.store import Journal
from coach.journal.summing import last_summaries
from coach.plan.adaptation import (
    Change,
    Lived,
    Pain,
    Why,
    adapted,
    changed,
    meant,
    pain_of,
    proposes_more,
    room_of,
)
from coach.plan.prescription import Prescription
from coach.program.dose import Work
from coach.session.effects import Outcome, Say
from coach.session.questions import Question

LINES: Final = {Why.PAIN: "adapted.less-pain", Why.HARD: "adapted.less-hard"}
"""What is said of a change she was not asked about."""
_SUMMARIES: Final = 60
"""Summaries read back: sessions since the dose was last changed; two weeks of four a day. What is older is forgotten
only where nothing spoke for a change since."""
_ENTRIES: Final = 100
"""Changes of dose read back, of all programs."""


@dataclass(frozen=True, slots=True)
class Adapted:
    """The dose of a session, and what goes with it."""

    works: tuple[Work, ...]
    change: DoseAdapted | None = None
    """To be journaled; None where nothing changed."""
    told: tuple[Say, ...] = ()
    """What is said of it before the session."""
    proposes_more: bool = False


def adapted_dose(program: str, works: tuple[Work, ...], prescription: Prescription, journal: Journal) -> Adapted:
    """Return the dose of the session that begins now.

    Args:
        program: Id of the program.
        works: As prescribed.
        prescription: The person's.
        journal: What was lived before.
    """
    dose, room = meant(works), room_of(works, prescription)
    seq, steps = _last(journal, program, dose)
    since = tuple(lived(summary, prescription) for summary in _since(journal, program, seq))
    change = changed(steps, since, room)
    if change is None:
        more = proposes_more(steps, since, room)
        return Adapted(adapted(works, steps, prescription), proposes_more=more)
    entry = DoseAdapted(program, dose, change.steps, change.why.value)
    return Adapted(adapted(works, change.steps, prescription), entry, _told(steps, change))


def lived(summary: SessionSummed, prescription: Prescription) -> Lived:
    """Return what the next dose may depend on, of a session that is over.

    Where pain was not measured, its band follows from what was done about it: it went on; it was spoken of once more;
    it was sharp, or a safety stop.
    """
    answers = dict(summary.answers)
    pains = summary.marks.get("pain", 0)
    pain = max((pain_of(level, prescription.pain) for level in summary.pain_levels), default=Pain.NONE)
    if summary.outcome is Outcome.SAFETY or summary.safety or answers.get(Question.SHARP.value) == "yes":
        pain = Pain.SEVERE
    elif pains:
        pain = max(pain, Pain.MODERATE if pains > 1 else Pain.MILD)
    return Lived(
        efforts=summary.efforts,
        pain=pain,
        completed=summary.outcome is Outcome.COMPLETED,
        eased=bool(summary.marks.get("eased")),
        more=answers.get("more"),
    )


def _last(journal: Journal, program: str, dose: str) -> tuple[int, int]:
    """Return the row of the last change of a dose, and its steps; 0 where there is none, or another is prescribed."""
    for row in reversed(journal.last(DoseAdapted, _ENTRIES)):
        entry = row.entry
        if isinstance(entry, DoseAdapted) and entry.program == program:
            return row.seq, entry.steps if entry.meant == dose else 0
    return 0, 0


def _since(journal: Journal, program: str, seq: int) -> Iterator[SessionSummed]:
    """Go through the sessions of a program that were begun behind a row, oldest first."""
    for summary in last_summaries(journal, _SUMMARIES):
        if summary.program == program and summary.first > seq and summary.began:
            yield summary


def _told(before: int, change: Change) -> tuple[Say, ...]:
    return (Say(LINES[change.why]),) if change.steps < before and change.why in LINES else ()
