"""The command line: thin commands over the packages; every error is one sentence.

One module for each group of commands; `frame` has what they share. Packages are imported inside
the commands, so that help answers at once.
"""

import resource
import signal
import sys
from types import FrameType
from typing import NoReturn

from coach.cli import (
    assistant,
    benches,
    campaigns,
    care,
    echo_benches,
    guidance,
    hearing,
    paper,
    recording,
    records,
    service,
    sessions,
)
from coach.cli.frame import app, complain
from coach.errors import CoachError

__all__ = [
    "app",
    "assistant",
    "benches",
    "campaigns",
    "care",
    "echo_benches",
    "guidance",
    "hearing",
    "main",
    "paper",
    "recording",
    "records",
    "service",
    "sessions",
]


def _interrupted(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line; every failure leaves with one sentence and its exit code."""
    signal.signal(signal.SIGTERM, _interrupted)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what was heard lies in memory, and stays there (hazard H84)
    try:
        app(standalone_mode=True)
    except CoachError as failure:
        complain(f"coach: {failure}")
        sys.exit(failure.exit_code)
    except KeyboardInterrupt:
        complain("coach: stopped.")
        sys.exit(130)
