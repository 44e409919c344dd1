import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.plan.elapsed import DAY_MS, HOUR_MS, Mark, Reading, Track


def seen(*readings):
    track = Track()
    for boot, uptime_ms, utc_ms in readings:
        track = track.seen(Reading(boot, uptime_ms, None, utc_ms))
    return track


def test_within_a_boot_the_time_since_is_exact_whatever_the_wall_clock_says():
    track = seen(("a", 1000, None), ("a", 5000, 10**15), ("a", 9000, 5))

    assert track.since(Mark(0, 1000)) == 8000


def test_the_dark_time_of_a_power_cut_counts_as_nothing_where_nobody_knows_it():
    track = seen(("a", HOUR_MS, None), ("b", 5000, None))

    assert track.since(Mark(0, HOUR_MS - 1000)) == 1000 + 5000


def test_a_clock_that_is_synchronized_on_both_sides_tells_the_dark_time():
    track = seen(("a", HOUR_MS, DAY_MS), ("b", 5000, DAY_MS + 9 * HOUR_MS))

    assert track.since(Mark(0, HOUR_MS)) == 9 * HOUR_MS


def test_one_side_alone_tells_nothing():
    assert seen(("a", HOUR_MS, DAY_MS), ("b", 5000, None)).since(Mark(0, HOUR_MS)) == 5000
    assert seen(("a", HOUR_MS, None), ("b", 5000, DAY_MS)).since(Mark(0, HOUR_MS)) == 5000


def test_a_dark_time_between_known_boots_in_the_middle_counts():
    track = seen(("a", 10, None), ("b", 20, DAY_MS), ("c", 30, 2 * DAY_MS), ("d", 40, None))

    assert track.since(Mark(0, 10)) == 20 + DAY_MS + 40


def test_a_boot_without_a_name_is_told_apart_by_its_clock_going_back():
    assert seen(("", 5000, None), ("", 1000, None)).since(Mark(0, 5000)) == 1000


def test_what_is_forgotten_changes_nothing_of_what_is_kept():
    track = seen(("a", 10, None), ("b", 20, DAY_MS), ("c", 30, 2 * DAY_MS))
    mark = Mark(1, 15)

    assert track.forgetting(mark).since(mark) == track.since(mark)
    assert len(track.forgetting(None).stretches) == 1


BOOTS = st.lists(
    st.tuples(
        st.integers(0, 40 * HOUR_MS).map(int),
        st.lists(st.tuples(st.integers(1, 20 * HOUR_MS), st.booleans()), min_size=1, max_size=4),
    ),
    min_size=1,
    max_size=6,
)
"""Boots with the dark time before each, and the readings in each: time since the last, and whether synchronized."""


@given(BOOTS, st.data())
def test_the_time_since_is_never_more_than_what_has_truly_passed(boots, data):
    true_ms, track, moments = 0, Track(), []
    for number, (dark_ms, readings) in enumerate(boots):
        true_ms += dark_ms
        uptime_ms = 0
        for later_ms, synchronized in readings:
            true_ms, uptime_ms = true_ms + later_ms, uptime_ms + later_ms
            track = track.seen(Reading(str(number), uptime_ms, None, true_ms if synchronized else None))
            moments.append((track.end, true_ms))
    mark, then_ms = data.draw(st.sampled_from(moments))

    assert 0 <= track.since(mark) <= true_ms - then_ms


@pytest.mark.parametrize("forward", [True, False])
def test_a_clock_that_lies_after_it_was_synchronized_never_makes_the_time_shorter_than_the_machine_was_on(forward):
    utc = 10**15 if forward else 0
    track = seen(("a", HOUR_MS, DAY_MS), ("a", 2 * HOUR_MS, DAY_MS + HOUR_MS), ("b", 5000, utc))

    assert track.since(Mark(0, HOUR_MS)) >= HOUR_MS + 5000
