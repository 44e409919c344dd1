"""What the coach would hear."""

import json
from pathlib import Path
from typing import Annotated

import typer

from coach.cli.frame import Given, Json, app, command
from coach.errors import InputError
from coach.language.utterance import Context, Expectation


@command(app, "hear", "coach hear stop.wav --json")
def hear(
    given: Given,
    files: Annotated[list[Path], typer.Argument(help="Recordings: WAV, FLAC, OGG ... of any rate.")],
    context: Annotated[Context, typer.Option(help="What the session is doing while it listens.")] = Context.SESSION,
    as_json: Json = False,
) -> None:
    """Print what the coach would hear in recordings, one line a file."""
    from coach.listening.hear import hear_file

    listener = given.house.listener(given.tag, given.engine)
    failed = False
    for file in files:
        try:
            heard = hear_file(file, listener, Expectation(context))
        except InputError as wrong:
            failed = True
            row = {"file": str(file), "error": str(wrong)}
            typer.echo(json.dumps(row, ensure_ascii=False) if as_json else str(wrong))
            continue
        typer.echo(json.dumps(heard.as_json(), ensure_ascii=False) if as_json else heard.as_text())
    if failed:
        raise typer.Exit(InputError.exit_code)
