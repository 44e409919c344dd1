"""Sound that stops coming, or comes at another rate, is noticed; bursts and gaps of a busy machine are not."""

import numpy as np
import pytest

from coach.listening.health.arrival import Arrival, Flow, Rate
from coach.units import LISTEN_RATE


def flows(*blocks):
    """Return the state after each (seconds, frames)."""
    arrival = Arrival()
    return [arrival.note(at_s, count) for at_s, count in blocks]


@pytest.mark.parametrize(
    ("without_s", "expected"),
    [
        (0.0, Flow.WELL),
        (0.49, Flow.WELL),
        (0.5, Flow.SUSPECT),
        (0.99, Flow.SUSPECT),
        (1.0, Flow.DEAF),
        (9.0, Flow.DEAF),
    ],
)
def test_a_device_from_which_nothing_comes_is_suspected_then_deaf(without_s, expected):
    assert flows((5.0, 320), (5.0 + without_s, 0))[-1] is expected


def test_a_device_from_which_nothing_ever_came_is_deaf_as_soon():
    assert flows((100.0, 0), (100.5, 0), (101.0, 0)) == [Flow.WELL, Flow.SUSPECT, Flow.DEAF]


def test_the_first_block_makes_it_well_again():
    assert flows((0.0, 320), (5.0, 0), (5.1, 320))[-1] is Flow.WELL


def first_wrong_s(ratio, span_s=30.0, step_s=0.02, jitter_s=0.0):
    """Return after how many seconds a rate is found wrong, or None."""
    rate, came, rng = Rate(), 0.0, np.random.default_rng(4)
    for number in range(1, round(span_s / step_s)):
        now_s = number * step_s
        due = max(came, (now_s - rng.uniform(0, jitter_s)) * LISTEN_RATE * ratio)
        count = int(due - came)
        came += count
        if rate.note(now_s, count):
            return now_s
    return None


@pytest.mark.parametrize(
    ("ratio", "within_s"),
    [(0.5, 1.5), (2.0, 1.0), (44.1 / 48, 10.0), (48 / 44.1, 10.0), (3.0, 1.0), (1 / 3, 1.5)],
)
def test_a_wrong_rate_is_noticed(ratio, within_s):
    assert first_wrong_s(ratio) <= within_s


@pytest.mark.parametrize("ratio", [1.0, 1.0001, 0.9999, 1.01, 0.99])
def test_a_rate_within_a_hundredth_is_right_also_when_it_comes_in_bursts(ratio):
    assert first_wrong_s(ratio, span_s=300.0, jitter_s=0.2) is None


def test_what_was_kept_back_and_comes_at_once_is_no_wrong_rate():
    rate = Rate()
    for number in range(200):
        rate.note(number * 0.02, 320)
    rate.reset()

    assert not any(rate.note(5.0 + number * 0.02, 16_000 if number == 0 else 320) for number in range(500))
