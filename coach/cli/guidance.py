"""What is done and said: programs, their scores, the voice, and the check of all files."""

import json
from pathlib import Path
from typing import Annotated

import typer

from coach.cli.frame import Given, Json, ProgramArgument, app, command, progress
from coach.errors import CoachError


@command(app, "programs")
def programs(given: Given, as_json: Json = False) -> None:
    """List the programs there are."""
    rows = given.house.program_rows(given.tag)
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        often = "" if row["per_day"] is None else f"{row['per_day'][0]}-{row['per_day'][1]} a day"
        typer.echo(f"{row['id']:<24}{row['minutes']:>5} min  {often:<9}  {row['title']}")
        typer.echo(f"{'':<44}{', '.join(row['exercises'])}")
        for sentence in row["left_out"]:
            typer.echo(f"{'':<44}not for this person: {sentence}")


@command(app, "show", "coach show ankle-pumps --language ko")
def show(
    given: Given,
    program: ProgramArgument = None,
    cues: Annotated[bool, typer.Option("--cues", help="Every segment and cue, to the hundredth of a second.")] = False,
) -> None:
    """Print a program as a script: what is said and sounded, when, and how much of it is speech."""
    typer.echo(given.house.listing(program or given.house.usual_program, given.tag, progress, every_cue=cues))


@command(app, "check", "coach check my-program.toml")
def check(
    given: Given,
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; default: everything in use.")] = None,
    as_json: Json = False,
    pin: Annotated[
        bool, typer.Option("--pin", help="First pin what the safety lines say now; read them before.")
    ] = False,
) -> None:
    """Check programs, exercises, language packs and settings; each finding names file, table and key."""
    from coach.runtime.check import check_all, tags, told
    from coach.runtime.check import pin as pin_lines
    from coach.runtime.wording_table import wording_table

    for sentence in pin_lines(given.house, paths or [], given.language) if pin else ():
        typer.echo(sentence, err=True)
    findings = check_all(given.house, paths or [], given.language, progress)
    sound = not paths and not any(finding.is_error and not finding.language for finding in findings)
    packs = [given.house.pack(tag) for tag in tags(given.house, given.language)] if sound else []
    errors = sum(finding.is_error for finding in findings)
    if as_json:
        typer.echo(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False))
    else:
        for line in (*told(findings), *wording_table(packs, findings), ""):
            typer.echo(line)
        typer.echo(f"{errors} errors, {len(findings) - errors} notes.")
    if errors:
        raise typer.Exit(CoachError.exit_code)


@command(app, "say", 'coach say "Toes away from you." --out toes.wav')
def say(
    given: Given,
    text: Annotated[str, typer.Argument(help="What to say.")],
    out: Annotated[Path, typer.Option(help="WAV file to write.")],
) -> None:
    """Speak a line into a WAV file with the voice the coach uses."""
    typer.echo(f"{out}: {given.house.say(text, given.tag, out):.1f} s")
