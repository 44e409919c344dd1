"""Clauses of the monitor about falling quiet: what is heard, lost or no longer to be trusted silences first.

They are in the form of `coach.session.clauses`, and share its rules.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from coach.audio.lanes import Lane
from coach.commands import Command
from coach.listening.hearing import Certainty
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.account import CHAIN
from coach.session.expected import SAME_WORDS, signature
from coach.session.heard import Kind
from coach.session.leads import UNCONFIRMED
from coach.session.seen import QUIET, Seen
from coach.session.states import Held, Lock, Phase

LOSSES: Final = (ev.HearingLost, ev.VoiceLost, ev.JournalFailed)
_SILENCING: Final = frozenset({Kind.EMERGENCY, Kind.URGENT, Kind.PAIN, Kind.DIZZY, Kind.STOP})
"""Of these half a word silences."""
_EXERCISING: Final = frozenset({Phase.SCREEN, Phase.RUN, Phase.CHECKIN, Phase.PAUSED})
_UNSETTLED: Final = frozenset({Phase.MAYBE, Phase.PRACTICE, Phase.OFFER})
_DEEP: Final = frozenset({Phase.ACKLINE, Phase.MINUTE, Phase.ADVICE, Phase.LOCKED})
_ABOUT_HELP: Final = frozenset({"called", "person", "still-dizzy"})
"""While one of these is open in a session, a loss is an emergency: she may be calling."""
_ABOVE_ALL: Final = frozenset(
    {
        "hurt",
        "stopped",
        "sharp",
        "dizzy",
        "still-dizzy",
        "called",
        "called-me",
        "person",
        "triage-breath",
        "triage-blood",
        "triage-leg",
        "triage-pain",
    }
)
"""Questions that are heard above everything, by their words."""
_TIMED_LOCKED: Final = frozenset({"safety", "silenced", "maybe", "taken-in"})
"""What is recorded behind a lock and silences, so that its reminder is timed anew."""
_WEAK: Final = frozenset({Kind.CONTROL, Kind.INFO, Kind.ANSWER})
"""Of these half a word is nothing at all."""
_CALLED: Final[Mapping[Phase, str]] = MappingProxyType(
    {
        Phase.IDLE: "asked:called-me",
        Phase.PRACTICE: "asked:called-at-rest",
        Phase.FAULT: "safety:safety",
        Phase.ACKLINE: "safety:again",
        Phase.MINUTE: "safety:again",
        Phase.ADVICE: "maybe",
        Phase.LOCKED: "maybe",
    }
)
"""What half a cry for help leads to where no question is open, out of the exercise."""
_SETTLED: Final = frozenset({"asked:hurt", "asked:called"})
_ASKED_AT_REST: Final = frozenset({"asked:called-me", "asked:called-at-rest"})
_LOST: Final[Mapping[bool, str]] = MappingProxyType({True: "safety:emergency", False: "safety:safety"})
_UNHEARD_AT_REST: Final[Mapping[str, str]] = MappingProxyType(
    {"person": "safety:emergency", "called-at-rest": "call-unanswered"}
)
"""What an answer that cannot be heard means at rest, by question; of any other she is let be."""
Verdicts = Iterator[tuple[str, bool]]


def quiet(seen: Seen) -> Verdicts:
    """What stops falls silent first, in every phase, half heard or whole; so do a session's end and an unlocking."""
    if not seen.effects or seen.before.phase is Phase.BOOT:
        return
    partial = seen.heard is not None and seen.heard.certainty is Certainty.PARTIAL
    if seen.half in _SILENCING and (partial or seen.before.question is None):
        yield "I1", seen.opens_with is fx.Silence or (seen.half is Kind.STOP and seen.opens_with in QUIET)
    if seen.final is Kind.DIZZY:
        yield "I1", seen.opens_with is fx.Silence
    if seen.half is Kind.PAUSE or seen.final is Kind.GROAN:
        yield "I1", seen.opens_with in QUIET
    if seen.final is Kind.MAYBE and seen.before.question is None:
        yield "I38", seen.opens_with is fx.Silence
    if "ended" in seen.kinds and seen.detail("ended", "outcome") != fx.Outcome.COMPLETED.value:
        yield "I1", seen.opens_with in QUIET
    if seen.told(ev.Untrusted) and ("ended" in seen.kinds or seen.before.phase in _UNSETTLED):
        yield "I1", seen.opens_with is fx.Silence
    lifted = "acknowledged" in seen.kinds and seen.moved
    if lifted or "taken-in" in seen.kinds or seen.detail("locked", "acknowledged"):
        yield "I24", seen.opens_with is fx.Silence


def at_rest(seen: Seen) -> Verdicts:
    """At rest half a word that stops silences, and so does "stop", which leads to nothing else."""
    if seen.before.phase is not Phase.IDLE:
        return
    partial = seen.heard is not None and seen.heard.certainty is Certainty.PARTIAL
    if partial and seen.half in _SILENCING | {Kind.PAUSE}:
        yield "I1", seen.opens_with is fx.Silence and len(seen.effects) == 1
    if seen.final is Kind.STOP:
        yield "I1", seen.opens_with is fx.Silence and len(seen.effects) == 1


def answered(seen: Seen) -> Verdicts:
    """A question that has been answered, or was not understood, does not go on sounding over what follows."""
    if not seen.effects or seen.before.phase is Phase.BOOT:
        return
    asked = seen.asked is not None and (seen.moved or seen.before.question != seen.after.question)
    if asked or seen.kinds & {"answered", "practice", "practice-ended"} or seen.told(ev.SpeechUnclear):
        yield "I24", seen.opens_with in QUIET or seen.told(ev.TimerFired, ev.UtteranceEnded, ev.SegmentEnded)
    if "red-flag" in seen.kinds or seen.after.caught > seen.before.caught:
        yield "I1", seen.opens_with is fx.Silence


