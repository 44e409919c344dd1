"""A prescription in a person's folder, as the command line meets it."""

import shutil

import pytest

from coach.errors import PrescriptionError
from coach.runtime.check import check_all
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings
from coach.runtime.wiring import House


@pytest.fixture
def house(tmp_path):
    """The shipped house with a prescription of one's own."""

    def house_(content):
        own = tmp_path / "own"
        own.mkdir()
        shutil.copytree(Paths.find().config, own, dirs_exist_ok=True)
        (own / "prescription.toml").write_text(content)
        return House(Paths.find(own, tmp_path / "data"), Settings(), lambda _: None, lambda _: None)

    return house_


def test_what_was_prescribed_runs_when_nothing_is_named(house):
    prescribed = house('program = "ankle-pumps-general"\nlanguage = "ko"')

    assert (prescribed.usual_program, prescribed.usual_language) == ("ankle-pumps-general", "ko")


def test_a_prescription_that_is_changed_in_the_middle_of_a_session_counts_from_the_next_one_on(house):
    now = house('[dose]\n[[dose.exercise]]\nid = "ankle-pumps"\nreps = 8\n')
    before = now.tailored(now.program("ankle-pumps")).works
    path = now.paths.own / "prescription.toml"
    path.write_text(path.read_text().replace("reps = 8", "reps = 9"))
    following = House(now.paths, Settings(), lambda _: None, lambda _: None)

    assert [work.reps for work in before] == [8]
    assert now.tailored(now.program("ankle-pumps")).works == before
    assert [work.reps for work in following.tailored(following.program("ankle-pumps")).works] == [9]


def test_without_a_prescription_the_settings_say_what_runs(tmp_path):
    plain = House(Paths.find(None, tmp_path), Settings(program="ankle-pumps"), print, print)

    assert plain.usual_program == "ankle-pumps"
    assert not plain.tailored(plain.program("ankle-pumps")).left_out


def test_a_program_this_person_must_not_do_is_refused_with_the_file_to_look_at(house, history):
    clot = house(history(past_clot="yes"))

    with pytest.raises(PrescriptionError, match=r"past blood clot.*prescription\.toml"):
        clot.tailored(clot.program("ankle-pumps"))


def test_the_check_reads_a_prescription_by_its_name(house, history):
    mine = house(history(past_clot="unknown"))
    path = mine.paths.own / "prescription.toml"

    notes = check_all(mine, [path], None, print)

    assert [finding.is_error for finding in notes] == [False]
    assert "past clot" in notes[0].what


@pytest.mark.parametrize(
    ("content", "named"),
    [('program = "walking"', "walking"), ("[dose]\nreps_max = 99", "reps_max"), ("[", "no TOML")],
)
def test_the_check_names_what_is_wrong_with_a_prescription(house, content, named):
    mine = house(content)

    findings = check_all(mine, [mine.paths.own / "prescription.toml"], None, print)

    assert any(finding.is_error and named in finding.what for finding in findings)
