"""The courier's process: puts spool, words and ways together, and runs until it is told to end."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from coach.errors import MissingError
from coach.notify.channel import Channel, Order
from coach.notify.channels.apprise import AppriseChannel
from coach.notify.channels.mqtt import MqttChannel
from coach.notify.courier import Clocks, Courier
from coach.notify.notice import Kind, Message, Notice, Wording
from coach.notify.retry import LIMIT_S
from coach.notify.settings import FILE, NotifySettings
from coach.notify.spool import Spool

_STEP_S: Final = 0.25
"""How often the spool is looked at: a notice is on its way well within the 5 s the protocol asks for."""


def ways(settings: NotifySettings) -> list[Channel]:
    """Return the channels that were configured.

    Raises:
        MissingError: A library for one of them is not installed.
    """
    channels: list[Channel] = []
    if settings.apprise is not None:
        channels.append(AppriseChannel(settings.apprise.urls))
    if settings.mqtt is not None:
        channels.append(MqttChannel(settings.mqtt))
    return channels


class Office:
    """One courier with all it needs."""

    def __init__(self, data: Path, settings: NotifySettings | None, wording: Wording, name: str) -> None:
        """Put it together.

        Args:
            data: The data folder.
            settings: What notify.toml says.
            wording: Words of the carer's language.
            name: The person's name; goes out only where the settings allow it.

        Raises:
            MissingError: Nothing is configured, or a library is not installed.
            NotifyError: The spool cannot be made.
        """
        if settings is None:
            raise MissingError(f"No way to a carer is set up: there is no {FILE} in the settings folder; see README.")
        self._spool = Spool(data)
        self._spool.open()
        self._who = name if settings.name else ""
        self._details = settings.details
        self._wording = wording
        self._channels = ways(settings)

    def run(self, tell: Callable[[str], None], obey: Callable[[Order], None], ended: Callable[[], bool]) -> None:
        """Deliver until it is told to end; a process that is killed loses nothing.

        Args:
            tell: Takes sentences for the log.
            obey: Takes orders from afar to the coach.
            ended: Whether it should end.

        Raises:
            NotifyError: The spool cannot be read or written.
        """
        courier = Courier(self._spool, self._channels, self._message, Clocks(time.monotonic, _now))
        try:
            while not ended():
                for sentence in courier.turn():
                    tell(sentence)
                for order in courier.orders():
                    tell(f"Asked from afar to {order.value}.")
                    obey(order)
                time.sleep(_STEP_S)
        finally:
            courier.close()

    def test(self) -> str:
        """Send a test by every way, and return why it did not arrive; empty where one way took it."""
        now = _now()
        message = self._message(Notice(id=f"test/{now.isoformat()}", kind=Kind.TEST, wall=now.isoformat()))
        attempts = [(channel.name, channel.begin(message)) for channel in self._channels]
        by = time.monotonic() + LIMIT_S
        whys: dict[str, str] = {}
        try:
            while len(whys) < len(attempts) and time.monotonic() < by:
                for name, attempt in attempts:
                    why = None if name in whys else attempt.result()
                    if why == "":
                        return ""
                    if why is not None:
                        whys[name] = why
                time.sleep(_STEP_S / 5)
        finally:
            for name, attempt in attempts:
                if name not in whys:
                    attempt.cut()
            for channel in self._channels:
                channel.close()
        return "; ".join(f"{name}: {whys.get(name, 'no answer')}" for name, _ in attempts)

    def _message(self, notice: Notice) -> Message:
        return self._wording.message(notice, name=self._who, details=self._details)


def _now() -> datetime:
    return datetime.now().astimezone()
