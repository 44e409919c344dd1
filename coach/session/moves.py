"""Moves: everything a decision can do to the place. Each returns the new place and the effects that go with it.

1. A score is entered only here, and always `LEAD` after the frame of the event that decided, so
   that a cue at the very start can never be late.
2. It is entered at a re-entry point: the start of a phase, of a sentence, or of the repetition; in a rest, behind an
   answer, where it was left, unless that was within a sentence.
3. Before the score is followed, the journal says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from coach.audio.lanes import Lane
from coach.commands import Command
from coach.score.changing import set_ahead
from coach.score.models import Position, SegmentKind
from coach.score.scheduler import locate, re_entry
from coach.session import effects as fx
from coach.session import fitting
from coach.session.answers import tell
from coach.session.events import Booted, Event, Heard
from coach.session.facts import WAKES
from coach.session.fitting import Moved
from coach.session.lines import UNHEARD
from coach.session.margin import ROUNDS, margin_of
from coach.session.place import Place, Screening, first_place
from coach.units import Frames

LEAD: Final = Frames(24_000)
"""Half a second between a decision and the first cue that follows from it: time to breathe in after the coach's
line, and many times what the host needs to hand the cue over; chosen."""


class Move(StrEnum):
    """What can be done to a place."""

    OPEN = "open"
    """A new session: as prescribed, nothing done."""
    SCREENED = "screened"
    """The screening was passed now; all questions come before the next session, unless this one is completed."""
    COMPLETED = "completed"
    """The session was completed: a later one of the day asks one question."""
    ASK_ALL = "ask-all"
    """All questions come before the next session."""
    BAR = "bar"
    """No session may begin: record why, and say it."""
    PRACTISE = "practise"
    """A new practice: nothing heard yet."""
    CATCH = "catch"
    """Remember how well the word was heard."""
    CATCH_PAIN = "catch-pain"
    PASSED = "passed"
    """The practice is over, and she was heard often enough: keep the score."""
    FAILED = "failed"
    """The practice is over, and she was not: keep the score; it is still due."""
    LEFT_OUT = "left-out"
    """Say that exercises are left out, where some are; and what is heard, where that is not her language."""
    CRAMP = "cramp"
    """Say what helps against a cramp, with her calf in mind."""
    NUMBER = "number"
    """Say the emergency number; where none was given, that she may call it."""
    TRUTH = "truth"
    """Say what the coach can do about help, behind a notice: that a carer was sent word, or that it cannot call."""
    LOCKED = "locked"
    """The lock was set now."""
    SETTLE = "settle"
    """Take in what the start tells: whether it is by the bed for good, and the hour."""
    WAKE = "wake"
    """Remember that "start" at rest is asked about now."""
    HALT = "halt"
    """Remember where the score is, and play no more of it."""
    COUNT = "count"
    """The segment has been played to its end: count it and stand at the next."""
    FRESHEN = "freshen"
    """Let the words of the repetition in hand start over in full."""
    ENTER_PHASE = "enter-phase"
    ENTER_SEGMENT = "enter-segment"
    SKIP = "skip"
    LEAVE_OUT = "leave-out"
    """Leave out what is left of the exercise in hand."""
    SLOWER = "slower"
    FASTER = "faster"
    EASIER = "easier"
    FEWER = "fewer"
    REST_LONGER = "rest-longer"
    SWITCH = "switch"
    LOUDER = "louder"
    QUIETER = "quieter"
    SPEAK_SLOWER = "speak-slower"
    """Speak more slowly from the next session on: its lines have to be spoken anew first."""
    SPEAK_FASTER = "speak-faster"


@dataclass(frozen=True, slots=True)
class Tell:
    """Say what the place knows: an answer to an information command."""

    command: Command


def move(place: Place, what: Move | Tell, event: Event) -> Moved:
    """Return the place after a move, and the effects that go with it, in order."""
    if isinstance(what, Tell):
        return place, (tell(place, what.command, event.frame),)
    return _MOVES[what](place, event)


def _open(place: Place, event: Event) -> Moved:
    opened = first_place(place.prescribed, place.seed, place.care, place.screening)
    asked = replace(opened, gain_db=place.gain_db, pace=place.pace, quiet=place.quiet)
    kept = replace(asked, screened=place.screened, spoke=event.frame)
    return replace(kept, bedside=place.bedside, woken=place.woken), ()


def _screened(place: Place, event: Event) -> Moved:
    return replace(place, screened=event.frame, screening=Screening.FIRST), ()


def _completed(place: Place, _event: Event) -> Moved:
    return replace(place, screening=Screening.LATER), ()


def _ask_all(place: Place, _event: Event) -> Moved:
    return replace(place, screening=Screening.FIRST), ()


def _bar(place: Place, _event: Event) -> Moved:
    reason = place.care.barred
    if reason is None:
        return place, ()
    return place, (fx.Record("refused", {"reason": reason.value}), fx.Say(f"barred.{reason.value}"))


def _practise(place: Place, _event: Event) -> Moved:
    return replace(place, margins=(), pain_practised=False), ()


def _catch(place: Place, event: Event) -> Moved:
    margin = event.margin if isinstance(event, Heard) else None
    return replace(place, margins=(*place.margins, margin)), ()


def _catch_pain(place: Place, _event: Event) -> Moved:
    return replace(place, pain_practised=True), ()


def _pass(place: Place, _event: Event) -> Moved:
    passed = replace(place.care, practice_due=False, margin=margin_of(place.margins))
    return replace(place, care=passed), (_score(place, passed=True),)


def _fail(place: Place, _event: Event) -> Moved:
    return place, (_score(place, passed=False),)


def _score(place: Place, *, passed: bool) -> fx.KeepScore:
    margins = place.margins
    return fx.KeepScore(len(margins), ROUNDS, place.pain_practised, passed, margin_of(margins))


def _left_out(place: Place, _event: Event) -> Moved:
    unheard = (fx.Say(UNHEARD),) if place.care.unheard else ()
    return place, (*unheard, *((fx.Say("session.left-out"),) if place.care.left_out else ()))


def _cramp(place: Place, _event: Event) -> Moved:
    return place, (fx.Say("safety.cramp-spared" if place.care.no_calf_stretch else "safety.cramp", lane=Lane.SAFETY),)


def _number(place: Place, _event: Event) -> Moved:
    number = place.care.emergency_number
    if not number:
        return place, (fx.Say("safety.your-number", lane=Lane.SAFETY),)
    return place, (fx.Say("safety.number", {"number": number}, Lane.SAFETY),)


def _truth(place: Place, _event: Event) -> Moved:
    return place, (fx.Say("safety.told-carer" if place.care.carer else "safety.cannot-call", lane=Lane.SAFETY),)


def _locked(place: Place, event: Event) -> Moved:
    return replace(place, locked=event.frame), ()


def _settle(place: Place, event: Event) -> Moved:
    if not isinstance(event, Booted):
        return place, ()
    return replace(place, bedside=event.bedside, quiet=place.quiet or event.quiet), ()


def _wake(place: Place, event: Event) -> Moved:
    return replace(place, woken=(*place.woken, event.frame)[-WAKES:]), ()


def _halt(place: Place, event: Event) -> Moved:
    if not place.moving:
        return place, ()
    here = locate(place.score, place.position, event.frame)
    if here.segment != place.position.segment:  # its end will be told, or it is played once more
        here = Position(place.position.segment, Frames(place.segment.length - 1), event.frame)
    return replace(place, position=here, moving=False), (fx.HaltScore(),)


def _count(place: Place, _event: Event) -> Moved:
    segment = place.segment
    counted = place.counted(segment)
    following = place.next_segment
    record = (fx.Record("rep", {"segment": segment.id}),) if counted is not place else ()
    if following is None:
        return replace(counted, moving=False), record
    if segment.waits or not place.moving:
        return counted.at(following), record
    anchor = Frames(place.position.anchor - place.position.offset + segment.length)
    return replace(counted, position=Position(following.id, Frames(0), anchor)), record


def _freshen(place: Place, _event: Event) -> Moved:
    if place.segment.kind is not SegmentKind.REP:
        return place, ()
    return place.recompiled(place.material, place.fresh | {place.segment.id}), ()


def _enter_phase(place: Place, event: Event) -> Moved:
    if place.segment.kind is SegmentKind.REP and place.work and place.work.exercise.holds_strictly:
        return _enter(place, Frames(0), event)  # nobody keeps a breath she has not taken
    return _enter(place, re_entry(place.score, place.position).offset, event)


def _enter_segment(place: Place, event: Event) -> Moved:
    if place.segment.kind is SegmentKind.REST and place.between_lines:  # what has been said is not said once more
        return _enter(place, place.position.offset, event)
    # Neither a rest nor a long explanation is begun all over again.
    if place.segment.kind in {SegmentKind.REST, SegmentKind.LEAD_IN, SegmentKind.OUTRO}:
        return _enter_phase(place, event)
    return _enter(place, Frames(0), event)


def _enter(place: Place, offset: Frames, event: Event) -> Moved:
    position = Position(place.position.segment, offset, Frames(event.frame + LEAD))
    entered = replace(place, position=position, moving=True)
    record = fx.Record("exercise", {"segment": position.segment, "offset": offset, "anchor": position.anchor})
    return entered, (fx.CancelTimer(), record, fx.FollowScore(place.score, position))


def _skip(place: Place, _event: Event) -> Moved:
    """Explanations are skipped to the first set, a set to what comes behind it, a rest to its end."""
    segments = place.score.segments[place.score.place(place.position.segment) :]
    here = segments[0]
    if here.set_number == 0:
        target = next(segment for segment in segments[1:] if segment.set_number or not segment.exercise)
    elif here.kind is SegmentKind.REST:
        target = segments[1]
    else:
        last = next(number for number, segment in enumerate(segments) if segment.waits)
        target = segments[last + 1]
        left_out = place.material.left_out | {here.block}
        place = place.recompiled(replace(place.material, left_out=left_out), place.fresh)
    return place.at(place.score.segments[place.score.place(target.id)]), ()


def _leave_out(place: Place, event: Event) -> Moved:
    """Go on with the next exercise, or the ending; in the rest behind the exercise, only the rest is left out."""
    segments = place.score.segments[place.score.place(place.position.segment) :]
    here = segments[0]
    if set_ahead(place.score, here) > here.sets:
        return _skip(place, event)
    target = next(segment for segment in segments if segment.block != here.block)
    left_out = place.material.left_out | {here.block}
    place = place.recompiled(replace(place.material, left_out=left_out), place.fresh)
    return place.at(place.score.segments[place.score.place(target.id)]), ()


def _fitted(fit: Callable[[Place], Moved]) -> Callable[[Place, Event], Moved]:
    """Return what fits the session to her as a move: it does not ask what led to it."""
    return lambda place, _event: fit(place)


_MOVES: Final[Mapping[Move, Callable[[Place, Event], Moved]]] = MappingProxyType(
    {
        Move.OPEN: _open,
        Move.SCREENED: _screened,
        Move.COMPLETED: _completed,
        Move.ASK_ALL: _ask_all,
        Move.BAR: _bar,
        Move.PRACTISE: _practise,
        Move.CATCH: _catch,
        Move.CATCH_PAIN: _catch_pain,
        Move.PASSED: _pass,
        Move.FAILED: _fail,
        Move.LEFT_OUT: _left_out,
        Move.CRAMP: _cramp,
        Move.NUMBER: _number,
        Move.TRUTH: _truth,
        Move.LOCKED: _locked,
        Move.SETTLE: _settle,
        Move.WAKE: _wake,
        Move.HALT: _halt,
        Move.COUNT: _count,
        Move.FRESHEN: _freshen,
        Move.ENTER_PHASE: _enter_phase,
        Move.ENTER_SEGMENT: _enter_segment,
        Move.SKIP: _skip,
        Move.LEAVE_OUT: _leave_out,
        Move.SLOWER: _fitted(fitting.slower),
        Move.FASTER: _fitted(fitting.faster),
        Move.EASIER: _fitted(fitting.easier),
        Move.FEWER: _fitted(fitting.fewer),
        Move.REST_LONGER: _fitted(fitting.rest_longer),
        Move.SWITCH: _fitted(fitting.switch),
        Move.LOUDER: _fitted(fitting.louder),
        Move.QUIETER: _fitted(fitting.quieter),
        Move.SPEAK_SLOWER: _fitted(fitting.speak_slower),
        Move.SPEAK_FASTER: _fitted(fitting.speak_faster),
    }
)
