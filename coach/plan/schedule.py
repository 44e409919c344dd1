"""The schedule: when a session is offered, and when none may begin. Pure; it owns no clock.

1. Never more than the cap in any 24 hours of true time, never less than the gap between two sessions, whatever
   happens to the wall clock and however often the machine is restarted (`coach.plan.elapsed`).
2. Where the time of the day is known, sessions are offered at their times, a while longer, and never in the quiet
   hours. "Later" is asked again after a while, "not today" ends it for the day, silence is asked once more.
3. Where nobody knows the time of the day, she is never spoken to first: it may be three in the morning. Once she has
   stirred she is asked whether it is morning. A yes begins a day; on anything else sessions follow the last one at
   the same distance as on a usual day, as long as she is awake.
4. What passed by is noted, without a word to her.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from coach.plan.elapsed import DAY_MS, MINUTE_MS, Local, Mark, Reading, Track
from coach.plan.timetable import Slot, Timetable
from coach.session.care import Barred

LATER_MIN: Final = 30
"""Minutes after which "later" is asked again; chosen: a meal, a visit, a nap."""
SILENT_MIN: Final = 20
"""Minutes after which she is asked once more who did not answer; chosen: longer than a doctor's round at one bed."""
SILENCES: Final = 2
"""How often a session is offered to somebody who does not answer."""
WAIVED_MIN: Final = 12 * 60
"""How long "not today" holds where nobody knows when today ends; chosen."""
AWAKE_MIN: Final = 60
"""How long somebody counts as awake who was heard; chosen."""


class Reply(StrEnum):
    """What she answered to the offer of a session."""

    YES = "yes"
    LATER = "later"
    NOT_TODAY = "not-today"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Occurred:
    """Something happened."""

    at: Reading


@dataclass(frozen=True, slots=True)
class Started(Occurred):
    """The coach was started; whatever was under way is not any more."""


@dataclass(frozen=True, slots=True)
class Looked(Occurred):
    """It is time to look whether anything is due: every minute or so, and after a start."""

    able: bool = True
    """False while there is a lock or a fault, or somebody is here: nothing is offered."""


@dataclass(frozen=True, slots=True)
class Stirred(Occurred):
    """She was heard, or somebody pressed a key: somebody is awake."""


@dataclass(frozen=True, slots=True)
class Replied(Occurred):
    """She answered the offer, or did not."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class MorningTold(Occurred):
    """She answered whether it is morning."""

    morning: bool
    """True for a clear yes."""


@dataclass(frozen=True, slots=True)
class Began(Occurred):
    """The exercise of a session began; before that nothing counts."""


@dataclass(frozen=True, slots=True)
class Over(Occurred):
    """A session is over, whether the exercise began or not."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Offer a session now."""

    slot: int | None
    """Which of the day's sessions, from 0; None where nobody knows the time of the day."""
    again: bool = False
    """She was offered it before and did not answer, or said "later"."""


@dataclass(frozen=True, slots=True)
class AskMorning:
    """Ask whether it is morning."""


@dataclass(frozen=True, slots=True)
class Missed:
    """Note that a session passed by; nothing is said about it."""

    day: int
    slot: int


Decision = Offer | AskMorning | Missed


_NOTHING_SEEN: Final = Track()


@dataclass(frozen=True, slots=True)
class State:
    """All that the schedule remembers."""

    track: Track = _NOTHING_SEEN
    begun: tuple[Mark, ...] = ()
    """When the last sessions began, oldest first; as many as the cap counts."""
    ended: Mark | None = None
    """When the last session was over in which the exercise had begun."""
    under_way: bool = False
    day: int | None = None
    """The day the following belong to; None where it is not known."""
    settled: frozenset[int] = frozenset()
    """The day's sessions that are done, waived or missed."""
    waived: Mark | None = None
    """When she said "not today"; None where she did not."""
    offered: int | None = None
    """The session that is being offered or was put off; -1 where it is none of the day's."""
    silences: int = 0
    again_at: Mark | None = None
    """When it is offered again; None while the answer is awaited."""
    held_until: int | None = None
    """Minute of the day until which a session that was put off is still offered."""
    dawn: Mark | None = None
    """When she said that it is morning, where nobody knows the time of the day."""
    asked: Mark | None = None
    """When she was last asked whether it is morning."""
    stirred: Mark | None = None


Step = tuple[State, tuple[Decision, ...]]


