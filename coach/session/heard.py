"""What is heard, how surely, and what follows: one table.

1. Stopping needs little evidence, going on needs much: nothing but a final result moves a session
   forward.
2. An unfinished recognition may silence the exercise. It never ends in going on by itself.
3. Every command has one kind, and every kind one row for each certainty: the tables are total.
4. An open question hears answers first; see `coach.session.answering`.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from coach.commands import Command
from coach.listening.hearing import Certainty


class Kind(StrEnum):
    """Kinds of command, by what follows them."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    PAIN = "pain"
    DIZZY = "dizzy"
    MAYBE = "maybe"
    GROAN = "groan"
    STOP = "stop"
    PAUSE = "pause"
    CONTROL = "control"
    INFO = "info"
    ANSWER = "answer"


class Follows(StrEnum):
    """What follows a hearing; each is resolved by phase in `coach.session.tables`."""

    NOTHING = "nothing"
    SILENCE = "silence"
    HUSH = "hush"
    EMERGENCY = "emergency"
    CALLED = "called"
    URGENT = "urgent"
    PAIN = "pain"
    DIZZY = "dizzy"
    MAYBE = "maybe"
    GROAN = "groan"
    STOP = "stop"
    PAUSE = "pause"
    PAUSE_UNSURE = "pause-unsure"
    DO = "do"
    TELL = "tell"
    ANSWER = "answer"


KIND: Final[Mapping[Command, Kind]] = MappingProxyType(
    {
        Command.BREATH_CHEST: Kind.EMERGENCY,
        Command.CALL_PERSON: Kind.EMERGENCY,
        Command.CALF_CLOT: Kind.URGENT,
        Command.NUMB: Kind.URGENT,
        Command.BLEEDING: Kind.URGENT,
        Command.PAIN: Kind.PAIN,
        Command.DIZZY_UNWELL: Kind.DIZZY,
        Command.MAYBE_PAIN: Kind.MAYBE,
        Command.VOCAL_DISTRESS: Kind.GROAN,
        Command.STOP: Kind.STOP,
        Command.PAUSE: Kind.PAUSE,
        Command.RESUME: Kind.CONTROL,
        Command.REPEAT: Kind.CONTROL,
        Command.SKIP: Kind.CONTROL,
        Command.NEXT: Kind.CONTROL,
        Command.START: Kind.CONTROL,
        Command.SLOWER: Kind.CONTROL,
        Command.FASTER: Kind.CONTROL,
        Command.EASIER: Kind.CONTROL,
        Command.FEWER: Kind.CONTROL,
        Command.REST_LONGER: Kind.CONTROL,
        Command.LOUDER: Kind.CONTROL,
        Command.QUIETER: Kind.CONTROL,
        Command.SPEAK_SLOWER: Kind.CONTROL,
        Command.SPEAK_FASTER: Kind.CONTROL,
        Command.SWITCH_FOOT: Kind.CONTROL,
        Command.TIRED: Kind.CONTROL,
        Command.LATER: Kind.CONTROL,
        Command.NOT_TODAY: Kind.CONTROL,
        Command.SOMEONE_HERE: Kind.CONTROL,
        Command.PRACTICE: Kind.CONTROL,
        Command.HOW_MANY_LEFT: Kind.INFO,
        Command.HOW_LONG_LEFT: Kind.INFO,
        Command.WHATS_NEXT: Kind.INFO,
        Command.COMMANDS_HELP: Kind.INFO,
        Command.HOW_TO: Kind.INFO,
        Command.WHY: Kind.INFO,
        Command.HOW_AM_I_DOING: Kind.INFO,
        Command.YES: Kind.ANSWER,
        Command.NO: Kind.ANSWER,
        Command.ALL_CLEAR: Kind.ANSWER,
    }
)


def _row(partial: Follows, final: Follows, unconfirmed: Follows) -> Mapping[Certainty, Follows]:
    """Return one row: what follows a partial, a final and an unconfirmed partial."""
    return MappingProxyType(
        {Certainty.PARTIAL: partial, Certainty.FINAL: final, Certainty.UNCONFIRMED: unconfirmed},
    )


FOLLOWS: Final[Mapping[Kind, Mapping[Certainty, Follows]]] = MappingProxyType(
    {
        #                    on a partial      on the final       unconfirmed partial
        Kind.EMERGENCY: _row(Follows.SILENCE, Follows.EMERGENCY, Follows.CALLED),
        Kind.URGENT: _row(Follows.SILENCE, Follows.URGENT, Follows.MAYBE),
        Kind.PAIN: _row(Follows.SILENCE, Follows.PAIN, Follows.MAYBE),
        Kind.DIZZY: _row(Follows.SILENCE, Follows.DIZZY, Follows.MAYBE),
        Kind.MAYBE: _row(Follows.NOTHING, Follows.MAYBE, Follows.MAYBE),
        Kind.GROAN: _row(Follows.NOTHING, Follows.GROAN, Follows.GROAN),
        Kind.STOP: _row(Follows.SILENCE, Follows.STOP, Follows.PAUSE_UNSURE),
        Kind.PAUSE: _row(Follows.HUSH, Follows.PAUSE, Follows.PAUSE),
        Kind.CONTROL: _row(Follows.NOTHING, Follows.DO, Follows.NOTHING),
        Kind.INFO: _row(Follows.NOTHING, Follows.TELL, Follows.NOTHING),
        Kind.ANSWER: _row(Follows.NOTHING, Follows.ANSWER, Follows.NOTHING),
    }
)
"""The table of the design, section 13, point 0."""


def follows(command: Command, certainty: Certainty) -> Follows:
    """Return what follows a command heard with a certainty."""
    return FOLLOWS[KIND[command]][certainty]
