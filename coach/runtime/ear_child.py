"""The process the recognizers live in. Run by its path, with the number of its end of a socket.

It is told first who its parent is and where packages are found, then what makes the listener; the rest is in `ear.py`.
"""

import ctypes
import os
import signal
import sys
from multiprocessing.connection import Connection
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
"""From linux/prctl.h: which signal this process gets when its parent has died."""


def main() -> None:
    """Listen until the coach is gone, however it goes: one that is stuck would eat a core for ever."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    connection: Connection[object, object] = Connection(int(sys.argv[1]))
    family: tuple[int, list[str]] = connection.recv()  # type: ignore[assignment] # the first message is this pair
    if os.getppid() != family[0]:
        return
    sys.path[:] = family[1]
    from coach.runtime.ear import serve  # noqa: PLC0415 - it cannot be found before the path is known

    serve(connection)


if __name__ == "__main__":
    main()
