"""Practise stopping me: she interrupts the coach three times while it counts, then says once that it hurts.

1. It is practised before the first session, after the microphone was moved, and on request.
2. What silenced the coach counts as heard; a key does not, it ends the practice.
3. Whoever is heard in fewer than two of three rounds gets no session: the practice stays due. Only who has the stop key
   at hand, and shows it by pressing it in a practice that is due, goes on to the session (design, 13.10).
4. Real harm is never practice: a cry for help, an urgent word or dizziness ends it and is asked about, and so is pain
   before the round that asks for it.
5. Only scores are kept.
"""

from dataclasses import replace
from typing import Final

from coach.session import events as ev
from coach.session import screening
from coach.session.advice import say
from coach.session.effects import ArmTimer, Chime, Hush, Ring, Say, Silence
from coach.session.effects import Record as RecordEffect
from coach.session.ending import rest
from coach.session.heard import KIND, Kind
from coach.session.margin import PASSES, ROUNDS
from coach.session.moves import Move
from coach.session.resting import ask_start, called_me
from coach.session.states import Ahead, Held, Phase, Protocol
from coach.session.turn import Act, Now, Turn, nothing
from coach.units import frames

_PAIN_ROUND: Final = ROUNDS + 1
_ROUND_S: Final = 6.0
"""Seconds behind the counting until a round counts as missed: somebody who hesitates still gets in; chosen."""
_HELD_S: Final = 6.0
"""As in the exercise: after this nothing will confirm what was half heard."""


def start(now: Now) -> Turn:
    """Asked for a session: practice comes first where it is due."""
    due = now.protocol.healthy and now.facts.practice_due and not now.facts.barred
    return _begin(now, Ahead.SCREENING) if due else screening.start(now)


def start_by_voice(now: Now) -> Turn:
    """She said "start" at rest: where a television may say it as well, she is asked first."""
    return ask_start(now) if now.facts.bedside else start(now)


def begin(now: Now) -> Turn:
    """Practice on request leads back to rest."""
    return _begin(now, Ahead.REST)


def half_heard(now: Now) -> Turn:
    """Fall silent in the middle of counting: that is what is practised; half a word of harm is waited for."""
    protocol = now.protocol
    stops = isinstance(now.event, ev.Heard) and KIND[now.event.command] in {Kind.STOP, Kind.PAUSE}
    if not stops or protocol.round == _PAIN_ROUND:
        return Turn(protocol, (Silence(), ArmTimer(frames(_HELD_S))))
    if protocol.held:
        return nothing(now)
    record = RecordEffect("half-heard", {"what": Held.STOP.name.lower()})
    return Turn(replace(now.protocol, held=Held.STOP), (Silence(), record, ArmTimer(frames(_HELD_S))))


def stopped(now: Now) -> Turn:
    """She stopped the coach."""
    if now.protocol.round == _PAIN_ROUND:
        return _ended(now, Say("practice.ended"))
    return _next(now, heard=True)


def hurt(now: Now) -> Turn:
    """Pain is practised in its own round only."""
    if now.protocol.round != _PAIN_ROUND:
        return called_me(now)
    return _finish(now, Silence(), Move.CATCH_PAIN, Say("practice.heard"))


def timer(now: Now) -> Turn:
    """A round is over: what silenced the coach was heard, else she was not."""
    if now.protocol.round == _PAIN_ROUND:
        return _finish(now, Hush(), Say("practice.missed"))
    return _next(now, heard=now.protocol.held is not Held.NOTHING)


def again(now: Now) -> Turn:
    """She wished to hear it once more: the round begins anew."""
    protocol = replace(now.protocol, held=Held.NOTHING)
    return Turn(protocol, (Hush(), *_round(protocol)))


def stop_pressed(now: Now) -> Turn:
    """A key works; whether her voice does, it does not tell, so that the practice stays due."""
    if now.protocol.ahead is Ahead.REST:
        return _ended(now, Say("practice.ended"))
    shown = (RecordEffect("practice-ended", {"reason": "key"}), Say("practice.key"))
    return screening.opening(replace(now, protocol=rest(now.protocol)), Silence(), *shown)


def later(now: Now) -> Turn:
    """Not now."""
    return _ended(now, Say("session.later"))


def _begin(now: Now, ahead: Ahead) -> Turn:
    if not now.protocol.healthy:
        why = screening.fault_line(now.protocol)
        return Turn(now.protocol, (RecordEffect("refused", {"reason": why}), Ring(Chime.FAULT), Say(why)))
    practising = replace(now.protocol.cleared(), phase=Phase.PRACTICE, ahead=ahead, round=1)
    return Turn(practising, (Hush(), Move.PRACTISE, Say("practice.hello"), *_round(practising)))


def _next(now: Now, *, heard: bool) -> Turn:
    protocol = now.protocol
    caught = protocol.caught + heard
    first = Silence() if heard else Hush()
    catch: tuple[Act, ...] = (Move.CATCH, Say("practice.heard")) if heard else (Say("practice.missed"),)
    coming = protocol.round + 1
    hopeless = caught + ROUNDS - protocol.round < PASSES
    if hopeless:
        return _finish(replace(now, protocol=replace(protocol, caught=caught)), first, *catch)
    going = replace(protocol, round=coming, caught=caught, held=Held.NOTHING)
    return Turn(going, (first, *catch, *_round(going)))


def _round(protocol: Protocol) -> tuple[Act, ...]:
    line = Say("practice.pain" if protocol.round == _PAIN_ROUND else "practice.counting")
    detail = {"round": protocol.round, "caught": protocol.caught, "then": protocol.ahead.value}
    return (RecordEffect("practice", detail), line, ArmTimer(frames(_ROUND_S)))


def _finish(now: Now, first: Silence | Hush, *acts: Act) -> Turn:
    """The practice is over: the session that was asked for, or rest."""
    passed = now.protocol.caught >= PASSES
    if not passed:
        failed = (RecordEffect("practice-ended", {"reason": "failed"}), Move.FAILED, say("practice.failed"))
        return Turn(rest(now.protocol), (first, *acts, *failed))
    done = (RecordEffect("practice-ended", {"reason": "passed"}), Move.PASSED, Say("practice.passed"))
    if now.protocol.ahead is Ahead.REST:
        return Turn(rest(now.protocol), (first, *acts, *done))
    return screening.opening(replace(now, protocol=rest(now.protocol)), first, *acts, *done)


def _ended(now: Now, line: Say) -> Turn:
    return Turn(rest(now.protocol), (Silence(), RecordEffect("practice-ended", {"reason": "left"}), line))
