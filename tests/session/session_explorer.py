"""Visits every reachable value of the protocol, with every event and every answer to every fact it asks for.

What the monitor's account of the records says (`coach.session.account`) is part of what is visited: a state is a
protocol together with its account. Moves are worked out as far as the monitor sees them.
"""

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from functools import cached_property

from coach.commands import Command
from coach.language.utterance import Answer
from coach.listening.echo_report import EchoClass
from coach.listening.hearing import Certainty
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.account import Account, differences
from coach.session.heard import KIND
from coach.session.machine import decide, expectation
from coach.session.monitor import checked
from coach.session.moves import Move, Tell
from coach.session.states import Entry, Phase, Protocol
from coach.units import Frames

NOW = Frames(0)
NOTHING = {}
MEMORY = "memory"
"""What is broken where the session holds in memory what its records do not say."""
PLACE = "place"
"""What is broken where the place is not told to remember what was recorded, or is told so without a record."""


def hearings():
    """Return everything that can be heard: every command and answer; half heard, one command of each kind."""
    one_of_each = {kind: command for command, kind in KIND.items()}
    half = (Certainty.PARTIAL, Certainty.UNCONFIRMED)
    heard = [ev.Heard(NOW, command) for command in Command]
    heard += [ev.Heard(NOW, command, certainty) for command in one_of_each.values() for certainty in half]
    heard += [ev.Heard(NOW, Command.YES, answer=answer) for answer in Answer]
    heard += [
        ev.Heard(NOW, Command.MAYBE_PAIN, answer=Answer.NO),
        ev.Heard(NOW, Command.PAIN, answer=Answer.NO),
        ev.Heard(NOW, Command.PAIN, answer=Answer.YES),
        ev.Heard(NOW, Command.CALF_CLOT, answer=Answer.NO),
        ev.Heard(NOW, Command.YES, answer=Answer.YES, sure=False),
        ev.Heard(NOW, Command.NO, answer=Answer.NO, sure=False),
        ev.Heard(NOW, Command.RESUME, sure=False),
        ev.Heard(NOW, Command.START, sure=False),
        ev.Heard(NOW, Command.NO, answer=Answer.NO),
    ]
    return tuple(heard)


def happenings():
    """Return every event that is not heard."""
    return (
        ev.Booted(NOW, 0),
        ev.Booted(NOW, 1),
        ev.Booted(NOW, 2),
        ev.StartRequested(NOW),
        ev.PracticeRequested(NOW),
        ev.SessionFellDue(NOW),
        ev.DayUnknown(NOW),
        ev.SessionUnready(NOW),
        ev.StopRequested(NOW),
        ev.SpeechUnclear(NOW),
        ev.SegmentEnded(NOW, "any"),
        ev.UtteranceEnded(NOW),
        ev.TimerFired(NOW),
        ev.HearingLost(NOW),
        ev.HearingRestored(NOW),
        ev.VoiceLost(NOW),
        ev.VoiceRestored(NOW),
        ev.JournalFailed(NOW),
        ev.JournalRestored(NOW),
        ev.CareAcknowledged(NOW),
        ev.PinRefused(NOW, waiting=False),
        ev.PinRefused(NOW, waiting=True),
        ev.NoticeDelivered(NOW),
        ev.NoticeFailed(NOW),
        ev.ClockJumped(NOW),
        ev.EchoFound(NOW, EchoClass.HALF_DUPLEX),
        ev.EchoFound(NOW, EchoClass.CANCELLING),
        ev.QuietHours(NOW, quiet=True),
        ev.Untrusted(NOW, "I4"),
    )


EVENTS = (*happenings(), *hearings())


BOOTING = (Protocol(), Account())
"""Before the self test."""


SAYS = {
    Move.BAR: (fx.Record("refused", {"reason": "clot"}), fx.Say("barred.clot")),
    Move.PASSED: (fx.KeepScore(2, 3, pain=True, passed=True, margin=0.5),),
    Move.FAILED: (fx.KeepScore(1, 3, pain=False, passed=False, margin=None),),
    Move.LEFT_OUT: (fx.Say("session.left-out"),),
    Move.CRAMP: (fx.Say("safety.cramp"),),
    Move.NUMBER: (fx.Say("safety.number"),),
    Move.TRUTH: (fx.Say("safety.cannot-call"),),
}
"""What is said of the person, as for one who may hear it."""


