"""A linear echo canceller: a frequency-domain Kalman filter, partitioned, in numpy.

The room between loudspeaker and microphone is a filter whose partitions are estimated with the uncertainty of each
frequency of each partition. Where the microphone holds more than the filter expects, a person speaks or a door slams,
the gain falls by itself: no detector of double talk is needed, and the person is kept whole.

Sources: Enzner and Vary, Frequency-domain adaptive Kalman filter for acoustic echo control in hands-free telephones
(Signal Processing 86, 2006); Kuech, Mabande and Enzner, State-space architecture of the partitioned-block-based
acoustic echo controller (ICASSP 2014).

Beyond the textbook, each measured on the coach's prompts in simulated bedrooms, RT60 0.3-0.6 s (2026-11):

1. *A prior of the shape of a room*: uncertainty is even over the first tenths of the filter and then dies away, and its
   height follows the echo that is really there. Without it the first seconds come out louder than they went in.
2. *Four windows for each block* in the first five seconds of speech, a quarter of a block apart: 15, 21 and 27 dB after
   a half, one and two seconds instead of 5, 13 and 18. A bin that was loud in one window is held to be known in the
   next, whatever part of the room it told of; windows at other places tell the rest.
3. *Smoothed noise*: the power of what is no echo is averaged over two blocks, that of the reference over three bins.
4. *Only bins that tell something* are learned from and forgotten: the coach's tones are narrow, and what leaks from
   them into all other bins would be learned there.
5. What lies early within a block is learned fastest: an echo whose loudest path falls into the first frames of a block
   is weakened by 26 dB where one in the middle is weakened by 11. `AlignedCanceller` puts it there.

Clocks of two devices must agree: 20 ppm of drift cost 8 dB of 29, 100 ppm cost 20. `AlignedCanceller` sees to that too.
"""

from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coach.audio.clip import Samples
from coach.units import LISTEN_BLOCK, LISTEN_RATE

Spectra = NDArray[np.complex64]
Powers = NDArray[np.float32]

_WINDOW: Final = 2 * LISTEN_BLOCK
_BINS: Final = LISTEN_BLOCK + 1

