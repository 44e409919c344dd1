"""Keys and signals: what stops the coach without a recognizer.

Any key that means nothing else stops. Signals end the session. Nothing here waits.
"""

import os
import select
import signal
import sys
import termios
import tty
from enum import StrEnum
from types import FrameType, TracebackType
from typing import Any, Final, Protocol, Self


class Control(StrEnum):
    """What a key or a signal asks for."""

    STOP = "stop"
    PAUSE = "pause"
    REPEAT = "repeat"
    END = "end"


KEYS: Final = {"p": Control.PAUSE, "r": Control.REPEAT, "q": Control.END}
"""Every other key is a stop."""
_ESCAPE: Final = "\x1b"
_READ: Final = 64
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Controls(Protocol):
    """Tells what was pressed."""

    def take(self) -> tuple[Control, ...]:
        """Return what was asked for since the last call, at once."""


class TerminalControls:
    """The keys of the terminal, where there is one, and the signals; a context manager."""

    def __init__(self) -> None:
        """Prepare; keys and signals are taken over on entering."""
        self.signaled = False
        """Whether a signal has come."""
        self._ends = 0
        self._terminal: int | None = None
        self._kept: list[Any] = []
        self._handlers: dict[int, Any] = {}

    def __enter__(self) -> Self:
        """Take keys one by one, and signals as a wish to end."""
        for number in _SIGNALS:
            self._handlers[number] = signal.signal(number, self._note)
        if sys.stdin is not None and sys.stdin.isatty() and os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp():
            self._terminal = sys.stdin.fileno()
            self._kept = termios.tcgetattr(self._terminal)
            tty.setcbreak(self._terminal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give keys and signals back."""
        if self._terminal is not None:
            termios.tcsetattr(self._terminal, termios.TCSADRAIN, self._kept)
            self._terminal = None
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def take(self) -> tuple[Control, ...]:
        """Return what was asked for since the last call, at once."""
        ends, self._ends = self._ends, 0
        taken = [Control.END] * ends
        if self._terminal is not None and select.select([self._terminal], [], [], 0)[0]:
            raw = os.read(self._terminal, _READ)
            if raw:
                taken += meant(raw.decode(errors="replace"))
            else:
                self._terminal = None  # the terminal is gone
        return tuple(taken)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.signaled = True
        self._ends += 1


def meant(typed: str) -> tuple[Control, ...]:
    """Return what typed characters ask for; an arrow or a function key is one key."""
    if typed.startswith(_ESCAPE):
        return (Control.STOP,)
    return tuple(KEYS.get(key.lower(), Control.STOP) for key in typed)
