import pytest

from coach.errors import ProgramError
from coach.program.dose import works
from coach.program.limits import check_exercise, cycle_range
from coach.program.models import Exercise

PRESCRIBED = {"prescribed_by": "Dr. Kim, physiotherapist, 20 November 2026"}


@pytest.fixture
def changed(pumps):
    """Ankle pumps with one value replaced, named by its path such as ``limits.reps_max.v``."""

    def changed_(path, value):
        data = pumps.model_dump(mode="json", by_alias=False)
        *way, last = path.split(".")
        inner = data
        for step in way:
            inner = inner[int(step)] if step.isdigit() else inner[step]
        inner[last] = value
        return Exercise.model_validate(data)

    return changed_


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        pytest.param({"reps": 16}, "key reps.v: 16 is not allowed; write 1 to 15", id="reps"),
        pytest.param({"reps": 500}, "key reps.v: 500 is not allowed; write 1 to 15", id="five-hundred-reps"),
        pytest.param({"reps": 0}, "key reps.v: 0 is not allowed; write 1 to 15", id="no-reps"),
        pytest.param({"reps": -3}, "key reps.v: -3 is not allowed", id="negative-reps"),
        pytest.param({"reps": 10**400}, "key reps.v: a number of very many digits is not", id="endless-reps"),
        pytest.param({"sets": 4}, "key sets.v: 4 is not allowed; write 1 to 3", id="sets"),
        pytest.param({"sets": 0}, "key sets.v: 0 is not allowed", id="no-sets"),
        pytest.param({"cycle_s": 2.9}, "key cycle_s.v: 2.9 is not allowed; write 3 to 8", id="quick"),
        pytest.param({"cycle_s": 8.5}, "key cycle_s.v: 8.5 is not allowed", id="slow"),
        pytest.param({"cycle_s": 0}, "key cycle_s.v: 0 is not allowed", id="tempo-zero"),
        pytest.param({"cycle_s": -4}, "key cycle_s.v: -4 is not allowed", id="negative-tempo"),
        pytest.param({"cycle_s": 1e308}, "key cycle_s.v: 1e+308 is not allowed", id="endless-tempo"),
        pytest.param({"hold": [("point", 2.1)]}, "key hold (entry 1).v: 2.1 is not allowed; write 0 to 2", id="hold"),
        pytest.param({"hold": [("flex", -1)]}, "key hold (entry 1).v: -1 is not allowed", id="negative-hold"),
    ],
)
def test_the_exercise_binds_a_program_that_names_no_prescriber(program, block, exercises, numbers, said):
    with pytest.raises(ProgramError) as refused:
        works(program(block(), block(**numbers)), exercises, source="config/programs/tried.toml")

    message = str(refused.value)
    assert message.startswith("config/programs/tried.toml, table [[block]] number 2, key ")
    assert said in message
    assert "name in prescribed_by who prescribed another dose (" in message
    assert message.endswith("even then).")


@pytest.mark.parametrize(
    "numbers",
    [
        pytest.param({"reps": 15, "sets": 3}, id="most"),
        pytest.param({"reps": 1, "sets": 1}, id="least"),
        pytest.param({"cycle_s": 3}, id="quickest"),
        pytest.param({"cycle_s": 8}, id="slowest"),
        pytest.param({"hold": [("point", 2), ("flex", 2)], "cycle_s": 5}, id="longest-hold"),
        pytest.param({"hold": [("point", 0)]}, id="no-hold"),
        pytest.param({"rest_s": 0}, id="no-rest"),
    ],
)
def test_doses_up_to_the_limit_need_no_prescriber(program, block, exercises, numbers):
    assert works(program(block(**numbers)), exercises)


