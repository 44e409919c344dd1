"""Fault rehearsals by the thousand."""

import json
from typing import Annotated

import typer

from coach.cli.frame import Given, Json, app, command, progress
from coach.errors import CoachError


@command(app, "campaign", "coach campaign --runs 1000 --seed 1")
def campaign(
    given: Given,
    runs: Annotated[int, typer.Option(help="How many rehearsals; a single one prints its trace.", min=1)] = 500,
    seed: Annotated[int, typer.Option(help="Seed of the first; each following one has the next.", min=0)] = 1,
    as_json: Json = False,
) -> None:
    """Rehearse with random persons and random faults, without sound, and judge each by what must never be.

    Exit 1 where anything went wrong; each failing seed is printed, and can be run again alone.
    """
    from coach.rehearsal.campaign.campaign import Tally, without_sound
    from coach.rehearsal.campaign.trace import trace
    from coach.rehearsal.staging import Staging

    staging, tally, bar = Staging(given.house, progress), Tally(), progress("Rehearsing")
    for verdict in without_sound(given.house, given.house.pack(given.tag), staging, range(seed, seed + runs)):
        tally.add(verdict)
        bar(tally.runs, runs)
        if runs == 1 and not as_json:
            typer.echo(trace(verdict))
    if as_json:
        typer.echo(json.dumps(tally.report(), ensure_ascii=False))
    elif runs > 1:
        for line in tally.lines():
            typer.echo(line)
    if tally.failing:
        first = next(iter(tally.failing))
        raise CoachError(
            f"{len(tally.failing)} of {runs} rehearsals went wrong; for the trace of the first run: "
            f"coach campaign --runs 1 --seed {first}"
        )
