"""The lamp: what it tells, and that it tells nothing false."""

from dataclasses import replace
from itertools import pairwise

import pytest

from coach.runtime.lamp import Lamp, Shows, lit, shown
from coach.session.states import Lock, Phase, Protocol
from coach.units import BLOCK, Frames, frames

WELL = Protocol(phase=Phase.IDLE)
ALARMED = replace(WELL, phase=Phase.ADVICE, lock=Lock.URGENT)


@pytest.mark.parametrize(
    ("protocol", "hears", "quiet", "told"),
    [
        (WELL, True, False, Shows.HEARS),
        (WELL, True, True, Shows.HEARS_AT_NIGHT),
        (WELL, False, True, Shows.FAULT),
        (replace(WELL, voice=False), True, False, Shows.FAULT),
        (replace(WELL, phase=Phase.FAULT), True, True, Shows.FAULT),
        (replace(WELL, phase=Phase.LOCKED, lock=Lock.CAUTION), True, True, Shows.LOCKED),
        (replace(WELL, phase=Phase.LOCKED, lock=Lock.CAUTION), False, False, Shows.FAULT),
        (ALARMED, True, True, Shows.ALARM),
        (ALARMED, False, False, Shows.ALARM),
        (replace(ALARMED, phase=Phase.LOCKED, acknowledged=True), True, False, Shows.LOCKED),
    ],
)
def test_what_is_wrong_goes_before_what_is_well(protocol, hears, quiet, told):
    assert shown(protocol, hears=hears, quiet=quiet) is told


def minute(shows):
    """Return whether it is lit, block by block."""
    return [lit(shows, Frames(at)) for at in range(0, frames(60.0), BLOCK)]


@pytest.mark.parametrize("shows", Shows)
def test_it_never_stands_still_and_never_flashes_more_than_three_times_a_second(shows):
    on = minute(shows)
    begins = [at * BLOCK for at, (before, now) in enumerate(pairwise(on)) if now and not before]

    assert all(any(on[at : at + 500]) and not all(on[at : at + 500]) for at in range(0, len(on) - 500, 50))
    assert all(third - first > frames(1.0) for first, third in zip(begins, begins[3:], strict=False))


def test_no_two_things_are_told_alike():
    assert len({tuple(minute(shows)) for shows in Shows}) == len(Shows)


def test_it_is_switched_where_it_changes_and_left_dark():
    switched, closed = [], []
    with Lamp(switched.append, lambda: closed.append(True)) as lamp:
        for at in range(0, frames(4.02), BLOCK):
            assert not lamp.show(Shows.HEARS, Frames(at))

    assert switched == [True, False, True, False]
    assert closed == [True]


def test_a_driver_that_fails_is_told_once_and_left_alone():
    def fail(_on):
        tried.append(True)
        raise OSError("no such line")

    tried = []
    with Lamp(fail) as lamp:
        told = [lamp.show(Shows.FAULT, Frames(at)) for at in range(0, frames(1.0), BLOCK)]

    assert [line for line in told if line] == ["lamp: it cannot be switched any more (no such line)"]
    assert tried == [True]
