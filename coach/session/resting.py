"""At rest.

1. A television must not lock the house: at rest every word of harm is asked about, and no answer is
   only journaled; after an emergency word the carer is told too.
2. Nothing but "start" begins anything.
"""

from dataclasses import replace

from coach.session import events as ev
from coach.session.advice import say
from coach.session.asking import ask
from coach.session.effects import ArmTimer, Chime, Notify, Ring, Say, Silence
from coach.session.effects import Record as RecordEffect
from coach.session.ending import REMINDER_S, rest
from coach.session.moves import Move
from coach.session.questions import Question
from coach.session.states import Lock, Phase
from coach.session.turn import Act, Now, Turn, source
from coach.units import frames


def booted(now: Now) -> Turn:
    """The self test is over: at rest, or locked where a lock was found."""
    lock = Lock(now.event.lock) if isinstance(now.event, ev.Booted) else Lock.NONE
    record = RecordEffect("booted", {"lock": int(lock)})
    asleep = now.facts.asleep
    if lock is Lock.NONE:
        ready: tuple[Act, ...] = () if asleep else (Ring(Chime.READY),)
        return Turn(replace(now.protocol, phase=Phase.IDLE), (record, *ready))
    locked = replace(now.protocol, phase=Phase.LOCKED, lock=lock, acknowledged=True)
    line = say("safety.locked-caution" if lock is Lock.CAUTION else "safety.locked-urgent")
    said: tuple[Act, ...] = () if asleep else (line,)
    return Turn(locked, (record, Move.LOCKED, *said, ArmTimer(frames(REMINDER_S))))


def call_at_rest(now: Now) -> Turn:
    """An emergency word at rest is asked about first."""
    return ask(now.protocol, Question.CALLED_AT_REST, Silence(), RecordEffect("call", {"source": "rest"}))


def overheard(now: Now) -> Turn:
    """A groan or half a word at rest: asked about, but in a quiet hour nobody who may be asleep is woken for it."""
    if now.facts.asleep:
        return Turn(now.protocol, (Silence(), RecordEffect("overheard", {"source": source(now)})))
    return called_me(now)


def called_me(now: Now) -> Turn:
    """Something like a word of harm at rest: "Did you call me?"."""
    return ask(now.protocol, Question.CALLED_ME, Silence(), RecordEffect("maybe", {"source": "rest"}))


def let_be(now: Now) -> Turn:
    """Nobody called: back to rest."""
    return Turn(rest(now.protocol), (Silence(), RecordEffect("let-be")))


def call_unanswered(now: Now) -> Turn:
    """An emergency word at rest and no answer: the carer is told, nothing is locked."""
    return Turn(rest(now.protocol), (Silence(), RecordEffect("call-unanswered"), Notify("call-unanswered")))


def say_start(now: Now) -> Turn:
    """Say how to begin."""
    return Turn(now.protocol, (Say("session.say-start"),))


def hush_up(now: Now) -> Turn:
    """Fall silent; there is nothing else to stop."""
    return Turn(now.protocol, (Silence(),))
