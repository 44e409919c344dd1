"""The import rules of pyproject.toml hold, and they can fail."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    script = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", script, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of the package that a test may break."""
    package = ROOT / "coach"
    if not package.is_dir():
        pytest.skip("the source tree is not here")
    for source in package.rglob("*.py"):
        target = tmp_path / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    return tmp_path


def test_imports_run_one_way(checkout: Path):
    result = _lint(checkout)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("coach/session/machine.py", "import time"),
        ("coach/score/compiler.py", "import coach.runtime.loop"),
        ("coach/language/models.py", "import coach.program.models"),
        ("coach/rehearsal/run.py", "import vosk"),
        ("coach/runtime/loop.py", "import urllib.request"),
    ],
    ids=[
        "a clock in the session",
        "the score knows the runtime",
        "siblings",
        "vosk in a second place",
        "a download outside setup",
    ],
)
def test_a_forbidden_import_is_found(checkout: Path, module: str, line: str):
    path = checkout / module
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")

    assert _lint(checkout).returncode != 0
