"""The account: how a session stands, worked out from nothing but what it journaled and asked of the world.

1. It shares no code with the tables and handlers: it is what a reader of the journal would conclude.
2. Each kind of record has one row in `_RECORDED`; the locks are believed where they were latched, how the
   coach is where it was told, and what sounds where it was asked for.
3. It has the fields of `coach.session.states.Protocol` and the same words, so that both can be compared: a
   session that holds in memory what its records do not say is found out (`differences`).
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from coach.language.utterance import Answer, Expectation
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.states import Advice, Ahead, Entry, Held, Lock, Pause, Phase, Protocol, Record

CHAIN: Final = frozenset({Phase.ACKLINE, Phase.TRIAGE, Phase.MINUTE, Phase.ADVICE, Phase.LOCKED})
REST: Final = frozenset({Phase.IDLE, Phase.LOCKED})

ASKED_IN: Final[Mapping[str, Phase]] = MappingProxyType(
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
                "person-first",
                "screen-consent",
            ),
            Phase.SCREEN,
        ),
        **dict.fromkeys(("effort", "really-hurt"), Phase.CHECKIN),
        **dict.fromkeys(
            (
                "hurt",
                "groan",
                "stopped",
                "sharp",
                "dizzy",
                "still-dizzy",
                "called",
                "called-at-rest",
                "called-me",
                "person",
            ),
            Phase.MAYBE,
        ),
        **dict.fromkeys(("go-on", "resume", "resume-own"), Phase.PAUSED),
        **dict.fromkeys(("triage-breath", "triage-blood", "triage-leg", "triage-pain"), Phase.TRIAGE),
        "unlock": Phase.LOCKED,
        **dict.fromkeys(("offer", "wake", "morning"), Phase.OFFER),
    }
)
"""The phase in which a question is open, by its name in the journal."""


class Account(NamedTuple):
    """How a session stands, as its records have it."""

    phase: Phase = Phase.BOOT
    question: str | None = None
    tries: int = 0
    read_back: Answer | None = None
    nags: int = 0
    pause: Pause = Pause.NONE
    held: Held = Held.NOTHING
    ahead: Ahead = Ahead.SCREENING
    led: bool = False
    """In RUN, and the score is entered once the line being said has ended."""
    record: Record = Record.NONE
    advice: Advice = Advice.NONE
    acknowledged: bool = False
    lock: Lock = Lock.NONE
    red_flag: bool = False
    hurt_before: bool = False
    round: int = 0
    caught: int = 0
    failures: int = 0
    hearing: bool = True
    voice: bool = True
    journal: bool = True

    alarmed: bool = False
    """A safety record without an acknowledgement behind it."""
    armed: bool = False
    """The timer is armed."""
    sounding: bool = False
    """The score is being followed."""
    sore: bool = False
    """Mild pain was rested, and she has not yet said that it may go on slower and smaller."""
    expected: Expectation = Expectation()
    """What the listener was last told to expect."""

    @property
    def healthy(self) -> bool:
        """Return whether the coach can hear, speak and keep a journal."""
        return self.hearing and self.voice and self.journal

    @property
    def in_session(self) -> bool:
        """Return whether a session record is open."""
        return self.record is Record.OPEN


def accounted(  # noqa: C901 - one flat case an effect
    account: Account, event: ev.Event, effects: Iterable[fx.Effect]
) -> Account:
    """Return how things stand after an event and what it led to."""
    now = _told(account, event)
    for effect in effects:
        match effect:
            case fx.Record():
                handler = _RECORDED.get(effect.kind)
                now = now if handler is None else handler(now, effect.detail)
            case fx.Silence():
                now = now._replace(armed=False, sounding=False, read_back=_unless_running(now))
            case fx.Hush() | fx.HaltScore():
                now = now._replace(sounding=False, read_back=_unless_running(now))
            case fx.ArmTimer():
                now = now._replace(armed=True)
            case fx.CancelTimer():
                now = now._replace(armed=False)
            case fx.FollowScore():
                now = now._replace(sounding=True, led=False, read_back=None)
            case fx.Latch():
                now = now._replace(lock=Lock(effect.lock))
            case fx.EndSession():
                now = now._replace(record=Record.NONE)
            case fx.Listen():
                now = now._replace(expected=effect.expectation)
    if now.phase is Phase.RUN:
        led = not now.sounding and (now.led or account.sounding or account.phase is not Phase.RUN)
        now = now._replace(ahead=Ahead.EXERCISE, led=led)
    return now


def differences(account: Account, protocol: Protocol) -> tuple[str, ...]:
    """Return the names of what a session holds in memory and its records do not say."""
    held = {name: getattr(protocol, name) for name in _SHARED}
    told = {name: getattr(account, name) for name in _SHARED}
    wrong = [name for name in _SHARED if held[name] != told[name]]
    if (protocol.question.value if protocol.question else None) != account.question:
        wrong.append("question")
    if (protocol.entry is not Entry.NONE) != account.led:
        wrong.append("entry")
    return tuple(wrong)


_SHARED: Final = (
    "phase",
    "tries",
    "read_back",
    "nags",
    "pause",
    "held",
    "ahead",
    "record",
    "advice",
    "acknowledged",
    "lock",
    "red_flag",
    "hurt_before",
    "round",
    "caught",
    "failures",
    "hearing",
    "voice",
    "journal",
)
_HEALTH: Final[Mapping[type[ev.Event], Mapping[str, Any]]] = MappingProxyType(
    {
        ev.HearingLost: {"hearing": False},
        ev.HearingRestored: {"hearing": True},
        ev.VoiceLost: {"voice": False},
        ev.VoiceRestored: {"voice": True},
        ev.JournalFailed: {"journal": False},
        ev.JournalRestored: {"journal": True},
    }
)
_EXERCISING: Final = frozenset({Phase.SCREEN, Phase.RUN, Phase.CHECKIN, Phase.PAUSED})

Detail = Mapping[str, int | str]


def _told(account: Account, event: ev.Event) -> Account:
    """Return the account with what the event itself says: a timer that ran out, how the coach is."""
    if isinstance(event, ev.TimerFired):
        return account._replace(armed=False)
    health = _HEALTH.get(type(event))
    return account._replace(**health) if health is not None else account


def _unless_running(account: Account) -> Answer | None:
    """Return what is being read back behind something that breaks off: in RUN nothing any more."""
    return None if account.phase is Phase.RUN else account.read_back


def _at(account: Account, phase: Phase, pause: Pause = Pause.NONE, held: Held = Held.NOTHING) -> Account:
    """Return the account in a phase, with nothing open there."""
    at = account._replace(phase=phase, pause=pause, held=held, led=False, round=0, caught=0)
    return at._replace(question=None, tries=0, read_back=None, nags=0)


def _resting(account: Account) -> Account:
    return _at(account, Phase.LOCKED if account.lock else Phase.IDLE)._replace(
        ahead=Ahead.SCREENING,
        record=Record.NONE if account.record is not Record.ENDED else account.record,
        advice=Advice.NONE,
        acknowledged=bool(account.lock),
        red_flag=False,
        hurt_before=False,
        failures=0,
        sore=False,
    )


def _booted(account: Account, detail: Detail) -> Account:
    lock = Lock(int(detail["lock"]))
    at = _at(account, Phase.LOCKED if lock else Phase.IDLE)
    return at._replace(lock=lock, acknowledged=bool(lock), alarmed=bool(lock))


def _practising(account: Account, detail: Detail) -> Account:
    at = _at(account, Phase.PRACTICE)
    return at._replace(ahead=Ahead(str(detail["then"])), round=int(detail["round"]), caught=int(detail["caught"]))


def _opened(account: Account, _detail: Detail) -> Account:
    return account._replace(record=Record.OPEN, ahead=Ahead.SCREENING)


def _asked(account: Account, detail: Detail) -> Account:
    question, tries = str(detail["question"]), int(detail["try"])
    if question == account.question and tries > 1:
        return account._replace(tries=tries, read_back=None)
    phase = ASKED_IN.get(question, account.phase)
    return _at(account, phase)._replace(question=question, tries=tries)


def _read_back(account: Account, detail: Detail) -> Account:
    return account._replace(read_back=Answer(str(detail["answer"])))


def _going_on(account: Account, detail: Detail) -> Account:
    read_back = Answer.YES if detail.get("read-back") else None
    return _at(account, Phase.RUN)._replace(led=True, sore=False, read_back=read_back)


def _set(account: Account, _detail: Detail) -> Account:
    return account._replace(ahead=Ahead.CHECKIN, sounding=False)  # behind a set the score waits


def _half_heard(account: Account, detail: Detail) -> Account:
    held = Held[str(detail["what"]).upper()]
    if account.phase is Phase.PRACTICE:
        return account._replace(held=held)
    if held >= Held.PAIN:
        return _at(account, Phase.MAYBE, held=held)
    return _at(account, Phase.PAUSED, Pause.ASKING, held)


def _paused(account: Account, detail: Detail) -> Account:
    pauses = {"own": Pause.OWN, "tired": Pause.OWN, "visit": Pause.VISIT}
    return _at(account, Phase.PAUSED, pauses.get(str(detail["why"]), Pause.ASKING))


def _rested(account: Account, detail: Detail) -> Account:
    minute = Pause.ASKING if account.lock else Pause.MINUTE
    at = _at(account, Phase.PAUSED, Pause.FLAT if detail["why"] == "dizzy" else minute)
    return at._replace(ahead=Ahead.EXERCISE, hurt_before=True, sore=True)


def _alarmed(account: Account, detail: Detail) -> Account:
    kind = detail["class"]
    if kind == "again":
        return account._replace(
            red_flag=account.phase is not Phase.LOCKED,
            advice=Advice.URGENT if account.advice is Advice.CAUTION else account.advice,
            nags=0,
            failures=0,
            alarmed=True,
        )
    advice = Advice.NONE if kind == "safety" else Advice(str(kind))
    return _at(account, Phase.ACKLINE if kind == "safety" else Phase.ADVICE)._replace(
        record=Record.NONE if account.record is Record.NONE else Record.ENDED,
        ahead=Ahead.SCREENING,
        advice=advice,
        acknowledged=False,
        red_flag=advice not in {Advice.NONE, Advice.CAUTION} or (account.red_flag and advice is not Advice.NONE),
        hurt_before=False,
        failures=0,
        alarmed=True,
        sore=False,
    )


def _ended(account: Account, detail: Detail) -> Account:
    ended = account._replace(record=Record.ENDED)
    return ended if detail["outcome"] == fx.Outcome.SAFETY.value else _resting(ended)


def _advised(account: Account, detail: Detail) -> Account:
    return _at(account, Phase.ADVICE)._replace(advice=Advice(str(detail["advice"])))


def _flagged(account: Account, _detail: Detail) -> Account:
    return account._replace(red_flag=True, failures=0)


def _locked(account: Account, detail: Detail) -> Account:
    acknowledged = bool(detail["acknowledged"])
    return _at(account, Phase.LOCKED)._replace(
        ahead=Ahead.SCREENING,
        acknowledged=acknowledged,
        red_flag=False,
        advice=Advice.NONE if acknowledged else account.advice,
        hurt_before=False,
    )


def _taken_in(account: Account, _detail: Detail) -> Account:
    return account._replace(acknowledged=True, advice=Advice.NONE, nags=0)


def _reminded(account: Account, _detail: Detail) -> Account:
    return account._replace(nags=account.nags + 1)


def _refused(account: Account, detail: Detail) -> Account:
    if detail["reason"] not in {"not-clear", "no-journal"}:
        return account
    return _at(account, account.phase)._replace(acknowledged=True, advice=Advice.NONE)


def _acknowledged(account: Account, _detail: Detail) -> Account:
    lifted = account._replace(alarmed=False)
    return lifted if account.phase is Phase.PAUSED else _resting(lifted._replace(lock=Lock.NONE))


def _let_be(account: Account, _detail: Detail) -> Account:
    return _resting(account)


def _faulty(account: Account, _detail: Detail) -> Account:
    loses = account.phase in _EXERCISING or account.question == "stopped"
    return _at(account, Phase.FAULT) if loses else account


def _noticed(account: Account, detail: Detail) -> Account:
    if detail["delivered"]:
        return account._replace(failures=0)
    return account._replace(failures=min(account.failures + 1, 2)) if account.phase in CHAIN else account


_RECORDED: Final[Mapping[str, Callable[[Account, Detail], Account]]] = MappingProxyType(
    {
        "booted": _booted,
        "practice": _practising,
        "practice-ended": lambda account, _detail: _resting(account),
        "opened": _opened,
        "asked": _asked,
        "begun": _going_on,
        "going-on": _going_on,
        "read-back": _read_back,
        "minute": lambda account, _detail: _at(account, Phase.MINUTE),
        "effort": lambda account, _detail: _at(account, Phase.RUN),
        "set": _set,
        "half-heard": _half_heard,
        "paused": _paused,
        "rest": _rested,
        "safety": _alarmed,
        "ended": _ended,
        "advice": _advised,
        "red-flag": _flagged,
        "locked": _locked,
        "taken-in": _taken_in,
        "reminded": _reminded,
        "refused": _refused,
        "acknowledged": _acknowledged,
        "let-be": _let_be,
        "call-unanswered": _let_be,
        "wanted": _let_be,
        "put-off": _let_be,
        "morning": _let_be,
        "fault": _faulty,
        "notice": _noticed,
    }
)
"""What each kind of record says of how things stand; the kinds that are missing say nothing of it."""
