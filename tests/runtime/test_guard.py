"""The monitor over a live session: what breaks a rule is not followed."""

import pytest

from coach.runtime.guard import ContradictionError, guarded
from coach.session import events as ev
from coach.session.effects import Say, Silence
from coach.session.machine import Step
from coach.session.monitor import Violation
from coach.session.states import CHAIN, Phase, Protocol, SessionState
from coach.units import Frames

EVENT = ev.TimerFired(Frames(7))
BROKEN = Violation("I6", "a cue only in RUN", "TimerFired")


def kept(phase, violations):
    """Keep a step in a phase under a monitor that finds these; return what was kept and told."""
    journal, told = [], []
    step = Step(SessionState(Protocol(phase=phase), place=None), (Silence(), Say("session.ended")))

    def keep(event, taken):
        journal.append((event, taken))

    watch = guarded(keep, lambda _event, _effects: violations, told.append)
    try:
        watch(EVENT, step)
    except ContradictionError as contradiction:
        told.append(str(contradiction))
    return journal, told


def test_a_step_that_keeps_the_rules_is_only_kept():
    journal, told = kept(Phase.RUN, ())

    assert [event for event, _ in journal] == [EVENT]
    assert told == []


@pytest.mark.parametrize("phase", [Phase.SCREEN, Phase.RUN, Phase.CHECKIN, Phase.PAUSED, Phase.MAYBE, Phase.IDLE])
def test_a_step_that_breaks_one_is_kept_told_and_ends_the_session(phase):
    journal, told = kept(phase, (BROKEN,))

    assert len(journal) == 1
    assert told[0] == BROKEN
    assert "I6: a cue only in RUN" in told[1]


@pytest.mark.parametrize("phase", CHAIN)
def test_while_somebody_may_be_in_danger_the_advice_goes_on(phase):
    assert kept(phase, (BROKEN,))[1] == [BROKEN]
