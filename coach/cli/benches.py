"""Measures of this machine."""

import json
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from coach.cli.frame import Given, Json, ProgramArgument, bench, command, print_rows, print_table, progress
from coach.errors import CoachError
from coach.rehearsal.hearing_bench.kinds import Figure, Half, Wanted


@command(bench, "rhythm")
def bench_rhythm(
    given: Given,
    everything: Annotated[
        bool, typer.Option("--all", help="Every program in every language, at every tempo; exit 1 where one is uneven.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Measure the rhythm: drift in frames, and how much faster than real time a rehearsal runs."""
    from coach.rehearsal.bench import rhythm
    from coach.rehearsal.rhythm_bench import rhythm_rows

    if not everything:
        print_rows(rhythm(given.house, progress), as_json)
        return
    languages = [given.language] if given.language else sorted(given.house.packs)
    rows = []
    for row in rhythm_rows(given.house, languages, progress):
        rows.append(row)
        if not as_json:
            print_rows([row], as_json=False)
    if as_json:
        print_rows(rows, as_json=True)
    if not all(row["even"] for row in rows):
        raise typer.Exit(CoachError.exit_code)


@command(bench, "hearing", "coach bench hearing --data ../shared/data --quick")
def bench_hearing(  # noqa: PLR0913, PLR0917 - as many as the command has options
    given: Given,
    data: Annotated[Path, typer.Option(help="Folder with sets of recordings, each with a manifest.tsv.")],
    half: Annotated[Half, typer.Option(help="Speakers: thresholds were chosen on the tuned half.")] = Half.HELD_OUT,
    only: Annotated[list[Figure] | None, typer.Option(help="Measure this figure alone; may be repeated.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Measure a sample: one trial of eight.")] = False,
    keep: Annotated[
        Path | None, typer.Option(help="File for outcomes: a run that was broken off goes on where it was.")
    ] = None,
    curve: Annotated[
        bool,
        typer.Option(
            "--curve", help='Try "stop" and safety phrases stricter and more leniently too: misses against false hits.'
        ),
    ] = False,
    peers: Annotated[
        bool,
        typer.Option("--peers", help="Try PocketSphinx and a naive Vosk as well, where installed."),
    ] = False,
    look_s: Annotated[
        float,
        typer.Option(
            "--look-s",
            help="Look as often as a machine does on which a look takes so long, in seconds ('coach bench cpu' tells).",
            min=0,
        ),
    ] = 0.0,
    list_misses: Annotated[bool, typer.Option("--misses", help="List each trial that went wrong.")] = False,
    as_json: Json = False,
) -> None:
    """Measure what is heard, and what is heard wrongly, in recordings of people and in synthetic voices."""
    from coach.rehearsal.bench import hearing

    wanted = Wanted(given.tag, given.engine, data, half, tuple(only or ()), quick, keep, curve, peers, look_s)
    report = hearing(given.house, wanted, progress)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
        return
    for title in ("targets", "recall", "false", *(["misses"] if list_misses else []), "curve", "peers"):
        print_table(title.capitalize(), report[title])
    for sentence in (*report["peers left out"], *filter(None, [report["pace"]])):
        typer.echo(sentence)
    typer.echo(
        f"{report['half']} speakers, {report['sample']}, state {report['state']}. Intervals of shares: 95 %, Wilson, "
        "with as many trials as speakers; bounds of rates: one-sided 95 %, Poisson. Synthetic voices count as tuned on."
    )


@command(bench, "intelligibility", "coach bench intelligibility --one-in 12")
def bench_intelligibility(
    given: Given,
    voice: Annotated[
        list[str] | None, typer.Option(help="A voice profile; several may be given. Default: all.")
    ] = None,
    one_in: Annotated[int, typer.Option(help="Measure one of so many lines.", min=1)] = 1,
    people: Annotated[
        Path | None,
        typer.Option(help="Folder of recordings of people: how they are understood, and the coach saying the same."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Speak every prompt and have it written down by an engine that did not make it; list the worst twenty.

    English by phones, Korean by letters. Voice and ear are synthetic: the figures compare wordings and voices.
    With --people, what people said is written down first: that much of the errors is the engine's own.
    """
    from coach.rehearsal.intelligibility import report

    languages = [given.language] if given.language else [tag for tag in ("en", "ko") if tag in given.house.packs]

    def tell(row: dict[str, Any]) -> None:
        if not as_json:
            print_rows([row], as_json)

    found = report(given.house, languages, voice or (), progress, one_in=one_in, people=people, tell=tell)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    print_table("Worst", found["worst"])
    typer.echo(f"Measured on {found['sample']}. Synthetic voices and recognizers: no figure is of a person's hearing.")


@command(bench, "journal", "coach bench journal --years 10")
def bench_journal(
    given: Given,
    years: Annotated[float, typer.Option(help="Years of four sessions a day.", min=0.1, max=20)] = 1.0,
    as_json: Json = False,
) -> None:
    """Measure what is waited for after years of sessions, against one month: start-up, history, report ..."""
    from coach.rehearsal.journal_bench import journal

    print_rows(journal(given.house, years, progress), as_json)


_SHORT_MIN: Final = 4.0
"""Minutes of session for which any program is long enough."""


@command(bench, "latency", "coach bench latency --minutes 20")
def bench_latency(
    given: Given,
    program: ProgramArgument = None,
    times: Annotated[int, typer.Option(help="How often the coach is interrupted at least.", min=1, max=200)] = 6,
    minutes: Annotated[float, typer.Option(help="How long the session lasts at least.", min=0, max=20)] = 0.0,
    as_json: Json = False,
) -> None:
    """Measure how soon a live coach is silent: a real session on a sound card made of software, in real time.

    Somebody says "stop" and "pause" into it. Also told: how soon the first word is spoken, the latency that was
    granted, gaps, processors and memory. Needs PulseAudio; nothing is kept in the journal.
    """
    from coach.rehearsal.latency_bench import longest, measure
    from coach.rehearsal.live_table import latency_rows, session_row, usage_rows

    chosen = program or (longest(given.house, given.tag) if minutes > _SHORT_MIN else given.house.usual_program)
    measured = measure(given.house, chosen, given.tag, given.engine, progress, times=times, minutes=minutes)
    tables = {"latency": latency_rows(measured), "usage": usage_rows(measured.samples)}
    if as_json:
        typer.echo(json.dumps({**tables, "session": session_row(measured)}, ensure_ascii=False))
    else:
        for title, rows in tables.items():
            print_table(title.capitalize(), rows)
        typer.echo()
        for name, value in session_row(measured).items():
            typer.echo(f"{name}: {value}")
    if measured.broke:
        raise CoachError(f"The session did not go on to its end. {measured.broke}")


@command(bench, "cpu", "coach bench cpu --slowdown 4")
def bench_cpu(
    given: Given,
    slowdown: Annotated[
        float,
        typer.Option(help="Simulate a machine so many times slower; a Raspberry Pi 4 is about 4.", min=1, max=100),
    ] = 1.0,
    data: Annotated[
        Path | None, typer.Option(help="Folder with sets of recordings, for people's continuous talk.")
    ] = None,
    live: Annotated[
        bool, typer.Option("--live/--no-live", help="Run a live session on a software card as well, a minute long.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Measure what the coach takes of this machine, or of a slower one: listening, and every process of a session.

    A machine that is too slow to listen is refused, as a session on it would be: exit 3.
    """
    from coach.rehearsal.cpu_bench import listening, whole_coach

    report = listening(given.house, given.tag, given.engine, progress, slowdown=slowdown, data=data)
    if not as_json:
        print_table(f"Listening, a core {slowdown:g} times slower than this one", report["load"])
        print_table("How soon a word is decided", report["decision"])
        typer.echo(report["told"] or "No word is decided later for the pace.")
    if live:
        report["usage"] = whole_coach(given.house, given.house.usual_program, given.tag, given.engine, progress)
        if not as_json:
            print_table("The whole coach in a session, on this machine", report["usage"])
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
