"""What was kept."""

from typing import Annotated

import typer

from coach.cli.frame import Given, app, command
from coach.errors import CoachError


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
