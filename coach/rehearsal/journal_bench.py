"""Years by the bed: how long the journal takes after a month and after years, and what it takes of the machine.

A whole rehearsal without sound gives the entries of one session; they are repeated four times a day for the years
asked for, with the notices, clocks and answers of such a life between them. Then everything a person waits for is
timed on the first month and on all the years. The figures of a ratio come from the same run on the same machine.
"""

import gc
import multiprocessing
import re
import statistics
import tempfile
import threading
import time
import tracemalloc
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Final

from coach import __version__
from coach.errors import JournalError
from coach.journal.entries import (
    ClockKnown,
    Entry,
    LockLifted,
    LockSet,
    NoticeDelivered,
    NoticeQueued,
    Planned,
    SessionEnded,
    SessionOpened,
    SessionSummed,
    Stamp,
)
from coach.journal.history import history_of
from coach.journal.keeper import open_keeper
from coach.journal.material import Opening, opening_entries, rebuild
from coach.journal.planning import schedule_state
from coach.journal.replay import replay, session_entries
from coach.journal.report.labels import load_labels
from coach.journal.report.page import Subject, report, sheet
from coach.journal.sqlite import FILE, SqliteJournal, SqliteStore
from coach.journal.store import MemoryStore
from coach.journal.summing import unsummed
from coach.journal.tables import as_text
from coach.journal.words import how_am_i_doing, weekly
from coach.language.utterance import Form
from coach.plan.elapsed import Reading
from coach.plan.schedule import Replied, Reply
from coach.plan.timetable import timetable
from coach.rehearsal.clockwork import jump
from coach.rehearsal.scenario import Scenario
from coach.rehearsal.staging import stage
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings
from coach.runtime.wiring import Bar, BarMaker, House
from coach.session.care import Care
from coach.session.effects import Outcome
from coach.session.states import Screening
from coach.units import Frames

A_DAY: Final = 4
MONTH_DAYS: Final = 30
_ROUNDS: Final = 5
"""Times each thing is done; the middle one is quoted, since a shared machine has bad moments."""
_BEGIN: Final = datetime(2016, 11, 25, tzinfo=UTC)
_REPORT_DAYS: Final = 28
_STATUS: Final = Path("/proc/self/status")


class _SetClock:
    """Shows what it was set to."""

    def __init__(self) -> None:
        self.at = _BEGIN

    def now(self) -> Stamp:
        uptime_ms = round((self.at - _BEGIN).total_seconds() * 1000)
        return Stamp(self.at.isoformat(timespec="milliseconds"), "boot", uptime_ms)


class _QuickStore(SqliteStore):
    """Does not wait for the disk: a life that was never lived need not survive a power cut."""

    SETTINGS: ClassVar[Sequence[str]] = ("PRAGMA journal_mode=MEMORY", "PRAGMA synchronous=OFF")


@dataclass(frozen=True, slots=True)
class _Session:
    """One session's entries, and its summary."""

    entries: tuple[Entry, ...]
    summary: SessionSummed


def journal(house: House, years: float, progress: BarMaker, *, month_days: int = MONTH_DAYS) -> list[dict[str, Any]]:
    """Return what is waited for after a month and after some years, in seconds, and the ratio.

    Args:
        house: Programs, packs and voices.
        years: How many; a year of four sessions a day takes about ten seconds to make and 70 MB.
        progress: Makes progress bars.
        month_days: Days of the shorter life; the tests have no month.
    """
    lived = _lived(house, progress)
    days = max(month_days, round(365.25 * years))
    with tempfile.TemporaryDirectory(prefix="coach-bench-") as place:
        month, whole = Path(place) / "month", Path(place) / "whole"
        clock = _SetClock()
        for folder, length in ((month, month_days), (whole, days)):
            clock.at = _BEGIN
            _live(folder, clock, lived, length, progress(f"Living {length} days"))
        clock.at = _BEGIN + timedelta(days=days)
        ends = {month: (_BEGIN + timedelta(days=month_days)).date(), whole: clock.at.date()}
        found = {folder: _timed(folder, clock, house, today) for folder, today in ends.items()}
        rows = [
            {
                "what": what,
                "month_s": round(found[month][what], 4),
                "years_s": round(found[whole][what], 4),
                "ratio": round(found[whole][what] / max(found[month][what], 1e-9), 2),
            }
            for what in found[month]
        ]
        size = (whole / FILE).stat().st_size
    return [*rows, {"what": "size", "years": years, "sessions": A_DAY * days, "kB_a_day": round(size / days / 1000)}]


def _lived(house: House, progress: BarMaker) -> _Session:
    """Return what one rehearsal leaves in the journal."""
    clock = _SetClock()
    script = Scenario(program=house.settings.program, language=house.settings.language)
    rehearsed, played = stage(house, script, "scripted", progress), MemoryStore(clock)
    jump(rehearsed, store=played)
    opening = Opening("bench", Screening.FIRST, seed=0, code=__version__, care=Care())
    store = MemoryStore(clock)
    store.append(*opening_entries(store, rehearsed.prepared.material, opening))
    entries = [row.entry for row in played.read()]
    store.append(*(entry for entry in entries if not isinstance(entry, (SessionOpened, SessionSummed))))
    if store.latest(SessionEnded) is None:
        store.append(SessionEnded("bench", Outcome.COMPLETED, Frames(0)))
    (summary,) = unsummed(store)
    return _Session(tuple(row.entry for row in store.read()), summary)


