"""The burden: what a week of 28 sessions asks of somebody in bed, with recognizers that are wrong as often as they are.

1. She is well, answers every question, and says "continue" where she is told to. Whatever else comes is the fault of
   the recognizers: an answer that was not understood, a word taken for another, a sigh or the television taken for a
   command.
2. She sighs, coughs or moans `SIGHS_AN_HOUR` times an hour, and the television talks all the while.
3. Stops: sessions in which she says "stop" or "it hurts" once, at any moment, and answers that it is nothing. None may
   end in an urgent lock.

What limits the forced answers and the wrong urgent locks stands in coach/session/PROTOCOL.md; `Burden.questions` counts
the answers by question and rule, and `curve` shows what the recognizers add.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from types import MappingProxyType
from typing import Any, Final

from coach.audio.clip import Samples
from coach.commands import Command
from coach.language.models import LanguagePack
from coach.listening.hearing import Hypothesis
from coach.listening.recognizers.scripted import ScriptedRecognizer
from coach.rehearsal.campaign.rates import Rates
from coach.rehearsal.clockwork import Jumped, jump
from coach.rehearsal.diary import QuickStore
from coach.rehearsal.scenario import Scenario
from coach.rehearsal.staging import Staging
from coach.runtime.wiring import Bar
from coach.session import events as ev
from coach.session.effects import Outcome
from coach.units import SAMPLE_RATE

DAYS: Final = 7
A_DAY: Final = 4
STOPS: Final = 200
SIGHS_AN_HOUR: Final = 20.0
"""Somebody sore who turns and sighs every three minutes; chosen, nobody has counted it."""
_SESSION_S: Final = 200.0
_PUMPS: Final = frozenset({"ankle-pumps.point", "ankle-pumps.flex"})
_BY_DESIGN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "screen-legs": "first session of a day: one of four questions",
        "screen-breath": "first session of a day: one of four questions",
        "screen-dizzy": "first session of a day: one of four questions",
        "screen-unwell": "first session of a day: one of four questions",
        "screen-since": "later session: the one question",
        "screen-consent": "every session: a clear yes before it begins",
        "effort": "behind each set, unless she has spoken within the last minute",
    }
)
"""Questions that somebody who is well and perfectly understood is asked, and by which rule."""
_BY_MISHEARING: Final = "something was taken for a stop, a pause or a word of harm"
_UNSURE: Final = "an answer, or a wish to go on, that was not surely heard"
READ_BACK: Final = "read back"
_WHERE_UNSURE: Final = frozenset({READ_BACK, "resume-own"})
_FACTORS: Final = (0.0, 0.5, 1.0, 2.0, 4.0)
"""How often the recognizers are wrong on the curve, against the rates that were given."""
RESUMES: Final = (
    "session.paused",
    "session.paused-remind",
    "session.stopped",
    "session.rest-a-moment",
    "session.someone-here",
    "safety.all-right-paused",
    "safety.cramp",
    "safety.cramp-spared",
    "fault.recovered",
)
"""Lines that tell her how to go on; she does so."""


@dataclass(frozen=True, slots=True)
class Target:
    """A bound on the burden (DESIGN, section 13)."""

    name: str
    most: float


TARGETS: Final = (
    Target("forced answers a day", 12),
    Target("seconds from yes to the first pump, first session of the day", 45),
    Target("seconds from yes to the first pump, later sessions", 20),
    Target("sessions of 50 that ended by mishearing", 1),
    Target("needless notices a week", 1),
    Target("wrong urgent locks in 200 stops", 0),
)


class HardOfHearing(ScriptedRecognizer):
    """Hears what it is told as well, and as badly, as the rates say."""

    def __init__(self, pack: LanguagePack, rates: Rates, random: Random) -> None:
        """Take the words there are, how often they are missed, and where chance comes from."""
        super().__init__(pack.tag)
        self._rates, self._random = rates, random
        self._answers = frozenset(
            (*pack.commands.phrases(Command.YES), *pack.commands.phrases(Command.NO), "all right", "okay")
        )
        self._others = [phrase for command in Command for phrase in pack.commands.phrases(command)]

    def tell(self, text: str, first: int, last: int) -> None:
        """Hear words, mishear them, or hear a voice and no words."""
        missed = self._rates.answer_missed if text in self._answers else self._rates.stop_missed
        if self._random.random() >= missed:
            super().tell(text, first, last)
        elif self._random.random() < self._rates.mistaken:
            super().tell(self._random.choice(self._as_long(text)), first, last)
        else:
            super().tell("mm hmm mm", first, last)

    def _as_long(self, text: str) -> list[str]:
        """Return what words may be taken for: commands of as many words, as it was measured on single ones."""
        alike = [phrase for phrase in self._others if len(phrase.split()) == len(text.split())]
        return alike or self._others

    def accept(self, block: Samples, *, speech: bool) -> tuple[Hypothesis, ...]:
        """Give out what has become due; some of it is not sure."""
        given = super().accept(block, speech=speech)
        return tuple(replace(one, sure=self._random.random() >= self._rates.unsure) for one in given)


@dataclass
class Burden:
    """What the sessions came to."""

    sessions: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    """How often each question was asked, read back or asked again."""
    again: Counter[str] = field(default_factory=Counter)
    """How often of these it was not the first try."""
    first_s: list[float] = field(default_factory=list)
    later_s: list[float] = field(default_factory=list)
    lost: int = 0
    """Sessions of somebody who was well that were not completed."""
    notices: int = 0
    stops: int = 0
    urgent: int = 0
    """Stops that ended in an urgent lock though she answered that it was nothing."""
    wrong: list[str] = field(default_factory=list)
    """For each of these what she said, and what it was taken for."""
    outcomes: dict[str, int] = field(default_factory=dict)

    def add(self, jumped: Jumped, *, first: bool) -> None:
        """Count a session of somebody who is well."""
        chronicle = jumped.chronicle
        self.sessions += 1
        asked = [detail for _, kind, detail in chronicle.records if kind == "asked"]
        self.asked.update(str(detail["question"]) for detail in asked)
        self.again.update(str(detail["question"]) for detail in asked if detail["try"] != 1)
        self.asked[READ_BACK] += sum(kind == "read-back" for _, kind, _ in chronicle.records)
        self.notices += len(chronicle.notices)
        self.lost += chronicle.outcome is not Outcome.COMPLETED
        name = "none" if chronicle.outcome is None else chronicle.outcome.value
        self.outcomes[name] = self.outcomes.get(name, 0) + 1
        took = yes_to_pump_s(jumped)
        if took is not None:
            (self.first_s if first else self.later_s).append(took)

    def figures(self) -> dict[str, float]:
        """Return what was measured, by the names of the targets."""
        days, weeks = self.sessions / A_DAY, self.sessions / (A_DAY * DAYS)
        measured = (
            self.asked.total() / days,
            max(self.first_s, default=0.0),
            max(self.later_s, default=0.0),
            50 * self.lost / self.sessions,
            self.notices / weeks,
            200 * self.urgent / max(1, self.stops),
        )
        return {target.name: round(figure, 2) for target, figure in zip(TARGETS, measured, strict=True)}

    @property
    def by_design(self) -> int:
        """Return the first askings of what the dialogue asks whatever is heard."""
        return sum(self.asked[question] - self.again[question] for question in _BY_DESIGN)

    def questions(self) -> list[dict[str, Any]]:
        """Return one row a question, the most frequent first: how often a day it was asked, and by which rule."""
        days = self.sessions / A_DAY
        return [
            {
                "question": name,
                "a day": round(count / days, 2),
                "again": round(self.again[name] / days, 2),
                "asked": _BY_DESIGN.get(name, _UNSURE if name in _WHERE_UNSURE else _BY_MISHEARING),
            }
            for name, count in self.asked.most_common()
            if count
        ]

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a target: what was measured, the bound, and whether it was met."""
        figures = self.figures()
        return [
            {"target": target.name, "measured": figures[target.name], "most": target.most, "met": met(target, figures)}
            for target in TARGETS
        ]


