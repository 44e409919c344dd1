"""The clauses of the monitor: each looks at one step and tells which invariants hold, by number.

A clause yields pairs of a number in `coach.session.monitor.INVARIANTS` and whether it held. It yields nothing where a
step has nothing to do with it. The first ones say what must never be, the later ones what belongs together; what must
happen stands in `coach.session.following`, and what falls quiet in `coach.session.quieting`.
"""

from collections.abc import Callable, Iterator
from typing import Final

from coach.language.utterance import Context
from coach.listening.hearing import Certainty
from coach.session import effects as fx
from coach.session import events as ev
from coach.session import following, quieting
from coach.session.account import ASKED_IN, CHAIN, REST
from coach.session.expected import SAME_WORDS, chimes, notices, optional, signature, wait_s, wording
from coach.session.heard import Kind
from coach.session.quieting import LOSSES
from coach.session.seen import HARM, QUIET, Seen
from coach.session.states import Advice, Held, Lock, Phase, Record
from coach.units import frames

Verdicts = Iterator[tuple[str, bool]]
RECOVERIES: Final = (ev.HearingRestored, ev.VoiceRestored, ev.JournalRestored)
SESSION: Final = frozenset({Phase.SCREEN, Phase.RUN, Phase.CHECKIN, Phase.PAUSED, Phase.FAULT})
WAITING: Final = frozenset(
    {
        Phase.PRACTICE,
        Phase.OFFER,
        Phase.SCREEN,
        Phase.CHECKIN,
        Phase.PAUSED,
        Phase.FAULT,
        Phase.MAYBE,
        Phase.ACKLINE,
        Phase.TRIAGE,
        Phase.MINUTE,
        Phase.ADVICE,
    }
)
_ORDER: Final = (fx.Silence, fx.Record, fx.Latch, fx.Notify, fx.Say)
_TIMED_ANEW: Final = frozenset({"asked", "read-back", "half-heard", "paused", "rest", "minute", "practice", "silenced"})
"""Records of what is waited for anew, however long was waited before."""


# ------------------------------------------------------------------ what must never be


def stopping(seen: Seen) -> Verdicts:
    """Stopping comes first."""
    yield "I1", not any(isinstance(effect, fx.Silence) for effect in seen.effects[1:])
    if seen.final in HARM | {Kind.STOP} and seen.before.phase is not Phase.BOOT:
        yield "I1", seen.opens_with is fx.Silence and not seen.cues and seen.after.phase is not Phase.RUN


def alarm(seen: Seen) -> Verdicts:
    """An alarm does all of it, in order; what follows one sounds no more."""
    if "safety" in seen.kinds:
        order = dict.fromkeys(type(effect) for effect in seen.effects if isinstance(effect, _ORDER))
        yield "I2", tuple(order) == _ORDER and seen.after.lock is not Lock.NONE and seen.after.phase in CHAIN
        caution = seen.detail("safety", "class") == "caution"
        yield "I2", caution or seen.after.lock is Lock.URGENT
    yield "I12", not seen.after.alarmed or seen.after.phase in CHAIN
    if seen.after.phase in CHAIN and seen.before.phase not in CHAIN | {Phase.BOOT}:
        earlier = seen.before.lock is not Lock.NONE and seen.after.phase is Phase.LOCKED
        yield "I12", earlier or "safety" in seen.kinds


def session_record(seen: Seen) -> Verdicts:
    """The record of the session: opened once, ended once, told once."""
    opened = seen.before.record
    for effect in seen.effects:
        if isinstance(effect, fx.Record) and effect.kind == "opened":
            yield "I3", opened is Record.NONE
            opened = Record.OPEN
        elif isinstance(effect, fx.Record) and effect.kind == "ended":
            yield "I3", opened is Record.OPEN
            opened = Record.ENDED
        elif isinstance(effect, fx.EndSession):
            yield "I3", opened is Record.ENDED
            opened = Record.NONE
    yield "I13", seen.after.phase not in SESSION or seen.after.record is Record.OPEN
    yield "I13", seen.after.phase not in REST or seen.after.record is Record.NONE
    ends = [effect for effect in seen.effects if isinstance(effect, fx.EndSession)]
    if ends:
        yield "I3", seen.after.phase in REST
        outcome = (
            seen.detail("ended", "outcome") or fx.Outcome.SAFETY.value
        )  # ended with the alarm, told behind the advice
        yield "I3", ends[0].outcome.value == outcome
        yield "I23", bool(seen.said) or ends[0].outcome is fx.Outcome.COMPLETED


