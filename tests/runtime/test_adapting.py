"""The dose of a session from what the journal tells of the ones before it."""

from pathlib import Path

import pytest

from coach.journal.entries import DoseAdapted, Stamp
from coach.journal.store import MemoryStore
from coach.plan.adaptation import Lived, Pain
from coach.plan.prescription import Prescription
from coach.program.dose import works
from coach.program.loader import load_exercises, load_programs
from coach.runtime.adapting import adapted_dose, lived
from coach.session.effects import Outcome
from tests.conftest import loaded

ROOT = Path(__file__).parents[2]
EXERCISES = load_exercises(ROOT / "config" / "exercises")
PROGRAMS = load_programs(ROOT / "config" / "programs", EXERCISES)
SUMS = loaded(ROOT / "tests" / "journal" / "sums.py")
NOBODY = Prescription()


class Still:
    """A clock that stands still: nothing here depends on the time."""

    def now(self):
        return Stamp("2026-11-25T09:00:00.000+01:00", "boot", 0)


@pytest.fixture
def journal():
    return MemoryStore(Still())


@pytest.fixture
def live(journal):
    """Live a session of ankle pumps and keep its summary."""

    def live_(**changes):
        row = journal.head.seq + 1
        journal.append(SUMS.summed(**{"first": row, "last": row, **changes}))

    return live_


@pytest.fixture
def begin(journal):
    """Begin a session: the dose as the journal has it, and the change kept."""

    def begin_(name="ankle-pumps", prescription=NOBODY):
        dose = adapted_dose(name, works(PROGRAMS[name], EXERCISES), prescription, journal)
        if dose.change is not None:
            journal.append(dose.change)
        return dose

    return begin_


def reps(dose):
    return [work.reps for work in dose.works]


def said(dose):
    return [line.phrase for line in dose.told]


def test_the_first_session_is_as_prescribed(begin):
    dose = begin()

    assert (reps(dose), dose.change, dose.told, dose.proposes_more) == ([10], None, (), False)


def test_behind_pain_there_is_less_and_she_is_told_why(begin, live):
    live(marks={"pain": 1})

    dose = begin()

    assert reps(dose) == [8]
    assert said(dose) == ["adapted.less-pain"]
    assert dose.change == DoseAdapted("ankle-pumps", "ankle-pumps 2x10", -2, "pain")


def test_what_was_taken_in_is_told_once_and_stays(begin, live):
    live(marks={"pain": 1})
    begin()
    live()

    dose = begin()

    assert (reps(dose), said(dose), dose.change) == ([8], [], None)


def test_behind_a_hard_session_there_is_a_little_less(begin, live):
    live(efforts=("all-right", "hard"))

    dose = begin()

    assert (reps(dose), said(dose), dose.change.why) == ([9], ["adapted.less-hard"], "hard")


def test_behind_three_easy_sessions_more_is_proposed_and_not_done(begin, live):
    for _ in range(3):
        live(efforts=("easy",))

    dose = begin()

    assert (reps(dose), dose.proposes_more) == ([10], True)


def test_one_more_is_done_from_then_on_once_she_agreed(begin, live):
    live(efforts=("easy",), answers=(("more", "yes"),))

    dose = begin()

    assert (reps(dose), said(dose), dose.change.why) == ([11], [], "agreed")


def test_more_is_not_proposed_behind_what_was_taken_in(begin, live):
    live(marks={"pain": 1})
    begin()
    live(efforts=("easy",))
    live(efforts=("easy",))

    assert not begin().proposes_more
    live(efforts=("easy",))
    assert begin().proposes_more


def test_another_program_keeps_its_own_dose(begin, live):
    live(marks={"pain": 1})
    begin()

    assert reps(begin("ankle-pumps-general")) == [15]


def test_another_prescription_begins_anew(begin, live, journal):
    live(marks={"pain": 1})
    begin()
    other = works(PROGRAMS["ankle-pumps"], EXERCISES)[0].with_reps(12)

    dose = adapted_dose("ankle-pumps", (other,), NOBODY, journal)

    assert reps(dose) == [12]


def test_a_session_that_was_never_begun_says_nothing(begin, live):
    live(began=False, marks={"pain": 1})

    assert reps(begin()) == [10]


@pytest.mark.parametrize(
    ("summary", "pain"),
    [
        pytest.param({}, Pain.NONE, id="none"),
        pytest.param({"marks": {"pain": 1}}, Pain.MILD, id="it-went-on"),
        pytest.param({"marks": {"pain": 2}}, Pain.MODERATE, id="spoken-of-twice"),
        pytest.param({"marks": {"pain": 1}, "answers": (("sharp", "yes"),)}, Pain.SEVERE, id="sharp"),
        pytest.param({"outcome": Outcome.SAFETY}, Pain.SEVERE, id="safety-stop"),
        pytest.param({"safety": "urgent"}, Pain.SEVERE, id="urgent"),
        pytest.param({"pain_levels": (4,)}, Pain.MODERATE, id="measured"),
        pytest.param({"pain_levels": (2, 7)}, Pain.SEVERE, id="the-worst-counts"),
    ],
)
def test_the_band_of_a_pain_follows_from_what_was_done_about_it(summary, pain):
    assert lived(SUMS.summed(**summary), NOBODY).pain is pain


def test_the_bands_are_those_of_the_prescription():
    wide = Prescription.model_validate({"pain": {"mild_max": 4, "moderate_max": 7}})

    assert lived(SUMS.summed(pain_levels=(4,)), wide).pain is Pain.MILD


def test_an_ordinary_session_speaks_for_no_change():
    assert lived(SUMS.summed(), NOBODY) == Lived(("all-right",), completed=True)
