"""Visits every reachable value of the protocol, with every event and every answer to every fact it asks for.

What a watcher remembers (`session_watcher`) is part of what is visited.
"""

from collections import deque
from dataclasses import dataclass, field

from session_watcher import Transition, Watch, Watcher

from coach.commands import Command
from coach.language.utterance import Answer
from coach.listening.hearing import Certainty
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.heard import KIND
from coach.session.machine import decide
from coach.session.states import Entry, Phase, Protocol
from coach.units import Frames

NOW = Frames(0)


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
    ]
    return tuple(heard)


def happenings():
    """Return every event that is not heard."""
    return (
        ev.Booted(NOW, 0),
        ev.Booted(NOW, 1),
        ev.Booted(NOW, 2),
        ev.StartRequested(NOW),
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
    )


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
    found, waiting = [], [{}]
    while waiting:
        chosen = waiting.pop()
        facts = Choices(chosen)
        turn = decide(protocol, event, facts)
        found.append((turn, facts.asked))
        fresh = [name for name in facts.asked if name not in chosen]
        for place, name in enumerate(fresh):
            waiting.append(chosen | dict.fromkeys(fresh[:place], False) | {name: True})
    return found


@dataclass
class Visited:
    """The whole protocol."""

    states: dict = field(default_factory=dict)
    """(protocol, watch) to a number."""
    transitions: int = 0
    edges: list = field(default_factory=list)
    """Numbers of the states that one transition leads to, by state."""
    wrong: dict = field(default_factory=dict)
    """Invariant to the first transition that breaks it."""
    said: set = field(default_factory=set)
    """Every phrase key that is ever said outright."""
    longest: int = 0


def explore(step=outcomes, *, first_only=False):
    """Return everything reachable from before the self test, or up to the first invariant that is broken."""
    visited = Visited()
    start = (Protocol(), Watch())
    visited.states[start] = 0
    visited.edges.append(set())
    queue = deque([start])
    events = (*happenings(), *hearings())
    watcher = Watcher()
    while queue and not (first_only and visited.wrong):
        state = queue.popleft()
        protocol, watch = state
        number = visited.states[state]
        for event in events:
            if isinstance(event, ev.TimerFired) and not watch.armed:
                continue
            for turn, facts in step(protocol, event):
                visited.transitions += 1
                if not turn.acts and turn.protocol == protocol:
                    continue
                known, wrong = watcher.see(watch, Transition(protocol, event, turn.protocol, turn.acts))
                for name in wrong:
                    visited.wrong.setdefault(name, (protocol, event, turn, facts))
                visited.said.update(act.phrase for act in turn.acts if isinstance(act, fx.Say))
                reached = (turn.protocol, known)
                if reached not in visited.states:
                    visited.states[reached] = len(visited.states)
                    visited.edges.append(set())
                    queue.append(reached)
                visited.edges[number].add(visited.states[reached])
    return visited


def timers_to_rest(protocol, watch):
    """Return how many timers it takes from a state to rest if nobody ever speaks again, at most."""
    if protocol.phase in {Phase.IDLE, Phase.LOCKED, Phase.BOOT}:
        return 0
    if protocol.phase is Phase.RUN and protocol.entry is Entry.NONE:
        turns = outcomes(protocol, ev.SegmentEnded(NOW, "any"))
        ends = [turn for turn, facts in turns if facts.get("waits") and not facts.get("spoke_lately")]
        return max(timers_to_rest(turn.protocol, watch) for turn in ends)
    return 1 + max(timers_to_rest(turn.protocol, watch) for turn, _ in outcomes(protocol, ev.TimerFired(NOW)))
