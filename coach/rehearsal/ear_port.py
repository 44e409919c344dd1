"""The recognizers' process as a host sees it: how far it has got, whether it runs, and what has come out of it.

It works on hearings, whoever made them: the engines that listen to a simulated room, or a simulated ear.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from math import ceil
from random import Random
from typing import Final

from coach.commands import Command
from coach.language.utterance import Answer
from coach.listening.hearing import Certainty, Decision, Hearing
from coach.rehearsal.fault_table import Act
from coach.rehearsal.trouble import FOR_EVER, Troubles, in_turn
from coach.units import LISTEN_BLOCK, LISTEN_RATIO, Frames, frames

_SLOW_SPEED: Final = 0.5
"""`Act.EAR_SLOW`: twice as long as the sound lasts."""
_CATCH_UP_SPEED: Final = 4.0
"""How much faster than the sound the engines are once they may: a Pi 4 takes a quarter of a core for a second."""
_LATE: Final = frames(0.8)
_PAUSE_EVERY: Final = frames(4.0)
_PAUSE: Final = frames(1.4)
_LOADING: Final = frames(1.5)
"""How long a new process loads its engines."""
_RANDOM_EVERY: Final = frames(0.9)
"""`Act.EAR_RANDOM` and `Act.EAR_SAME`: how often a word is made up."""
_ON_EAR: Final = frozenset(act for act in Act if act.name.startswith("EAR_"))
_ANSWERS: Final = {Command.YES: Answer.YES, Command.NO: Answer.NO, Command.ALL_CLEAR: Answer.ALL_RIGHT}


class EarPort:
    """The recognizers' process: how far it has got, whether it runs, and what has come out of it."""

    def __init__(self, troubles: Troubles, seed: int) -> None:
        """Take the faults, and where made-up words are drawn from."""
        self._troubles = troubles
        self._calm = not any(act in _ON_EAR for span in troubles.spans for act in span.acts)
        """Nothing holds it up: it is always as far as the sound."""
        self._random = Random(seed)  # noqa: S311 - a rehearsal, no secret
        self._at = Frames(0)
        self._through = 0.0
        self._heard = 0.0
        self._dead = False
        self._loads_until = Frames(0)
        self._pending: deque[tuple[Frames, Decision]] = deque()
        self._made_up = Frames(0)
        self._count = 0

    @property
    def alive(self) -> bool:
        """Return whether the process runs, or is on its way up."""
        return not self._dead

    @property
    def through(self) -> Frames:
        """Return the played frame up to which sound has been through the recognizers, or was lost on its way."""
        return Frames(int(self._through))

    @property
    def heard(self) -> Frames:
        """Return the played frame up to which sound has come out of the recognizers."""
        return Frames(int(self._heard))

    def put(self, decisions: Iterable[Decision], now: Frames) -> None:
        """Take what the recognizers make of sound captured up to a played frame."""
        acts = self._troubles.on(now)
        if self._dead:
            return
        for decision in decisions:
            made = self._mistaken(decision) if Act.EAR_MISTAKES in acts else decision
            self._pending.append((now, made))
            if Act.EAR_TWICE in acts:
                self._pending.append((now, made))

    def advance(self, now: Frames) -> tuple[Decision, ...]:
        """Let time pass to a played frame and return what has come out of the process."""
        if self._calm:
            self._at, self._through, self._heard = now, float(now), float(now)
            calm = tuple(decision for _, decision in self._pending)
            self._pending.clear()
            return calm
        while self._at < now:
            until = min(now, self._regime_end(self._at))
            onward = self._speed(self._at) * (until - self._at)
            self._through = min(float(self._most(until)), self._through + onward)
            self._heard = self._through if onward else self._heard
            self._at = until
            if Act.EAR_DEAD in self._troubles.on(now) and not self._dead:
                self._dead = True
                self._pending.clear()
        out: list[Decision] = []
        while self._pending and self._pending[0][0] <= self._through:
            out.append(self._pending.popleft()[1])
        return (*out, *self._make_up(now))

    def projected(self, frame: Frames) -> Frames:
        """Return how far it will have got by a later frame, if its speed stays what it is."""
        if self._calm:
            return frame
        ahead = self._through + self._speed(self._at) * (frame - self._at)
        return Frames(int(min(float(self._most(frame)), ahead)))

    def restart(self, now: Frames) -> None:
        """Kill the process and start a new one; what was on its way is lost. A fault that lasts kills it again."""
        self._pending.clear()
        self._calm = False
        self._dead = not {Act.EAR_DEAD, Act.EAR_NEVER}.isdisjoint(self._troubles.on(now))
        self._through = float(now)
        self._at = now
        self._loads_until = Frames(now + _LOADING)

    def next_change(self, now: Frames, marks: Iterable[Frames]) -> Frames:
        """Return the next frame at which something may come out, or at which it has got as far as a mark.

        Args:
            now: Where time has been let pass to.
            marks: Distances behind, in frames, that matter to somebody.
        """
        if self._calm:
            return self._troubles.next_edge(now)
        end = self._regime_end(now)
        soonest = end
        if self._pending:
            soonest = min(soonest, self._when(now, self._pending[0][0]))
        if not {Act.EAR_RANDOM, Act.EAR_SAME}.isdisjoint(self._troubles.on(now)):
            soonest = min(soonest, Frames(self._made_up + _RANDOM_EVERY))
        speed = self._speed(now)
        behind = now - self._through
        if speed != 1.0:
            for mark in marks:
                crossing = (mark - behind) / (1.0 - speed)
                if crossing > 0:
                    soonest = min(soonest, Frames(now + int(crossing) + 1))
        return max(soonest, Frames(now + 1))

    def _speed(self, now: Frames) -> float:
        """Return how many frames it gets on for each frame played."""
        acts = self._troubles.on(now)
        if self._dead or now < self._loads_until or not {Act.EAR_HUNG, Act.EAR_NEVER}.isdisjoint(acts):
            return 0.0
        if Act.EAR_PAUSES in acts and self._pausing(now):
            return 0.0
        if Act.EAR_SLOW in acts:
            return _SLOW_SPEED
        return _CATCH_UP_SPEED if self._through < self._most(now) - 1 else 1.0

    def _most(self, now: Frames) -> int:
        """Return how far it could have got by a played frame."""
        return max(int(self._through), now - (_LATE if Act.EAR_LATE in self._troubles.on(Frames(now - 1)) else 0))

    def _pausing(self, now: Frames) -> bool:
        return in_turn(now, self._troubles.since(Act.EAR_PAUSES, now), _PAUSE_EVERY, _PAUSE)

    def _regime_end(self, now: Frames) -> Frames:
        """Return until when its speed stays what it is."""
        end = self._troubles.next_edge(now)
        if now < self._loads_until:
            end = min(end, self._loads_until)
        acts = self._troubles.on(now)
        if Act.EAR_PAUSES in acts:
            into = (now - self._troubles.since(Act.EAR_PAUSES, now)) % _PAUSE_EVERY
            end = min(end, Frames(now + (_PAUSE - into if into < _PAUSE else _PAUSE_EVERY - into)))
        speed = self._speed(now)
        if speed > 1.0:
            end = min(end, Frames(now + max(1, int((self._most(now) - self._through) / (speed - 1.0)))))
        return max(end, Frames(now + 1))

    def _when(self, now: Frames, frame: Frames) -> Frames:
        """Return when it will have got as far as a frame, at its present speed."""
        speed = self._speed(now)
        if frame <= self._through:
            return Frames(now + 1)
        return Frames(now + ceil((frame - self._through) / speed)) if speed > 0 else FOR_EVER

    def _make_up(self, now: Frames) -> list[Decision]:
        acts = self._troubles.on(now)
        if self._dead or {Act.EAR_RANDOM, Act.EAR_SAME}.isdisjoint(acts) or now - self._made_up < _RANDOM_EVERY:
            return []
        self._made_up = now
        command = Command.NO if Act.EAR_SAME in acts else self._random.choice(list(Command))
        return [self._hearing(command, now)]

    def _mistaken(self, decision: Decision) -> Decision:
        if not isinstance(decision, Hearing):
            return decision
        command = self._random.choice(list(Command))
        return replace(decision, command=command, answer=_ANSWERS.get(command))

    def _hearing(self, command: Command, now: Frames) -> Hearing:
        self._count -= 1
        at = now // LISTEN_RATIO
        return Hearing(
            command,
            command.value,
            "made-up",
            0.0,
            Certainty.FINAL,
            at - LISTEN_BLOCK,
            at,
            at,
            _ANSWERS.get(command),
            self._count,
        )
