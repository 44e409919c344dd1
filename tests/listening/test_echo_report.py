"""Which kind of hardware it is, by the echo that comes back."""

from dataclasses import replace

import pytest

from coach.listening.echo_report import UNKNOWN_ECHO, EchoCause, EchoClass, EchoMeasure, classify

RAW = EchoMeasure(
    heard_s=5.0, correlation=0.85, lag_s=0.06, level_db=-30.0, noise_db=-60.0, gain_db=-8.0, weakened_db=24.0
)
KINDS = [
    ({}, EchoClass.RAW, EchoCause.COMES_BACK),
    ({"heard_s": 0.5}, EchoClass.UNKNOWN, EchoCause.TOO_LITTLE),
    ({"correlation": 0.2, "level_db": -58.0}, EchoClass.CANCELLING, EchoCause.NOTHING_BACK),
    ({"lag_s": 0.45}, EchoClass.HALF_DUPLEX, EchoCause.TOO_LATE),
    ({"weakened_db": 3.0}, EchoClass.HALF_DUPLEX, EchoCause.NOT_CANCELLED),
    ({"weakened_db": 3.0, "heard_s": 2.0}, EchoClass.RAW, EchoCause.COMES_BACK),
    ({"level_db": -90.0, "correlation": 0.0}, EchoClass.HALF_DUPLEX, EchoCause.CUT_OFF),
]


@pytest.mark.parametrize(("figures", "kind", "cause"), KINDS, ids=[str(cause) for _, _, cause in KINDS])
def test_each_kind_is_told_by_its_own_figures(figures, kind, cause):
    report = classify(replace(RAW, **figures))

    assert (report.kind, report.cause) == (kind, cause)
    assert report.sentence.endswith(".")


def test_before_the_coach_has_spoken_nothing_is_known():
    assert UNKNOWN_ECHO.kind is EchoClass.UNKNOWN
    assert not UNKNOWN_ECHO.proves_life


def test_a_raw_echo_proves_that_both_live_and_none_proves_nothing():
    assert classify(RAW).proves_life
    assert not classify(replace(RAW, correlation=0.1)).proves_life


def test_only_half_duplex_is_deaf_while_it_speaks():
    assert classify(RAW).hears_while_speaking
    assert classify(replace(RAW, correlation=0.1)).hears_while_speaking
    assert not classify(replace(RAW, lag_s=0.6)).hears_while_speaking
