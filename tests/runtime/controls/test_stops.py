"""The other ways of stopping by hand: a wired button, the socket of `coach stop`, the terminal, and the PIN pad."""

import os
import pty
import signal
import socket
import subprocess
import sys
import threading

import pytest

from coach.errors import CoachError, MissingError
from coach.runtime.controls.button import LOOKS, WiredButton
from coach.runtime.controls.control import ENTER, AllControls, Control, Note, Pressed, Typed
from coach.runtime.controls.every import lamp_of
from coach.runtime.controls.pin_socket import PinSocket, hand_over, pin_socket_path
from coach.runtime.controls.pinpad import FORGOTTEN, LONGEST, PinPad
from coach.runtime.controls.stop_socket import StopSocket, ask_to_stop, stop_socket_path
from coach.runtime.controls.terminal import meant
from coach.runtime.lamp import Shows
from coach.runtime.settings import ControlSettings
from coach.units import Frames, frames

PROMPT_S = 30.0

# --- the wired button


class Wire:
    """A contact that is closed until it is pressed, or cut."""

    def __init__(self):
        self.closed = True
        self.broken = False
        self.let_go = False

    def contact(self):
        if self.broken:
            raise OSError("no such pin")
        return self.closed

    def close(self):
        self.let_go = True


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
def button(wire):
    with WiredButton(wire.contact, wire.close) as made:
        yield made


def stops(source, times):
    return [given for _ in range(times) for given in source.take() if given is Control.STOP]


def test_a_pressed_button_stops_once_and_is_held(button, wire):
    wire.closed = False

    pressed = stops(button, 50)

    assert pressed == [Control.STOP]
    assert button.held


@pytest.mark.parametrize("looks", range(1, LOOKS), ids="{} looks".format)
def test_a_bounce_and_a_spark_stop_nothing(button, wire, looks):
    found = []
    for _ in range(5):
        wire.closed = False
        found += stops(button, looks)
        wire.closed = True
        found += stops(button, 1)

    assert found == []
    assert not button.held


def test_a_button_that_is_let_go_may_stop_again(button, wire):
    found = []
    for closed in (False, True, False):
        wire.closed = closed
        found += stops(button, LOOKS)

    assert found == [Control.STOP, Control.STOP]


def test_a_button_that_cannot_be_read_is_a_pressed_one(button, wire):
    wire.broken = True

    assert stops(button, LOOKS) == [Control.STOP]
    assert button.held


def test_a_button_that_is_pressed_at_the_start_is_known_at_once(wire):
    wire.closed = False

    with WiredButton(wire.contact, wire.close) as button:
        assert button.held

    assert wire.let_go


def test_a_pin_without_hardware_is_read_through_gpiozero(monkeypatch):
    gpiozero = pytest.importorskip("gpiozero")
    from gpiozero.pins.mock import MockFactory  # noqa: PLC0415 - an extra

    from coach.runtime.controls.gpio import wired_button  # noqa: PLC0415 - needs the extra

    factory = MockFactory()
    monkeypatch.setattr(gpiozero.Device, "pin_factory", factory)
    pin = factory.pin(17)
    with wired_button(17) as button:
        pin.drive_low()  # the closed contact pulls it to ground
        closed = stops(button, LOOKS)
        pin.drive_high()  # pressed, or the wire is off
        opened = stops(button, LOOKS)

    assert closed == []
    assert opened == [Control.STOP]


def test_a_lamp_on_a_pin_is_switched_through_gpiozero_and_left_dark(monkeypatch):
    gpiozero = pytest.importorskip("gpiozero")
    from gpiozero.pins.mock import MockFactory  # noqa: PLC0415 - an extra

    factory = MockFactory()
    monkeypatch.setattr(gpiozero.Device, "pin_factory", factory)
    with lamp_of(ControlSettings(lamp_pin=27)) as lamp:
        dark = factory.pin(27).state
        lamp.show(Shows.FAULT, Frames(0))
        shines = factory.pin(27).state
        lamp.show(Shows.FAULT, frames(1.0))
        off = factory.pin(27).state

    assert (dark, shines, off) == (0, 1, 0)


def test_without_a_lamp_there_is_none_and_one_that_cannot_be_says_what_to_install(monkeypatch):
    gpiozero = pytest.importorskip("gpiozero")

    monkeypatch.setattr(gpiozero.Device, "pin_factory", None)
    with lamp_of(ControlSettings()) as lamp:
        assert lamp is None
    with pytest.raises(MissingError, match=r"lamp at pin 27 .*bedside-coach\[gpio\]"):
        lamp_of(ControlSettings(lamp_pin=27))


