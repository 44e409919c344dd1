"""What is printed and hung beside the bed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coach.cli.frame import Given, ProgramArgument, app, command
from coach.errors import CoachError

if TYPE_CHECKING:
    from coach.runtime.paper.pages import Sheet

_Out = Annotated[Path, typer.Option(help="HTML file to write; it holds everything in itself.")]


@command(app, "leaflet", "coach leaflet after-hip --out leaflet.html")
def leaflet(given: Given, out: _Out, program: ProgramArgument = None) -> None:
    """Write a program as a leaflet in large type: each movement drawn, how often, and when to stop.

    Doses and what is left out are those of the prescription, where there is one.
    """
    from coach.disk import Disk
    from coach.plan.dosing import sessions_per_day
    from coach.program.models import Status
    from coach.runtime.paper.pages import Contents
    from coach.runtime.paper.pages import leaflet as draw

    house = given.house
    done = house.tailored(house.program(program or house.usual_program))
    signed = (done.program, *(work.exercise for work in done.works))
    contents = Contents(
        program=done.program,
        works=done.works,
        per_day=sessions_per_day(done.program, house.exercises, house.prescription),
        left_out=tuple(out.exercise for out in done.left_out),
        signed=all(each.status is Status.SIGNED for each in signed),
    )
    Disk(CoachError).write(out, draw(_sheet(given), contents).encode())
    typer.echo(f"{out}: open it in a browser to read or print it.")


@command(app, "card", "coach card --out card.html")
def card(given: Given, out: _Out) -> None:
    """Write one bedside card: six phrases, where the stop key is, and what the coach cannot do."""
    from coach.disk import Disk
    from coach.runtime.paper.pages import card as draw

    Disk(CoachError).write(out, draw(_sheet(given)).encode())
    typer.echo(f"{out}: open it in a browser to read or print it.")


def _sheet(given: Given) -> "Sheet":
    from datetime import datetime

    from coach import __version__
    from coach.runtime.paper.pages import Sheet
    from coach.runtime.paper.texts import load_paper

    house = given.house
    return Sheet(
        pack=house.pack(given.tag),
        texts=load_paper(house.paths.voices / given.tag),
        prescription=house.prescription,
        notices_arrive=house.notices_arrive,
        today=datetime.now().astimezone().date(),
        version=__version__,
    )
