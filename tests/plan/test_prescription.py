import pytest

from coach.errors import PrescriptionError
from coach.plan.daytime import Span, clock, minute
from coach.plan.prescription import Prescription, Told, load_prescription

WHOLE = """
name = "Maria Berg-O'Neil"
language = "en"
program = "ankle-pumps"
regime = "recovery"
prescribed_by = "J. Lind, physiotherapist"
prescribed_on = 2026-11-20

[schedule]
times = ["08:30", 12:00:00, "16:00"]
waking = { from = "07:30", to = "20:00" }
quiet = { from = "21:30", to = "06:30" }
minimum_gap_min = 90

[history]
operation = "hip-replacement"
approach = "posterior"
side = "left"
date = 2026-11-18
past_clot = "yes"
supervised = true
cast = "no"
boot = "no"
fracture = "no"
tendon_repair = "unknown"
answered_by = "Anna Berg, daughter"
answered_on = 2026-11-22

[exclusions]
exercises = ["heel-slides"]
not_if = ["back-pain"]

[[cleared]]
not_if = "hip-rules"
by = "Dr. Lee, surgeon"
on = 2026-11-23

[[baseline]]
finding = "swelling"
side = "left"
since = 2026-11-18
told_by = "Dr. Lee, surgeon"

[dose]
reps_max = 12
[[dose.exercise]]
id = "ankle-pumps"
reps = 8

[contact]
carer = "Anna"
care_team = "ward 4, 555 1234"
emergency_number = "112"

[pain]
mild_max = 2
moderate_max = 4
"""


def test_a_whole_prescription_is_read(read):
    prescription = read(WHOLE)

    assert prescription.schedule.times == (510, 720, 960)
    assert prescription.history.tendon_repair is Told.UNKNOWN
    assert prescription.dose.exercises[0].reps == 8
    assert prescription.contact.emergency_number == "112"


