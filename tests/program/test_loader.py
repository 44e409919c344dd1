import pytest

from coach.errors import ProgramError
from coach.program.loader import load_exercise, load_exercises, load_program, load_programs

GOOD = """
id = "tried"
title = "Tried in a test"
regime = "recovery"
[[block]]
exercise = "ankle-pumps"
reps = { v = 12, origin = "seed", src = ["S0"] }
"""
BLOCK = 'id = "tried"\ntitle = "Tried"\nregime = "recovery"\n[[block]]\nexercise = "ankle-pumps"\n'


@pytest.fixture
def exercise_text(config):
    return (config / "exercises" / "ankle-pumps.toml").read_text()


def test_a_good_program_is_read(load):
    program = load(GOOD)

    assert program.id == "tried"
    assert program.blocks[0].reps.v == 12


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("", "the file is empty", id="empty"),
        pytest.param(b"\x7fELF\x02\x01\x01\x00\x90\xff", "not UTF-8 text", id="a-program-of-the-machine"),
        pytest.param("five sets of ten, please", "line 1, column 6: this is no TOML", id="prose"),
        pytest.param("block = " + "[\n" * 10_000, "nested too deeply", id="ten-thousand-brackets"),
        pytest.param(
            GOOD.replace("v = 12", "v = 500"),
            "table [[block]] number 1, key reps.v: 500 is not allowed; write 1 to 15, or name in prescribed_by "
            "who prescribed another dose (1 to 30 even then).",
            id="five-hundred-reps",
        ),
        pytest.param(
            BLOCK + 'cycle_s = { v = 0, origin = "infer" }',
            "key cycle_s.v: 0 is not allowed; write 3 to 8, or name in prescribed_by "
            "who prescribed another dose (2 to 60 even then).",
            id="tempo-zero",
        ),
        pytest.param(
            BLOCK + 'rep = { v = 3, origin = "infer" }',
            'table [[block]] number 1, key rep: this key is not known; the nearest known is "reps".',
            id="unknown-key",
        ),
        pytest.param(
            BLOCK + "reps = 10",
            "key reps: 10 is not allowed here; write a table with the keys origin, v.",
            id="bare-number",
        ),
        pytest.param(
            BLOCK + 'reps = { v = 10, origin = "seed" }',
            'key reps: src is missing; origin "seed" needs at least one source id, such as src = ["S0"].',
            id="no-source",
        ),
        pytest.param(
            BLOCK + 'reps = { v = 10, origin = "me" }',
            'key reps.origin: "me" is not allowed here; write one of "seed", "else", "infer", "clinician".',
            id="no-origin",
        ),
        pytest.param(BLOCK + 'reps = { v = true, origin = "infer" }', "true is not allowed here", id="bool"),
        pytest.param(BLOCK + 'reps = { v = 9.5, origin = "infer" }', "9.5 is not allowed here", id="half-a-rep"),
        pytest.param(BLOCK + 'reps = { v = -1, origin = "infer" }', "key reps.v: -1 is not allowed", id="negative"),
        pytest.param(BLOCK + 'cycle_s = { v = nan, origin = "infer" }', "key cycle_s.v: nan is not", id="nan"),
        pytest.param(BLOCK + 'cycle_s = { v = inf, origin = "infer" }', "key cycle_s.v: inf is not", id="infinity"),
        pytest.param(BLOCK + 'rest_s = { v = "30", origin = "infer" }', '"30" is not allowed here', id="text"),
        pytest.param(BLOCK + 'sides = "left"', 'write one of "both", "each", "none"', id="side"),
        pytest.param(
            GOOD.replace("ankle-pumps", "ankle-pump"),
            'key exercise: "ankle-pump" is no exercise; the nearest known is "ankle-pumps".',
            id="unknown-exercise",
        ),
        pytest.param(
            GOOD.replace('"tried"', '"other"'),
            'key id: "other" is not the name of the file; write id = "tried" or rename the file.',
            id="other-id",
        ),
        pytest.param(
            'id = "tried"\ntitle = "T"\nregime = "recovery"\n', "key block: this key is missing", id="no-block"
        ),
    ],
)
def test_a_wrong_program_is_refused_in_one_sentence(load, content, said):
    with pytest.raises(ProgramError) as refused:
        load(content)

    message = str(refused.value)
    assert said in message
    assert "tried.toml" in message
    assert "\n" not in message
    assert refused.value.exit_code == 2


def test_a_missing_program_says_so(tmp_path, exercises):
    with pytest.raises(ProgramError, match="there is no such file"):
        load_program(tmp_path / "none.toml", exercises)


def test_a_folder_is_no_program(tmp_path, exercises):
    with pytest.raises(ProgramError, match="this is a folder"):
        load_program(tmp_path, exercises)


def test_programs_of_a_folder_come_by_id(tmp_path, exercises):
    for name in ("b", "a"):
        (tmp_path / f"{name}.toml").write_text(GOOD.replace('"tried"', f'"{name}"'))

    assert list(load_programs(tmp_path, exercises)) == ["a", "b"]


def test_one_wrong_program_refuses_the_folder(tmp_path, exercises):
    (tmp_path / "tried.toml").write_text(GOOD)
    (tmp_path / "wrong.toml").write_text("id = 3")

    with pytest.raises(ProgramError, match=r"wrong\.toml"):
        load_programs(tmp_path, exercises)


def test_a_missing_folder_says_so(tmp_path):
    with pytest.raises(ProgramError, match="there is no such folder"):
        load_exercises(tmp_path / "none")


def test_two_files_cannot_have_one_id(tmp_path, exercise_text):
    (tmp_path / "ankle-pumps.toml").write_text(exercise_text)
    (tmp_path / "pumps.toml").write_text(exercise_text)

    with pytest.raises(
        ProgramError, match=r'pumps\.toml, key id: "ankle-pumps" is already the id of .*ankle-pumps\.toml'
    ):
        load_exercises(tmp_path)


def test_an_exercise_is_checked_when_it_is_read(tmp_path, exercise_text):
    path = tmp_path / "ankle-pumps.toml"
    path.write_text(exercise_text.replace("reps_max = { v = 15", "reps_max = { v = 45"))

    with pytest.raises(ProgramError, match=r"table \[limits\], key reps_max\.v: 45 is not allowed; write 1 to 30\."):
        load_exercise(path)


def test_a_long_prescribed_program_can_be_written(load):
    numbers = 'sets = { v = 3, origin = "clinician" }\nreps = { v = 14, origin = "clinician" }\n'
    block = '[[block]]\nexercise = "ankle-pumps"\n' + numbers
    head = (
        'id = "tried"\ntitle = "Nineteen minutes"\nregime = "prescribed"\nprescribed_by = "Dr. Kim, physiotherapist"\n'
    )
    per_day = 'per_day = { min = 1, max = 6, origin = "clinician" }\n'

    assert len(load(head + per_day + block * 5).blocks) == 5
