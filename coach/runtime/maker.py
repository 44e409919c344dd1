"""Makes sessions ready on the side, from a journal that another thread writes and a prescription that a carer edits.

1. One worker, for as long as the service runs. The journal is read by its writer alone, who is asked.
2. Whatever was changed in the settings folder holds from the next session on. What cannot be read is no session: the
   old one would be what the carer no longer wants.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Final

from coach.errors import CoachError
from coach.journal.keeper import Keeper
from coach.journal.planning import schedule_state
from coach.journal.words import how_am_i_doing
from coach.plan.timetable import Timetable
from coach.runtime.attendant import Ready, Told
from coach.runtime.clock import minute_of_day
from coach.runtime.composing import Composer, Gathered
from coach.runtime.journal_writer import JournalWriter
from coach.runtime.planner import Planner, spoken
from coach.runtime.timekeeper import Timekeeper

_READ_S: Final = 30.0
"""How long the journal's writer may take to look something up, in seconds."""

NewComposer = Callable[[], Composer]
"""Reads settings and prescription afresh, and returns what composes sessions of them."""


class SideMaker:
    """Makes them; a context manager, at whose end nothing is made any more."""

    def __init__(
        self, composer: Composer, afresh: NewComposer, watched: Path, writer: JournalWriter, time: Timekeeper
    ) -> None:
        """Take what composes, and how to come by it afresh.

        Args:
            composer: Of the settings as they are.
            afresh: Makes one of the settings as they are then.
            watched: Folder of settings and prescription.
            writer: Is asked about the journal.
            time: Reads the clocks.
        """
        self._composer, self._afresh, self._watched = composer, afresh, watched
        self._writer, self._time = writer, time
        self._seen = _state_of(watched)
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="maker")
        self._making: Future[Ready] | None = None
        self._telling: Future[Told] | None = None

    def begin(self) -> None:
        """Begin to make the next session ready; returns at once."""
        self._making = self._worker.submit(self._made)

    def take(self) -> Ready | CoachError | None:
        """Return what has become of it, once; None while it is under way."""
        if self._making is None or not self._making.done():
            return None
        making, self._making = self._making, None
        failure = making.exception()
        if failure is None:
            return making.result()
        return failure if isinstance(failure, CoachError) else CoachError(f"It could not be made ready ({failure}).")

    def over(self) -> None:
        """Something is over: sum it up, and have ready what may be told of it."""
        if self._telling is None or self._telling.done():
            self._telling = self._worker.submit(self._summed_up)

    def told(self) -> Told | None:
        """Return what may be told of the days since the last call."""
        telling = self._telling
        if telling is None or not telling.done():
            return None
        self._telling = None
        return telling.result() if telling.exception() is None else None

    def close(self) -> None:
        """Make nothing any more; what is under way is not waited for."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _made(self) -> Ready:
        planner = None
        seen = _state_of(self._watched)
        of_day = minute_of_day() if self._time.trusted() else None
        composer = (self._composer if seen == self._seen else self._afresh()).at(of_day)
        told = self._gathered(composer)
        composed = composer.composed(told, datetime.now().astimezone(), _no_progress, *spoken())
        entries = self._writer.ask(lambda keeper: composed.entries(keeper.store)).result(_READ_S)
        if seen != self._seen:
            planner = self._planner(composer.table)
            self._composer, self._seen = composer, seen
        return Ready(composed, entries, planner)

    def _gathered(self, composer: Composer) -> Gathered:
        def gathered(keeper: Keeper) -> Gathered:
            return composer.gathered(keeper.store, self._time.clock.now(), datetime.now().astimezone().date())

        return self._writer.ask(gathered).result(_READ_S)

    def _planner(self, table: Timetable) -> Planner:
        state = self._writer.ask(lambda keeper: schedule_state(keeper.store, table)).result(_READ_S)
        return Planner(table, state, self._writer.note)

    def _summed_up(self) -> Told:
        self._writer.ask(lambda keeper: keeper.sum_up()).result(_READ_S)
        told = self._gathered(self._composer)
        lines = () if told.history is None else how_am_i_doing(told.history)
        return Told(lines, self._composer.clips(told, lines))


def _state_of(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what tells whether anything in a folder was changed: names, times and sizes of its files."""
    try:
        found = [(path, path.stat()) for path in sorted(folder.rglob("*.toml"))]
    except OSError:
        return ()
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in found)


def _no_progress(_what: str) -> Callable[[int, int], None]:
    return lambda _done, _total: None
