"""The protocol row by row (coach/session/PROTOCOL.md): nothing is left out, and every test it names is there."""

import ast
import inspect
import re
from pathlib import Path

from coach import session
from coach.session.clauses import CLAUSES
from coach.session.monitor import INVARIANTS

ROOT = Path(__file__).parents[2]
TEXT = Path(session.__file__).with_name("PROTOCOL.md").read_text("utf-8")
ROWS = re.findall(r"^\| ([TDI]\d+) \| (.*) \|$", TEXT, re.MULTILINE)
NAMED = sorted(set(re.findall(r"tests/[\w/]+\.py::\w+", TEXT)))


def functions(path):
    """Return the tests of a file by name, with the names of what marks them."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {
        node.name: {ast.unparse(mark) for mark in node.decorator_list}
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }


def test_every_row_of_the_protocol_the_dialogue_and_the_invariants_is_here():
    there = {row for row, _ in ROWS}

    assert {f"T{number}" for number in range(1, 27)} - there == set()
    assert {f"D{number}" for number in range(12)} - there == set()
    assert {*INVARIANTS, *(f"I{number}" for number in range(1, 52))} - there == set()


def test_every_transition_and_every_rule_of_the_dialogue_names_a_test():
    assert [row for row, said in ROWS if row[0] in "TD" and "::test_" not in said] == []


def test_every_test_that_is_named_is_there_and_is_not_skipped():
    marks = {name: functions(name.partition("::")[0]).get(name.partition("::")[2]) for name in NAMED}

    assert [name for name, found in marks.items() if found is None] == []
    assert [name for name, found in marks.items() if any("skip" in mark for mark in found)] == []


def test_every_invariant_is_held_by_the_clauses_that_are_named():
    source = {
        f"{clause.__module__.rpartition('.')[2]}.{clause.__name__}": inspect.getsource(clause) for clause in CLAUSES
    }
    said = dict(row for row in ROWS if row[0][0] == "I")

    for number, sentence in INVARIANTS.items():
        holding = {name for name, text in source.items() if f'"{number}"' in text}
        assert said[number].startswith(sentence), number
        assert set(re.findall(r"`((?:clauses|following|quieting)\.\w+)`", said[number])) == holding, number
