"""The monitor says by number what must not be, from events and effects alone, and nothing of a sound session."""

import pytest

from coach.commands import Command
from coach.language.utterance import Answer
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.clauses import CLAUSES
from coach.session.monitor import INVARIANTS, Monitor


@pytest.fixture
def watched(session):
    """Return a session at rest whose every step a monitor sees, and what the monitor says."""
    monitor, said = Monitor(), []
    post = session.post

    def seen(event):
        post(event)
        said.extend(monitor.check(event, session.effects))
        return session

    session.post = seen
    return session, monitor, said


def test_of_a_sound_session_it_says_nothing(watched):
    session, _, said = watched
    session.exercise().hear(Command.PAUSE).hear(Command.RESUME).line_ends().wait(5)
    session.hear(Command.PAIN).answer(Answer.YES).line_ends().answer(*[Answer.NO] * 4).time_out()

    assert said == []


def test_it_knows_how_things_stand_from_the_records_alone(watched):
    session, monitor, _ = watched
    session.exercise().hear(Command.PAIN)

    assert monitor.account.question == "sharp"
    assert monitor.account.in_session
    assert not monitor.account.sounding


@pytest.mark.parametrize(
    ("dropped", "clause"),
    [(fx.Silence, "I1"), (fx.Say, "I24"), (fx.ArmTimer, "I22"), (fx.Listen, "I31"), (fx.Record, "I38")],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_what_is_missing_is_told_by_number(watched, dropped, clause):
    session, monitor, _ = watched
    session.exercise()
    before = monitor.account
    session.hear(Command.PAIN)
    effects = [effect for effect in session.effects if not isinstance(effect, dropped)]

    violations = Monitor(before).check(ev.Heard(session.frame, Command.PAIN), effects)

    assert clause in {violation.clause for violation in violations}
    assert all(violation.sentence == INVARIANTS[violation.clause] for violation in violations)
    assert {violation.event for violation in violations} == {"Heard"}


def test_a_word_of_harm_that_leads_to_nothing_is_told(watched):
    session, monitor, _ = watched
    session.exercise()

    violations = monitor.check(ev.Heard(session.frame, Command.PAIN), ())

    assert {"I1", "I38"} <= {violation.clause for violation in violations}


def test_a_cue_behind_a_lock_is_told(watched):
    session, monitor, _ = watched
    session.exercise().hear(Command.BREATH_CHEST)
    position = session.place.position
    cue = (fx.Record("exercise"), fx.FollowScore(session.place.score, position))

    violations = monitor.check(ev.TimerFired(session.frame), cue)

    assert {"I4", "I6", "I7"} <= {violation.clause for violation in violations}


def test_every_number_a_clause_may_tell_has_a_sentence(visited):
    assert CLAUSES
    assert all(sentence and not sentence.endswith(".") for sentence in INVARIANTS.values())
    assert set(visited.wrong) <= set(INVARIANTS)