def step(state: State, event: Occurred, table: Timetable) -> Step:
    """Return what the schedule remembers after an event, and what is to be done."""
    before = state.track.stretches
    state = _remembered(replace(state, track=state.track.seen(event.at)), table)
    now = state.track.end
    if before and before[-1].boot != event.at.boot:
        state = _restarted(state)
    stepped: Step = (state, ())
    match event:
        case Started():
            stepped = _restarted(state), ()
        case Looked():
            stepped = _look(state, event, table)
        case Stirred():
            stepped = replace(state, stirred=now), ()
        case Replied():
            awake = state if event.reply is Reply.SILENCE else replace(state, stirred=now)
            stepped = _replied(awake, event)
        case MorningTold(morning=True):
            stepped = replace(state, asked=now, dawn=now, waived=None), ()
        case MorningTold():
            stepped = replace(state, asked=now), ()
        case Began():
            stepped = _began(state, event.at.local, table), ()
        case Over():
            settled = state.settled if state.offered is None else state.settled | {state.offered}
            ended = now if state.under_way else state.ended  # what never began keeps nobody waiting
            put_off = state.again_at is not None and not state.under_way  # "later", said before it began
            over = state if put_off else replace(_closed(state), settled=settled)
            stepped = replace(over, under_way=False, ended=ended), ()
    return stepped


def barred(state: State, table: Timetable) -> Barred | None:
    """Return why no session may begin just now, or None where one may."""
    if len(state.begun) >= table.cap and state.track.since(state.begun[-table.cap]) < DAY_MS:
        return Barred.ENOUGH_TODAY
    if state.ended is not None and state.track.since(state.ended) < table.gap_min * MINUTE_MS:
        return Barred.TOO_SOON
    return None


def next_slot(state: State, local: Local | None, table: Timetable) -> Slot | None:
    """Return the day's next session that is neither done, waived nor missed; None where there is none."""
    if local is None or (state.waived is not None and state.day == local.day):
        return None
    settled = state.settled if state.day == local.day else frozenset()
    return next(
        (slot for number, slot in enumerate(table.slots) if number not in settled and local.minute < slot.end), None
    )


def _remembered(state: State, table: Timetable) -> State:
    """Return a state that remembers no more than it needs."""
    begun = state.begun[-table.cap :]
    marks = [
        mark
        for mark in (*begun[:1], state.ended, state.waived, state.dawn, state.asked, state.stirred)
        if mark is not None
    ]
    oldest = min(marks, key=lambda mark: (mark.stretch, mark.uptime_ms), default=None)
    return replace(state, begun=begun, track=state.track.forgetting(oldest))


def _look(state: State, event: Looked, table: Timetable) -> Step:
    local = event.at.local
    if local is None:
        return _look_by_itself(state, event, table)
    state, missed = _turned(state, local.day, local.minute, table)
    state, passed = _passed(state, local, table)
    slot = _open(state, local, table)
    if slot is None or not _may_offer(state, event, table) or table.quiet.holds(local.minute):
        return state, (*missed, *passed)
    again = state.offered == slot
    offered = replace(state, offered=slot, again_at=None, held_until=None, silences=state.silences if again else 0)
    return offered, (*missed, *passed, Offer(slot, again))


def _look_by_itself(state: State, event: Looked, table: Timetable) -> Step:
    """Nobody knows the time of the day."""
    if state.waived is not None and state.track.since(state.waived) >= WAIVED_MIN * MINUTE_MS:
        state = replace(state, waived=None)
    if not _may_speak(state, event) or not _within(state, state.stirred, AWAKE_MIN):
        return state, ()
    day = _within(state, state.dawn, table.waking_min)
    if not day and not _within(state, state.asked, AWAKE_MIN):
        return replace(state, asked=state.track.end), (AskMorning(),)
    if not _may_offer(state, event, table) or not table.slots:
        return state, ()
    first = day and (state.ended is None or state.dawn is None or _earlier(state.ended, state.dawn))
    due = state.ended is not None and state.track.since(state.ended) >= table.interval_min * MINUTE_MS
    if not first and not due:
        return state, ()
    again = state.offered is not None
    return replace(state, offered=-1, again_at=None), (Offer(None, again),)


def _may_speak(state: State, event: Looked) -> bool:
    return event.able and not state.under_way and state.waived is None


def _may_offer(state: State, event: Looked, table: Timetable) -> bool:
    if not _may_speak(state, event):
        return False
    waits = state.offered is not None and state.again_at is None
    put_off = state.again_at is not None and not _reached(state, state.again_at)
    return not waits and not put_off and barred(state, table) is None


