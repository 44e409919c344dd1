"""Recording lines in a person's own voice."""

from typing import Annotated

import typer

from coach.cli.frame import Given, ProgramArgument, app, command, progress
from coach.errors import CoachError, InputError


@command(app, "record", "coach record --familiar")
def record(  # noqa: PLR0913, PLR0917 - the options of a command
    given: Given,
    program: ProgramArgument = None,
    familiar: Annotated[
        bool, typer.Option("--familiar", help="Hello, well done and goodbye alone, in two minutes.")
    ] = False,
    key: Annotated[
        list[str] | None, typer.Option(help="A phrase key such as score.praise; may be given often.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Record anew what is recorded already.")] = False,
    list_only: Annotated[bool, typer.Option("--list", help="Show the lines and leave.")] = False,
) -> None:
    """Record what the coach says in the voice of somebody she knows, line by line.

    Each take is checked for level, noise, length and whether it fits the rhythm. The safety lines stay the coach's own.
    Nothing is recorded before Enter; what is kept lies in the folder of your own settings.
    """
    from coach.runtime.recordings import Takes, familiar_lines, recordable
    from coach.runtime.setup.desk import SoundDesk
    from coach.runtime.setup.texts import load_texts
    from coach.runtime.setup.world import LevelLine, TerminalScreen
    from coach.runtime.sound_card import sound_card
    from coach.runtime.studio import Booth, Fit, Studio

    house, tag = given.house, given.tag
    pack, chosen = house.pack(tag), house.program(program or house.usual_program)
    name = house.prescription.name or ""
    lines = familiar_lines(pack, chosen.id, name) if familiar else recordable(house.lines(chosen, tag), pack)
    if key:
        lines = tuple(line for line in lines if line.key in key)
        if not lines:
            raise InputError(f"No line that may be recorded has the key {' or '.join(key)}; see coach record --list.")
    if list_only:
        for line in lines:
            typer.echo(f"{line.key:<28}{line.text}")
        return
    material = house.prepare(chosen, tag, progress).material
    desk = SoundDesk(sound_card)
    desk.use(house.settings.audio)
    try:
        booth = Booth(load_texts(house.paths.voices, tag), TerminalScreen(), desk, LevelLine())
        studio = Studio(booth, Takes(house.paths.own_voices, tag), Fit(material))
        recorded = studio.record(lines, again=again)
    finally:
        desk.close()
    if recorded.left and not recorded.kept:
        raise CoachError("Nothing was recorded.")
