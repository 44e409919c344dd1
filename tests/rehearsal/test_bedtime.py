"""Life by the bed through the real service, in simulated time: a sample here; `COACH_RIG=whole` lives a whole year.

A television that says "start", snoozes, sessions that pass by, power cuts, clocks that jump by years, no clock at boot,
summer time, and a carer who sets the clock wrong.
"""

import os
import tempfile
import threading
from pathlib import Path

import pytest

from coach.journal.material import rebuild
from coach.journal.replay import replay, session_entries, session_names
from coach.journal.sqlite import SqliteJournal
from coach.plan.elapsed import DAY_MS, MINUTE_MS
from coach.rehearsal.bed_habits import Habits
from coach.rehearsal.bedtime import BedLife
from coach.rehearsal.lengths_house import LengthsHouse
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings

WHOLE = os.environ.get("COACH_RIG") == "whole"
DAYS = 365 if WHOLE else 5
PRESCRIBED = 'name = "Maria"\nprogram = "ankle-pumps"\n[schedule]\nsessions_per_day = 4\nminimum_gap_min = 60\n'
MOST_TOLD = 200
"""What a resting coach remembers of the last seconds, at most."""
BUSY = Habits(cuts=0.03, jumps=0.03, carer=0.1)


def life(folder, seed, habits=None, **more):
    own = folder / "own"
    own.mkdir()
    (own / "prescription.toml").write_text(PRESCRIBED)
    paths = Paths.find(config=own, data=folder / "data")
    return BedLife(lambda: LengthsHouse(paths, Settings(), print, print), folder / "journal", seed, habits, **more)


@pytest.fixture
def folder():
    """Give a folder in memory where there is one: nothing here is about how fast a disk is."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as made:
        yield Path(made)


def test_whatever_happens_by_the_bed_the_cap_holds_nobody_is_woken_and_no_rule_is_broken(folder, capsys):
    lived = life(folder, 2, None if WHOLE else BUSY)
    came = lived.live(DAYS)
    table = lived.attendant.planner.table
    lived.close()

    with capsys.disabled():
        print(  # noqa: T201 - what was lived is part of what is shown
            f"\nby the bed: {DAYS} days, {len(came.begun)} sessions, {came.offers} offers answered {came.answers}, "
            f"{came.cuts} power cuts, {came.jumps} clock jumps, {came.told_wrong} clocks set wrong, "
            f"{came.locks} locks, {len(came.woken)} times woken, {len(came.broken)} rules broken"
        )
    assert len(came.begun) >= 2 * DAYS
    assert came.cuts
    assert came.broken == []
    assert came.woken == []
    for first, last in zip(came.begun, came.begun[table.cap :], strict=False):
        assert last - first >= DAY_MS
    for over, start in zip(came.over, came.begun[1:], strict=False):
        assert start - over >= (table.gap_min - 1) * MINUTE_MS


def test_without_any_clock_she_is_asked_whether_it_is_morning_and_the_day_goes_on_from_there(folder):
    lived = life(folder, 3, Habits(syncs=0, carer=0, cuts=0.05, jumps=0, asks=0.5))
    came = lived.live(4)
    lived.close()
    said = {line for _, line in came.trace}

    assert came.cuts
    assert "question.morning" in said
    assert came.woken == []
    assert len(came.begun) >= 4


def test_what_the_wall_clock_says_while_nobody_keeps_it_is_a_label(folder):
    traces = []
    for number, years in enumerate((-10, 0, 10)):
        there = folder / str(number)
        there.mkdir()
        habits = Habits(syncs=0, carer=0, cuts=0.02, jumps=0.1)
        lived = life(there, 4, habits, jumps_of=lambda _dice, off=years: off * 365 * DAY_MS)
        traces.append([(at, line) for at, line in lived.live(2).trace if not line.startswith("history.")])
        lived.close()

    assert traces[0]
    assert traces[0] == traces[1] == traces[2]


def test_the_journal_of_it_replays_as_it_was_lived(folder):
    lived = life(folder, 5, Habits(cuts=0.02))
    lived.live(1.5)
    packs = lived.composer().house.packs
    lived.close()
    with SqliteJournal(folder / "journal") as journal:
        found = [
            replay(session_entries(journal, name), lambda opened: rebuild(opened, journal, packs))
            for name in session_names(journal)
        ]

    assert len(found) > 3
    assert {differences.first for differences in found} == {None}


def test_at_rest_for_years_nothing_grows_but_by_what_is_lived(folder):
    years = Habits(answers={"silence": 1.0}, starts=0, asks=0, cuts=0.02, jumps=0.02)
    lived = life(folder, 6, years)

    def kept():
        chronicle = lived.attendant.coach.chronicle
        told = len(chronicle.decisions) + len(chronicle.hearings) + len(chronicle.phases)
        return len(list(Path("/proc/self/fd").iterdir())), threading.active_count(), told < MOST_TOLD

    lived.live(1)
    before = kept()
    lived.live(3650 if WHOLE else 8)
    after = kept()
    files = sorted(path.name for path in (folder / "journal").iterdir())
    lived.close()

    assert lived.lived.cuts
    assert after == before
    assert len(files) <= 4
