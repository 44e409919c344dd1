"""The set-up assistant."""

import os
from pathlib import Path
from typing import Annotated

import typer

from coach.cli.frame import Given, app, command, complain, progress
from coach.errors import CoachError


@command(app, "setup", "coach setup sound")
def setup(
    given: Given,
    step: Annotated[str | None, typer.Argument(help="One step alone, such as sound, models or history.")] = None,
    model: Annotated[Path | None, typer.Option(help="Folder of a Vosk model for the language, got by hand.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Ask on screen alone, without a voice.")] = False,
    steps: Annotated[bool, typer.Option("--steps", help="List the steps and leave.")] = False,
) -> None:
    """Set the coach up, together with a carer: it asks in plain words, on screen and aloud.

    May be run again: Enter keeps what is set. Only its step "models" uses the network, and asks first.
    """
    from coach.runtime.setup.assistant import STEPS, run
    from coach.runtime.setup.texts import load_texts
    from coach.runtime.setup.world import set_up

    if os.geteuid() == 0 and os.environ.get("SUDO_USER"):
        complain(f"This runs as root, so settings go to {given.paths.own}; run it as whoever will run the coach.")
    if steps:
        texts = load_texts(given.paths.voices, given.language or "en")
        for name in STEPS:
            typer.echo(f"{name:<10} {texts.step[name].title}")
        return
    under_way = set_up(given.paths, given.house_with, progress, model=model, quiet=quiet, language=given.language)
    if not run(under_way, step or ("models" if model is not None else "")):
        raise CoachError("Something of this is still to be done; it is named above.")
