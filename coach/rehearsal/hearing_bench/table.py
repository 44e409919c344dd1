"""Counting: rows of figures with their bounds, and how they stand to what must be reached."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from coach.commands import RULES, SAFETY, Command, Urgency
from coach.rehearsal.hearing_bench.chances import interval, most_events
from coach.rehearsal.hearing_bench.kinds import Figure, Half
from coach.rehearsal.hearing_bench.plan import ANSWERS, Trial
from coach.rehearsal.hearing_bench.trial import Outcome

Found = Sequence[tuple[Trial, Outcome]]

ASKING: Final = frozenset({Command.MAYBE_PAIN, Command.VOCAL_DISTRESS})
"""Hearings that change nothing but ask."""
_WORST: Final = 0.1
"""The share of the voices that is the worst tenth."""


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
                "right %": _percent(self.right, self.trials),
                "from %": round(100 * low, 1),
                "to %": round(100 * high, 1),
                "noticed %": _percent(self.noticed, self.trials),
                "wrong": self.wrong,
                "asks": self.asks,
                "unsure": self.unsure,
            }
            if self.delays_s:
                told |= {"delay p50 s": _quantile(self.delays_s, 0.5), "delay p95 s": _quantile(self.delays_s, 0.95)}
            return told
        low, high = interval(self.wrong, self.trials)
        told |= {
            "wrong": self.wrong,
            "wrong %": _percent(self.wrong, self.trials),
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
    right = noticed = wrong = stops = halts = safety = asks = unsure = 0
    delays: list[float] = []
    for trial, outcome in pairs:
        commands = {Command(name) for name in outcome.commands}
        others = commands - {trial.wanted} - ASKING
        hit = trial.wanted in commands
        by_speaker[trial.speaker].append(hit)
        right += hit
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
        right=right,
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


def rows(found: Found, *, recall: bool) -> list[dict[str, Any]]:
    """Return one row for each figure, half, set, word and scene: of what had to be heard, or of what had not."""
    groups: dict[tuple[Any, ...], list[tuple[Trial, Outcome]]] = defaultdict(list)
    for trial, outcome in found:
        if (trial.wanted is not None) is recall:
            groups[_labels(trial)].append((trial, outcome))
    names = ("figure", "half", "set", "said", "noise", "snr dB", "distance", "level dB", "coach", "below echo dB")
    told = []
    for labels, group in groups.items():
        shown = {name: label for name, label in zip(names, labels, strict=True) if label not in ("", None)}
        hourly = group[0][0].figure in (Figure.SPEECH, Figure.NOISE)
        told.append(shown | count(group).row(recall=recall, hourly=hourly))
    return told


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that has to be reached."""

    name: str
    of: Callable[[Trial], bool]
    """Which trials it is about."""
    measure: Callable[[Count], float | None]
    must: float
    aim: float
    more_is_better: bool = True
    unit: str = "%"


def targets(found: Found) -> list[dict[str, Any]]:
    """Return how what was tried stands to what must be reached, held-out and tuned half apart."""
    told: list[dict[str, Any]] = []
    halves = [half for half in (Half.HELD_OUT, Half.TUNED) if any(trial.half is half for trial, _ in found)]
    for target in TARGETS:
        for half in halves:
            chosen = [pair for pair in found if target.of(pair[0]) and pair[0].half in (half, Half.BOTH)]
            either = all(trial.half is Half.BOTH for trial, _ in chosen)
            if not chosen or (either and half is not halves[0]):
                continue
            counted = count(chosen)
            measured = target.measure(counted)
            if measured is None:
                continue
            reached = (measured >= target.must) if target.more_is_better else (measured <= target.must)
            told.append(
                {
                    "target": target.name,
                    "half": "synthetic" if either else half.value,
                    "n": counted.trials,
                    "measured": round(measured, 1),
                    "unit": target.unit,
                    "must": target.must,
                    "aim": target.aim,
                    "reached": reached,
                }
            )
    return [*told, *_worst_voices(found)]


