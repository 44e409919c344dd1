"""The pin a wired button hangs on, through gpiozero. The only place that names it."""

import warnings

from coach.errors import MissingError
from coach.runtime.controls.button import WiredButton

INSTALL = "please run: pip install 'bedside-coach[gpio]' (on Python 3.13: sudo apt install python3-lgpio)"


def wired_button(pin: int) -> WiredButton:
    """Return the button between a pin and ground: a normally-closed contact pulls the pin low.

    Args:
        pin: Its number as Broadcom counts them, such as 17.

    Raises:
        MissingError: gpiozero or a driver for the pins is missing, or the pin cannot be used.
    """
    try:
        import gpiozero  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingError(f"The button at pin {pin} needs gpiozero; {INSTALL}.") from None
    try:
        with warnings.catch_warnings(action="ignore"):  # each driver that is not there; the last one is told below
            device = gpiozero.DigitalInputDevice(pin, pull_up=True)
    except (gpiozero.GPIOZeroError, OSError, ImportError, RuntimeError) as error:
        raise MissingError(f"The button at pin {pin} cannot be read ({error}); {INSTALL}.") from None
    return WiredButton(lambda: bool(device.value), device.close)