def cue(seen: Seen) -> Verdicts:
    """When the score may be entered."""
    before, after = seen.before, seen.after
    if after.phase is Phase.RUN:
        yield "I5", after.healthy
        yield "I4", after.lock is Lock.NONE and not after.alarmed
    if not seen.cues:
        return
    yield "I51", seen.cues == 1 and isinstance(_last(seen), fx.FollowScore)
    yield "I4", before.lock is Lock.NONE and not before.alarmed
    yield "I5", after.healthy
    yield "I6", after.phase is Phase.RUN and after.in_session and after.question is None and after.held is Held.NOTHING
    led = before.led and seen.told(ev.UtteranceEnded, ev.TimerFired)
    by_score = before.phase is Phase.RUN and (led or seen.told(ev.SegmentEnded))
    answered = before.question is not None and seen.answer is not None
    yield "I7", by_score or answered
    yield "I8", _recorded_before_cue(seen)


def _last(seen: Seen) -> fx.Effect:
    """Return the last effect that is not about the listener or the loudness."""
    return next(effect for effect in reversed(seen.effects) if not isinstance(effect, fx.Listen | fx.SetGain))


def _recorded_before_cue(seen: Seen) -> bool:
    told = [effect for effect in seen.effects if isinstance(effect, fx.Record | fx.FollowScore)]
    places = [number for number, effect in enumerate(told) if isinstance(effect, fx.FollowScore)]
    return all(
        number and isinstance(record := told[number - 1], fx.Record) and record.kind == "exercise" for number in places
    )


def running(seen: Seen) -> Verdicts:
    """How the exercise is entered and left."""
    before, after = seen.before, seen.after
    if after.phase is Phase.RUN and seen.moved:
        person = seen.final in {Kind.CONTROL, Kind.PAUSE, Kind.INFO} or seen.answer is not None
        yield (
            "I9",
            person and before.held is Held.NOTHING and before.phase in {Phase.SCREEN, Phase.CHECKIN, Phase.PAUSED},
        )
        own = before.phase is Phase.PAUSED and before.pause.value == "own"
        yield "I41", before.question is not None or own
        yield "I41", not before.sore or before.question == "go-on"
        yield "I36", before.phase is not Phase.SCREEN or before.question == "screen-consent"
    if before.phase is Phase.RUN and (seen.moved or (before.sounding and not after.sounding)):
        yield "I30", seen.told(ev.SegmentEnded) or seen.opens_with in QUIET
        yield "I30", not before.sounding or not after.sounding
    if before.sounding and not after.sounding and not seen.told(ev.SegmentEnded):
        yield "I30", any(isinstance(effect, fx.HaltScore) for effect in seen.effects)


def locks(seen: Seen) -> Verdicts:
    """An alarm locks, and little unlocks."""
    before, after = seen.before, seen.after
    if after.lock < before.lock:
        clear = before.phase is Phase.ADVICE and before.advice is Advice.CAUTION and not before.red_flag
        acknowledged = "acknowledged" in seen.kinds
        yield "I16", clear or acknowledged
        yield "I17", before.lock is not Lock.URGENT or not acknowledged or seen.told(ev.CareAcknowledged)
    if "acknowledged" in seen.kinds:
        yield "I16", before.lock is not Lock.NONE and before.journal and after.lock is Lock.NONE
        yield "I17", seen.told(ev.CareAcknowledged) == (seen.detail("acknowledged", "by") == "carer")
    if after.lock is not before.lock and not seen.told(ev.Booted):
        yield "I2", any(isinstance(effect, fx.Latch) for effect in seen.effects)


def half_words(seen: Seen) -> Verdicts:
    """Half a word silences; it never goes on, and says nothing."""
    if seen.half is None:
        return
    yield "I52", not seen.cues and (seen.after.phase is not Phase.RUN or not seen.moved)
    if seen.heard is not None and seen.heard.certainty is Certainty.PARTIAL:
        yield "I52", not seen.said and seen.after.phase in {seen.before.phase, Phase.PAUSED, Phase.MAYBE}


# ------------------------------------------------------------------ what belongs together


def words(seen: Seen) -> Verdicts:
    """What is said belongs to a record, or answers what was asked for."""
    said = list(seen.said)
    for lines in wording(seen):
        spoken = next((line for line in said if line in lines), None)
        yield "I24", spoken is not None
        if spoken is not None:
            said.remove(spoken)
    asked_for = seen.final in {Kind.CONTROL, Kind.INFO}
    if said:
        spare = optional(seen)
        answers = [line for line in said if line not in spare]
        yield "I24", all(asked_for and not line.startswith(("safety.", "fault.", "question.")) for line in answers)
    if asked_for and seen.in_phase(Phase.RUN, Phase.PAUSED) and seen.before.held is Held.NOTHING:
        left = seen.final is Kind.CONTROL and not seen.effects  # nothing to go on with: it goes on already
        yield "I42", bool(seen.said) or left


