"""What live sessions came to, as rows of figures."""

import statistics
from collections.abc import Iterator, Sequence
from typing import Any, Final

from coach.rehearsal.latency_bench import Measured, Trial
from coach.rehearsal.usage import Sample
from coach.units import SAMPLE_RATE

_SETTLED: Final = 0.1
"""Share of a session after which memory is compared: before it, models and caches fill."""
_QUARTER: Final = 4

Row = dict[str, Any]


def latency_rows(measured: Measured) -> list[Row]:
    """Return the distributions: how many, smallest, median, 95th percentile, largest."""
    rows = [
        distribution("command to the first sound, s", measured.first_sound_s),
        distribution("command to the first word, s", measured.first_word_s),
    ]
    for word in dict.fromkeys(trial.word for trial in measured.trials):
        rows += _word_rows(word, [trial for trial in measured.trials if trial.word == word])
    return [row for row in rows if row]


def _word_rows(word: str, trials: Sequence[Trial]) -> Iterator[Row]:
    frames = [1000 * trial.last_frame / SAMPLE_RATE for trial in trials if trial.last_frame is not None]
    decided = [trial.decided_s for trial in trials if trial.decided_s is not None]
    yield distribution(f'end of "{word}" to decision, s', decided)
    yield distribution(f'"{word}": decision to last sounding frame handed over, ms', frames)
    silent = [trial.silent_s for trial in trials if trial.silent_s is not None]
    yield distribution(f'end of "{word}" to silence in the air, s', silent)


def distribution(what: str, values: Sequence[float]) -> Row:
    """Return how values are spread; empty where there are none."""
    if not values:
        return {}
    ordered = sorted(values)
    late = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    figures = (ordered[0], statistics.median(ordered), late, ordered[-1])
    names = ("least", "median", "95 %", "most")
    return {"what": what, "count": len(values)} | {
        name: round(figure, 3) for name, figure in zip(names, figures, strict=True)
    }


def session_row(measured: Measured) -> Row:
    """Return what else there was to a session."""
    return {
        "minutes": round(measured.lasted_s / 60, 1),
        "interrupted": len(measured.trials),
        "heard at once": sum(trial.said == 1 for trial in measured.trials),
        "sound card, latency as granted": measured.card,
        "gaps": measured.losses,
    }


def usage_rows(samples: Sequence[Sample]) -> list[Row]:
    """Return what each process took of one core and of the memory, and all of them together.

    The first tenth of the samples is left out: until then models are loaded.
    """
    settled = samples[round(_SETTLED * len(samples)) :]
    if len(settled) < 2:
        return []
    first, last = settled[0], settled[-1]
    span = last.at_s - first.at_s
    quarter = max(1, len(settled) // _QUARTER)
    rows = []
    for name in last.memory_mb:
        memory = [sample.memory_mb[name] for sample in settled if name in sample.memory_mb]
        computed = last.computed_s.get(name, 0.0) - first.computed_s.get(name, 0.0)
        rows.append(_usage_row(name, computed / span, memory, quarter))
    whole = [sample.whole_mb for sample in settled]
    everything = sum(last.computed_s.values()) - sum(first.computed_s.values())
    return [*rows, _usage_row("all", everything / span, whole, quarter)]


def _usage_row(name: str, share: float, memory: Sequence[float], quarter: int) -> Row:
    return {
        "process": name,
        "share of a core": round(share, 3),
        "MB in the first quarter": round(statistics.median(memory[:quarter]), 1),
        "MB in the last quarter": round(statistics.median(memory[-quarter:]), 1),
        "MB at most": round(max(memory), 1),
    }
