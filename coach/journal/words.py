"""What the coach says about what was done: a true fact for the greeting, an answer to "how am I doing?", a week.

It tells what was done and never what was not: no guilt. What it may say stands in `LINES`, so that packs are checked.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from coach.journal.history import History, hardest
from coach.session.effects import Say

_N: Final = frozenset({"n"})
_PLAIN: Final[frozenset[str]] = frozenset()
LINES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "history.first-time": _PLAIN,
        "history.yesterday": frozenset({"n", "m"}),
        "history.yesterday-all": _N,
        "history.today": frozenset({"n", "m"}),
        "history.today-all": _N,
        "history.today-open": _PLAIN,
        "history.nth-today": _N,
        "history.week": frozenset({"n", "days"}),
        "history.week-reps": _N,
        "history.week-easy": _PLAIN,
        "history.week-all-right": _PLAIN,
        "history.week-hard": _PLAIN,
        "history.week-pain": _N,
        "history.week-rest": _PLAIN,
        "history.hello": frozenset({"who"}),
    }
)
"""Phrase key to the slots that are filled."""


def greeting_fact(history: History) -> tuple[Say, ...]:
    """Return one true and friendly thing to say before a session; none where there is none."""
    today, yesterday = len(history.today.exercised), len(history.yesterday.exercised)
    if today:
        return (Say("history.nth-today", {"n": today + 1}),)
    if yesterday:
        return (_of("history.yesterday", yesterday, history.meant.min),)
    return ()


def how_am_i_doing(history: History) -> tuple[Say, ...]:
    """Return the answer to "how am I doing?" while no session is under way."""
    if history.since is None:
        return (Say("history.first-time"),)
    today, yesterday = len(history.today.exercised), len(history.yesterday.exercised)
    lines = [_of("history.today", today, history.meant.min) if today else Say("history.today-open")]
    if yesterday:
        lines.append(_of("history.yesterday", yesterday, history.meant.min))
    active = [day for day in history.week if day.exercised]
    if len(active) > 1:
        lines.append(Say("history.week", {"n": sum(len(day.exercised) for day in active), "days": len(active)}))
    return tuple(lines)


def weekly(history: History) -> tuple[Say, ...]:
    """Return what to say once a week about the seven days before today."""
    return tuple(_weekly(history))


def _weekly(history: History) -> Iterator[Say]:
    week = history.week
    active = [day for day in week if day.exercised]
    if not active:
        yield Say("history.week-rest")
        return
    yield Say("history.week", {"n": sum(len(day.exercised) for day in active), "days": len(active)})
    yield Say("history.week-reps", {"n": sum(day.reps for day in active)})
    felt = hardest(effort for day in week for session in day.sessions for effort in session.efforts)
    if felt:
        yield Say(f"history.week-{felt}")
    pains = sum(day.marks.get("pain", 0) for day in week)
    if pains:
        yield Say("history.week-pain", {"n": pains})


def _of(key: str, done: int, meant: int) -> Say:
    """Return how many of how many; all of them, and more than were meant, without the number meant."""
    return Say(f"{key}-all", {"n": done}) if done >= meant else Say(key, {"n": done, "m": meant})