REMEMBERED = {
    Move.OPEN: lambda kinds, *_: "opened" in kinds,
    Move.LEFT_OUT: lambda kinds, *_: "opened" in kinds,
    Move.SCREENED: lambda kinds, *_: "begun" in kinds,
    Move.COMPLETED: lambda kinds, *_: kinds.get("ended", {}).get("outcome") == "completed",
    Move.ASK_ALL: lambda kinds, before, after: (
        kinds.get("ended", {}).get("outcome", "completed") != "completed"
        or kinds.get("safety", {}).get("class", "again") != "again"
        or ("acknowledged" in kinds and before.phase is not after.phase)
    ),
    Move.LOCKED: lambda kinds, _before, after: (
        kinds.get("safety", {}).get("class", "again") != "again"
        or bool(kinds.keys() & {"locked", "cautioned"})
        or ("booted" in kinds and bool(after.lock))
    ),
    Move.PRACTISE: lambda kinds, before, _after: "practice" in kinds and before.phase is not Phase.PRACTICE,
    Move.EASIER: lambda kinds, before, _after: "eased" in kinds or ("going-on" in kinds and before.question == "go-on"),
}
"""What the place has to remember, and whether a step with these records, from here to there, has to do with it."""


def owed(turn, before, after):
    """Return the moves that a decision owes the place by what it records."""
    kinds = {act.kind: act.detail for act in turn.acts if isinstance(act, fx.Record)}
    return {move for move, belongs in REMEMBERED.items() if belongs(kinds, before, after)}


class Choices:
    """Facts that take every combination of values: each is chosen when it is first asked for."""

    def __init__(self, chosen):
        self.chosen = chosen
        self.asked = {}

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self.asked.setdefault(name, self.chosen.get(name, False))


def outcomes(protocol, event):
    """Return every decision an event can lead to, with the facts it was taken on."""
    found, waiting = [], [NOTHING]
    while waiting:
        chosen = waiting.pop()
        facts = Choices(chosen)
        turn = decide(protocol, event, facts)
        found.append((turn, facts.asked))
        if len(facts.asked) > len(chosen):
            fresh = [name for name in facts.asked if name not in chosen]
            for place, name in enumerate(fresh):
                waiting.append(chosen | dict.fromkeys(fresh[:place], False) | {name: True})
    return found


def worked_out(turn, protocol, account):
    """Return the effects of a decision as the monitor sees them; what moves do to the place is left out."""
    effects = []
    for act in turn.acts:
        if act is Move.HALT:
            effects += [fx.HaltScore()] if account.sounding else []
        elif act is Move.ENTER_PHASE or act is Move.ENTER_SEGMENT:
            effects += [fx.CancelTimer(), fx.Record("exercise"), fx.FollowScore(None, None)]
        elif isinstance(act, Move) and act in SAYS:
            effects += SAYS[act]
        elif isinstance(act, Tell):
            effects.append(fx.Say("session.why"))
        elif not isinstance(act, Move):
            effects.append(act)
    expected = expectation(turn.protocol)
    if expected != expectation(protocol):
        effects.append(fx.Listen(expected))
    return tuple(effects)


@dataclass
class Visited:
    """The whole protocol."""

    states: dict = field(default_factory=dict)
    """(protocol, account) to a number."""
    transitions: int = 0
    edges: list = field(default_factory=list)
    """Numbers of the states that one transition leads to, by state."""
    wrong: dict = field(default_factory=dict)
    """Invariant to the first transition that breaks it."""
    said: set = field(default_factory=set)
    """Every phrase key that is ever said outright."""
    spoken: set = field(default_factory=set)
    """Every line that is ever said outright, with its lane and what is put into it."""
    decided: dict = field(default_factory=dict)
    """(protocol, event) to every decision it leads to."""

    @cached_property
    def accounts(self):
        """Return the accounts that go with each protocol."""
        found = defaultdict(list)
        for protocol, account in self.states:
            found[protocol].append(account)
        return found


