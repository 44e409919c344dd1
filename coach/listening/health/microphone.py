"""Whether a microphone gives sound, judged by the samples alone.

Rules:

1. *One detector a defect.* Each looks at numbers of blocks of 20 ms and remembers a window of them. A window must be
   full before anything is complained of: no defect is seen in the first moment.
2. *Two seconds.* What must be noticed at once is noticed after `WINDOW_S`, so that the coach is silent 2.5 s after
   hearing was lost (knowledge of hazards H21, H23: more than two seconds of zeros, a fifth clipped for two seconds).
3. *A complaint lasts* until the defect has not shown for `RECOVERY_S`: a loose plug is one fault and not twenty.
4. *Silence is not a defect.* A real microphone hisses; exact zeros are what a mute switch, a missing cable or a driver
   gives. Only a speakerphone that gates its own noise gives zeros while nobody speaks: then `gated` leaves zeros
   unjudged, and only what the person is heard to say proves the microphone.
"""

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from coach.audio.clip import Samples
from coach.listening.health.complaint import Complaint
from coach.units import LISTEN_BLOCK, LISTEN_RATE

WINDOW_S: Final = 2.0
"""How long a defect must show: the limit of the hazard log for zeros and for clipping."""
RECOVERY_S: Final = 1.0
"""How long it must not show before the microphone is believed again; chosen, not measured."""

_STEP: Final = 1.0 / 32_768.0
"""One step of a 16-bit converter."""
_DEAD_PEAK: Final = 2.0 * _STEP
"""A converter without a microphone gives its last bit, a step and a half once it was resampled; hiss of -70 dBFS has
peaks of forty."""
_NEARLY_ALL: Final = 0.95
"""Share of a window's blocks that must show a defect which shows all the time; a block in twenty may be a glitch."""
_MOSTLY: Final = 0.7
"""Share of blocks that are repeated: of half a second again and again the first half second is new."""
_GAP_SHARE: Final = 0.2
"""Share of blocks that are exact zeros: a real microphone gives none. A fifth loses one word in three; chosen."""
_GAPS: Final = 2.5
"""Three gaps in a window: one or two are a plug that was moved, or the beginning of a mute; chosen."""
_OFFSET: Final = 0.1
"""Mean against full scale: the limit of the hazard log (H23)."""
_CLIPPED_AT: Final = 0.99
_CLIPPED_SHARE: Final = 0.2
"""Share of samples at full scale: the limit of the hazard log (H23)."""
_LOUD: Final = 10.0 ** (-12.0 / 10.0)
"""Mean power against full scale in nearly every block: somebody who shouts pauses, noise of a wrong format does not;
chosen."""
_FAINT: Final = 10.0 ** (-80.0 / 10.0)
"""Mean power against full scale. A room lies at -60 to -50 dB with a usable gain; 20 dB less gain puts a voice in bed
below what the segmenter takes for somebody (-62 dB), and the room below this."""
_FAINT_S: Final = 10.0
"""How long not one block may be louder: somebody breathes, a bed creaks, a prompt comes back; chosen."""
_HUM_HZ: Final = (50.0, 60.0)
_HUM_HARMONICS: Final = 10
_HUM_WIDTH_HZ: Final = 2.0
_HUM_BLOCKS: Final = 25
"""Half a second: 2 Hz apart are told apart."""
_HUM_POWER: Final = 10.0 ** (-40.0 / 10.0)
"""Hum below this does not cover a voice that arrives at -45 to -30 dBFS: canceller and segmenter look above 200 Hz."""
_HUM_SHARE: Final = 0.9
_BIT_BLOCKS: Final = 10
"""Blocks whose bits are put together: 0.2 s."""
_LOWEST_STUCK: Final = 5
"""Lowest bit whose standing still is a defect: cheap converters and digital gain leave up to five low bits at zero."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One block in numbers, against full scale."""

    peak: float
    mean: float
    power: float
    """Mean square around the mean."""
    spread: float
    """Largest less smallest sample."""
    clipped: float
    """Share of samples at full scale, 0 to 1."""
    ones: int
    """Bits that are set in every sample, as a 16-bit converter would write them; -1 where the samples are not such."""
    any_ones: int
    """Bits that are set in some sample."""


