"""A sample of the mutants of the tables, over a part of the states: the checks can fail. All of them: mutate.py."""

import random
import sys

import pytest

from coach.session import effects as fx
from coach.session import tables

EVERY, SAMPLE, SEED = 9, 80, 13
ENOUGH = 0.95
"""What is left is noticed by the tests of the session, or changes nothing that could be heard."""
TABLES = ("EVENTS", "HEARD", "THEN")
TOLD = tuple(kind.__name__ for kind in (fx.Silence, fx.Record, fx.Latch, fx.Notify, fx.Say, fx.Ring, fx.ArmTimer))
"""Effects whose loss the monitor must notice by itself, without any test of the session."""


@pytest.fixture(scope="module")
def bench(module_beside, explorer, visited):
    """Return the session with tables that can be broken; every ninth state is looked at."""
    made = module_beside("session_mutants").Bench()
    with made.installed():
        step = made.noting(explorer.outcomes)
        for protocol in list(visited.accounts)[::EVERY]:
            for event in explorer.EVENTS:
                step(protocol, event)
        yield made


@pytest.fixture(scope="module")
def mutants(module_beside, bench):
    """Return every mutant of what was looked at."""
    return module_beside("session_mutants").mutants(bench)


@pytest.fixture(scope="module")
def noticed(mutants, bench, visited, explorer):
    """Return a sample of those that tell or do less, by name, with what notices them."""
    less = {f"without {name}" for name in TOLD}
    chosen = [mutant for mutant in mutants if mutant.how in less and mutant.table in TABLES]
    sample = random.Random(SEED).sample(chosen, SAMPLE)  # noqa: S311 - no secret
    return {mutant.name: bench.noticed(mutant, visited, explorer) for mutant in sample}


def test_whatever_silences_tells_or_waits_is_missed_at_once_where_it_is_left_out(noticed, capsys):
    changing = [by for by in noticed.values() if by is not None]
    share = sum(map(bool, changing)) / len(changing)

    with capsys.disabled():
        sys.stdout.write(f"\nmutants: {share:.0%} of a sample of {len(changing)} noticed by the monitor alone\n")
    assert share >= ENOUGH, [name for name, by in noticed.items() if by == ""]
    assert len(changing) > SAMPLE // 2


def test_the_right_tables_are_back_behind_the_bench(module_beside):
    right = tables.HEARD
    with module_beside("session_mutants").Bench().installed():
        broken = tables.HEARD

    assert tables.HEARD is right
    assert broken is not right


def test_every_mutant_has_a_name_of_its_own_and_every_survivor_is_one(mutants, module_beside):
    names = [mutant.name for mutant in mutants]

    assert len(names) == len(set(names))
    assert all(reason.strip() for reason in module_beside("mutate").survivors().values())
