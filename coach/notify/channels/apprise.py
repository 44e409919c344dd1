"""Apprise as a channel: one child process an attempt, because a service on the network may hang for minutes."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from coach.notify.channel import Order
from coach.notify.notice import Message

_CHILD: Final = Path(__file__).with_name("apprise_child.py")


class _Sending:
    """A child process on its way."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def result(self) -> str | None:
        code = self._process.poll()
        if code is None:
            return None
        told = self._process.stderr.read().strip() if self._process.stderr and not self._process.stderr.closed else ""
        self._let_go()
        if code == 0:
            return ""
        lines = [line for line in told.splitlines() if line.strip()]
        return lines[-1][:200] if lines else f"the sender ended with {code}"

    def cut(self) -> None:
        self._process.kill()
        self._process.wait()
        self._let_go()

    def _let_go(self) -> None:
        if self._process.stderr is not None:
            self._process.stderr.close()


class AppriseChannel:
    """Sends by every address that was configured; one that takes it is enough."""

    name = "apprise"

    def __init__(self, urls: Sequence[str]) -> None:
        """Take the addresses; they hold secrets and are told to the child on its input, where no list shows them."""
        self._urls = tuple(urls)

    def begin(self, message: Message) -> _Sending:
        """Start a child with the message; returns at once."""
        # -P: the folder of the script must not shadow packages of the same name.
        process = subprocess.Popen(  # noqa: S603 - our own script with our own interpreter
            [sys.executable, "-P", str(_CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        wanted = {"urls": self._urls, "title": message.title, "body": message.body, "urgent": message.urgent}
        try:
            assert process.stdin is not None  # noqa: S101 - a pipe was asked for
            process.stdin.write(json.dumps(wanted))
            process.stdin.close()
        except OSError:
            pass  # it has ended already; `result` says with what
        return _Sending(process)

    def orders(self) -> tuple[Order, ...]:
        """Return nothing: Apprise only sends."""
        return ()

    def close(self) -> None:
        """Let go of nothing."""
