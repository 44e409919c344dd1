"""Every scenario in tests/scenarios is lived, without sound, and must come to what it expects."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from coach.errors import CoachError
from coach.rehearsal.clockwork import jump
from coach.rehearsal.expectation import mismatches
from coach.rehearsal.scenario import Expected, load_scenario
from coach.rehearsal.staging import Staging
from coach.runtime.chronicle import Chronicle, PhaseEntered
from coach.session.effects import Outcome
from coach.session.states import Phase
from coach.units import Frames

FILES = sorted((Path(__file__).parents[1] / "scenarios").glob("*.toml"))
NAMED = {
    "pain while the coach speaks": "pain-while-the-coach-speaks",
    "no, it hurts": "no-it-hurts",
    "it doesn't hurt any more": "it-does-not-hurt-any-more",
    "answers nothing": "answers-nothing",
    "answers everything yes": "answers-everything-yes",
    "clot history": "clot-history",
    "swollen red calf": "swollen-red-calf",
    "dizzy": "dizzy",
    "cannot breathe": "cannot-breathe",
    "television at night": "television-at-night",
    "all right to are you hurt": "all-right",
    "a groan each night": "a-groan-each-night",
    "known swelling on day four": "day-four-after-a-hip",
    "microphone pulled out": "microphone-pulled-out",
    "speaker dead": "speaker-dead",
    "power cut in triage, then boot": "power-cut-in-triage",
    "a carer unlocks": "a-carer-unlocks",
    "wrong PIN": "wrong-pin",
}
"""What the safety stop was asked to be shown for."""


@pytest.fixture(scope="module")
def staging(house):
    return Staging(house, lambda _what: lambda _done, _total: None)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_story_comes_to_what_it_expects(staging, path):
    script = load_scenario(path)

    if script.expect.refused is not None:
        with pytest.raises(CoachError) as refused:
            staging.quiet_stage(script)
        assert script.expect.refused in str(refused.value)
        return
    assert mismatches(jump(staging.quiet_stage(script)).bedside, script.expect) == []


@dataclass
class Came:
    """What might have come of a rehearsal."""

    chronicle: Chronicle = field(default_factory=Chronicle)
    lock: int = 0


def everything():
    """Return a session that passed every phase, told the carer of it, and ended locked."""
    phases = [PhaseEntered(phase.value, Frames(0)) for phase in Phase]
    notices = [(Frames(0), "safety"), (Frames(0), "fault")]
    return Came(Chronicle(phases=phases, notices=notices, outcome=Outcome.INTERRUPTED), lock=3 - 1)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_story_can_fail_and_can_be_read(path):
    expected, first = load_scenario(path).expect, path.read_text(encoding="utf-8").splitlines()

    assert expected != Expected()
    assert expected.refused or mismatches(Came(), expected) or mismatches(everything(), expected)
    assert all(line.startswith("# ") for line in first[:2])


def test_every_story_that_was_asked_for_is_there():
    assert set(NAMED.values()) <= {path.stem for path in FILES}
