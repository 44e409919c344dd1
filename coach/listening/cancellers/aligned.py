"""Brings the reference into step with the echo, before and while a canceller learns the room.

Sound cards tell their latency wrongly or not at all, Bluetooth and sound servers add to it, and two devices have two
clocks. All three are found from the coach's own voice:

1. *Found*: within the first tenths of a second of sound the echo's lag is read from the correlation of microphone and
   reference. The reference is delayed so far that the echo begins just behind it, and the canceller learns once more
   what it has heard so far.
2. *Followed*: where two clocks part, the room seems to move evenly. By how many frames the canceller's filter has
   moved, together with the delay that was given already, makes a straight line over time; its slope is the drift, and
   the reference is delayed by ever more or less, through silence as well.
3. *Found again*: where the canceller suddenly fails, the echo it expects is looked for elsewhere. After a gap in one
   direction the same room answers at another lag, and the canceller is right again at once.

Figures: `coach bench echo`.
"""

from collections import deque
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from coach.audio.clip import Samples
from coach.audio.delay_line import DelayLine
from coach.listening.echo import EchoCanceller
from coach.units import LISTEN_BLOCK, LISTEN_RATE

Spectra = NDArray[np.complex64]
Powers = NDArray[np.float32]

LONGEST_LAG_S: Final = 0.5
"""Latest echo that is looked for, in seconds."""
_LONGEST: Final = round(LONGEST_LAG_S * LISTEN_RATE)
_WINDOW: Final = 8_192
"""Listening frames of the microphone in one correlation: half a second."""
_SIZE: Final = 2 * _WINDOW
_LEAD: Final = 8
"""Frames by which the echo's loudest path lies behind the delayed reference: half a millisecond. The Kalman filter
learns best what lies there (`coach.listening.cancellers.kalman`); 2 to 16 were the same to within 1 dB."""
_EVERY: Final = 5
"""Blocks that sound between two looks for the lag: 0.1 s."""
_BAND_HZ: Final = (250.0, 6_000.0)
_WHITENING: Final = 0.8
"""How far the cross-spectrum is flattened (1 is the phase transform): a peak is sharp, and hum is not raised."""
_CLEAR: Final = 9.0
"""Peak of the correlation against its root mean square over all lags that is no chance."""
_AGREED: Final = 16
"""Listening frames within which `_LOOKS` looks in a row must agree: a millisecond."""
_LOOKS: Final = 3
"""With two, 10 of 120 late echoes were taken for early ones before they had come; with three none (measured)."""
_FADING: Final = np.float32(0.9)
"""Weight of the past in the cross-spectrum, a look."""
_MOVED: Final = 12
"""A lag that differs by fewer frames is left to the canceller."""
_RELEARNED: Final = 100
"""Blocks that are learned again once the lag is known: two seconds, which take 0.1 s of computing."""
_SOUND: Final = 1e-7
"""Mean power of a reference that sounds (-70 dBFS)."""
_LEARNED_DB: Final = 8.0
"""From this weakening on the canceller has the room, and the lag is right."""
_FAILED_DB: Final = 8.0
"""A canceller that does worse than it did by this much has lost the echo, or a person speaks."""

_STEP: Final = 10
"""Sounding blocks between two readings of where the filter stands: 0.2 s."""
_FORGETTING: Final = 0.97
"""Weight of the past in the line through the readings, a reading: seven seconds of sound."""
_LEAST_READINGS: Final = 10
_MOST_PPM: Final = 300.0
"""Most that two clocks part: crystals of cheap devices are good to 100 ppm each."""


class Following(EchoCanceller, Protocol):
    """A canceller that shows the room as it knows it."""

    @property
    def response(self) -> Spectra:
        """Return spectra of consecutive pieces of the response, shape (pieces, bins)."""
        ...

    @property
    def told(self) -> Powers:
        """Return how much of each bin was learned lately, 0 to 1: shape (bins,)."""
        ...


