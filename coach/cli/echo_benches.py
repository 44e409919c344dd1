"""Measures of the coach beside its own voice."""

import json
from pathlib import Path
from typing import Annotated

import typer

from coach.cli.frame import Given, Json, bench, command, print_rows, print_table, progress
from coach.errors import CoachError


@command(bench, "self-trigger", "coach bench self-trigger --data ../shared/data --one-in 16")
def bench_self_trigger(  # noqa: PLR0913, PLR0917 - as many as the command has options
    given: Given,
    data: Annotated[
        Path | None, typer.Option(help="Folder with impulse responses of rooms (rir_...); none: one room is made.")
    ] = None,
    one_in: Annotated[int, typer.Option(help="Try one of so many prompts, rooms and levels.", min=1)] = 1,
    late_s: Annotated[
        float, typer.Option(help="The loudspeaker is so many seconds late; above 0.4: half-duplex.", min=0, max=0.7)
    ] = 0.0,
    key: Annotated[
        str,
        typer.Option(
            help="Only lines whose key begins so, such as 'question.'; questions are tried eight times as often."
        ),
    ] = "",
    as_json: Json = False,
) -> None:
    """Let the coach say every line it has, alone in every room: what it hears of itself; exit 1 where it obeys."""
    from coach.rehearsal.self_trigger import ASKS, Sample, mistakes, rows, self_trigger

    languages = [given.language] if given.language else sorted(given.house.packs)
    table, wrong = [], []
    for language in languages:
        told = self_trigger(given.house, language, given.engine, Sample(data, one_in, late_s, key), progress)
        table += rows(told, language)
        wrong += mistakes(told)
    if as_json:
        typer.echo(json.dumps({"rows": table, "mistakes": wrong}, ensure_ascii=False))
    else:
        print_table("The coach alone", table)
        print_table("What it heard", wrong)
    if any(not ASKS.issuperset(row["heard"].split(", ")) for row in wrong):
        raise typer.Exit(CoachError.exit_code)


@command(bench, "echo", "coach bench echo --data ../shared/data")
def bench_echo(  # noqa: PLR0913, PLR0917 - as many as the command has options
    given: Given,
    data: Annotated[Path, typer.Option(help="Folder with impulse responses (rir_...) and recordings of people.")],
    rooms: Annotated[int, typer.Option(help="In how many rooms.", min=1)] = 4,
    people: Annotated[int, typer.Option(help='How many human "stop"s over the coach; 0: none.', min=0)] = 48,
    life: Annotated[
        bool, typer.Option("--life", help="Only: how well the coach's own voice proves that it is heard.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Compare echo cancellers: how fast and far they weaken the coach's own voice, and what they leave of people."""
    from coach.rehearsal.echo_bench import Wanted, echo
    from coach.rehearsal.life_bench import proof_of_life

    wanted = Wanted(given.tag, given.engine, data, rooms, people)
    if life:
        print_rows(proof_of_life(given.house, wanted, progress), as_json)
        return
    report = echo(given.house, wanted, progress)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
        return
    print_table(
        "Echo weakened by, in decibels, so many seconds after the first word (middle of the rooms)", report["weakened"]
    )
    print_table("What is left of a person who speaks 10 dB below the echo", report["person"])
    print_table('Human "stop"s over the coach, held-out speakers', report["stops"])
    for sentence in report["left out"]:
        typer.echo(sentence)


@command(bench, "voice-activity", "coach bench voice-activity --data ../shared/data")
def bench_voice_activity(
    given: Given,
    data: Annotated[Path, typer.Option(help="Folder with sets of recordings, each with a manifest.tsv.")],
    voices: Annotated[int, typer.Option(help="Words, and sounds without words, for each kind of noise.", min=1)] = 24,
    as_json: Json = False,
) -> None:
    """Measure who notices voices and takes noise for them: the coach's own rule, and libraries where installed."""
    from coach.rehearsal.voice_bench import Wanted, voice_activity

    report = voice_activity(Wanted(given.tag, data, voices), progress)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
        return
    print_table("Voices noticed, 10 dB above noise, or weak (-20 dB) in a quiet room", report["voices"])
    print_table("Noise alone taken for somebody", report["noise"])
    print_table("Talk", report["talk"])
    print_table("Computing", report["cpu"])
    for sentence in report["left out"]:
        typer.echo(sentence)
