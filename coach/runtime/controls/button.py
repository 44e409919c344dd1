"""A button with a wire: a normally-closed contact, so that a cut wire or a pulled plug stops as the button does.

1. The contact is looked at once a block. It counts as open once it was open at two looks 30 ms apart or more with
   nothing else in between: a contact bounces for a few milliseconds, and a spark in the room opens nothing for long.
2. Opening stops once. As long as it stays open nothing may go on.
"""

from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from coach.runtime.controls.control import Control, Given, Note

LOOKS: Final = 3
"""Looks in a row, 20 ms apart, at which the contact is open: 40 ms from the first to the last."""


class WiredButton:
    """A normally-closed button."""

    def __init__(self, contact: Callable[[], bool], close: Callable[[], None] = lambda: None) -> None:
        """Take what tells whether the contact is closed, and what lets go of it."""
        self._contact = contact
        self._close = close
        self._open_looks = 0

    @property
    def held(self) -> bool:
        """Return whether it is pressed, or its wire is off."""
        return self._open_looks >= LOOKS

    def __enter__(self) -> Self:
        """Look as often as it takes to know how it is."""
        for _ in range(LOOKS):
            self._look()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of it."""
        self._close()

    def take(self) -> tuple[Given, ...]:
        """Return a stop when it has just been pressed."""
        before = self.held
        self._look()
        if self.held and not before:
            return (Control.STOP, Note("button: pressed, or its wire is off"))
        return (Note("button: let go"),) if before and not self.held else ()

    def _look(self) -> None:
        try:
            closed = self._contact()
        except Exception:  # noqa: BLE001 - whatever a driver raises: a button that cannot be read is one that is pressed
            closed = False
        self._open_looks = 0 if closed else min(self._open_looks + 1, LOOKS)