def _turned(state: State, day: int, minute: int, table: Timetable) -> Step:
    """Return the state of a day; of the day before what was left is noted as missed."""
    if state.day == day:
        return state, ()
    missed: tuple[Decision, ...] = ()
    if state.day is not None and state.day < day and state.waived is None:
        left = [number for number in range(len(table.slots)) if number not in state.settled]
        missed = tuple(Missed(state.day, number) for number in left)
    # Of a day that is met in its middle for the first time nothing was missed: the coach has only just come.
    over = frozenset(number for number, slot in enumerate(table.slots) if slot.end <= minute)
    begun = over if state.day is None else frozenset()
    return replace(_closed(state), day=day, settled=begun, waived=None, dawn=None, asked=None), missed


def _passed(state: State, local: Local, table: Timetable) -> Step:
    """Note what has passed by; a session that was put off is held a little longer, never into the next one."""
    left = [
        number
        for number, slot in enumerate(table.slots)
        if number not in state.settled and local.minute >= _end(state, number, slot, table)
    ]
    if not left:
        return state, ()
    closed = _closed(state) if state.offered in left else state
    noted = () if state.waived is not None else tuple(Missed(local.day, number) for number in left)
    return replace(closed, settled=state.settled | frozenset(left)), noted


def _end(state: State, number: int, slot: Slot, table: Timetable) -> int:
    if state.offered != number or state.held_until is None:
        return slot.end
    following = table.slots[number + 1].begin if number + 1 < len(table.slots) else table.slots[0].begin + 24 * 60
    return max(slot.end, min(state.held_until, following))


def _open(state: State, local: Local, table: Timetable) -> int | None:
    return next(
        (
            number
            for number, slot in enumerate(table.slots)
            if number not in state.settled and slot.begin <= local.minute < _end(state, number, slot, table)
        ),
        None,
    )


def _replied(state: State, event: Replied) -> Step:
    if state.offered is None:
        return state, ()
    now, local = state.track.end, event.at.local
    match event.reply:
        case Reply.YES:
            return state, ()
        case Reply.NOT_TODAY:
            return replace(_closed(state), waived=now), ()
        case Reply.LATER:
            minutes, silences = LATER_MIN, 0
        case Reply.SILENCE:
            minutes, silences = SILENT_MIN, state.silences + 1
    if silences >= SILENCES:
        settled = state.settled | {state.offered}
        missed = () if state.day is None or state.offered < 0 else (Missed(state.day, state.offered),)
        return replace(_closed(state), settled=settled), missed
    again_at = Mark(now.stretch, now.uptime_ms + minutes * MINUTE_MS)
    held = None if local is None or event.reply is Reply.SILENCE else local.minute + 2 * minutes
    return replace(state, silences=silences, again_at=again_at, held_until=held), ()


def _began(state: State, local: Local | None, table: Timetable) -> State:
    """Count a session; the day's session it stands for is the one offered, the open one, or the next if it is near."""
    begun = (*state.begun, state.track.end)[-table.cap :]
    settled = state.settled
    if state.offered is not None:
        settled |= {state.offered}
    elif local is not None and state.day == local.day:
        coming = next_slot(state, local, table)
        if coming is not None and coming.begin - local.minute < table.gap_min:
            settled |= {table.slots.index(coming)}
    return replace(_closed(state), begun=begun, settled=settled, under_way=True)


def _restarted(state: State) -> State:
    """Return the state after a start: nothing is being offered, and no session is under way."""
    cut_off = state.track.end if state.under_way else state.ended  # when it ended nobody knows: just now at the latest
    return replace(_closed(state), under_way=False, ended=cut_off)


def _closed(state: State) -> State:
    """Return a state in which nothing is being offered."""
    return replace(state, offered=None, silences=0, again_at=None, held_until=None)


def _within(state: State, mark: Mark | None, minutes: int) -> bool:
    """Return whether a moment is certainly of this boot and no longer ago than so many minutes."""
    if mark is None or mark.stretch != state.track.end.stretch:
        return False
    return state.track.since(mark) <= minutes * MINUTE_MS


def _reached(state: State, mark: Mark) -> bool:
    """Return whether a moment lies behind; one of an earlier boot always does."""
    return _earlier(mark, state.track.end) or mark == state.track.end


def _earlier(mark: Mark, other: Mark) -> bool:
    return (mark.stretch, mark.uptime_ms) < (other.stretch, other.uptime_ms)
