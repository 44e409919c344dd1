"""A sample of what `coach campaign --stops` measures, and that it would find a coach that falls silent too late."""

import pytest

from coach.audio.mixer import FADE_S
from coach.rehearsal.campaign.stops import BOUND, WAYS, Stopped, stopped
from coach.session import events as ev
from coach.units import Frames, frames

RUNS = 200


def no_bar(_done, _total):
    """Show nothing."""


@pytest.fixture(scope="module")
def prepared(house):
    return house.prepare(house.program("ankle-pumps"), "en", lambda _what: no_bar)


def test_whenever_it_is_stopped_nothing_sounds_sixty_milliseconds_later(prepared):
    told = stopped(prepared, RUNS, 1, no_bar)

    assert told.late == 0, told.report()
    assert told.longest == frames(FADE_S)
    assert told.sounding >= RUNS // 5
    assert set(told.ways) == set(WAYS)
    assert {"run", "screen"} <= set(told.phases)


def test_a_stop_that_comes_too_late_is_counted():
    told = Stopped()

    told.add("a key", "run", Frames(BOUND + 1), sounded=True)
    told.add("a key", "run", BOUND, sounded=True)

    assert told.late == 1
    assert told.report()["longest_ms"] == pytest.approx(60.0, abs=0.1)


def test_what_would_sound_on_is_found(prepared):
    """An event that silences nothing takes the place of the stop: what sounds goes on, and the measure shows it."""
    told = stopped(prepared, 40, 1, no_bar, {"nothing": ev.ClockJumped})

    assert told.late > 0
    assert told.longest > BOUND
