"""Watches every Python process of a live coach: which sockets it opens, and which files it writes."""

import ast
import os
import socket
import sys
from pathlib import Path

HOOK = """
import os, sys
_log = os.open(os.environ["COACH_WATCH"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
_WRITES = os.O_WRONLY | os.O_RDWR
def _hook(event, args):
    if event == "socket.__new__":
        os.write(_log, f"socket {int(args[1])}\\n".encode())
    elif event in ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        os.write(_log, f"{event} {args[1:]!r}\\n".encode())
    elif event == "open" and isinstance(args[0], (str, bytes, os.PathLike)) and args[2] & _WRITES:
        os.write(_log, f"write {os.fspath(args[0])!r}\\n".encode())
    elif event == "sqlite3.connect":
        os.write(_log, f"sqlite {args[0]!r}\\n".encode())
sys.addaudithook(_hook)
"""


class Watched:
    """A program that is watched, and what it did."""

    def __init__(self, folder):
        self._log = folder / "watched.log"
        (folder / "sitecustomize.py").write_text(HOOK)
        environment = (f"PYTHONPATH={folder}", f"COACH_WATCH={self._log}")
        self.command = ("env", *environment, sys.executable, "-m", "coach")

    @property
    def lines(self):
        return self._log.read_text().splitlines()

    @property
    def families(self):
        """Return the kinds of sockets that were opened."""
        return {socket.AddressFamily(int(line.split()[1])) for line in self.lines if line.startswith("socket ")}

    @property
    def looked_up(self):
        """Return what was asked of a name server."""
        return [line for line in self.lines if line.startswith(("socket.getaddrinfo", "socket.gethostbyname"))]

    @property
    def written(self):
        """Return the files that were opened for writing, below no /dev and /proc."""
        told = (line.removeprefix("write ") for line in self.lines if line.startswith("write "))
        paths = (os.fsdecode(ast.literal_eval(path)) for path in told)
        return {Path(path) for path in paths if not path.startswith(("/dev/", "/proc/"))}
