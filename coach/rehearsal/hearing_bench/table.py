"""Tables: rows of figures with their bounds, what went wrong, and what a threshold costs and brings."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from coach.commands import SAFETY, Command
from coach.rehearsal.hearing_bench.counts import Found, count
from coach.rehearsal.hearing_bench.kinds import Figure, Half
from coach.rehearsal.hearing_bench.plan import Trial
from coach.rehearsal.hearing_bench.trial import Outcome


def rows(found: Found, *, recall: bool) -> list[dict[str, Any]]:
    """Return one row for each figure, half, set, word and scene: of what had to be heard, or of what had not."""
    groups: dict[tuple[Any, ...], list[tuple[Trial, Outcome]]] = defaultdict(list)
    for trial, outcome in found:
        if (trial.wanted is not None) is recall:
            groups[labels(trial)].append((trial, outcome))
    names = ("figure", "half", "set", "said", "noise", "snr dB", "distance", "level dB", "coach", "below echo dB")
    told = []
    for common, group in groups.items():
        shown = {name: label for name, label in zip(names, common, strict=True) if label not in ("", None)}
        hourly = group[0][0].figure in (Figure.SPEECH, Figure.NOISE)
        told.append(shown | count(group).row(recall=recall, hourly=hourly))
    return told


def curve(runs: Mapping[float, Found]) -> list[dict[str, Any]]:
    """Return what "stop" and safety phrases cost and bring, from strict to lenient: misses against false hits.

    Args:
        runs: Nats by which they may lose by more than they usually may, and what was found so.
    """
    told = []
    for lenience, found in sorted(runs.items()):
        row: dict[str, Any] = {"lenience nats": lenience}
        for figure in Figure:
            of = [pair for pair in found if pair[0].figure is figure]
            urgent = count(pair for pair in of if _is_urgent(pair[0]))
            others = count(pair for pair in of if not _is_urgent(pair[0]))
            if urgent.trials:
                row[f"{figure.value}: missed of {urgent.trials}"] = urgent.trials - urgent.right
            if others.trials:
                hourly = figure in (Figure.SPEECH, Figure.NOISE)
                of_all = f"in {others.hours:.2f} h" if hourly else f"of {others.trials}"
                row[f"{figure.value}: halts {of_all}"] = others.halts
                row[f"{figure.value}: safety {of_all}"] = others.safety
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


def labels(trial: Trial) -> tuple[Any, ...]:
    """Return what the trials of one row have in common."""
    scene = trial.scene
    noise = Path(scene.noise)
    talk = trial.figure is Figure.STOP_IN_NOISE and talks(trial)
    said = trial.said if trial.wanted is not None or trial.figure is Figure.VOCAL else ""
    return (
        trial.figure.value,
        "synthetic" if trial.half is Half.BOTH else trial.half.value,
        trial.set,
        said if trial.figure not in (Figure.DISTRESS, Figure.DISTRESS_OVER_COACH) else "a cry" if trial.cry else "",
        "talk" if talk else noise.stem,
        scene.snr_db if scene.noise else None,
        Path(scene.room).name.rsplit("_", maxsplit=1)[-1] if scene.room and not scene.coach else "",
        scene.level_db or None,
        scene.coach,
        scene.below_echo_db if scene.coach else None,
    )


def talks(trial: Trial) -> bool:
    """Return whether somebody else's talk is the noise."""
    return not Path(trial.scene.noise).parent.name.startswith("noise")


def _is_urgent(trial: Trial) -> bool:
    """Return whether "stop" or a safety phrase was said."""
    return trial.wanted is Command.STOP or trial.wanted in SAFETY
