"""Unlocking a running coach from another process: the carer's PIN, handed over on a socket of the file system.

1. The socket proves nothing: whoever writes to it has a PIN tried, as on the keypad, with the same waits behind it.
2. A message is one whole PIN; there is no connection, and nothing is answered. What came of it stands in the journal.
"""

import re
import socket
from contextlib import suppress
from pathlib import Path
from typing import Final

from coach.runtime.controls.control import Given, Note, Typed
from coach.runtime.controls.local_socket import LocalSocket, socket_path
from coach.runtime.pin import DIGITS_MAX, DIGITS_MIN

ORDER: Final = "pin"
"""What is asked for, in the name of the socket."""
_PIN: Final = re.compile(rb"[0-9]{%d,%d}" % (DIGITS_MIN, DIGITS_MAX))
_LONGEST: Final = 64
"""Bytes that are read of a message; a longer one is no PIN."""


def pin_socket_path(data: Path) -> Path:
    """Return where the coach of a data folder takes a PIN; the folder need not be there."""
    return socket_path(data, ORDER)


class PinSocket(LocalSocket):
    """Waits for PINs."""

    def __init__(self, path: Path) -> None:
        """Take its place; nothing is made before entering."""
        super().__init__(path, socket.SOCK_DGRAM, "coach unlock: does not work here while the coach runs")

    def take(self) -> tuple[Given, ...]:
        """Return the PIN that was handed over since the last call, one at a time, at once."""
        taken = self._told()
        if self._server is not None:
            with suppress(OSError):
                message = self._server.recv(_LONGEST)
                known = _PIN.fullmatch(message) is not None
                taken.append(Typed(message.decode()) if known else Note("coach unlock: what came is no PIN"))
        return tuple(taken)


def hand_over(path: Path, pin: str) -> bool:
    """Hand a PIN to the coach that runs, and return whether one does.

    Args:
        path: The socket.
        pin: Digits.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as caller:
        try:
            caller.sendto(pin.encode(), str(path))
        except OSError:
            return False
    return True
