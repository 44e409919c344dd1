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
from coach.session.account import CHAIN, Account
from coach.session.heard import Kind
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
            return _ADVICE[before.advice.value]
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


# ------------------------------------------------------------------ what follows

Lead = Mapping[str, tuple[str, ...]]
"""What is said to a question (an answer, ``pain``, ``stop``, ``unsafe``) to the names a step may then have."""


def _lead(**leads: str) -> Lead:
    return MappingProxyType({said: tuple(names.split()) for said, names in leads.items()})


_TURNED: Final = "ended:refused"
_HURTS: Final = "asked:sharp safety:caution rest:cramp"


def _screen(no: str, yes: str, dizzy: str = _TURNED) -> Lead:
    return _lead(yes=yes, no=no, pain=yes, dizzy=dizzy, stop="ended:stopped", unsafe="ended:no-answer")


def _offer(yes: str, no: str, stop: str) -> Lead:
    return _lead(yes=yes, no=no, pain="asked:called-me", stop=stop, unsafe="let-be")


LEADS: Final[Mapping[str, Lead]] = MappingProxyType(
    {
        "screen-legs": _screen("asked:screen-breath", "ended:refused asked:worse-legs"),
        "screen-breath": _screen("asked:screen-dizzy", "asked:person-first asked:worse-breath"),
        "screen-dizzy": _screen(
            "asked:screen-unwell", "ended:refused asked:worse-dizzy", "ended:refused asked:worse-dizzy"
        ),
        "screen-unwell": _screen("asked:screen-consent", _TURNED),
        "screen-since": _screen(
            "asked:screen-consent", "ended:refused asked:screen-legs", "ended:refused asked:screen-legs"
        ),
        "worse-legs": _screen("asked:screen-breath", _TURNED),
        "worse-breath": _screen("asked:screen-dizzy", "asked:person-first"),
        "worse-dizzy": _screen("asked:screen-unwell", _TURNED),
        "person-first": _lead(yes="safety:emergency", no=_TURNED, pain="safety:emergency", unsafe="safety:emergency"),
        "screen-consent": _lead(yes="begun", no=_TURNED, pain=_TURNED, stop="ended:stopped", unsafe="ended:no-answer"),
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
        "dizzy": _lead(
            yes="safety:safety", no="rest:dizzy ended:refused", pain="safety:safety", dizzy="", unsafe="safety:safety"
        ),
        "still-dizzy": _lead(
            yes="safety:emergency",
            no="asked:go-on paused:all-right",
            pain="safety:safety",
            dizzy="safety:emergency",
            unsafe="safety:emergency",
        ),
        "go-on": _lead(
            yes="going-on:1", no="ended:stopped", pain=_HURTS, stop="ended:stopped", unsafe="ended:no-answer"
        ),
        "resume": _lead(
            yes="going-on:1 going-on:0 asked:effort asked:screen-legs asked:screen-since",
            no="paused:not-yet",
            pain=_HURTS,
            stop="ended:stopped",
            unsafe="ended:no-answer",
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
        "triage-leg": _lead(yes="advice:urgent", no="minute", pain="advice:urgent", unsafe="advice:urgent"),
        "triage-pain": _lead(
            yes="advice:urgent", no="advice:caution advice:urgent", pain="advice:urgent", unsafe="advice:urgent"
        ),
        "offer": _offer("wanted", "put-off:later put-off:not-today", "put-off:later"),
        "wake": _offer("wanted", "put-off:later put-off:not-today", "put-off:later"),
        "morning": _offer("morning:yes", "morning:no", "let-be"),
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

_ONCE: Final = frozenset(
    {
        "stopped",
        "called-me",
        "offer",
        "wake",
        "morning",
        "person",
        "person-first",
        "triage-breath",
        "triage-blood",
        "triage-leg",
        "triage-pain",
        "unlock",
    }
)
"""Questions that are not asked again where nobody answers."""


def tries(question: str, *, silent: bool) -> int:
    """Return how often a question is asked: where the answers are unclear, or where there are none."""
    return 1 if silent and question in _ONCE else 2


READ_BACK: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "screen-legs",
                "screen-breath",
                "screen-dizzy",
                "screen-unwell",
                "screen-since",
                "worse-legs",
                "worse-breath",
                "worse-dizzy",
            ),
            "yes no",
        ),
        **dict.fromkeys(("screen-consent", "go-on", "resume", "offer", "wake"), "yes"),
        **dict.fromkeys(
            (
                "person-first",
                "really-hurt",
                "hurt",
                "groan",
                "sharp",
                "dizzy",
                "still-dizzy",
                "called",
                "person",
                "triage-breath",
                "triage-blood",
                "triage-leg",
                "triage-pain",
                "unlock",
            ),
            "no",
        ),
    }
)
"""Answers that count at once only where they were surely heard, by question; others always do."""

