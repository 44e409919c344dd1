"""The safety stop.

1. Silence comes first, whatever else is done, and waits for nothing.
2. Then: record, lock outside the journal, notice for the carer, and only then words.
3. After a safety record nothing of the exercise sounds until the lock is lifted.
4. Mild pain is not a lock: it is asked about, rested a minute, and asked about again. The second
   pain word of a session ends it.
5. Emergency comes before triage, and nobody who cannot breathe is told to lie still.
6. A red flag is never taken back inside the chain; a lock is lowered only by a triage that was
   clear throughout.
"""

from dataclasses import replace
from typing import Final

from coach.commands import Command
from coach.session.advice import ADVICE_S, advice_lines, reminder_s, say
from coach.session.asking import ask
from coach.session.effects import ArmTimer, EndSession, Latch, Notify, Outcome, Silence
from coach.session.effects import Record as RecordEffect
from coach.session.events import Heard
from coach.session.moves import Move
from coach.session.questions import TRIAGE, Question, after
from coach.session.states import Advice, Ahead, Lock, Pause, Phase, Protocol, Record
from coach.session.turn import Act, Now, Turn, source
from coach.units import frames

_LINE_S: Final = 5.0
"""ACKLINE timer of the protocol, for the case that the end of the line is never told."""
_MINUTE_S: Final = 60.0
"""A real minute's rest before triage asks whether the pain is still sharp (protocol, section 5)."""


def chain(now: Now) -> Turn:
    """Stop for safety: "I have stopped", then the questions of triage."""
    stopped = replace(_alarmed(now.protocol, Lock.URGENT), phase=Phase.ACKLINE, red_flag=False)
    acts = (
        *_alarm(now, "safety", Lock.URGENT),
        say("safety.stopped"),
        ArmTimer(frames(_LINE_S)),
    )
    return Turn(stopped, acts)


def emergency(now: Now) -> Turn:
    """Advise at once; a bare "help" in a session is asked about first."""
    if now.protocol.in_session and now.facts.bare_help:
        return ask(now.protocol, Question.PERSON, Silence(), Move.HALT, RecordEffect("call", {"source": "help"}))
    return advise_now(now, Advice.EMERGENCY)


def alarm_emergency(now: Now) -> Turn:
    """Advise at once, whatever was heard."""
    return advise_now(now, Advice.EMERGENCY)


def urgent(now: Now) -> Turn:
    """Stop, and give the urgent advice without any question."""
    if not bleeds(now):
        return advise_now(now, Advice.URGENT)
    return advise_now(now, Advice.HEAVY_BLEEDING if now.facts.heavy else Advice.BLEEDING)


def bleeds(now: Now) -> bool:
    """Return whether bleeding was spoken of."""
    return isinstance(now.event, Heard) and now.event.command is Command.BLEEDING


def advise_now(now: Now, advice: Advice) -> Turn:
    """Stop for safety and give advice at once."""
    lock = Lock.CAUTION if advice is Advice.CAUTION else Lock.URGENT
    lock = Lock(max(lock, now.protocol.lock))
    flag = now.protocol.red_flag or advice is not Advice.CAUTION
    stopped = replace(_alarmed(now.protocol, lock), phase=Phase.ADVICE, advice=advice, red_flag=flag)
    acts = (
        *_alarm(now, advice.value, lock),
        *advice_lines(advice),
        ArmTimer(frames(ADVICE_S[advice])),
    )
    return Turn(stopped, acts)


def pain(now: Now) -> Turn:
    """Fall silent and ask whether it is sharp; the second time in a session, end it."""
    if not now.protocol.in_session:
        return ask(now.protocol, Question.CALLED_ME, Silence(), RecordEffect("pain", {"source": source(now)}))
    if now.protocol.hurt_before:
        return advise_now(now, Advice.CAUTION)
    record = RecordEffect("pain", {"source": source(now)})
    if now.protocol.ahead is not Ahead.SCREENING and now.facts.cramps:
        return cramp(now, record)
    return ask(now.protocol, Question.SHARP, Silence(), Move.HALT, record)


