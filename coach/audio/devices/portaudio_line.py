"""One run of the sound process, seen from the coach: blocks in, blocks out, and which direction stands still."""

import os
import select
from typing import Final, NamedTuple

import numpy as np

from coach.audio.alignment import Alignment
from coach.audio.clip import Samples
from coach.audio.device import Capture
from coach.audio.devices.portaudio_child import BLOCKS_A_SECOND, KEPT_BLOCKS, UNKNOWN, Counter, Memory
from coach.audio.devices.portaudio_process import Opened, SoundProcess
from coach.audio.resampler import Decimator, Resampler
from coach.units import BLOCK, LISTEN_RATE, LISTEN_RATIO, SAMPLE_RATE, frames

LOST: Final = frames(0.5)
"""How long a direction stands still until it counts as lost: the suspicion threshold of the unplugged microphone."""
_SPARE_BLOCKS: Final = 8
"""Captured blocks given up beside those that were overwritten, so that none is overwritten while it is read."""
NOTHING: Final = np.zeros(0, dtype=np.float32)


class Losses(NamedTuple):
    """What was lost on the way."""

    underflows: int = 0
    """Gaps in what was played."""
    overflows: int = 0
    """Captured blocks that were lost."""
    late: int = 0
    """Gaps of those in which nothing had been handed over."""
    unread: int = 0
    """Captured blocks of those that nobody read in time."""

    def plus(self, more: "Losses") -> "Losses":
        """Return the sum of both."""
        return Losses(*(one + other for one, other in zip(self, more, strict=True)))


class Line:
    """What goes through one run of the process."""

    def __init__(self, process: SoundProcess, opened: Opened, ahead: int) -> None:
        """Take a process that is ready, what it opened, and the frames kept ready for the card."""
        self.opened = opened
        self._counters = process.memory.counters
        self._written: Samples = np.asarray(process.memory.written)
        self._sounded: Samples = np.asarray(process.memory.sounded)
        block = opened.input_rate // BLOCKS_A_SECOND
        self._captured: Samples = np.asarray(process.memory.captured)[: KEPT_BLOCKS * block]
        self._keep = len(self._captured) - _SPARE_BLOCKS * block
        self._block = block
        self._room = process.room
        self._poll = select.poll()
        self._poll.register(process.room, select.POLLIN)
        self._ahead = ahead
        # The card's buffer is full when it asks for more, so a frame sounds this much later at least; the canceller
        # is spared the wait, and the frames the reference asks for have always been taken already.
        self._buffered = max(BLOCK, frames(opened.output_latency_s) - BLOCK)
        self._alignment = Alignment()
        self._own = Decimator()
        self._far = None if opened.input_rate == SAMPLE_RATE else Resampler(opened.input_rate, LISTEN_RATE)
        self._near = Decimator()
        self._read = 0
        self._listened = 0
        self._unread = 0
        self._last_captured = 0
        self._last_breaks = (0, 0)
        self._output_still = 0
        self._input_still = 0

    @property
    def output_alive(self) -> bool:
        """Return whether the output takes frames."""
        return self._output_still < LOST

    @property
    def input_alive(self) -> bool:
        """Return whether the microphone gives frames."""
        return self._input_still < LOST

    @property
    def losses(self) -> Losses:
        """Return what was lost so far."""
        counters = self._counters
        lost = counters[Counter.OVERFLOWS] + self._unread
        return Losses(counters[Counter.UNDERFLOWS], lost, counters[Counter.LATE], self._unread)

    @property
    def paces(self) -> tuple[float | None, float | None]:
        """Return how fast output and microphone run, 1.0 being right; None while unknown."""
        output, microphone = (self._counters[which] for which in (Counter.OUTPUT_PACE, Counter.INPUT_PACE))
        return _pace(output), _pace(microphone)

    def write(self, piece: Samples) -> bool:
        """Hand over at most a block; return whether there was room for it in time."""
        counters = self._counters
        while (written := counters[Counter.WRITTEN]) - counters[Counter.TAKEN] + len(piece) > self._ahead:
            # As long as it lives it is waited for, so that nothing is left out; a lost one is asked once a block.
            patience = max(LOST - self._output_still, len(piece))
            if not self._poll.poll(1_000 * patience / SAMPLE_RATE):
                self._output_still += patience
                self._watch_input(patience)
                return False
            os.eventfd_read(self._room)
        self._output_still = 0
        self._watch_input(len(piece))
        begin = written % Memory.RING
        first = min(len(piece), Memory.RING - begin)
        self._written[begin : begin + first] = piece[:first]
        self._written[: len(piece) - first] = piece[first:]
        counters[Counter.WRITTEN] = written + len(piece)
        return True

    def read(self) -> Capture:
        """Return everything captured since the last call, with what was played meanwhile."""
        counters = self._counters
        captured = counters[Counter.CAPTURED]
        if captured - self._read > self._keep:
            self._give_up(captured - self._read - self._keep, lost=self._listened > 0)
        count = captured - self._read
        if self._far is None:
            count -= count % LISTEN_RATIO
        if not count:
            return Capture(NOTHING, NOTHING)
        self._note_lead()
        heard = _stretch(self._captured, self._read, count)
        self._read += count
        mic = self._near.accept(heard) if self._far is None else self._far.accept(heard)
        if not len(mic):  # a resampler gathers some before it gives any
            return Capture(NOTHING, NOTHING)
        begin = self._alignment.played(self._listened) - self._buffered
        self._listened += len(mic)
        return Capture(mic, self._own.accept(self._played(begin, LISTEN_RATIO * len(mic))))

    def _watch_input(self, meanwhile: int) -> None:
        """Count how long the microphone has stood still, in played frames."""
        captured = self._counters[Counter.CAPTURED]
        self._input_still = self._input_still + meanwhile if captured == self._last_captured else 0
        self._last_captured = captured

    def _note_lead(self) -> None:
        lead = self._counters[Counter.LEAD]
        if lead == UNKNOWN:
            return
        breaks = self._counters[Counter.BREAKS], self._counters[Counter.OVERFLOWS]
        if breaks != self._last_breaks:
            self._last_breaks = breaks
            self._alignment.restart()
        self._alignment.note(lead)

    def _give_up(self, count: int, *, lost: bool) -> None:
        """Leave out the oldest captured frames, in whole blocks: they have been overwritten.

        What came before anybody had listened at all is not lost: the session was still being prepared.
        """
        blocks = -(-count // self._block)
        self._unread += blocks if lost else 0
        self._read += blocks * self._block
        self._listened += blocks * LISTEN_RATE // BLOCKS_A_SECOND

    def _played(self, begin: int, count: int) -> Samples:
        """Return what the output took from one frame on; zeros where it took nothing or it is not kept any more."""
        sounded = self._counters[Counter.SOUNDED]
        first = max(begin, sounded - (KEPT_BLOCKS - _SPARE_BLOCKS) * BLOCK, 0)
        last = min(begin + count, sounded)
        if first == begin and last == begin + count:
            return _stretch(self._sounded, begin, count)
        samples = np.zeros(count, dtype=np.float32)
        if first < last:
            samples[first - begin : last - begin] = _stretch(self._sounded, first, last - first)
        return samples


def _pace(millionths: int) -> float | None:
    return None if millionths == UNKNOWN else 1.0 + millionths / 1e6


def _stretch(ring: Samples, begin: int, count: int) -> Samples:
    """Return a copy of consecutive frames of a ring buffer."""
    begin %= len(ring)
    first = min(count, len(ring) - begin)
    return np.concatenate((ring[begin : begin + first], ring[: count - first]))
