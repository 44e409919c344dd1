"""Breaks the tables of the session one place at a time, and prints what the checks do not notice.

    .venv/bin/python tests/session/mutate.py                         every mutant; about ten minutes of one core
    .venv/bin/python tests/session/mutate.py --sample 200 --seed 7   some of them
    .venv/bin/python tests/session/mutate.py --only "HEARD run/"     those whose names hold these words

A mutant is killed by the exhaustive exploration with its monitor, or else by those tests of the session (`TESTS`) that
look up its row. One that survives has to stand in survivors.toml with the reason why it may; exit 1 where one does not,
and where one that stands there is noticed by now.
"""
# ruff: noqa: T201 - a command prints

import argparse
import os
import random
import sys
import time
import tomllib
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TESTS = ("dialogue", "stops", "session", "care", "practice", "controls", "asked_for", "offers", "tables", "everywhere")
"""Put before what the exploration does not notice; what explores by itself is not among them."""
KNOWN = HERE / "survivors.toml"
_WORDS_S = 5.0


def survivors():
    """Return the mutants that are known to survive, by name, with the reason."""
    return tomllib.loads(KNOWN.read_text("utf-8"))["survivor"]


class Tests:
    """The tests of the session, collected once; a mutant meets those that look up its row, in a process of its own."""

    def __init__(self, bench, work):
        self._bench, self._work = bench, work
        self._session = None
        self._looking = {}

    def pytest_runtestloop(self, session):
        """Run every test once as it is, and then the work."""
        self._session = session
        for item in session.items:
            with self._bench.noting_lookups() as found:
                self._run([item])
            for place in found:
                self._looking.setdefault(place, []).append(item)
        if session.testsfailed:
            raise SystemExit("The tests of the session fail as they are; mend them first.")
        self._work(self)
        return True

    def kill(self, mutant):
        """Return whether a test fails on a mutant."""
        everywhere = mutant.table == "NUMBER"
        items = self._session.items if everywhere else self._looking.get((mutant.table, mutant.key), [])
        if not items:
            return False
        child = os.fork()
        if child:
            _, status = os.waitpid(child, 0)
            return os.waitstatus_to_exitcode(status) != 0
        code = 1
        try:
            with self._bench.broken(mutant):
                code = int(self._run(items))
        finally:
            os._exit(code)

    def _run(self, items):
        """Run tests until one fails; return whether one did."""
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._session.testsfailed:
                return True
        return False


def chosen(every, arguments):
    """Return the mutants that were asked for."""
    found = [mutant for mutant in every if arguments.only in mutant.name]
    if arguments.names is not None:
        names = set(arguments.names.read_text("utf-8").splitlines())
        named = [mutant for mutant in every if mutant.name in names]
        return [*named, *random.Random(arguments.seed).sample(found, arguments.sample)]  # noqa: S311 - no secret
    if arguments.sample and arguments.sample < len(found):
        return random.Random(arguments.seed).sample(found, arguments.sample)  # noqa: S311 - no secret
    return found


def main():
    """Run from a shell."""
    sys.path.insert(0, str(HERE))
    import session_explorer  # noqa: PLC0415 - stands beside this file, which is no package
    import session_mutants  # noqa: PLC0415

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="so many of them; default: all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", metavar="WORDS", help="those whose names hold these words")
    parser.add_argument("--names", type=Path, metavar="FILE", help="those of a file, a name a line, beside the sample")
    arguments = parser.parse_args()
    bench, verdicts = session_mutants.Bench(), {}

    def work(tests):
        visited = session_explorer.Explorer(bench.noting(session_explorer.outcomes)).explore()
        say(f"{len(visited.states):,} states, {visited.transitions:,} transitions, {len(visited.wrong)} violations")
        every, told = chosen(session_mutants.mutants(bench), arguments), time.monotonic()
        for number, mutant in enumerate(every):
            noticed = bench.noticed(mutant, visited, session_explorer)
            verdicts[mutant.name] = noticed or ("tests" if tests.kill(mutant) else noticed)
            if not verdicts[mutant.name] and noticed is not None:
                say(f"survives: {mutant.name}")
            if time.monotonic() - told > _WORDS_S:
                told = time.monotonic()
                say(f"{number + 1:,} of {len(every):,}: {mutant.name}")

    def say(words):
        os.write(2, f"{words}\n".encode())

    files = [str(HERE / f"test_{name}.py") for name in TESTS]
    with bench.installed():
        quiet = ("-o", "addopts=", "-p", "no:cacheprovider", "-p", "no:terminal")
        pytest.main([*quiet, *files], plugins=[Tests(bench, work)])
    sys.exit(report(verdicts))


def report(verdicts):
    """Print how many were killed, by what, and what survived; return the exit code."""
    counted = {name: by for name, by in verdicts.items() if by is not None}
    killed = {name: by for name, by in counted.items() if by}
    alive = [name for name, by in counted.items() if not by]
    known = survivors()
    by = Counter("crash" if what.startswith("crash") else what for what in killed.values())
    share = 100 * len(killed) / max(1, len(counted))
    print(f"{len(counted):,} mutants that change something, {len(verdicts) - len(counted):,} that change nothing")
    kinds = ", ".join(f"{what} {times}" for what, times in by.most_common())
    print(f"killed {len(killed):,} = {share:.2f} %: {kinds}")
    unexplained = [name for name in alive if name not in known]
    risen = [name for name in known if killed.get(name)]
    for name in alive:
        print(f"survives: {name}" + (f"  ({known[name]})" if name in known else "  NOT EXPLAINED"))
    for name in risen:
        print(f"noticed by now, take it out of {KNOWN.name}: {name}")
    return 1 if unexplained or risen or not counted else 0


if __name__ == "__main__":
    main()
