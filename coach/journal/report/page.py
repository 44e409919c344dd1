"""The pages: the whole report, and one sheet to hand to a clinician.

One file, nothing fetched, no script; the page itself forbids anything else (its content security policy).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from coach.journal.entries import SessionSummed
from coach.journal.history import Day, History, day_of, hardest, reps_of
from coach.journal.report import charts
from coach.journal.report.labels import Labels
from coach.journal.report.markup import Markup, element, page
from coach.journal.summing import AT_REST, CALL_UNANSWERED
from coach.plan.prescription import Prescription
from coach.session.effects import Outcome

_STOPS_ON_A_SHEET: Final = 5
_ANSWERS_ON_A_SHEET: Final = 3
_CALENDAR_ON_A_SHEET: Final = 35
"""Days whose calendar leaves room for the rest of a sheet."""
_LOCKS: Final = ("lock-none", "lock-caution", "lock-urgent")
_NOTABLE: Final = frozenset({Outcome.SAFETY, Outcome.FAULT, Outcome.INTERRUPTED, Outcome.NO_ANSWER, Outcome.STOPPED})
_NO_HARM: Final = frozenset({"screen-consent"})
"""Questions before a session to which a yes is the usual answer."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about."""

    history: History
    prescription: Prescription
    program: str
    """Title of the program."""
    exercises: Mapping[str, str]
    """Names of exercises in the report's language, by id."""
    labels: Labels
    version: str
    """Of the coach."""


def report(subject: Subject) -> str:
    """Return the whole report."""
    labels = subject.labels
    history = subject.history
    *early, last = charts.calendars(history, labels)
    drawn = (last, *_pictures(history, labels))
    pictures = element(
        "div",
        *(_figure(picture, None) for picture in early),
        *(_figure(picture, labels) for picture in drawn),
        class_="pictures",
    )
    body = (
        _head(subject, labels("title")),
        element("main", _figures(subject), _legend(labels), pictures, *_tables(subject), _remarks(subject)),
    )
    return _page(subject, labels("title"), *body)


def sheet(subject: Subject) -> str:
    """Return one sheet of A4 to hand to a clinician."""
    labels, history = subject.labels, subject.history
    calendars = charts.calendars(history, labels) if len(history.days) <= _CALENDAR_ON_A_SHEET else ()
    pictures, exercises = (*calendars, *_pictures(history, labels)), _exercises(subject)
    beside, below = (exercises, None) if len(pictures) % 2 else (None, exercises)  # a gap beside a picture is filled
    body = (
        _head(subject, labels("title-summary")),
        element(
            "main",
            _figures(subject),
            _legend(labels),
            element("div", *(_figure(picture, None) for picture in pictures), beside, class_="pictures"),
            below,
            _stops(subject, most=_STOPS_ON_A_SHEET),
            _answers(subject, most=_ANSWERS_ON_A_SHEET),
            _remarks(subject),
            element("section", element("h2", labels("notes")), element("p", "", class_="notes")),
        ),
    )
    return _page(subject, labels("title-summary"), *body, kind="sheet")


def _page(subject: Subject, title: str, *body: Markup, kind: str = "report") -> str:
    style = (files("coach.journal.report") / "report.css").read_text(encoding="utf-8")
    return page(title, style, subject.labels.language, *body, kind=kind)


def _head(subject: Subject, title: str) -> Markup:
    labels, prescription, history = subject.labels, subject.prescription, subject.history
    least, most = history.meant.min, history.meant.max
    a_day = labels("a-day", n=most) if least == most else labels("a-day-span", n=least, m=most)
    period = labels("days", n=len(history.days), **{"from": history.days[0].date, "to": history.today.date})
    rows = [
        (labels("person"), prescription.name),
        (labels("program"), f"{subject.program}, {a_day}"),
        (labels("prescribed"), _prescribed(subject)),
        (labels("period"), period),
        (labels("made"), f"{history.today.date} (bedside coach {subject.version})"),
    ]
    told = [element("div", element("dt", name), element("dd", text)) for name, text in rows if text]
    return element("header", element("h1", title), element("dl", *told))


