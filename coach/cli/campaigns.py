"""Fault rehearsals by the thousand."""

import json
from pathlib import Path
from typing import Annotated

import typer

from coach.cli.frame import Given, Json, app, command, print_rows, print_table, progress
from coach.errors import CoachError


@command(app, "campaign", "coach campaign --runs 1000 --seed 1")
def campaign(  # noqa: PLR0913, PLR0917 - as many as the command has options
    given: Given,
    runs: Annotated[
        int | None,
        typer.Option(
            help="How many: rehearsals (500, with sound 200; one prints its trace), stops (10000), weeks (20).", min=1
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the first; each following one has the next.", min=0)] = 1,
    audio: Annotated[
        bool, typer.Option("--audio", help="With real voices, a simulated room and real recognizers; slow.")
    ] = False,
    stops: Annotated[bool, typer.Option("--stops", help="Stop it instead: how long something sounds on.")] = False,
    week: Annotated[bool, typer.Option("--week", help="Live weeks of 28 sessions: what it asks of her.")] = False,
    rates: Annotated[
        Path | None, typer.Option(help="With --week: what coach bench hearing --json has measured.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Rehearse with random persons and random faults, without sound, and judge each by what must never be.

    Exit 1 where anything went wrong; each failing seed is printed, and can be run again alone.
    """
    if week:
        _week(given, runs or 20, seed, rates, as_json=as_json)
        return
    if stops:
        _stops(given, runs or 10_000, seed, as_json)
        return
    runs = runs or (200 if audio else 500)
    from coach.rehearsal.campaign.audio import with_sound
    from coach.rehearsal.campaign.campaign import Tally, without_sound
    from coach.rehearsal.campaign.trace import trace
    from coach.rehearsal.staging import Staging

    staging, tally, bar = Staging(given.house, progress), Tally(), progress("Rehearsing")
    pack, seeds = given.house.pack(given.tag), range(seed, seed + runs)
    verdicts = (
        with_sound(given.house, pack, staging, given.engine, seeds)
        if audio
        else without_sound(given.house, pack, staging, seeds)
    )
    for verdict in verdicts:
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


def _stops(given: Given, runs: int, seed: int, as_json: bool) -> None:
    from coach.rehearsal.campaign.stops import stopped

    house = given.house
    prepared = house.prepare(house.program(house.usual_program), given.tag, progress)
    told = stopped(prepared, runs, seed, progress("Stopping"))
    print_rows([dict(told.report())], as_json)
    if told.late:
        raise CoachError(f"{told.late} of {told.stops} stops were silent too late; the bound is 60 ms.")


def _week(given: Given, weeks: int, seed: int, rates: Path | None, *, as_json: bool) -> None:
    from coach.rehearsal.campaign.rates import Rates
    from coach.rehearsal.campaign.week import Span, curve, lived_weeks, told_by_cause
    from coach.rehearsal.staging import Staging

    shares = Rates.held_to() if rates is None else Rates.measured(rates)
    staging, pack = Staging(given.house, progress), given.house.pack(given.tag)
    burden = lived_weeks(staging, pack, shares, Span(weeks, seed), progress("Living"))
    if as_json:
        print_rows(burden.rows(), as_json=True)
        return
    typer.echo(f"{weeks} weeks, {burden.sessions} sessions and {burden.stops} stops; recognizers: {shares}.")
    print_table("Burden", burden.rows())
    print_table("Forced answers, by question", burden.questions())
    typer.echo(f"{told_by_cause(burden)}.\n")
    for wrong in burden.wrong:
        typer.echo(f"Wrong urgent lock: {wrong}.")
    print_table(
        "A week, with recognizers that are more and less often wrong", curve(staging, pack, shares, seed, progress)
    )
