"""The service manager: told that the coach is ready, how it stands, and, again and again, that it is well.

A datagram to a socket of the file system, as systemd's ``sd_notify`` sends it; without a manager nothing is sent.
Nothing here waits: a manager that does not take a message misses it.
"""

import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from coach.units import BLOCK, Frames, frames

ADDRESS: Final = "NOTIFY_SOCKET"
"""Environment variable that names the manager's socket (sd_notify(3)); ``@`` stands for the abstract name space."""
WATCHDOG: Final = "WATCHDOG_USEC"
"""Environment variable that says how long the manager waits for a sign of life, in microseconds."""


class ServiceManager:
    """Sends messages; one for each process that may."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        """Look up whether there is a manager, in the environment of this process unless another one is given."""
        told = os.environ if environment is None else environment
        self._address = told.get(ADDRESS, "")
        self._watchdog = told.get(WATCHDOG, "")
        self._socket: socket.socket | None = None

    @property
    def watchdog_s(self) -> float:
        """Return how long the manager waits for a sign of life, in seconds; 0 where it waits for none."""
        return int(self._watchdog) / 1e6 if self._watchdog.isdecimal() else 0.0

    def ready(self, status: str) -> None:
        """Say that the coach is ready."""
        self._send(f"READY=1\nSTATUS={status}")

    def status(self, status: str) -> None:
        """Say how it stands, in a few words that name nothing of the person."""
        self._send(f"STATUS={status}")

    def alive(self) -> None:
        """Say that it is well."""
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """Say that it ends."""
        self._send("STOPPING=1")

    def close(self) -> None:
        """Send nothing more."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, message: str) -> None:
        if not self._address:
            return
        name = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        with suppress(OSError):
            if self._socket is None:
                self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
            self._socket.sendto(message.encode(), name)


_EVERY: Final = frames(1.0)


class Lifesign:
    """Tells the manager that the coach is well while it is; called once a block.

    It is well while it is heard, can be heard, and keeps its journal: a coach that is deaf for longer than the
    watchdog waits is started anew.
    """

    def __init__(self, manager: ServiceManager, well: Callable[[], bool]) -> None:
        """Take whom to tell, and what tells whether all leases are fresh."""
        self._manager, self._well = manager, well
        self._played = Frames(0)

    def beat(self) -> None:
        """Count a block; once a second, say that it is well."""
        self._played = Frames(self._played + BLOCK)
        if self._played >= _EVERY:
            self._played = Frames(0)
            if self._well():
                self._manager.alive()
