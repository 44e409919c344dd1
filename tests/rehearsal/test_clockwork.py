"""A rehearsal without sound decides what one with sound decides, at the same frames, whatever breaks."""

from pathlib import Path

import pytest

from coach.rehearsal.clockwork import jump
from coach.rehearsal.runner import run
from coach.rehearsal.scenario import Scenario, load_scenario
from coach.rehearsal.staging import stage

ROOT = Path(__file__).parents[2]

FAULTS = [
    "microphone-stuck",
    "capture-intermittent",
    "canceller-off",
    "recogniser-slow",
    "recogniser-garbage",
    "player-off",
    "journal-hang",
    "supervisor-slow",
    "notifier-off",
    "power-cut",
]
"""One of each sort; `coach campaign` goes through them all."""

SCENARIOS = {
    "silent": Scenario(answers="silent"),
    "mumble": Scenario(answers="mumble"),
    "a first session": load_scenario(ROOT / "config" / "scenarios" / "a-first-session.toml"),
    **{
        kind: Scenario.model_validate(
            {
                "screening": "later",
                "limit_s": 100.0,
                "seed": 5,
                "fault": [{"kind": kind, "at_s": 41.317, "until_s": 60.123}],
                "person": [
                    {"at_s": 43.05, "say": "pause"},
                    {"after": "line:session.paused", "say": "continue"},
                    {"at_s": 70.0, "does": "start"},
                    {"at_s": 80.0, "say": "it hurts"},
                    {"at_s": 92.0, "does": "unlock"},
                ],
            }
        )
        for kind in FAULTS
    },
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_without_sound_it_decides_the_same_at_the_same_frames(house, name):
    def made():
        return stage(house, SCENARIOS[name], "scripted", lambda _what: lambda _done, _total: None)

    sounding, silent = run(made()), jump(made())

    assert silent.chronicle.decisions == sounding.chronicle.decisions
    assert silent.chronicle.sounds == sounding.chronicle.sounds
    assert silent.length == len(sounding.played)
    assert silent.bedside.lock == sounding.lock
