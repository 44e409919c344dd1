"""A keypad as the system gives it: records of evdev through a pipe, and the list of devices."""

import os
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.runtime.controls.control import ENTER, Control, Note, Pressed
from coach.runtime.controls.input_devices import AUTO, find_keypad, input_devices, parsed
from coach.runtime.controls.keypad import RECORD, Keypad, Records

PROMPT_S = 30.0
KP_5, KP_ENTER, NUM_LOCK, PAGE_DOWN, ONE = 76, 96, 69, 109, 2
SECONDS, MICROSECONDS = 1_790_000_000, 250_000


def record(kind, code, value):
    return RECORD.pack(SECONDS, MICROSECONDS, kind, code, value)


def stroke(code, repeats=0):
    """Return what a USB keypad sends when a key is pressed, held and let go: scan code, key, end of report."""
    scan, end = record(4, 4, 0x7005D), record(0, 0, 0)
    down = scan + record(1, code, 1) + end
    return down + repeats * (record(1, code, 2) + end) + scan + record(1, code, 0) + end


@pytest.mark.parametrize(
    ("raw", "asked"),
    [
        pytest.param(stroke(PAGE_DOWN), (Control.STOP,), id="a page-turner"),
        pytest.param(stroke(PAGE_DOWN, repeats=40), (Control.STOP,), id="held"),
        pytest.param(stroke(KP_5) + stroke(ONE), (Pressed("5"), Pressed("1")), id="digits"),
        pytest.param(stroke(KP_ENTER), (Pressed(ENTER),), id="enter"),
        pytest.param(stroke(NUM_LOCK), (), id="num lock, which keypads send by themselves"),
        pytest.param(record(0, 3, 0), (Control.STOP,), id="events were lost"),
        pytest.param(record(2, 0, 5), (), id="a wheel"),
        pytest.param(b"", (), id="nothing"),
    ],
)
def test_records_become_what_was_asked_for(raw, asked):
    assert Records().accept(raw) == asked


@given(
    st.lists(st.tuples(st.sampled_from([0, 1, 2, 4]), st.integers(0, 255), st.integers(0, 2)), max_size=20),
    st.lists(st.integers(1, 50), max_size=20),
)
def test_records_in_pieces_ask_for_the_same(events, pieces):
    raw = b"".join(record(*event) for event in events)
    records, taken, at = Records(), [], 0
    for size in [*pieces, len(raw)]:
        taken += records.accept(raw[at : at + size])
        at += size

    assert tuple(taken) == Records().accept(raw)


class Plug:
    """A device file that can be plugged in and out: a named pipe."""

    def __init__(self, path):
        self.path = path
        self.there = False
        self._writer = None

    def find(self, _name):
        return self.path if self.there else None

    def plug_in(self):
        os.mkfifo(self.path)
        self._writer = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)
        self.there = True

    def pull_out(self):
        self.there = False
        os.close(self._writer)
        self.path.unlink()

    def press(self, code):
        os.write(self._writer, stroke(code))


@pytest.fixture
def plug(tmp_path):
    return Plug(tmp_path / "event7")


@pytest.fixture
def keypad(plug):
    with Keypad(AUTO, plug.find, look_s=0.01) as made:
        yield made


def taken_until(keypad, wanted):
    """Return what comes until something wanted does."""
    taken, waiting = [], threading.Event()
    for _ in range(round(PROMPT_S / 0.01)):
        taken += keypad.take()
        if any(wanted(each) for each in taken):
            return taken
        waiting.wait(0.01)
    pytest.fail(f"it never came; only {taken}")


def is_note(text):
    return lambda each: isinstance(each, Note) and text in each.sentence


def test_a_keypad_that_is_plugged_in_later_stops(keypad, plug):
    before = keypad.take()
    plug.plug_in()
    taken_until(keypad, is_note("ready"))

    plug.press(PAGE_DOWN)

    assert before == ()
    assert taken_until(keypad, lambda each: each is Control.STOP) == [Control.STOP]


def test_a_keypad_that_is_pulled_out_is_told_and_found_again(keypad, plug):
    plug.plug_in()
    taken_until(keypad, is_note("ready"))

    plug.pull_out()
    taken_until(keypad, is_note("gone"))
    plug.plug_in()
    taken_until(keypad, is_note("ready"))
    plug.press(KP_5)

    assert taken_until(keypad, lambda each: each == Pressed("5"))


