"""What was kept."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from coach.cli.frame import Given, Json, app, command
from coach.errors import CoachError, InputError

if TYPE_CHECKING:
    from coach.journal.report.page import Subject

_EVER: Final = 3660
"""Days of a copy of everything: ten years."""


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
    from coach.disk import Disk
    from coach.journal.report.page import report as whole
    from coach.journal.report.page import sheet

    subject = _subject(given, days)
    Disk(CoachError).write(out, (sheet(subject) if summary else whole(subject)).encode())
    typer.echo(f"{out}: {len(subject.history.days)} days.")


@command(app, "replay", "coach replay")
def replay(
    given: Given,
    session: Annotated[
        str | None, typer.Argument(help="A session's name; default: the last.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every session there is.")] = False,
) -> None:
    """Decide a journaled session once more and compare; any difference is told."""
    from coach.journal.material import rebuild
    from coach.journal.replay import replay as decide_again
    from coach.journal.replay import session_entries, session_names
    from coach.journal.sqlite import SqliteJournal
    from coach.runtime.live import JOURNAL

    if every and session is not None:
        raise InputError("--all and the name of a session exclude each other; give one of them.")
    house, events, sessions, first = given.house, 0, 0, ""
    with SqliteJournal(house.paths.data / JOURNAL) as journal:
        for name in session_names(journal) if every else (session,):
            found = decide_again(session_entries(journal, name), lambda opened: rebuild(opened, journal, house.packs))
            events, sessions, first = events + found.events, sessions + 1, first or found.first or ""
    if first:
        raise CoachError(first)
    told = f"{events} events, decided as they were then."
    typer.echo(f"{sessions} sessions, {told}" if every else told)


@command(app, "forget", "coach forget")
def forget(
    given: Given,
    export: Annotated[
        Path | None, typer.Option(help="Folder for a copy of the history first.", show_default=False)
    ] = None,
) -> None:
    """Delete everything that is kept of a person: the journal, the lock, the prescription, the spoken prompts.

    Says what, asks, and offers a copy of the history first. For a carer: it asks for the carer's PIN where one is set.
    """
    from coach.cli.care import prove
    from coach.runtime.clock import SystemClock
    from coach.runtime.forget import forget as take_away
    from coach.runtime.forget import kept_of
    from coach.runtime.pin_file import PinFile

    house = given.house
    kept = kept_of(house.paths)
    if not kept:
        typer.echo("Nothing is kept of anybody.")
        return
    for what, files in kept:
        typer.echo(f"{what}: {', '.join(str(path) for path in files)}")
    folder = export if export is not None else _asked_for_a_copy()
    if folder is not None:
        for path in _exported(given, folder):
            typer.echo(f"copied: {path}")
    typer.confirm("Delete all of this? It cannot be undone, and lifts a lock after a safety stop.", abort=True)
    pin = PinFile(house.paths.data, SystemClock())
    if pin.is_set:
        prove(pin)
    typer.echo(f"Deleted: {take_away(house.paths)}. Nothing is kept of anybody any more.")


def _asked_for_a_copy() -> Path | None:
    """Return where a copy of the history is wanted; None for nowhere."""
    if not sys.stdin.isatty():
        return None
    wanted = typer.prompt("A copy of the history first? Name a folder, or press Enter for none", default="")
    return Path(wanted).expanduser() if wanted.strip() else None


def _exported(given: Given, folder: Path) -> Iterator[Path]:
    """Write everything a person may want to keep into a folder, and go through the files."""
    from coach.disk import Disk, make_folder
    from coach.journal import tables
    from coach.journal.report.page import report as whole

    make_folder(folder, CoachError)
    disk, paths = Disk(CoachError), given.house.paths
    subject = _subject(given, _EVER)
    subject = replace(subject, history=subject.history.from_the_first())
    for name, text in (
        ("history.json", json.dumps(tables.as_json(subject.history), ensure_ascii=False, indent=1)),
        ("history.csv", tables.as_csv(subject.history)),
        ("report.html", whole(subject)),
    ):
        disk.write(folder / name, text.encode())
        yield folder / name
    if paths.prescription.is_file():
        disk.copy(paths.prescription, folder / paths.prescription.name)
        yield folder / paths.prescription.name


def _subject(given: Given, days: int) -> "Subject":
    """Return what a report over so many days is about."""
    from datetime import datetime

    from coach import __version__
    from coach.journal.history import history_of
    from coach.journal.report.labels import load_labels
    from coach.journal.report.page import Subject
    from coach.journal.sqlite import SqliteJournal
    from coach.runtime.live import JOURNAL

    house, pack = given.house, given.house.pack(given.tag)
    names = {key: pack.utterance(f"{key}.name").text.rstrip(".") for key in house.exercises if pack.has(f"{key}.name")}
    with SqliteJournal(house.paths.data / JOURNAL) as journal:
        return Subject(
            history=history_of(journal, house.meant_a_day, datetime.now().astimezone().date(), days),
            prescription=house.prescription,
            program=house.program(house.usual_program).title,
            exercises=names,
            labels=load_labels(house.paths.voices / given.tag),
            version=__version__,
        )
