"""The units of systemd: written for this user from ``config/systemd/``, enabled, and what is left to be done told."""

import getpass
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from coach.disk import Disk, make_folder
from coach.errors import MissingError, SettingsError
from coach.runtime.paths import Paths

COACH: Final = "bedside-coach.service"
COURIER: Final = "bedside-coach-courier.service"
_TEMPLATES: Final = "systemd"
_LINGER: Final = Path("/var/lib/systemd/linger")
"""Where logind keeps the names of users whose services run without them being logged in."""
_PATIENCE_S: Final = 60.0

Run = Callable[[Sequence[str]], str]
"""Runs a program; returns why it failed, empty where it did not."""


def unit_folder() -> Path:
    """Return where systemd looks for a user's own units (systemd.unit(5))."""
    own = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(own) / "systemd" / "user"


def unit_text(template: Path, paths: Paths) -> str:
    """Return a unit for this coach: its Python, and the folders where they are not the usual ones.

    Raises:
        SettingsError: The template is missing.
    """
    raw = Disk(SettingsError).read(template)
    if raw is None:
        raise SettingsError(f"{template} is missing; install the coach again.")
    usual = Paths.find()
    options = [
        f" {name} {_quoted(str(folder))}"
        for name, folder, common in (
            ("--config", paths.own, usual.own),
            ("--data-dir", paths.data, usual.data),
        )
        if folder != common
    ]
    text = raw.decode().replace("{command}", f"{_quoted(sys.executable)} -m coach")
    return text.replace("{options}", "".join(options))


def install_units(paths: Paths, *, notices: bool, run: Run | None = None) -> Iterator[str]:
    """Write the units, have them enabled, and go through what was done and what is left to do, a sentence each.

    Args:
        paths: Folders of the coach.
        notices: Whether a way to a carer was set up, so that the courier is wanted too.
        run: Runs a program; None: the real one.

    Raises:
        SettingsError: They cannot be written.
        MissingError: There is no systemd here.
    """
    if run is None:
        if shutil.which("systemctl") is None:
            raise MissingError("There is no systemd here; start 'coach serve' by what starts programs on this machine.")
        run = _run
    folder, names = unit_folder(), (COACH, COURIER) if notices else (COACH,)
    make_folder(folder, SettingsError)
    for name in names:
        text = unit_text(paths.config / _TEMPLATES / name, paths)
        Disk(SettingsError).replace(folder / name, text.encode())
        yield f"Written: {folder / name}"
    failed = run(("systemctl", "--user", "daemon-reload")) or run(("systemctl", "--user", "enable", "--now", *names))
    if failed:
        yield f"Not enabled yet ({failed}); logged in as {getpass.getuser()}, run:"
        yield f"  systemctl --user daemon-reload && systemctl --user enable --now {' '.join(names)}"
    else:
        yield f"Enabled and started: {', '.join(names)}. What it says: journalctl --user -u {COACH}"
    if not (_LINGER / getpass.getuser()).exists():
        yield "So that it runs after a power cut with nobody logged in, a carer runs once:"
        yield f"  sudo loginctl enable-linger {getpass.getuser()}"
    if not notices:
        yield "No way to a carer is set up, so nobody is told of anything; to change that: coach setup notices"


def _run(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE_S, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as wrong:
        return str(wrong)
    said = (done.stderr or done.stdout).strip().splitlines()
    return "" if done.returncode == 0 else (said[-1] if said else f"exit code {done.returncode}")


def _quoted(word: str) -> str:
    """Return a word of a command line as a unit has it (systemd.service(5), "Command lines")."""
    doubled = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{doubled}"' if doubled != word or " " in word else word