@pytest.mark.parametrize(
    "numbers",
    [
        pytest.param({"reps": 30, "sets": 1}, id="reps"),
        pytest.param({"sets": 5}, id="sets"),
        pytest.param({"cycle_s": 2}, id="quickest"),
        pytest.param({"cycle_s": 60, "reps": 5}, id="slowest"),
        pytest.param({"hold": [("point", 10)], "cycle_s": 12.5}, id="hold"),
    ],
)
def test_a_prescriber_lifts_the_limits_of_the_exercise(program, block, exercises, numbers):
    with pytest.raises(ProgramError):
        works(program(block(**numbers)), exercises)

    assert works(program(block(**numbers), **PRESCRIBED), exercises)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        pytest.param({"reps": 31}, "key reps.v: 31 is not allowed; write 1 to 30.", id="reps"),
        pytest.param({"sets": 6}, "key sets.v: 6 is not allowed; write 1 to 5.", id="sets"),
        pytest.param({"cycle_s": 1.99}, "key cycle_s.v: 1.99 is not allowed; write 2 to 60.", id="cycle"),
        pytest.param({"hold": [("point", 10.1)]}, "(entry 1).v: 10.1 is not allowed; write 0 to 10.", id="hold"),
        pytest.param({"rest_s": 601}, "key rest_s.v: 601 is not allowed; write 0 to 600.", id="rest"),
        pytest.param({"rest_s": -1}, "key rest_s.v: -1 is not allowed", id="negative-rest"),
    ],
)
def test_absolute_limits_bind_whoever_prescribed(program, block, exercises, numbers, said):
    with pytest.raises(ProgramError) as refused:
        works(program(block(**numbers), **PRESCRIBED), exercises)

    assert said in str(refused.value)


def test_a_session_takes_at_most_twenty_minutes(program, block, exercises):
    twenty = [block(sets=5, reps=30, cycle_s=7.2, rest_s=30)]

    assert works(program(*twenty, **PRESCRIBED), exercises)
    with pytest.raises(ProgramError, match=r"the session takes 20 min 04 s; 20 minutes are the most"):
        works(program(*twenty, block(sets=1, reps=1), **PRESCRIBED), exercises)


def test_blocks_of_one_exercise_share_its_sets(program, block, exercises):
    with pytest.raises(ProgramError, match=r"of ankle-pumps together, key sets: 4 is not allowed; write at most 3"):
        works(program(block(sets=2), block(sets=2)), exercises)

    assert works(program(block(sets=2), block(sets=1)), exercises)
    assert works(program(block(sets=2), block(sets=2), **PRESCRIBED), exercises)


def often(least, most):
    return {"per_day": {"min": least, "max": most, "origin": "clinician"}}


@pytest.mark.parametrize(
    ("day", "keys", "said"),
    [
        pytest.param((1, 5), {}, "table [per_day], key max: 5 is not allowed; write 1 to 4, or name", id="own"),
        pytest.param((1, 7), PRESCRIBED, "table [per_day], key max: 7 is not allowed; write 1 to 6.", id="absolute"),
        pytest.param((0, 4), {}, "table [per_day], key min: 0 is not allowed; write 1 to 4", id="none"),
    ],
)
def test_too_many_or_too_few_sessions_a_day_are_refused(program, exercises, day, keys, said):
    with pytest.raises(ProgramError) as refused:
        works(program(**often(*day) | keys), exercises)

    assert said in str(refused.value)


@pytest.mark.parametrize(("most", "keys"), [(4, {}), (6, PRESCRIBED)])
def test_sessions_a_day_up_to_the_limit_are_allowed(program, exercises, most, keys):
    assert works(program(**often(1, most) | keys), exercises)


def test_only_toe_wiggles_and_breathing_may_be_done_twelve_times_a_day(program, block, exercises):
    for name in ("toe-wiggles", "deep-breathing"):
        assert works(program(block(name), **often(1, 12), **PRESCRIBED), exercises)
        with pytest.raises(ProgramError, match="write 1 to 12"):
            works(program(block(name), **often(1, 13), **PRESCRIBED), exercises)
    with pytest.raises(ProgramError, match="write 1 to 6"):
        works(program(block("toe-wiggles"), block("heel-slides"), **often(1, 7), **PRESCRIBED), exercises)


