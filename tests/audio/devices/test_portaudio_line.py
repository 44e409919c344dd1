"""Both sides of the shared memory in one process and in lock-step: a card that runs when it is told to."""

import os
from types import SimpleNamespace

import numpy as np
import pytest

from coach.audio.devices.portaudio_child import BLOCK, KEPT_BLOCKS, UNKNOWN, Callbacks, Counter, Memory
from coach.audio.devices.portaudio_line import Line, Losses
from coach.audio.devices.portaudio_process import Opened
from coach.units import LISTEN_BLOCK, SAMPLE_RATE

FINE = SimpleNamespace(output_underflow=False, input_overflow=False)
AHEAD = 2 * BLOCK


class Card:
    """A sound process without a process: its callbacks are called by the test."""

    def __init__(self, input_rate=SAMPLE_RATE):
        self.memory = Memory(bytearray(Memory.SIZE))
        self.memory.counters[Counter.LEAD] = UNKNOWN
        self.room = os.eventfd(0, os.EFD_NONBLOCK)
        self.now = 1.0
        self.input_rate = input_rate
        self.callbacks = Callbacks(self.memory, AHEAD, lambda: self.now, lambda: os.eventfd_write(self.room, 1))
        self.callbacks.input_rate = input_rate
        self.sounded = []

    def play(self):
        out = bytearray(4 * BLOCK)
        self.callbacks.play(out, BLOCK, None, FINE)
        self.sounded.append(np.frombuffer(out, dtype=np.float32))

    def hear(self, samples=None):
        count = self.input_rate // 50
        block = np.zeros(count, dtype=np.float32) if samples is None else samples
        self.callbacks.hear(block.tobytes(), count, None, FINE)


@pytest.fixture(params=[SAMPLE_RATE])
def card(request):
    made = Card(request.param)
    yield made
    os.close(made.room)


@pytest.fixture
def line(card):
    return Line(card, Opened("a", "b", card.input_rate, 0.06, 0.04), AHEAD)


def ramp(count):
    return np.arange(1, count + 1, dtype=np.float32)


@pytest.mark.parametrize("size", [BLOCK, 480, 900, 3])
def test_blocks_of_any_size_come_out_in_one_piece_and_in_order(card, line, size):
    samples = ramp((KEPT_BLOCKS + 9) * BLOCK)
    for begin in range(0, len(samples), size):
        while card.memory.counters[Counter.WRITTEN] - card.memory.counters[Counter.TAKEN] + size > AHEAD:
            card.play()
        assert line.write(samples[begin : begin + size])
    card.play()

    sounded = np.concatenate(card.sounded)

    assert np.array_equal(sounded[sounded != 0], samples[: np.count_nonzero(sounded)])
    assert np.count_nonzero(sounded) >= len(samples) - AHEAD
    assert line.losses == Losses()


def test_a_card_that_takes_nothing_is_lost_after_half_a_second_and_found_when_it_takes_again(card, line):
    for _ in range(2):
        line.write(ramp(BLOCK))

    taken = line.write(ramp(BLOCK))
    lost = line.output_alive
    card.play()
    taken_again = line.write(ramp(BLOCK))

    assert not taken
    assert not lost
    assert taken_again
    assert line.output_alive


def test_a_microphone_that_stands_still_while_half_a_second_is_played_is_lost(card, line):
    alive = []
    for _ in range(30):
        line.write(ramp(BLOCK))
        card.play()
        alive.append(line.input_alive)
    card.hear()
    line.write(ramp(BLOCK))

    assert alive == [True] * 24 + [False] * 6
    assert line.input_alive
    assert line.output_alive