def measured(block: Samples) -> Measure:
    """Return a block in numbers.

    Args:
        block: float32, shape (n,), 16 kHz, full scale ±1.0; n > 0.
    """
    low, high = float(block.min()), float(block.max())
    mean = float(block.mean(dtype=np.float64))
    square = float(np.vdot(block, block)) / len(block)
    power = max(0.0, square - mean * mean) if math.isfinite(square) else square
    peak = max(-low, high)
    clipped = float(np.count_nonzero(np.abs(block) >= _CLIPPED_AT)) / len(block) if peak >= _CLIPPED_AT else 0.0
    ones, any_ones = _bits(block) if math.isfinite(square) else (-1, -1)
    return Measure(peak, mean, power, high - low, clipped, ones, any_ones)


def _bits(block: Samples) -> tuple[int, int]:
    """Return the bits set in every sample and in any; (-1, -1) where the samples lie between a converter's steps."""
    scaled = block * np.float32(32_768.0)
    words = np.rint(scaled)
    if not np.array_equal(words, scaled):
        return -1, -1
    whole = np.clip(words, -32_768, 32_767).astype(np.int16).view(np.uint16)
    return int(np.bitwise_and.reduce(whole)), int(np.bitwise_or.reduce(whole))


class Detector(Protocol):
    """Looks for one defect."""

    @property
    def complaint(self) -> Complaint:
        """Return what it complains of."""

    def accept(self, measure: Measure, block: Samples) -> bool:
        """Take the next block and return whether the defect shows just now."""


class _Window:
    """The last blocks, each with a number; the mean of them is kept."""

    def __init__(self, span_s: float) -> None:
        self._size = round(span_s * LISTEN_RATE / LISTEN_BLOCK)
        self._values: deque[float] = deque(maxlen=self._size)
        self._sum = 0.0

    def add(self, value: float) -> float:
        """Take a number in and return the mean of a full window, 0 before it is full."""
        if len(self._values) == self._size:
            self._sum -= self._values[0]
        self._values.append(value)
        self._sum += value
        return self._sum / self._size if len(self._values) == self._size else 0.0


class Muted:
    """Zeros, or the last bit, in nearly every block of the window."""

    complaint = Complaint.MUTED

    def __init__(self) -> None:
        self._window = _Window(WINDOW_S)

    def accept(self, measure: Measure, _block: Samples) -> bool:
        """Take the next block and return whether the defect shows just now."""
        return self._window.add(measure.peak <= _DEAD_PEAK) >= _NEARLY_ALL


class Gaps:
    """Exact zeros in a fifth of the blocks of the window, and sound again and again between them."""

    complaint = Complaint.GAPS

    def __init__(self) -> None:
        self._zeros = _Window(WINDOW_S)
        self._begins = _Window(WINDOW_S)
        self._zero = False

    def accept(self, measure: Measure, _block: Samples) -> bool:
        """Take the next block and return whether the defect shows just now."""
        zero = measure.peak == 0.0
        begins = self._begins.add(zero and not self._zero) * WINDOW_S * LISTEN_RATE / LISTEN_BLOCK
        self._zero = zero
        return self._zeros.add(zero) >= _GAP_SHARE and begins >= _GAPS


class Constant:
    """One value that is not zero, in nearly every block of the window."""

    complaint = Complaint.CONSTANT

    def __init__(self) -> None:
        self._window = _Window(WINDOW_S)

    def accept(self, measure: Measure, _block: Samples) -> bool:
        """Take the next block and return whether the defect shows just now."""
        return self._window.add(measure.spread <= _DEAD_PEAK < measure.peak) >= _NEARLY_ALL