def cramp(now: Now, record: RecordEffect) -> Turn:
    """A cramp is sharp and no danger: its own advice and a minute's rest; a second one ends the session."""
    resting = replace(
        now.protocol.cleared(),
        phase=Phase.PAUSED,
        pause=Pause.ASKING if now.protocol.lock else Pause.MINUTE,
        ahead=Ahead.EXERCISE,
        hurt_before=True,
    )
    rest = RecordEffect("rest", {"why": "cramp"})
    return Turn(resting, (Silence(), Move.HALT, record, rest, Move.CRAMP, ArmTimer(frames(_MINUTE_S))))


def dizzy(now: Now) -> Turn:
    """Dizzy or unwell: fall silent and ask whether it is bad; the second time in a session, end it."""
    record = RecordEffect("pain", {"source": source(now)})
    if not now.protocol.in_session:
        return ask(now.protocol, Question.CALLED_ME, Silence(), record)
    if now.protocol.hurt_before:
        return advise_now(now, Advice.CAUTION)
    return ask(now.protocol, Question.DIZZY, Silence(), Move.HALT, record)


def maybe(now: Now) -> Turn:
    """Fall silent and ask whether she is hurt."""
    return _unsure(now, Question.HURT)


def maybe_at_last(now: Now) -> Turn:
    """Nothing has borne out what was half heard, and nothing has denied it: the silence counts as the first try."""
    return _unsure(now, Question.HURT, tries=2)


def groan(now: Now) -> Turn:
    """Fall silent and ask, after a groan or a cry, whether she is hurt."""
    return _unsure(now, Question.GROAN)


def called(now: Now) -> Turn:
    """Fall silent and ask whether she called for help."""
    return _unsure(now, Question.CALLED)


def ask_person(now: Now) -> Turn:
    """Ask whether a person is needed."""
    return ask(now.protocol, Question.PERSON, Silence(), RecordEffect("call", {"source": source(now)}))


def ask_stopped(now: Now) -> Turn:
    """Fall silent at once and ask whether anything hurts."""
    return ask(now.protocol, Question.STOPPED, Silence(), Move.HALT, RecordEffect("stop", {"source": source(now)}))


def next_triage(now: Now) -> Turn:
    """Go on to the next question of triage, or to the advice."""
    coming = after(now.protocol.question) if now.protocol.question else TRIAGE[0]
    if coming is TRIAGE[-1]:
        return _minute(now)
    if coming is not None:
        return ask(now.protocol, coming)
    flagged = Advice.URGENT if now.protocol.red_flag else Advice.CAUTION
    return _advise(now.protocol, flagged)


def first_triage(now: Now) -> Turn:
    """Begin triage once "I have stopped" has been said."""
    return ask(now.protocol, TRIAGE[0])


def last_triage(now: Now) -> Turn:
    """Ask the last question, once she has rested."""
    return ask(now.protocol, TRIAGE[-1])


def flag_emergency(now: Now) -> Turn:
    """A red flag that cannot wait: the emergency advice, and a notice that says so."""
    return _flagged(now, Advice.EMERGENCY)


def flag_urgent(now: Now) -> Turn:
    """A red flag: the urgent advice, and a notice that says so."""
    return _flagged(now, Advice.URGENT)


def again(now: Now) -> Turn:
    """Harm said again while a stop is being dealt with: a red flag, never less."""
    protocol = now.protocol
    advice = Advice.URGENT if protocol.advice is Advice.CAUTION else protocol.advice
    flag = protocol.phase is not Phase.LOCKED  # there it has done its work
    flagged = replace(protocol, red_flag=flag, lock=Lock.URGENT, advice=advice, nags=0, failures=0)
    acts = (
        Silence(),
        RecordEffect("safety", {"class": "again", "source": source(now)}),
        Latch(int(Lock.URGENT)),
        Notify("safety-again"),
        say("safety.help-line"),
        Move.TRUTH,
        _timer(flagged),
    )
    return Turn(flagged, acts)


def help_line(now: Now) -> Turn:
    """Say how to reach somebody; a groan or a half-heard word changes no lock."""
    acts = (
        Silence(),
        RecordEffect("maybe", {"source": source(now)}),
        say("safety.help-line"),
        _timer(now.protocol),
    )
    return Turn(now.protocol, acts)


def quiet(now: Now) -> Turn:
    """Fall silent and change nothing: "stop" in the chain; what must follow still follows."""
    return Turn(now.protocol, (Silence(), RecordEffect("silenced"), _timer(now.protocol)))


