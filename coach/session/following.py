"""Clauses of the monitor about what must follow: a session that does nothing breaks none of the others.

They are in the form of `coach.session.clauses`, and share its rules.
"""

from collections.abc import Iterator
from typing import Final

from coach.commands import Command
from coach.language.utterance import Answer
from coach.listening.hearing import Certainty
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.account import CHAIN, REST
from coach.session.expected import signature
from coach.session.heard import Kind
from coach.session.leads import DUTIES, HALVES, LEADS, READ_BACK, UNCONFIRMED, said_to_question, tries
from coach.session.margin import PASSES, ROUNDS
from coach.session.seen import Seen
from coach.session.states import Advice, Ahead, Held, Lock, Pause, Phase

Verdicts = Iterator[tuple[str, bool]]
TRIAGE: Final = ("triage-breath", "triage-blood", "triage-leg", "triage-pain")
_ONWARD: Final = frozenset(
    {
        (Phase.ACKLINE, Phase.TRIAGE),
        (Phase.TRIAGE, Phase.MINUTE),
        (Phase.MINUTE, Phase.TRIAGE),
        (Phase.TRIAGE, Phase.ADVICE),
        (Phase.ADVICE, Phase.LOCKED),
    }
)
_ASIDE: Final = frozenset({Kind.CONTROL, Kind.INFO, Kind.PAUSE})
_GOES_ON: Final = frozenset({Command.RESUME, Command.START})


def triage(seen: Seen) -> Verdicts:
    """Triage goes forward only; a red flag is not forgotten."""
    before, after = seen.before, seen.after
    if before.red_flag and before.phase in {Phase.TRIAGE, Phase.ADVICE}:
        yield "I19", (after.red_flag or after.phase is Phase.LOCKED) and after.lock is Lock.URGENT
    if before.phase in CHAIN and after.phase in CHAIN and seen.moved:
        onward = (before.phase, after.phase) in _ONWARD or "safety" in seen.kinds
        yield "I50", onward or (before.question == "unlock" and "red-flag" in seen.kinds)
    if before.phase is Phase.MINUTE and seen.told(ev.TimerFired):
        yield "I33", after.question == TRIAGE[-1]
    if before.phase is Phase.ACKLINE and seen.told(ev.TimerFired, ev.UtteranceEnded):
        yield "I33", after.question == TRIAGE[0]
    if before.phase is not Phase.TRIAGE:
        return
    if after.question != before.question and not after.red_flag and after.phase in {Phase.TRIAGE, Phase.MINUTE}:
        yield "I33", _means(seen) is Answer.NO
    if after.advice is Advice.CAUTION:
        yield "I33", before.question == TRIAGE[-1] and _means(seen) is Answer.NO and not before.red_flag
    if seen.told(ev.TimerFired):
        yield "I19", after.red_flag or after.phase is Phase.TRIAGE


def _means(seen: Seen) -> Answer | None:
    """Return the answer that counts: what was heard, or what was read back and is confirmed."""
    if seen.before.read_back is None:
        return seen.answer
    return seen.before.read_back if seen.answer is Answer.YES else None


def answers(seen: Seen) -> Verdicts:
    """An answer leads to what its question says; what is no answer asks again, or is the unsafe one."""
    question = seen.before.question
    if question is None or question not in LEADS:
        return
    said, names = said_to_question(seen), signature(seen)
    if not said:
        return
    counts = seen.before.read_back
    if counts is not None and said in {"yes", "no"}:
        said = counts.value if said == "yes" else "unsafe"
    elif seen.heard is not None and not seen.heard.sure and said in READ_BACK.get(question, "").split():
        yield "I53", names == {f"read-back:{question}"} and seen.after.read_back is not None
        return
    again = seen.asked is not None and seen.after.question == question and seen.after.tries == seen.before.tries + 1
    leads = LEADS[question].get(said)
    if not leads and seen.final in _ASIDE:  # what is no answer may be read as what else it says
        return
    if not leads or said == "unsafe":
        once_more = seen.before.tries < tries(question, silent=seen.told(ev.TimerFired))
        yield "I39", again if once_more else not again and bool(names & set(LEADS[question]["unsafe"]))
        return
    number = {Phase.SCREEN: "I36", Phase.TRIAGE: "I33"}.get(seen.before.phase, "I38")
    yield number, bool(names & set(leads))
    if said in {"pain", "dizzy"} and "ended:refused" in names:
        yield number, bool(seen.notices)
    if seen.final is not Kind.STOP or "safety" not in seen.kinds:
        yield "I32", f"answered:{question}" in names


