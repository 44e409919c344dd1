"""Who is speaking, and when they have finished: sound above the room's own noise, counted in frames.

Rules:

1. *In doubt, somebody speaks.* A false alarm costs computing time; a missed one costs a person. Groans, whispers and
   weak voices count as much as clear speech does, which is why this is a rule of level and no model of speech
   (measured 2026-11 on 40 human commands through bedroom responses, -45 dBFS over noise at -60: this rule noticed
   40 and 40 of 40 groans; WebRTC's detector at its strictest 38 and 36; Silero's, at 40 times the cost, 6 of 15;
   beside more of them: `coach bench voice-activity`).
2. *The room's noise is learned*: the lowest level of the last four seconds is its floor. A noise that begins is held
   to be somebody for no longer than that, then 4 % of one noise set and 45 % of the other still are: a shorter memory
   would take a long moan for the room. At first a quiet room is assumed, so that a word in the first moment counts.
3. *A restless room is given more room*: the margin above the floor grows while sound goes on and on (rain, water,
   television) and shrinks while it is quiet.
4. An utterance ends `end_s` after its last sound: slow speakers pause. It never lasts longer than `LONGEST_S`; what
   goes on after that is a new one.
5. The size of the blocks changes nothing: whole blocks of 20 ms are judged, the rest waits.
"""

from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.units import LISTEN_BLOCK, LISTEN_RATE

LOOKBACK: Final = round(0.4 * LISTEN_RATE)
"""Listening frames before speech was noticed in which it may have begun: 95 of 100 weak words were noticed by then."""
END_S: Final = 0.54
"""Pause in seconds that ends an utterance: longer than the pauses within a phrase of a slow speaker (0.2-0.5 s)."""
LONGEST_S: Final = 10.0
"""Seconds after which an utterance is ended whatever goes on: longer than any phrase that is listened for."""

_BAND_HZ: Final = (200.0, 4_000.0)
"""Where speech has its energy and a bedroom's hum and rumble have none."""
_BEGIN_DB: Final = 10.0
_GO_ON_DB: Final = 6.0
"""How far above the floor sound begins to be somebody, and goes on to be: 12 dB missed 1 in 40 words 10 dB above the
noise, 7 dB held rain to be speech twice as long."""
_RESTLESS_DB: Final = 5.0
"""Most that a restless room adds to both."""
_RESTLESS_STEP_DB: Final = 0.01
"""Change of that for each block: half a decibel a second, so that no single utterance changes much."""
_NEEDED: Final = 2
_OF: Final = 3
"""So many of the last blocks must be loud for an utterance to begin: a click of 20 ms is nobody."""

_FLOOR_PIECES: Final = 8
_PIECE_BLOCKS: Final = 25
"""The floor is the lowest of eight pieces of half a second (minimum statistics, Martin 2001)."""
_SMOOTHING: Final = 0.5
"""Weight of a new block in the level whose minimum is taken."""
_BIAS: Final = 1.25
"""The lowest smoothed level lies about this far below the mean power of a steady noise."""
_QUIET_ROOM: Final = 10.0 ** (-64.0 / 10.0)
"""Power in the band, against full scale, of the floor that is assumed until four seconds were heard."""
_LOWEST_FLOOR: Final = 10.0 ** (-72.0 / 10.0)
"""No floor is believed to be lower: otherwise the hiss that follows a stretch of digital silence were somebody."""


class Segmenter:
    """Tells block by block whether somebody is speaking; see the rules at the top of the module."""

    def __init__(self, end_s: float = END_S) -> None:
        """Take the pause, in seconds, that ends an utterance."""
        self._end_blocks = max(1, round(end_s * LISTEN_RATE / LISTEN_BLOCK))
        self.reset()

    def reset(self) -> None:
        """Forget the room and who was speaking in it."""
        self._rest = np.zeros(0, dtype=np.float32)
        self._smoothed = _QUIET_ROOM
        self._pieces = [_QUIET_ROOM] * _FLOOR_PIECES
        self._lowest = np.inf
        self._in_piece = 0
        self._restless_db = 0.0
        self._loud = [False] * _OF
        self._speaking = False
        self._length = 0
        self._paused = 0

    @property
    def floor_db(self) -> float:
        """Return the level of the room's own noise between 200 and 4000 Hz, in decibels against full scale."""
        return float(10.0 * np.log10(self._floor()))

    def accept(self, block: Samples) -> bool:
        """Return whether somebody is speaking now.

        Args:
            block: float32, shape (n,), 16 kHz, full scale ±1.0; any n.

        Returns:
            True from up to `LOOKBACK` frames after an utterance began to the pause that ends it.
        """
        if len(self._rest) or len(block) != LISTEN_BLOCK:
            block = np.concatenate((self._rest, block))
        whole = len(block) - len(block) % LISTEN_BLOCK
        for at in range(0, whole, LISTEN_BLOCK):
            self._judge(_band_power(block[at : at + LISTEN_BLOCK]))
        self._rest = block[whole:]
        return self._speaking

    def _judge(self, power: float) -> None:
        """Follow the room's noise and decide about one block."""
        self._learn(power)
        above_db = 10.0 * np.log10(power / self._floor()) - self._restless_db if power > 0.0 else -np.inf
        if self._speaking:
            self._paused = 0 if above_db > _GO_ON_DB else self._paused + 1
            self._length += 1
            if self._paused >= self._end_blocks or self._length >= LONGEST_S * LISTEN_RATE / LISTEN_BLOCK:
                self._speaking = False
                self._loud = [False] * _OF
        else:
            self._loud = [*self._loud[1:], above_db > _BEGIN_DB]
            if sum(self._loud) >= _NEEDED:
                self._speaking = True
                self._length = self._paused = 0
        step = _RESTLESS_STEP_DB if self._speaking else -_RESTLESS_STEP_DB
        self._restless_db = min(max(self._restless_db + step, 0.0), _RESTLESS_DB)

    def _learn(self, power: float) -> None:
        """Take a block into the room's noise."""
        self._smoothed += _SMOOTHING * (power - self._smoothed)
        self._lowest = min(self._lowest, self._smoothed)
        self._in_piece += 1
        if self._in_piece == _PIECE_BLOCKS:
            self._pieces = [*self._pieces[1:], self._lowest]
            self._lowest = np.inf
            self._in_piece = 0

    def _floor(self) -> float:
        """Return the power of the room's own noise."""
        return max(_BIAS * min(*self._pieces, self._lowest), _LOWEST_FLOOR)


def _band_power(block: Samples) -> float:
    """Return the mean power of a block of 320 frames between 200 and 4000 Hz; a full-scale sine has 0.5."""
    spectrum = np.fft.rfft(block * _HANN)[_BAND]
    return float(np.vdot(spectrum, spectrum).real) * _TO_POWER


_HANN: Final = np.hanning(LISTEN_BLOCK + 1)[:LISTEN_BLOCK].astype(np.float32)
_TO_POWER: Final = 2.0 / float(np.sum(np.square(_HANN))) / LISTEN_BLOCK
_BAND: Final = slice(*(round(hertz * LISTEN_BLOCK / LISTEN_RATE) for hertz in _BAND_HZ))
