"""Running a campaign: one seed after another, each judged by the oracle, and what all of them came to.

A seed that went wrong is run again alone with ``coach campaign --runs 1 --seed SEED``, which prints its trace.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from coach.language.models import LanguagePack
from coach.rehearsal.campaign.drawing import PROGRAM, drawn
from coach.rehearsal.campaign.evidence import Evidence, lived
from coach.rehearsal.campaign.oracle import QUIET, RULES, SLOWLY, STEADY, Finding, findings
from coach.rehearsal.campaign.refusals import refused
from coach.rehearsal.fault_table import CELLS, Act, Owes, Pair, named
from coach.rehearsal.scenario import Scenario
from coach.rehearsal.staging import Staging
from coach.rehearsal.trouble import Span
from coach.runtime.wiring import House
from coach.units import SAMPLE_RATE, Frames

Live = Callable[[Scenario], Evidence]
"""Rehearses a scenario and returns the evidence."""
_PHASES: Final = ("boot", "idle", "screen", "run", "checkin", "paused", "fault", "maybe", "ackline", "triage", "minute")
_PHASES_ALL: Final = (*_PHASES, "advice", "locked")
_BROKE_DOWN: Final = "broke-down"
_DEAFENED: Final[Mapping[Owes, Frames]] = {Owes.DEAF: QUIET, Owes.DEAF_SLOWLY: SLOWLY}
"""What loses hearing, and by when nothing of the exercise may sound."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one seed came to."""

    seed: int
    scenario: Scenario
    evidence: Evidence | None
    """None where it was refused before it began, as it must be, or broke down."""
    findings: tuple[Finding, ...]


def judged(seed: int, scenario: Scenario, house: House, live: Live) -> Verdict:
    """Rehearse a scenario and judge it.

    Faults of what is read at the start are put before the real loaders: what they refuse is not rehearsed, what they
    accept is a finding.
    """
    for fault in scenario.fault:
        if Act.START_REFUSED not in CELLS[fault.pair].acts:
            continue
        sentence = refused(house, fault.pair, PROGRAM)
        wrong = () if _is_one_sentence(sentence) else (Finding("refusal", Frames(0), f"{fault.kind} was accepted"),)
        return Verdict(seed, scenario, None, wrong)
    try:
        evidence = live(scenario)
    except Exception as failure:  # noqa: BLE001 - whatever it is: a campaign goes on, and tells it as a finding
        what = Finding(_BROKE_DOWN, Frames(0), f"{type(failure).__name__}: {failure}")
        return Verdict(seed, scenario, None, (what,))
    return Verdict(seed, scenario, evidence, tuple(findings(evidence)))


def without_sound(house: House, pack: LanguagePack, staging: Staging, seeds: Iterable[int]) -> Iterator[Verdict]:
    """Go through seeds, each rehearsed without sound."""
    for seed in seeds:
        yield judged(seed, drawn(seed, pack), house, lambda scenario: lived(staging.quiet_stage(scenario)))


