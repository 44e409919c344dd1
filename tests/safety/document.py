"""Makes SAFETY.md of hazards.toml and page.md: ``.venv/bin/python tests/safety/document.py``."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("hazards.toml")
DOCUMENT = ROOT / "SAFETY.md"

PAGE = Path(__file__).with_name("page.md")


def document(hazards):
    """Return SAFETY.md as it should be."""
    rows = [row(name, hazard) for name, hazard in hazards.items()]
    left = [f"- {name}: {hazard['left']}" for name, hazard in hazards.items() if "left" in hazard]
    page = PAGE.read_text(encoding="utf-8")
    return page.replace("{rows}", "\n".join(rows)).replace("{left}", "\n".join(left))


def row(name, hazard):
    """Return a hazard as a row of the table."""
    where = ", ".join(f"`{file}`" for file in hazard["where"])
    tests = "<br>".join(f"`{plain(test)}`" for test in hazard["tests"])
    return f"| {name} | {hazard['severity']} | {hazard['hazard']} | {hazard['control']} | {where} | {tests} |"


def plain(test):
    """Return a test's name as a sentence behind its file."""
    file, name = test.split("::")
    return f"{file}: {re.sub('_', ' ', name.removeprefix('test_'))}"


def read():
    """Return the table."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    DOCUMENT.write_text(document(read()), encoding="utf-8")
