"""What changes nothing, and why: for every pair that has no row in `coach.session.tables` the reason."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from coach.session import events as ev
from coach.session.heard import KIND, Follows, Kind
from coach.session.states import Phase
from coach.session.tables import COMMANDS, CommandPair, HeardPair, Pair

_ALL: Final = tuple(Phase)


def _because(phases: tuple[Phase, ...], kinds: tuple[type[ev.Event], ...], reason: str) -> dict[Pair, str]:
    return dict.fromkeys(((phase, kind) for phase in phases for kind in kinds), reason)


def _but(*left_out: Phase) -> tuple[Phase, ...]:
    return tuple(phase for phase in _ALL if phase not in left_out)


IGNORED: Final[Mapping[Pair, str]] = MappingProxyType(
    {
        **_because(_but(Phase.BOOT), (ev.Booted,), "the self test is over already"),
        **_because(_but(Phase.IDLE), (ev.PracticeRequested,), "not at rest, or locked: practice can wait"),
        **_because(
            _but(Phase.IDLE),
            (ev.SessionFellDue, ev.DayUnknown, ev.SessionUnready),
            "not at rest, or locked: the schedule asks again, or need not",
        ),
        **_because(_but(Phase.IDLE, Phase.LOCKED), (ev.StartRequested,), "not at rest: a session is open or ending"),
        **_because(
            (Phase.BOOT,),
            (ev.Heard, ev.StopRequested),
            "nothing sounds, and nothing is heard, before the end of the self test",
        ),
        **_because(_ALL, (ev.QuietHours,), "it is remembered with the place, and asked for as a fact"),
        **_because(
            (
                Phase.BOOT,
                Phase.IDLE,
                Phase.PRACTICE,
                Phase.RUN,
                Phase.FAULT,
                Phase.ACKLINE,
                Phase.MINUTE,
                Phase.ADVICE,
            ),
            (ev.SpeechUnclear,),
            "no question is open",
        ),
        **_because(
            _but(Phase.RUN, Phase.PAUSED, Phase.MAYBE, Phase.FAULT),
            (ev.SegmentEnded,),
            "the score is not followed, and was not a moment ago",
        ),
        **_because(_but(Phase.RUN, Phase.ACKLINE), (ev.UtteranceEnded,), "nothing waits for the end of a line"),
        **_because((Phase.BOOT, Phase.IDLE), (ev.TimerFired,), "nothing is timed: a timer that was replaced"),
        **_because(
            _but(Phase.LOCKED, Phase.ADVICE, Phase.PAUSED),
            (ev.CareAcknowledged, ev.PinRefused),
            "nothing is locked, or what led to the lock is still being asked about",
        ),
    }
)
"""What changes nothing, and why."""


def _deaf_to(phases: tuple[Phase, ...], what: tuple[Follows, ...], reason: str) -> dict[HeardPair, str]:
    return dict.fromkeys(((phase, one) for phase in phases for one in what), reason)


_QUESTIONING: Final = (Phase.SCREEN, Phase.CHECKIN, Phase.TRIAGE, Phase.OFFER)

UNHEARD: Final[Mapping[HeardPair, str]] = MappingProxyType(
    {
        **_deaf_to((Phase.BOOT,), tuple(Follows), "nothing is heard before the end of the self test"),
        **_deaf_to(_QUESTIONING, tuple(Follows), "a question is always open here: it reads what is heard"),
        **_deaf_to(
            tuple(phase for phase in _ALL if phase not in {Phase.BOOT, *_QUESTIONING}),
            (Follows.NOTHING,),
            "nothing follows so weak a hearing",
        ),
        **_deaf_to(
            (Phase.IDLE, Phase.PRACTICE, Phase.PAUSED, Phase.MAYBE, Phase.FAULT, Phase.ACKLINE, Phase.MINUTE),
            (Follows.ANSWER,),
            "no question is open",
        ),
        **_deaf_to((Phase.PAUSED,), (Follows.HUSH,), "nothing is going on; how the pause is left stays as it was"),
        **_deaf_to((Phase.MAYBE,), (Follows.HUSH,), "something graver was half heard, and all is silent"),
        **_deaf_to((Phase.MAYBE,), (Follows.DO, Follows.TELL), "what was half heard is settled first"),
        **_deaf_to((Phase.IDLE,), (Follows.PAUSE, Follows.PAUSE_UNSURE), "nothing is going on"),
        **_deaf_to(
            (Phase.FAULT,),
            (Follows.SILENCE, Follows.HUSH, Follows.PAUSE, Follows.PAUSE_UNSURE, Follows.TELL),
            "all is silent, and nothing can be trusted but a final word",
        ),
        **_deaf_to(
            (Phase.ACKLINE, Phase.MINUTE, Phase.ADVICE, Phase.LOCKED),
            (Follows.HUSH, Follows.PAUSE, Follows.PAUSE_UNSURE, Follows.TELL),
            "nothing is going on that could pause, and the advice comes first",
        ),
        **_deaf_to((Phase.ACKLINE, Phase.MINUTE, Phase.ADVICE), (Follows.DO,), "the stop comes first"),
    }
)
"""What is heard and changes nothing while no question is open, and why."""


_DOING: Final = tuple(command for command, kind in KIND.items() if kind in {Kind.CONTROL, Kind.INFO})
_REASONS: Final = {
    Phase.PRACTICE: "stopping is being practised",
    Phase.RUN: "the exercise is going on already",
    Phase.PAUSED: "it can wait until the session is over",
    Phase.IDLE: "no session is open, and a television may be talking",
    Phase.FAULT: "nothing goes on until the coach is well",
    Phase.LOCKED: "nothing is going on, and a television may be talking",
}

UNDONE: Final[Mapping[CommandPair, str]] = MappingProxyType(
    {
        (phase, command): reason
        for phase, reason in _REASONS.items()
        for command in _DOING
        if (phase, command) not in COMMANDS
    }
)
"""Commands that change nothing, and why."""
