import pytest

from coach.audio.timebase import Timebase


def test_before_the_first_note_both_counters_run_in_lock_step():
    assert Timebase().played(1_000) == 3_000


def test_a_note_is_exact():
    timebase = Timebase()
    timebase.note(320, 1_200)

    assert timebase.played(320) == 1_200


def test_between_two_notes_lies_the_straight_line_between_them():
    timebase = Timebase()
    timebase.note(1_000, 3_000)
    timebase.note(2_000, 6_100)

    assert timebase.played(1_500) == 4_550


def test_beyond_the_last_note_the_nominal_rates_hold():
    timebase = Timebase()
    timebase.note(1_000, 3_100)

    assert timebase.played(1_010) == 3_130


def test_two_clocks_that_drift_apart_are_followed_for_hours():
    timebase = Timebase()
    for block in range(1, 200_001):
        timebase.note(320 * block, round(960.1 * block))

    assert abs(timebase.played(320 * 199_999 + 160) - 960.1 * 199_999.5) <= 1


def test_a_counter_that_falls_is_a_defect_of_the_host():
    timebase = Timebase()
    timebase.note(1_000, 3_000)

    with pytest.raises(ValueError, match="never fall"):
        timebase.note(999, 3_003)
