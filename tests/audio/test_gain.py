import numpy as np

from coach.audio.gain import RAMP, Ramp, fade, limited


def test_a_ramp_at_rest_is_one_number():
    assert Ramp(0.5).over(0, 960) == 0.5


def test_a_ramp_goes_in_a_straight_line_and_stays():
    ramp = Ramp()
    ramp.move(0.0, 100)

    gains = ramp.over(0, 100 + 2 * RAMP)

    assert gains[100] == 1.0
    assert abs(gains[100 + RAMP // 2] - 0.5) < 1e-6
    assert not gains[100 + RAMP :].any()
    assert ramp.target == 0.0


def test_a_ramp_that_is_turned_back_begins_where_it_is():
    ramp = Ramp()
    ramp.move(0.0, 0)
    ramp.move(1.0, RAMP // 2)

    gains = ramp.over(RAMP // 2, 2 * RAMP)

    assert abs(gains[0] - 0.5) < 1e-6
    assert np.abs(np.diff(gains)).max() < 1.01 / RAMP


def test_moving_to_where_it_goes_already_begins_no_new_ramp():
    ramp = Ramp()
    ramp.move(0.0, 0)
    ramp.move(0.0, RAMP // 2)

    assert ramp.over(RAMP, RAMP + 1) == 0.0


def test_a_fade_after_a_day_is_as_straight_as_one_at_the_start():
    day = 24 * 3_600 * 48_000

    assert np.array_equal(fade(day, day + 480, day, day + 480, 1.0), fade(0, 480, 0, 480, 1.0))
    assert len(np.unique(fade(day, day + 480, day, day + 480, 1.0))) == 480


def test_the_limiter_leaves_what_is_within_its_knee_alone():
    samples = np.linspace(-0.8, 0.8, 1_000, dtype=np.float32)

    assert np.array_equal(limited(samples), samples)


def test_the_limiter_bends_everything_within_full_scale_and_keeps_its_order():
    samples = np.linspace(-50.0, 50.0, 10_001, dtype=np.float32)

    bent = limited(samples)

    assert np.abs(bent).max() <= 1.0
    assert (np.diff(bent) >= 0.0).all()
    assert np.array_equal(bent[np.abs(samples) <= 0.8], samples[np.abs(samples) <= 0.8])
