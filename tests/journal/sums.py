"""Summaries of sessions, the smallest that are right, with changes by keyword."""

from datetime import datetime, timedelta

from coach.journal.entries import SessionSummed, WorkSummed
from coach.session.effects import Outcome


def summed(at="2026-11-23T09:30", *, reps=20, of_reps=20, exercise="ankle-pumps", **changes):
    """Return the summary of a session that was opened at a time of the wall clock."""
    whole = reps >= of_reps
    fields = {
        "session": f"s-{at}",
        "program": "ankle-pumps",
        "language": "en",
        "first": 1,
        "last": 2,
        "opened": f"{at}:00.000+01:00",
        "clock_known": True,
        "began": reps > 0,
        "seconds": 200 if reps else None,
        "outcome": Outcome.COMPLETED if whole else Outcome.STOPPED,
        "reason": "completed" if whole else "stopped",
        "works": (WorkSummed(exercise, reps, of_reps, 2 * reps // of_reps, 2),),
        "efforts": ("all-right",) if reps else (),
        "pain_levels": (),
        "answers": (),
        "marks": {},
    }
    return SessionSummed(**{**fields, **changes})


def days(first, counts, **changes):
    """Return whole sessions, so many on each day from the first one on, two hours apart."""
    begin = datetime.fromisoformat(first)
    return [
        summed((begin + timedelta(days=day, hours=2 * number)).isoformat(timespec="minutes"), **changes)
        for day, count in enumerate(counts)
        for number in range(count)
    ]