def test_the_reference_is_what_sounded_one_buffer_ago(card, line):
    noise = np.random.default_rng(5).uniform(-0.5, 0.5, 200 * BLOCK).astype(np.float32)
    mic, reference = [], []
    silence = np.zeros(BLOCK, dtype=np.float32)
    for begin in range(0, len(noise), BLOCK):
        line.write(noise[begin : begin + BLOCK])
        card.play()
        # The air: what was taken two blocks ago, the least a card with a buffer of 60 ms can do.
        card.hear(card.sounded[-3] if len(card.sounded) > 2 else silence)
        capture = line.read()
        mic.append(capture.mic)
        reference.append(capture.reference)

    # Heard blocks are late by two, the reference by the buffer less a block, and the lead is one more than was heard.
    heard, referred = np.concatenate(mic)[4 * LISTEN_BLOCK :], np.concatenate(reference)[4 * LISTEN_BLOCK :]
    lags = range(-LISTEN_BLOCK, 2 * LISTEN_BLOCK)
    likeness = [float(np.dot(np.roll(referred, lag), heard)) for lag in lags]
    assert lags[int(np.argmax(likeness))] == 0
    assert max(likeness) > 0.9 * np.dot(heard, heard)


def test_mic_and_reference_are_of_one_length_whatever_was_captured(card, line):
    lengths = []
    for number in range(12):
        line.write(ramp(BLOCK))
        card.play()
        for _ in range(number % 3):
            card.hear()
        capture = line.read()
        lengths.append((len(capture.mic), len(capture.reference)))

    assert lengths == [(number % 3 * LISTEN_BLOCK,) * 2 for number in range(12)]


@pytest.mark.parametrize("card", [44_100, 16_000, 32_000], indirect=True)
def test_a_microphone_of_another_rate_is_heard_at_the_listening_rate(card, line):
    rate, span = card.input_rate, 2
    tone = np.sin(2 * np.pi * 440.0 * np.arange(span * rate) / rate).astype(np.float32)
    heard = []
    for begin in range(0, len(tone), rate // 50):
        line.write(ramp(BLOCK))
        card.play()
        card.hear(tone[begin : begin + rate // 50])
        heard.append(line.read().mic)

    mic = np.concatenate(heard)
    at = np.arange(len(mic)) / 16_000
    assert len(mic) > 16_000 * span - 3 * LISTEN_BLOCK
    assert np.abs(mic - np.sin(2 * np.pi * 440.0 * at))[1_000:-1_000].max() < 0.01


@pytest.mark.parametrize(("listening", "unread"), [(True, 48), (False, 0)], ids=["listening", "still preparing"])
def test_what_was_overwritten_is_counted_from_the_first_listening_on_and_the_newest_is_kept_in_step(
    card, line, listening, unread
):
    for number in range(KEPT_BLOCKS + 40):
        if listening and number == 0:
            card.hear(np.zeros(BLOCK, dtype=np.float32))
            line.read()
        line.write(np.full(BLOCK, number / 1_000, dtype=np.float32))
        card.play()
        card.hear(np.full(BLOCK, number / 1_000, dtype=np.float32))

    capture = line.read()

    assert line.losses == Losses(overflows=unread, unread=unread)
    assert len(capture.mic) == len(capture.reference) == (KEPT_BLOCKS - 8) * LISTEN_BLOCK
    assert capture.mic[-1] == pytest.approx((KEPT_BLOCKS + 39) / 1_000, abs=1e-3)
    assert capture.reference[-1] == pytest.approx(capture.mic[-1], abs=0.005)


def test_before_the_output_ran_the_reference_is_silence(card, line):
    card.hear(np.ones(BLOCK, dtype=np.float32))

    capture = line.read()

    assert capture.mic.any()
    assert not capture.reference.any()


def test_a_rate_is_known_only_once_it_has_been_measured(card, line):
    for unmeasured in (Counter.OUTPUT_PACE, Counter.INPUT_PACE):
        card.memory.counters[unmeasured] = UNKNOWN
    before = line.paces
    card.memory.counters[Counter.INPUT_PACE] = -81_250

    assert before == (None, None)
    assert line.paces == (None, 0.91875)
