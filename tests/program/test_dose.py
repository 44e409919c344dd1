from itertools import pairwise

import pytest

from coach.errors import ProgramError
from coach.program.dose import SideMode, Stint, Turned, Work, session_length, works
from coach.units import frames, seconds


@pytest.fixture
def work(pumps):
    return Work(exercise=pumps, sets=2, reps=10, cycle_s=4.0, sides=SideMode.BOTH, rest_s=30.0, switch_gap_s=5.0)


def timed(work):
    return [(phase.id, seconds(phase.move), seconds(phase.hold)) for phase in work.phases]


def test_at_the_standard_tempo_every_phase_takes_what_the_exercise_says(work):
    assert timed(work) == [("point", 1.0, 1.0), ("flex", 1.0, 1.0)]


def test_pointing_is_the_falling_tone_and_pulling_up_the_rising_one(work):
    assert [phase.tone for phase in work.phases] == ["falling", "rising"]


@pytest.mark.parametrize(
    ("cycle_s", "phases"),
    [
        pytest.param(3.0, [("point", 0.5, 1.0), ("flex", 0.5, 1.0)], id="quickest-keeps-the-holds"),
        pytest.param(3.5, [("point", 0.75, 1.0), ("flex", 0.75, 1.0)], id="quick"),
        pytest.param(5.0, [("point", 1.375, 1.25), ("flex", 1.375, 1.0)], id="slow-stretches-a-hold-that-may-stretch"),
        pytest.param(8.0, [("point", 2.5, 2.0), ("flex", 2.5, 1.0)], id="slowest-keeps-the-limits-of-the-holds"),
    ],
)
def test_at_another_tempo_holds_keep_their_range_and_the_movement_takes_the_rest(work, cycle_s, phases):
    assert timed(work.paced(cycle_s)) == phases


def test_at_a_prescribed_brisk_tempo_movements_keep_their_least_time_and_holds_give_way(program, block, exercises):
    brisk = program(block(tempo="brisk"), prescribed_by="Dr. Kim, physiotherapist")

    (work,) = works(brisk, exercises)

    assert timed(work) == [("point", 0.5, 0.5), ("flex", 0.5, 0.5)]


def test_the_slow_hold_preset_holds_three_seconds_each_way(program, block, exercises):
    slow = program(block(tempo="slow-hold"), prescribed_by="Dr. Kim, physiotherapist")

    (work,) = works(slow, exercises)

    assert timed(work) == [("point", 1.0, 3.0), ("flex", 1.0, 3.0)]


def test_a_stated_hold_is_kept_while_there_is_room_for_it(program, block, exercises):
    (work,) = works(program(block(hold=[("point", 2)], cycle_s=4.5)), exercises)

    assert timed(work) == [("point", 0.75, 2.0), ("flex", 0.75, 1.0)]
    assert timed(work.paced(8)) == [("point", 2.5, 2.0), ("flex", 2.5, 1.0)]
    assert sum(phase.length for phase in work.paced(3).phases) == frames(3)
    assert all(phase.move == frames(0.5) for phase in work.paced(3).phases)


def test_holds_give_up_what_they_have_above_their_least_before_anything_else(exercises, program, block):
    (work,) = works(program(block("quad-sets")), exercises)

    quickest = work.paced(7)

    assert timed(work) == [("press", 1.5, 5.0), ("relax", 3.0, 0.0)]
    assert 3.0 <= seconds(quickest.phases[0].hold) < 4.0
    assert all(phase.move >= frames(1.0) for phase in quickest.phases)


def test_a_tight_cycle_leaves_the_movements_their_least_time(exercises, program, block):
    (work,) = works(program(block("heel-slides")), exercises)

    assert [seconds(phase.move) for phase in work.paced(6).phases] == [2.0, 2.0]
    assert sum(phase.length for phase in work.paced(6).phases) == frames(6)


@pytest.mark.parametrize("cycle_s", [2.99, 8.01, 0.0, -4.0, float("nan"), float("inf")])
def test_a_tempo_outside_the_range_is_refused_and_clamped_by_nobody(work, cycle_s):
    with pytest.raises(ProgramError, match="choose 3 to 8 s"):
        work.paced(cycle_s)


def test_a_prescribed_tempo_widens_the_range_just_so_far(program, block, exercises):
    (work,) = works(program(block(cycle_s=2.5), prescribed_by="Dr. Kim"), exercises)

    assert work.tempo_range == (2.5, 8.0)


@pytest.mark.parametrize("reps", [1, 15])
def test_repetitions_can_be_changed_within_the_limit(work, reps):
    assert work.with_reps(reps).reps == reps


@pytest.mark.parametrize("reps", [0, 16, -1])
def test_repetitions_outside_the_limit_are_refused(work, reps):
    with pytest.raises(ProgramError, match="choose 1 to 15"):
        work.with_reps(reps)


def test_prescribed_repetitions_are_the_most_there_can_be(program, block, exercises):
    (work,) = works(program(block(reps=20), prescribed_by="Dr. Kim"), exercises)

    assert work.most_reps == 20


def test_sides_can_be_changed_to_what_the_exercise_allows(work):
    assert work.with_sides(SideMode.EACH).sides is SideMode.EACH
    with pytest.raises(ProgramError, match="choose both or each"):
        work.with_sides(SideMode.NONE)