Duty = tuple[Phase, Kind]
_HERE: Final = (Phase.RUN, Phase.PAUSED)
_DEEP: Final = (Phase.ACKLINE, Phase.MINUTE, Phase.ADVICE, Phase.LOCKED)
_URGENT: Final = frozenset({"safety:urgent", "safety:bleeding", "safety:heavy-bleeding"})
DUTIES: Final[Mapping[Duty, frozenset[str]]] = MappingProxyType(
    {
        **{(phase, Kind.EMERGENCY): frozenset({"safety:emergency", "asked:person"}) for phase in _HERE},
        **{(phase, Kind.URGENT): _URGENT for phase in _HERE},
        **{(phase, Kind.PAIN): frozenset({"asked:sharp", "safety:caution", "rest:cramp"}) for phase in _HERE},
        **{(phase, Kind.DIZZY): frozenset({"asked:dizzy", "safety:caution"}) for phase in _HERE},
        **{(phase, Kind.MAYBE): frozenset({"asked:hurt"}) for phase in _HERE},
        **{(phase, Kind.GROAN): frozenset({"asked:groan"}) for phase in _HERE},
        (Phase.PRACTICE, Kind.EMERGENCY): frozenset({"asked:called-at-rest"}),
        **{(Phase.PRACTICE, kind): frozenset({"asked:called-me"}) for kind in (Kind.URGENT, Kind.DIZZY, Kind.GROAN)},
        **{
            (Phase.PRACTICE, kind): frozenset({"asked:called-me", "practice-ended:passed"})
            for kind in (Kind.PAIN, Kind.MAYBE)
        },
        **{
            (Phase.PRACTICE, kind): frozenset(
                {"practice", "practice-ended:left", "practice-ended:passed", "practice-ended:key"}
            )
            for kind in (Kind.STOP, Kind.PAUSE)
        },
        (Phase.RUN, Kind.STOP): frozenset({"asked:stopped"}),
        (Phase.RUN, Kind.PAUSE): frozenset({"paused:own"}),
        (Phase.PAUSED, Kind.STOP): frozenset({"asked:stopped", "ended:stopped"}),
        (Phase.MAYBE, Kind.EMERGENCY): frozenset({"safety:emergency", "asked:person"}),
        (Phase.MAYBE, Kind.URGENT): _URGENT,
        (Phase.MAYBE, Kind.PAIN): frozenset({"asked:sharp", "safety:caution", "rest:cramp", "asked:called-me"}),
        (Phase.MAYBE, Kind.DIZZY): frozenset({"asked:dizzy", "safety:caution", "asked:called-me"}),
        (Phase.MAYBE, Kind.MAYBE): frozenset({"asked:hurt", "asked:called"}),
        (Phase.MAYBE, Kind.GROAN): frozenset({"asked:hurt", "asked:called"}),
        (Phase.MAYBE, Kind.STOP): frozenset({"asked:hurt", "asked:called"}),
        (Phase.MAYBE, Kind.PAUSE): frozenset({"asked:hurt", "asked:called"}),
        (Phase.IDLE, Kind.EMERGENCY): frozenset({"asked:called-at-rest"}),
        (Phase.IDLE, Kind.URGENT): frozenset({"asked:called-me"}),
        (Phase.IDLE, Kind.PAIN): frozenset({"asked:called-me"}),
        (Phase.IDLE, Kind.DIZZY): frozenset({"asked:called-me"}),
        (Phase.IDLE, Kind.MAYBE): frozenset({"asked:called-me", "overheard"}),
        (Phase.IDLE, Kind.GROAN): frozenset({"asked:called-me", "overheard"}),
        (Phase.FAULT, Kind.EMERGENCY): frozenset({"safety:emergency"}),
        (Phase.FAULT, Kind.URGENT): _URGENT,
        (Phase.FAULT, Kind.PAIN): frozenset({"safety:safety"}),
        (Phase.FAULT, Kind.DIZZY): frozenset({"safety:safety"}),
        (Phase.FAULT, Kind.MAYBE): frozenset({"safety:safety"}),
        (Phase.FAULT, Kind.GROAN): frozenset({"safety:safety"}),
        (Phase.FAULT, Kind.STOP): frozenset({"ended:stopped"}),
        **{(phase, Kind.EMERGENCY): frozenset({"safety:emergency"}) for phase in _DEEP},
        **{(phase, Kind.URGENT): frozenset({"safety:again"}) for phase in _DEEP},
        **{(phase, Kind.PAIN): frozenset({"safety:again"}) for phase in _DEEP},
        **{(phase, Kind.DIZZY): frozenset({"safety:again"}) for phase in _DEEP},
        **{(phase, Kind.STOP): frozenset({"silenced"}) for phase in _DEEP},
        **{
            (phase, kind): frozenset({"safety:again"})
            for phase in (Phase.ACKLINE, Phase.MINUTE)
            for kind in (Kind.MAYBE, Kind.GROAN)
        },
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
        Kind.DIZZY: frozenset({"half-heard:pain"}),
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
        Kind.DIZZY: frozenset({"asked:hurt"}),
        Kind.MAYBE: frozenset({"asked:hurt"}),
        Kind.GROAN: frozenset({"asked:groan"}),
        Kind.STOP: frozenset({"paused:half-heard"}),
        Kind.PAUSE: frozenset({"paused:own"}),
    }
)
"""What a word that was not borne out leads to in the exercise."""


def said_to_question(seen: Seen) -> str:  # noqa: PLR0911 - one flat case a kind
    """Return what was said to the open question, in the words of `LEADS`; empty where it says nothing of the kind."""
    if seen.told(ev.TimerFired, ev.SpeechUnclear):
        return "unsafe"
    if seen.final is Kind.STOP:
        return "stop"
    if "safety:heavy-bleeding" in signature(seen):
        return ""  # an emergency goes past every question
    if seen.final is Kind.DIZZY:
        return "dizzy" if "dizzy" in LEADS[str(seen.before.question)] else "pain"
    if seen.final is Kind.PAIN or (seen.final is Kind.URGENT and seen.before.phase in {Phase.SCREEN, Phase.TRIAGE}):
        return "pain"
    if seen.answer is not None and seen.final not in {Kind.EMERGENCY, Kind.URGENT}:
        return seen.answer.value
    return ""
