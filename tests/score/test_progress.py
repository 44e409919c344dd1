import pytest

from coach.errors import ScoreError
from coach.score.models import Position, SegmentKind, Side
from coach.score.progress import (
    Done,
    Next,
    Upcoming,
    reps_done,
    reps_left,
    sets_done,
    sets_left,
    time_left,
    transfer,
    what_comes_next,
)
from coach.units import Frames


@pytest.mark.parametrize(
    ("segment", "left"),
    [
        ("pumps/lead-in", 3),
        ("pumps/set1/left/start", 3),
        ("pumps/set1/left/rep01", 3),
        ("pumps/set1/left/rep03", 1),
        ("pumps/set1/right/switch", 3),
        ("pumps/set1/right/rest", 0),
        ("outro", 0),
    ],
)
def test_repetitions_left_are_counted_for_the_side_in_work(sided, segment, left):
    assert left == reps_left(sided, segment)


@pytest.mark.parametrize(
    ("segment", "left"),
    [
        ("pumps/lead-in", 2),
        ("pumps/set1/left/rep03", 2),
        ("pumps/set1/right/rep01", 2),
        ("pumps/set1/right/rest", 1),
        ("pumps/set2/right/rep03", 1),
        ("outro", 0),
    ],
)
def test_a_set_is_left_until_both_sides_have_done_it(sided, segment, left):
    assert left == sets_left(sided, segment)


def test_the_time_left_runs_to_the_end_of_the_score(score):
    position = Position("pumps/set2/both/rep03", Frames(0), Frames(1000))

    assert time_left(score, position, Frames(1000)) == 200 + 200
    assert time_left(score, position, Frames(1150)) == 50 + 200


@pytest.mark.parametrize(
    ("segment", "upcoming"),
    [
        ("pumps/lead-in", Upcoming(Next.SET, 1, "pumps", Side.LEFT)),
        ("pumps/set1/left/start", Upcoming(Next.SET, 1, "pumps", Side.LEFT)),
        ("pumps/set1/left/rep01", Upcoming(Next.SET, 1, "pumps", Side.RIGHT)),
        ("pumps/set1/right/rep02", Upcoming(Next.REST, exercise="pumps")),
        ("pumps/set1/right/rest", Upcoming(Next.SET, 2, "pumps", Side.LEFT)),
        ("pumps/set2/right/rep03", Upcoming(Next.END)),
        ("outro", Upcoming(Next.END)),
    ],
)
def test_what_comes_next_passes_over_the_set_in_hand(sided, segment, upcoming):
    assert upcoming == what_comes_next(sided, segment)


def test_both_sides_together_count_for_each(score):
    done = reps_done(score, ["pumps/lead-in", "pumps/demo", "pumps/set1/both/rep01", "pumps/set1/both/rep02"])

    assert done == Done(left=2, right=2)
    assert done.total == 2


def test_sides_that_take_turns_are_counted_apart(sided):
    ended = ["pumps/set1/left/rep01", "pumps/set1/left/rep02", "pumps/set1/right/rep01"]

    assert reps_done(sided, ended) == Done(left=2, right=1)


def test_a_repeated_repetition_counts_once(score):
    assert reps_done(score, ["pumps/set1/both/rep01"] * 3) == Done(left=1, right=1)


def test_exercises_without_sides_are_counted_apart(hand_made):
    score = hand_made((Side.NONE,))

    assert reps_done(score, [segment.id for segment in score.segments]) == Done(neither=6)


def test_half_done_is_not_done(sided):
    left = [segment.id for segment in sided.segments if segment.side is Side.LEFT]
    right = [segment.id for segment in sided.segments if segment.side is Side.RIGHT and segment.set_number == 1]

    assert sets_done(sided, left) == 0
    assert sets_done(sided, [*left, *right]) == 1


def test_a_set_with_a_skipped_repetition_is_not_done(score):
    ended = [segment.id for segment in score.segments if segment.id != "pumps/set1/both/rep02"]

    assert sets_done(score, ended) == 1


@pytest.mark.parametrize(
    ("segment", "offset", "expected"),
    [
        pytest.param("pumps/set1/both/rep02", 0, ("pumps/set1/both/rep02", 0), id="first-phase"),
        pytest.param("pumps/set1/both/rep02", 199, ("pumps/set1/both/rep02", 150), id="second-phase"),
        pytest.param("pumps/lead-in", 399, ("pumps/lead-in", 0), id="lead-in"),
    ],
)
def test_a_change_of_tempo_keeps_the_segment_and_the_phase(score, hand_made, segment, offset, expected):
    slower = hand_made(phase=150)

    moved = transfer(score, slower, Position(segment, Frames(offset), Frames(77)))

    assert (moved.segment, moved.offset) == expected
    assert moved.anchor == 77


def test_a_change_of_sides_keeps_the_repetition(score, sided):
    moved = transfer(sided, score, Position("pumps/set2/right/rep02", Frames(150), Frames(0)))

    assert (moved.segment, moved.offset) == ("pumps/set2/both/rep02", 0)


def test_a_repetition_that_is_gone_leads_to_what_follows_it(score, hand_made):
    fewer = hand_made(reps=2)

    moved = transfer(score, fewer, Position("pumps/set1/both/rep03", Frames(0), Frames(0)))

    assert moved.segment == "pumps/set1/both/rest"


def test_an_unknown_segment_is_refused(score):
    with pytest.raises(ScoreError, match="no segment gone"):
        reps_left(score, "gone")


def test_every_segment_says_what_comes_next(sided):
    for segment in sided.segments:
        upcoming = what_comes_next(sided, segment.id)

        assert (upcoming.kind is Next.SET) == (upcoming.set_number > 0)
        assert segment.kind is not SegmentKind.DEMO or upcoming.set_number == 1
