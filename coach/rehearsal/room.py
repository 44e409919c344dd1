"""The simulated room: what the bedside microphone hears of the coach, the person and the room's noise.

A room is delay, reverberation, levels and noise, and no more; whether a recognizer understands a weak voice from
somebody lying down only recordings can show.

1. Levels are those at the microphone, as active-speech RMS against full scale. The coach's clips are spoken at
   `NOMINAL_DB` and arrive at `echo_db`; the person's samples are given at the level they shall arrive with.
2. Impulse responses keep their shape and delay; their loudness is set so that speech arrives as rule 1 says.
3. Noise never stops: under everything lies a hiss of `HISS_DB`, as every microphone has.
4. Block by block or in one go, the same seed gives the same sound.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.audio.convolver import Convolver, convolved
from coach.audio.recording import read_recording
from coach.audio.resampler import Decimator
from coach.errors import RecordingError
from coach.speech.leveling import LEVEL_DB
from coach.units import BLOCK, LISTEN_BLOCK, LISTEN_RATE, LISTEN_RATIO, amplitude

NOMINAL_DB: Final = LEVEL_DB
"""Active-speech level of every clip the coach plays, against full scale (`coach.speech.leveling.LEVEL_DB`)."""
HISS_DB: Final = -70.0
"""RMS of the hiss under everything, against full scale: a cheap USB microphone (chosen; not measured)."""

_HISS_S: Final = 10
"""Length of the hiss before it repeats, in seconds: longer than anything that listens remembers noise."""
_MOUTH_DELAY_S: Final = 0.003
_ECHO_DELAY_S: Final = 0.004
"""Sound travels a metre and a bit (343 m/s) from a mouth or a loudspeaker on the bedside table to the microphone."""
_DIRECT_TO_REVERBERANT_DB: Final = 3.0
"""A source at about half the critical distance of a furnished bedroom (Kuttruff, Room Acoustics)."""
_CUT_OFF: Final = np.float32(amplitude(-20.0))
"""What is left where a microphone is cut off: its own hiss, far lower; one that gives nothing at all is a fault."""
_CUT_DB: Final = 60.0
"""A made reverberation is cut where it has fallen this far: below any canceller's and recognizer's reach."""


@dataclass(frozen=True, slots=True)
class RoomSpec:
    """What a room is like."""

    rir_mouth: Path | None = None
    """Recording of the impulse response from the mouth to the microphone; None: made from `rt60_s`."""
    rir_echo: Path | None = None
    """Recording of the impulse response from the loudspeaker to the microphone; None: made from `rt60_s`."""
    rt60_s: float = 0.4
    """Seconds in which a made reverberation falls by 60 dB; 0.4 is a furnished bedroom."""
    noise: Path | None = None
    """Recording of the room's noise, repeated without end; None: a quiet room."""
    noise_snr_db: float = 20.0
    """How far the noise lies below a person who speaks at the echo's level."""
    echo_db: float = -30.0
    """The coach's speech at the microphone."""
    echo_delay_s: float = 0.0
    """Seconds by which a device is late, on top of the way through the air."""
    hardware: str = "raw"
    """``raw``; ``cancelling``: nothing of the coach comes back; ``cut-off``: nothing at all while the coach plays."""


