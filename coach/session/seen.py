"""What the monitor sees of one step: the event, its effects, and how things stood before and after."""

from typing import Final

from coach.commands import Command
from coach.listening.hearing import Certainty
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.account import Account
from coach.session.heard import KIND, Kind
from coach.session.states import Phase

HARM: Final = frozenset({Kind.EMERGENCY, Kind.URGENT, Kind.PAIN})
QUIET: Final = (fx.Silence, fx.Hush)


class Seen:
    """One step, taken apart once: a live session looks at every one of them."""

    __slots__ = (
        "after",
        "answer",
        "asked",
        "before",
        "chimes",
        "cues",
        "effects",
        "event",
        "final",
        "half",
        "heard",
        "kinds",
        "moved",
        "names",
        "notices",
        "opens_with",
        "records",
        "said",
        "timers",
    )

    def __init__(self, before: Account, event: ev.Event, effects: tuple[fx.Effect, ...], after: Account) -> None:
        """Take the step apart."""
        self.before, self.event, self.effects, self.after = before, event, effects, after
        self.moved = before.phase is not after.phase
        """Whether the phase changed."""
        self._take_hearing(event)
        self.records: list[fx.Record] = []
        self.names: frozenset[str] | None = None
        """Names of the records with their main details, once somebody has asked (`expected.signature`)."""
        self.said: list[str] = []
        """Phrases, in order."""
        self.notices: list[str] = []
        self.chimes: list[fx.Chime] = []
        self.timers: list[int] = []
        """Lengths the timer is armed with, in frames."""
        self.cues = 0
        """How often the score is entered."""
        self.asked: fx.Record | None = None
        """The record of a question that is asked."""
        self.opens_with: type[fx.Effect] | None = type(effects[0]) if effects else None
        if effects:
            self._take_effects(effects)
        self.kinds = frozenset(record.kind for record in self.records) if self.records else _NONE
        """Kinds of the records."""

    def _take_hearing(self, event: ev.Event) -> None:
        heard = event if isinstance(event, ev.Heard) else None
        if isinstance(event, ev.StopRequested):  # a key says what "stop" says
            heard = ev.Heard(event.frame, Command.STOP)
        self.heard = heard
        self.final: Kind | None = None
        """What kind of command was heard to its end."""
        self.half: Kind | None = None
        """What kind of command was half heard."""
        self.answer = None
        """The answer that was heard to its end."""
        if heard is None:
            return
        if heard.certainty is Certainty.FINAL:
            self.final, self.answer = KIND[heard.command], heard.answer
        else:
            self.half = KIND[heard.command]

    def _take_effects(self, effects: tuple[fx.Effect, ...]) -> None:
        for effect in effects:
            match effect:
                case fx.Record():
                    self.records.append(effect)
                    if effect.kind == "asked":
                        self.asked = effect
                case fx.Say():
                    self.said.append(effect.phrase)
                case fx.ArmTimer():
                    self.timers.append(effect.length)
                case fx.Notify():
                    self.notices.append(effect.kind)
                case fx.Ring():
                    self.chimes.append(effect.chime)
                case fx.FollowScore():
                    self.cues += 1

    def detail(self, kind: str, name: str) -> int | str | None:
        """Return a detail of the first record of a kind, or None."""
        return next((record.detail.get(name) for record in self.records if record.kind == kind), None)

    def told(self, *kinds: type[ev.Event]) -> bool:
        """Return whether the event is of one of these kinds."""
        return isinstance(self.event, kinds)

    def in_phase(self, *phases: Phase) -> bool:
        """Return whether it happened in one of these phases."""
        return self.before.phase in phases


_NONE: Final[frozenset[str]] = frozenset()
