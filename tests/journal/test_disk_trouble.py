"""A disk that fails at any operation: a safe stop still silences and speaks, the lock holds, nothing new begins."""

import pytest

from coach.commands import Command
from coach.errors import JournalError
from coach.journal.entries import LockSet
from coach.journal.keeper import open_keeper
from coach.journal.steps import entries_of
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.machine import step
from coach.session.states import Phase

OPERATIONS = 44
"""More than a stop and all that follows it ask of the disk."""


@pytest.fixture
def recorder(recording_vfs):
    made = recording_vfs.Recorder()
    layer = recording_vfs.layer(made)
    layer.install()
    yield made
    layer.remove()


@pytest.fixture(scope="module")
def exercising(bedside, material):
    """Return a session in the middle of a repetition."""
    return bedside.Bedside(material).exercise("ankle-pumps/set1/both/rep03")


class Session:
    """Goes on from a state with a journal beside it; what cannot be journaled is told to it, as a live session does."""

    def __init__(self, keeper, state, frame):
        self.keeper, self.state, self.frame = keeper, state, frame
        self.told = []

    def post(self, event):
        taken = step(self.state, event)
        self.state = taken.state
        try:
            self.keeper.note(*entries_of("s1", event, taken))
        except JournalError as wrong:
            self.told.append(str(wrong))
        return taken.effects

    def hear(self, command):
        return self.post(ev.Heard(self.frame, command))


@pytest.mark.parametrize("trouble", ["full", "failing", "forgetful", "read-only"])
def test_a_stop_silences_speaks_and_locks_whatever_operation_the_disk_fails_at(
    in_memory, clock, recorder, exercising, trouble
):
    failed = 0
    for obeyed in range(OPERATIONS):
        folder = in_memory / str(obeyed)
        recorder.watch(folder)
        keeper = open_keeper(folder, clock)
        session = Session(keeper, exercising.state, exercising.frame)
        recorder.break_after(obeyed, trouble)

        effects = session.hear(Command.CALF_CLOT)
        session.post(ev.UtteranceEnded(session.frame))
        if session.told:
            failed += 1
            session.post(ev.JournalFailed(session.frame))
        keeper.store.close()  # the power goes
        recorder.trouble = None

        assert isinstance(effects[0], fx.Silence)
        assert any(isinstance(effect, fx.Say) for effect in effects)
        assert all("cannot be used: " in sentence and sentence.count("\n") == 0 for sentence in session.told)
        with open_keeper(folder, clock) as again:
            assert again.standing.lock == 2

    print(  # noqa: T201 - the figures of a campaign, shown with -s
        f"\ndisk {trouble} at each of {OPERATIONS} operations: {failed} stops could not be journaled, "
        "0 were not obeyed, 0 locks lost"
    )
    assert 5 < failed < OPERATIONS  # so that it failed at every one of them


def test_without_a_journal_no_session_begins_and_she_is_told(exercising):
    state = step(exercising.state, ev.JournalFailed(exercising.frame)).state
    for _ in range(20):
        state = step(state, ev.TimerFired(exercising.frame)).state

    asked = step(state, ev.StartRequested(exercising.frame))

    assert state.protocol.phase is Phase.IDLE
    assert asked.state.protocol.phase is Phase.IDLE
    assert [effect.phrase for effect in asked.effects if isinstance(effect, fx.Say)] == ["fault.journal"]


@pytest.mark.parametrize("trouble", ["full", "failing", "read-only"])
def test_a_journal_that_cannot_be_written_lets_no_session_be_opened(tmp_path, clock, recorder, trouble):
    with open_keeper(tmp_path, clock) as keeper:
        keeper.note(LockSet(1))
    recorder.watch(tmp_path)
    recorder.break_after(0, trouble)

    with open_keeper(tmp_path, clock) as keeper, pytest.raises(JournalError, match="cannot be used: "):
        keeper.note(LockSet(2))
    recorder.trouble = None
