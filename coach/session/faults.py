"""Deaf, mute, or without a journal.

1. In a session every loss is one fault: silent first, then chimed, said, journaled and told.
2. While something may be wrong with the person, a loss is the unsafe answer.
3. Recovery never acts by itself: it leads to a pause that is left by way of a question.
"""

from dataclasses import replace
from typing import Final

from coach.session import events as ev
from coach.session.advice import say
from coach.session.effects import ArmTimer, Chime, Hush, Notify, Outcome, Ring, Say, Silence
from coach.session.effects import Record as RecordEffect
from coach.session.ending import end, rest
from coach.session.moves import Move
from coach.session.questions import Question
from coach.session.resting import call_unanswered, let_be
from coach.session.running import paused
from coach.session.safety import alarm_emergency, chain
from coach.session.screening import fault_line
from coach.session.states import Pause, Phase, Protocol
from coach.session.turn import Now, Turn, nothing
from coach.units import frames

_FAULT_S: Final = 120.0
"""The end after 2 minutes (protocol, section 2). There is no reminder: a fault is three pulses, one line and the light
(design, 13.8)."""
_BITS: Final = {
    ev.HearingLost: ("hearing", False),
    ev.HearingRestored: ("hearing", True),
    ev.VoiceLost: ("voice", False),
    ev.VoiceRestored: ("voice", True),
    ev.JournalFailed: ("journal", False),
    ev.JournalRestored: ("journal", True),
}


def lost(now: Now) -> Turn:
    """Hearing, voice or journal is lost during a session: silent, chimed, said, journaled, told."""
    protocol, known = _noted(now)
    if known:
        return nothing(now)
    faulty = replace(protocol.cleared(), phase=Phase.FAULT)
    acts = (
        Silence(),
        Move.HALT,
        _fault_record(now),
        Notify("fault"),
        Ring(Chime.FAULT),
        say(fault_line(protocol)),
        ArmTimer(frames(_FAULT_S)),
    )
    return Turn(faulty, acts)


def lost_while_unsure(now: Now) -> Turn:
    """Lost while something may be wrong: what is not a clear no is the unsafe answer."""
    protocol, known = _noted(now)
    if known:
        return nothing(now)
    if protocol.question is Question.STOPPED:
        return lost(now)
    return _taken_as_unsafe(replace(now, protocol=protocol)).after(Silence(), _fault_record(now))


def lost_at_offer(now: Now) -> Turn:
    """Lost while a session is offered: nothing goes on, and nobody is troubled with it."""
    protocol, known = _noted(now)
    return nothing(now) if known else let_be(replace(now, protocol=protocol)).after(Silence(), _fault_record(now))


def untrusted_at_offer(now: Now) -> Turn:
    """What cannot be trusted offers nothing."""
    return let_be(now).after(Silence(), RecordEffect("untrusted"))


def lost_in_practice(now: Now) -> Turn:
    """Lost while stopping is practised: no practice either."""
    protocol, known = _noted(now)
    if known:
        return nothing(now)
    return _practice_over(protocol, _fault_record(now), say(fault_line(protocol)))


def untrusted_in_practice(now: Now) -> Turn:
    """What cannot be trusted cannot be practised with."""
    return _practice_over(now.protocol, RecordEffect("untrusted"), say("fault.ended"))


def _practice_over(protocol: Protocol, why: RecordEffect, line: Say) -> Turn:
    record = RecordEffect("practice-ended", {"reason": "fault"})
    return Turn(rest(protocol), (Silence(), why, record, Ring(Chime.FAULT), line))


def lost_in_fault(now: Now) -> Turn:
    """Something more is lost: said as well."""
    protocol, known = _noted(now)
    if known:
        return nothing(now)
    return Turn(protocol, (_fault_record(now), Ring(Chime.FAULT), say(fault_line(protocol))))


def noted_with_chime(now: Now) -> Turn:
    """A fault while a safety stop is being dealt with: chimed and journaled; the stop goes on."""
    protocol, known = _noted(now)
    return nothing(now) if known else Turn(protocol, (_fault_record(now), Ring(Chime.FAULT)))


def noted(now: Now) -> Turn:
    """Remember how the coach is, and journal it."""
    protocol, known = _noted(now)
    return nothing(now) if known else Turn(protocol, (_fault_record(now),))


def restored(now: Now) -> Turn:
    """Well again during a session: a pause that is left by way of a question."""
    protocol, known = _noted(now)
    if known:
        return nothing(now)
    if not protocol.healthy:
        return Turn(protocol, (_fault_record(now),))
    record = _fault_record(now)
    turn = paused(replace(now, protocol=protocol), Pause.ASKING, say("fault.recovered"), "fault")
    return turn.after(Hush(), record)  # what is being said of the fault is said to its end


def tell_fault(now: Now) -> Turn:
    """Asked to go on while not well: say why not."""
    acts = (RecordEffect("refused", {"reason": "fault"}), Ring(Chime.FAULT), say(fault_line(now.protocol)))
    return Turn(now.protocol, acts)


def fault_timer(now: Now) -> Turn:
    """A fault has lasted: the session ends."""
    return end(now.protocol, Outcome.FAULT, say("fault.ended"), notice="fault-ended")


def untrusted(now: Now) -> Turn:
    """The monitor saw what must not be: the session ends, and nothing is begun by what cannot be trusted."""
    sounds = (Ring(Chime.FAULT), say("fault.ended"))
    return end(now.protocol, Outcome.FAULT, *sounds, reason="untrusted", notice="fault-ended")


def untrusted_while_unsure(now: Now) -> Turn:
    """Not to be trusted while something may be wrong: the unsafe answer, as for any other loss."""
    if now.protocol.question is Question.STOPPED:
        return untrusted(now)
    return _taken_as_unsafe(now).after(Silence(), RecordEffect("untrusted"))


def _taken_as_unsafe(now: Now) -> Turn:
    """Follow the unsafe answer to what is being asked."""
    match now.protocol.question:
        case Question.CALLED_AT_REST:
            return call_unanswered(now)
        case Question.CALLED | Question.PERSON | Question.STILL_DIZZY:
            return alarm_emergency(now)
        case _ if now.protocol.in_session:
            return chain(now)
        case _:
            return let_be(now)


def untrusted_in_chain(now: Now) -> Turn:
    """Not to be trusted while a safety stop is being dealt with: chimed and journaled; the stop goes on."""
    return Turn(now.protocol, (RecordEffect("untrusted"), Ring(Chime.FAULT)))


def untrusted_at_rest(now: Now) -> Turn:
    """Nothing is going on that could be ended."""
    return Turn(now.protocol, (RecordEffect("untrusted"),))


def _noted(now: Now) -> tuple[Protocol, bool]:
    """Return the protocol with the coach's health as the event says, and whether that was known."""
    bit, value = _BITS[type(now.event)]
    noted_protocol = _with_bit(now.protocol, bit, value)
    return noted_protocol, noted_protocol == now.protocol


def _with_bit(protocol: Protocol, bit: str, value: bool) -> Protocol:
    match bit:
        case "hearing":
            return replace(protocol, hearing=value)
        case "voice":
            return replace(protocol, voice=value)
        case _:
            return replace(protocol, journal=value)


def _fault_record(now: Now) -> RecordEffect:
    bit, value = _BITS[type(now.event)]
    return RecordEffect("recovered" if value else "fault", {"what": bit})