def halves(seen: Seen) -> Verdicts:
    """Half a word has its answer in every phase, not only in the exercise."""
    before, names = seen.before, signature(seen)
    if seen.half is None or seen.heard is None:
        return
    whole = seen.heard.certainty is not Certainty.PARTIAL
    if before.question is not None:
        if not whole and seen.half in _SILENCING | {Kind.PAUSE}:
            yield "I52", seen.opens_with is fx.Silence and before.question == seen.after.question
        if whole and seen.half is Kind.EMERGENCY and before.in_session and before.question not in {"called", "person"}:
            yield "I52", "asked:called" in names
        return
    if whole and before.phase is Phase.MAYBE and seen.half in UNCONFIRMED:
        yield "I52", bool(names & _SETTLED)
    if whole and before.phase is Phase.PAUSED and seen.half not in {Kind.STOP, Kind.PAUSE} and seen.half in UNCONFIRMED:
        yield "I52", bool(names & UNCONFIRMED[seen.half])
    if not whole and before.phase in _DEEP and seen.half is Kind.STOP:
        yield "I52", "silenced" in names
    if before.phase is Phase.MAYBE and before.held is not Held.NOTHING and not whole:
        yield "I52", not seen.kinds or seen.after.held >= before.held


def elsewhere(seen: Seen) -> Verdicts:
    """Half a word that is weak leads to nothing; in a pause it changes nothing; a cry for help is answered anywhere."""
    before = seen.before
    if seen.half is None or seen.heard is None:
        return
    partial = seen.heard.certainty is Certainty.PARTIAL
    if seen.half in _WEAK or (partial and seen.half in {Kind.MAYBE, Kind.GROAN}):
        yield "I52", not seen.effects
    if before.question is not None:
        return
    if not partial and seen.half is Kind.EMERGENCY and before.phase in _CALLED:
        yield "I52", _CALLED[before.phase] in signature(seen)
    if partial and before.phase is Phase.PAUSED and before.held is Held.NOTHING:
        yield "I52", not seen.kinds and not seen.moved and (seen.half is not Kind.PAUSE or not seen.effects)


def losses(seen: Seen) -> Verdicts:
    """Whatever is lost in a session is a fault, and the unsafe answer to what is being asked about harm."""
    before, names = seen.before, signature(seen)
    if not seen.told(*LOSSES) or not seen.effects:
        return
    if before.phase in _UNSETTLED:
        yield "I20", seen.opens_with is fx.Silence
    if before.phase in _EXERCISING:
        yield "I20", seen.after.phase is Phase.FAULT
    if before.phase is Phase.MAYBE and before.in_session and before.question != "stopped":
        yield "I43", _LOST[before.question in _ABOUT_HELP] in names
    if before.phase is Phase.MAYBE and not before.in_session:
        yield "I43", _UNHEARD_AT_REST.get(str(before.question), "let-be") in names


def trust(seen: Seen) -> Verdicts:
    """What cannot be trusted begins nothing and lifts nothing: it ends the session, or is written down."""
    if not seen.told(ev.Untrusted):
        return
    names = signature(seen)
    before = seen.before
    if before.phase in _EXERCISING | {Phase.FAULT} or before.question == "stopped":
        yield "I43", "ended:fault" in names
    else:
        yield "I43", "untrusted" in names
    if before.phase is Phase.MAYBE and not before.in_session:
        yield "I43", _UNHEARD_AT_REST.get(str(before.question), "let-be") in names
    if before.phase in {Phase.BOOT, Phase.IDLE}:
        yield "I43", len(seen.effects) == 1
    yield "I43", seen.after.lock >= seen.before.lock and "opened" not in names and seen.asked is None
    if seen.before.phase in CHAIN:
        yield "I43", not seen.moved


def lanes(seen: Seen) -> Verdicts:
    """A question about harm is heard above everything; others make room for what is."""
    for said in (effect for effect in seen.effects if isinstance(effect, fx.Say)):
        if not said.phrase.startswith("question."):
            continue
        words = said.phrase.removeprefix("question.")
        if words.startswith("confirm-"):
            question = str(seen.before.question)
            words = SAME_WORDS.get(question, question)
        yield "I31", (said.lane is Lane.SAFETY) == (words in _ABOVE_ALL)


def taken_in(seen: Seen) -> Verdicts:
    """A yes takes the advice in; what silences behind a lock is reminded of anew; a red flag is latched and told."""
    before = seen.before
    yes = seen.final is Kind.ANSWER and seen.heard is not None and seen.heard.command is not Command.NO
    if yes and before.question is None and not before.acknowledged and before.phase in {Phase.ADVICE, Phase.LOCKED}:
        sure = seen.heard is not None and seen.heard.sure
        taken = bool(seen.kinds & {"locked", "taken-in"}) and seen.opens_with is fx.Silence
        yield "I42", taken if sure else not seen.effects
    if before.phase is Phase.LOCKED and seen.after.phase is Phase.LOCKED and seen.kinds & _TIMED_LOCKED:
        yield "I22", bool(seen.timers)
    if "red-flag" in seen.kinds:
        latched = [effect.lock for effect in seen.effects if isinstance(effect, fx.Latch)]
        yield "I19", latched == [int(Lock.URGENT)] and bool(seen.notices)
    if before.in_session:
        yield "I38", not signature(seen) & _ASKED_AT_REST
