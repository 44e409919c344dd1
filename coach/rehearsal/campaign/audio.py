"""Rehearsals of a campaign with real sound: real voices, a simulated room, real recognizers.

They are the same scenarios, cut to what matters: a later session, whose exercise begins after half a minute, broken
off after `LIMIT_S`. The canceller is the real one: its faults are left to rehearsals without sound. The oracle judges
them by the same rules but for coming to rest, and by one more: whatever was played belongs to a sound that was meant.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from coach.language.models import LanguagePack
from coach.rehearsal.campaign.campaign import Verdict, judged
from coach.rehearsal.campaign.drawing import drawn
from coach.rehearsal.campaign.evidence import Evidence, Recorder
from coach.rehearsal.campaign.oracle import Finding
from coach.rehearsal.diary import QuickStore
from coach.rehearsal.fault_table import CELLS, Act, pair_of
from coach.rehearsal.runner import watched
from coach.rehearsal.scenario import Scenario
from coach.rehearsal.staging import Staging
from coach.rehearsal.summary import Result
from coach.runtime.wiring import House
from coach.units import SAMPLE_RATE, Frames

LIMIT_S: Final = 75.0
_CANCELLER: Final = frozenset({Act.CLEANED_ZERO, Act.CLEANED_NOISE, Act.ECHO_BACK, Act.NEAR_LOST})
_LATEST_S: Final = 60.0
"""Moments behind this one are drawn together, so that there is still something to be seen of them."""


def with_sound(
    house: House, pack: LanguagePack, staging: Staging, engine: str, seeds: Iterable[int]
) -> Iterator[Verdict]:
    """Go through seeds, each rehearsed with sound."""
    for seed in seeds:
        strays: list[Finding] = []

        def live(scenario: Scenario, strays: list[Finding] = strays) -> Evidence:
            recorder, store = Recorder(), QuickStore()
            stage = staging.stage(scenario, engine)
            result, bedside = watched(stage, store=store, keeping=recorder.keeping, witness=recorder.witness)
            strays += stray(result)
            return recorder.evidence(bedside, store, result.realtime_factor)

        verdict = judged(seed, cut(drawn(seed, pack)), house, live)
        kept = (finding for finding in verdict.findings if finding.rule != "rest")
        yield replace(verdict, findings=(*kept, *strays))


def cut(script: Scenario) -> Scenario:
    """Return a scenario that is over soon: a later session, with all its moments within the first minute."""
    plain = script.model_dump(exclude_unset=True)
    plain["fault"] = [fault for fault in plain.get("fault", ()) if not CELLS[pair_of(fault["kind"])].acts & _CANCELLER]
    for entry in (*plain.get("person", ()), *plain["fault"]):
        if entry.get("at_s") is not None:
            entry["at_s"] %= _LATEST_S
    for fault in plain["fault"]:
        lasts = fault["until_s"] >= LIMIT_S
        fault["until_s"] = max(fault["until_s"] % LIMIT_S, fault["at_s"] + 4.0)
        if lasts:
            fault["until_s"] = LIMIT_S
        fault["until_s"] = min(fault["until_s"], LIMIT_S - 1.0)  # a power cut ends in a boot
    return Scenario.model_validate(
        plain | {"screening": "later", "limit_s": LIMIT_S, "lock": "none", "begins": "session"}
    )


def stray(result: Result) -> Iterator[Finding]:
    """Find what was played and belongs to nothing that was meant to sound."""
    meant = np.zeros(len(result.played), dtype=np.bool_)
    for sound in result.chronicle.sounds:
        if sound.played is not None:
            meant[sound.played : len(meant) if sound.ended is None else sound.ended] = True
    strays = np.flatnonzero((result.played != 0) & ~meant)
    if len(strays):
        first = Frames(int(strays[0]))
        yield Finding(
            "stray", first, f"{len(strays)} frames sound that belong to nothing ({first / SAMPLE_RATE:.2f} s)"
        )
