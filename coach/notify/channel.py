"""The port of a channel: takes messages to a carer, and may bring orders back."""

from enum import StrEnum
from typing import Protocol

from coach.notify.notice import Message


class Order(StrEnum):
    """What may be asked of the coach from afar: only what stops. Nothing from afar starts, goes on or unlocks."""

    STOP = "stop"
    PAUSE = "pause"


class Attempt(Protocol):
    """A message on its way."""

    def result(self) -> str | None:
        """Return why it failed, ``""`` once it has been taken, None while that is not known; never waits."""

    def cut(self) -> None:
        """Give it up."""


class Channel(Protocol):
    """One way to a carer."""

    @property
    def name(self) -> str:
        """Return its name, for receipts; holds no secret."""

    def begin(self, message: Message) -> Attempt:
        """Set out with a message; returns at once."""

    def orders(self) -> tuple[Order, ...]:
        """Return what was asked of the coach since the last call; never waits."""

    def close(self) -> None:
        """Let go of it."""