def telling(seen: Seen) -> Verdicts:
    """The carer is told what belongs to a record, and nothing else; so are the ears."""
    yield "I47", seen.notices == notices(seen)
    yield "I20", seen.chimes == chimes(seen)
    if seen.after.phase is Phase.FAULT and seen.moved:
        yield "I20", seen.opens_with is fx.Silence and bool(seen.chimes and seen.notices and seen.said)
    if seen.told(ev.NoticeFailed) and seen.before.phase in CHAIN and seen.before.failures == 1:
        yield "I26", bool(seen.said)


def waiting(seen: Seen) -> Verdicts:
    """What waits is timed, for as long as it should be."""
    after = seen.after
    if after.phase in WAITING or after.led:
        yield "I22", after.armed
        if seen.kinds & _TIMED_ANEW or (seen.moved and after.phase is not Phase.RUN):
            yield "I22", bool(seen.timers)
    closed = seen.before.question is not None and after.question is None
    if (after.phase is Phase.LOCKED and (seen.moved or closed)) or (after.led and not seen.before.led):
        yield "I22", bool(seen.timers)
    if seen.timers:
        expected = wait_s(after, resting="rest" in seen.kinds)
        yield "I22", len(seen.timers) == 1 and expected is not None and seen.timers[0] == frames(expected)


def questions(seen: Seen) -> Verdicts:
    """A question is asked in its phase, and the listener expects its answer; nothing else is expected."""
    after, expected = seen.after, seen.after.expected
    if seen.asked is not None:
        yield "I31", after.question == seen.asked.detail["question"] and after.armed
    if after.question is not None:
        yield "I31", ASKED_IN[after.question] is after.phase
    if after.read_back is not None:
        yield "I31", expected.question == f"confirm-{after.read_back.value}"
    elif after.question is not None:
        yield "I31", expected.question == SAME_WORDS.get(after.question, after.question)
    else:
        yield "I31", expected.question is None
    yield "I31", expected.question is None or expected.context is Context.QUESTION
    if seen.before.question is not None and seen.told(ev.TimerFired, ev.SpeechUnclear):
        yield "I39", not seen.cues and after.phase is not Phase.RUN
        yield "I39", bool(seen.effects)
    if (
        seen.before.question is not None
        and after.question != seen.before.question
        and not seen.told(*LOSSES, ev.Untrusted)
    ):
        carer = seen.told(ev.CareAcknowledged)
        yield "I32", carer or bool(seen.kinds & {"answered", "call", "safety", "maybe", "pain", "paused", "ended"})


def changes(seen: Seen) -> Verdicts:
    """A change is recorded, and told in words or by silence."""
    if seen.moved or seen.asked is not None or seen.before.question != seen.after.question:
        yield "I32", bool(seen.kinds)
    if seen.told(ev.ClockJumped):
        yield "I44", seen.kinds == {"clock"} and len(seen.effects) == 1
    if seen.told(ev.EchoFound):
        yield "I44", seen.kinds == {"echo"} and not seen.moved and not seen.cues
    if seen.told(ev.NoticeDelivered, ev.NoticeFailed):
        yield "I45", not seen.moved and seen.kinds == {"notice"}
        yield "I45", seen.detail("notice", "delivered") == int(seen.told(ev.NoticeDelivered))
    if seen.told(*LOSSES, *RECOVERIES):
        known = _health(seen.before) == _health(seen.after)
        record = "fault" if seen.told(*LOSSES) else "recovered"
        yield "I43", not seen.effects if known else record in seen.kinds
    if "paused" in seen.kinds:
        yield "I29", seen.opens_with in QUIET and seen.after.phase is Phase.PAUSED
    if seen.told(*RECOVERIES):
        yield "I43", seen.after.phase in {seen.before.phase, Phase.PAUSED} and not seen.cues
        if seen.before.phase is Phase.FAULT and seen.after.healthy:
            yield "I43", "paused:fault" in signature(seen)
    if seen.told(*LOSSES):
        yield "I43", seen.after.phase is not Phase.RUN


def _health(account: object) -> tuple[bool, ...]:
    return tuple(getattr(account, bit) for bit in ("hearing", "voice", "journal"))


CLAUSES: Final[tuple[Callable[[Seen], Verdicts], ...]] = (
    stopping,
    alarm,
    session_record,
    cue,
    running,
    locks,
    half_words,
    quieting.quiet,
    quieting.at_rest,
    quieting.answered,
    quieting.halves,
    quieting.elsewhere,
    quieting.losses,
    quieting.trust,
    quieting.lanes,
    quieting.taken_in,
    words,
    telling,
    waiting,
    questions,
    changes,
    following.triage,
    following.answers,
    following.duties,
    following.contradicted,
    following.orders,
    following.practice,
    following.at_rest,
    following.keypad,
)
"""Every clause; the order does not matter."""
