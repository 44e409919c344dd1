"""The alarm of last resort: what the supervisor plays once the coach is dead.

Three pulses and a sentence, and after a pause both once more. It opens the sound card afresh, for the coach's own
sound process has died with it; the card may take a moment to be free.
"""

import signal
import time
from typing import Final

import numpy as np

from coach.audio.clip import FULL_SCALE, Clip, Samples
from coach.audio.devices.portaudio import PortAudioDevice
from coach.audio.wavefile import pcm16
from coach.errors import MissingError
from coach.runtime.settings import AudioSettings
from coach.speech.earcons import chime
from coach.units import BLOCK, frames

_TRIES: Final = 10
_AGAIN_S: Final = 1.0
"""How long between two tries to open the card, in seconds; a server that is being started takes some."""
_AFTER_CHIME: Final = frames(0.4)
_BETWEEN: Final = frames(3.0)
"""Pause before it is said once more: time to wake up to the first; chosen."""
_TAIL: Final = frames(0.5)
_ENOUGH: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def sound(line: Clip) -> bytes:
    """Return the alarm with a sentence: 16-bit samples, 48 kHz."""
    once = (chime("fault").samples, _silence(_AFTER_CHIME), line.samples)
    whole = np.concatenate((*once, _silence(_BETWEEN), *once))
    return pcm16(whole).tobytes()


def play(samples: memoryview, audio: AudioSettings) -> bool:
    """Play an alarm on the sound card of the settings; return whether it could be.

    Ends early when this process is asked to end by a signal that is blocked.
    """
    whole = np.frombuffer(samples, dtype="<i2").astype(np.float32) / np.float32(FULL_SCALE)
    padded = np.concatenate((whole, _silence(_TAIL + BLOCK)))
    device = PortAudioDevice(audio.output, None, latency_s=audio.latency_ms / 1000, awake=audio.awake)
    if not _opened(device):
        return False
    try:
        for begin in range(0, len(padded) - BLOCK, BLOCK):
            device.write(padded[begin : begin + BLOCK])
            if _enough():
                break
    finally:
        device.close()
    return True


def _opened(device: PortAudioDevice) -> bool:
    for _ in range(_TRIES):
        try:
            device.open()
        except MissingError:
            if _enough():
                return False
            time.sleep(_AGAIN_S)
        else:
            return True
    return False


def _enough() -> bool:
    """Return whether somebody wants it to end."""
    return not signal.sigpending().isdisjoint(_ENOUGH)


def _silence(length: int) -> Samples:
    return np.zeros(length, dtype=np.float32)