def test_a_hard_limit_binds_a_prescriber_too(program, block, exercises):
    with pytest.raises(ProgramError, match=r"key reps.v: 6 is not allowed; write 1 to 5\."):
        works(program(block("deep-breathing", reps=6), **PRESCRIBED), exercises)


def test_where_an_exercise_states_no_limit_its_dose_is_the_limit(program, block, exercises):
    squeezes = exercises["quad-sets"]
    limits = squeezes.limits.model_copy(update={"sets_max": None})
    unlimited = exercises | {"quad-sets": squeezes.model_copy(update={"limits": limits})}

    with pytest.raises(ProgramError, match=r"key sets.v: 2 is not allowed; write 1 to 1, or"):
        works(program(block("quad-sets", sets=2)), unlimited)


def test_a_regime_the_exercise_has_no_figure_for_must_state_one(program, block, exercises):
    toes = exercises["toe-wiggles"]
    per_day = toes.dose.per_day.model_copy(update={"general": None})
    dose = toes.dose.model_copy(update={"per_day": per_day})
    exercises = exercises | {"toe-wiggles": toes.model_copy(update={"dose": dose})}

    with pytest.raises(
        ProgramError, match=r'key regime: "general" is not allowed; .* write "recovery", or add per_day'
    ):
        works(program(block("toe-wiggles"), regime="general"), exercises)

    assert works(program(block("toe-wiggles"), regime="general", **often(1, 2)), exercises)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        pytest.param({"tempo": "brisk"}, 'key tempo: "brisk" is not allowed; it must be prescribed', id="brisk"),
        pytest.param({"tempo": "slow-hold"}, 'key tempo: "slow-hold" is not allowed', id="slow-hold"),
        pytest.param({"tempo": "brisque"}, 'no preset of ankle pumps; the nearest known is "brisk"', id="unknown"),
        pytest.param({"sides": "none"}, 'key sides: "none" is not allowed; ankle pumps are done with', id="sides"),
        pytest.param({"hold": [("pint", 1)]}, 'no phase of ankle pumps; the nearest known is "point"', id="phase"),
        pytest.param(
            {"hold": [("point", 2), ("flex", 2)]},
            "key cycle_s.v: 4 is not allowed; its holds and movements need 5 seconds",
            id="no-room-to-move",
        ),
        pytest.param(
            {"hold": [("point", 2)], "cycle_s": 3.5},
            "key cycle_s.v: 3.5 is not allowed; its holds and movements need 4 seconds",
            id="no-room-for-the-other-hold",
        ),
    ],
)
def test_what_the_exercise_does_not_have_is_refused(program, block, exercises, numbers, said):
    with pytest.raises(ProgramError) as refused:
        works(program(block(**numbers)), exercises)

    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        pytest.param("limits.reps_max.v", 31, "[limits], key reps_max.v: 31 is not allowed; write 1 to 30", id="reps"),
        pytest.param("limits.sets_max.v", 6, "key sets_max.v: 6 is not allowed; write 1 to 5", id="sets"),
        pytest.param("limits.per_day_max.v", 7, "key per_day_max.v: 7 is not allowed; write 1 to 6", id="per-day"),
        pytest.param("limits.hold_s_max.v", 11, "key hold_s_max.v: 11 is not allowed; write 0 to 10", id="hold"),
        pytest.param("limits.cycle_s_min.v", 1.9, "key cycle_s_min.v: 1.9 is not allowed; write 2 to 60", id="cycle"),
        pytest.param("limits.cycle_s_min.v", 2.5, "its holds and movements need 3 seconds", id="no-room"),
        pytest.param("limits.cycle_s_max.v", 2.5, "key cycle_s_max.v: 2.5 is not allowed; write 3 to 60", id="order"),
        pytest.param("limits.cycle_s_max.v", 61, "key cycle_s_max.v: 61 is not allowed", id="slow"),
        pytest.param("dose.reps.max", 16, "[dose], key reps.max: 16 is not allowed; write 1 to 15", id="dose"),
        pytest.param("dose.reps.min", 0, "[dose], key reps.min: 0 is not allowed", id="least-dose"),
        pytest.param("dose.switch_gap_s.v", -1, "key switch_gap_s.v: -1 is not allowed", id="gap"),
        pytest.param("dose.per_day.recovery.max", 5, "[dose.per_day.recovery], key max: 5 is not", id="often"),
        pytest.param("phases.0.hold_s.max", 3, "[[phase]] number 1, key hold_s.max: 3 is not", id="phase-hold"),
        pytest.param("phases.1.move_s.min", -1, "[[phase]] number 2, key move_s.min: -1 is not", id="phase-move"),
        pytest.param("phases.0.move_s.v", 1e308, "key move_s.v: 1e+308 is not allowed", id="endless-move"),
        pytest.param("phases.0.move_s.v", 1.1, "[cycle_s], key v: 4 is not allowed; the moves and", id="sum"),
        pytest.param("cycle_s.v", 4.2, "add up to 4 seconds; make both the same", id="cycle-sum"),
        pytest.param("presets.0.cycle_s.v", 1.5, "[[preset]] number 1, key cycle_s.v: 1.5 is not", id="preset"),
        pytest.param("presets.0.needs_prescription", False, "number 1, key cycle_s.v: 2 is not", id="preset-own"),
        pytest.param("presets.1.holds.0.v", 12, "key hold (entry 1).v: 12 is not allowed", id="preset-hold"),
        pytest.param("presets.1.holds.0.phase", "pint", '"pint" is not allowed; this is no phase', id="preset-phase"),
        pytest.param("presets.1.cycle_s.v", 7, "its holds and movements need 7 seconds", id="preset-fits"),
    ],
)
def test_an_exercise_that_contradicts_itself_or_an_absolute_limit_is_refused(changed, path, value, said):
    exercise = changed(path, value)

    if said.endswith("need 7 seconds"):
        check_exercise(exercise, "here.toml")
        exercise = changed(path, 6.9)
    with pytest.raises(ProgramError) as refused:
        check_exercise(exercise, "here.toml")

    assert str(refused.value).startswith("here.toml, table")
    assert said in str(refused.value)


