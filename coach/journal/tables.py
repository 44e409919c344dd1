"""A history as text, as JSON for scripts, and as CSV for spreadsheets."""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

from coach.journal.entries import SessionSummed, WorkSummed
from coach.journal.history import Day, History, hardest, reps_of
from coach.journal.summing import AT_REST, CALL_UNANSWERED, RESTING

BOM: Final = "\ufeff"
"""Stands before the CSV: without it the usual spreadsheet takes UTF-8 for something else."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would carry out."""
COLUMNS: Final = (
    "date",
    "time",
    "clock_sure",
    "program",
    "outcome",
    "reason",
    "seconds",
    "exercise",
    "reps",
    "of_reps",
    "sets",
    "of_sets",
    "efforts",
    "pain_levels",
    "pain_words",
    "stops",
    "pauses",
    "safety",
    "session",
)

_NOTHING: Final = WorkSummed("", 0, 0, 0, 0)
"""Stands in the line of what happened at rest."""


def as_text(history: History) -> str:
    """Return a history as a table for reading, one line a day, and a line that sums it up."""
    lines = [f"{'day':<15} {'done':>6} {'reps':>6}  {'felt':<10} {'pain':>4}  how it ended"]
    lines += [_line(day, history) for day in history.days]
    adherence = history.adherence()
    meant = (
        f"{history.meant.min} to {history.meant.max}" if history.meant.max > history.meant.min else history.meant.max
    )
    done = sum(len(day.exercised) for day in history.days)
    told = f"{done} sessions in {len(history.days)} days; {meant} a day are meant"
    lines.append(f"{told}, {adherence:.0%} of them done." if adherence is not None else f"{told}.")
    if not all(day.sure for day in history.days):
        lines.append("* The clock was not synchronized, so the day may be another.")
    return "\n".join(lines)


def as_json(history: History) -> dict[str, Any]:
    """Return a history for scripts."""
    return {
        "meant_a_day": [history.meant.min, history.meant.max],
        "adherence": history.adherence(),
        "days": [
            {
                "date": day.date.isoformat(),
                "exercised": len(day.exercised),
                "completed": day.completed,
                "reps": day.reps,
                "sessions": [_session(session) for session in day.sessions],
            }
            for day in history.days
        ],
    }


def as_csv(history: History) -> str:
    """Return a history for spreadsheets: one line for each exercise of a session, with a byte-order mark."""
    told = io.StringIO()
    told.write(BOM)
    writer = csv.writer(told, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for session in history.sessions:
        writer.writerows([_cell(value) for value in row] for row in _rows(session))
    return told.getvalue()


def _line(day: Day, history: History) -> str:
    felt = hardest(effort for session in day.sessions for effort in session.efforts)
    sure = " " if day.sure else "*"
    ended = ", ".join(dict.fromkeys(how(session) for session in day.sessions if session.outcome.value != "completed"))
    done = f"{len(day.exercised)}/{history.meant.min}"
    pains = day.marks.get("pain", 0) or ""
    return f"{day.date:%Y-%m-%d %a}{sure} {done:>6} {day.reps or '':>6}  {felt:<10} {pains:>4}  {ended}".rstrip()


def how(session: SessionSummed) -> str:
    """Return how a session ended in a word or two, such as ``safety (urgent)``."""
    why = session.safety or session.reason
    if session.reason == AT_REST:
        return f"{session.outcome.value} ({why}, at rest)"
    if session.reason == CALL_UNANSWERED:
        return f"{session.outcome.value} (call for help, at rest)"
    return session.outcome.value if why in ("", session.outcome.value) else f"{session.outcome.value} ({why})"


def _session(session: SessionSummed) -> dict[str, Any]:
    return {
        "session": session.session,
        "opened": session.opened,
        "clock_sure": session.clock_known,
        "program": session.program,
        "language": session.language,
        "outcome": session.outcome.value,
        "reason": session.reason,
        "began": session.began,
        "seconds": session.seconds,
        "reps": reps_of(session),
        "works": [
            {
                "exercise": work.exercise,
                "reps": work.reps,
                "of_reps": work.of_reps,
                "sets": work.sets,
                "of_sets": work.of_sets,
            }
            for work in session.works
        ],
        "efforts": list(session.efforts),
        "pain_levels": list(session.pain_levels),
        "answers": [list(pair) for pair in session.answers],
        "marks": dict(session.marks),
        "safety": session.safety,
        "lock": session.lock,
    }


def _rows(session: SessionSummed) -> Iterator[tuple[object, ...]]:
    marks = session.marks
    for work in session.works or (_NOTHING,) * (session.reason in RESTING):
        yield (
            session.opened[:10],
            session.opened[11:16],
            "yes" if session.clock_known else "no",
            session.program,
            session.outcome.value,
            session.reason,
            "" if session.seconds is None else session.seconds,
            work.exercise,
            work.reps,
            work.of_reps,
            work.sets,
            work.of_sets,
            " ".join(session.efforts),
            " ".join(map(str, session.pain_levels)),
            marks.get("pain", 0),
            marks.get("stop", 0),
            marks.get("paused", 0),
            session.safety,
            session.session,
        )


def _cell(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