class Explorer:
    """Goes through everything that is reachable; what is looked at twice is worked out once."""

    def __init__(self, step=outcomes):
        self._step = step
        self._decided = {}
        self._let_be = {}

    def explore(self, start=BOOTING, *, first_only=False, known=(), most=math.inf):
        """Return everything reachable from a state, or up to the first invariant that is broken.

        States in `known` are not gone into again; after so many (`most`) it is broken off.
        """
        visited = Visited({start: 0}, edges=[set()])
        queue = deque([start])
        while queue and len(visited.states) < most and not (first_only and visited.wrong):
            state = queue.popleft()
            number = visited.states[state]
            for event, turn, facts, reached, wrong in self.steps(*state):
                visited.transitions += 1
                for name in wrong:
                    visited.wrong.setdefault(name, (state[0], event, turn, facts))
                visited.spoken.update(_spoken(turn))
                if reached == state:
                    continue
                if reached not in visited.states:
                    visited.states[reached] = len(visited.states)
                    visited.edges.append(set())
                    if reached not in known and MEMORY not in wrong:
                        queue.append(reached)
                visited.edges[number].add(visited.states[reached])
        visited.said = {phrase for phrase, _lane, _slots in visited.spoken}
        for protocol, decisions in self._decided.items():
            for event, turn, facts in decisions:
                visited.decided.setdefault((protocol, event), []).append((turn, facts))
        return visited

    def steps(self, protocol, account):
        """Go through what every event leads to: the event, the decision, its facts, the next state, what is broken."""
        if protocol not in self._decided:
            self._decided[protocol] = [
                (event, turn, facts) for event in EVENTS for turn, facts in self._step(protocol, event)
            ]
        for event, turn, facts in self._decided[protocol]:
            if isinstance(event, ev.TimerFired) and not account.armed:
                continue
            if not turn.acts and turn.protocol == protocol:
                yield event, turn, facts, *self._left_as_it_is(protocol, account, event)
                continue
            yield event, turn, facts, *self.judged(protocol, account, event, turn)

    def judged(self, protocol, account, event, turn):
        """Return the state that a decision leads to, and what is broken."""
        after, wrong = checked(account, event, worked_out(turn, protocol, account))
        if differences(after, turn.protocol):
            wrong = (*wrong, MEMORY)
        if {act for act in turn.acts if isinstance(act, Move)} & REMEMBERED.keys() != owed(turn, account, after):
            wrong = (*wrong, PLACE)
        return (turn.protocol, after), wrong

    def _left_as_it_is(self, protocol, account, event):
        """Return the state and what is broken where nothing follows: the same for all commands of a kind."""
        heard = (
            (KIND[event.command], event.certainty, event.answer, event.sure)
            if isinstance(event, ev.Heard)
            else type(event)
        )
        key = (account, heard)
        if key not in self._let_be:
            after, wrong = checked(account, event, ())
            self._let_be[key] = (after, (*wrong, MEMORY) if differences(after, protocol) else wrong)
        after, wrong = self._let_be[key]
        return (protocol, after), wrong


def _spoken(turn):
    return [(act.phrase, act.lane, tuple(act.slots)) for act in turn.acts if isinstance(act, fx.Say)]


def timers_to_rest(protocol, most=99):
    """Return how many timers it takes from a state to rest if nobody ever speaks again; `most` where not fewer."""
    if most <= 0:
        return 0
    if protocol.phase in {Phase.IDLE, Phase.LOCKED, Phase.BOOT} and protocol.question is None:
        return 0
    if protocol.phase is Phase.RUN and protocol.entry is Entry.NONE:
        turns = outcomes(protocol, ev.SegmentEnded(NOW, "any"))
        ends = [turn for turn, facts in turns if facts.get("waits") and not facts.get("spoke_lately")]
        return max((timers_to_rest(turn.protocol, most) for turn in ends), default=most)
    return 1 + max(timers_to_rest(turn.protocol, most - 1) for turn, _ in outcomes(protocol, ev.TimerFired(NOW)))
