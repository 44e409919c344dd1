"""Steps about the world outside: what time it is, and whether and how a carer is told."""

from typing import Any, Final

from coach.disk import Disk, make_folder
from coach.errors import CoachError, NotifyError, SettingsError
from coach.notify.settings import FILE, NotifySettings, load_notify_settings
from coach.runtime.setup import reading
from coach.runtime.setup.context import Setup
from coach.runtime.setup.dialogue import WrongError
from coach.runtime.timekeeper import tell_clock
from coach.tomledit import edited
from coach.tomlfile import parse

_APPRISE: Final = "apprise"
_MQTT: Final = "mqtt"
_HEAD: Final = """# How a carer is told; without this file nobody is. It holds secrets: for its owner alone.
"""
_PORT: Final = 1883


def clock(setup: Setup) -> None:
    """Ask what time it is, where nobody keeps the clock of the machine right."""
    asks, world = setup.dialogue, setup.world
    now = world.now()
    if world.clock_kept():
        asks.tell("clock-kept", time=f"{now:%H:%M}")
        return
    given = asks.ask("clock", reading.clock_time, kept=f"{now:%H:%M}")
    hour, minute = (now.hour, now.minute) if given is None else divmod(given, 60)
    make_folder(setup.paths.data, SettingsError)
    tell_clock(setup.paths.data, world.stamp(), now.replace(hour=hour, minute=minute))
    asks.tell("clock-told", time=f"{hour:02d}:{minute:02d}")


def notices(setup: Setup) -> None:
    """Ask whether a carer is to be told, and how; send a test."""
    asks, path = setup.dialogue, setup.paths.own / FILE
    if path.exists():
        if not asks.yes("change-notices", kept=False):
            _test(setup)
            return
    elif not asks.yes("notices", kept=False):
        asks.tell("nobody-is-told")
        return
    way = asks.choose("notices-way", (_APPRISE, _MQTT))
    data: dict[str, Any] = _apprise(setup) if way == _APPRISE else _mqtt(setup)
    data = {"name": asks.yes("notices-name", kept=False), "details": asks.yes("notices-details", kept=False), **data}
    parse(NotifySettings, data, path, SettingsError)
    make_folder(setup.paths.own, SettingsError)
    Disk(SettingsError).replace(path, edited(_HEAD, data).encode())
    load_notify_settings(setup.paths.own)
    setup.refresh()
    _test(setup)


def _apprise(setup: Setup) -> dict[str, Any]:
    address = setup.dialogue.text("notices-address", _address)
    return {_APPRISE: {"urls": [address]}}


def _mqtt(setup: Setup) -> dict[str, Any]:
    asks = setup.dialogue
    host, _, port = asks.text("notices-broker", _broker).partition(":")
    table: dict[str, Any] = {"host": host, "port": int(port or _PORT)}
    user = asks.text("notices-user", str, may_lack=True)
    if user:
        table |= {"username": user, "password": asks.ask("notices-password", str, hidden=True) or ""}
    if asks.yes("notices-orders", kept=False):
        table["accept"] = ["stop", "pause"]
    return {_MQTT: table}


def _test(setup: Setup) -> None:
    """Send a test; a way that does not work is no way.

    Raises:
        NotifyError: It was not taken.
    """
    asks = setup.dialogue
    asks.tell("notices-test")
    try:
        why = setup.world.send_test(setup.house, setup.language)
    except CoachError as failure:
        why = str(failure)
    if why:
        raise NotifyError(asks.texts.line("notices-test-failed").replace("{why}", why))
    if not asks.yes("notices-arrived"):
        raise NotifyError(asks.texts.line("notices-not-arrived"))
    asks.tell("notices-courier")


def _address(typed: str) -> str:
    if "://" not in typed or any(letter.isspace() for letter in typed):
        raise WrongError("no-address")
    return typed


def _broker(typed: str) -> str:
    host, colon, port = typed.partition(":")
    if not host or any(letter.isspace() for letter in typed) or (colon and not port.isdecimal()):
        raise WrongError("no-broker")
    return typed