def lock_up(now: Now) -> Turn:
    """Leave the advice: locked, by caution only where triage was clear and the journal is up."""
    return _lock_up(now, acknowledged=False)


def acknowledge_advice(now: Now) -> Turn:
    """She, or a carer, has taken the advice in."""
    return _lock_up(now, acknowledged=True)


def _lock_up(now: Now, *, acknowledged: bool) -> Turn:
    protocol = now.protocol
    clear = protocol.advice is Advice.CAUTION and not protocol.red_flag and protocol.journal
    lock = Lock.CAUTION if clear else Lock.URGENT
    ends: tuple[Act, ...] = (EndSession(Outcome.SAFETY),) if protocol.record is Record.ENDED else ()
    locked = replace(
        protocol.cleared(),
        phase=Phase.LOCKED,
        lock=lock,
        record=Record.NONE,
        ahead=Ahead.SCREENING,
        acknowledged=acknowledged,
        red_flag=False,
        advice=Advice.NONE if acknowledged else protocol.advice,
        hurt_before=False,
    )
    acts: tuple[Act, ...] = (
        Silence() if acknowledged else RecordEffect("unacknowledged"),
        RecordEffect("locked", {"lock": int(lock), "acknowledged": int(acknowledged)}),
        Latch(int(lock)),
        Move.LOCKED,
        say("safety.locked-caution" if lock is Lock.CAUTION else "safety.locked-urgent"),
        *ends,
        ArmTimer(frames(reminder_s(locked))),
    )
    return Turn(locked, acts)


def _timer(protocol: Protocol) -> ArmTimer:
    """Return the timer of a phase of the chain, armed anew after everything was silenced."""
    if protocol.phase is Phase.ADVICE:
        return ArmTimer(frames(ADVICE_S[protocol.advice]))
    if protocol.phase is Phase.LOCKED:
        return ArmTimer(frames(reminder_s(protocol)))
    return ArmTimer(frames(_MINUTE_S if protocol.phase is Phase.MINUTE else _LINE_S))


def _minute(now: Now) -> Turn:
    """Rest a real minute before the question whether the pain is still sharp."""
    resting = replace(now.protocol.cleared(), phase=Phase.MINUTE)
    return Turn(resting, (RecordEffect("minute"), say("safety.minute"), ArmTimer(frames(_MINUTE_S))))


def _advise(protocol: Protocol, advice: Advice, *before: Act) -> Turn:
    advised = replace(protocol.cleared(), phase=Phase.ADVICE, advice=advice)
    acts = (
        *before,
        RecordEffect("advice", {"advice": advice.value}),
        *advice_lines(advice),
        ArmTimer(frames(ADVICE_S[advice])),
    )
    return Turn(advised, acts)


def _flagged(now: Now, advice: Advice) -> Turn:
    flagged = replace(now.protocol, red_flag=True, lock=Lock.URGENT, failures=0)
    record = RecordEffect("red-flag", {"source": source(now)})
    return _advise(flagged, advice, Silence(), record, Latch(int(Lock.URGENT)), Notify(advice.value))


def _unsure(now: Now, question: Question, *, tries: int = 1) -> Turn:
    record = RecordEffect("maybe", {"source": source(now)})
    return ask(now.protocol, question, Silence(), Move.HALT, record, tries=tries)


def _alarmed(protocol: Protocol, lock: Lock) -> Protocol:
    """Return the protocol after a safety record: nothing open, locked, the session's end journaled."""
    return replace(
        protocol.cleared(),
        lock=lock,
        record=Record.NONE if protocol.record is Record.NONE else Record.ENDED,
        ahead=Ahead.SCREENING,
        advice=Advice.NONE,
        acknowledged=False,
        hurt_before=False,
        failures=0,
    )


def _alarm(now: Now, safety_class: str, lock: Lock) -> tuple[Act, ...]:
    """Return what every way into safety begins with: silence, record, end, latch, notice."""
    ended: tuple[Act, ...] = ()
    if now.protocol.in_session:
        ended = (RecordEffect("ended", {"outcome": Outcome.SAFETY.value, "reason": safety_class}),)
    return (
        Silence(),
        Move.HALT,
        RecordEffect("safety", {"class": safety_class, "source": source(now)}),
        *ended,
        Latch(int(lock)),
        Move.LOCKED,
        Move.ASK_ALL,
        Notify(safety_class),
    )
