"""The report's pictures, as inline SVG that is drawn for 360 pixels: the width of a telephone, half that of a sheet.

Every picture has a title and a text that says what it shows; what it shows stands in a table of the page as well.
Nothing is told by color alone: numbers stand in the fields, marks have forms.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from coach.journal.history import WEEK, Day, History
from coach.journal.report.labels import Labels
from coach.journal.report.markup import Markup, element, together

WIDTH: Final = 360
_LEFT: Final = 66
_ROW: Final = 26
_HEAD: Final = 18
_PLOT: Final = 110
_FOOT: Final = 20
_LETTER: Final = 7.5
"""Width of a letter, generously."""
_DAYS_MOST: Final = 42
"""Days that are drawn one by one; more are put together into weeks, months or years."""
_BARS_MOST: Final = 60
"""Bars that can be told apart: a year of weeks."""
_NUMBERS_MOST: Final = 24
"""Columns over which a number of two digits has room."""
_WEEKS_TOGETHER: Final = 14
"""Weeks of one calendar; more are drawn as several, which stand beside each other on a sheet."""
_EFFORTS: Final = ("hard", "all-right", "easy")


@dataclass(frozen=True, slots=True)
class _Column:
    """One bar: a day, a week, a month or a year."""

    label: str
    """Under the bar; empty for none."""
    days: tuple[Day, ...]
    span: str = ""
    """Key of the words for what stands together; empty for single days."""

    @property
    def reps(self) -> int:
        return sum(day.reps for day in self.days)

    @property
    def exercised(self) -> int:
        return sum(len(day.exercised) for day in self.days)

    def efforts(self, effort: str) -> int:
        return sum(session.efforts.count(effort) for day in self.days for session in day.sessions)

    @property
    def pains(self) -> int:
        return sum(day.marks.get("pain", 0) for day in self.days)

    @property
    def pain_level(self) -> int | None:
        levels = [level for day in self.days for session in day.sessions for level in session.pain_levels]
        return max(levels, default=None)


def calendars(history: History, labels: Labels) -> tuple[Markup, ...]:
    """Return the days as a calendar: in each field how many sessions, marked where one ended for safety.

    Many weeks are several calendars, as alike in length as can be.
    """
    weeks = tuple(_together(history.days, _SPANS[0][1]).values())
    parts = -(-len(weeks) // _WEEKS_TOGETHER)
    if parts == 1:
        return (_calendar("calendar", labels("calendar"), history, labels),)
    drawn = []
    for number in range(parts):
        part = weeks[len(weeks) * number // parts : len(weeks) * (number + 1) // parts]
        days = tuple(day for week in part for day in week)
        ends = {"from": f"{days[0].date:%Y-%m}", "to": f"{days[-1].date:%Y-%m}"}
        title = f"{labels('calendar')}, {labels('from-to', **ends)}"
        drawn.append(_calendar(f"calendar-{number + 1}", title, History(days, history.meant), labels))
    return tuple(drawn)


def _calendar(name: str, title: str, history: History, labels: Labels) -> Markup:
    first = history.days[0].date - timedelta(days=history.days[0].date.weekday())
    by_date = {day.date: day for day in history.days}
    weeks = (history.today.date - first).days // WEEK + 1
    cell = (WIDTH - _LEFT) / WEEK
    marks: list[object] = [
        _text(_LEFT + cell * (number + 0.5), 12, labels.weekday(number), anchor="middle") for number in range(WEEK)
    ]
    for week in range(weeks):
        top = _HEAD + week * _ROW
        marks.append(_text(_LEFT - 6, top + 17, f"{first + timedelta(days=WEEK * week):%m-%d}", anchor="end"))
        for number in range(WEEK):
            day = by_date.get(first + timedelta(days=WEEK * week + number))
            if day is not None:
                marks.append(_field(day, history, _LEFT + cell * number, top, cell))
    height = _HEAD + weeks * _ROW + 2
    return _picture(name, title, labels("calendar-text"), height, marks)


def sessions(history: History, labels: Labels) -> Markup:
    """Return the sessions done as bars before an outline of those that were meant."""
    columns = _columns(history)
    meant = [history.meant.min * len(column.days) for column in columns]
    done = [column.exercised for column in columns]
    most = max(*done, *meant, 1)
    marks = _frame(most, columns)
    for number, (column, wanted) in enumerate(zip(columns, meant, strict=True)):
        marks.append(_bar(number, len(columns), wanted / most, "meant"))
        marks.append(_bar(number, len(columns), column.exercised / most, "done"))
    return _picture(
        "sessions", _title("sessions", columns, labels), labels("sessions-text"), _HEAD + _PLOT + _FOOT, marks
    )


def reps(history: History, labels: Labels) -> Markup:
    """Return the repetitions as bars."""
    columns = _columns(history)
    most = max(*(column.reps for column in columns), 1)
    marks = _frame(most, columns)
    for number, column in enumerate(columns):
        marks.append(_bar(number, len(columns), column.reps / most, "done"))
    return _picture("reps", _title("reps", columns, labels), labels("reps-text"), _HEAD + _PLOT + _FOOT, marks)


def feelings(history: History, labels: Labels) -> Markup:
    """Return how it felt, and pain: a row for each, a mark where it was said, a number where more than once."""
    columns = _columns(history, _NUMBERS_MOST)
    leveled = any(column.pain_level is not None for column in columns)
    rows = [("level", labels("pain-level"))] if leveled else []
    rows += [("pain", labels("pain")), *((effort, labels(f"felt-{effort}")) for effort in _EFFORTS)]
    marks: list[object] = []
    for row, (what, name) in enumerate(rows):
        middle = _HEAD + _ROW * (row + 0.5)
        marks += [_text(_LEFT - 6, middle + 4, name, anchor="end"), _line(_LEFT, middle, WIDTH, middle)]
        for number, column in enumerate(columns):
            marks.append(_said(column, what, _middle(number, len(columns)), middle))
    height = _HEAD + len(rows) * _ROW + _FOOT
    marks += _feet(columns, height - 6)
    return _picture("feelings", _title("feelings", columns, labels), labels("feelings-text"), height, marks)


def _said(column: _Column, what: str, x: float, y: float) -> Markup:
    """Return the mark of what was said on a day."""
    if what == "level":
        return together(None if column.pain_level is None else _text(x, y - 3, column.pain_level, anchor="middle"))
    count = column.pains if what == "pain" else column.efforts(what)
    if not count:
        return together()
    mark = _triangle(x, y) if what == "pain" else element("circle", cx=_n(x), cy=_n(y), r=4, class_="mark")
    return together(mark, _text(x, y - 6, count, anchor="middle") if count > 1 else None)


def _columns(history: History, most: int = _BARS_MOST) -> tuple[_Column, ...]:
    """Return the days one by one, with a label each Monday; many days put together, so that there are few columns."""
    if len(history.days) <= _DAYS_MOST:
        return tuple(_Column(f"{day.date:%m-%d}" if day.date.weekday() == 0 else "", (day,)) for day in history.days)
    for span, begins, form, labeled in _SPANS:
        parts = _together(history.days, begins)
        every = len(parts) // labeled + 1
        columns = tuple(
            _Column(f"{begin:{form}}" if number % every == 0 else "", days, span)
            for number, (begin, days) in enumerate(parts.items())
        )
        if len(columns) <= most:
            break
    return columns


def _together(days: Sequence[Day], begins: Callable[[date], date]) -> Mapping[date, tuple[Day, ...]]:
    """Return days put together by the first day of what they belong to."""
    return {first: tuple(found) for first, found in groupby(days, key=lambda day: begins(day.date))}


_SPANS: Final[Sequence[tuple[str, Callable[[date], date], str, int]]] = (
    ("by-week", lambda day: day - timedelta(days=day.weekday()), "%m-%d", 7),
    ("by-month", lambda day: day.replace(day=1), "%Y-%m", 5),
    ("by-year", lambda day: day.replace(month=1, day=1), "%Y", 8),
)
"""What days are put together into: its name, its first day, how that is written, and how many of them have room."""


def _title(name: str, columns: Sequence[_Column], labels: Labels) -> str:
    span = columns[0].span
    return f"{labels(name)}, {labels(span)}" if span else labels(name)


def _field(day: Day, history: History, x: float, top: float, cell: float) -> Markup:
    done, meant = len(day.exercised), history.meant.min
    kind = "none" if not done else "all" if done >= meant else "some"
    box = element("rect", x=_n(x + 1), y=_n(top + 1), width=_n(cell - 2), height=_ROW - 2, class_=f"day {kind}")
    number = _text(x + cell / 2, top + 17, done or "·", anchor="middle", kind=f"on-{kind}")
    stopped = any(session.safety for session in day.sessions)
    return together(box, number, _triangle(x + cell - 9, top + 9, small=True) if stopped else None)


def _frame(most: int, columns: Sequence[_Column]) -> list[object]:
    """Return the scale at the left, its lines, and the labels below."""
    bottom = _HEAD + _PLOT
    marks: list[object] = [_line(_LEFT, bottom, WIDTH, bottom), _line(_LEFT, _HEAD, WIDTH, _HEAD)]
    marks += [_text(_LEFT - 6, _HEAD + 4, most, anchor="end"), _text(_LEFT - 6, bottom, 0, anchor="end")]
    return marks + _feet(columns, bottom + 14)


def _feet(columns: Sequence[_Column], y: float) -> list[object]:
    return [
        _text(_middle(number, len(columns)), y, column.label, anchor="middle")
        for number, column in enumerate(columns)
        if column.label
    ]


def _bar(number: int, count: int, part: float, kind: str) -> Markup:
    width = (WIDTH - _LEFT) / count
    height = _PLOT * part
    x, gap = _LEFT + width * number, min(2.0, width / 6)
    return element(
        "rect", x=_n(x + gap), y=_n(_HEAD + _PLOT - height), width=_n(width - 2 * gap), height=_n(height), class_=kind
    )


def _middle(number: int, count: int) -> float:
    return _LEFT + (WIDTH - _LEFT) / count * (number + 0.5)


def _triangle(x: float, y: float, *, small: bool = False) -> Markup:
    size = 5 if small else 6
    return element(
        "polygon",
        points=f"{_n(x - size)},{_n(y + size)} {_n(x + size)},{_n(y + size)} {_n(x)},{_n(y - size)}",
        class_="alarm",
    )


def _line(x: float, y: float, to_x: float, to_y: float) -> Markup:
    return element("line", x1=_n(x), y1=_n(y), x2=_n(to_x), y2=_n(to_y))


def _text(x: float, y: float, text: object, *, anchor: str, kind: str | None = None) -> Markup:
    if anchor == "middle":
        x = min(x, WIDTH - _LETTER * len(str(text)) / 2)
    return element("text", text, x=_n(x), y=_n(y), text_anchor=anchor, class_=kind)


def _picture(name: str, title: str, text: str, height: float, marks: Sequence[object]) -> Markup:
    return element(
        "svg",
        element("title", title, id=f"{name}-title"),
        element("desc", text, id=f"{name}-text"),
        *marks,
        viewBox=f"0 0 {WIDTH} {_n(height)}",
        role="img",
        aria_labelledby=f"{name}-title {name}-text",
    )


def _n(value: float) -> str:
    """Return a coordinate without needless digits."""
    return f"{value:.1f}".removesuffix(".0")