class Offset:
    """A mean beside the middle, in nearly every block of the window."""

    complaint = Complaint.OFFSET

    def __init__(self) -> None:
        self._window = _Window(WINDOW_S)

    def accept(self, measure: Measure, _block: Samples) -> bool:
        """Take the next block and return whether the defect shows just now."""
        return self._window.add(abs(measure.mean) > _OFFSET) >= _NEARLY_ALL


class Clipped:
    """A fifth of the samples at full scale, in nearly every block of the window."""

    complaint = Complaint.CLIPPED

    def __init__(self) -> None:
        self._window = _Window(WINDOW_S)

    def accept(self, measure: Measure, _block: Samples) -> bool:
        """Take the next block and return whether the defect shows just now."""
        return self._window.add(measure.clipped > _CLIPPED_SHARE) >= _NEARLY_ALL


class Loud:
    """Very loud in nearly every block of the window."""

    complaint = Complaint.LOUD

    def __init__(self) -> None:
        self._window = _Window(WINDOW_S)

    def accept(self, measure: Measure, _block: Samples) -> bool:
        """Take the next block and return whether the defect shows just now."""
        return self._window.add(measure.power > _LOUD) >= _NEARLY_ALL


class Repeating:
    """Nearly every block of the window was there before, sample for sample, which no noise ever is."""

    complaint = Complaint.REPEATS

    def __init__(self) -> None:
        self._window = _Window(WINDOW_S)
        self._before: deque[int] = deque(maxlen=round(WINDOW_S * LISTEN_RATE / LISTEN_BLOCK))

    def accept(self, measure: Measure, block: Samples) -> bool:
        """Take the next block and return whether the defect shows just now."""
        name = hash(block.tobytes())
        repeated = measure.spread > _DEAD_PEAK and name in self._before
        self._before.append(name)
        return self._window.add(repeated) >= _MOSTLY


