"""Sums sessions up from their entries, once each, so that a history of ten years is read in a moment.

A summary says nothing that the entries before it do not say. It is written when a session is over, or at the next
start; until then a reader works it out for itself.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from coach.errors import JournalError
from coach.journal.entries import (
    ClockKnown,
    Entry,
    Happened,
    LockSet,
    NoticeQueued,
    Recorded,
    SessionEnded,
    SessionOpened,
    SessionSummed,
    Stamp,
    WorkSummed,
)
from coach.journal.material import dose_of
from coach.journal.store import Journal, Row
from coach.language.utterance import Answer
from coach.program.dose import SideMode, Work
from coach.score.compiler import blocks
from coach.session.effects import Outcome
from coach.session.questions import Question

_MARKED: Final = frozenset(
    {"pain", "stop", "paused", "maybe", "call", "fault", "safety", "half-heard", "rest", "eased"}
)
"""Records that a history counts."""
_EFFORT: Final = Question.EFFORT.value
_EFFORTS: Final = frozenset({Answer.EASY.value, Answer.ALL_RIGHT.value, Answer.HARD.value})
_REP_DEPTH: Final = 3
"""Least strokes in the id of a repetition: ``ankle-pumps/set1/both/rep03``, or with a direction before the last."""
_SAFETY: Final = ("emergency", "bleeding", "urgent", "safety", "caution", "again")
"""Classes of a safety stop, gravest first; one that is not here counts as the gravest."""

_AGAIN: Final = "again"
"""Harm said again while a stop is being dealt with: part of that stop."""
_SAME_STOP_MS: Final = 600_000
"""Harm said again at rest within ten minutes belongs to the stop before; chosen."""
AT_REST: Final = "at-rest"
"""Reason of a safety stop outside every session."""
CALL_UNANSWERED: Final = "call-unanswered"
"""Kind of the notice, and reason, of a call for help outside every session that nobody answered for."""
RESTING: Final = frozenset({AT_REST, CALL_UNANSWERED})
"""Reasons of what happened outside every session."""


def summaries(journal: Journal) -> Iterator[SessionSummed]:
    """Go through the summaries of all sessions that are over, oldest first."""
    for row in journal.read(kinds=(SessionSummed,)):
        if isinstance(row.entry, SessionSummed):
            yield row.entry
    yield from unsummed(journal)


def last_summaries(journal: Journal, count: int) -> tuple[SessionSummed, ...]:
    """Return the summaries of the last sessions that are over, oldest first."""
    kept = [row.entry for row in journal.last(SessionSummed, count)]
    found = [entry for entry in kept if isinstance(entry, SessionSummed)]
    return tuple([*found, *unsummed(journal)][-count:])


def unsummed(journal: Journal) -> tuple[SessionSummed, ...]:
    """Return the summaries of the sessions that are over and have none yet, oldest first."""
    latest = journal.latest(SessionSummed)
    after = latest.entry.last if latest is not None and isinstance(latest.entry, SessionSummed) else 0
    found = (_summed(rows, journal) for rows in _sessions(journal, after))
    return tuple(summary for summary in found if summary is not None)


def stops_at_rest(journal: Journal, known: Iterable[SessionSummed], after: int = 0) -> tuple[SessionSummed, ...]:
    """Return the safety stops that came outside every session, oldest first, each as a session of nothing but that.

    They are not kept as summaries: locks are few, so they are looked for each time.

    Args:
        journal: Where they are kept.
        known: Summaries; a stop between the first and the last row of one is part of it.
        after: Number of the row behind which they are looked for.
    """
    spans = sorted((summary.first, summary.last) for summary in known)
    found: list[SessionSummed] = []
    before: Stamp | None = None
    for row in journal.read(after, kinds=(LockSet,)):
        gravity = _alarmed_at_rest(row, journal)
        if not gravity or any(first <= row.seq <= last for first, last in spans) or not isinstance(row.entry, LockSet):
            continue
        if before is not None and _soon(before, row.stamp):
            graver = _graver(found[-1].safety, gravity)
            found[-1] = replace(found[-1], safety=graver, lock=max(found[-1].lock, row.entry.lock))
            continue
        before = row.stamp
        stop = _at_rest(row, journal, Outcome.SAFETY, AT_REST, "safety")
        found.append(replace(stop, safety=gravity, lock=row.entry.lock))
    return tuple(found)


def calls_at_rest(journal: Journal, after: int = 0) -> tuple[SessionSummed, ...]:
    """Return the calls for help outside every session that nobody answered for, each as a session of nothing but that.

    They are known by the notice to the carer, for which a row is kept whether a way to one was set up or not. What is
    called again within ten minutes belongs to the call before.

    Args:
        journal: Where they are kept.
        after: Number of the row behind which they are looked for.
    """
    found: list[SessionSummed] = []
    before: Stamp | None = None
    for row in journal.read(after, kinds=(NoticeQueued,)):
        if not isinstance(row.entry, NoticeQueued) or row.entry.kind != CALL_UNANSWERED:
            continue
        if before is not None and _soon(before, row.stamp):
            found[-1] = replace(found[-1], marks={"call": found[-1].marks["call"] + 1})
            continue
        before = row.stamp
        found.append(_at_rest(row, journal, Outcome.NO_ANSWER, CALL_UNANSWERED, "call"))
    return tuple(found)


def _at_rest(row: Row, journal: Journal, outcome: Outcome, reason: str, mark: str) -> SessionSummed:
    """Return what happened at a row outside every session, as a session of nothing but that."""
    return SessionSummed(
        session=f"rest-{row.seq}",
        program="",
        language="",
        first=row.seq,
        last=row.seq,
        opened=row.stamp.wall,
        clock_known=_clock_known(journal, row),
        began=False,
        seconds=None,
        outcome=outcome,
        reason=reason,
        works=(),
        efforts=(),
        pain_levels=(),
        answers=(),
        marks={mark: 1},
        safety="",
        lock=0,
    )


def _soon(before: Stamp, after: Stamp) -> bool:
    """Return whether what was said again is still the stop before."""
    return before.boot == after.boot and after.uptime_ms - before.uptime_ms < _SAME_STOP_MS


def _alarmed_at_rest(lock: Row, journal: Journal) -> str:
    """Return the class of the safety stop that set a lock; empty where it was in a session, or no stop set it."""
    gravity = ""
    for seq in range(lock.seq - 1, 0, -1):
        row = journal.row(seq)
        if row is None or isinstance(row.entry, Happened):
            break
        if isinstance(row.entry, Recorded):
            if row.entry.kind == "ended":
                return ""
            if row.entry.kind == "safety":
                gravity = str(row.entry.detail.get("class", ""))
        elif not isinstance(row.entry, LockSet):
            return ""  # rows of no step: found at a start, or set by hand
    return "" if gravity == _AGAIN else gravity


def _sessions(journal: Journal, after: int) -> Iterator[list[Row]]:
    """Go through the rows of each session behind a row, from its opening on."""
    rows: list[Row] = []
    for row in journal.read(after):
        if row.kind == "session-opened":
            if rows:
                yield rows
            rows = []
        if rows or row.kind == "session-opened":
            rows.append(row)
    if rows:
        yield rows


def _clock_known(journal: Journal, opened: Row) -> bool:
    """Return whether the wall clock was synchronized in the boot of a row, at any time of it."""
    return any(row.stamp.boot == opened.stamp.boot for row in journal.last(ClockKnown, 50))


@dataclass(slots=True)
class _Sum:
    """What has been found so far."""

    reps: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Repetitions by block and side."""
    sets: Counter[str] = field(default_factory=Counter)
    """Sets played to their end by block, each side's by itself."""
    block: str = ""
    """Block of the last repetition."""
    pain_levels: list[int] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)
    marks: Counter[str] = field(default_factory=Counter)
    reason: str = ""
    outcome: Outcome | None = None
    safety: str = ""
    lock: int = 0
    begun: Row | None = None
    last: Row | None = None
    """Row of the last end."""
    cut_off: bool = False
    asked_for: bool = False
    """Somebody asked for a session, or it came to a safety stop: it was more than the coach being on."""

    def take(self, row: Row, entry: Entry) -> None:
        opens = isinstance(entry, Recorded) and entry.kind == "opened"
        if opens:
            self.last = None
        elif self.last is not None:
            return  # what is said at rest behind a session is none of it
        match entry:
            case Recorded():
                self._recorded(row, entry)
            case LockSet():
                self.lock = max(self.lock, entry.lock)
            case SessionEnded():
                self.outcome = self.outcome or entry.outcome
                self.cut_off = entry.frame is None
                self.last = row

    def _recorded(self, row: Row, entry: Recorded) -> None:
        """Take in a record; one that an older coach wrote otherwise is passed over."""
        detail = {key: str(value) for key, value in entry.detail.items()}
        self.asked_for = self.asked_for or entry.kind in {"opened", "refused", "safety"}
        if entry.kind in _MARKED:
            self.marks[entry.kind] += 1
        match entry.kind, detail:
            case "opened", _:
                self.outcome, self.reason = None, ""
            case "begun", _:
                self.begun = self.begun or row
            case "rep", {"segment": segment} if segment.count("/") >= _REP_DEPTH:
                self.block, _, side, *_ = segment.split("/")  # a direction may stand before the repetition
                self.reps[self.block, side] += 1
            case "set", _:
                self.sets[self.block] += 1
            case "answered", {"question": question, "answer": answer}:
                self.answers.append((question, answer))
            case "pain-level", {"level": level} if level.isdecimal():
                self.pain_levels.append(int(level))
            case "safety", {"class": gravity}:
                self.safety = _graver(self.safety, gravity)
            case "ended", {"outcome": outcome, "reason": reason} if outcome in set(Outcome):
                self.outcome, self.reason = Outcome(outcome), reason