@dataclass
class Tally:
    """Counts what a campaign came to."""

    runs: int = 0
    refusals: int = 0
    """Faults of what is read at the start: refused in a sentence, and not rehearsed."""
    simulated_s: float = 0.0
    opened: int = 0
    cues: int = 0
    alarms: int = 0
    deafened: Counter[Owes] = field(default_factory=Counter)
    """Faults that deafen, at once or slowly, and were there for as long as the bound, while the exercise sounded."""
    slowest: dict[Owes, Frames] = field(default_factory=dict)
    """Longest time from such a fault to the end of the last cue before the fault was over."""
    outcomes: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    """By rule: in how many runs it was broken."""
    failing: dict[int, tuple[Finding, ...]] = field(default_factory=dict)
    cells: Counter[Pair] = field(default_factory=Counter)
    moments: Counter[tuple[Pair, str]] = field(default_factory=Counter)
    _began: float = field(default_factory=time.perf_counter)

    def add(self, verdict: Verdict) -> None:
        """Count one more."""
        self.runs += 1
        self.cells.update(fault.pair for fault in verdict.scenario.fault)
        self.broken.update({finding.rule for finding in verdict.findings})
        if verdict.findings:
            self.failing[verdict.seed] = verdict.findings
        evidence = verdict.evidence
        if evidence is None:
            self.refusals += not verdict.findings
            return
        chronicle = evidence.chronicle
        self.simulated_s += evidence.length / SAMPLE_RATE
        self.opened += sum(kind == "opened" for _, kind, _ in chronicle.records)
        self.alarms += sum(kind == "safety" for _, kind, _ in chronicle.records)
        cues = [(s.played, s.ended) for s in chronicle.sounds if s.kind == "cue" and s.played is not None]
        self.cues += len(cues)
        self.outcomes[chronicle.outcome.value if chronicle.outcome is not None else "none"] += 1
        for span in evidence.spans:
            self.moments[span.pair, _phase_at(evidence, span.begin)] += 1
            owes = CELLS[span.pair].owes
            if owes in _DEAFENED and span.acts & STEADY and span.end >= span.begin + _DEAFENED[owes]:
                self._deafened(owes, [end - span.begin for first, end in cues if end and _during(first, end, span)])

    def _deafened(self, owes: Owes, lasted: list[int]) -> None:
        if lasted:
            self.deafened[owes] += 1
            self.slowest[owes] = Frames(max(self.slowest.get(owes, 0), *lasted))

    @property
    def uncovered(self) -> tuple[str, ...]:
        """Return the names of the faults that never had their turn."""
        return tuple(named(pair) for pair in CELLS if pair not in self.cells)

    def report(self) -> Mapping[str, Any]:
        """Return the figures, for scripts."""
        elapsed = time.perf_counter() - self._began
        return {
            "runs": self.runs,
            "refused_at_the_start": self.refusals,
            "simulated_hours": round(self.simulated_s / 3600, 1),
            "seconds": round(elapsed, 1),
            "times_real_time": round(self.simulated_s / max(elapsed, 1e-9)),
            "sessions": self.opened,
            "outcomes": dict(self.outcomes.most_common()),
            "cues": self.cues,
            "alarms": self.alarms,
            "deafening_faults_while_it_sounded": self.deafened[Owes.DEAF],
            "slowest_silence_s": self._slowest_s(Owes.DEAF),
            "slowly_deafening_faults_while_it_sounded": self.deafened[Owes.DEAF_SLOWLY],
            "slowest_silence_where_slowly_s": self._slowest_s(Owes.DEAF_SLOWLY),
            "runs_that_broke": {rule: self.broken[rule] for rule in (*_rules(), *self._others())},
            "cells": f"{len(self.cells)} of {len(CELLS)}",
            "cells_by_phase": f"{len(self.moments)} of {len(CELLS) * len(_PHASES_ALL)}",
            "cells_not_covered": list(self.uncovered),
            "phases_not_covered": self._phases_not_covered(),
            "failing_seeds": {str(seed): [str(one) for one in found] for seed, found in self.failing.items()},
        }

    def lines(self) -> Iterator[str]:
        """Go through the report as lines for reading."""
        told = self.report()
        yield (
            f"{told['runs']} rehearsals, {told['simulated_hours']} simulated hours in {told['seconds']} s: "
            f"{told['times_real_time']} times real time; {told['refused_at_the_start']} refused at the start."
        )
        outcomes = ", ".join(f"{count} {name}" for name, count in told["outcomes"].items())
        yield f"{told['sessions']} sessions, {told['cues']} cues, {told['alarms']} alarms. Outcomes: {outcomes}."
        yield (
            f"{told['deafening_faults_while_it_sounded']} times hearing was lost while the exercise sounded: "
            f"the last cue ended {told['slowest_silence_s']} s later at most (bound {QUIET / SAMPLE_RATE} s)."
        )
        yield (
            f"{told['slowly_deafening_faults_while_it_sounded']} times by what a quiet night looks like at first: "
            f"{told['slowest_silence_where_slowly_s']} s at most (bound {SLOWLY / SAMPLE_RATE} s)."
        )
        yield "Runs that broke a rule: " + ", ".join(
            f"{name} {count}" for name, count in told["runs_that_broke"].items()
        )
        yield f"Faults: {told['cells']} cells; by the phase they began in: {told['cells_by_phase']}."
        if told["cells_not_covered"] and self.runs >= len(CELLS):
            yield f"Never drawn: {', '.join(told['cells_not_covered'])}."
        for seed, found in told["failing_seeds"].items():
            yield f"seed {seed}: {found[0]}" + (f" (and {len(found) - 1} more)" if len(found) > 1 else "")

    def _slowest_s(self, owes: Owes) -> float:
        return round(self.slowest.get(owes, 0) / SAMPLE_RATE, 3)

    def _others(self) -> tuple[str, ...]:
        return tuple(rule for rule in self.broken if rule not in _rules())

    def _phases_not_covered(self) -> dict[str, list[str]]:
        """Return for each fault in which phases it never began."""
        missing = {
            named(pair): [phase for phase in _PHASES_ALL if (pair, phase) not in self.moments]
            for pair, cell in CELLS.items()
            if not cell.at_start
        }
        return {name: phases for name, phases in missing.items() if phases}


def _rules() -> tuple[str, ...]:
    return tuple(rule.__name__ for rule in RULES)


def _phase_at(evidence: Evidence, frame: Frames) -> str:
    phase = "boot"
    for entered in evidence.chronicle.phases:
        if entered.frame > frame:
            break
        phase = entered.phase
    return phase


def _during(first: Frames, end: Frames, span: Span) -> bool:
    """Return whether what began and ended so was sounding while a fault was there."""
    return first < span.end and end > span.begin


def _is_one_sentence(text: str) -> bool:
    return bool(text) and "\n" not in text and "Traceback" not in text
