"""Measures of this machine."""

from pathlib import Path
from typing import Annotated

import typer

from coach.cli.frame import Given, Json, bench, command, print_rows, progress


@command(bench, "rhythm")
def bench_rhythm(given: Given, as_json: Json = False) -> None:
    """Measure the rhythm: drift in frames, and how much faster than real time a rehearsal runs."""
    from coach.rehearsal.bench import rhythm

    print_rows(rhythm(given.house, progress), as_json)


@command(bench, "hearing", "coach bench hearing --data ../shared/data")
def bench_hearing(
    given: Given,
    data: Annotated[Path, typer.Option(help="Folder with sets of recordings, each with a manifest.tsv.")],
    limit: Annotated[int | None, typer.Option(help="At most this many recordings of a set.", min=1)] = None,
    as_json: Json = False,
) -> None:
    """Measure what is heard, and what is heard wrongly, in recordings of people."""
    from coach.rehearsal.bench import hearing

    listener = given.house.listener(given.tag, given.engine)
    print_rows(hearing(listener, given.tag, data, limit, progress), as_json)