def _live(folder: Path, clock: _SetClock, lived: _Session, days: int, bar: Bar) -> None:
    with _QuickStore(folder, clock) as store:
        kept = [entry for entry in lived.entries if not isinstance(entry, SessionOpened)]
        at = next(number for number, entry in enumerate(lived.entries) if isinstance(entry, SessionOpened))
        store.append(*kept[:at])
        for day in range(days):
            for number in range(A_DAY):
                clock.at = _BEGIN + timedelta(days=day, hours=8 + 3 * number)
                store.append(*_one(f"{day}-{number}", clock, lived.entries[at:], lived.summary, store.head.seq))
            bar(day + 1, days)
    clock.at += timedelta(minutes=10)


def _one(name: str, clock: _SetClock, entries: Collection[Entry], summary: SessionSummed, seq: int) -> Iterator[Entry]:
    """Go through what one session leaves behind, and what happens around it."""
    stamp = clock.now()
    yield ClockKnown()
    yield Planned(Replied(Reading(stamp.boot, stamp.uptime_ms), Reply.YES))
    for entry in entries:
        if isinstance(entry, (SessionOpened, SessionEnded)):
            yield replace(entry, session=name)
        else:
            yield entry
    first, last = seq + 3, seq + 2 + len(entries)
    yield replace(summary, session=name, first=first, last=last, opened=stamp.wall, clock_known=True)
    if name.endswith("0-0"):
        yield from (NoticeQueued(name, "fault"), LockSet(1), LockLifted("carer"), NoticeDelivered(name))


def _acts(folder: Path, clock: _SetClock, house: House, today: date) -> dict[str, Callable[[], object]]:
    """Return everything that is waited for."""
    tag = house.settings.language
    labels, pack = load_labels(house.paths.voices / tag), house.pack(tag)
    table, meant = timetable(None, house.meant_a_day), house.meant_a_day

    def reading(act: Callable[[SqliteJournal], object]) -> Callable[[], None]:
        def read() -> None:
            with SqliteJournal(folder) as opened:
                act(opened)

        return read

    def subject(opened: SqliteJournal) -> Subject:
        history = history_of(opened, meant, today, _REPORT_DAYS)
        return Subject(history, house.prescription, "", {}, labels, __version__)

    def decided_again(opened: SqliteJournal) -> None:
        found = replay(session_entries(opened), lambda kept: rebuild(kept, opened, house.packs))
        if found.first is not None:
            raise JournalError(found.first)

    def spoken(opened: SqliteJournal) -> None:
        history = history_of(opened, meant, today, 8)
        for line in (*weekly(history), *how_am_i_doing(history)):
            pack.utterance(line.phrase, Form.FULL, 0, **line.slots)

    return {
        "start-up": lambda: open_keeper(folder, clock).close(),
        "history": reading(lambda opened: as_text(history_of(opened, meant, today, 14))),
        "report": reading(lambda opened: report(subject(opened))),
        "summary": reading(lambda opened: sheet(subject(opened))),
        "weekly words": reading(spoken),
        "schedule": reading(lambda opened: schedule_state(opened, table)),
        "replay": reading(decided_again),
    }


def _timed(folder: Path, clock: _SetClock, house: House, today: date) -> dict[str, float]:
    """Return the seconds each thing takes that is waited for, and what it leaves behind in the process."""
    acts = _acts(folder, clock, house, today)
    files, threads = _open_files(), threading.active_count()
    found = {what: statistics.median(_seconds(act) for _ in range(_ROUNDS)) for what, act in acts.items()}
    gc.collect()
    found["open files"] = _open_files() - files + 1.0
    found["threads"] = threading.active_count() - threads + 1.0
    found["memory (MB)"] = max(_megabytes(act) for act in acts.values())
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        found["resident (MB)"] = fresh.submit(_resident, folder, clock, house.paths, house.settings, today).result()
    return found


def _resident(folder: Path, clock: _SetClock, paths: Paths, settings: Settings, today: date) -> float:
    """Do everything once in this process, and return the most memory it ever held; 0 where the system does not say."""
    for act in _acts(folder, clock, House(paths, settings, _unsaid, _unsaid), today).values():
        act()
    status = _STATUS.read_text(encoding="utf-8") if _STATUS.exists() else ""
    told = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(told[1]) / 1000 if told is not None else 0.0


def _unsaid(_sentence: str) -> None:
    """Say nothing."""


def _open_files() -> int:
    """Return how many files this process has open; 0 where the system does not say."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _megabytes(act: Callable[[], object]) -> float:
    """Return the most memory something takes while it is done."""
    gc.collect()
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
