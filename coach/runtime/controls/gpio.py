"""The pins a wired button and a lamp hang on, through gpiozero. The only place that names it."""

import warnings
from collections.abc import Callable
from typing import Any

from coach.errors import MissingError
from coach.runtime.controls.button import WiredButton
from coach.runtime.lamp import Lamp

INSTALL = "please run: pip install 'bedside-coach[gpio]' (on Python 3.13: sudo apt install python3-lgpio)"


def wired_button(pin: int) -> WiredButton:
    """Return the button between a pin and ground: a normally-closed contact pulls the pin low.

    Args:
        pin: Its number as Broadcom counts them, such as 17.

    Raises:
        MissingError: gpiozero or a driver for the pins is missing, or the pin cannot be used.
    """
    device = _opened(f"button at pin {pin}", "read", lambda gpiozero: gpiozero.DigitalInputDevice(pin, pull_up=True))
    return WiredButton(lambda: bool(device.value), device.close)


def wired_lamp(pin: int) -> Lamp:
    """Return the lamp between a pin and ground, with its resistor; it is dark at first.

    Args:
        pin: Its number as Broadcom counts them, such as 27.

    Raises:
        MissingError: gpiozero or a driver for the pins is missing, or the pin cannot be used.
    """
    device = _opened(f"lamp at pin {pin}", "switched", lambda gpiozero: gpiozero.DigitalOutputDevice(pin))
    return Lamp(lambda on: device.on() if on else device.off(), device.close)


def _opened(what: str, done: str, make: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - gpiozero has no types
    try:
        import gpiozero  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingError(f"The {what} needs gpiozero; {INSTALL}.") from None
    try:
        with warnings.catch_warnings(action="ignore"):  # each driver that is not there; the last one is told below
            return make(gpiozero)
    except (gpiozero.GPIOZeroError, OSError, ImportError, RuntimeError) as error:
        raise MissingError(f"The {what} cannot be {done} ({error}); {INSTALL}.") from None
