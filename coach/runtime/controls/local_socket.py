"""A socket of the file system, in a folder of its owner alone, at which a running coach is asked for something.

1. It stands in the folder of the system for the user's own sockets, where there is one (XDG Base Directory).
2. Whatever a coach that was killed has left there is in nobody's way: two never run on one journal.
3. Where it cannot be made that is told, and nothing comes from it; the other ways of asking go on.
"""

import hashlib
import os
import socket
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from coach.errors import CoachError
from coach.runtime.controls.control import Given, Note

RUNTIME_DIR: Final = "XDG_RUNTIME_DIR"
"""Environment variable that names the folder of the user's own sockets."""


def socket_path(data: Path, order: str = "", environment: Mapping[str, str] | None = None) -> Path:
    """Return where the coach of a data folder can be asked for something; the folder need not be there.

    A socket's path may have 107 letters, so the data folder stands in it by its digest.

    Args:
        data: The data folder.
        order: What is asked for; empty for a stop.
        environment: Variables of the process that makes it; None: of this one.
    """
    environment = os.environ if environment is None else environment
    digest = hashlib.blake2b(str(data.resolve()).encode(), digest_size=8).hexdigest()
    name = f"{digest}-{order}.sock" if order else f"{digest}.sock"
    own = Path(environment.get(RUNTIME_DIR) or f"/run/user/{os.geteuid()}")
    if own.is_dir():
        return own / "bedside-coach" / name
    return Path(tempfile.gettempdir()) / f"bedside-coach-{os.geteuid()}" / name


class LocalSocket:
    """Takes its place between entering and leaving; a source of what is asked for there says what comes of it."""

    def __init__(self, path: Path, kind: socket.SocketKind, failing: str) -> None:
        """Take its place; nothing is made before entering.

        Args:
            path: The socket.
            kind: With connections, or messages alone.
            failing: What does not work where it cannot be made, in words.
        """
        self._path = path
        self._kind = kind
        self._failing = failing
        self._server: socket.socket | None = None
        self._notes: list[Given] = []

    @property
    def held(self) -> bool:
        """Return False: nothing is held down."""
        return False

    def __enter__(self) -> Self:
        """Begin to wait; where that cannot be, it is told."""
        server = socket.socket(socket.AF_UNIX, self._kind | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        try:
            own_folder(self._path.parent)
            self._path.unlink(missing_ok=True)
            server.bind(str(self._path))
            if self._kind is socket.SOCK_STREAM:
                server.listen()
        except (OSError, CoachError) as error:
            server.close()
            self._notes.append(Note(f"{self._failing} ({error})"))
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

    def _told(self) -> list[Given]:
        """Return what has to be told of it since the last call."""
        told, self._notes = self._notes, []
        return told


def own_folder(folder: Path) -> None:
    """Make sure that a folder is there and is the owner's alone.

    Raises:
        CoachError: It is somebody else's, or open to others.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise CoachError(f"{folder} is open to others")
