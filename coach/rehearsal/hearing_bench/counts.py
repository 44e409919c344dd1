"""Counting: what a group of trials came to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from coach.commands import RULES, SAFETY, Command, Urgency
from coach.rehearsal.hearing_bench.chances import interval, most_events
from coach.rehearsal.hearing_bench.plan import Trial
from coach.rehearsal.hearing_bench.trial import Outcome

Found = Sequence[tuple[Trial, Outcome]]

ASKING: Final = frozenset({Command.MAYBE_PAIN, Command.VOCAL_DISTRESS})
"""Hearings that change nothing but ask."""


@dataclass(frozen=True, slots=True)
class Count:
    """What a group of trials came to."""

    trials: int
    speakers: int
    right: int
    noticed: int
    """Right, or heard as anything that makes the coach fall silent or ask."""
    speaker_share: float
    """Share that was right, each speaker counting once."""
    wrong: int
    """Trials in which a command was heard that was not said; questions back are not among them."""
    stops: int
    halts: int
    safety: int
    asks: int
    hours: float
    unsure: int
    delays_s: tuple[float, ...]

    def row(self, *, recall: bool, hourly: bool) -> dict[str, Any]:
        """Return the figures that say something: shares that were right, or false hits, an hour where that is long."""
        told: dict[str, Any] = {"n": self.trials, "speakers": self.speakers}
        if recall:
            low, high = interval(self.speaker_share * self.speakers, self.speakers)
            told |= {
                "right %": percent(self.right, self.trials),
                "from %": round(100 * low, 1),
                "to %": round(100 * high, 1),
                "noticed %": percent(self.noticed, self.trials),
                "wrong": self.wrong,
                "asks": self.asks,
                "unsure": self.unsure,
            }
            if self.delays_s:
                told |= {"delay p50 s": quantile(self.delays_s, 0.5), "delay p95 s": quantile(self.delays_s, 0.95)}
            return told
        low, high = interval(self.wrong, self.trials)
        told |= {
            "wrong": self.wrong,
            "wrong %": percent(self.wrong, self.trials),
            "from %": round(100 * low, 1),
            "to %": round(100 * high, 1),
            "as stop": self.stops,
            "stop or pause": self.halts,
            "safety": self.safety,
            "asks": self.asks,
        }
        return (
            told
            if not hourly
            else told
            | {
                "hours": round(self.hours, 3),
                "halts/h": _rate(self.halts, self.hours),
                "halts/h under": _rate(most_events(self.halts), self.hours),
                "safety/h under": _rate(most_events(self.safety), self.hours),
                "asks/h": _rate(self.asks, self.hours),
            }
        )


def count(found: Iterable[tuple[Trial, Outcome]]) -> Count:
    """Return what trials came to."""
    pairs = tuple(found)
    by_speaker: dict[str, list[bool]] = defaultdict(list)
    rights = noticed = wrong = stops = halts = safety = asks = unsure = 0
    delays: list[float] = []
    for trial, outcome in pairs:
        commands = {Command(name) for name in outcome.commands}
        others = commands - {trial.wanted} - ASKING
        hit = trial.wanted in commands
        by_speaker[trial.speaker].append(hit)
        rights += hit
        noticed += hit or any(_silences(command) for command in commands)
        wrong += bool(others)
        stops += Command.STOP in others
        halts += any(RULES[command].urgency is Urgency.HALT for command in others)
        safety += any(command in SAFETY for command in others)
        asks += bool(commands & ASKING)
        unsure += hit and outcome.unsure
        if hit and outcome.delay_s is not None:
            delays.append(outcome.delay_s)
    shares = [sum(hits) / len(hits) for hits in by_speaker.values()]
    return Count(
        trials=len(pairs),
        speakers=len(shares),
        right=rights,
        noticed=noticed,
        speaker_share=sum(shares) / len(shares) if shares else 0.0,
        wrong=wrong,
        stops=stops,
        halts=halts,
        safety=safety,
        asks=asks,
        hours=sum(outcome.seconds for _, outcome in pairs) / 3600.0,
        unsure=unsure,
        delays_s=tuple(sorted(delays)),
    )


def percent(part: float, whole: float) -> float:
    """Return a share in percent; 0.0 of nothing."""
    return round(100.0 * part / whole, 1) if whole else 0.0


def _rate(events: float, hours: float) -> float:
    return round(events / hours, 2) if hours else 0.0


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return what a share of the figures lies below."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _silences(command: Command) -> bool:
    return command in SAFETY or RULES[command].urgency is Urgency.HALT