def _worst_voices(found: Found) -> Iterator[dict[str, Any]]:
    """Go through the scenes of distress: what the worst tenth of the voices comes to."""
    scenes: dict[tuple[Any, ...], dict[str, list[tuple[Trial, Outcome]]]] = defaultdict(lambda: defaultdict(list))
    for trial, outcome in found:
        if trial.figure is Figure.DISTRESS:
            scenes[_labels(trial)[4:]][trial.speaker].append((trial, outcome))
    for (noise, snr_db, _, level_db, *_rest), voices in scenes.items():
        shares = sorted((_percent(count(group).right, len(group)), voice) for voice, group in voices.items())
        worst = shares[: max(1, round(_WORST * len(shares)))]
        where = f"{noise} {snr_db:g} dB" if noise else "clean"
        yield {
            "target": f"distress, {where}, {level_db or 0:g} dB: worst tenth of {len(shares)} voices",
            "half": "synthetic",
            "n": sum(len(group) for group in voices.values()),
            "measured": round(sum(share for share, _ in worst) / len(worst), 1),
            "unit": "%",
            "voices": ", ".join(voice for _, voice in worst),
        }


def curve(runs: Mapping[float, Found]) -> list[dict[str, Any]]:
    """Return what "stop" costs and brings, from strict to lenient: misses against false hits.

    Args:
        runs: Nats by which "stop" may lose by more than it usually may, and what was found so.
    """
    told = []
    for lenience, found in sorted(runs.items()):
        row: dict[str, Any] = {"lenience nats": lenience}
        for figure in Figure:
            of = [pair for pair in found if pair[0].figure is figure]
            stops = count(pair for pair in of if pair[0].wanted is Command.STOP)
            others = count(pair for pair in of if pair[0].wanted is not Command.STOP)
            if stops.trials:
                row[f"{figure.value}: missed of {stops.trials}"] = stops.trials - stops.right
            if others.trials and figure in (Figure.SPEECH, Figure.NOISE):
                row[f"{figure.value}: false in {others.hours:.2f} h"] = others.halts
            elif others.trials:
                row[f"{figure.value}: false of {others.trials}"] = others.halts
        told.append(row)
    return told


def misses(found: Found) -> list[dict[str, Any]]:
    """Return every trial that went wrong: what was wanted and what was heard."""
    told = []
    for trial, outcome in found:
        commands = {Command(name) for name in outcome.commands}
        if (trial.wanted is None and not commands) or commands == {trial.wanted}:
            continue
        told.append(
            {
                "trial": trial.key,
                "half": trial.half.value,
                "said": trial.said,
                "wanted": trial.wanted.value if trial.wanted else None,
                "heard": list(outcome.commands),
            }
        )
    return told


def _labels(trial: Trial) -> tuple[Any, ...]:
    scene = trial.scene
    noise = Path(scene.noise)
    talk = trial.figure is Figure.STOP_IN_NOISE and _talks(trial)
    said = trial.said if trial.wanted is not None or trial.figure is Figure.VOCAL else ""
    return (
        trial.figure.value,
        "synthetic" if trial.half is Half.BOTH else trial.half.value,
        trial.set,
        "" if trial.figure is Figure.DISTRESS else said,
        "talk" if talk else noise.stem,
        scene.snr_db if scene.noise else None,
        Path(scene.room).name.rsplit("_", maxsplit=1)[-1] if scene.room and not scene.coach else "",
        scene.level_db or None,
        scene.coach,
        scene.below_echo_db if scene.coach else None,
    )


def _silences(command: Command) -> bool:
    return command in SAFETY or RULES[command].urgency is Urgency.HALT


def _percent(part: float, whole: float) -> float:
    return round(100.0 * part / whole, 1) if whole else 0.0


def _rate(events: float, hours: float) -> float:
    return round(events / hours, 2) if hours else 0.0


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _right(counted: Count) -> float | None:
    return 100.0 * counted.right / counted.trials


def _wrong(counted: Count) -> float | None:
    return 100.0 * counted.wrong / counted.trials


def _stop(counted: Count) -> float | None:
    return 100.0 * counted.stops / counted.trials


