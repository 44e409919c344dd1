"""When a notice is tried again."""

from itertools import pairwise

from coach.notify.retry import LIMIT_S, next_attempt_s


def _moments(count, begun=1000.0):
    moments, last = [], begun
    for attempts in range(count):
        last = max(next_attempt_s(attempts, begun, last), last)
        moments.append(last - begun)
    return moments


def test_the_second_failure_is_known_within_thirty_seconds_even_of_a_channel_that_hangs():
    assert _moments(2)[1] + LIMIT_S < 30


def test_it_is_tried_less_and_less_often_and_never_given_up():
    moments = _moments(200)
    gaps = [later - earlier for earlier, later in pairwise(moments)]

    assert gaps == sorted(gaps)
    assert gaps[-1] == 3600.0
    assert moments[-1] > 3 * 86_400


def test_a_day_without_network_costs_a_bounded_number_of_attempts():
    assert sum(moment < 86_400 for moment in _moments(500)) < 110