def _summed(rows: list[Row], journal: Journal) -> SessionSummed | None:
    """Return the summary of a session's rows; None where it is not over."""
    opened = rows[0].entry
    if not isinstance(opened, SessionOpened):
        return None
    found = _Sum()
    for row in rows[1:]:
        found.take(row, row.entry)
    if found.last is None or (found.outcome is Outcome.INTERRUPTED and not found.asked_for):
        return None
    return SessionSummed(
        session=opened.session,
        program=opened.program,
        language=opened.language,
        first=rows[0].seq,
        last=found.last.seq,
        opened=rows[0].stamp.wall,
        clock_known=_clock_known(journal, rows[0]),
        began=found.begun is not None,
        seconds=_seconds(found),
        outcome=found.outcome or Outcome.INTERRUPTED,
        reason=found.reason,
        works=_works(opened, journal, found),
        efforts=tuple(answer for question, answer in found.answers if question == _EFFORT and answer in _EFFORTS),
        pain_levels=tuple(found.pain_levels),
        answers=tuple(found.answers),
        marks=dict(found.marks),
        safety=found.safety,
        lock=found.lock,
    )


def _seconds(found: _Sum) -> int | None:
    if found.begun is None or found.last is None or found.cut_off:
        return None
    if found.begun.stamp.boot != found.last.stamp.boot:
        return None
    return max(0, found.last.stamp.uptime_ms - found.begun.stamp.uptime_ms) // 1000


def _works(opened: SessionOpened, journal: Journal, found: _Sum) -> tuple[WorkSummed, ...]:
    """Return what was done beside what was meant; where that is not known any more, nothing was meant."""
    try:
        meant = tuple(blocks(dose_of(opened, journal)))
    except JournalError:
        done = dict.fromkeys(block for block, _ in found.reps)
        return tuple(
            WorkSummed(block, max(count for (name, _), count in found.reps.items() if name == block), 0, 0, 0)
            for block in done
        )
    return tuple(_work(block, work, found) for block, work in meant)


def _work(block: str, work: Work, found: _Sum) -> WorkSummed:
    by_side = {side: count for (name, side), count in found.reps.items() if name == block}
    both, neither = by_side.get("both", 0), by_side.get("none", 0)
    reps = max(both + by_side.get("left", 0), both + by_side.get("right", 0)) + neither
    sets = found.sets[block] // (2 if work.sides is SideMode.EACH else 1)  # half done is not done
    return WorkSummed(work.exercise.id, reps, work.total_reps, sets, work.sets)


def _graver(one: str, other: str) -> str:
    known = [name for name in (one, other) if name]
    return min(known, key=lambda name: _SAFETY.index(name) if name in _SAFETY else -1, default="")
