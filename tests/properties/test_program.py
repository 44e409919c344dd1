from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from coach.errors import ProgramError
from coach.program.dose import Work, works
from coach.program.loader import load_exercise, load_exercises, load_program
from coach.program.models import Program, SideMode
from coach.units import SAMPLE_RATE, frames

ROOT = Path(__file__).parents[2]
ANKLE_PUMPS = (ROOT / "config" / "exercises" / "ankle-pumps.toml").read_bytes()
PROGRAM = (ROOT / "config" / "programs" / "ankle-pumps.toml").read_bytes()
EXERCISES = load_exercises(ROOT / "config" / "exercises")

untimed = settings(deadline=None)
# The folder is the same for every example and each writes its file anew.
once_a_test = settings(untimed, suppress_health_check=[HealthCheck.function_scoped_fixture])

scalars = st.one_of(
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from([0, -1, 500, 10**400, "ankle-pumps"]),
)
quantities = st.fixed_dictionaries(
    {"v": st.one_of(st.integers(-2, 40), scalars), "origin": st.sampled_from(["seed", "infer", "clinician", "me"])},
    optional={"src": st.lists(st.sampled_from(["S0", "S8", "x"]), max_size=2), "min": scalars, "per": scalars},
)
blocks = st.fixed_dictionaries(
    {"exercise": st.sampled_from([*EXERCISES, "ankle-pump", ""])},
    optional={
        "reps": quantities,
        "sets": quantities,
        "cycle_s": quantities,
        "rest_s": quantities,
        "tempo": st.sampled_from(["brisk", "slow-hold", "none"]),
        "sides": st.sampled_from(["both", "each", "none", "left"]),
        "hold": st.lists(quantities.map(lambda number: number | {"phase": "point"}), max_size=2),
        "surprise": scalars,
    },
)


def stated(values):
    return values.map(lambda value: {"v": value, "origin": "infer"})


sane_blocks = st.fixed_dictionaries(
    {"exercise": st.sampled_from(list(EXERCISES))},
    optional={
        "reps": stated(st.integers(1, 32)),
        "sets": stated(st.integers(1, 6)),
        "cycle_s": stated(st.floats(1.5, 12)),
        "rest_s": stated(st.integers(0, 120)),
    },
)
sane_head = {
    "id": st.just("tried"),
    "title": st.just("Tried"),
    "regime": st.sampled_from(["general", "recovery"]),
}
sane_programs = st.fixed_dictionaries(
    sane_head | {"block": st.lists(sane_blocks, min_size=1, max_size=3)},
    optional={"prescribed_by": st.just("Dr. Kim")},
)
wild_programs = st.fixed_dictionaries(
    sane_head,
    optional={
        "block": st.lists(blocks, max_size=4),
        "prescribed_by": st.one_of(st.just("Dr. Kim"), scalars),
        "per_day": st.one_of(quantities, st.just({"min": 1, "max": 4, "origin": "infer"})),
        "status": scalars,
    },
)


