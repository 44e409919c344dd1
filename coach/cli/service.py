"""The coach as a service by the bed, and what goes out of the house."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coach.cli.frame import Given, app, command, complain, progress
from coach.cli.sessions import view_of
from coach.errors import CoachError, NotifyError

if TYPE_CHECKING:
    from coach.notify.channel import Order


@command(app, "serve", "coach serve")
def serve(
    given: Given,
    install: Annotated[
        bool, typer.Option("--install", help="Write the units of the system's service manager, and enable them.")
    ] = False,
) -> None:
    """Live by the bed: offer the sessions of the day, start them by voice, until stopped.

    Any key stops what is going on; q, a signal, or `systemctl --user stop coach` ends it. One for each person.
    """
    if install:
        from coach.runtime.units import install_units

        for sentence in install_units(given.paths, notices=given.house.notices_arrive):
            typer.echo(sentence)
        return
    # What takes longest to be ready is started first.
    from coach.runtime.sound_card import begun

    with begun(given.settings.audio) as device:
        from coach.runtime.controls.every import every_control
        from coach.runtime.controls.terminal import TerminalControls
        from coach.runtime.serving import BedsideService

        terminal = TerminalControls()
        controls = every_control(given.settings.controls, given.paths.data, terminal)
        service = BedsideService(lambda: given.house_with(given.settings_afresh), given.language, given.engine)
        service.run(device, given.pulse, controls, view_of, progress)
    typer.echo("The coach has left the bedside.")


@command(app, "notify", "coach notify --test")
def notify(
    given: Given,
    test: Annotated[bool, typer.Option("--test", help="Send one test now, and say whether it went.")] = False,
) -> None:
    """Deliver notices to a carer until stopped; a process of its own, only where notify.toml was written.

    The coach itself opens no connection: it leaves its notices in a folder, and this takes them out of the house.
    """
    from coach.notify.notice import load_wording
    from coach.notify.office import Office
    from coach.notify.settings import load_notify_settings

    house = given.house
    house.pack(given.tag)
    office = Office(
        house.paths.data,
        load_notify_settings(house.paths.own),
        load_wording(house.paths.voices / given.tag),
        house.prescription.name or "",
    )
    if test:
        why = office.test()
        if why:
            raise NotifyError(f"The test did not arrive ({why}); look at notify.toml and the network.")
        typer.echo("The test was taken; look whether it has arrived.")
        return
    office.run(complain, lambda order: _pass_on(order, house.paths.data), lambda: False)


def _pass_on(order: "Order", data: Path) -> None:
    """Ask the coach that runs for what was asked from afar, by the sockets of `coach stop`."""
    from coach.runtime.controls.control import Control
    from coach.runtime.live import order as pass_on

    try:
        pass_on(data, Control(order.value))
    except CoachError as failure:
        complain(str(failure))
