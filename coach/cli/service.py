"""The coach as a service by the bed, and what goes out of the house."""

from typing import Annotated

import typer

from coach.cli.frame import Given, app, command, complain
from coach.errors import NotifyError


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
    office.run(complain, lambda order: complain(f"The coach cannot be told to {order.value} yet."), lambda: False)
