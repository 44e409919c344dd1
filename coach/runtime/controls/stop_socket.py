"""Stopping or pausing a running coach from another process.

Whoever connects has asked for it; there is nothing to be said and nothing to be parsed. Each order has its own socket.
"""

import socket
from contextlib import suppress
from pathlib import Path
from typing import Final

from coach.errors import CoachError, MissingError
from coach.runtime.controls.control import Control, Given
from coach.runtime.controls.local_socket import LocalSocket, socket_path

_ANSWER: Final = b"stopping\n"
_PATIENCE_S: Final = 3.0
"""How long an answer is waited for, in seconds: the coach looks once a block, and its parent ends one that is stuck."""


def stop_socket_path(data: Path, control: Control = Control.STOP) -> Path:
    """Return where the coach of a data folder can be stopped or paused; the folder need not be there."""
    return socket_path(data, order_of(control))


def order_of(control: Control) -> str:
    """Return how an order stands in the name of its socket."""
    return "" if control is Control.STOP else control.value


class StopSocket(LocalSocket):
    """Waits for somebody to connect."""

    def __init__(self, path: Path, control: Control = Control.STOP) -> None:
        """Take its place, and what is meant by connecting; nothing is made before entering."""
        super().__init__(path, socket.SOCK_STREAM, f"coach {control.value}: does not work here")
        self._control = control

    def take(self) -> tuple[Given, ...]:
        """Return what is meant for everybody who has connected since the last call, at once."""
        taken = self._told()
        while self._server is not None:
            try:
                caller, _ = self._server.accept()
            except BlockingIOError:
                break
            except OSError:
                break  # out of file numbers: asked again with the next block
            with caller, suppress(OSError):
                caller.setblocking(False)
                caller.send(_ANSWER)
            taken.append(self._control)
        return tuple(taken)


def ask_to_stop(path: Path, patience_s: float = _PATIENCE_S) -> None:
    """Ask for something at the socket of a running coach.

    Args:
        path: The socket.
        patience_s: How long an answer is waited for, in seconds.

    Raises:
        MissingError: None runs there.
        CoachError: One runs and does not answer.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        caller.settimeout(patience_s)
        try:
            caller.connect(str(path))
        except OSError:
            raise MissingError("No coach is running that could be stopped.") from None
        try:
            answered = caller.recv(len(_ANSWER))
        except OSError:
            answered = b""
    if answered != _ANSWER:
        raise CoachError("The coach does not answer; it is ended within four seconds, or end it with: kill PID")
