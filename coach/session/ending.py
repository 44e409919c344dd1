"""Ending: the one way in which a session is closed, and the ways to rest."""

from dataclasses import replace
from typing import Final

from coach.session.effects import ArmTimer, EndSession, Hush, Notify, Outcome, Ring, Say, Silence
from coach.session.effects import Record as RecordEffect
from coach.session.moves import Move
from coach.session.states import Advice, Ahead, Phase, Protocol, Record
from coach.session.turn import Act, Turn
from coach.units import frames

REMINDER_S: Final = 15 * 60.0
"""Voice reminder of a lock (protocol, section 2)."""


def rest(protocol: Protocol) -> Protocol:
    """Return the protocol at rest: idle, or locked where a lock is set."""
    return replace(
        protocol.cleared(),
        phase=Phase.LOCKED if protocol.lock else Phase.IDLE,
        ahead=Ahead.SCREENING,
        record=Record.NONE,
        advice=Advice.NONE,
        acknowledged=bool(protocol.lock),
        red_flag=False,
        hurt_before=False,
        failures=0,
    )


def end(
    protocol: Protocol,
    outcome: Outcome,
    *lines: Ring | Say,
    reason: str = "",
    notice: str | None = None,
    first: Silence | Hush | None = None,
) -> Turn:
    """End an open session: silent, journaled, told to the carer where there is reason to, and said.

    Args:
        protocol: The protocol as it was.
        outcome: How it ended; anything but completed brings back the four questions.
        lines: What is said.
        reason: More exactly why, for the journal.
        notice: Kind of the carer's notice, None for none.
        first: How it falls silent; a silence unless said otherwise.
    """
    notices: tuple[Act, ...] = () if notice is None else (Notify(notice),)
    acts: tuple[Act, ...] = (
        first if first is not None else Silence(),
        Move.HALT,
        Move.COMPLETED if outcome is Outcome.COMPLETED else Move.ASK_ALL,
        RecordEffect("ended", {"outcome": outcome.value, "reason": reason or outcome.value}),
        *notices,
        *lines,
        EndSession(outcome),
    )
    reminder: tuple[Act, ...] = (ArmTimer(frames(REMINDER_S)),) if protocol.lock else ()
    return Turn(rest(protocol), (*acts, *reminder))
