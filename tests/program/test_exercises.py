"""The shipped exercises and programs, number by number."""

import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from coach.program.dose import SideMode, session_length, works
from coach.program.loader import load_programs
from coach.program.models import Program, Regime
from coach.program.quantity import Origin
from coach.units import frames, seconds

PHRASES = (Path(__file__).parents[2] / "voices").glob("*/phrases.toml")


@pytest.fixture
def programs(exercises, config):
    return load_programs(config / "programs", exercises)


def test_ankle_pumps_are_done_lying_or_sitting(pumps):
    assert [(position.id, position.in_bed) for position in pumps.positions] == [
        ("lying", True),
        ("propped-up", True),
        ("sitting-legs-straight", True),
        ("sitting-feet-flat", False),
    ]
    assert {position.id for position in pumps.positions if position.origin is not Origin.SEED} == {"propped-up"}


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
    ("name", "cycle_s", "sides", "tones", "length_s"),
    [
        ("ankle-circles", 4, SideMode.EACH, ["rising", "falling"], 2 * (40 + 5) + 15),
        ("ankle-pumps", 4, SideMode.BOTH, ["falling", "rising"], 110),
        ("deep-breathing", 10, SideMode.NONE, ["rising", "level", "falling"], 40),
        ("glute-squeezes", 9, SideMode.NONE, ["rising", "falling"], 90),
        ("heel-slides", 9, SideMode.EACH, ["rising", "falling"], 2 * 90 + 20),
        ("quad-sets", 9.5, SideMode.EACH, ["rising", "falling"], 2 * 95 + 20),
        ("shoulder-shrugs", 4, SideMode.BOTH, ["rising", "falling"], 40),
        ("toe-wiggles", 4, SideMode.BOTH, ["falling", "rising"], 40),
    ],
)
def test_each_exercise_is_done_as_its_file_says(exercises, *, name, cycle_s, sides, tones, length_s):
    program = Program.model_validate(
        {"id": "tried", "title": "Tried", "regime": "recovery", "block": [{"exercise": name}]}
    )

    (work,) = works(program, exercises)

    assert exercises[name].cycle_s.v == cycle_s
    assert sum(phase.length for phase in work.phases) == frames(cycle_s)
    assert work.sides is sides
    assert [phase.tone for phase in work.phases] == tones
    assert seconds(work.length) == length_s


def test_every_exercise_is_explained_cautioned_and_stopped(exercises):
    for exercise in exercises.values():
        assert exercise.effect is not None
        assert exercise.effect.key == f"{exercise.id}.why"
        assert "caution.pain" in {caution.key for caution in exercise.cautions}
        assert {"pain", "red-flag", "unwell", "no-answer"} <= {rule.id for rule in exercise.stop_if}
        assert exercise.not_if
        assert all(position.in_bed for position in exercise.positions[:1])


def test_time_to_change_over_is_given_where_sides_or_directions_take_turns(exercises):
    for exercise in exercises.values():
        if SideMode.EACH in exercise.sides.allowed or exercise.directions:
            assert exercise.dose.switch_gap_s.v >= 5


def test_no_effect_is_claimed_that_nobody_has_shown(exercises):
    claimed = " ".join(exercise.effect.may_say.lower() for exercise in exercises.values())

    assert not any(word in claimed for word in ("clot", "prevent", "heal", "cure", "faster", "recover"))


@pytest.mark.parametrize(
    ("reason", "barred"),
    [
        ("past-clot", {"ankle-pumps", "ankle-circles"}),
        ("no-movement", {"ankle-pumps", "ankle-circles"}),
        ("tendon-repair", {"ankle-pumps", "ankle-circles"}),
        ("hip-rules", {"heel-slides"}),
        ("knee-limits", {"heel-slides"}),
        ("shoulder-or-chest-operation", {"shoulder-shrugs"}),
        ("foot-operation", {"toe-wiggles"}),
    ],
)
def test_what_bars_an_exercise_is_written_down(exercises, reason, barred):
    assert {name for name, exercise in exercises.items() if reason in {rule.id for rule in exercise.not_if}} == barred


def test_nothing_in_the_program_after_a_hip_operation_is_barred_by_one(programs, exercises):
    barred = {"hip-rules", "hip-operation", "lateral-approach"}

    for block in programs["after-hip"].blocks:
        assert barred.isdisjoint(rule.id for rule in exercises[block.exercise].not_if)


@pytest.mark.parametrize(
    ("name", "at_most_min"),
    [
        ("ankle-pumps", 2),
        ("ankle-pumps-general", 3),
        ("ankle-pumps-one-side", 5),
        ("first-days-in-bed", 6),
        ("after-hip", 7),
        ("after-knee", 10),
        ("leg-circulation", 6),
        ("breathing-and-shoulders", 3),
        ("five-quiet-minutes", 3),
    ],
)
def test_no_program_is_longer_than_somebody_in_bed_can_bear(programs, exercises, name, at_most_min):
    assert seconds(session_length(works(programs[name], exercises))) <= 60 * at_most_min


def test_every_program_has_its_length_reviewed(programs):
    assert len(programs) == 9


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
