"""Behind a lock: reminders, refusals, and the ways out.

1. An urgent lock is lifted by a carer only.
2. A caution lock may be lifted by the person by two steps, half an hour later and with the coach in
   good health: "start", then a clear no to "Are you hurt?".
3. Urgent advice is repeated, with the alarm, until somebody has taken it in.
4. Every unlocking is journaled; without a journal nothing is unlocked.
"""

from dataclasses import replace
from typing import Final

from coach.session import events as ev
from coach.session.advice import UNHEARD_TIMES, UNREACHED, advice_lines, reminder_s, say, sounding
from coach.session.asking import ask
from coach.session.effects import ArmTimer, Chime, Latch, Ring, Silence
from coach.session.effects import Record as RecordEffect
from coach.session.ending import REMINDER_S, rest
from coach.session.faults import tell_fault
from coach.session.moves import Move
from coach.session.questions import Question
from coach.session.screening import fault_line
from coach.session.states import Advice, Lock, Protocol
from coach.session.turn import Act, Now, Turn, nothing
from coach.units import frames

_REMINDERS: Final = 3
"""Voice reminders of a lock (protocol, section 2)."""


def refuse_locked(now: Now) -> Turn:
    """Say why not, and who can unlock; a rested caution may be lifted by the person, by two steps."""
    protocol = now.protocol
    if protocol.lock is Lock.CAUTION and protocol.healthy and now.facts.lock_rested:
        return ask(protocol, Question.UNLOCK, Silence())
    return Turn(protocol, (RecordEffect("refused", {"reason": "locked"}), say("safety.refused-locked")))


def stay_locked(now: Now) -> Turn:
    """Not clearly well: the lock stays."""
    locked = replace(now.protocol.cleared(), acknowledged=True, advice=Advice.NONE)
    timer = ArmTimer(frames(REMINDER_S))
    record = RecordEffect("refused", {"reason": "not-clear"})
    return Turn(locked, (Silence(), record, say("safety.refused-locked"), timer))


def unlock(now: Now) -> Turn:
    """The lock is lifted: by a carer, or in the second step by the person."""
    protocol = now.protocol
    if not protocol.journal:
        return tell_fault(now) if protocol.question is None else _cannot_unlock(protocol)
    by = "carer" if isinstance(now.event, ev.CareAcknowledged) else "user"
    record = RecordEffect("acknowledged", {"by": by})
    acts = (Silence(), record, Latch(int(Lock.NONE)), Move.ASK_ALL, say("safety.unlocked"))
    return Turn(rest(replace(protocol, lock=Lock.NONE)), acts)


def _cannot_unlock(protocol: Protocol) -> Turn:
    """Well, but without a journal: the lock stays, and the question is closed."""
    locked = replace(protocol.cleared(), acknowledged=True, advice=Advice.NONE)
    record = RecordEffect("refused", {"reason": "no-journal"})
    acts = (Silence(), record, Ring(Chime.FAULT), say(fault_line(protocol)), ArmTimer(frames(REMINDER_S)))
    return Turn(locked, acts)


def unlock_in_pause(now: Now) -> Turn:
    """A carer lifts the lock of a paused session; the session stays paused."""
    if not now.protocol.lock or not now.protocol.journal:
        return nothing(now)
    record = RecordEffect("acknowledged", {"by": "carer"})
    return Turn(replace(now.protocol, lock=Lock.NONE), (record, Latch(int(Lock.NONE)), say("safety.all-right-paused")))


def pin_refused(now: Now) -> Turn:
    """Somebody typed a PIN that lifts nothing: said, so that a carer at the keypad knows."""
    waits = isinstance(now.event, ev.PinRefused) and now.event.waiting
    record = RecordEffect("refused", {"reason": "pin"})
    return Turn(now.protocol, (record, say("safety.pin-wait" if waits else "safety.wrong-pin")))


def acknowledge(now: Now) -> Turn:
    """The advice was taken in: only the quiet reminders are left."""
    if now.protocol.acknowledged:
        return nothing(now)
    acknowledged = replace(now.protocol, acknowledged=True, advice=Advice.NONE, nags=0)
    return Turn(acknowledged, (Silence(), RecordEffect("taken-in"), ArmTimer(frames(REMINDER_S))))


def lock_timer(now: Now) -> Turn:
    """Repeat urgent advice until it is taken in; then remind of the lock now and then, but wake nobody for it."""
    protocol = now.protocol
    last = UNHEARD_TIMES + _REMINDERS if _was_sounding(protocol) else _REMINDERS
    if protocol.nags >= last:
        return nothing(now)
    if not sounding(protocol) and now.facts.asleep:
        return Turn(protocol, (ArmTimer(frames(REMINDER_S)),))
    nagged = replace(protocol, nags=protocol.nags + 1)
    record = RecordEffect("reminded", {"times": nagged.nags})
    timer: tuple[Act, ...] = (ArmTimer(frames(reminder_s(nagged))),) if nagged.nags < last else ()
    if sounding(protocol):
        unreached = protocol.failures >= UNREACHED
        return Turn(nagged, (Ring(Chime.ALARM), record, *advice_lines(protocol.advice, unreached=unreached), *timer))
    return Turn(nagged, (record, say(_lock_line(protocol)), *timer))


def _was_sounding(protocol: Protocol) -> bool:
    return not protocol.acknowledged and protocol.lock is Lock.URGENT


def _lock_line(protocol: Protocol) -> str:
    return "safety.locked-caution" if protocol.lock is Lock.CAUTION else "safety.locked-urgent"