class StuckBit:
    """A bit that was set in no sample of the window, or in every one, while the sign changes."""

    complaint = Complaint.STUCK_BIT

    def __init__(self) -> None:
        self._pieces: deque[tuple[int, int]] = deque(maxlen=round(WINDOW_S * LISTEN_RATE / LISTEN_BLOCK) // _BIT_BLOCKS)
        self._always, self._never = 0xFFFF, 0xFFFF
        self._blocks = 0
        self._stands = False

    def accept(self, measure: Measure, _block: Samples) -> bool:
        """Take the next block and return whether the defect shows just now."""
        if measure.ones < 0:
            self._pieces.clear()
            self._always, self._never = 0xFFFF, 0xFFFF
            self._blocks, self._stands = 0, False
            return False
        self._always &= measure.ones
        self._never &= ~measure.any_ones
        self._blocks += 1
        if self._blocks == _BIT_BLOCKS:
            self._pieces.append((self._always, self._never))
            self._always, self._never, self._blocks = 0xFFFF, 0xFFFF, 0
            self._stands = len(self._pieces) == self._pieces.maxlen and _stands(self._pieces)
        return self._stands


def _stands(pieces: Iterable[tuple[int, int]]) -> bool:
    """Return whether a bit that matters is the same in all pieces."""
    always, never = 0xFFFF, 0xFFFF
    for set_bits, clear_bits in pieces:
        always &= set_bits
        never &= clear_bits
    standing = (always | never) & 0xFFFF
    # Where the sign does not change either, the signal keeps to one side: an offset, or nothing, and no bit.
    return not standing & 0x8000 and bool(standing >> _LOWEST_STUCK)


class Hum:
    """Nearly all power in multiples of the mains' frequency, and enough of it to cover a voice."""

    complaint = Complaint.HUM

    def __init__(self) -> None:
        self._blocks: list[Samples] = []
        self._lines = [_mains_lines(hertz) for hertz in _HUM_HZ]
        self._found: deque[bool] = deque(maxlen=round(WINDOW_S * LISTEN_RATE / (LISTEN_BLOCK * _HUM_BLOCKS)))

    def accept(self, measure: Measure, block: Samples) -> bool:
        """Take the next block and return whether the defect shows just now."""
        if len(block) != LISTEN_BLOCK or measure.power < _HUM_POWER / 10.0:
            self._blocks.clear()
            self._found.clear()
            return False
        self._blocks.append(block)
        if len(self._blocks) == _HUM_BLOCKS:
            self._found.append(self._hums())
            self._blocks.clear()
        return len(self._found) == self._found.maxlen and all(self._found)

    def _hums(self) -> bool:
        heard = np.concatenate(self._blocks)
        spectrum = np.square(np.abs(np.fft.rfft((heard - heard.mean()) * np.hanning(len(heard)))))
        total = float(spectrum.sum())
        loud = float(np.mean(np.square(heard, dtype=np.float64))) >= _HUM_POWER
        return loud and any(float(spectrum[lines].sum()) >= _HUM_SHARE * total for lines in self._lines)


def _mains_lines(hertz: float) -> "np.ndarray[tuple[int], np.dtype[np.int_]]":
    """Return the places of a spectrum of half a second that lie beside multiples of a frequency."""
    resolution = LISTEN_RATE / (LISTEN_BLOCK * _HUM_BLOCKS)
    frequencies = np.arange(LISTEN_BLOCK * _HUM_BLOCKS // 2 + 1) * resolution
    nearest = np.clip(np.rint(frequencies / hertz), 1, _HUM_HARMONICS) * hertz
    return np.flatnonzero(np.abs(frequencies - nearest) <= _HUM_WIDTH_HZ)


class Faint:
    """Not one block of the last ten seconds as loud as a room's own noise."""

    complaint = Complaint.FAINT

    def __init__(self) -> None:
        self._window = _Window(_FAINT_S)

    def accept(self, measure: Measure, _block: Samples) -> bool:
        """Take the next block and return whether the defect shows just now."""
        return self._window.add(measure.power < _FAINT and measure.peak > _DEAD_PEAK) >= _NEARLY_ALL


def detectors(*, gated: bool = False) -> tuple[Detector, ...]:
    """Return one of each, the plainest defect first; what gates its own noise may give zeros."""
    zeros: tuple[Detector, ...] = () if gated else (Muted(), Gaps(), Faint())
    return (*zeros, Constant(), Clipped(), Offset(), Loud(), StuckBit(), Repeating(), Hum())


class MicrophoneHealth:
    """Judges a microphone block by block; see the rules at the top of the module."""

    def __init__(self, watched: Sequence[Detector] | None = None, *, gated: bool = False) -> None:
        """Take the detectors, or all of them.

        Args:
            watched: What to look for; None means everything.
            gated: Whether the device gives zeros by itself while nobody speaks.
        """
        self._detectors = tuple(detectors(gated=gated) if watched is None else watched)
        self._complaint: Complaint | None = None
        self._well_blocks = 0

    @property
    def complaint(self) -> Complaint | None:
        """Return what is wrong with the microphone, or None."""
        return self._complaint

    def accept(self, block: Samples) -> Complaint | None:
        """Take the next block and return what is wrong with the microphone, or None.

        Args:
            block: float32, shape (n,), 16 kHz, full scale ±1.0; usually 320.
        """
        if not len(block):
            return self._complaint
        measure = measured(block)
        if not math.isfinite(measure.power):
            self._complaint, self._well_blocks = Complaint.NO_NUMBERS, 0
            return self._complaint
        shows = [detector.complaint for detector in self._detectors if detector.accept(measure, block)]
        if shows:
            self._complaint = self._complaint if self._complaint in shows else shows[0]
            self._well_blocks = 0
        elif self._complaint is not None:
            self._well_blocks += 1
            if self._well_blocks * LISTEN_BLOCK >= RECOVERY_S * LISTEN_RATE:
                self._complaint = None
                self._well_blocks = 0
        return self._complaint
