"""The command line: thin commands over the packages; `coach.__main__` runs it.

One module for each group of commands; `frame` has what they share. Packages are imported inside
the commands, so that help answers at once.
"""

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
from coach.cli.frame import app

__all__ = [
    "app",
    "assistant",
    "benches",
    "campaigns",
    "care",
    "echo_benches",
    "guidance",
    "hearing",
    "paper",
    "recording",
    "records",
    "service",
    "sessions",
]