def _prescribed(subject: Subject) -> str | None:
    prescription = subject.prescription
    if prescription.prescribed_by is None:
        return None
    when = prescription.prescribed_on.isoformat() if prescription.prescribed_on is not None else "?"
    return subject.labels("prescribed-by", who=prescription.prescribed_by, when=when)


def _figures(subject: Subject) -> Markup:
    labels, history = subject.labels, subject.history
    sessions = history.sessions
    exercised = [session for session in sessions if reps_of(session)]
    adherence = history.adherence()
    felt = hardest(effort for session in sessions for effort in session.efforts)
    seconds = sum(session.seconds or 0 for session in exercised)
    rows: list[tuple[str, object]] = [
        (labels("sessions"), len(exercised)),
        (labels("completed"), sum(session.outcome is Outcome.COMPLETED for session in sessions)),
        (labels("adherence"), labels("none") if adherence is None else f"{adherence:.0%}"),
        (labels("exercised"), labels("of", n=sum(bool(day.exercised) for day in history.days), m=len(history.days))),
        (labels("reps"), sum(map(reps_of, sessions))),
        (labels("minutes"), round(seconds / 60)),
        (labels("felt"), labels(f"felt-{felt}") if felt else labels("none")),
        (labels("pain-times"), sum(session.marks.get("pain", 0) for session in sessions)),
        (labels("stops"), sum(bool(session.safety) for session in sessions)),
    ]
    told = [element("div", element("dt", name), element("dd", value)) for name, value in rows]
    return element("section", element("h2", labels("figures")), element("dl", *told, class_="figures"))


def _legend(labels: Labels) -> Markup:
    marks = ("none", "some", "all", "stop")
    entries = [
        element("li", element("span", "▲" if mark == "stop" else "", class_=f"key {mark}"), labels(f"legend-{mark}"))
        for mark in marks
    ]
    return element("ul", *entries, class_="legend")


def _pictures(history: History, labels: Labels) -> tuple[Markup, ...]:
    return tuple(draw(history, labels) for draw in (charts.sessions, charts.reps, charts.feelings))


def _figure(picture: Markup, labels: Labels | None) -> Markup:
    table = None if labels is None else element("p", element("a", labels("table"), href="#days"), class_="table")
    title = picture.partition("<title")[2].partition(">")[2].partition("</title>")[0]
    return element("section", element("h2", Markup(title)), element("figure", picture), table, class_="picture")


def _tables(subject: Subject) -> Iterator[Markup]:
    yield _exercises(subject)
    yield _stops(subject)
    yield _answers(subject)
    yield _days(subject)


def _table(
    labels: Labels, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, words: int = -1
) -> Markup:
    """Return a table with a heading; the first cell of a row is its heading, one column has whole sentences."""
    title = labels(f"{name}-table")
    told = [
        element(
            "tr",
            element("th", row[0], scope="row"),
            *(element("td", cell, class_="words" if place == words else None) for place, cell in enumerate(row[1:], 1)),
        )
        for row in rows
    ]
    if not told:
        return element("section", element("h2", title), element("p", labels(f"no-{name}")), id=name)
    head = element("thead", element("tr", *(element("th", column, scope="col") for column in columns)))
    table = element("table", head, element("tbody", *told), aria_labelledby=f"{name}-title")
    scroll = element("div", table, class_="scroll", role="region", tabindex=0, aria_labelledby=f"{name}-title")
    return element("section", element("h2", title, id=f"{name}-title"), scroll, id=name)


def _days(subject: Subject) -> Markup:
    labels, history = subject.labels, subject.history
    columns = [labels(key) for key in ("day", "done", "reps", "felt", "pain", "ended")]
    rows = [_day(day, subject) for day in reversed(history.days)]
    return _table(labels, "days", columns, rows, words=5)