class AlignedCanceller:
    """A canceller whose reference is kept in step; behind the port `EchoCanceller`."""

    def __init__(self, canceller: Following) -> None:
        """Take the canceller that learns the room."""
        self._canceller = canceller
        self._line = DelayLine(_LONGEST)
        self._drift = 0.0
        self._forget()

    @property
    def name(self) -> str:
        """Return the name of the canceller within."""
        return self._canceller.name

    @property
    def convergence_db(self) -> float:
        """Return by how much the echo is weakened at present, in decibels."""
        return self._canceller.convergence_db

    @property
    def lag_s(self) -> float | None:
        """Return how long the echo takes from the reference to its loudest path, in seconds; None until it is found."""
        return None if self._lead is None else (self._delay + self._lead) / LISTEN_RATE

    @property
    def drift_ppm(self) -> float:
        """Return by how much the echo falls behind, in parts in a million: the loudspeaker's clock is slower."""
        return 1e6 * self._drift / LISTEN_BLOCK

    def reset(self) -> None:
        """Forget the room and the lag; clocks go on as they did."""
        self._canceller.reset()
        self._line.reset()
        self._forget()

    def process(self, mic: Samples, reference: Samples) -> Samples:
        """Return the microphone without the echo of the reference; see the port.

        Raises:
            ValueError: The shapes differ or are no multiple of 320.
        """
        if mic.shape != reference.shape or len(mic) % LISTEN_BLOCK:
            raise ValueError(f"{mic.shape} and {reference.shape} are not the same multiple of {LISTEN_BLOCK} frames")
        if len(mic) == LISTEN_BLOCK:
            return self._block(mic, reference)
        cleaned = np.empty_like(mic)
        for at in range(0, len(mic), LISTEN_BLOCK):
            block = slice(at, at + LISTEN_BLOCK)
            cleaned[block] = self._block(mic[block], reference[block])
        return cleaned

    def _forget(self) -> None:
        self._delay = 0.0
        self._lead: int | None = None
        self._looked = 0
        self._guesses: deque[int] = deque(maxlen=_LOOKS)
        self._cross: Spectra = np.zeros(_SIZE // 2 + 1, dtype=np.complex64)
        self._mic = np.zeros(_SIZE, dtype=np.float32)
        self._reference = np.zeros(_SIZE, dtype=np.float32)
        self._echo = np.zeros(_SIZE, dtype=np.float32)
        self._history: deque[tuple[Samples, Samples]] = deque(maxlen=_RELEARNED)
        self._left = self._heard = 0.0
        self._best_db = 0.0
        self._silent_for = _SIZE // LISTEN_BLOCK
        self._blocks = 0
        self._line_of_drift = _Line()
        self._sounded = 0
        self._stood: Spectra | None = None
        self._walked = 0.0

    def _block(self, mic: Samples, reference: Samples) -> Samples:
        self._blocks += 1
        later = min(max(self._delay + self._drift, 0.0), float(_LONGEST))
        aligned = self._line.accept(reference, self._delay, later)
        self._delay = later
        cleaned = self._canceller.process(mic, aligned)
        self._silent_for = 0 if reference.any() else self._silent_for + 1
        if self._silent_for * LISTEN_BLOCK >= _SIZE:
            return cleaned
        for ring, block in ((self._mic, mic), (self._reference, reference), (self._echo, mic - cleaned)):
            ring[:-LISTEN_BLOCK] = ring[LISTEN_BLOCK:]
            ring[-LISTEN_BLOCK:] = block
        self._history.append((mic, reference))
        if float(aligned @ aligned) > _SOUND * LISTEN_BLOCK:
            self._follow()
            self._look(mic, cleaned)
        return cleaned

    def _follow(self) -> None:
        """Read now and then how far the room seems to have moved, and delay the reference at that rate."""
        if self._canceller.convergence_db < _LEARNED_DB:
            self._stood = None
            return
        self._sounded += 1
        if self._stood is not None and self._sounded % _STEP:
            return
        now = self._canceller.response.copy()
        if self._stood is not None:
            self._walked += _moved(self._stood, now, self._canceller.told)
            self._line_of_drift.add(float(self._blocks), self._delay + self._walked)
            if self._line_of_drift.readings >= _LEAST_READINGS:
                most = _MOST_PPM * 1e-6 * LISTEN_BLOCK
                self._drift = min(max(self._line_of_drift.slope, -most), most)
        self._stood = now

    def _look(self, mic: Samples, cleaned: Samples) -> None:
        """Look for the lag now and then: until the canceller has learned, and where it fails."""
        self._left += 0.1 * (float(cleaned @ cleaned) - self._left)
        self._heard += 0.1 * (float(mic @ mic) - self._heard)
        self._looked += 1
        if self._looked < _EVERY:
            return
        self._looked = 0
        if self._lead is None or self._canceller.convergence_db < _LEARNED_DB:
            self._find()
            return
        weakened_db = float(10.0 * np.log10(max(self._heard, 1e-12) / max(self._left, 1e-12)))
        self._best_db = max(self._best_db - 0.05, weakened_db)
        if weakened_db < self._best_db - _FAILED_DB:
            self._find_again()

    def _find(self) -> None:
        """Read the lag of the echo off the correlation of microphone and reference."""
        heard = np.fft.rfft(np.concatenate((np.zeros(_WINDOW, dtype=np.float32), self._mic[-_WINDOW:])))
        self._cross = _FADING * self._cross + (heard * np.conj(np.fft.rfft(self._reference))).astype(np.complex64)
        lag = _peak(self._cross, 0, _LONGEST)
        if lag is None:
            self._guesses.clear()
            return
        self._guesses.append(lag)
        agreed = max(self._guesses) - min(self._guesses) <= _AGREED
        if len(self._guesses) == _LOOKS and agreed:
            self._settle(max(0, lag - _LEAD), lag)

    def _settle(self, delay: int, lag: int) -> None:
        """Delay the reference, and let the canceller learn again what was heard so far."""
        moved, self._lead = delay - self._delay, lag - delay
        if abs(moved) < _MOVED:
            return
        self._delay = float(delay)
        self._canceller.reset()
        self._line.reset()
        for mic, reference in self._history:
            self._canceller.process(mic, self._line.accept(reference, self._delay, self._delay))
        self._restart_drift()

    def _find_again(self) -> None:
        """Look for the expected echo at another place, and move the reference there."""
        heard, expected = (np.fft.rfft(ring[-_WINDOW:], _SIZE) for ring in (self._mic, self._echo))
        moved = _peak((heard * np.conj(expected)).astype(np.complex64), -_WINDOW // 2, _WINDOW // 2)
        if moved is None or abs(moved) < _MOVED:
            return
        self._delay = min(max(self._delay + moved, 0.0), float(_LONGEST))
        self._best_db = 0.0
        self._restart_drift()

    def _restart_drift(self) -> None:
        """Begin a new line: the old one ends at a jump. Its slope goes on."""
        self._line_of_drift = _Line()
        self._stood = None
        self._walked = 0.0


class _Line:
    """A straight line through readings, the latest weighing most (weighted least squares)."""

    def __init__(self) -> None:
        self.readings = 0
        self._weight = self._at = self._value = self._spread = self._along = 0.0

    def add(self, at: float, value: float) -> None:
        """Take a reading."""
        self.readings += 1
        self._weight = _FORGETTING * self._weight + 1.0
        away_at, away_value = at - self._at, value - self._value
        share = 1.0 / self._weight
        self._at += share * away_at
        self._value += share * away_value
        self._spread = _FORGETTING * self._spread + away_at * (at - self._at)
        self._along = _FORGETTING * self._along + away_at * (value - self._value)

    @property
    def slope(self) -> float:
        """Return by how much the value rises for each unit."""
        return self._along / self._spread if self._spread > 0.0 else 0.0


def _moved(before: Spectra, now: Spectra, told: Powers) -> float:
    """Return by how many frames a response has become later; right for a fraction of a frame.

    Bins from which nothing was learned have not moved, whatever the room did.
    """
    slope = _LATER * before * told
    return float(np.vdot(slope, (now - before) * told).real / (np.vdot(slope, slope).real + 1e-12))


def _peak(cross: Spectra, least: int, most: int) -> int | None:
    """Return the lag of the highest peak of a correlation, from `least` to below `most`; None where it may be none."""
    low, high = (round(hertz * _SIZE / LISTEN_RATE) for hertz in _BAND_HZ)
    flat = np.zeros_like(cross)
    band = cross[low:high]
    flat[low:high] = band / (np.abs(band) ** np.float32(_WHITENING) + np.float32(1e-20))
    correlation = np.abs(np.roll(np.fft.irfft(flat, _SIZE), -least)[: most - least])
    at = int(correlation.argmax())
    spread = float(np.sqrt(np.mean(np.square(correlation))))
    return at + least if correlation[at] > _CLEAR * spread else None


_LATER: Final = (-1j * np.pi * np.arange(LISTEN_BLOCK + 1) / LISTEN_BLOCK).astype(np.complex64)
"""What a response is multiplied with for its change when it becomes one frame later."""
