"""What belongs to what, as the monitor has it: tables of their own, written from the protocol and not from the code.

1. `wording`, `notices`, `chimes`: what is said, told and rung with a record.
2. `wait_s`: how long a phase waits.
A step is named by its records, each with its main detail: ``asked:sharp``, ``paused:own``, ``ended:refused``. What
words lead to stands in `coach.session.leads`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from coach.session import effects as fx
from coach.session.account import CHAIN, Account
from coach.session.margin import ROUNDS
from coach.session.seen import Seen
from coach.session.states import Advice, Held, Lock, Pause, Phase

_MAIN: Final = (
    "question",
    "why",
    "outcome",
    "class",
    "advice",
    "reason",
    "by",
    "what",
    "effort",
    "delivered",
    "read-back",
)
"""The detail that names a record, where it has one."""


def signature(seen: Seen) -> frozenset[str]:
    """Return the names of a step: its records with their main details."""
    if seen.names is None:
        seen.names = frozenset(_name(record) for record in seen.records)
    return seen.names


def _name(record: fx.Record) -> str:
    main = next((record.detail[name] for name in _MAIN if name in record.detail), None)
    return record.kind if main is None else f"{record.kind}:{main}"


# ------------------------------------------------------------------ what is said

SAME_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "groan": "hurt",
        "unlock": "hurt",
        "resume-own": "resume",
        "called-at-rest": "called",
        "person-first": "person",
        "worse-legs": "screen-worse",
        "worse-breath": "screen-worse",
        "worse-dizzy": "screen-worse",
    }
)
"""Questions that are asked in the words of another one."""
_NUMBER: Final = frozenset({"safety.number", "safety.your-number"})
_TRUTH: Final = frozenset({"safety.cannot-call", "safety.told-carer"})


def _one(phrase: str) -> frozenset[str]:
    return frozenset({phrase})


_ADVICE: Final[Mapping[str, tuple[frozenset[str], ...]]] = MappingProxyType(
    {
        "safety": (_one("safety.stopped"),),
        "emergency": (_one("safety.emergency"), _NUMBER, _TRUTH),
        "heavy-bleeding": (_one("safety.heavy-bleeding"), _NUMBER, _TRUTH),
        "urgent": (_one("safety.urgent"), _TRUTH),
        "bleeding": (_one("safety.bleeding"), _TRUTH),
        "caution": (_one("safety.caution"),),
        "again": (_one("safety.help-line"), _TRUTH),
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
        "visit": "session.someone-here",
        "visit-over": "session.paused-remind",
    }
)
_RESTED: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "pain": _one("session.rest-a-moment"),
        "cramp": frozenset({"safety.cramp", "safety.cramp-spared"}),
        "dizzy": _one("session.lie-flat"),
    }
)
_ENDED: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "stopped": frozenset({"session.ended", "session.later", "session.not-today"}),
        "no-answer": frozenset({"session.no-answer", "session.unscreened"}),
        "refused": frozenset({"session.refused", "session.later", "session.not-today"}),
        "fault": _one("fault.ended"),
    }
)
_FAULTS: Final = frozenset({"fault.deaf", "fault.mute", "fault.journal"})
_LOCKS: Final[Mapping[Lock, frozenset[str]]] = MappingProxyType(
    {Lock.CAUTION: _one("safety.locked-caution"), Lock.URGENT: _one("safety.locked-urgent")}
)
_MAYBE_SAID: Final = frozenset(
    {"safety.locked-caution", "safety.locked-urgent", "session.paused-remind", "session.left-out", "session.unheard"}
)
"""Said or not: in a quiet hour nobody is woken for them, and not everybody has something left out."""


def wording(seen: Seen) -> list[frozenset[str]]:
    """Return what must be said with the records of a step: one line of each set."""
    return [lines for record in seen.records for lines in _lines(record, seen)]


def optional(seen: Seen) -> frozenset[str]:
    """Return what may be said with the records of a step, beside what must be."""
    if seen.kinds & {"booted", "reminded", "opened"}:
        return _MAYBE_SAID
    if seen.asked is not None and seen.after.tries > 1:
        return _one("session.not-clear")
    # A line of help may go with a refusal.
    return _one("safety.help-line") if "ended:refused" in signature(seen) else frozenset()


def _lines(record: fx.Record, seen: Seen) -> tuple[frozenset[str], ...]:  # noqa: C901, PLR0911, PLR0912 - one flat case a record
    detail, before, after = record.detail, seen.before, seen.after
    match record.kind:
        case "practice":
            return (*_practised(before, after), _one("practice.pain" if after.round > ROUNDS else "practice.counting"))
        case "practice-ended":
            return _practice_ended(str(detail["reason"]))
        case "opened":
            return (_one("session.hello"),)
        case "asked":
            question = str(detail["question"])
            return (_one(f"question.{SAME_WORDS.get(question, question)}"),)
        case "read-back":
            return (_one(f"question.confirm-{detail['answer']}"),)
        case "wanted":
            return (_one("serve.moment"),)
        case "put-off":
            return (_one(f"session.{detail['why']}"),)
        case "morning":
            return (_one("serve.morning" if detail["what"] == "yes" else "serve.rest-well"),)
        case "unready":
            return (_one("serve.unready"),)
        case "begun":
            return (_one("session.lets-begin"),)
        case "going-on" if after.phase is Phase.RUN:
            said = "-yes" if detail["read-back"] else ""
            return (_one("session.going-on-gently" if before.question == "go-on" else f"session.going-on{said}"),)
        case "eased":
            return (_one("session.easier"),)
        case "paused":
            return (_one(_PAUSED[str(detail["why"])]),)
        case "rest":
            return (_RESTED[str(detail["why"])],)
        case "echo" if detail["kind"] == "half-duplex" and before.phase in {Phase.IDLE, Phase.RUN}:
            return () if before.question else (_one("session.half-duplex"),)
        case "minute":
            return (_one("safety.minute"),)
        case "safety":
            return _ADVICE[str(detail["class"])]
        case "advice":
            return _ADVICE[str(detail["advice"])]
        case "ended" if detail["outcome"] in _ENDED:
            return (_ENDED[str(detail["outcome"])],)
        case "locked":
            return (_LOCKS[after.lock],)
        case "reminded" if before.phase is Phase.LOCKED and sounding(before):
            truth = _one("safety.nobody-reached") if before.failures == 2 else _TRUTH
            return tuple(truth if lines is _TRUTH else lines for lines in _ADVICE[before.advice.value])
        case "call-unanswered":
            return (_one("safety.help-line"),)
        case "refused":
            return (_refusal(str(detail["reason"])),)
        case "acknowledged":
            return (_one("safety.unlocked" if seen.moved else "safety.all-right-paused"),)
        case "fault" if Phase.FAULT in {before.phase, after.phase}:
            return (_FAULTS,)
        case "notice" if after.failures == 2 and before.failures == 1:
            return (_one("safety.nobody-reached"),)
        case "maybe" if before.phase in {Phase.ADVICE, Phase.LOCKED}:
            return (_one("safety.help-line"),)
        case _:
            return ()


def _practised(before: Account, after: Account) -> tuple[frozenset[str], ...]:
    """Return what is said before a round of practice: the invitation, or how the round before it went."""
    if before.phase is not Phase.PRACTICE:
        return (_one("practice.hello"),)
    if after.round == before.round:
        return ()
    return (_one("practice.heard" if after.caught > before.caught else "practice.missed"),)


def _practice_ended(reason: str) -> tuple[frozenset[str], ...]:
    match reason:
        case "key":
            return (_one("practice.key"),)
        case "left":
            return (frozenset({"practice.ended", "session.later"}),)
        case "fault":
            return (_FAULTS | {"fault.ended"},)
        case _:
            return (frozenset({"practice.heard", "practice.missed"}), _one(f"practice.{reason}"))


def _refusal(reason: str) -> frozenset[str]:
    match reason:
        case "locked" | "not-clear":
            return _one("safety.refused-locked")
        case "pin":
            return frozenset({"safety.wrong-pin", "safety.pin-wait"})
        case "fault" | "no-journal":
            return _FAULTS
        case "resting":
            return _one("session.rest-longer")
        case _:
            return frozenset({reason, f"barred.{reason}"})


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
    """Return the chimes that belong to the records of a step, in order; in a quiet hour none says that it is ready."""
    before, after = seen.before, seen.after
    rung: list[fx.Chime] = [
        chime for chime in seen.chimes if chime is fx.Chime.READY and "booted" in seen.kinds and not after.lock
    ]
    for record in seen.records:
        match record.kind:
            case "fault" if Phase.FAULT in {before.phase, after.phase} or _in_chain_throughout(seen):
                rung.append(fx.Chime.FAULT)
            case "untrusted" if _in_chain_throughout(seen):
                rung.append(fx.Chime.FAULT)
            case "ended" if record.detail["reason"] == "untrusted":
                rung.append(fx.Chime.FAULT)
            case "asked" if record.detail["question"] == "offer" and before.phase is not Phase.OFFER:
                rung.append(fx.Chime.READY)
            case "unready":
                rung.append(fx.Chime.FAULT)
            case "practice-ended" if record.detail["reason"] == "fault":
                rung.append(fx.Chime.FAULT)
            case "reminded" if before.phase is Phase.LOCKED and sounding(before):
                rung.append(fx.Chime.ALARM)
            case "refused" if str(record.detail["reason"]).startswith(("fault", "no-journal")):
                rung.append(fx.Chime.FAULT)
    return rung


def _in_chain_throughout(seen: Seen) -> bool:
    return not seen.moved and seen.before.phase in CHAIN


# ------------------------------------------------------------------ how long is waited

_QUESTION_S: Final[Mapping[str, float]] = MappingProxyType(
    {"hurt": 6.0, "groan": 8.0, "offer": 12.0, "wake": 12.0, "morning": 12.0}
)
_ADVICE_S: Final[Mapping[Advice, float]] = MappingProxyType(
    {
        Advice.EMERGENCY: 20.0,
        Advice.HEAVY_BLEEDING: 20.0,
        Advice.BLEEDING: 20.0,
        Advice.URGENT: 60.0,
        Advice.CAUTION: 60.0,
    }
)
_PAUSE_S: Final = (120.0, 180.0, 300.0)
_REST_S: Final[Mapping[Pause, float]] = MappingProxyType({Pause.MINUTE: 60.0, Pause.FLAT: 120.0, Pause.VISIT: 1800.0})
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
            return 8.0 if after.question == "person-first" else 12.0
        case Phase.PRACTICE:
            return 6.0
        case Phase.ACKLINE:
            return 5.0
        case Phase.ADVICE:
            return _ADVICE_S[after.advice]
        case Phase.FAULT:
            return 120.0
        case Phase.MINUTE:
            return 60.0
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
        return 60.0 if resting and after.pause is Pause.ASKING else _REST_S.get(after.pause, _PAUSE_S[after.nags])
    return None
