import pytest

from coach.plan.caring import care_of, why_barred
from coach.plan.dosing import tailored
from coach.plan.prescription import Prescription
from coach.plan.rules import left_out
from coach.session.care import Barred, Care, Known


@pytest.fixture
def care(read, exercises, programs):
    """What the session knows of somebody with this prescription."""

    def care_(content, **how):
        prescription = read(content)
        return care_of(prescription, tailored(programs["ankle-pumps"], exercises, prescription), **how)

    return care_


def test_without_a_prescription_the_session_knows_nothing(exercises, programs):
    done = tailored(programs["ankle-pumps"], exercises, Prescription())

    assert care_of(Prescription(), done) == Care()


def test_the_session_knows_what_the_team_knows_already(care):
    told = "".join(
        f'[[baseline]]\nfinding = "{finding}"\nsince = 2026-11-18\ntold_by = "Dr. Lee, surgeon"\n'
        for finding in ("swelling", "wound-pain", "swelling", "numbness")
    )

    assert care(told).baseline == (Known.SWELLING, Known.WOUND_PAIN, Known.NUMBNESS)


def test_a_number_is_said_digit_by_digit(care):
    assert care('[contact]\nemergency_number = "1 12"').emergency_number == "112"


def test_a_carer_counts_only_where_notices_arrive(care):
    assert not care('[contact]\ncarer = "Anna"').carer
    assert care('[contact]\ncarer = "Anna"', notices_arrive=True).carer
    assert not care('name = "Maria"', notices_arrive=True).carer


def test_a_repaired_tendon_is_never_stretched(care, history, read, exercises):
    prescription = read(history(tendon_repair="yes"))

    assert "ankle-pumps" in left_out(prescription, exercises)
    cleared = '[[cleared]]\nnot_if = "tendon-repair"\nby = "Dr. Lee, surgeon"\non = 2026-11-23\n'
    assert not care(history(tendon_repair="yes") + cleared).no_calf_stretch


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"past_clot": "yes"}, Barred.CLOT),
        ({"fracture": "yes"}, Barred.INJURY),
        ({"cast": "yes"}, Barred.NOTHING_LEFT),
    ],
    ids=["clot", "fracture", "cast"],
)
def test_she_is_told_why_nothing_is_left(read, history, exercises, answers, why):
    out = left_out(read(history(**answers)), exercises)

    assert why_barred((out["ankle-pumps"],)) is why


def test_several_reasons_are_told_as_one(read, history, exercises):
    clot = left_out(read(history(past_clot="yes")), exercises)["ankle-pumps"]
    broken = left_out(read(history(fracture="yes")), exercises)["ankle-pumps"]

    assert why_barred((clot, broken)) is Barred.NOTHING_LEFT