def told_by_cause(burden: Burden) -> str:
    """Return how many answers a day the dialogue asks for by itself, and how many mishearing adds."""
    days, whole = burden.sessions / A_DAY, burden.asked.total()
    return (
        f"By the dialogue itself {burden.by_design / days:.1f} a day, since something was not understood, read back or "
        f"taken for a word of harm {(whole - burden.by_design) / days:.1f}"
    )


def met(target: Target, figures: Mapping[str, float]) -> bool:
    """Return whether a target was met."""
    return figures[target.name] <= target.most


def yes_to_pump_s(jumped: Jumped) -> float | None:
    """Return the seconds from her yes to "shall we start?" to the first pump.

    None where no pump came, or where a pause came between: how long that is, is hers to say and not the dialogue's.
    """
    records = jumped.chronicle.records
    begun = next((frame for frame, kind, _ in records if kind == "begun"), None)
    pumps = [s.played for s in jumped.chronicle.sounds if s.id in _PUMPS and s.played is not None]
    if begun is None or not pumps or any(kind == "paused" and begun <= at < min(pumps) for at, kind, _ in records):
        return None
    return round((min(pumps) - begun) / SAMPLE_RATE, 2)


@dataclass(frozen=True, slots=True)
class Span:
    """What is to be lived."""

    weeks: int = 1
    """Weeks of 28 sessions."""
    seed: int = 1
    """Where chance comes from."""
    stops: int = STOPS
    """Sessions with a stop, on top."""


