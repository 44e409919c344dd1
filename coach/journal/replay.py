"""Replays a session: the journaled events once more through the reducer, compared with what was journaled."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from coach.errors import JournalError
from coach.journal.entries import Entry, Happened, SessionOpened
from coach.journal.nested import kebab
from coach.journal.steps import described
from coach.journal.store import Journal, Row
from coach.score.compiler import Material
from coach.session.machine import initial, step
from coach.units import seconds


@dataclass(frozen=True, slots=True)
class Differences:
    """What a replay has found."""

    events: int
    """Events replayed, up to the first difference."""
    first: str | None = None
    """The first difference in a sentence; None where there is none."""


def session_entries(journal: Journal, session: str | None = None) -> Iterator[Entry]:
    """Go through the entries of one session, from its opening up to the next session's.

    Args:
        journal: Where it is kept.
        session: Its name; None for the last one.

    Raises:
        JournalError: There is no such session.
    """
    opened = journal.latest(SessionOpened) if session is None else _named(journal, session)
    if opened is None:
        wanted = "a session" if session is None else f"the session '{session}'"
        raise JournalError(f"The journal does not know {wanted}; 'coach history --json' lists those it knows.")
    first = opened.seq
    for row in journal.read(after=first - 1):
        if row.seq > first and isinstance(row.entry, SessionOpened):
            return
        yield row.entry


def session_names(journal: Journal) -> tuple[str, ...]:
    """Return the names of all sessions, in their order."""
    opened = (row.entry for row in journal.read(kinds=(SessionOpened,)))
    return tuple(entry.session for entry in opened if isinstance(entry, SessionOpened))


def replay(entries: Iterable[Entry], rebuild: Callable[[SessionOpened], Material]) -> Differences:
    """Return where the reducer of today decides otherwise than the journal says.

    Args:
        entries: One session from its opening on; what is no event is passed over.
        rebuild: Makes the material the session was opened with.

    Raises:
        JournalError: The entries do not begin with an opening, or the material cannot be made again.
    """
    told = iter(entries)
    opened = next(told, None)
    if not isinstance(opened, SessionOpened):
        raise JournalError("A replay begins with the opening of a session, and these entries do not.")
    state = initial(rebuild(opened), screening=opened.screening, seed=opened.seed, care=opened.care)
    events = 0
    for happened in told:
        if not isinstance(happened, Happened):
            continue
        events += 1
        taken = step(state, happened.event)
        state = taken.state
        what = _difference(happened, taken.state.protocol.phase.value, described(taken))
        if what:
            when = f"Event {events} ({kebab(type(happened.event).__name__)}, {seconds(happened.event.frame):.3f} s)"
            return Differences(events, f"{when} of session {opened.session}, journaled by coach {opened.code}: {what}.")
    return Differences(events)


def _difference(happened: Happened, phase: str, effects: tuple[str, ...]) -> str:
    for number, (then, now) in enumerate(zip_longest(happened.effects, effects, fillvalue="nothing more"), start=1):
        if then != now:
            return f"effect {number} was '{then}', and is '{now}' now"
    return "" if phase == happened.phase else f"it led to the phase {happened.phase}, and leads to {phase} now"


def _named(journal: Journal, session: str) -> Row | None:
    """Return the last opening of a session's name, or None."""
    found = None
    for row in journal.read(kinds=(SessionOpened,)):
        if isinstance(row.entry, SessionOpened) and row.entry.session == session:
            found = row
    return found
