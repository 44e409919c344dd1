import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.errors import PrescriptionError
from coach.plan.prescription import (
    Baseline,
    Contact,
    DoseLimits,
    Exclusions,
    ExerciseDose,
    Finding,
    History,
    Operation,
    PainBands,
    Prescription,
    Schedule,
    Told,
    load_prescription,
)
from coach.plan.prescription_file import BEFORE, write_prescription
from coach.program.models import Regime, SideMode

WHO = st.sampled_from(("Anna Berg, daughter", "Dr. Lee, surgeon", "김민수, 물리치료사"))
TOLD = st.sampled_from(Told)
HISTORY = st.builds(
    History,
    operation=st.sampled_from([known for known in Operation if known is not Operation.HIP_REPLACEMENT]),
    past_clot=TOLD,
    supervised=st.booleans(),
    cast=TOLD,
    boot=TOLD,
    fracture=TOLD,
    tendon_repair=TOLD,
    answered_by=WHO,
    answered_on=st.dates(),
)
SCHEDULE = st.builds(Schedule, sessions_per_day=st.integers(1, 4)) | st.builds(
    Schedule, times=st.just((510, 720, 960)), minimum_gap_min=st.integers(30, 120)
)
PRESCRIPTION = st.builds(
    Prescription,
    name=st.sampled_from(("Maria", "Anna-Lena O'Neil", "순자", None)),
    language=st.sampled_from(("en", "ko", None)),
    regime=st.sampled_from((Regime.GENERAL, Regime.RECOVERY, None)),
    prescribed_on=st.dates() | st.none(),
    schedule=SCHEDULE | st.none(),
    history=HISTORY | st.none(),
    exclusions=st.builds(Exclusions, exercises=st.just(("heel-slides",)) | st.just(())),
    baseline=st.lists(
        st.builds(Baseline, finding=st.sampled_from(Finding), since=st.dates(), told_by=WHO), max_size=3
    ).map(tuple),
    dose=st.builds(
        DoseLimits,
        reps_max=st.integers(1, 30) | st.none(),
        exercises=st.just(()) | st.just((ExerciseDose(id="ankle-pumps", reps=8, sides=SideMode.EACH, cycle_s=4.5),)),
    ),
    contact=st.builds(Contact, carer=st.sampled_from(("Anna", None)), emergency_number=st.sampled_from(("112", None))),
    pain=st.builds(PainBands, mild_max=st.integers(0, 3), moderate_max=st.integers(4, 9)),
)


@settings(max_examples=60)
@given(PRESCRIPTION, PRESCRIPTION)
def test_what_was_written_is_read_back_whatever_stood_there_before(tmp_path_factory, before, after):
    folder = tmp_path_factory.mktemp("own")
    write_prescription(folder, before)

    write_prescription(folder, after)

    assert load_prescription(folder) == after


def test_what_a_carer_wrote_beside_it_stays(tmp_path):
    (tmp_path / "prescription.toml").write_text(
        'name = "Maria" # not Mary!\n\n# ward rules\n[schedule]\nquiet = { from = "20:30", to = "07:00" }\n'
    )
    prescription = load_prescription(tmp_path)

    path = write_prescription(tmp_path, prescription.model_copy(update={"language": "ko"}))

    assert path.read_text() == (
        'name = "Maria" # not Mary!\nlanguage = "ko"\n\n# ward rules\n[schedule]\n'
        'quiet = { from = "20:30", to = "07:00" }\n'
    )


def test_the_file_as_it_was_is_kept(tmp_path):
    write_prescription(tmp_path, Prescription(name="Maria"))
    before = (tmp_path / "prescription.toml").read_bytes()

    write_prescription(tmp_path, Prescription(name="Eva"))

    assert (tmp_path / BEFORE).read_bytes() == before


def test_a_file_that_cannot_be_understood_is_not_written_over(tmp_path):
    path = tmp_path / "prescription.toml"
    path.write_text("name = Maria")

    with pytest.raises(PrescriptionError, match="no TOML"):
        write_prescription(tmp_path, Prescription(name="Eva"))
    assert path.read_text() == "name = Maria"


def test_only_the_owner_may_look_into_a_new_folder_and_file(tmp_path):
    path = write_prescription(tmp_path / "own", Prescription(name="Eva"))

    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_disk_that_refuses_is_told_in_one_sentence(tmp_path):
    (tmp_path / "own").write_text("a file")

    with pytest.raises(PrescriptionError, match="a part of the path is no folder"):
        write_prescription(tmp_path / "own", Prescription(name="Eva"))


def test_a_new_file_says_what_it_is_for(tmp_path):
    assert write_prescription(tmp_path, Prescription(name="Eva")).read_text().startswith("# Who the coach is for")


def test_a_file_cut_short_anywhere_is_told_in_a_sentence_or_says_a_part_of_what_it_said(tmp_path):
    path = write_prescription(tmp_path, Prescription(name="Maria", schedule=Schedule(times=(510, 720))))
    whole, told = path.read_bytes(), set()

    for upto in range(len(whole)):
        path.write_bytes(whole[:upto])
        try:
            told.add(load_prescription(tmp_path).name)
        except PrescriptionError as wrong:
            told.add("prescription.toml" in str(wrong))

    assert told == {None, "Maria", True}