def lived_weeks(staging: Staging, pack: LanguagePack, rates: Rates, span: Span, bar: Bar) -> Burden:
    """Live some weeks of somebody who is well, and the stops.

    Args:
        staging: Sets the stages.
        pack: The language that is spoken.
        rates: How often the recognizers are wrong.
        span: How much is to be lived.
        bar: Shows the progress.
    """
    random, burden = Random(span.seed), Burden()  # noqa: S311 - a rehearsal, no secret
    total = span.weeks * DAYS * A_DAY + span.stops
    for number in range(span.weeks * DAYS * A_DAY):
        first = number % A_DAY == 0
        burden.add(_lived(staging, pack, rates, random, _well(random, pack, rates, first=first)), first=first)
        bar(number + 1, total)
    for number in range(span.stops):
        script = _stopping(random, pack)
        jumped = _lived(staging, pack, rates, random, script)
        urgent = jumped.bedside.lock == 2
        burden.stops += urgent or _stopped(jumped)
        burden.urgent += urgent
        if urgent:
            burden.wrong.append(f'she said "{script.person[0].say}", and it was taken for "{_taken_for(jumped)}"')
        bar(span.weeks * DAYS * A_DAY + number + 1, total)
    return burden


def curve(
    staging: Staging, pack: LanguagePack, rates: Rates, seed: int, bar: Callable[[str], Bar]
) -> list[dict[str, Any]]:
    """Return what a week asks of her where the recognizers are wrong more and less often, one row a factor.

    Args:
        staging: Sets the stages.
        pack: The language that is spoken.
        rates: How often the recognizers are wrong at factor 1.
        seed: Where chance comes from.
        bar: Makes what shows the progress of each week.
    """
    rows = []
    for factor in _FACTORS:
        span = Span(seed=seed, stops=0)
        burden = lived_weeks(staging, pack, rates.times(factor), span, bar(f"{factor:g} times as wrong"))
        figures = burden.figures()
        told = {target.name: figures[target.name] for target in (TARGETS[0], *TARGETS[3:5])}
        rows.append({"wrong": f"{factor:g} times", **told})
    return rows


def _lived(staging: Staging, pack: LanguagePack, rates: Rates, random: Random, script: Scenario) -> Jumped:
    return jump(staging.quiet_stage(script), HardOfHearing(pack, rates, random), store=QuickStore())


def _well(random: Random, pack: LanguagePack, rates: Rates, *, first: bool) -> Scenario:
    """Return a session of somebody who is well, with what the room brings."""
    return Scenario.model_validate(
        {
            "language": pack.tag,
            "screening": "first" if first else "later",
            "notifier": "works",
            "seed": random.randrange(2**31),
            "person": [*_goes_on(pack), *_room(random, pack, rates)],
        }
    )


def _goes_on(pack: LanguagePack) -> Iterator[dict[str, Any]]:
    """Say "continue" behind each line that tells to; she waits until it has ended and died away."""
    words = pack.commands.phrases(Command.RESUME)[0]
    for line in RESUMES:
        yield from ({"after": f"line:{line}", "nth": time, "delay_s": 2.0, "say": words} for time in range(1, 6))


def _room(random: Random, pack: LanguagePack, rates: Rates) -> Iterator[dict[str, Any]]:
    """Go through what is taken for a command and was none: sighs, and words of the television."""
    phrases = [phrase for command in Command for phrase in pack.commands.phrases(command)]
    for at_s in _moments(random, SIGHS_AN_HOUR * rates.sigh_mistaken):
        yield {"at_s": at_s, "say": random.choice(phrases)}
    halts = (Command.STOP, Command.PAUSE)
    for at_s in _moments(random, rates.halts_an_hour):
        yield {"at_s": at_s, "say": random.choice(pack.commands.phrases(random.choice(halts)))}


def _moments(random: Random, an_hour: float) -> Iterator[float]:
    """Go through moments of a session at which something happens so many times an hour."""
    at_s = 0.0
    while an_hour > 0 and (at_s := at_s + random.expovariate(an_hour / 3600)) < _SESSION_S:
        yield round(at_s, 3)


def _stopping(random: Random, pack: LanguagePack) -> Scenario:
    """Return a session in which she stops it once, and answers that it is nothing."""
    command = random.choice((Command.STOP, Command.PAIN))
    words = random.choice(pack.commands.phrases(command))
    person = [{"at_s": round(random.uniform(32.0, 150.0), 3), "say": words}, *_goes_on(pack)]
    return Scenario.model_validate(
        {"language": pack.tag, "screening": "later", "seed": random.randrange(2**31), "person": person}
    )


def _taken_for(jumped: Jumped) -> str:
    """Return the words that were heard last before the lock."""
    events = [decision.event for decision in jumped.chronicle.decisions]
    return next((event.phrase for event in reversed(events) if isinstance(event, ev.Heard)), "")


def _stopped(jumped: Jumped) -> bool:
    stopping = (Command.STOP, Command.PAIN)
    events = (decision.event for decision in jumped.chronicle.decisions)
    return any(isinstance(event, ev.Heard) and event.command in stopping for event in events)