def test_both_sides_together_rest_between_sets(work):
    assert work.stints == (Stint(1, "both", frames(30), reps=10), Stint(2, "both", frames(0), reps=10))


def test_one_side_at_a_time_goes_left_rest_right_rest(work):
    stints = work.with_sides(SideMode.EACH).stints

    assert [(stint.set_number, stint.side, seconds(stint.pause)) for stint in stints] == [
        (1, "left", 30.0),
        (1, "right", 30.0),
        (2, "left", 30.0),
        (2, "right", 0.0),
    ]


def test_without_a_rest_a_change_of_side_still_takes_the_fixed_gap(program, block, exercises):
    (each,) = works(program(block(rest_s=0, sides="each")), exercises)
    (both,) = works(program(block(rest_s=0)), exercises)

    assert [seconds(stint.pause) for stint in each.stints] == [5.0, 5.0, 5.0, 0.0]
    assert [seconds(stint.pause) for stint in both.stints] == [0.0, 0.0]


def test_left_and_right_are_always_done_alike(work):
    for sets in (1, 2, 3):
        stints = Work(work.exercise, sets, 10, 4.0, SideMode.EACH, 0.0, 5.0).stints
        assert [stint.side for stint in stints] == ["left", "right"] * sets


def test_a_change_of_the_dose_leaves_the_sets_before_it_as_they_were(work):
    changed = work.with_reps(6, from_set=2)

    assert [stint.reps for stint in changed.stints] == [10, 6]
    assert changed.total_reps == 16
    assert [stint.reps for stint in changed.with_reps(5, from_set=2).stints] == [10, 5]


def test_where_the_sides_change_each_goes_on_where_it_was(work):
    turned = work.with_turn(Turned(1, "right", left=4, right=1))

    assert [(stint.set_number, stint.side, stint.first, stint.ends_set) for stint in turned.stints] == [
        (1, "right", 2, False),
        (1, "left", 5, True),
        (2, "left", 1, False),
        (2, "right", 1, True),
    ]


def test_a_side_that_has_done_all_of_a_set_is_not_asked_once_more(work):
    turned = work.with_turn(Turned(1, "right", left=10, right=3))

    assert [(stint.set_number, stint.side) for stint in turned.stints][:2] == [(1, "right"), (2, "left")]
    assert turned.stints[0].ends_set


def test_every_direction_takes_all_repetitions(exercises, program, block):
    (circles,) = works(program(block("ankle-circles")), exercises)

    assert circles.directions == ("outwards", "inwards")
    assert circles.total_reps == 10
    assert seconds(circles.length) == 2 * (2 * 5 * 4 + 5) + 15


def test_a_rest_between_two_exercises_counts(exercises, program, block):
    rest = {"rest_between_exercises_s": {"v": 20, "origin": "infer"}}
    first, last = works(program(block("shoulder-shrugs"), block("deep-breathing"), **rest), exercises)

    assert (first.rest_after_s, last.rest_after_s) == (20, 0)
    assert seconds(session_length([first, last])) == 40 + 20 + 40


@pytest.mark.parametrize("rest_s", [-1, 601])
def test_a_rest_between_exercises_keeps_to_the_limit(rest_s, exercises, program, block):
    rest = {"rest_between_exercises_s": {"v": rest_s, "origin": "infer"}}

    with pytest.raises(ProgramError, match=r"table \[rest_between_exercises_s\], key v: .* write 0 to 600"):
        works(program(block("shoulder-shrugs"), block("deep-breathing"), **rest), exercises)


def test_the_length_is_all_repetitions_and_pauses(work):
    assert seconds(work.length) == 2 * 10 * 4 + 30
    assert seconds(session_length([work, work])) == 220


def test_what_a_block_leaves_out_comes_from_the_exercise(program, exercises):
    (work,) = works(program(), exercises)

    assert (work.sets, work.reps, work.cycle_s, work.sides, work.rest_s) == (2, 10, 4.0, SideMode.BOTH, 30.0)


def test_an_unknown_exercise_is_named_with_the_nearest_known_one(program, block, exercises):
    with pytest.raises(ProgramError) as refused:
        works(program(block(), block("ankle-pump")), exercises)

    assert str(refused.value) == (
        'program tried, table [[block]] number 2, key exercise: "ankle-pump" is no exercise; '
        'the nearest known is "ankle-pumps".'
    )


def test_nineteen_minutes_of_five_blocks_can_be_prescribed(program, block, exercises):
    long = program(*[block(sets=3, reps=14)] * 5, prescribed_by="Dr. Kim, physiotherapist, 20 November 2026")

    done = works(long, exercises)

    assert seconds(session_length(done)) == 19 * 60


def test_phases_follow_each_other_without_gap_or_overlap_at_an_odd_tempo(work):
    odd = work.paced(3.7001)

    ends = [0]
    for phase in odd.phases:
        ends.append(ends[-1] + phase.length)

    assert ends[-1] == frames(3.7001)
    assert all(start < end for start, end in pairwise(ends))


def test_work_can_be_compared_and_hashed(work):
    assert hash(work) == hash(work.paced(4))
    assert work == work.paced(4)
    assert work != work.paced(5)