def test_an_exercise_must_move(changed):
    still = changed("phases.0.move_s", {"v": 0, "origin": "infer"})
    data = still.model_dump(mode="json", by_alias=False)
    data["phases"][1]["move_s"] = {"v": 0, "origin": "infer"}
    data["cycle_s"]["v"] = 2
    data["limits"]["cycle_s_min"]["v"] = 2

    with pytest.raises(ProgramError, match="at least one phase must move"):
        check_exercise(Exercise.model_validate(data), "here.toml")


@pytest.mark.parametrize(
    ("limit", "path", "said"),
    [
        pytest.param("reps_max", "dose.reps.max", "key reps.max: 70 is not allowed; write 1 to 30", id="reps"),
        pytest.param("sets_max", "dose.sets.max", "key sets.max: 70 is not allowed; write 1 to 5", id="sets"),
        pytest.param(
            "per_day_max", "dose.per_day.recovery.max", "key max: 70 is not allowed; write 1 to 6", id="per-day"
        ),
        pytest.param(
            "hold_s_max", "phases.0.hold_s.max", "key hold_s.max: 70 is not allowed; write 0 to 10", id="hold"
        ),
    ],
)
def test_without_a_limit_of_its_own_the_absolute_one_binds_the_dose(changed, limit, path, said):
    endless = changed(path, 70)
    unlimited = endless.limits.model_copy(update={limit: None})

    with pytest.raises(ProgramError) as refused:
        check_exercise(endless.model_copy(update={"limits": unlimited}), "here.toml")

    assert said in str(refused.value)


def test_no_exercise_widens_the_absolute_tempo(changed):
    assert cycle_range(changed("limits.cycle_s_min.v", 1)).low == 2
    assert cycle_range(changed("limits.cycle_s_max.v", 90)).high == 60
