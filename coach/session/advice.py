"""Advice: what is said after a stop for safety, how long it is left to work, and how it is repeated.

1. The lines are fixed; nothing is put into them but the configured emergency number.
2. Whoever is told to get help is told what the coach itself can do about it, which follows the set-up.
3. Advice that cannot wait is repeated with an alarm until somebody has taken it in.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from coach.audio.lanes import Lane
from coach.session.effects import Say
from coach.session.ending import REMINDER_S
from coach.session.moves import Move
from coach.session.states import Advice, Lock, Protocol
from coach.session.turn import Act

ADVICE_S: Final[Mapping[Advice, float]] = MappingProxyType(
    {
        Advice.EMERGENCY: 20.0,
        Advice.HEAVY_BLEEDING: 20.0,
        Advice.URGENT: 60.0,
        Advice.BLEEDING: 20.0,
        Advice.CAUTION: 60.0,
    }
)
"""How long advice is left to work before it is said again: 60 s is the protocol's; 20 s where minutes count, chosen."""
UNHEARD_S: Final = 30.0
"""How often urgent advice is repeated until it is acknowledged; the alarm lasts `UNHEARD_TIMES` of these."""
UNHEARD_TIMES: Final = 4
"""Four times 30 s: the 120 s for which an urgent state must be sounded (protocol, section 6)."""
UNREACHED: Final = 2
"""Failures by which nobody counts as reached: the second, by 30 s (protocol, T25)."""
_LINES: Final[Mapping[Advice, tuple[Act, ...]]] = MappingProxyType(
    {
        Advice.EMERGENCY: (Say("safety.emergency", lane=Lane.SAFETY), Move.NUMBER, Move.TRUTH),
        Advice.HEAVY_BLEEDING: (Say("safety.heavy-bleeding", lane=Lane.SAFETY), Move.NUMBER, Move.TRUTH),
        Advice.URGENT: (Say("safety.urgent", lane=Lane.SAFETY), Move.TRUTH),
        Advice.BLEEDING: (Say("safety.bleeding", lane=Lane.SAFETY), Move.TRUTH),
        Advice.CAUTION: (Say("safety.caution", lane=Lane.SAFETY),),
    }
)


def say(phrase: str) -> Say:
    """Return a line in the lane that is heard above everything."""
    return Say(phrase, lane=Lane.SAFETY)


def advice_lines(advice: Advice, *, unreached: bool = False) -> tuple[Act, ...]:
    """Return the lines of an advice.

    Args:
        advice: Which one.
        unreached: Whether she was told that nobody was reached: then no message is said to be on its way.
    """
    lines = _LINES[advice]
    return tuple(say("safety.nobody-reached") if line is Move.TRUTH and unreached else line for line in lines)


def sounding(protocol: Protocol) -> bool:
    """Return whether urgent advice is still repeated with its alarm: nobody has taken it in."""
    return not protocol.acknowledged and protocol.lock is Lock.URGENT and protocol.nags < UNHEARD_TIMES


def reminder_s(protocol: Protocol) -> float:
    """Return how long a locked coach waits before it reminds."""
    return UNHEARD_S if sounding(protocol) else REMINDER_S
