import pytest

from coach.program.loader import load_programs
from coach.program.models import Exercise, Program
from coach.program.review import review

DRAFT = (
    "program tried: the program is a draft; a clinician must sign it.",
    "program tried: the exercise ankle-pumps is a draft; a clinician must sign it.",
)
PRESCRIBED = {"prescribed_by": "Dr. Kim"}


@pytest.fixture
def given(program, block):
    def given_(numbers, keys):
        return program(block(**numbers), **keys)

    return given_


def test_the_shipped_programs_only_wait_for_a_signature(exercises, config):
    for program in load_programs(config / "programs", exercises).values():
        findings = review(program, exercises)

        assert len(findings) == 1 + len({block.exercise for block in program.blocks})
        assert all("is a draft; a clinician must sign it." in finding for finding in findings)


def test_a_signed_program_of_signed_exercises_leaves_nothing_to_say(program, pumps):
    signature = {"status": "signed", "signed_by": "Dr. Kim, 20 November 2026"}
    signed = Exercise.model_validate(pumps.model_dump(by_alias=False) | signature)

    assert review(program(**signature), {"ankle-pumps": signed}) == ()


def test_a_refused_program_has_the_refusal_as_its_finding(program, block, exercises):
    (finding,) = review(program(block("ankle-pump")), exercises)

    assert finding.startswith("program tried, table [[block]] number 1, key exercise:")


@pytest.mark.parametrize(
    ("numbers", "keys", "said"),
    [
        pytest.param(
            {"reps": 20},
            PRESCRIBED,
            "block 1, repetitions: 20 where ankle pumps allow 1 to 15, prescribed by Dr. Kim.",
            id="beyond",
        ),
        pytest.param(
            {"reps": 5}, {}, "block 1, repetitions: 5 where the sources of ankle pumps give 10 to 15.", id="few"
        ),
        pytest.param({"sets": 1}, {}, "block 1, sets: 1 where the sources of ankle pumps give 2 to 3.", id="one-set"),
        pytest.param(
            {"cycle_s": 2},
            PRESCRIBED,
            "block 1, seconds a repetition: 2 where ankle pumps allow 3 to 8, prescribed by Dr. Kim.",
            id="brisk",
        ),
        pytest.param(
            {"hold": [("point", 3)], "cycle_s": 6},
            PRESCRIBED,
            "block 1, seconds held at point: 3 where ankle pumps allow 0 to 2, prescribed by Dr. Kim.",
            id="hold",
        ),
        pytest.param(
            {},
            {"per_day": {"min": 1, "max": 4, "origin": "clinician"}},
            "1 to 4 sessions a day; ankle pumps for recovery are meant 3 to 4 times.",
            id="seldom",
        ),
        pytest.param(
            {},
            {"per_day": {"min": 6, "max": 6, "origin": "clinician"}, **PRESCRIBED},
            "6 sessions a day where ankle pumps allow 1 to 4, prescribed by Dr. Kim.",
            id="often",
        ),
        pytest.param(
            {"reps": 30, "sets": 4, "cycle_s": 8},
            PRESCRIBED,
            "the session takes 18 minutes of exercise and rests, which is long for somebody in bed.",
            id="long",
        ),
    ],
)
def test_what_is_allowed_and_worth_a_look_is_said(given, exercises, numbers, keys, said):
    findings = review(given(numbers, keys), exercises)

    assert findings[:2] == DRAFT
    assert f"program tried: {said}" in findings


@pytest.mark.parametrize(
    ("number", "said"),
    [
        pytest.param({"v": 10, "origin": "clinician"}, "reps comes from a clinician whom prescribed_by", id="nobody"),
        pytest.param({"v": 10, "origin": "infer", "sure": False}, "reps was not confirmed in its source.", id="unsure"),
        pytest.param({"v": 8, "origin": "seed", "src": ["S0"]}, "the seed, which gives 10 to 15.", id="not-the-seed"),
    ],
)
def test_a_doubtful_origin_is_pointed_at(program, exercises, number, said):
    doubtful = Program.model_validate(
        {**program().model_dump(by_alias=False), "blocks": [{"exercise": "ankle-pumps", "reps": number}]}
    )

    assert any(said in finding for finding in review(doubtful, exercises))
