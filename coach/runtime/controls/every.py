"""Every way of stopping by hand that the settings name, and the lamp."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from coach.runtime.controls.control import AllControls, Control, Source
from coach.runtime.controls.keypad import Keypad
from coach.runtime.controls.pin_socket import PinSocket, pin_socket_path
from coach.runtime.controls.stop_socket import StopSocket, stop_socket_path
from coach.runtime.controls.terminal import TerminalControls
from coach.runtime.lamp import Lamp
from coach.runtime.settings import ControlSettings


def every_control(chosen: ControlSettings, data: Path, terminal: TerminalControls) -> AllControls:
    """Return the keys of the terminal, the sockets of `coach stop` and `coach unlock`, and what else is set.

    Raises:
        MissingError: A button is set and cannot be read.
    """
    sources: list[Source] = [
        terminal,
        StopSocket(stop_socket_path(data)),
        StopSocket(stop_socket_path(data, Control.PAUSE), Control.PAUSE),
        PinSocket(pin_socket_path(data)),
    ]
    if chosen.keypad:
        sources.append(Keypad(chosen.keypad))
    if chosen.button_pin is not None:
        from coach.runtime.controls.gpio import wired_button  # noqa: PLC0415 - an extra

        sources.append(wired_button(chosen.button_pin))
    return AllControls(sources)


def lamp_of(chosen: ControlSettings) -> AbstractContextManager[Lamp | None]:
    """Return the lamp that is set, or nothing where none is.

    Raises:
        MissingError: A lamp is set and cannot be switched.
    """
    if chosen.lamp_pin is None:
        return nullcontext()
    from coach.runtime.controls.gpio import wired_lamp  # noqa: PLC0415 - an extra

    return wired_lamp(chosen.lamp_pin)
