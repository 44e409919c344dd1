"""The shipped exercise and programs, number by number, and the seven exercises that are to follow."""

import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from coach.program.dose import SideMode, works
from coach.program.loader import load_programs
from coach.program.models import Program, Regime
from coach.program.quantity import Origin
from coach.units import frames, seconds

PHRASES = (Path(__file__).parents[2] / "voices").glob("*/phrases.toml")


@pytest.fixture
def programs(exercises, config):
    return load_programs(config / "programs", exercises)


def test_only_ankle_pumps_are_shipped(exercises):
    assert list(exercises) == ["ankle-pumps"]


def test_ankle_pumps_are_done_lying_or_sitting(pumps):
    assert [(position.id, position.in_bed) for position in pumps.positions] == [
        ("lying", True),
        ("sitting-legs-straight", True),
        ("sitting-feet-flat", False),
    ]
    assert all(position.origin is Origin.SEED for position in pumps.positions)


def test_toes_go_away_and_up_with_the_holds_of_the_seed(pumps):
    held = [(phase.id, phase.hold_s.v, phase.hold_s.least, phase.hold_s.most) for phase in pumps.phases]

    assert held == [("point", 1, 1, 2), ("flex", 1, 1, 1)]
    assert all(phase.hold_s.origin is Origin.SEED for phase in pumps.phases)


def test_the_dose_is_that_of_the_seed(pumps):
    dose = pumps.dose

    assert (dose.reps.least, dose.reps.v, dose.reps.most, dose.reps.per) == (10, 10, 15, "foot")
    assert (dose.sets.least, dose.sets.v, dose.sets.most) == (2, 2, 3)
    assert (dose.per_day.general.min, dose.per_day.general.max) == (1, 2)
    assert (dose.per_day.recovery.min, dose.per_day.recovery.max) == (3, 4)
    assert {number.origin for number in (dose.reps, dose.sets, *dose.per_day.by_regime.values())} == {Origin.SEED}


def test_both_feet_move_together_unless_one_at_a_time_is_asked_for(pumps):
    assert pumps.sides.default is SideMode.BOTH
    assert set(pumps.sides.allowed) == {SideMode.BOTH, SideMode.EACH}


def test_brisk_and_slow_hold_must_be_prescribed(pumps):
    assert {preset.id: preset.cycle_s.v for preset in pumps.presets} == {"brisk": 2, "slow-hold": 8}
    assert all(preset.needs_prescription for preset in pumps.presets)


def test_nobody_is_told_that_it_prevents_clots(pumps):
    said = pumps.effect.may_say.lower()

    assert "blood flow" in said
    assert not any(word in said for word in ("clot", "prevent", "heal"))


@pytest.mark.parametrize("rule", ["swelling", "past-clot", "ankle-injury", "no-movement", "tendon-repair"])
def test_who_must_not_is_written_down(pumps, rule):
    assert rule in {entry.id for entry in pumps.not_if}


def test_every_rule_that_stops_it_is_written_down(pumps):
    assert [entry.id for entry in pumps.stop_if] == ["pain", "red-flag", "unwell", "no-answer"]


@pytest.mark.parametrize(
    ("name", "dose", "length_s"),
    [
        pytest.param("ankle-pumps", (Regime.RECOVERY, 2, 10, SideMode.BOTH), 110, id="recovery"),
        pytest.param("ankle-pumps-general", (Regime.GENERAL, 2, 15, SideMode.BOTH), 150, id="general"),
        pytest.param("ankle-pumps-one-side", (Regime.RECOVERY, 2, 10, SideMode.EACH), 250, id="one-side"),
    ],
)
def test_the_shipped_programs_do_what_they_say(programs, exercises, name, dose, length_s):
    program = programs[name]

    (work,) = works(program, exercises)

    assert program.prescribed_by is None
    assert (program.regime, work.sets, work.reps, work.sides) == dose
    assert (work.cycle_s, work.rest_s) == (4.0, 30.0)
    assert seconds(work.length) == length_s


@pytest.mark.parametrize(
    ("name", "cycle_s", "sides"),
    [
        ("ankle-circles", 4, SideMode.EACH),
        ("deep-breathing", 10, SideMode.NONE),
        ("glute-squeezes", 9, SideMode.NONE),
        ("heel-slides", 9, SideMode.EACH),
        ("quad-sets", 9.5, SideMode.EACH),
        ("shoulder-shrugs", 4, SideMode.BOTH),
        ("toe-wiggles", 4, SideMode.BOTH),
    ],
)
def test_the_exercises_to_come_fit_the_schema(to_come, name, cycle_s, sides):
    program = Program.model_validate(
        {"id": "tried", "title": "Tried", "regime": "recovery", "block": [{"exercise": name}]}
    )

    (work,) = works(program, to_come)

    assert to_come[name].cycle_s.v == cycle_s
    assert sum(phase.length for phase in work.phases) == frames(cycle_s)
    assert work.sides is sides


def test_no_exercise_to_come_was_forgotten(to_come):
    assert len(to_come) == 7


def phrase_keys(model):
    """Yield every key of a language pack that an exercise names."""
    if isinstance(model, BaseModel):
        for name in type(model).model_fields:
            value = getattr(model, name)
            if name == "key" and value is not None:
                yield value
            yield from phrase_keys(value)
    elif isinstance(model, tuple):
        for value in model:
            yield from phrase_keys(value)


@pytest.mark.parametrize("path", sorted(PHRASES), ids=lambda path: path.parent.name)
def test_every_line_an_exercise_names_is_in_the_pack(path, exercises):
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    named = {key for exercise in exercises.values() for key in phrase_keys(exercise)}

    missing = {key for key in named if key.rpartition(".")[2] not in tables.get(key.rpartition(".")[0], {})}

    assert len(named) > 5
    assert missing == set()