def _day(day: Day, subject: Subject) -> Sequence[object]:
    labels = subject.labels
    felt = hardest(effort for session in day.sessions for effort in session.efforts)
    pains = [str(day.marks["pain"])] if day.marks.get("pain") else []
    levels = [str(level) for session in day.sessions for level in session.pain_levels]
    if levels:
        pains.append(f"{labels('pain-level')} {', '.join(levels)}")
    ended = dict.fromkeys(_how(session, labels) for session in day.sessions if session.outcome in _NOTABLE)
    return (
        f"{day.date} {labels.weekday(day.date.weekday())}{'' if day.sure else ' *'}",
        _of(len(day.exercised), subject.history.meant.min, labels),
        day.reps,
        labels(f"felt-{felt}") if felt else "",
        "; ".join(pains),
        "; ".join(ended),
    )


def _exercises(subject: Subject) -> Markup:
    labels = subject.labels
    done: dict[str, list[int]] = {}
    for session in subject.history.sessions:
        for work in session.works:
            if not session.began:
                continue
            total = done.setdefault(work.exercise, [0, 0, 0, 0])
            for place, number in enumerate((work.reps, work.of_reps, work.sets, work.of_sets)):
                total[place] += number
    rows = [
        (subject.exercises.get(name, name), _of(total[0], total[1], labels), _of(total[2], total[3], labels))
        for name, total in done.items()
    ]
    columns = [labels("exercise"), labels("reps"), labels("sets")]
    return _table(labels, "exercises", columns, rows)


def _stops(subject: Subject, *, most: int | None = None) -> Markup:
    """Return what ended otherwise than meant; where only some are shown the last, safety stops and calls before all."""
    labels = subject.labels
    ended = [session for session in subject.history.sessions if session.outcome in _NOTABLE or session.safety]
    shown = (
        ended
        if most is None
        else sorted(ended, key=lambda session: (_grave(session), session.opened), reverse=True)[:most]
    )
    rows: list[Sequence[object]] = [
        (
            _when(session),
            _how(session, labels),
            _of(reps_of(session), sum(work.of_reps for work in session.works), labels) if session.works else "",
            labels(_LOCKS[min(session.lock, 2)]),
        )
        for session in sorted(shown, key=lambda session: session.opened, reverse=True)
    ]
    if len(ended) > len(shown):
        rows.append((labels("more", n=len(ended) - len(shown)), "", "", ""))
    columns = [labels("when"), labels("how"), labels("reps"), labels("lock")]
    return _table(labels, "stops", columns, rows, words=1)


def _grave(session: SessionSummed) -> bool:
    return bool(session.safety) or session.reason == CALL_UNANSWERED


def _answers(subject: Subject, *, most: int | None = None) -> Markup:
    """Return the questions before a session to which she said yes."""
    labels = subject.labels
    told = [
        (_when(session), labels.known("asked", question))
        for session in reversed(subject.history.sessions)
        for question, answer in session.answers
        if answer == "yes" and question.startswith("screen-") and question not in _NO_HARM
    ]
    rows = told if most is None else told[:most]
    if len(told) > len(rows):
        rows = [*rows, (labels("more", n=len(told) - len(rows)), "")]
    return _table(labels, "answers", [labels("when"), labels("question")], rows, words=1)


def _remarks(subject: Subject) -> Markup:
    labels = subject.labels
    unsure = not all(session.clock_known for session in subject.history.sessions)
    lines = [labels("cannot-see"), labels("not-device"), *([labels("clock-unsure")] if unsure else [])]
    return element("footer", *(element("p", line) for line in lines))


def _of(done: int, meant: int, labels: Labels) -> str:
    """Return how many of how many; the bare number where more were done than meant, or nobody knows how many were."""
    return labels("of", n=done, m=meant) if done <= meant else str(done)


def _when(session: SessionSummed) -> str:
    return f"{day_of(session)} {session.opened[11:16]}{'' if session.clock_known else ' *'}"


def _how(session: SessionSummed, labels: Labels) -> str:
    outcome = labels.known("outcome", session.outcome.value)
    if session.safety:
        where = f" ({labels.known('reason', AT_REST)})" if session.reason == AT_REST else ""
        return f"{outcome}: {labels.known('safety', session.safety)}{where}"
    if session.reason in ("", session.outcome.value, "stopped"):
        return outcome
    known = "asked" if session.reason.startswith("screen-") else "reason"
    return f"{outcome}: {labels.known(known, session.reason)}"