def duties(seen: Seen) -> Verdicts:
    """What is heard while no question is open leads to what it must."""
    before, names = seen.before, signature(seen)
    if before.question is not None:
        return
    if before.phase is Phase.MAYBE and before.held is Held.PAIN and seen.told(ev.TimerFired):
        yield "I38", seen.after.question == "hurt" and seen.after.tries == tries("hurt", silent=True)
    if seen.final is not None and (duty := DUTIES.get((before.phase, seen.final))) is not None:
        unsettled = before.phase is Phase.PAUSED and before.held is not Held.NOTHING
        yield "I29" if seen.final is Kind.PAUSE else "I38", bool(names & duty) or (unsettled and bool(names))
    if seen.half is None or before.phase is not Phase.RUN or seen.heard is None:
        return
    table = HALVES if seen.heard.certainty is Certainty.PARTIAL else UNCONFIRMED
    if (duty := table.get(seen.half)) is not None:
        yield "I52", bool(names & duty)


def contradicted(seen: Seen) -> Verdicts:
    """The last yes before moving on from a stop is read back, and a no takes it back."""
    before = seen.before
    if before.phase is Phase.RUN and before.read_back is not None and seen.answer is Answer.NO:
        yield "I53", seen.final is not Kind.ANSWER or "paused:not-yet" in signature(seen)
    if seen.moved and seen.after.phase is Phase.RUN and before.phase is Phase.PAUSED:
        yield "I53", (seen.after.read_back is Answer.YES) == (before.question is not None)


def orders(seen: Seen) -> Verdicts:
    """What sets the exercise going without a question was surely heard; where it was not, it is asked about."""
    before = seen.before
    if seen.heard is None or seen.heard.sure or before.phase is not Phase.PAUSED or before.question is not None:
        return
    yield "I53", seen.after.phase is not Phase.RUN
    straight = before.pause is Pause.OWN and before.ahead is Ahead.EXERCISE and before.lock is Lock.NONE
    if straight and seen.final is Kind.CONTROL and seen.heard.command in _GOES_ON:
        yield "I53", seen.after.question == "resume-own"


def practice(seen: Seen) -> Verdicts:
    """Practice goes forward, its score is kept, and who was not heard gets no session behind it."""
    before, after = seen.before, seen.after
    scored = [effect for effect in seen.effects if isinstance(effect, fx.KeepScore)]
    reason = seen.detail("practice-ended", "reason")
    yield "I54", reason is None or before.phase is Phase.PRACTICE
    yield "I54", len(scored) == (reason in {"passed", "failed"})
    if reason in {"passed", "failed"}:
        caught = before.caught + (seen.final in {Kind.STOP, Kind.PAUSE} and before.round <= ROUNDS)
        enough = caught >= PASSES or (before.held is not Held.NOTHING and caught + 1 >= PASSES)
        yield "I54", scored[0].passed == (reason == "passed") and (enough or reason == "failed")
        yield "I54", reason == "passed" or after.phase is Phase.IDLE
    if "practice" in seen.kinds:
        yield "I54", after.round - before.round in {0, 1} and after.caught - before.caught in {0, 1}
        yield "I54", before.phase is Phase.PRACTICE or (before.phase is Phase.IDLE and before.healthy)
        heard = before.held is not Held.NOTHING or seen.final in {Kind.STOP, Kind.PAUSE} or seen.half is not None
        yield "I54", heard or after.caught == before.caught
    if before.phase is Phase.PRACTICE and seen.told(ev.TimerFired):
        yield "I54", bool(seen.kinds)


def at_rest(seen: Seen) -> Verdicts:
    """Asked to begin, it begins or says why not; what it offers by itself begins with a clear yes only."""
    before, after = seen.before, seen.after
    if seen.told(ev.StartRequested) and before.phase in REST:
        yield "I42", bool(seen.kinds & {"opened", "refused", "asked", "practice"}) and bool(seen.said)
        if "opened" in seen.kinds:
            yield "I42", before.phase is Phase.IDLE and before.healthy and before.lock is Lock.NONE
    if "opened" in seen.kinds:
        yield "I4", before.lock is Lock.NONE and before.phase in {Phase.IDLE, Phase.PRACTICE}
        yield "I5", before.healthy
    if any(isinstance(effect, fx.Prepare) for effect in seen.effects):
        yield "I55", before.question in {"offer", "wake"} and _means(seen) is Answer.YES
        yield "I55", before.healthy and before.lock is Lock.NONE and after.phase is Phase.IDLE
    if seen.asked is not None and after.phase is Phase.OFFER and after.tries == 1 and before.phase is not Phase.OFFER:
        yield "I55", before.phase is Phase.IDLE and before.healthy and before.lock is Lock.NONE


def keypad(seen: Seen) -> Verdicts:
    """What a carer types is taken in, lifts the lock, or is said to be wrong."""
    before = seen.before
    if seen.told(ev.CareAcknowledged) and before.phase is Phase.LOCKED and before.journal:
        yield "I42", "acknowledged" in seen.kinds
    if seen.told(ev.CareAcknowledged) and before.phase is Phase.ADVICE:
        yield "I42", bool(seen.detail("locked", "acknowledged"))
    if seen.told(ev.PinRefused) and before.phase in {Phase.LOCKED, Phase.ADVICE, Phase.PAUSED}:
        yield "I42", "refused:pin" in signature(seen)