def test_button_and_lamp_may_not_hang_on_one_pin():
    with pytest.raises(ValueError, match="give the lamp another one"):
        ControlSettings(button_pin=17, lamp_pin=17)


def test_a_pin_where_there_are_none_says_what_to_install(monkeypatch):
    gpiozero = pytest.importorskip("gpiozero")
    from coach.runtime.controls.gpio import wired_button  # noqa: PLC0415 - needs the extra

    monkeypatch.setattr(gpiozero.Device, "pin_factory", None)
    with pytest.raises(MissingError, match=r"button at pin 17 .*bedside-coach\[gpio\]"):
        wired_button(17)


# --- the socket


@pytest.fixture
def place(tmp_path):
    return tmp_path / "run" / "coach.sock"


def asking(place):
    """Ask for a stop in a thread; return it, and what came of it."""
    outcome = []

    def ask():
        try:
            ask_to_stop(place)
        except CoachError as refused:
            outcome.append(refused)
        else:
            outcome.append("stopped")

    thread = threading.Thread(target=ask)
    thread.start()
    return thread, outcome


def test_whoever_connects_has_asked_for_a_stop_and_is_answered(place):
    with StopSocket(place) as source:
        before = source.take()
        thread, outcome = asking(place)
        found = []
        while not found:
            found += source.take()
        thread.join(PROMPT_S)

    assert before == ()
    assert found == [Control.STOP]
    assert outcome == ["stopped"]


def test_somebody_who_connects_and_says_nothing_more_holds_up_nothing(place):
    with StopSocket(place) as source, socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(place))

        assert source.take() == (Control.STOP,)
        assert source.take() == ()


def test_where_no_coach_runs_that_is_said(place):
    with pytest.raises(MissingError, match="No coach is running"):
        ask_to_stop(place)


def test_a_coach_that_does_not_look_is_told_of(place):
    with StopSocket(place), pytest.raises(CoachError, match="does not answer"):
        ask_to_stop(place, patience_s=0.05)


def test_a_socket_of_a_coach_that_was_killed_is_in_nobodys_way(place):
    place.parent.mkdir(mode=0o700)
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(place))
    left.close()

    with StopSocket(place) as source:
        thread, outcome = asking(place)
        while not source.take():
            pass
        thread.join(PROMPT_S)

    assert outcome == ["stopped"]
    assert not place.exists()


def test_a_folder_that_is_open_to_others_is_not_used_and_that_is_told(place):
    place.parent.mkdir()
    place.parent.chmod(0o755)

    with StopSocket(place) as source:
        told = source.take()

    assert [type(each) for each in told] == [Note]
    assert "open to others" in told[0].sentence


def test_coaches_of_different_folders_have_different_sockets_with_short_names(tmp_path):
    long = tmp_path / ("a" * 200)

    assert stop_socket_path(tmp_path) != stop_socket_path(long)
    assert len(str(stop_socket_path(long))) < 100


# --- the socket of a PIN


def test_a_pin_is_handed_over_whole_and_one_after_the_other(place):
    with PinSocket(place) as source:
        assert hand_over(place, "204619")
        assert hand_over(place, "204618")
        taken = [source.take(), source.take(), source.take()]

    assert taken == [(Typed("204619"),), (Typed("204618"),), ()]
    assert not place.exists()


@pytest.mark.parametrize("written", ["", "12345", "no pin", "1" * 13, "1" * 100, "204619\n"])
def test_what_is_no_pin_is_told_and_never_tried(place, written):
    with PinSocket(place) as source:
        hand_over(place, written)

        assert [type(each) for each in source.take()] == [Note]


def test_a_pin_for_a_coach_that_does_not_run_or_was_killed_goes_nowhere(place):
    place.parent.mkdir(mode=0o700)
    nobody = hand_over(place, "204619")
    left = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    left.bind(str(place))
    left.close()

    assert not nobody
    assert not hand_over(place, "204619")


def test_a_pin_socket_in_a_folder_open_to_others_is_not_made_and_that_is_told(place):
    place.parent.mkdir()
    place.parent.chmod(0o755)

    with PinSocket(place) as source:
        told = source.take()

    assert "open to others" in told[0].sentence
    assert not place.exists()


