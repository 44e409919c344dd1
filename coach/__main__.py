"""Runs the command line: ``python -m coach``."""

from coach.cli import main

main()
