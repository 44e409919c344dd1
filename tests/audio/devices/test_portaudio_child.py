"""What the sound process does in its callbacks, without a sound card."""

from types import SimpleNamespace

import numpy as np
import pytest

from coach.audio.devices.portaudio_child import (
    BLOCK,
    KEPT_BLOCKS,
    RATE,
    UNKNOWN,
    Callbacks,
    Counter,
    Memory,
    Pace,
    found,
)

FINE = SimpleNamespace(output_underflow=False, input_overflow=False)
LATE = SimpleNamespace(output_underflow=True, input_overflow=True)


class Card:
    """Callbacks with a clock and a counter of signals."""

    def __init__(self, ahead=2 * BLOCK):
        self.memory = Memory(bytearray(Memory.SIZE))
        self.memory.counters[Counter.LEAD] = UNKNOWN
        self.now = 1.0
        self.signals = 0
        self.callbacks = Callbacks(self.memory, ahead, lambda: self.now, self._signal)

    def _signal(self):
        self.signals += 1

    def hand_over(self, samples):
        written = self.memory.counters[Counter.WRITTEN]
        at = (written + np.arange(len(samples))) % Memory.RING
        np.asarray(self.memory.written)[at] = samples
        self.memory.counters[Counter.WRITTEN] = written + len(samples)

    def play(self, flags=FINE):
        out = bytearray(4 * BLOCK * self.callbacks.channels)
        self.callbacks.play(out, BLOCK, None, flags)
        return np.frombuffer(out, dtype=np.float32).reshape(-1, self.callbacks.channels)

    def hear(self, samples, flags=FINE):
        self.callbacks.hear(samples.astype(np.float32).tobytes(), len(samples), None, flags)

    def __getitem__(self, counter):
        return self.memory.counters[counter]


def ramp(blocks):
    return np.arange(1, blocks * BLOCK + 1, dtype=np.float32)


def test_silence_is_played_until_there_is_a_cushion():
    card = Card()
    card.hand_over(ramp(1))

    first = card.play()
    card.hand_over(ramp(1))
    second = card.play()

    assert not first.any()
    assert second[:, 0].tolist() == ramp(1).tolist()
    assert card[Counter.UNDERFLOWS] == 0
    assert (card[Counter.TAKEN], card[Counter.SOUNDED]) == (BLOCK, 2 * BLOCK)


def test_a_gap_is_counted_once_and_a_cushion_is_gathered_again():
    card = Card()
    card.hand_over(ramp(2))
    for _ in range(5):
        card.play()
    card.hand_over(ramp(1))

    still_silent = card.play()
    card.hand_over(ramp(1))
    again = card.play()

    assert card[Counter.UNDERFLOWS] == 1
    assert card[Counter.LATE] == 1
    assert not still_silent.any()
    assert again.any()


def test_every_channel_plays_the_same():
    card = Card()
    card.callbacks.channels = 2
    card.hand_over(ramp(2))

    played = card.play()

    assert played[:, 0].tolist() == played[:, 1].tolist() == ramp(1).tolist()


def test_what_really_sounded_is_kept_silence_included():
    card = Card()
    card.play()
    card.hand_over(ramp(2))
    card.play()

    kept = np.asarray(card.memory.sounded)[: 2 * BLOCK]

    assert not kept[:BLOCK].any()
    assert kept[BLOCK:].tolist() == ramp(1).tolist()


def test_it_goes_round_its_rings_without_a_seam():
    card = Card()
    written = ramp(3 * KEPT_BLOCKS)
    played = []
    card.hand_over(written[:BLOCK])

    for begin in range(BLOCK, len(written), BLOCK):
        card.hand_over(written[begin : begin + BLOCK])
        played.append(card.play()[:, 0])

    assert np.concatenate(played).tolist() == written[:-BLOCK].tolist()


def test_room_is_told_of_with_every_block():
    card = Card()

    for _ in range(3):
        card.play()

    assert card.signals == 3


def test_the_lead_is_what_the_output_is_ahead_when_the_microphone_gives_a_block():
    card = Card()
    card.hear(np.ones(BLOCK))
    before = card[Counter.LEAD]
    for _ in range(4):
        card.play()
    card.now += 0.005

    card.hear(np.ones(BLOCK))

    assert before == UNKNOWN
    assert card[Counter.LEAD] == 4 * BLOCK + round(0.005 * RATE) - 2 * BLOCK
    assert card[Counter.CAPTURED] == 2 * BLOCK


