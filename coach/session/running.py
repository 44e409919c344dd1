"""Exercising: entering the score, its segments, what was half heard, and the effort question.

1. The score is entered by an answer or a command of the person, or by the score itself between two
   segments. Nothing else leads here.
2. A line that leads into the score is said to its end first; the score is entered half a second
   behind it.
3. What was half heard silences, and is settled by the end of the utterance or by a timer. Settled
   or not, it never goes on by itself.
"""

from dataclasses import replace
from typing import Final

from coach.audio.lanes import Lane
from coach.commands import Command
from coach.language.utterance import Answer
from coach.session.asking import ask
from coach.session.effects import ArmTimer, Effect, Hush, Outcome, Say, Silence
from coach.session.effects import Record as RecordEffect
from coach.session.ending import end
from coach.session.events import Heard
from coach.session.heard import KIND, Kind
from coach.session.moves import Move
from coach.session.questions import Question
from coach.session.safety import called, maybe, maybe_at_last
from coach.session.states import Ahead, Entry, Held, Pause, Phase, Protocol
from coach.session.turn import Act, Now, Turn, nothing
from coach.units import frames

_LEAD_IN_S: Final = 1.0
"""After this the score is entered even if the end of the leading line was not told; counted from the line's end."""
VISIT_S: Final = 30 * 60.0
"""How long a visit is left undisturbed (design, 13.8)."""
_HELD_S: Final = 6.0
"""The longest utterance (4 s) and the end of speech behind it (up to 1.5 s), rounded up; after it nothing will confirm
what was half heard."""
PAUSE_STEPS_S: Final = (120.0, 180.0, 300.0)
"""Reminders at 2 and 5 minutes, the end at 10 (protocol, section 2), each counted from the one before."""

_HELD: Final = {
    Kind.PAUSE: Held.PAUSE,
    Kind.STOP: Held.STOP,
    Kind.PAIN: Held.PAIN,
    Kind.DIZZY: Held.PAIN,
    Kind.URGENT: Held.PAIN,
    Kind.EMERGENCY: Held.EMERGENCY,
}


def run(protocol: Protocol, line: Say, entry: Entry, *before: Act, read_back: Answer | None = None) -> Turn:
    """Say a line, and enter the score when it has ended; a line that reads an answer back may be contradicted."""
    running = replace(protocol.cleared(), phase=Phase.RUN, entry=entry, read_back=read_back)
    return Turn(running, (*before, line, ArmTimer(frames(_LEAD_IN_S))))


def interject(now: Now, line: Act, entry: Entry, *moves: Act) -> Turn:
    """Break off, say something, and go on from the start of the phase or the repetition."""
    entry = max(entry, now.protocol.entry)
    running = replace(now.protocol.cleared(), phase=Phase.RUN, entry=entry)
    return Turn(running, (Hush(), Move.HALT, *moves, line, ArmTimer(frames(_LEAD_IN_S))))


def line_ended(now: Now) -> Turn:
    """The leading line has ended: enter the score."""
    if now.protocol.entry is Entry.NONE:
        return nothing(now)
    move = Move.ENTER_SEGMENT if now.protocol.entry is Entry.SEGMENT else Move.ENTER_PHASE
    return Turn(replace(now.protocol, entry=Entry.NONE, read_back=None), (move,))


def segment_ended(now: Now) -> Turn:
    """Count; behind a set ask how it was, unless she spoke within the last minute; at the end, end."""
    protocol = now.protocol
    if protocol.entry is not Entry.NONE:
        return late_segment_ended(now)
    if not now.facts.fits:
        return nothing(now)
    if not now.facts.waits:
        return Turn(protocol, (Move.COUNT,))
    if now.facts.over:
        return end(protocol, Outcome.COMPLETED, first=Hush()).after(Hush(), Move.COUNT)
    counted = (Move.COUNT, RecordEffect("set"))
    if now.facts.spoke_lately:
        return Turn(protocol, (*counted, Move.ENTER_PHASE))
    return ask(replace(protocol, ahead=Ahead.CHECKIN), Question.EFFORT, *counted)


def late_segment_ended(now: Now) -> Turn:
    """It was played to its end just before the score was halted: it counts.

    Behind a set the effort question is still to come, unless a command has just been followed.
    """
    protocol = now.protocol
    if not now.facts.fits or not protocol.in_session or now.facts.over:
        return nothing(now)
    asks = now.facts.waits and protocol.phase is not Phase.RUN
    if not asks:
        return Turn(protocol, (Move.COUNT,))
    return Turn(replace(protocol, ahead=Ahead.CHECKIN), (Move.COUNT, RecordEffect("set")))


