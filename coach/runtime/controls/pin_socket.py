"""Unlocking a running coach from another process: the carer's PIN, handed over on a socket of the file system.

1. The socket proves nothing: whoever writes to it has a PIN tried, as on the keypad, with the same waits behind it.
2. A message is one whole PIN; there is no connection, and nothing is answered. What came of it stands in the journal.
"""

import re
import socket
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from coach.errors import CoachError
from coach.runtime.controls.control import Given, Note, Typed
from coach.runtime.controls.stop_socket import own_folder, socket_path
from coach.runtime.pin import DIGITS_MAX, DIGITS_MIN

_PIN: Final = re.compile(rb"[0-9]{%d,%d}" % (DIGITS_MIN, DIGITS_MAX))
_LONGEST: Final = 64
"""Bytes that are read of a message; a longer one is no PIN."""


def pin_socket_path(data: Path) -> Path:
    """Return where the coach of a data folder takes a PIN; the folder need not be there."""
    stop = socket_path(data)
    return stop.with_name(f"{stop.stem}-pin{stop.suffix}")


class PinSocket:
    """Waits for PINs."""

    def __init__(self, path: Path) -> None:
        """Take its place; nothing is made before entering."""
        self._path = path
        self._server: socket.socket | None = None
        self._notes: list[Given] = []

    @property
    def held(self) -> bool:
        """Return False: nothing is held down."""
        return False

    def __enter__(self) -> Self:
        """Begin to wait; where that cannot be, it is told."""
        server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        try:
            own_folder(self._path.parent)
            self._path.unlink(missing_ok=True)  # of a coach that was killed; two never run on one journal
            server.bind(str(self._path))
        except (OSError, CoachError) as error:
            server.close()
            self._notes.append(Note(f"coach unlock: does not work here while the coach runs ({error})"))
        else:
            self._server = server
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for nobody any more."""
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)
            self._server = None

    def take(self) -> tuple[Given, ...]:
        """Return the PIN that was handed over since the last call, one at a time, at once."""
        taken, self._notes = self._notes, []
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