def test_a_folder_without_a_prescription_means_that_nothing_was_prescribed(tmp_path):
    assert load_prescription(tmp_path) == Prescription()
    assert load_prescription(tmp_path / "missing") == Prescription()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("", "the file is empty", id="empty"),
        pytest.param('nmae = "Maria"', 'key nmae: this key is not known; the nearest known is "name".', id="a-slip"),
        pytest.param('name = "Maria<b>"', "key name:", id="markup-in-a-name"),
        pytest.param('name = ""', "key name:", id="no-name"),
        pytest.param('regime = "often"', 'write one of "general", "recovery", "prescribed"', id="regime"),
        pytest.param('regime = "prescribed"', "needs prescribed_by; write who prescribed it", id="nobody-prescribed"),
        pytest.param(
            "[schedule]\nsessions_per_day = 0", "0 is not allowed here; write a whole number from 1 to 12", id="0"
        ),
        pytest.param("[schedule]\nsessions_per_day = true", "true is not allowed here", id="bool"),
        pytest.param('[schedule]\ntimes = ["25:00"]', '"25:00" is no time of the day', id="25-hours"),
        pytest.param('[schedule]\ntimes = ["08:30:30"]', "is more than hours and minutes", id="seconds"),
        pytest.param('[schedule]\ntimes = ["08:30Z"]', "is more than hours and minutes", id="zone"),
        pytest.param("[schedule]\ntimes = [510]", "510 is no time of the day", id="bare-minutes"),
        pytest.param('[schedule]\ntimes = ["12:00", "08:00"]', "times are not in order", id="order"),
        pytest.param('[schedule]\ntimes = ["08:00", "08:00"]', "one stands there twice", id="twice"),
        pytest.param(
            '[schedule]\ntimes = ["08:00", "08:45"]', "less than minimum_gap_min (60 minutes) apart", id="gap"
        ),
        pytest.param('[schedule]\ntimes = ["22:00"]', "lies in the quiet hours (21:00 to 07:00)", id="quiet"),
        pytest.param('[schedule]\ntimes = ["08:00"]\nsessions_per_day = 1', "not both", id="both"),
        pytest.param("[schedule]\nminimum_gap_min = 29", "write a whole number from 30 to 720", id="short-gap"),
        pytest.param(
            '[schedule]\nsessions_per_day = 4\nwaking = { from = "09:00", to = "11:00" }',
            "4 sessions a day do not fit into the waking hours (09:00 to 11:00) 60 minutes apart; write at most 3",
            id="no-room",
        ),
        pytest.param('[schedule]\nquiet = { from = "21:00", to = "21:00" }', "write two different times", id="no-span"),
        pytest.param('[schedule]\nquiet = { from = "21:00" }', "key quiet.to: this key is missing", id="half-a-span"),
        pytest.param('[history]\noperation = "hip"', "[history]", id="operation"),
        pytest.param("[dose]\nreps_max = 31", "31 is not allowed here; write a whole number from 1 to 30", id="reps"),
        pytest.param("[dose]\ncycle_s_min = nan", "nan is not allowed here", id="nan"),
        pytest.param("[dose]\ncycle_s_min = 1.9", "write a number, 2.0 or more", id="too-quick"),
        pytest.param("[dose]\nminutes_max = 21", "21 is not allowed here", id="too-long"),
        pytest.param(
            '[[dose.exercise]]\nid = "a"\n[[dose.exercise]]\nid = "a"', '[[dose.exercise]] has "a" twice', id="twins"
        ),
        pytest.param('[contact]\nemergency_number = "call 112"', "key emergency_number", id="words-in-a-number"),
        pytest.param('[contact]\ncare_team = "<speak>"', "key care_team", id="markup-in-a-contact"),
        pytest.param("[pain]\nmild_max = 5", "mild_max is not below moderate_max", id="pain-bands"),
        pytest.param(
            '[[cleared]]\nnot_if = "past-clot"', "table [[cleared]] number 1, key by: this key is missing", id="?"
        ),
        pytest.param('[[baseline]]\nfinding = "fever"', "[[baseline]] number 1", id="finding"),
    ],
)
def test_what_is_wrong_is_one_sentence_that_says_what_to_do(read, content, said):
    with pytest.raises(PrescriptionError) as wrong:
        read(content)

    assert said in str(wrong.value)
    assert "prescription.toml" in str(wrong.value)
    assert str(wrong.value).endswith(".")
    assert "\n" not in str(wrong.value)


@pytest.mark.parametrize(
    "key", ["past_clot", "cast", "boot", "fracture", "tendon_repair", "answered_by", "answered_on"]
)
def test_a_history_leaves_no_question_out(read, history, key):
    lines = [line for line in history().splitlines() if not line.startswith(f"{key} =")]

    with pytest.raises(PrescriptionError, match=rf"table \[history\], key {key}: this key is missing"):
        read("\n".join(lines))


def test_a_new_hip_says_from_which_side_it_was_reached(read, history):
    with pytest.raises(PrescriptionError, match="approach is missing"):
        read(history(operation="hip-replacement"))
    assert read(history(operation="hip-replacement", approach="unknown"))


def test_no_operation_has_no_side(read, history):
    with pytest.raises(PrescriptionError, match="take them out"):
        read(history(operation="none", side="left"))


@pytest.mark.parametrize(
    ("begin", "end", "inside", "outside"),
    [("08:00", "20:00", ("08:00", "19:59"), ("20:00", "07:59")), ("21:00", "07:00", ("21:00", "00:00"), ("07:00",))],
    ids=["by day", "over midnight"],
)
def test_a_span_may_run_over_midnight(begin, end, inside, outside):
    span = Span(begin=minute(begin), end=minute(end))

    assert all(span.holds(minute(at)) for at in inside)
    assert not any(span.holds(minute(at)) for at in outside)
    assert str(span) == f"{begin} to {end}"


def test_minutes_and_times_of_the_day_are_each_others_inverse():
    assert all(minute(clock(of_day)) == of_day for of_day in range(24 * 60))