def toml(value):
    """Return a value as inline TOML; the shapes above are all it has to know."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(inner) for inner in value) + "]"
    if isinstance(value, str):
        escaped = "".join(
            letter if letter.isalnum() or letter in " -." else f"\\U{ord(letter):08x}" for letter in value
        )
        return f'"{escaped}"'
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)


def read_or_refused(path, content, read):
    path.write_bytes(content)
    try:
        return read(path)
    except ProgramError as refused:
        message = str(refused)
        assert message.endswith(".")
        assert "\n" not in message
        return None


@once_a_test
@given(st.binary(max_size=200))
@example(b"[" * 3000)
@example(b"a=[\n" + b"[\n" * 10_000)
@example(b"id = 1e" + b"9" * 3000)
@example(b"\xef\xbb\xbf")
def test_any_bytes_are_read_or_refused_in_a_sentence(tmp_path, content):
    path = tmp_path / "tried.toml"

    read_or_refused(path, content, lambda file: load_program(file, EXERCISES))
    read_or_refused(path, content, load_exercise)


@once_a_test
@given(st.one_of(sane_programs, wild_programs))
def test_any_program_is_read_within_the_limits_or_refused_in_a_sentence(tmp_path, data):
    content = "\n".join(f"{key} = {toml(value)}" for key, value in data.items()).encode()

    program = read_or_refused(tmp_path / "tried.toml", content, lambda file: load_program(file, EXERCISES))

    if program is not None:
        done = works(program, EXERCISES)
        assert sum(work.length for work in done) <= 20 * 60 * SAMPLE_RATE
        for work in done:
            assert 1 <= work.reps <= 30
            assert 1 <= work.sets <= 5
            assert 2 <= work.cycle_s <= 60
            assert all(phase.hold <= frames(10) for phase in work.phases)


@once_a_test
@given(
    st.sampled_from([("ankle-pumps.toml", ANKLE_PUMPS, None), ("ankle-pumps.toml", PROGRAM, EXERCISES)]),
    st.data(),
)
def test_a_shipped_file_with_a_slip_in_it_is_read_or_refused_in_a_sentence(tmp_path, file, data):
    name, good, exercises = file
    lines = good.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    slip = data.draw(
        st.sampled_from(
            [b"", b"[", b"v = -1", b"v = nan", b"v = true", b"id = 3", b"src = []", b"zzz = 1", lines[number][:9]]
        )
    )
    lines[number] = slip

    read_or_refused(
        tmp_path / name,
        b"\n".join(lines),
        load_exercise if exercises is None else lambda path: load_program(path, exercises),
    )


def work_of(name, cycle_s, stated):
    exercise = EXERCISES[name]
    holds = ((exercise.phases[0].id, stated),) if stated is not None else ()
    return Work(exercise, 1, 1, cycle_s, SideMode.BOTH, 0.0, 0.0, holds=holds)


@untimed
@given(
    st.sampled_from(sorted(EXERCISES)),
    st.floats(2, 60),
    st.one_of(st.none(), st.floats(0, 10)),
)
def test_phases_add_up_to_the_cycle_exactly_at_every_tempo(name, cycle_s, stated):
    phases = work_of(name, cycle_s, stated).phases

    assert sum(phase.length for phase in phases) == frames(cycle_s)
    assert all(phase.move >= 0 and phase.hold >= 0 for phase in phases)


@untimed
@given(st.sampled_from(sorted(EXERCISES)), st.floats(0, 1))
def test_within_the_tempo_range_holds_keep_their_limits_and_movements_their_least_time(name, share):
    exercise = EXERCISES[name]
    low, high = exercise.limits.cycle_s_min.v, exercise.limits.cycle_s_max.v
    work = work_of(name, low + share * (high - low), None)

    for phase, timing in zip(exercise.phases, work.phases, strict=True):
        assert frames(phase.hold_s.least) <= timing.hold <= frames(phase.hold_s.most)
        assert timing.move >= frames(phase.move_s.least)


@untimed
@given(st.integers(1, 40), st.integers(1, 8), st.sampled_from(["both", "each"]), st.floats(0, 700))
def test_a_program_is_either_inside_every_limit_or_refused(reps, sets, sides, rest_s):
    number = {"origin": "infer"}
    program = Program.model_validate(
        {
            "id": "tried",
            "title": "Tried",
            "regime": "recovery",
            "block": [
                {
                    "exercise": "ankle-pumps",
                    "reps": number | {"v": reps},
                    "sets": number | {"v": sets},
                    "rest_s": number | {"v": rest_s},
                    "sides": sides,
                }
            ],
        }
    )
    stints = sets * (2 if sides == "each" else 1)
    pause = max(rest_s, 5) if sides == "each" else rest_s
    inside = reps <= 15 and sets <= 3 and rest_s <= 600 and stints * reps * 4 + (stints - 1) * pause <= 1200

    if inside:
        assert works(program, EXERCISES)
    else:
        with pytest.raises(ProgramError):
            works(program, EXERCISES)
