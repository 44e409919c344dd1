"""The keys of the terminal, and signals.

Any key that means nothing else stops, and so do those that would suspend or kill a program: a coach that is suspended
is deaf. Signals end the session. Digits and Enter may be a PIN. Nothing here waits.
"""

import os
import select
import signal
import sys
import termios
import tty
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any, Final, Self

from coach.runtime.controls.control import ENTER, Control, Given, Pressed

KEYS: Final = {"p": Control.PAUSE, "r": Control.REPEAT, "q": Control.END}
"""Every other key is a stop."""
_ESCAPE: Final = "\x1b"
_READ: Final = 64
_ENDS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_STOPS: Final = (signal.SIGTSTP, signal.SIGQUIT)
"""Ctrl-Z and Ctrl-\\: keys like any other."""


class TerminalControls:
    """The keys of the terminal, where there is one, and the signals; a context manager."""

    def __init__(self) -> None:
        """Prepare; keys and signals are taken over on entering."""
        self.signaled = False
        """Whether a signal has come that ends the session."""
        self._came: list[Control] = []
        self._terminal: int | None = None
        self._kept: list[Any] = []
        self._handlers: dict[int, Any] = {}

    @property
    def held(self) -> bool:
        """Return False: keys are not made to be held down."""
        return False

    def __enter__(self) -> Self:
        """Take keys one by one, and signals as a wish to end."""
        for number in (*_ENDS, *_STOPS):
            self._handlers[number] = signal.signal(number, self._note)
        if sys.stdin is not None and sys.stdin.isatty() and _in_front(sys.stdin.fileno()):
            self._terminal = sys.stdin.fileno()
            self._kept = termios.tcgetattr(self._terminal)
            tty.setcbreak(self._terminal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give keys and signals back."""
        if self._terminal is not None:
            with suppress(termios.error):  # it is gone
                termios.tcsetattr(self._terminal, termios.TCSADRAIN, self._kept)
            self._terminal = None
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def take(self) -> tuple[Given, ...]:
        """Return what was asked for since the last call, at once."""
        taken: list[Given] = []
        while self._came:
            taken.append(self._came.pop(0))
        if self._terminal is not None and select.select([self._terminal], [], [], 0)[0]:
            try:
                raw = os.read(self._terminal, _READ)
            except OSError:
                raw = b""
            if raw:
                taken += meant(raw.decode(errors="replace"))
            else:
                self._terminal = None  # the terminal is gone
        return tuple(taken)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        ends = number in _ENDS
        self.signaled = self.signaled or ends
        self._came.append(Control.END if ends else Control.STOP)


def meant(typed: str) -> tuple[Control | Pressed, ...]:
    """Return what typed characters ask for; an arrow or a function key is one key."""
    if typed.startswith(_ESCAPE):
        return (Control.STOP,)
    return tuple(_one(key.lower()) for key in typed)


def _one(key: str) -> Control | Pressed:
    if key in KEYS:
        return KEYS[key]
    if key in "\r\n":
        return Pressed(ENTER)
    return Pressed(key) if key in "0123456789" else Control.STOP


def _in_front(terminal: int) -> bool:
    """Return whether keys typed at a terminal are for this program: nobody else is in front of it."""
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:  # it controls nobody, as under a service or in a container, so there is no front
        return True
