"""How what was tried stands to what must be reached."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from coach.commands import Command
from coach.rehearsal.hearing_bench.counts import Count, Found, count, percent, quantile
from coach.rehearsal.hearing_bench.kinds import Figure, Half
from coach.rehearsal.hearing_bench.plan import ANSWERS, Trial
from coach.rehearsal.hearing_bench.table import labels, talks
from coach.rehearsal.hearing_bench.trial import Outcome

_WORST: Final = 0.1
"""The share of the voices that is the worst tenth."""


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
    tried = {trial.half for trial, _ in found}
    halves: list[Half] = [half for half in (Half.HELD_OUT, Half.TUNED) if half in tried]
    halves = halves or [Half.BOTH]
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
            scenes[labels(trial)[4:]][trial.speaker].append((trial, outcome))
    for (noise, snr_db, _, level_db, *_rest), voices in scenes.items():
        shares = sorted((percent(count(group).right, len(group)), voice) for voice, group in voices.items())
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


def _right(counted: Count) -> float | None:
    return 100.0 * counted.right / counted.trials


def _noticed(counted: Count) -> float | None:
    return 100.0 * counted.noticed / counted.trials


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
    return lambda trial: trial.figure is Figure.STOP_IN_NOISE and talks(trial) is talk


def _over(coach: str, below_db: float, figure: Figure = Figure.STOP_OVER_COACH) -> Callable[[Trial], bool]:
    def of(trial: Trial) -> bool:
        return trial.figure is figure and trial.scene.coach == coach and trial.scene.below_echo_db == below_db

    return of


def _distress(snr_db: float | None, *, quiet: bool, in_words: bool = False) -> Callable[[Trial], bool]:
    def of(trial: Trial) -> bool:
        scene = trial.scene
        same = (scene.snr_db if scene.noise else None) == snr_db and (scene.level_db < 0) is quiet
        return trial.figure is Figure.DISTRESS and same and not (in_words and trial.cry)

    return of


def _unsure(counted: Count) -> float | None:
    return 100.0 * counted.unsure / counted.right if counted.right else None


def _delay(counted: Count) -> float | None:
    return quantile(counted.delays_s, 0.95) if counted.delays_s else None


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
    Target(
        "distress while the coach speaks, 0 dB: obeyed, or asked about",
        _over("speech", 0.0, Figure.DISTRESS_OVER_COACH),
        _noticed,
        90,
        95,
    ),
    Target(
        "distress while the coach speaks, -10 dB: obeyed, or asked about",
        _over("speech", 10.0, Figure.DISTRESS_OVER_COACH),
        _noticed,
        85,
        95,
    ),
    Target('"stop" at 10 dB of each noise', _in_noise(talk=False), _right, 90, 95),
    Target('"stop" 10 dB above somebody else\'s talk', _in_noise(talk=True), _right, 90, 95),
    Target("distress, clean", _distress(None, quiet=False), _right, 97, 99),
    Target("distress, 20 dB", _distress(20.0, quiet=False), _right, 95, 99),
    Target("distress, 10 dB", _distress(10.0, quiet=False), _right, 85, 95),
    Target("distress, clean, quiet", _distress(None, quiet=True), _right, 97, 99),
    Target("distress, 20 dB, quiet", _distress(20.0, quiet=True), _right, 95, 99),
    Target("distress, 10 dB, quiet", _distress(10.0, quiet=True), _right, 85, 95),
    Target("the same in words, clean", _distress(None, quiet=False, in_words=True), _right, 97, 99),
    Target("the same in words, 20 dB", _distress(20.0, quiet=False, in_words=True), _right, 95, 99),
    Target("the same in words, 10 dB", _distress(10.0, quiet=False, in_words=True), _right, 85, 95),
    Target("the same in words, clean, quiet", _distress(None, quiet=True, in_words=True), _right, 97, 99),
    Target("the same in words, 20 dB, quiet", _distress(20.0, quiet=True, in_words=True), _right, 95, 99),
    Target("the same in words, 10 dB, quiet", _distress(10.0, quiet=True, in_words=True), _right, 85, 95),
    Target(
        '"ow" or "ouch" alone: obeyed, or asked about',
        lambda trial: trial.cry and trial.figure is Figure.DISTRESS,
        _noticed,
        85,
        95,
    ),
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
"""What must be reached, and what is aimed at; shares in percent. Over the coach distress has the figures of "stop"."""
