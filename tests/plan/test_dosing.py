import pytest

from coach.errors import InputError, PrescriptionError
from coach.plan.dosing import check_prescription, sessions_per_day, tailored
from coach.plan.prescription import Prescription
from coach.program.dose import works
from coach.program.models import Program, SideMode


@pytest.fixture
def tailor(read, exercises, programs):
    """A shipped program as the person with this prescription is to do it."""

    def tailor_(content, program="ankle-pumps"):
        chosen = programs[program] if isinstance(program, str) else program
        return tailored(chosen, exercises, read(content))

    return tailor_


@pytest.fixture
def tailored_for(read, exercises, programs):
    """What it takes to say how often a day."""

    def tailored_for_(content, program):
        prescription = read(content)
        return tailored(programs[program], exercises, prescription).program, exercises, prescription

    return tailored_for_


@pytest.fixture
def check(read, exercises, programs):
    """Look a prescription through against all there is."""

    def check_(content):
        check_prescription(read(content), programs, exercises, ("en", "ko"), source="prescription.toml")

    return check_


@pytest.fixture
def mixed():
    """Ankle pumps and heel slides."""
    blocks = [{"exercise": "ankle-pumps"}, {"exercise": "heel-slides"}]
    return Program.model_validate({"id": "mixed", "title": "Mixed", "regime": "recovery", "block": blocks})


def test_without_a_prescription_a_program_is_as_it_stands(exercises, programs):
    program = programs["ankle-pumps"]

    assert tailored(program, exercises, Prescription()).works == works(program, exercises)


def test_the_numbers_of_the_prescription_stand_in_place_of_the_programs(tailor):
    dose = '[[dose.exercise]]\nid = "ankle-pumps"\nreps = 8\nsets = 1\ncycle_s = 5\nrest_s = 45\nsides = "each"\n'

    work = tailor(dose).works[0]

    assert (work.reps, work.sets, work.cycle_s, work.rest_s, work.sides) == (8, 1, 5.0, 45.0, SideMode.EACH)


def test_more_than_an_exercise_allows_needs_somebody_who_prescribed_it(tailor):
    dose = '[[dose.exercise]]\nid = "ankle-pumps"\nreps = 20\n'

    with pytest.raises(InputError, match=r"prescription.toml.*key reps\.v: 20 is not allowed"):
        tailor(dose)
    assert tailor(f'prescribed_by = "J. Lind, physiotherapist"\n{dose}').works[0].reps == 20


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("reps_max = 9", "key reps_max: 9 is exceeded by the program ankle-pumps, which asks for 10 repetitions"),
        ("sets_max = 1", "key sets_max: 1 is exceeded by the program ankle-pumps, which asks for 2 sets"),
        ("cycle_s_min = 5", "key cycle_s_min: 5 is exceeded"),
        ("minutes_max = 1", "key minutes_max: 1 is exceeded"),
    ],
)
def test_limits_reject_and_do_not_clamp(tailor, limit, said):
    with pytest.raises(PrescriptionError) as refused:
        tailor(f"[dose]\n{limit}\n")

    assert said in str(refused.value)
    assert "[[dose.exercise]]" in str(refused.value)


def test_a_program_may_reach_its_limits_exactly(tailor):
    assert tailor("[dose]\nreps_max = 10\nsets_max = 2\ncycle_s_min = 4\nminutes_max = 2\n").works[0].reps == 10


def test_a_voice_cannot_ask_for_more_than_the_prescription_allows(tailor):
    free, bound = tailor('name = "Maria"').works[0], tailor("[dose]\nreps_max = 10\ncycle_s_min = 3.5\n").works[0]

    assert (free.most_reps, free.tempo_range[0]) == (15, 3.0)
    assert (bound.most_reps, bound.tempo_range[0]) == (10, 3.5)


def test_the_rest_of_a_program_stays_when_an_exercise_must_not_be_done(tailor, mixed, history):
    done = tailor(history(operation="hip-replacement", approach="posterior"), mixed)

    assert [work.exercise.id for work in done.works] == ["ankle-pumps"]
    assert [(out.exercise, out.reason) for out in done.left_out] == [("heel-slides", "hip-rules")]


def test_a_program_of_which_nothing_is_left_is_refused_with_the_reason(tailor, history):
    with pytest.raises(PrescriptionError) as refused:
        tailor(history(past_clot="yes"))

    assert "has nothing this person may do: ankle pumps: past blood clot" in str(refused.value)
    assert "not until a physiotherapist supervises" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "program", "often"),
    [
        ('name = "M"', "ankle-pumps", (3, 4)),
        ('name = "M"', "ankle-pumps-general", (1, 2)),
        ('regime = "general"', "ankle-pumps", (1, 2)),
        ("[schedule]\nsessions_per_day = 2", "ankle-pumps", (2, 2)),
        ('[schedule]\ntimes = ["09:00"]', "ankle-pumps", (1, 1)),
        ("[schedule]\nminimum_gap_min = 45", "ankle-pumps", (3, 4)),
    ],
)
def test_how_often_a_day_comes_from_the_most_particular_place(tailored_for, content, program, often):
    found = sessions_per_day(*tailored_for(content, program))

    assert (found.min, found.max) == often


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('language = "de"', 'key language: "de" is not known; known are en, ko.'),
        ('program = "ankle-pump"', 'key program: "ankle-pump" is not known; the nearest known is "ankle-pumps".'),
        ('[exclusions]\nexercises = ["ankle-pump"]', 'the nearest known is "ankle-pumps"'),
        ('[exclusions]\nnot_if = ["pastclot"]', 'the nearest known is "past-clot"'),
        ('[[cleared]]\nnot_if = "clot"\nby = "Dr. Lee"\non = 2026-11-23', "table [[cleared]] number 1, key not_if"),
        ('[[dose.exercise]]\nid = "ankle"', 'table [[dose.exercise]] number 1, key id: "ankle" is not known'),
        ('program = "ankle-pumps"\n[dose]\nreps_max = 5', "key reps_max: 5 is exceeded"),
        ('program = "ankle-pumps"\n[schedule]\nsessions_per_day = 5', "5 is not allowed; ankle pumps are meant 3 to 4"),
        (
            'program = "ankle-pumps"\nprescribed_by = "J. Lind, physiotherapist"\n[schedule]\nsessions_per_day = 7',
            "key sessions_per_day: 7 is not allowed; write 1 to 6",
        ),
    ],
)
def test_what_a_prescription_names_must_be_there_and_allowed(check, content, said):
    with pytest.raises(InputError) as wrong:
        check(content)

    assert said in str(wrong.value)
    assert "prescription.toml" in str(wrong.value)


def test_more_sessions_a_day_need_somebody_who_prescribed_them(check):
    check('program = "ankle-pumps"\n[schedule]\nsessions_per_day = 4')
    check('program = "ankle-pumps"\nprescribed_by = "J. Lind, physiotherapist"\n[schedule]\nsessions_per_day = 6')
