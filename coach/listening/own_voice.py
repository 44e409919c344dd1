"""What is left behind the canceller: the coach's own echo, or somebody else.

1. Block by block and band by band, what is left is compared with what the canceller is known to leave of the echo it
   expects, and with the room's own noise. Where any band clearly holds more, the block is somebody else's. One band is
   enough: "stop" begins above 4 kHz, where a voice from a loudspeaker has little.
2. While the coach sounds, blocks that are nobody's are brought down to the room's noise. A word over a prompt then
   stands in silence, as the recognizers need it; of the word itself only what the expected echo explains is weakened
   (`coach.listening.residue`).
3. A canceller that has learned nothing yet is believed to leave everything, and one whose expected echo is not in the
   microphone any more (a gap, a moved loudspeaker) as well. So the coach does not answer its own words.
4. Where the coach's words do not come back at all (headphones, a speakerphone with a canceller of its own) there is no
   echo to be mistaken, and a voice is believed as in a silent room.
5. How far what was left stood above what is expected is remembered: it tells whose the words in it were
   (`coach.listening.excess`).

Figures: `coach bench echo`.
"""

import itertools
from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coach.audio.clip import Samples
from coach.listening.excess import Excess
from coach.listening.residue import ResidueFilter
from coach.units import LISTEN_BLOCK, LISTEN_RATE, amplitude

Powers = NDArray[np.float64]

EDGES_HZ: Final = (200, 500, 900, 1_500, 2_400, 3_800, 5_500, 7_500)
"""Bands of speech, the last one that of "s"."""
BEGUN_BLOCKS: Final = 6
_OF: Final = 8
"""So many of the last blocks must be somebody else's for an utterance to begin while the coach sounds: 0.12 s, the
shortest of words. Of 48 words all reached 8, of 18 outbursts of echo one in ten reached 7."""
_ANEW: Final = 3
"""Blocks in a row above the room's noise after which a voice is somebody's as soon as the room has fallen silent."""
ALIKE: Final = 0.6
_ALIKE_BLOCKS: Final = 10
"""What is left must not follow the echo's loudness in time and frequency, as what is left of the echo itself does:
over the last 0.2 s, the correlation of levels in decibels was at least 0.67 in nine of ten outbursts of echo, and at
most 0.51 in nine of ten beginnings of words (18 and 48 of them, tuning half, 2026-11)."""
_OWN_NOISE: Final = 1e-9
"""Power beside which nothing lower counts in that (-90 dBFS)."""
GOING_ON_BLOCKS: Final = 3
_LATELY: Final = 20
"""So many of the last 20 blocks (0.4 s) must be for it to go on: a gap within a phrase is shorter."""
HOLD_BLOCKS: Final = 10
"""Blocks that stay untouched behind two that are somebody else's: 0.2 s, the closure of a "t" or "p" and the weak end
of a word."""
TAIL_BLOCKS: Final = 20
"""Blocks for which the room still answers after the last frame played: 0.4 s, a furnished bedroom."""
CLEARLY_DB: Final = 7.0
"""How far a band must stand above what is expected: of blocks of echo alone 1 in 25 did, of blocks of people 10 dB
below the echo half, pauses and closures included. At 4 dB it was 1 in 7 and two thirds, and words were heard in echo
alone (24 scenes in simulated bedrooms, tuning half, 2026-11)."""
_EARLY_DB: Final = 8.0
"""What is left swings by so much more while the canceller is young, and is expected that much louder."""
_MATURE_BLOCKS: Final = 150.0
"""Blocks of the coach's voice after which it is not young any more: three seconds."""
_STRETCH: Final = 25
_STRETCHES: Final = 9
"""What is left of each band is measured over half seconds of the coach's voice, and the middle one of the last nine is
believed: somebody who speaks for two seconds does not move it."""
_FEWEST: Final = 3
_UNKNOWN: Final = 1.0
"""A canceller of which so much is expected to be left is not believed at all."""
_RINGING: Final = 10.0 ** (-1.2 / 10.0)
"""How fast the loudness of an echo is let go, a block: 60 dB in a second. What rings on longer than the canceller's
filter is the coach's own voice as well; rooms of bedrooms fall faster."""
_PRESENT: Final = 0.5
"""Least share of the expected echo that must be in the microphone; it is near 1 whoever else speaks."""
_OVERWHELMED: Final = 10.0
"""Power of the microphone against the expected echo above which that share cannot be told."""
_SLOWLY: Final = 0.85
"""Weight of the past in it, a block: 0.12 s."""
_FULL_SCALE: Final = 0.99
"""A microphone that the echo drives this far distorts, and what a linear canceller leaves of that is no person."""
_DRIVES: Final = 0.5
"""Least peak of the expected echo, against that, with which the echo may have done it (chosen): a person added the
rest, or it was not learned to its full height. Beside a smaller one somebody shouts, and is heard."""
_SOUND: Final = 1e-7
"""Mean power of a reference that sounds (-70 dBFS)."""
_LOUD: Final = 3e-5
"""Mean power of a reference that must be heard if it comes back (-45 dBFS; clips are at -22)."""
_HEARD: Final = amplitude(6.0) ** 2
"""How far above the room's noise the microphone must be for such a block to count as come back."""
_SHARE: Final = 1.0 / 100.0
"""Weight of a block in the share that comes back: two seconds of the coach's speech. One word of a person, half a
second, moves it by a fifth."""
_NO_ECHO: Final = 0.5
"""Below this share there is no echo: of an echo at -30 dBFS nearly every block comes back, of none what others say."""
_JUDGED_BLOCKS: Final = 25
"""Loud blocks before the share is believed: half a second."""
_RISE: Final = 10.0 ** (0.02 / 10.0)
"""The room's noise may rise by a decibel a second: a floor that follows minima, slower than any voice."""
_BIAS: Final = 2.0
"""The lowest blocks lie about this far below the mean power of a steady noise."""
_QUIET_ROOM: Final = 1e-7
"""Power of the noise of a band that is assumed until it was heard (-70 dBFS)."""