class Room:
    """A room in which the coach plays, a person speaks and a microphone listens."""

    def __init__(self, spec: RoomSpec, seed: int = 0) -> None:
        """Build the room.

        Args:
            spec: What it is like.
            seed: Decides the made reverberation, the hiss and where in its recording the noise begins.

        Raises:
            RecordingError: An impulse response or the noise cannot be read or is silent.
        """
        random = np.random.default_rng(seed)
        mouth = _response(spec.rir_mouth, _MOUTH_DELAY_S, spec.rt60_s, random)
        echo = _response(spec.rir_echo, _ECHO_DELAY_S, spec.rt60_s, random)
        late = np.zeros(round(spec.echo_delay_s * LISTEN_RATE), dtype=np.float32)
        self._mouth = mouth * np.float32(1.0 / _speech_gain(mouth))
        self._echo = np.concatenate(
            (late, echo * np.float32(amplitude(spec.echo_db - NOMINAL_DB) / _speech_gain(echo)))
        )
        if spec.hardware != "raw":
            self._echo *= np.float32(0.0)
        self._cut_off = spec.hardware == "cut-off"
        self._hiss = random.standard_normal(_HISS_S * LISTEN_RATE, dtype=np.float32) * np.float32(amplitude(HISS_DB))
        self._noise = _noise(spec, random)
        self._convolver = Convolver((self._echo, self._mouth))
        self._decimator = Decimator()
        self._heard = 0

    def hear(self, played: Samples, person: Samples) -> tuple[Samples, Samples]:
        """Return what the microphone hears while a block is played and a person speaks, and the reference for it.

        Args:
            played: float32, shape (960·n,), 48 kHz: what the coach plays.
            person: float32, shape (320·n,), 16 kHz: the person at the level of the microphone, or silence.

        Returns:
            Microphone and reference (the played frames), each float32, shape (320·n,), 16 kHz, held at full scale.
        """
        reference = self._decimator.accept(played)
        mic = self._background(self._heard, len(person))
        for at in range(0, len(person), LISTEN_BLOCK):
            block = slice(at, at + LISTEN_BLOCK)
            mic[block] += self._convolver.accept(reference[block], person[block])
            if self._cut_off and reference[block].any():
                mic[block] *= _CUT_OFF
        self._heard += len(person)
        return np.clip(mic, -1.0, 1.0), reference

    def render(self, played: Samples, person: Samples) -> Samples:
        """Return what the microphone hears of a whole session, as `hear` would have given it from the start.

        Args:
            played: float32, shape (3·n,), 48 kHz.
            person: float32, shape (n,), 16 kHz.

        Returns:
            float32, shape (n,), 16 kHz, held at full scale.
        """
        mic = self._background(0, len(person))
        mic += convolved(Decimator().accept(played[: LISTEN_RATIO * len(person)]), self._echo)
        mic += convolved(person, self._mouth)
        if self._cut_off:
            mic[np.repeat(played[: LISTEN_RATIO * len(person)].reshape(-1, BLOCK).any(axis=1), LISTEN_BLOCK)] *= (
                _CUT_OFF
            )
        return np.clip(mic, -1.0, 1.0)

    def _background(self, first: int, length: int) -> Samples:
        """Return noise and hiss from a listening frame on; a new array."""
        background = _looped(self._hiss, first, length)
        if self._noise is not None:
            background += _looped(self._noise, first, length)
        return background


def _looped(loop: Samples, first: int, length: int) -> Samples:
    """Return a stretch of a sound that repeats without end; a new array."""
    at = first % len(loop)
    if at + length <= len(loop):
        return loop[at : at + length].copy()
    return np.resize(np.roll(loop, -at), length)


def _noise(spec: RoomSpec, random: np.random.Generator) -> Samples | None:
    """Return the noise of a room at its level, beginning anywhere; None for a quiet one."""
    if spec.noise is None:
        return None
    noise = read_recording(spec.noise)
    rms = float(np.sqrt(np.mean(np.square(noise, dtype=np.float64))))
    if rms == 0.0:
        raise RecordingError(f"{spec.noise}: this is silent; leave the noise out or give a recording of one.")
    level = amplitude(spec.echo_db - spec.noise_snr_db)
    return np.roll(noise, -int(random.integers(len(noise)))) * np.float32(level / rms)


def _response(path: Path | None, delay_s: float, rt60_s: float, random: np.random.Generator) -> Samples:
    """Return an impulse response: a recorded one, or a direct sound with an exponentially dying tail."""
    if path is not None:
        recorded = read_recording(path)
        if not recorded.any():
            raise RecordingError(f"{path}: this impulse response is silent; give another or leave it out.")
        return recorded
    tail_s = rt60_s * _CUT_DB / 60.0
    dying = np.power(10.0, -3.0 * np.arange(round(tail_s * LISTEN_RATE)) / (rt60_s * LISTEN_RATE))
    tail = random.standard_normal(len(dying)) * dying
    tail *= amplitude(-_DIRECT_TO_REVERBERANT_DB) / np.sqrt(np.sum(np.square(tail)))
    delay = round(delay_s * LISTEN_RATE)
    response = np.zeros(delay + 1 + len(tail), dtype=np.float32)
    response[delay] = 1.0
    response[delay + 1 :] = tail
    return response


def _speech_gain(response: Samples) -> float:
    """Return by what ratio a response changes the RMS of speech.

    Speech has the long-term spectrum of Byrne et al. (J. Acoust. Soc. Am. 96, 1994), roughly: level between 100 and
    500 Hz, falling by 9 dB an octave above.
    """
    size = 1 << max(12, (len(response) - 1).bit_length())
    hertz = np.fft.rfftfreq(size, 1.0 / LISTEN_RATE)
    power = np.where(hertz < 100.0, 0.0, (500.0 / np.maximum(hertz, 500.0)) ** 3.0)
    gain = np.square(np.abs(np.fft.rfft(response, size)))
    return float(np.sqrt(np.sum(power * gain) / np.sum(power)))