def _halts_an_hour(counted: Count) -> float | None:
    return counted.halts / counted.hours


def _safety(counted: Count) -> float | None:
    return float(counted.safety)


def _words(said: str) -> Callable[[Trial], bool]:
    return lambda trial: trial.figure is Figure.WORDS and trial.said == said


def _of(figure: Figure) -> Callable[[Trial], bool]:
    return lambda trial: trial.figure is figure


def _in_noise(*, talk: bool) -> Callable[[Trial], bool]:
    return lambda trial: trial.figure is Figure.STOP_IN_NOISE and _talks(trial) is talk


def _talks(trial: Trial) -> bool:
    """Return whether somebody else's talk is the noise."""
    return not Path(trial.scene.noise).parent.name.startswith("noise")


def _over(coach: str, below_db: float) -> Callable[[Trial], bool]:
    return lambda trial: trial.scene.coach == coach and trial.scene.below_echo_db == below_db


def _distress(snr_db: float | None, *, quiet: bool) -> Callable[[Trial], bool]:
    def of(trial: Trial) -> bool:
        scene = trial.scene
        same = (scene.snr_db if scene.noise else None) == snr_db
        return trial.figure is Figure.DISTRESS and same and (scene.level_db < 0) is quiet

    return of


def _unsure(counted: Count) -> float | None:
    return 100.0 * counted.unsure / counted.right if counted.right else None


def _delay(counted: Count) -> float | None:
    return _quantile(counted.delays_s, 0.95) if counted.delays_s else None


TARGETS: Final = (
    Target('"stop" of people', _words("stop"), _right, 97, 98),
    Target('"yes" of people', _words("yes"), _right, 96, 98),
    Target('"no" of people', _words("no"), _right, 97, 98),
    Target("other single words taken for a command", _of(Figure.OTHER_WORDS), _wrong, 2, 0.5, more_is_better=False),
    Target("other single words taken for stop", _of(Figure.OTHER_WORDS), _stop, 0.5, 0, more_is_better=False),
    Target("coughs, sighs, laughs ... taken for a command", _of(Figure.VOCAL), _wrong, 2, 0, more_is_better=False),
    Target(
        "stop or pause in continuous speech",
        _of(Figure.SPEECH),
        _halts_an_hour,
        1,
        0.1,
        more_is_better=False,
        unit="/h",
    ),
    Target("safety phrases in continuous speech", _of(Figure.SPEECH), _safety, 0, 0, more_is_better=False, unit=""),
    Target('"stop" over gliding tones, -10 dB', _over("tones", 10.0), _right, 93, 97),
    Target('"stop" while the coach speaks, 0 dB', _over("speech", 0.0), _right, 90, 95),
    Target('"stop" while the coach speaks, -10 dB', _over("speech", 10.0), _right, 85, 95),
    Target('"stop" at 10 dB of each noise', _in_noise(talk=False), _right, 90, 95),
    Target('"stop" 10 dB above somebody else\'s talk', _in_noise(talk=True), _right, 90, 95),
    Target("distress, clean", _distress(None, quiet=False), _right, 97, 99),
    Target("distress, 20 dB", _distress(20.0, quiet=False), _right, 95, 99),
    Target("distress, 10 dB", _distress(10.0, quiet=False), _right, 85, 95),
    Target("distress, clean, quiet", _distress(None, quiet=True), _right, 97, 99),
    Target("distress, 20 dB, quiet", _distress(20.0, quiet=True), _right, 95, 99),
    Target("distress, 10 dB, quiet", _distress(10.0, quiet=True), _right, 85, 95),
    Target(
        "answers that would have to be confirmed",
        lambda trial: trial.figure is Figure.WORDS and trial.wanted in ANSWERS,
        _unsure,
        10,
        5,
        more_is_better=False,
    ),
    Target(
        "end of the word to the decision, 95th percentile",
        lambda trial: trial.figure is Figure.WORDS and trial.wanted is Command.STOP,
        _delay,
        0.30,
        0.15,
        more_is_better=False,
        unit="s",
    ),
)
"""What must be reached, and what is aimed at; shares in percent."""