_EVEN_S: Final = 0.03
"""The echo may begin anywhere in here: a little more than the loudest path of an aligned one."""
_DYING_S: Final = 0.4
"""Reverberation time of the prior: 0.35 to 0.8 s were the same to within 1 dB."""
_FIRST_GAIN: Final = 0.03
"""Power of the echo against what is played before any was heard (-15 dB); too high a guess costs more than too low."""
_MARGIN: Final = 2.0
"""The prior stands this far above the echo that was measured: 1 to 2 were the same."""
_GAIN_RANGE: Final = (1e-4, 10.0)
"""Loudest and weakest echo that are believed: -40 and +10 dB."""
_SIZING_BLOCKS: Final = 25
"""Half a second of sound, in which the height of the prior is found."""
_EAGER_BLOCKS: Final = 250
"""Five seconds of sound, in which each block is learned from four times; for longer it costs 1.5 dB in the end."""
_SHIFTS: Final = tuple(LISTEN_BLOCK * quarter // 4 for quarter in (1, 2, 3))
"""Frames by which the other three windows begin earlier than the block."""
_MEMORY: Final = np.float32(0.999**2)
"""How surely the room is the same one block later: 0.9995 ends 2 dB better and follows a change 2 dB worse."""
_RESTLESS: Final = 0.02
"""Share of the prior that comes back with each forgetting, so that a moved microphone is learned again."""
_SMOOTHING: Final = np.float32(0.5)
"""Weight of the past in the power of what is no echo; 0.3 to 0.7 were the same."""
_LEAKED: Final = np.float32(0.006)
"""A bin this far below the loudest (-22 dB, over all that still rings) holds as much leaked from others as of its own:
windows have edges. Learned from such bins, two minutes of gliding tones took a filter from 29 dB of weakening to 57 dB
of noise that was not there. 0.003 is 1 dB better in the first second of speech and 4 dB worse after two minutes of
tones; 0.03 costs 3 dB in the first seconds (four simulated bedrooms, 2026-11)."""
_LATELY: Final = np.float32(0.1)
"""Weight of a block in what the reference told lately: as long as between two readings of drift."""
_SILENT: Final = 1e-9
"""Mean power of a reference in which there is nothing to learn from (-90 dBFS)."""
_TINY: Final = np.float32(1e-9)

_JUDGED: Final = 1.0 / 15.0
"""Weight of a block in the powers that are compared for `convergence_db`: 0.3 s."""
_REMEMBERED_BLOCKS: Final = 150
"""Three seconds of sound, of which the best stretch counts: a person who speaks for two seconds hides the filter's
quality from a comparison, not from the filter."""


class KalmanCanceller:
    """A partitioned frequency-domain Kalman filter behind the port `EchoCanceller`."""

    def __init__(self, tail_s: float = 0.36) -> None:
        """Start with no knowledge of the room.

        Args:
            tail_s: Longest way from a frame played to its last echo that counts, latency of the device included.
        """
        self._count = -(-round(tail_s * LISTEN_RATE) // LISTEN_BLOCK)
        begins_s = np.arange(self._count) * LISTEN_BLOCK / LISTEN_RATE
        shape = 10.0 ** (-6.0 * np.maximum(0.0, begins_s - _EVEN_S) / _DYING_S)
        self._shape: Powers = (_MARGIN * shape / shape.sum()).astype(np.float32)[:, np.newaxis]
        self.reset()

    def reset(self) -> None:
        """Forget the room and all that was played."""
        self._played = np.zeros(_WINDOW + LISTEN_BLOCK, dtype=np.float32)
        self._heard = np.zeros(_WINDOW, dtype=np.float32)
        self._spectra: Spectra = np.zeros((self._count, _BINS), dtype=np.complex64)
        self._between: Spectra = np.zeros((len(_SHIFTS), self._count, _BINS), dtype=np.complex64)
        self._silent_for = self._count + 1
        self._filter: Spectra = np.zeros((self._count, _BINS), dtype=np.complex64)
        self._gain = _FIRST_GAIN
        self._uncertainty: Powers = np.repeat(np.float32(self._gain) * self._shape, _BINS, axis=1)
        self._other: Powers | None = None
        self._learned = 0
        self._heard_energy = self._played_energy = 0.0
        self._power_in = self._power_out = 0.0
        self._ratios: deque[float] = deque(maxlen=_REMEMBERED_BLOCKS)
        self._told: Powers = np.ones(_BINS, dtype=np.float32)

    @property
    def name(self) -> str:
        """Return ``kalman``."""
        return "kalman"

    @property
    def convergence_db(self) -> float:
        """Return the best weakening of the last three seconds in which the coach sounded, in decibels."""
        return max(self._ratios, default=0.0)

    @property
    def response(self) -> Spectra:
        """Return the room as it is known: spectra of consecutive pieces of 20 ms, shape (pieces, bins); not a copy."""
        return self._filter

    @property
    def told(self) -> Powers:
        """Return how much of each bin was learned lately, 0 to 1: shape (bins,); not a copy."""
        return self._told

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

    def _block(self, mic: Samples, reference: Samples) -> Samples:
        self._silent_for = 0 if reference.any() else self._silent_for + 1
        if self._silent_for > self._count + 1:
            return mic
        self._take(mic, reference)
        powers = _power(self._spectra)
        if float(powers.sum()) < _SILENT * _WINDOW * _WINDOW:
            return mic - self._echo(self._spectra)
        if self._learned < _SIZING_BLOCKS:
            self._size_prior(mic, reference)
        if 0 < self._learned < _EAGER_BLOCKS:
            self._learn_between()
        cleaned = mic - self._echo(self._spectra)
        error = _spectrum(cleaned)
        power = _power(error)
        self._other = power if self._other is None else _SMOOTHING * self._other + (1 - _SMOOTHING) * power
        smooth = _smoothed(powers)
        told = _told(smooth)
        trust = self._trust(smooth, told)
        self._correct(trust, self._spectra, error)
        self._uncertainty *= 1 - np.float32(0.5) * trust * smooth
        self._learned += 1
        self._told += _LATELY * (told - self._told)
        self._forget(told)
        self._judge(mic, cleaned)
        return cleaned

    def _take(self, mic: Samples, reference: Samples) -> None:
        """Take the next block into what was heard and played, and its spectra."""
        for line, block in ((self._played, reference), (self._heard, mic)):
            line[:-LISTEN_BLOCK] = line[LISTEN_BLOCK:]
            line[-LISTEN_BLOCK:] = block
        self._spectra[1:] = self._spectra[:-1]
        self._spectra[0] = np.fft.rfft(self._played[LISTEN_BLOCK:])
        if self._learned < _EAGER_BLOCKS:
            self._between[:, 1:] = self._between[:, :-1]
            for spectra, shift in zip(self._between, _SHIFTS, strict=True):
                spectra[0] = np.fft.rfft(self._played[shift : shift + _WINDOW])

    def _echo(self, spectra: Spectra) -> Samples:
        """Return the echo of what was played, as the filter holds it to be."""
        echo = np.fft.irfft(np.einsum("pk,pk->k", spectra, self._filter))[LISTEN_BLOCK:]
        return echo.astype(np.float32, copy=False)

    def _trust(self, powers: Powers, told: Powers) -> Powers:
        """Return how far to follow an error: much where the filter is unsure, little where others make the sound."""
        expected = np.float32(0.5) * np.einsum("pk,pk->k", powers, self._uncertainty)
        trust: Powers = self._uncertainty * (told / (expected + self._other + _TINY))
        return trust

    def _correct(self, trust: Powers, spectra: Spectra, error: Spectra) -> None:
        """Move the filter towards explaining an error; each partition stays as long as its block."""
        step = np.fft.irfft(trust * np.conj(spectra) * error)
        step[:, LISTEN_BLOCK:] = 0.0
        self._filter += np.fft.rfft(step)

    def _learn_between(self) -> None:
        """Learn from the windows between this block and the last."""
        for spectra, shift in zip(self._between, _SHIFTS, strict=True):
            error = _spectrum(self._heard[shift : shift + LISTEN_BLOCK] - self._echo(spectra))
            powers = _smoothed(_power(spectra))
            self._correct(self._trust(powers, _told(powers)), spectra, error)

    def _forget(self, told: Powers) -> None:
        """Grow less sure, as rooms change: in step with the filter, and by a share of the prior.

        Where nothing is learned nothing is forgotten either: what grows there without end is taken for knowledge of
        the next error that leaks in.
        """
        grown = _power(self._filter) + np.float32(_RESTLESS * self._gain) * self._shape
        share = (1 - _MEMORY) * told
        self._uncertainty *= 1 - share
        self._uncertainty += share * grown

    def _size_prior(self, mic: Samples, reference: Samples) -> None:
        """Bring the height of the prior to the loudness of the echo that is there."""
        self._heard_energy += float(mic @ mic)
        self._played_energy += float(reference @ reference)
        if self._learned < 2 or self._played_energy == 0.0:
            return
        gain = min(max(self._heard_energy / self._played_energy, _GAIN_RANGE[0]), _GAIN_RANGE[1])
        if not 1 / 1.5 < gain / self._gain < 1.5:
            self._uncertainty *= np.float32(gain / self._gain)
            self._gain = gain

    def _judge(self, mic: Samples, cleaned: Samples) -> None:
        """Compare the microphone before and after."""
        self._power_in += _JUDGED * (float(mic @ mic) - self._power_in)
        self._power_out += _JUDGED * (float(cleaned @ cleaned) - self._power_out)
        if self._power_in > 0.0 and self._power_out > 0.0:
            self._ratios.append(max(0.0, float(10.0 * np.log10(self._power_in / self._power_out))))


def _spectrum(cleaned: Samples) -> Spectra:
    """Return the spectrum of a block behind as much silence, as overlap-save needs it."""
    padded = np.zeros(_WINDOW, dtype=np.float32)
    padded[LISTEN_BLOCK:] = cleaned
    return np.fft.rfft(padded).astype(np.complex64, copy=False)


def _power(spectra: Spectra) -> Powers:
    """Return the power of each bin."""
    power: Powers = np.square(spectra.real) + np.square(spectra.imag)
    return power


def _told(powers: Powers) -> Powers:
    """Return how much the reference tells about each bin, 0 to 1: shape (bins,)."""
    total = powers.sum(axis=0)
    told: Powers = total / (total + _LEAKED * total.max() + _TINY)
    return told


def _smoothed(powers: Powers) -> Powers:
    """Return powers averaged with their neighbours: a quarter, a half, a quarter."""
    smooth = np.float32(0.5) * powers
    smooth[:, 1:] += np.float32(0.25) * powers[:, :-1]
    smooth[:, :-1] += np.float32(0.25) * powers[:, 1:]
    return smooth
