"""Digits that come one by one become a PIN, or a stop. Pure.

While the coach is locked, digits and Enter are somebody at the keypad who wants to unlock it; at any other time every
key is a stop, whatever is printed on it.
"""

from typing import Final

from coach.runtime.controls.control import ENTER, Control, Pressed
from coach.units import Frames, frames

LONGEST: Final = 12
"""Digits of the longest PIN; of more the last ones count, so that a mistyped PIN can be typed anew at once."""
FORGOTTEN: Final = frames(15.0)
"""After so long without a key, digits are forgotten: they were somebody else's. Chosen."""


class PinPad:
    """Collects digits."""

    def __init__(self) -> None:
        """Begin without a digit."""
        self._digits = ""
        self._last = Frames(0)

    def press(self, pressed: Pressed, now: Frames, *, locked: bool) -> Control | str | None:
        """Return a stop, a PIN that was completed with Enter, or None for one digit more.

        Args:
            pressed: The key.
            now: The next frame to be played.
            locked: Whether a PIN is awaited.
        """
        digits = self._digits if locked and now - self._last <= FORGOTTEN else ""
        self._digits, self._last = "", now
        if not locked:
            return Control.STOP
        if pressed.key != ENTER:
            self._digits = (digits + pressed.key)[-LONGEST:]
            return None
        return digits or Control.STOP
