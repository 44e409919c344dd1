"""How notices go out: ``notify.toml`` in the folder of one's own settings. Without the file nothing does.

The file holds addresses with secrets in them, so it must be readable by its owner alone.
"""

import stat
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from coach.errors import SettingsError
from coach.notify.channel import Order
from coach.tomlfile import parse, read_toml

FILE: Final = "notify.toml"
_TOPIC: Final = r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AppriseSettings(_Table):
    """Ways to a carer by Apprise: phones, e-mail, and a hundred other services."""

    urls: Annotated[tuple[str, ...], Field(min_length=1, max_length=10)]
    """Addresses as Apprise knows them, such as ``ntfy://host/topic`` or ``mailtos://...``."""


class MqttSettings(_Table):
    """A broker in the house or the ward."""

    host: Annotated[str, Field(min_length=1, max_length=255)]
    port: Annotated[int, Field(ge=1, le=65535)] = 1883
    tls: bool = False
    username: str = ""
    password: str = ""
    topic: Annotated[str, Field(pattern=_TOPIC, max_length=120)] = "coach/bedside"
    """Everything is published below it: ``availability``, ``event/<kind>``."""
    accept: tuple[Order, ...] = ()
    """Orders that are taken from ``<topic>/cmd/<order>``; none unless named. Nothing from afar starts or unlocks."""

    @model_validator(mode="after")
    def _a_password_has_a_user(self) -> "MqttSettings":
        if self.password and not self.username:
            raise ValueError("password stands without username; add username, or take password out")
        return self


class NotifySettings(_Table):
    """The whole file."""

    name: bool = False
    """Whether the person's name may go out."""
    details: bool = False
    """Whether symptoms may go out; without it a notice says that something happened, not what."""
    apprise: AppriseSettings | None = None
    mqtt: MqttSettings | None = None

    @model_validator(mode="after")
    def _there_is_a_way(self) -> "NotifySettings":
        if self.apprise is None and self.mqtt is None:
            raise ValueError("neither [apprise] nor [mqtt] is given; add one of them, or delete the file")
        return self


def load_notify_settings(folder: Path) -> NotifySettings | None:
    """Read notify.toml; None where there is none, which means that nobody is told.

    Raises:
        SettingsError: The file is wrong, or others may read it.
    """
    path = folder / FILE
    if not path.exists():
        return None
    settings = parse(NotifySettings, read_toml(path, SettingsError), path, SettingsError)
    if path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        raise SettingsError(f"{path} holds secrets, and others may read it; run: chmod 600 {path}")
    return settings
