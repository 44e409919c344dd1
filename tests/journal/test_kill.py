"""A killed process loses nothing that it acknowledged, and leaves nothing that keeps the next one from starting."""

import os
import random
import sys

import pytest

from coach.journal.entries import LockSet, Recorded
from coach.journal.keeper import open_keeper

KILLS = int(os.environ.get("COACH_RIG_KILLS", "100"))
"""How often the process is killed."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked and killed")


def test_killing_the_process_at_any_moment_loses_nothing(in_memory, clock, kill):
    dice = random.Random(9)  # noqa: S311 - repeatable on purpose
    rows = 0

    for _ in range(KILLS):
        last = kill.killed_after(in_memory, clock, dice.randrange(1, 12))
        with open_keeper(in_memory, clock) as keeper:
            rows = keeper.store.verify()
            entry = keeper.store.row(last).entry
            locks = [row.entry.lock for row in keeper.store.read(kinds=(LockSet,))]

            assert rows >= last
            assert isinstance(entry, (LockSet, Recorded))
            assert keeper.found.told in ((), ("Journal and latch file disagree about the lock; the stricter holds.",))
            assert keeper.standing.lock >= (locks[-1] if locks else 0)

    print(  # noqa: T201 - the figures of a campaign, shown with -s
        f"\n{KILLS} times killed: {rows} rows written, 0 acknowledged rows lost, 0 locks lost, "
        f"{len(list(in_memory.glob('journal-damaged-*')))} journals damaged"
    )
    assert rows > KILLS
    assert not list(in_memory.glob("journal-damaged-*"))
