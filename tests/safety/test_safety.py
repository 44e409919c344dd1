"""SAFETY.md says what the table of hazards says, and the table names only what is there and can fail."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import loaded

ROOT = Path(__file__).parents[2]
SEVERITIES = range(1, 5)
NEVER_RUN = re.compile(r"^pytest\.mark\.(skip|xfail)\b")


MADE = loaded(Path(__file__).with_name("document.py"))
HAZARDS = MADE.read()
NUMBERED = [
    *range(1, 17), *range(20, 38), *range(40, 56), *range(60, 71), *range(80, 100),
]  # fmt: skip
"""The hazards of the log the table was made from: hearing, dead-man, session, power, network."""


@cache
def functions(path):
    """Return the test functions of a file by name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def wrong_with(test, root=ROOT):
    """Return what is wrong with a named test, or nothing."""
    file, _, name = test.partition("::")
    path = root / "tests" / file
    if not path.is_file():
        return f"there is no file tests/{file}"
    found = functions(path).get(name)
    if found is None:
        return f"there is no test {name} in tests/{file}"
    if any(NEVER_RUN.match(ast.unparse(decorator)) for decorator in found.decorator_list):
        return f"{name} in tests/{file} is never run, or expected to fail"
    checks = [node for node in ast.walk(found) if isinstance(node, ast.Assert)]
    raises = [
        node for node in ast.walk(found) if isinstance(node, ast.Attribute | ast.Name) and _checks(ast.unparse(node))
    ]
    return "" if checks or raises else f"{name} in tests/{file} asserts nothing"


def _checks(name):
    return name.startswith(("pytest.raises", "pytest.fail", "assert_", "np.testing"))


@pytest.mark.parametrize("name", HAZARDS)
def test_a_hazard_has_its_control_and_tests_that_can_fail(name):
    hazard = HAZARDS[name]

    assert set(hazard) <= {"severity", "hazard", "control", "where", "tests", "left"}
    assert hazard["severity"] in SEVERITIES
    assert hazard["hazard"]
    assert hazard["control"]
    assert [file for file in hazard["where"] if not (ROOT / file).exists()] == []
    assert hazard["where"]
    assert hazard["tests"]
    assert [found for test in hazard["tests"] if (found := wrong_with(test))] == []


def test_no_hazard_of_the_log_is_forgotten():
    assert list(HAZARDS) == [f"H{number:02d}" for number in NUMBERED]


def test_the_page_is_the_one_the_table_makes():
    made = MADE.document(HAZARDS)

    assert (ROOT / "SAFETY.md").read_text(encoding="utf-8") == made, "run: .venv/bin/python tests/safety/document.py"


def test_the_readme_leads_to_it():
    assert "(SAFETY.md)" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def test_it():\n    assert True\n", ""),
        ("def test_other():\n    assert True\n", "there is no test test_it in tests/test_one.py"),
        (
            "@pytest.mark.skip\ndef test_it():\n    assert True\n",
            "test_it in tests/test_one.py is never run, or expected to fail",
        ),
        (
            "@pytest.mark.xfail(reason='later')\ndef test_it():\n    assert 0\n",
            "test_it in tests/test_one.py is never run, or expected to fail",
        ),
        ("@pytest.mark.skipif(True, reason='no card')\ndef test_it():\n    assert True\n", ""),
        ("def test_it():\n    pass\n", "test_it in tests/test_one.py asserts nothing"),
        ("def test_it():\n    with pytest.raises(ValueError):\n        int('x')\n", ""),
    ],
)
def test_a_named_test_that_is_missing_never_run_or_empty_is_found(tmp_path, text, found):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_one.py").write_text(text, encoding="utf-8")

    assert wrong_with("test_one.py::test_it", tmp_path) == found
    assert wrong_with("test_two.py::test_it", tmp_path) == "there is no file tests/test_two.py"
