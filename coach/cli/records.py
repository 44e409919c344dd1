"""What was kept."""

import json
from pathlib import Path
from typing import Annotated

import typer

from coach.cli.frame import Given, Json, app, command
from coach.errors import CoachError, InputError


@command(app, "history", "coach history --days 28")
def history(
    given: Given,
    days: Annotated[int, typer.Option(help="How many days, today included.", min=1, max=3660)] = 14,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV for spreadsheets (UTF-8 with a mark).")] = False,
) -> None:
    """Tell what was done, day by day, and how it compares with what was prescribed."""
    from datetime import datetime

    from coach.journal import tables
    from coach.journal.history import history_of
    from coach.journal.sqlite import SqliteJournal
    from coach.runtime.live import JOURNAL

    if as_json and as_csv:
        raise InputError("--json and --csv exclude each other; give one of them.")
    house = given.house
    with SqliteJournal(house.paths.data / JOURNAL) as journal:
        found = history_of(journal, house.meant_a_day, datetime.now().astimezone().date(), days)
    if as_csv:
        typer.echo(tables.as_csv(found), nl=False)
    else:
        typer.echo(json.dumps(tables.as_json(found), ensure_ascii=False) if as_json else tables.as_text(found))


@command(app, "report", "coach report --out report.html")
def report(
    given: Given,
    out: Annotated[Path, typer.Option(help="HTML file to write; it holds everything in itself.")],
    days: Annotated[int, typer.Option(help="How many days, today included.", min=1, max=3660)] = 28,
    summary: Annotated[bool, typer.Option("--summary", help="One sheet of A4 to hand to a clinician.")] = False,
) -> None:
    """Write what was done as a page with pictures and tables, for reading, printing and handing on."""
    from datetime import datetime

    from coach import __version__
    from coach.disk import Disk
    from coach.journal.history import history_of
    from coach.journal.report.labels import load_labels
    from coach.journal.report.page import Subject, sheet
    from coach.journal.report.page import report as whole
    from coach.journal.sqlite import SqliteJournal
    from coach.runtime.live import JOURNAL

    house, pack = given.house, given.house.pack(given.tag)
    names = {key: pack.utterance(f"{key}.name").text.rstrip(".") for key in house.exercises if pack.has(f"{key}.name")}
    with SqliteJournal(house.paths.data / JOURNAL) as journal:
        subject = Subject(
            history=history_of(journal, house.meant_a_day, datetime.now().astimezone().date(), days),
            prescription=house.prescription,
            program=house.program(house.usual_program).title,
            exercises=names,
            labels=load_labels(house.paths.voices / given.tag),
            version=__version__,
        )
    Disk(CoachError).write(out, (sheet(subject) if summary else whole(subject)).encode())
    typer.echo(f"{out}: {len(subject.history.days)} days.")


@command(app, "replay", "coach replay")
def replay(
    given: Given,
    session: Annotated[
        str | None, typer.Argument(help="A session's name; default: the last.", show_default=False)
    ] = None,
) -> None:
    """Decide a journaled session once more and compare; any difference is told."""
    from coach.journal.material import rebuild
    from coach.journal.replay import replay as decide_again
    from coach.journal.replay import session_entries
    from coach.journal.sqlite import SqliteJournal
    from coach.runtime.live import JOURNAL

    house = given.house
    with SqliteJournal(house.paths.data / JOURNAL) as journal:
        found = decide_again(session_entries(journal, session), lambda opened: rebuild(opened, journal, house.packs))
    if found.first is not None:
        raise CoachError(found.first)
    typer.echo(f"{found.events} events, decided as they were then.")
