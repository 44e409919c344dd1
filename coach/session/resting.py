"""At rest.

1. A television must not lock the house: at rest every word of harm is asked about, and no answer is
   only journaled; after an emergency word the carer is told too.
2. Nothing but "start" begins anything. By the bed for good, where a television may say it at any time, that takes
   two steps: "start", and a clear yes to whether she wants to; so many times an hour at most, and not to somebody who
   may be asleep.
3. The schedule asks, and never begins by itself. Whoever does not answer is left in peace.
"""

from dataclasses import replace

from coach.commands import Command
from coach.session import events as ev
from coach.session.advice import say
from coach.session.asking import ask
from coach.session.effects import ArmTimer, Chime, Hush, Inform, Notify, Prepare, Ring, Say, Silence
from coach.session.effects import Record as RecordEffect
from coach.session.ending import REMINDER_S, rest
from coach.session.moves import Move
from coach.session.questions import Question
from coach.session.screening import fault_line
from coach.session.states import Lock, Phase
from coach.session.turn import Act, Now, Turn, nothing, source
from coach.units import frames


def booted(now: Now) -> Turn:
    """The self test is over: at rest, or locked where a lock was found."""
    event = now.event if isinstance(now.event, ev.Booted) else ev.Booted(now.event.frame)
    lock = Lock(event.lock)
    before = (RecordEffect("booted", {"lock": int(lock)}), Move.SETTLE)
    asleep = now.facts.asleep or event.quiet
    if lock is Lock.NONE:
        ready: tuple[Act, ...] = () if asleep or event.follows else (Ring(Chime.READY),)
        return Turn(replace(now.protocol, phase=Phase.IDLE), (*before, *ready))
    locked = replace(now.protocol, phase=Phase.LOCKED, lock=lock, acknowledged=True)
    line = say("safety.locked-caution" if lock is Lock.CAUTION else "safety.locked-urgent")
    said: tuple[Act, ...] = () if asleep else (line,)
    return Turn(locked, (*before, Move.LOCKED, *said, ArmTimer(frames(REMINDER_S))))


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
    """An emergency word at rest and no answer, or none that can be heard: told to the carer, and nothing is locked.

    She is told how to reach somebody.
    """
    acts = (Silence(), RecordEffect("call-unanswered"), Notify("call-unanswered"), say("safety.help-line"))
    return Turn(rest(now.protocol), acts)


def say_start(now: Now) -> Turn:
    """Say how to begin."""
    return Turn(now.protocol, (Say("session.say-start"),))


def hush_up(now: Now) -> Turn:
    """Fall silent; there is nothing else to stop."""
    return Turn(now.protocol, (Silence(),))


def fell_due(now: Now) -> Turn:
    """The schedule has a session to offer: a soft chime, and the question."""
    if not now.protocol.healthy:
        return nothing(now)
    return ask(now.protocol, Question.OFFER, Hush(), Ring(Chime.READY))


def day_unknown(now: Now) -> Turn:
    """Ask whether it is morning."""
    return ask(now.protocol, Question.MORNING, Hush()) if now.protocol.healthy else nothing(now)


def ask_start(now: Now) -> Turn:
    """She, or the television, said "start": ask whether she wants to."""
    if now.facts.woken_enough or now.facts.asleep:
        return nothing(now)
    if not now.protocol.healthy:
        why = fault_line(now.protocol)
        return Turn(now.protocol, (RecordEffect("refused", {"reason": why}), Move.WAKE, Ring(Chime.FAULT), Say(why)))
    return ask(now.protocol, Question.WAKE, Hush(), Move.WAKE)


def want(now: Now) -> Turn:
    """She wants a session: one is made ready."""
    return Turn(rest(now.protocol), (Hush(), RecordEffect("wanted"), Say("serve.moment"), Prepare()))


def unready(now: Now) -> Turn:
    """It could not be made ready: said, with what to do."""
    return Turn(now.protocol, (RecordEffect("unready"), Ring(Chime.FAULT), Say("serve.unready")))


def put_off(now: Now) -> Turn:
    """Later, or not today: as she likes."""
    why = "not-today" if isinstance(now.event, ev.Heard) and now.event.command is Command.NOT_TODAY else "later"
    return Turn(rest(now.protocol), (Hush(), RecordEffect("put-off", {"why": why}), Say(f"session.{why}")))


def morning(now: Now) -> Turn:
    """It is morning: the day begins."""
    return Turn(rest(now.protocol), (Hush(), RecordEffect("morning", {"what": "yes"}), Say("serve.morning")))


def no_morning(now: Now) -> Turn:
    """It is not."""
    return Turn(rest(now.protocol), (Hush(), RecordEffect("morning", {"what": "no"}), Say("serve.rest-well")))


def tell_plan(now: Now) -> Turn:
    """Say what comes next today, or how she is doing; where nothing is planned there is nothing to tell."""
    if not now.facts.bedside or now.facts.asleep or not isinstance(now.event, ev.Heard):
        return nothing(now)
    return Turn(now.protocol, (Inform(now.event.command),))