def test_the_socket_of_a_pin_is_not_that_of_a_stop(tmp_path):
    assert pin_socket_path(tmp_path).parent == stop_socket_path(tmp_path).parent
    assert pin_socket_path(tmp_path) not in {stop_socket_path(tmp_path), stop_socket_path(tmp_path, Control.PAUSE)}


# --- the terminal


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        pytest.param("p", (Control.PAUSE,), id="p pauses"),
        pytest.param("R", (Control.REPEAT,), id="r repeats"),
        pytest.param("q", (Control.END,), id="q ends"),
        pytest.param(" ", (Control.STOP,), id="the space bar stops"),
        pytest.param("\n", (Pressed(ENTER),), id="enter may end a PIN"),
        pytest.param("7", (Pressed("7"),), id="a digit may belong to one"),
        pytest.param("\x1b[C", (Control.STOP,), id="an arrow is one key and stops"),
        pytest.param("xp", (Control.STOP, Control.PAUSE), id="two keys at once"),
        pytest.param("ㅁ", (Control.STOP,), id="another alphabet"),
    ],
)
def test_a_key_means_what_the_help_says(typed, asked):
    assert meant(typed) == asked


WATCHER = """
import sys, time
from coach.runtime.controls.terminal import TerminalControls
with TerminalControls() as keys:
    print("ready", flush=True)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        ending = keys.signaled  # before what it led to is taken: a signal comes at any moment
        for given in keys.take():
            print("got", given, flush=True)
        if ending:
            break
        time.sleep(0.01)
"""


@pytest.mark.parametrize(
    ("controlling", "typed", "got"),
    [
        pytest.param(True, b"x", "got stop", id="a key"),
        pytest.param(True, b"\x1a", "got stop", id="ctrl-z, which would suspend a program"),
        pytest.param(True, b"\x1c", "got stop", id="ctrl-backslash, which would kill one"),
        pytest.param(True, b"\x03", "got end", id="ctrl-c"),
        pytest.param(False, b"x", "got stop", id="a key at a terminal that controls nobody, as in a container"),
    ],
)
def test_a_key_at_a_real_terminal_is_taken_without_enter(controlling, typed, got):
    ours, theirs = pty.openpty()
    control = "import os, fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n" if controlling else ""
    watcher = subprocess.Popen(
        [sys.executable, "-c", f"{control}{WATCHER}"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    os.close(theirs)
    with watcher:
        assert watcher.stdout.readline() == "ready\n"
        os.write(ours, typed)
        assert watcher.stdout.readline() == f"{got}\n"
        watcher.send_signal(signal.SIGTERM)
    os.close(ours)


# --- the PIN pad


def typed(pad, text, *, locked=True, now=0):
    return [pad.press(Pressed(ENTER if key == "\n" else key), Frames(now), locked=locked) for key in text]


def test_digits_and_enter_are_a_pin_while_it_is_locked():
    assert typed(PinPad(), "123456\n") == [None] * 6 + ["123456"]


def test_any_digit_stops_while_it_is_not_locked():
    assert typed(PinPad(), "1\n", locked=False) == [Control.STOP, Control.STOP]


def test_digits_typed_before_the_lock_belong_to_no_pin():
    pad = PinPad()
    typed(pad, "12", locked=False)

    assert typed(pad, "34\n") == [None, None, "34"]


def test_enter_alone_is_a_stop():
    assert typed(PinPad(), "\n") == [Control.STOP]


def test_a_pin_is_forgotten_after_it_was_tried_and_when_nobody_goes_on():
    pad = PinPad()
    typed(pad, "1234\n")
    again = typed(pad, "56\n")
    typed(pad, "78")
    late = typed(pad, "9\n", now=FORGOTTEN + 1)

    assert again[-1] == "56"
    assert late[-1] == "9"


def test_of_too_many_digits_the_last_ones_count():
    assert typed(PinPad(), "0" + "1" * LONGEST + "\n")[-1] == "1" * LONGEST


# --- all of them together


def test_all_sources_are_asked_and_let_go_of(wire, place):
    button = WiredButton(wire.contact, wire.close)
    with AllControls([button, StopSocket(place)]) as every:
        wire.closed = False
        found = [given for _ in range(LOOKS) for given in every.take()]
        held = every.held

    assert Control.STOP in found
    assert held
    assert wire.let_go
    assert not place.exists()
