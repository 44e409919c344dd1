"""What words lead to, as the monitor has it: tables of their own, written from the protocol and not from the code.

`LEADS`: what the answers to a question lead to; `DUTIES`: what a word leads to where no question is open. Steps are
named as in `coach.session.expected`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from coach.session import events as ev
from coach.session.expected import signature
from coach.session.heard import Kind
from coach.session.seen import Seen
from coach.session.states import Phase

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
        "resume-own": _lead(
            yes="going-on:1 asked:effort",
            no="paused:not-yet",
            pain=_HURTS,
            stop="ended:stopped",
            unsafe="paused:not-yet",
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
        "resume-own",
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
        **dict.fromkeys(("screen-consent", "go-on", "resume", "resume-own", "offer", "wake"), "yes"),
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