class OwnVoiceGate:
    """Follows microphone, residue and reference block by block."""

    def __init__(self) -> None:
        """Start in a quiet room."""
        self.excess = Excess()
        self.reset()

    def reset(self) -> None:
        """Forget what sounded and the room's noise."""
        self._residue = ResidueFilter()
        self.excess.forget()
        self._quiet_for = float(TAIL_BLOCKS)
        self._sounded = 0.0
        self._echo: Powers = np.zeros(len(_BANDS))
        self._left_sum: Powers = np.zeros(len(_BANDS))
        self._echo_sum: Powers = np.zeros(len(_BANDS))
        self._summed = 0
        self._leaks: deque[Powers] = deque(maxlen=_STRETCHES)
        self._levels: deque[tuple[Powers, Powers]] = deque(maxlen=_ALIKE_BLOCKS)
        self._noise: Powers = np.full(len(_BANDS), _QUIET_ROOM)
        self._smooth: Powers | None = None
        self._others = deque([False] * _LATELY, maxlen=_LATELY)
        self._open_for = 0
        self._following = self._stale = False
        self._come_back = 1.0
        self._judged = 0
        self._expected = self._together = self._heard = 0.0

    def accept(self, mic: Samples, cleaned: Samples, reference: Samples, convergence_db: float) -> Samples:
        """Take the next block, and return it with the coach's own voice brought down to the room's noise.

        Args:
            mic: float32, shape (320,), 16 kHz: before the canceller.
            cleaned: Same shape: behind it.
            reference: Same shape: what was being played.
            convergence_db: By how much the canceller weakens an echo at present.

        Returns:
            float32, same shape; `cleaned` itself where somebody else may be speaking. Where no echo comes back and the
            canceller expects one, `mic` stands for it.
        """
        power = float(reference @ reference) / len(reference)
        self._quiet_for = 0.0 if power > _SOUND else self._quiet_for + 1
        if power > _LOUD:
            self._look_for_echo(mic)
        self._expect(mic, mic - cleaned)
        if not self._comes_back and self._gone():
            # What a canceller takes out of nothing is the coach's voice, learned from somebody who spoke meanwhile.
            cleaned = mic
        left = _band_powers(cleaned)
        if self._quiet_for >= TAIL_BLOCKS:
            self._levels.clear()
            self._note(other=bool(left.sum() > self._noise.sum() * _CLEARLY))
            self.excess.unknown()
            self._learn_noise(left)
            return cleaned
        self._sounded += power > _SOUND
        young_db = _EARLY_DB * max(0.0, 1.0 - self._sounded / _MATURE_BLOCKS)
        leak = min(1.0, amplitude(young_db - convergence_db) ** 2)
        self._note(other=self._is_another(mic, cleaned, left, leak, loud=power > _LOUD))
        weakened = self._residue.accept(cleaned, mic - cleaned, leak)
        if self._open_for > 0:
            return weakened
        gain = np.sqrt(min(1.0, self._noise.sum() / max(left.sum(), 1e-12)))
        return weakened * np.float32(gain)

    def follow(self, *, voice: bool) -> bool:
        """Return whether somebody else is speaking, given that the segmenter holds what was returned for a voice."""
        if self._quiet_for < TAIL_BLOCKS:
            begun = self._lately(_OF) >= BEGUN_BLOCKS and not self._like_echo()
            self._following = begun or (self._following and self._lately(_LATELY) >= GOING_ON_BLOCKS)
            self._stale = voice and not self._following
        else:
            # A segmenter still holding on to the coach's last word is no voice: something must be heard now.
            self._stale = voice and self._stale and self._lately(_ANEW) < _ANEW
            self._following = voice and not self._stale
        return self._following

    def _like_echo(self) -> bool:
        """Return whether what was left lately rises and falls with the echo, in time and frequency."""
        if len(self._levels) < _ALIKE_BLOCKS:
            return False
        left, echo = (np.log10(np.concatenate(levels) + _OWN_NOISE) for levels in zip(*self._levels, strict=True))
        left, echo = left - left.mean(), echo - echo.mean()
        return bool(left @ echo > ALIKE * np.sqrt((left @ left) * (echo @ echo)))

    def _lately(self, blocks: int) -> int:
        """Return how many of the last blocks were somebody else's."""
        return sum(itertools.islice(reversed(self._others), blocks))

    def _note(self, *, other: bool) -> None:
        self._others.append(other)
        begun = other and self._lately(3) > 1
        self._open_for = HOLD_BLOCKS if begun else self._open_for - 1

    def _learn_noise(self, left: Powers) -> None:
        """Follow the lowest levels of the room while the coach is silent."""
        self._smooth = left if self._smooth is None else self._smooth + 0.3 * (left - self._smooth)
        self._noise = np.minimum(self._noise * _RISE, _BIAS * self._smooth)
        np.maximum(self._noise, _LOWEST, out=self._noise)

    def _look_for_echo(self, mic: Samples) -> None:
        """Take in whether a block holds anything of what was played loudly enough to be heard."""
        back = _band_powers(mic).sum() > self._noise.sum() * _HEARD
        self._judged += 1
        # A plain mean at first, so that half a second is enough to judge by.
        self._come_back += max(_SHARE, 1.0 / self._judged) * (back - self._come_back)

    def _expect(self, mic: Samples, expected: Samples) -> None:
        """Take in how much of the expected echo is in the microphone."""
        self._expected += (1 - _SLOWLY) * (float(expected @ expected) - self._expected)
        self._together += (1 - _SLOWLY) * (float(expected @ mic) - self._together)
        self._heard += (1 - _SLOWLY) * (float(mic @ mic) - self._heard)

    @property
    def _comes_back(self) -> bool:
        """Return whether there is an echo, as long as too little was played to tell."""
        return self._judged < _JUDGED_BLOCKS or self._come_back >= _NO_ECHO

    def _is_another(self, mic: Samples, cleaned: Samples, left: Powers, leak: float, *, loud: bool) -> bool:
        """Return whether a block holds more than the coach's own echo and the room's noise."""
        heard = _band_powers(mic)
        expected = mic - cleaned
        clipped = bool(np.abs(mic).max() >= _FULL_SCALE and np.abs(expected).max() >= _DRIVES * _FULL_SCALE)
        if not self._comes_back:
            self._levels.clear()
            self.excess.unknown()
            return bool((left > self._noise * _CLEARLY).any())
        known = leak < _UNKNOWN and not self._gone()
        self._echo = np.maximum(_band_powers(expected) if known else heard, self._echo * _RINGING)
        self._levels.append((left, self._echo))
        if not known:
            self.excess.unknown()
            return False
        expects = np.maximum(leak, self._leak()) * self._echo + self._noise
        if loud:
            self._learn_leak(left)
        another = bool((left > expects * _CLEARLY).any()) and not clipped
        power = float(left.sum())
        self.excess.note(power / float(expects.sum()), power / (float(self._echo.sum()) + 1e-12), another=another)
        return another

    def _leak(self) -> Powers | float:
        """Return what the canceller leaves of each band's echo, where that has been measured."""
        return np.median(self._leaks, axis=0) if len(self._leaks) >= _FEWEST else 0.0

    def _learn_leak(self, left: Powers) -> None:
        self._left_sum += left
        self._echo_sum += self._echo
        self._summed += 1
        if self._summed == _STRETCH:
            self._leaks.append(np.maximum(self._left_sum - _STRETCH * self._noise, 0.0) / (self._echo_sum + 1e-12))
            self._left_sum, self._echo_sum, self._summed = 0.0 * left, 0.0 * left, 0

    def _gone(self) -> bool:
        """Return whether the expected echo is not in the microphone."""
        return self._expected * _OVERWHELMED > self._heard and self._together < _PRESENT * self._expected


def _band_powers(block: Samples) -> Powers:
    """Return the mean power of a block of 320 frames in each band."""
    spectrum = np.fft.rfft(block * _HANN)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    return np.add.reduceat(power, _STARTS)[: len(_BANDS)] * _TO_POWER


_HANN: Final = np.hanning(LISTEN_BLOCK + 1)[:LISTEN_BLOCK].astype(np.float32)
_TO_POWER: Final = 2.0 / float(np.sum(np.square(_HANN))) / LISTEN_BLOCK
_STARTS: Final = [hertz * LISTEN_BLOCK // LISTEN_RATE for hertz in EDGES_HZ]
_BANDS: Final = range(len(EDGES_HZ) - 1)
_CLEARLY: Final = amplitude(CLEARLY_DB) ** 2
_LOWEST: Final = 10.0 ** (-80.0 / 10.0)