def test_a_keypad_that_may_not_be_read_says_what_to_do_once(tmp_path, monkeypatch):
    path = tmp_path / "event7"
    path.touch(mode=0o000)
    refuse = os.geteuid() == 0  # nothing is forbidden to root
    if refuse:
        real = os.open

        def forbidden(name, *rest):
            if name == path:
                raise PermissionError
            return real(name, *rest)

        monkeypatch.setattr(os, "open", forbidden)

    with Keypad(AUTO, lambda _name: path, look_s=0.01) as keypad:
        told = taken_until(keypad, is_note("usermod -aG input"))

    assert len(told) == 1


LISTED = """\
I: Bus=0003 Vendor=04d9 Product=a02a Version=0110
N: Name="SIGMACHIP USB Keyboard"
P: Phys=usb-0000:01:00.0-1.4/input0
S: Sysfs=/devices/platform/scb/input/input5
U: Uniq=
H: Handlers=sysrq kbd event1 leds
B: PROP=0
B: EV=120013
B: KEY=10000000000007 ff800000000007ff febeffdff3cfffff fffffffffffffffe
B: MSC=10
B: LED=7

I: Bus=0003 Vendor=13ba Product=0001 Version=0110
N: Name="LiteOn Numeric Keypad"
P: Phys=usb-0000:01:00.0-1.2/input0
S: Sysfs=/devices/platform/scb/input/input7
U: Uniq=
H: Handlers=sysrq kbd leds event3
B: PROP=0
B: EV=120013
B: KEY=10000 0 0 0 0 1 c00000000 8e0ffe0100006000
B: MSC=10
B: LED=1

I: Bus=0003 Vendor=05ac Product=022c Version=011b
N: Name="AB Shutter3"
H: Handlers=kbd event4
B: EV=1b
B: KEY=1000000000000 0 c000000000000 0

I: Bus=0019 Vendor=0000 Product=0001 Version=0000
N: Name="vc4-hdmi HDMI Jack"
H: Handlers=event0
B: EV=21
B: SW=140
"""


def keys(*codes):
    """Return keys as the system lists them, on a machine of 64 bits."""
    whole = sum(1 << code for code in codes)
    return " ".join(f"{whole >> 64 * word & (2**64 - 1):x}" for word in (2, 1, 0))


DIGITS = (71, 72, 73, 75, 76, 77, 79, 80, 81, 82)


def listed(tmp_path, text):
    path = tmp_path / "devices"
    path.write_text(text, encoding="utf-8")
    return path


def test_devices_are_read_as_the_system_lists_them():
    found = {device.name: device for device in parsed(LISTED)}

    assert [device.path.name for device in found.values()] == ["event1", "event3", "event4", "event0"]
    assert 30 in found["SIGMACHIP USB Keyboard"].keys
    assert found["vc4-hdmi HDMI Jack"].keys == frozenset()


@pytest.mark.parametrize(
    ("codes", "is_keypad"),
    [
        pytest.param((*DIGITS, 96), True, id="a numeric keypad"),
        pytest.param((*DIGITS, *range(1, 84)), False, id="a keyboard with one"),
        pytest.param((104, 109, 28), False, id="a page-turner, which must be named"),
    ],
)
def test_only_a_numeric_keypad_is_taken_unasked(tmp_path, codes, is_keypad):
    text = f'N: Name="Some keys"\nH: Handlers=kbd event9\nB: KEY={keys(*codes)}\n'

    found = find_keypad(AUTO, listed(tmp_path, text))

    assert (found is not None) == is_keypad


def test_a_keypad_is_found_by_a_part_of_its_name(tmp_path):
    path = listed(tmp_path, LISTED)

    assert find_keypad("shutter", path).name == "event4"
    assert find_keypad("no such", path) is None
    assert [device.name for device in input_devices(path)] == [
        "SIGMACHIP USB Keyboard",
        "LiteOn Numeric Keypad",
        "AB Shutter3",
    ]


def test_where_the_system_lists_nothing_there_is_none(tmp_path):
    assert input_devices(tmp_path / "nothing") == ()
