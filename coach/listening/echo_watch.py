"""Follows what comes back of the coach's own voice, from its first prompt on, and says which kind of hardware it is.

1. Loudness by bands of microphone and reference is kept for the last seconds in which the coach sounded, and compared
   once a second of its voice (`coach.listening.likeness`).
2. A first kind needs one look. Another kind than the one that is known needs `AGREED` looks in a row: somebody who
   talks over one prompt, or drops a book, is no other hardware.
3. Where the prompt is not found and the microphone is loud, somebody talks over it: nothing follows from that look.
4. The microphone's own level is that of a quiet room: the lowest fifth of the blocks in which the coach was silent.
"""

from collections import deque
from typing import Final, Protocol

import numpy as np

from coach.audio.clip import Samples
from coach.listening.echo_report import UNKNOWN_ECHO, EchoClass, EchoMeasure, EchoReport, classify
from coach.listening.likeness import HOLDS, LAG_BLOCKS, Envelopes, compared, envelopes
from coach.units import LISTEN_BLOCK, LISTEN_RATE

AGREED: Final = 3
"""Looks in a row after which another kind is believed: three seconds of the coach's voice."""
_EVERY: Final = 50
"""Sounding blocks from one look to the next: a second."""
_KEPT: Final = 400
"""Blocks that are compared: eight seconds, a long prompt and the echo behind it."""
_LEAST: Final = 150
"""Sounding blocks before it counts that nothing comes back: three seconds. What comes back late is not there in the
first of them."""
_QUIET_KEPT: Final = 500
"""Blocks of the room that are remembered: ten seconds."""
_SETTLED: Final = 50
"""Blocks after the coach's last sound from which on the room is heard alone: a second, longer than any echo."""
_SOUND: Final = 1e-6
"""Mean power of a reference that sounds (-60 dBFS; clips are at -22)."""
_LOUD_DB: Final = 10.0
"""A microphone this far above the quiet room holds somebody, where it does not hold the coach."""
_CLEAR_DB: Final = 12.0
"""The coach must stand this far above the room as it usually is, the television in it, before little weakening counts:
the weakening compares all that the microphone holds before and after."""
_FULL: Final = 0.99
_TINY: Final = 1e-10


class Measured(Protocol):
    """A canceller, as far as its success is looked at."""

    @property
    def convergence_db(self) -> float:
        """Return by how much the echo is weakened at present, in decibels."""
        ...


class EchoWatch:
    """Looks at the coach's own voice, block by block; pure."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self.reset()

    @property
    def report(self) -> EchoReport:
        """Return what kind of hardware it is, as far as it is known."""
        return self._report

    def reset(self) -> None:
        """Forget everything: another device, or another place."""
        self._report = UNKNOWN_ECHO
        self._heard: deque[Envelopes] = deque(maxlen=_KEPT)
        self._played: deque[Envelopes] = deque(maxlen=_KEPT)
        self._powers: deque[float] = deque(maxlen=_KEPT)
        self._peaks: deque[float] = deque(maxlen=_KEPT)
        self._quiet: deque[float] = deque(maxlen=_QUIET_KEPT)
        self._silent_for = _SETTLED
        self._sounded = 0
        self._contrary = 0

    def accept(self, mic: Samples, reference: Samples, canceller: Measured) -> None:
        """Take the next block.

        Args:
            mic: float32, shape (320,), 16 kHz: before the canceller.
            reference: Same shape: what was being played.
            canceller: What has just taken the one out of the other.
        """
        sounds = float(reference @ reference) > _SOUND * len(reference)
        self._silent_for = 0 if sounds else self._silent_for + 1
        power = float(mic @ mic) / len(mic)
        if self._silent_for > max(_SETTLED, LAG_BLOCKS):
            self._quiet.append(power)
            return
        self._heard.append(envelopes(mic)[0])
        self._played.append(envelopes(reference)[0])
        self._powers.append(power if sounds else -1.0)
        self._peaks.append(float(np.abs(mic).max()))
        if sounds:
            self._sounded += 1
            if self._sounded % _EVERY == 0:
                self._look(canceller)

    def _look(self, canceller: Measured) -> None:
        """Compare, and believe it where it is the first look or agrees with those before it."""
        like = compared(np.asarray(self._heard), np.asarray(self._played))
        sounding = np.asarray([power for power in self._powers if power >= 0.0])
        level_db = _db(float(np.median(sounding)))
        noise_db = _db(float(np.quantile(self._quiet, 0.2))) if self._quiet else level_db
        missing = like.correlation < HOLDS
        if missing and (self._sounded < _LEAST or (self._quiet and level_db > noise_db + _LOUD_DB)):
            return
        played = np.square(np.asarray(self._played)).sum(axis=1)
        heard = np.square(np.asarray(self._heard)).sum(axis=1)
        report = classify(
            EchoMeasure(
                heard_s=self._sounded * LISTEN_BLOCK / LISTEN_RATE,
                correlation=like.correlation,
                lag_s=like.lag_s,
                level_db=level_db,
                noise_db=noise_db,
                gain_db=_db(float(heard.sum() / max(float(played.sum()), _TINY))),
                weakened_db=canceller.convergence_db,
                weighable=level_db > _db(float(np.median(self._quiet))) + _CLEAR_DB if self._quiet else False,
                drift_ppm=float(getattr(canceller, "drift_ppm", 0.0)),
                clipped=float(np.mean(np.asarray(self._peaks) >= _FULL)),
            )
        )
        first = self._report.kind is EchoClass.UNKNOWN
        if first or report.kind is self._report.kind:
            self._report, self._contrary = report, 0
            return
        self._contrary += 1
        if self._contrary >= AGREED:
            self._report, self._contrary = report, 0


def _db(power: float) -> float:
    return float(10.0 * np.log10(power + _TINY))
