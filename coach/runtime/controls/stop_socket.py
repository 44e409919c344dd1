"""Stopping or pausing a running coach from another process: sockets of the file system, in a folder of the owner alone.

Whoever connects has asked for it; there is nothing to be said and nothing to be parsed. Each order has its own socket.
"""

import hashlib
import os
import socket
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from coach.errors import CoachError, MissingError
from coach.runtime.controls.control import Control, Given, Note

_ANSWER: Final = b"stopping\n"
_PATIENCE_S: Final = 3.0
"""How long an answer is waited for, in seconds: the coach looks once a block, and its parent ends one that is stuck."""


def socket_path(data: Path, control: Control = Control.STOP) -> Path:
    """Return where the coach of a data folder can be asked for something; the folder need not be there.

    A socket's path may have 107 letters, so the data folder stands in it by its digest.
    """
    name = hashlib.blake2b(str(data.resolve()).encode(), digest_size=8).hexdigest()
    if control is not Control.STOP:
        name = f"{name}-{control.value}"
    own = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.geteuid()}")
    if own.is_dir():
        return own / "bedside-coach" / f"{name}.sock"
    return Path(tempfile.gettempdir()) / f"bedside-coach-{os.geteuid()}" / f"{name}.sock"


class StopSocket:
    """Waits for somebody to connect."""

    def __init__(self, path: Path, control: Control = Control.STOP) -> None:
        """Take its place, and what is meant by connecting; nothing is made before entering."""
        self._path = path
        self._control = control
        self._server: socket.socket | None = None
        self._notes: list[Given] = []

    @property
    def held(self) -> bool:
        """Return False: nothing is held down."""
        return False

    def __enter__(self) -> Self:
        """Begin to wait; where that cannot be, it is told."""
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        try:
            own_folder(self._path.parent)
            self._path.unlink(missing_ok=True)  # of a coach that was killed; two never run on one journal
            server.bind(str(self._path))
            server.listen()
        except (OSError, CoachError) as error:
            server.close()
            self._notes.append(Note(f"coach {self._control.value}: does not work here ({error})"))
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
        """Return what is meant for everybody who has connected since the last call, at once."""
        taken, self._notes = self._notes, []
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


def own_folder(folder: Path) -> None:
    """Make sure that a folder is there and is the owner's alone.

    Raises:
        CoachError: It is somebody else's, or open to others.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise CoachError(f"{folder} is open to others")
