from pathlib import Path

import pytest

from coach.plan.prescription import Prescription
from coach.plan.rules import OTHERWISE, REASONS, left_out, reasons, unasked
from coach.program.loader import load_exercises


@pytest.fixture
def out(read, exercises):
    """What is left out, by exercise id, for a prescription with the content given."""

    def out_(content):
        return left_out(read(content), exercises)

    return out_


def test_nothing_is_left_out_where_nothing_was_prescribed(exercises):
    assert not left_out(Prescription(), exercises)


def test_nothing_is_left_out_for_somebody_with_nothing_to_recover_from(out, history):
    assert not out(history())


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"past_clot": "yes"}, "past-clot"),
        ({"cast": "yes"}, "no-movement"),
        ({"boot": "yes"}, "no-movement"),
        ({"fracture": "yes"}, "ankle-injury"),
        ({"tendon_repair": "yes"}, "tendon-repair"),
        ({"operation": "ankle"}, "ankle-injury"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_ankle_pumps_are_left_out(out, history, answers, reason):
    found = out(history(**answers))

    assert found["ankle-pumps"].reason == reason
    assert not found["ankle-pumps"].asked


@pytest.mark.parametrize("key", ["past_clot", "cast", "boot", "fracture", "tendon_repair"])
def test_unknown_counts_as_yes_and_says_so(out, history, key):
    found = out(history(**{key: "unknown"}))

    assert found["ankle-pumps"].asked
    assert 'answered "unknown", which counts as yes' in str(found["ankle-pumps"])


def test_after_a_clot_the_exercises_are_for_people_who_are_supervised(out, history):
    assert "ankle-pumps" in out(history(past_clot="yes"))
    assert "ankle-pumps" not in out(history(past_clot="yes") + "supervised = true\n")
    assert "ankle-pumps" in out(history(past_clot="yes", cast="yes") + "supervised = true\n")


def test_toe_wiggles_stay_in_a_cast(out, history):
    assert "toe-wiggles" not in out(history(cast="yes"))


def test_after_a_new_hip_heel_slides_wait_for_the_team(out, history):
    hip = history(operation="hip-replacement", approach="posterior")

    assert out(hip)["heel-slides"].reason == "hip-rules"
    assert "ankle-pumps" not in out(hip)
    cleared = '[[cleared]]\nnot_if = "hip-rules"\nby = "Dr. Lee, surgeon"\non = 2026-11-23\n'
    assert "heel-slides" not in out(hip + cleared)


def test_what_a_carer_excluded_only_a_carer_lifts(out):
    cleared = '[[cleared]]\nnot_if = "hip-rules"\nby = "Dr. Lee, surgeon"\non = 2026-11-23\n'

    assert out(f'[exclusions]\nnot_if = ["hip-rules"]\n{cleared}')["heel-slides"].reason == "hip-rules"
    assert out('[exclusions]\nexercises = ["quad-sets"]')["quad-sets"].reason == "excluded"
    assert set(out('[exclusions]\nexercises = ["quad-sets"]')) == {"quad-sets"}


def test_an_approach_nobody_knows_counts_as_the_stricter_one(read, history):
    assert "lateral-approach" in reasons(read(history(operation="hip-replacement", approach="unknown")))
    assert "lateral-approach" in reasons(read(history(operation="hip-fracture")))
    assert "lateral-approach" not in reasons(read(history(operation="hip-replacement", approach="anterior")))


def test_every_reason_of_the_ankle_pumps_follows_from_some_history(exercises):
    rules = {rule.id for rule in exercises["ankle-pumps"].not_if}

    assert rules - REASONS == {"swelling"}  # what changes from day to day is asked before every session


def test_no_reason_of_an_exercise_is_forgotten():
    shipped = load_exercises(Path(__file__).parents[2] / "config" / "exercises")
    rules = {rule.id for exercise in shipped.values() for rule in exercise.not_if}

    assert rules <= REASONS | OTHERWISE


def test_a_carer_is_told_what_is_still_to_be_asked(read, history):
    assert "Nobody was asked yet" in next(unasked(Prescription()))
    assert "unknown to past clot, boot" in next(unasked(read(history(past_clot="unknown", boot="unknown"))))
    assert not list(unasked(read(history())))
