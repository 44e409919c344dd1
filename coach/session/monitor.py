"""The monitor: an independent checker of the session, which believes only what is journaled and asked of the world.

`Monitor.check` is told every event and every effect, also where an event led to nothing, and returns what must not
be. It is used by the exhaustive exploration, by the random walks, by rehearsals and, live, as an assertion that leads
to FAULT. It shares no code with the tables and handlers; how things stand it works out from the records
(`coach.session.account`), and what belongs to a record it looks up in tables of its own (`coach.session.expected`,
`coach.session.leads`).

`INVARIANTS` is the list: I1-I51 of the safety-stop protocol, amended where the dialogue was made safer and lighter.
Clauses of one number hold together; a number that is missing was folded into another one:
I10, I11, I18 and I48 into `Account` (memory and records agree), I14 into I13, I21, I25, I27 and I28 into the outbox,
which the keeper of the journal holds, I35 into I42, I46 into I13 and I24, I49 into I12.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from coach.session import effects as fx
from coach.session import events as ev
from coach.session.account import Account, accounted
from coach.session.clauses import CLAUSES
from coach.session.seen import Seen

INVARIANTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "I1": "stop and harm are silenced first, and never lead to a cue",
        "I2": "an alarm is silenced, recorded, latched, told and spoken, in this order, and locks at once",
        "I3": "one session at a time, ended once, and told to be over behind its record",
        "I4": "after an alarm, and behind a lock, no cue until it is acknowledged",
        "I5": "no cue, and no exercise, while deaf, mute or without a journal",
        "I6": "a cue only in RUN, in an open session, with no question open",
        "I7": "a cue by an answer, behind a line she led to, or by the score itself",
        "I8": "the record comes before the cue",
        "I9": "RUN is entered by the person, and not past what was half heard",
        "I12": "an alarm keeps to the chain, and the chain is entered by an alarm",
        "I13": "a phase of the session has an open session; at rest every session has ended",
        "I16": "a lock is lowered by a triage that was clear, or by an acknowledgement",
        "I17": "an urgent lock is lifted by a carer only",
        "I19": "in triage whatever is not a clear no is a red flag",
        "I20": "a fault in a session is silenced, chimed, said and told",
        "I22": "what waits is timed, and for as long as it should be",
        "I23": "every end is announced",
        "I24": "a record is told in the words that belong to it, and nothing else is said",
        "I26": "she is told when nobody could be reached",
        "I29": "a pause pauses",
        "I30": "leaving the exercise falls silent first, and remembers the place",
        "I31": "a question is said, recorded and timed, and the listener expects its answer",
        "I32": "a human decision is recorded",
        "I33": "triage goes forward only, at a clear no only, and the advice fits",
        "I36": "screening goes on at a clear no only, and consent is asked behind it",
        "I38": "maybe pain is silenced and asked about",
        "I39": "silence and mumbling never go on",
        "I41": "behind anything uncertain the exercise goes on after a question only, behind pain after asking for it",
        "I42": "what is asked for at rest is done, or refused with a reason that is said and recorded",
        "I43": "a loss is recorded, and recovery never acts by itself",
        "I44": "a jump of the clock changes nothing but a record; nor does the kind of sound hardware, beside a line",
        "I45": "a notice that is delivered, or is not, moves nothing and is recorded",
        "I47": "a carer is told of whatever she should know",
        "I50": "the order of the chain is fixed",
        "I51": "at most one cue a transition, and it comes last",
        "I52": "half a word only silences",
        "I53": "what would go on, not surely heard, is read back or asked about; the last yes before going on always",
        "I54": "practice goes forward, keeps its score, and lets nobody on who was not heard",
        "I55": "a session is made ready by a clear yes only, and offered at rest only, by a coach that is well",
    }
)
"""What must hold, by number."""


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that must not be."""

    clause: str
    """Its number in `INVARIANTS`."""
    sentence: str
    event: str
    """Name of the event that led to it."""


class Monitor:
    """Watches one session from before its self test."""

    def __init__(self, account: Account | None = None) -> None:
        """Take how things stand; before the self test where nothing is given."""
        self.account = account if account is not None else Account()

    def check(self, event: ev.Event, effects: Iterable[fx.Effect]) -> tuple[Violation, ...]:
        """Return what must not be about an event and what it led to, and remember both.

        Args:
            event: What happened.
            effects: What it led to, in order; empty where it led to nothing.
        """
        self.account, broken = checked(self.account, event, tuple(effects))
        name = type(event).__name__
        return tuple(Violation(clause, INVARIANTS[clause], name) for clause in broken)


def checked(account: Account, event: ev.Event, effects: tuple[fx.Effect, ...]) -> tuple[Account, tuple[str, ...]]:
    """Return how things stand after an event, and the numbers of the invariants it broke, each once."""
    after = accounted(account, event, effects)
    return after, tuple(dict.fromkeys(broken(Seen(account, event, effects, after))))


def broken(seen: Seen) -> Iterator[str]:
    """Return the numbers of the invariants that one step broke."""
    for clause in CLAUSES:
        for number, held in clause(seen):
            if not held:
                yield number