def next_set(now: Now) -> Turn:
    """The effort is known: go on with what follows the set; where it was hard, lighter from there, and say so."""
    event = now.event
    effort = event.answer.value if isinstance(event, Heard) and event.answer else "all-right"
    if effort == Answer.HARD and now.facts.can_ease:
        noted, eased = RecordEffect("effort", {"effort": effort}), RecordEffect("eased", {"why": "effort"})
        ahead = replace(now.protocol, ahead=Ahead.EXERCISE)
        return run(ahead, Say("session.easier"), Entry.PHASE, Hush(), noted, eased, Move.EASIER)
    running = replace(now.protocol.cleared(), phase=Phase.RUN, ahead=Ahead.EXERCISE)
    return Turn(running, (Hush(), RecordEffect("effort", {"effort": effort}), Move.ENTER_PHASE))


def ask_really_hurt(now: Now) -> Turn:
    """A "no" or a pain word at the effort question is asked once more before it counts."""
    return ask(now.protocol, Question.REALLY_HURT, Hush())


def half_heard(now: Now) -> Turn:
    """Fall silent on an unfinished recognition, and wait for the end of the utterance."""
    protocol = now.protocol
    held = _held(now)
    if held <= protocol.held:
        return nothing(now)
    grave = held >= Held.PAIN
    waiting = replace(
        protocol.cleared(),
        phase=Phase.MAYBE if grave else Phase.PAUSED,
        pause=Pause.NONE if grave else Pause.ASKING,
        held=held,
    )
    first: Effect = Hush() if held is Held.PAUSE else Silence()
    record = RecordEffect("half-heard", {"what": held.name.lower()})
    return Turn(waiting, (first, Move.HALT, record, ArmTimer(frames(_HELD_S))))


def settle_late(now: Now) -> Turn:
    """Nothing more came of what was half heard, neither its end nor its denial."""
    return maybe_at_last(now) if now.protocol.held is Held.PAIN else settle(now)


def settle(now: Now) -> Turn:
    """The end of the utterance did not bear out what was half heard, or never came."""
    match now.protocol.held:
        case Held.EMERGENCY:
            return called(now)
        case Held.PAIN:
            return maybe(now)
        case Held.STOP:
            return pause_unsure(now)
        case _:
            return pause(now)


def pause(now: Now) -> Turn:
    """Her own pause: lossless, and "continue" goes straight on."""
    return paused(now, Pause.OWN, Say("session.paused"), "own")


def pause_unsure(now: Now) -> Turn:
    """Half a "stop": a pause that is left by way of a question."""
    return paused(now, Pause.ASKING, Say("session.paused"), "half-heard")


def tired(now: Now) -> Turn:
    """Tired is no safety event: rest as long as she likes."""
    return paused(now, Pause.OWN, Say("session.rest-a-moment"), "tired")


def visited(now: Now) -> Turn:
    """Somebody is with her: silent, and no reminders for half an hour."""
    protocol = replace(now.protocol.cleared(), phase=Phase.PAUSED, pause=Pause.VISIT)
    record = RecordEffect("paused", {"why": "visit"})
    return Turn(protocol, (Hush(), Move.HALT, record, Say("session.someone-here"), ArmTimer(frames(VISIT_S))))


def taken_back(now: Now) -> Turn:
    """A no while her yes is read back: it was none."""
    if now.protocol.read_back is None or not isinstance(now.event, Heard) or now.event.answer is not Answer.NO:
        return nothing(now)
    return paused(now, Pause.ASKING, Say("safety.all-right-paused", lane=Lane.SAFETY), "not-yet")


def paused(now: Now, pause_kind: Pause, line: Say, why: str, *, first: Effect | None = None) -> Turn:
    """Pause in one of the ways: quiet, journaled, said, and reminded of."""
    protocol = replace(now.protocol.cleared(), phase=Phase.PAUSED, pause=pause_kind)
    acts = (
        first or Hush(),
        Move.HALT,
        RecordEffect("paused", {"why": why}),
        line,
        ArmTimer(frames(PAUSE_STEPS_S[0])),
    )
    return Turn(protocol, acts)


def _held(now: Now) -> Held:
    command = now.event.command if isinstance(now.event, Heard) else Command.PAUSE
    return _HELD[KIND[command]]
