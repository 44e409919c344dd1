"""What belongs to what, as the monitor has it: tables of their own, written from the protocol and not from the code.

1. `wording`, `notices`, `chimes`: what is said, told and rung with a record.
2. `wait_s`: how long a phase waits.
3. `LEADS`: what the answers to a question lead to; `DUTIES`: what a word leads to where no question is open.
   A step is named by its records, each with its main detail: ``asked:sharp``, ``paused:own``, ``ended:refused``.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from coach.session import effects as fx
from coach.session import events as ev
from coach.session.account import Account
from coach.session.heard import Kind
from coach.session.seen import Seen
from coach.session.states import Advice, Held, Lock, Pause, Phase

_MAIN: Final = ("question", "why", "outcome", "class", "advice", "reason", "by", "what", "effort", "delivered")
"""The detail that names a record, where it has one."""


def signature(seen: Seen) -> frozenset[str]:
    """Return the names of a step: its records with their main details."""
    return frozenset(_name(record) for record in seen.records)


def _name(record: fx.Record) -> str:
    main = next((record.detail[name] for name in _MAIN if name in record.detail), None)
    return record.kind if main is None else f"{record.kind}:{main}"


# ------------------------------------------------------------------ what is said

_SAME_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {"groan": "hurt", "unlock": "hurt", "called-at-rest": "called"}
)
_ADVICE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "safety": "safety.stopped",
        "emergency": "safety.emergency",
        "urgent": "safety.urgent",
        "bleeding": "safety.bleeding",
        "caution": "safety.caution",
        "again": "safety.help-line",
    }
)
_PAUSED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "own": "session.paused",
        "half-heard": "session.paused",
        "tired": "session.rest-a-moment",
        "stop": "session.stopped",
        "groan": "safety.locked-caution",
        "all-right": "safety.all-right-paused",
        "not-yet": "safety.all-right-paused",
        "fault": "fault.recovered",
    }
)
_ENDED: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "completed": frozenset(),
        "stopped": frozenset({"session.ended", "session.later", "session.not-today"}),
        "no-answer": frozenset({"session.no-answer", "session.unscreened"}),
        "refused": frozenset({"session.refused", "session.later", "session.not-today"}),
        "fault": frozenset({"fault.ended"}),
        "safety": frozenset(),
    }
)
_FAULTS: Final = frozenset({"fault.deaf", "fault.mute", "fault.journal"})
_LOCKS: Final[Mapping[Lock, str]] = MappingProxyType(
    {Lock.CAUTION: "safety.locked-caution", Lock.URGENT: "safety.locked-urgent"}
)


def wording(seen: Seen) -> list[frozenset[str]]:
    """Return what must be said with the records of a step: one line of each set."""
    return [lines for record in seen.records if (lines := _lines(record, seen))]


def _lines(record: fx.Record, seen: Seen) -> frozenset[str]:  # noqa: C901, PLR0911, PLR0912 - one flat case a record
    detail, before, after = record.detail, seen.before, seen.after
    match record.kind:
        case "opened":
            return frozenset({"session.hello"})
        case "asked":
            question = str(detail["question"])
            return frozenset({f"question.{_SAME_WORDS.get(question, question)}"})
        case "begun":
            return frozenset({"session.lets-begin"})
        case "going-on" if after.phase is Phase.RUN:
            return frozenset({"session.going-on-gently" if before.question == "go-on" else "session.going-on"})
        case "eased":
            return frozenset({"session.easier"})
        case "paused":
            return frozenset({_PAUSED[str(detail["why"])]})
        case "rest":
            return frozenset({"session.rest-a-moment"})
        case "safety":
            return frozenset({_ADVICE[str(detail["class"])]})
        case "advice":
            return frozenset({_ADVICE[str(detail["advice"])]})
        case "ended":
            return _ENDED[str(detail["outcome"])]
        case "locked":
            return frozenset({_LOCKS[after.lock]})
        case "reminded":
            return _reminder(before)
        case "refused":
            return _refusal(str(detail["reason"]))
        case "acknowledged":
            return frozenset({"safety.unlocked" if seen.moved else "safety.all-right-paused"})
        case "fault" if Phase.FAULT in {before.phase, after.phase}:
            return _FAULTS
        case "booted" if after.lock:
            return frozenset({_LOCKS[after.lock]})
        case "notice" if after.failures == 2 and before.failures == 1:
            return frozenset({"safety.nobody-reached"})
        case "maybe" if before.phase in {Phase.ADVICE, Phase.LOCKED}:
            return frozenset({"safety.help-line"})
        case _:
            return frozenset()


def _reminder(before: Account) -> frozenset[str]:
    if before.phase is Phase.FAULT:
        return _FAULTS
    if before.phase is Phase.PAUSED:
        return frozenset({"session.paused-remind"})
    return frozenset({_ADVICE[before.advice.value] if sounding(before) else _LOCKS[before.lock]})


def _refusal(reason: str) -> frozenset[str]:
    match reason:
        case "locked" | "not-clear":
            return frozenset({"safety.refused-locked"})
        case "pin":
            return frozenset({"safety.wrong-pin", "safety.pin-wait"})
        case "fault" | "no-journal":
            return _FAULTS
        case _:
            return frozenset({reason})


# ------------------------------------------------------------------ what is told, and rung


def notices(seen: Seen) -> list[str]:
    """Return the notices that belong to the records of a step, in order."""
    found = []
    for record in seen.records:
        match record.kind, record.detail.get("outcome"):
            case "safety", _:
                kind = str(record.detail["class"])
                found.append("safety-again" if kind == "again" else kind)
            case "red-flag", _:
                found.append(str(seen.detail("advice", "advice")))
            case "fault", _ if seen.moved and seen.after.phase is Phase.FAULT:
                found.append("fault")
            case "ended", "fault":
                found.append("fault-ended")
            case "ended", "refused" if record.detail["reason"] not in {"later", "not-today"}:
                found.append("refused")
            case "ended", "no-answer" if record.detail["reason"] != "unscreened":
                found.append("no-answer")
            case "cautioned", _:
                found.append("groan")
            case "call-unanswered", _:
                found.append("call-unanswered")
    return found


def chimes(seen: Seen) -> list[fx.Chime]:
    """Return the chimes that belong to the records of a step, in order."""
    before, after = seen.before, seen.after
    rung = []
    for record in seen.records:
        match record.kind:
            case "booted" if not after.lock:
                rung.append(fx.Chime.READY)
            case "fault" if Phase.FAULT in {before.phase, after.phase} or _in_chain_throughout(seen):
                rung.append(fx.Chime.FAULT)
            case "recovered" if _in_chain_throughout(seen):
                pass
            case "reminded" if before.phase is Phase.FAULT or (before.phase is Phase.LOCKED and sounding(before)):
                rung.append(fx.Chime.FAULT)
            case "refused" if str(record.detail["reason"]).startswith(("fault", "no-journal")):
                rung.append(fx.Chime.FAULT)
    return rung


def _in_chain_throughout(seen: Seen) -> bool:
    return not seen.moved and seen.before.phase in {Phase.ACKLINE, Phase.TRIAGE, Phase.ADVICE, Phase.LOCKED}


# ------------------------------------------------------------------ how long is waited

_QUESTION_S: Final[Mapping[str, float]] = MappingProxyType({"hurt": 6.0, "groan": 8.0})
_ADVICE_S: Final[Mapping[Advice, float]] = MappingProxyType(
    {Advice.EMERGENCY: 20.0, Advice.BLEEDING: 20.0, Advice.URGENT: 60.0, Advice.CAUTION: 60.0}
)
_PAUSE_S: Final = (120.0, 180.0, 300.0)
_FAULT_S: Final = (30.0, 90.0)
_ALARMS: Final = 4
"""Urgent advice is repeated with its alarm four times, 30 s apart: the 120 s of the protocol."""


def sounding(account: Account) -> bool:
    """Return whether urgent advice that nobody has taken in is still repeated."""
    return not account.acknowledged and account.lock is Lock.URGENT and account.nags < _ALARMS


def wait_s(after: Account, *, resting: bool) -> float | None:  # noqa: C901, PLR0911 - one flat case a phase
    """Return how many seconds a session waits as it stands, or None where nothing is timed.

    Args:
        after: How things stand.
        resting: Whether a rest after pain has just begun.
    """
    match after.phase:
        case Phase.SCREEN:
            return 12.0
        case Phase.ACKLINE:
            return 5.0
        case Phase.ADVICE:
            return _ADVICE_S[after.advice]
        case Phase.FAULT:
            return _FAULT_S[after.nags]
        case Phase.RUN:
            return 1.0 if after.led else None
        case Phase.BOOT | Phase.IDLE:
            return None
    if after.held is not Held.NOTHING:
        return 6.0
    if after.question is not None:
        return 10.0 if after.question == "groan" and after.tries > 1 else _QUESTION_S.get(after.question, 8.0)
    if after.phase is Phase.LOCKED:
        return 30.0 if sounding(after) else 900.0
    if after.phase is Phase.PAUSED:
        return 60.0 if resting or after.pause is Pause.MINUTE else _PAUSE_S[after.nags]
    return None


# ------------------------------------------------------------------ what follows

Lead = Mapping[str, tuple[str, ...]]
"""What is said to a question (an answer, ``pain``, ``stop``, ``unsafe``) to the names a step may then have."""


def _lead(**leads: str) -> Lead:
    return MappingProxyType({said: tuple(names.split()) for said, names in leads.items()})


_SCREENED: Final = "ended:refused"
_HURTS: Final = "asked:sharp safety:caution"
LEADS: Final[Mapping[str, Lead]] = MappingProxyType(
    {
        "screen-legs": _lead(
            yes=_SCREENED, no="asked:screen-breath", pain=_SCREENED, stop="ended:stopped", unsafe="ended:no-answer"
        ),
        "screen-breath": _lead(
            yes=_SCREENED, no="asked:screen-dizzy", pain=_SCREENED, stop="ended:stopped", unsafe="ended:no-answer"
        ),
        "screen-dizzy": _lead(
            yes=_SCREENED, no="asked:screen-unwell", pain=_SCREENED, stop="ended:stopped", unsafe="ended:no-answer"
        ),
        "screen-unwell": _lead(
            yes=_SCREENED, no="asked:screen-consent", pain=_SCREENED, stop="ended:stopped", unsafe="ended:no-answer"
        ),
        "screen-since": _lead(
            yes=_SCREENED, no="asked:screen-consent", pain=_SCREENED, stop="ended:stopped", unsafe="ended:no-answer"
        ),
        "screen-consent": _lead(
            yes="begun", no="ended:refused", pain=_SCREENED, stop="ended:stopped", unsafe="ended:no-answer"
        ),
        "effort": _lead(
            easy="effort:easy",
            hard="effort:hard",
            yes="effort:yes",
            no="asked:really-hurt",
            pain="asked:really-hurt",
            stop="asked:stopped",
            unsafe="ended:no-answer",
            **{"all-right": "effort:all-right"},
        ),
        "really-hurt": _lead(yes=_HURTS, no="effort:no", pain=_HURTS, stop=_HURTS, unsafe="safety:safety"),
        "hurt": _lead(
            yes=_HURTS + " asked:called-me",
            no="paused:all-right let-be",
            pain=_HURTS + " asked:called-me",
            stop="safety:safety",
            unsafe="safety:safety",
        ),
        "groan": _lead(
            yes=_HURTS + " asked:called-me",
            no="paused:all-right let-be",
            pain=_HURTS + " asked:called-me",
            stop="safety:safety",
            unsafe="paused:groan let-be",
        ),
        "stopped": _lead(yes=_HURTS, no="paused:stop", pain=_HURTS, stop="ended:stopped", unsafe="ended:stopped"),
        "sharp": _lead(yes="safety:safety", no="rest:pain ended:refused", unsafe="safety:safety"),
        "go-on": _lead(yes="going-on", no="ended:stopped", pain=_HURTS, stop="ended:stopped", unsafe="ended:no-answer"),
        "resume": _lead(
            yes="going-on", no="paused:not-yet", pain=_HURTS, stop="ended:stopped", unsafe="ended:no-answer"
        ),
        "called": _lead(yes="safety:emergency", no="paused:all-right", pain=_HURTS, unsafe="safety:emergency"),
        "called-at-rest": _lead(yes="safety:emergency", no="let-be", pain="safety:emergency", unsafe="call-unanswered"),
        "called-me": _lead(yes="asked:person", no="let-be", pain="asked:person", stop="let-be", unsafe="let-be"),
        "person": _lead(
            yes="safety:emergency", no="paused:all-right let-be", pain="safety:emergency", unsafe="safety:emergency"
        ),
        "triage-breath": _lead(
            yes="advice:emergency", no="asked:triage-blood", pain="advice:emergency", unsafe="advice:emergency"
        ),
        "triage-blood": _lead(
            yes="advice:emergency", no="asked:triage-leg", pain="advice:emergency", unsafe="advice:emergency"
        ),
        "triage-leg": _lead(yes="advice:urgent", no="asked:triage-pain", pain="advice:urgent", unsafe="advice:urgent"),
        "triage-pain": _lead(
            yes="advice:urgent", no="advice:caution advice:urgent", pain="advice:urgent", unsafe="advice:urgent"
        ),
        "unlock": _lead(
            yes="refused:not-clear",
            no="acknowledged:user refused:no-journal",
            pain="advice:urgent",
            stop="refused:not-clear",
            unsafe="refused:not-clear",
        ),
    }
)
"""What may follow from what is said to a question; a word that is missing asks again."""

Duty = tuple[Phase, Kind]
_HERE: Final = (Phase.RUN, Phase.PAUSED)
_DEEP: Final = (Phase.ACKLINE, Phase.ADVICE, Phase.LOCKED)
DUTIES: Final[Mapping[Duty, frozenset[str]]] = MappingProxyType(
    {
        **{(phase, Kind.EMERGENCY): frozenset({"safety:emergency", "asked:person"}) for phase in _HERE},
        **{(phase, Kind.URGENT): frozenset({"safety:urgent", "safety:bleeding"}) for phase in _HERE},
        **{(phase, Kind.PAIN): frozenset({"asked:sharp", "safety:caution"}) for phase in _HERE},
        **{(phase, Kind.MAYBE): frozenset({"asked:hurt"}) for phase in _HERE},
        **{(phase, Kind.GROAN): frozenset({"asked:groan"}) for phase in _HERE},
        (Phase.RUN, Kind.STOP): frozenset({"asked:stopped"}),
        (Phase.RUN, Kind.PAUSE): frozenset({"paused:own"}),
        (Phase.PAUSED, Kind.STOP): frozenset({"asked:stopped", "ended:stopped"}),
        (Phase.MAYBE, Kind.EMERGENCY): frozenset({"safety:emergency", "asked:person"}),
        (Phase.MAYBE, Kind.URGENT): frozenset({"safety:urgent", "safety:bleeding"}),
        (Phase.MAYBE, Kind.PAIN): frozenset({"asked:sharp", "safety:caution", "asked:called-me"}),
        (Phase.MAYBE, Kind.MAYBE): frozenset({"asked:hurt", "asked:called"}),
        (Phase.MAYBE, Kind.GROAN): frozenset({"asked:hurt", "asked:called"}),
        (Phase.MAYBE, Kind.STOP): frozenset({"asked:hurt", "asked:called"}),
        (Phase.MAYBE, Kind.PAUSE): frozenset({"asked:hurt", "asked:called"}),
        (Phase.IDLE, Kind.EMERGENCY): frozenset({"asked:called-at-rest"}),
        (Phase.IDLE, Kind.URGENT): frozenset({"asked:called-me"}),
        (Phase.IDLE, Kind.PAIN): frozenset({"asked:called-me"}),
        (Phase.IDLE, Kind.MAYBE): frozenset({"asked:called-me"}),
        (Phase.IDLE, Kind.GROAN): frozenset({"asked:called-me"}),
        (Phase.FAULT, Kind.EMERGENCY): frozenset({"safety:emergency"}),
        (Phase.FAULT, Kind.URGENT): frozenset({"safety:urgent", "safety:bleeding"}),
        (Phase.FAULT, Kind.PAIN): frozenset({"safety:safety"}),
        (Phase.FAULT, Kind.MAYBE): frozenset({"safety:safety"}),
        (Phase.FAULT, Kind.GROAN): frozenset({"safety:safety"}),
        (Phase.FAULT, Kind.STOP): frozenset({"ended:stopped"}),
        **{(phase, Kind.EMERGENCY): frozenset({"safety:emergency"}) for phase in _DEEP},
        **{(phase, Kind.URGENT): frozenset({"safety:again"}) for phase in _DEEP},
        **{(phase, Kind.PAIN): frozenset({"safety:again"}) for phase in _DEEP},
        **{(phase, Kind.STOP): frozenset({"silenced"}) for phase in _DEEP},
        (Phase.ACKLINE, Kind.MAYBE): frozenset({"safety:again"}),
        (Phase.ACKLINE, Kind.GROAN): frozenset({"safety:again"}),
        (Phase.ADVICE, Kind.MAYBE): frozenset({"maybe"}),
        (Phase.ADVICE, Kind.GROAN): frozenset({"maybe"}),
        (Phase.LOCKED, Kind.MAYBE): frozenset({"maybe"}),
        (Phase.LOCKED, Kind.GROAN): frozenset({"maybe"}),
    }
)
"""What a word heard to its end leads to where no question is open: one of these."""

HALVES: Final[Mapping[Kind, frozenset[str]]] = MappingProxyType(
    {
        Kind.EMERGENCY: frozenset({"half-heard:emergency"}),
        Kind.URGENT: frozenset({"half-heard:pain"}),
        Kind.PAIN: frozenset({"half-heard:pain"}),
        Kind.STOP: frozenset({"half-heard:stop"}),
        Kind.PAUSE: frozenset({"half-heard:pause"}),
    }
)
"""What half a word leads to in the exercise."""
UNCONFIRMED: Final[Mapping[Kind, frozenset[str]]] = MappingProxyType(
    {
        Kind.EMERGENCY: frozenset({"asked:called"}),
        Kind.URGENT: frozenset({"asked:hurt"}),
        Kind.PAIN: frozenset({"asked:hurt"}),
        Kind.MAYBE: frozenset({"asked:hurt"}),
        Kind.GROAN: frozenset({"asked:groan"}),
        Kind.STOP: frozenset({"paused:half-heard"}),
        Kind.PAUSE: frozenset({"paused:own"}),
    }
)
"""What a word that was not borne out leads to in the exercise."""


def said_to_question(seen: Seen) -> str:
    """Return what was said to the open question, in the words of `LEADS`; empty where it says nothing of the kind."""
    if seen.told(ev.TimerFired, ev.SpeechUnclear):
        return "unsafe"
    if seen.final is Kind.STOP:
        return "stop"
    if seen.final is Kind.PAIN or (seen.final is Kind.URGENT and seen.before.phase in {Phase.SCREEN, Phase.TRIAGE}):
        return "pain"
    if seen.answer is not None and seen.final not in {Kind.EMERGENCY, Kind.URGENT}:
        return seen.answer.value
    return ""