def test_an_output_that_stands_still_is_not_taken_to_go_on():
    card = Card()
    card.play()
    card.now += 3600.0

    card.hear(np.ones(BLOCK))

    assert card[Counter.LEAD] <= 4 * BLOCK


def test_a_microphone_of_another_rate_is_kept_in_whole_blocks():
    card = Card()
    card.callbacks.input_rate = 44_100
    card.play()

    for number in range(KEPT_BLOCKS + 1):
        card.hear(np.full(882, number))

    kept = np.asarray(card.memory.captured)[: KEPT_BLOCKS * 882].reshape(KEPT_BLOCKS, 882)
    assert kept[:, 0].tolist() == kept[:, -1].tolist() == [KEPT_BLOCKS, *range(1, KEPT_BLOCKS)]
    assert card[Counter.LEAD] == round(4 * BLOCK - 0 - (KEPT_BLOCKS + 1) * 882 * RATE / 44_100) - 3 * BLOCK


def test_what_the_library_reports_lost_is_counted():
    card = Card()
    card.hand_over(ramp(3))
    card.play(LATE)
    card.play(LATE)
    card.hear(np.ones(BLOCK), LATE)
    card.hear(np.ones(BLOCK), LATE)

    assert card[Counter.UNDERFLOWS] == 1  # what came before the first sound is no gap
    assert card[Counter.LATE] == 0  # and this one was none of the coach's
    assert card[Counter.OVERFLOWS] == 1


def paced(rate, *, nominal=RATE, seconds=25.0, halt_at=None, gap_at=None):
    """Return what is measured of a device that gives `rate` frames a second, in blocks of 20 ms of its own."""
    pace, now, told = Pace(nominal), 100.0, []
    while now < 100.0 + seconds:
        now += BLOCK / rate
        if halt_at is not None and now > 100.0 + halt_at:
            now, halt_at = now + 5.0, None
        gap = gap_at is not None and now > 100.0 + gap_at
        gap_at = None if gap else gap_at
        told.append(pace.note(BLOCK, now, gap=gap))
    return [each for each in told if each is not None]


@pytest.mark.parametrize(
    ("rate", "millionths"),
    [
        pytest.param(48_000, 0, id="as it should be"),
        pytest.param(44_100, -81_250, id="it says 48,000 and gives 44,100"),
        pytest.param(48_480, 10_000, id="a hundredth too fast"),
        pytest.param(48_002.4, 50, id="a crystal"),
    ],
)
def test_a_rate_is_measured_against_a_clock_that_never_jumps(rate, millionths):
    assert paced(rate) == [pytest.approx(millionths, abs=1)]


@pytest.mark.parametrize(
    "fault", [{"halt_at": 10.0}, {"gap_at": 10.0}], ids=["it stood still", "it left out something"]
)
def test_a_stretch_with_a_gap_in_it_measures_nothing(fault):
    assert paced(RATE, **fault) == []
    assert paced(RATE, seconds=35.0, **fault) == [pytest.approx(0, abs=1)]


DEVICES = [
    {"name": "HDMI", "host_api": "ALSA", "outputs": 2, "inputs": 0, "default_output": False, "default_input": False},
    {"name": "Jabra SPEAK", "host_api": "ALSA", "outputs": 2, "inputs": 1, "default_output": False, "default_input": 0},
    {"name": "Jabra", "host_api": "OSS", "outputs": 2, "inputs": 1, "default_output": False, "default_input": False},
    {"name": "default", "host_api": "ALSA", "outputs": 32, "inputs": 32, "default_output": True, "default_input": True},
]


@pytest.mark.parametrize(
    ("direction", "name", "host_api", "index"),
    [
        ("output", "", "", 3),
        ("input", "", "", 3),
        ("output", "", "oss", 2),
        ("output", "jabra", "", 2),
        ("output", "jabra", "ALSA", 1),
        ("output", "speak", "", 1),
        ("input", "hdmi", "", None),
        ("input", "bose", "", None),
    ],
    ids=[
        "default output",
        "default input",
        "the first of an interface without the default",
        "the whole name goes before a part",
        "only on that interface",
        "a part of the name",
        "a loudspeaker is no microphone",
        "none",
    ],
)
def test_devices_are_found_by_name(direction, name, host_api, index):
    assert found(DEVICES, direction, name, host_api) is (None if index is None else DEVICES[index])


def test_nothing_is_found_where_there_is_nothing():
    assert found([], "output", "", "") is None
