"""Changes of a dose on the way: small doses of the shipped pumps and circles, so that every count can be read off."""

from pathlib import Path

import pytest

from coach.program.dose import SideMode, Turned
from coach.program.loader import load_exercise
from coach.score.changing import done_in_set, eased, set_ahead, turned
from coach.score.compiler import compile_score
from coach.score.progress import reps_left

CIRCLES = Path(__file__).parents[2] / "config" / "exercises" / "ankle-circles.toml"


def reps(side, *numbers, number=1, way=""):
    return {"/".join(filter(None, ("pumps", f"set{number}", side, way, f"rep{rep:02}"))) for rep in numbers}


@pytest.fixture
def scored(material):
    """The score of one dose, and the dose."""

    def scored_(**dose):
        planned = material(**dose)
        return compile_score(planned), planned.works[0]

    return scored_


@pytest.fixture
def circles():
    """What gives the shipped circles under a short name, and the lines they need."""
    exercise = load_exercise(CIRCLES).model_copy(update={"id": "pumps"})
    words = ("over", "under", "outwards", "inwards")
    lines = {f"pumps__{name}": f"{name.capitalize()}." for name in words[:2]}
    lines |= {f"ankle-circles__{name}": f"{name}." for name in ("heel", "manner")} | {
        f"pumps__{name}": f"{name}." for name in words[2:]
    }
    return {"exercise": exercise, "lines": lines}


def test_what_each_side_has_done_is_counted_over_a_change_of_sides(scored):
    score, work = scored(reps=6, sides=SideMode.EACH)

    assert done_in_set(score, reps("left", 1, 2, 3), "pumps/set1/left/rep04", work) == (3, 0)
    changed = work.with_turn(Turned(1, "right", left=3, right=0))
    after, _ = scored(reps=6, sides=SideMode.EACH, turned=changed.turned)
    assert done_in_set(after, reps("left", 1, 2, 3) | reps("right", 1), "pumps/set1/right/rep02", changed) == (3, 1)


def test_both_together_become_one_at_a_time_from_where_they_are(scored):
    score, work = scored(reps=6)

    assert turned(score, reps("both", 1, 2), "pumps/set1/both/rep03", work) == Turned(1, "left", 2, 2)


def test_one_at_a_time_goes_over_and_comes_back(scored):
    score, work = scored(reps=6, sides=SideMode.EACH)

    assert turned(score, reps("left", 1, 2), "pumps/set1/left/rep03", work) == Turned(1, "right", 2, 0)


def test_a_side_that_is_done_is_not_gone_over_to(scored):
    score, work = scored(reps=3, sides=SideMode.EACH)

    assert turned(score, reps("left", 1, 2, 3), "pumps/set1/right/rep02", work) is None


def test_behind_a_complete_set_the_next_one_begins_on_the_other_side(scored):
    score, work = scored(reps=2, sides=SideMode.EACH)
    done = reps("left", 1, 2) | reps("right", 1, 2)

    assert turned(score, done, "pumps/set1/right/rest", work) == Turned(2, "right", 0, 0)


def test_behind_the_last_set_no_side_can_be_changed(scored):
    score, work = scored(reps=2, sets=1, sides=SideMode.EACH, rest_after_s=20.0)

    assert set_ahead(score, score.segments[-2]) == 1
    assert turned(score, reps("left", 1, 2), "pumps/set1/right/rep02", work) is None


def test_an_exercise_without_sides_has_no_other(scored, exercise):
    sides = exercise.sides.model_copy(update={"allowed": (SideMode.BOTH,)})
    score, work = scored(exercise=exercise.model_copy(update={"sides": sides}))

    assert turned(score, (), "pumps/set1/both/rep02", work) is None


@pytest.mark.parametrize(
    ("ended", "segment", "kept"),
    [
        pytest.param((), "pumps/lead-in", [8, 8], id="before-the-first"),
        pytest.param(reps("both", 1, 2), "pumps/set1/both/rep03", [8, 8], id="early"),
        pytest.param(reps("both", *range(1, 9)), "pumps/set1/both/rep09", [9, 8], id="late-in-the-set"),
        pytest.param(reps("both", *range(1, 11)), "pumps/set1/both/rest", [10, 8], id="in-the-rest"),
    ],
)
def test_fewer_holds_from_where_she_is(ended, segment, kept, scored):
    score, work = scored(reps=10)

    lighter = eased(score, ended, segment, work)

    assert [lighter.reps_of(number) for number in (1, 2)] == kept


def test_the_second_side_of_a_set_does_as_many_as_the_first(scored):
    score, work = scored(reps=10, sides=SideMode.EACH)

    lighter = eased(score, reps("left", *range(1, 11)), "pumps/set1/right/rep02", work)

    assert [lighter.reps_of(number) for number in (1, 2)] == [10, 8]


def test_the_second_side_of_the_last_set_leaves_nothing_to_take_off(scored):
    score, work = scored(reps=10, sets=1, sides=SideMode.EACH)

    assert eased(score, reps("left", *range(1, 11)), "pumps/set1/right/rep02", work) is work


def test_the_second_direction_takes_as_many_as_the_first(scored, circles):
    score, work = scored(reps=5, sets=2, **circles)

    first = eased(score, reps("left", 1, way="outwards"), "pumps/set1/both/outwards/rep02", work)
    second = eased(score, (), "pumps/set1/both/inwards/rep02", work)

    assert [first.reps_of(number) for number in (1, 2)] == [3, 3]
    assert [second.reps_of(number) for number in (1, 2)] == [5, 3]


def test_it_is_never_made_fewer_than_half_of_what_the_sources_name(scored):
    score, work = scored(reps=6)

    lighter = eased(score, (), "pumps/set1/both/rep01", work)

    assert lighter.reps == 5
    assert eased(score, (), "pumps/set1/both/rep01", lighter) is lighter


@pytest.mark.parametrize(
    ("segment", "left"),
    [
        ("pumps/set1/left/start", 4),
        ("pumps/set1/left/outwards/rep02", 3),
        ("pumps/set1/left/inwards/start", 2),
        ("pumps/set1/left/inwards/rep02", 1),
        ("pumps/set1/left/rest", 0),
    ],
)
def test_how_many_are_left_counts_both_ways_round(segment, left, scored, circles):
    score, _ = scored(reps=2, sets=1, sides=SideMode.EACH, **circles)

    assert reps_left(score, segment) == left


def test_circles_go_one_way_round_and_then_the_other(scored, circles):
    score, _ = scored(reps=2, sets=1, sides=SideMode.EACH, **circles)

    assert [segment.id.removeprefix("pumps/set1/") for segment in score.segments if "set1" in segment.id] == [
        "left/start",
        "left/outwards/rep01",
        "left/outwards/rep02",
        "left/inwards/start",
        "left/inwards/rep01",
        "left/inwards/rep02",
        "left/rest",
        "right/start",
        "right/outwards/rep01",
        "right/outwards/rep02",
        "right/inwards/start",
        "right/inwards/rep01",
        "right/inwards/rep02",
    ]
    assert [segment.id for segment in score.segments if segment.waits] == [
        "pumps/set1/left/inwards/rep02",
        "pumps/set1/right/inwards/rep02",
        "outro",
    ]
    assert [segment.id for segment in score.segments if segment.ends_set] == ["pumps/set1/right/inwards/rep02"]
