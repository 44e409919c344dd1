"""The echo canceller of libspeexdsp, for comparison with the coach's own; from the system, where it is installed.

It is Speex's multidelay block frequency-domain filter (Valin, On adjusting the learning rate in frequency domain echo
cancellation with double-talk, IEEE TASLP 15, 2007), without its preprocessor: linear, as the coach's own.
"""

import ctypes
import ctypes.util
from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.units import LISTEN_BLOCK, LISTEN_RATE

_SET_SAMPLING_RATE: Final = 24
"""`SPEEX_ECHO_SET_SAMPLING_RATE` of speex/speex_echo.h."""
_JUDGED: Final = 1.0 / 15.0
"""Weight of a block in the powers that are compared, as in the coach's own canceller."""


class SpeexCanceller:
    """Behind the port `EchoCanceller`, but for its third rule: it works on silence as well."""

    def __init__(self, tail: int = 5_760) -> None:
        """Take the length of the filter in listening frames: 0.36 s, that of the coach's own.

        Raises:
            OSError: The library is not installed.
        """
        found = ctypes.util.find_library("speexdsp")
        if found is None:
            raise OSError("libspeexdsp is not installed (on Debian: apt install libspeexdsp1)")
        self._library = ctypes.CDLL(found)
        self._library.speex_echo_state_init.restype = ctypes.c_void_p
        self._tail = tail
        self._state: int | None = None
        self.reset()

    def __del__(self) -> None:
        """Give the memory back."""
        if getattr(self, "_state", None) is not None:
            self._library.speex_echo_state_destroy(ctypes.c_void_p(self._state))

    @property
    def name(self) -> str:
        """Return ``speex``."""
        return "speex"

    @property
    def convergence_db(self) -> float:
        """Return by how much the echo is weakened at present, in decibels."""
        if self._power_in <= 0.0 or self._power_out <= 0.0:
            return 0.0
        return max(0.0, float(10.0 * np.log10(self._power_in / self._power_out)))

    def reset(self) -> None:
        """Forget the room."""
        if self._state is not None:
            self._library.speex_echo_state_destroy(ctypes.c_void_p(self._state))
        self._state = self._library.speex_echo_state_init(LISTEN_BLOCK, self._tail)
        rate = ctypes.c_int(LISTEN_RATE)
        self._library.speex_echo_ctl(ctypes.c_void_p(self._state), _SET_SAMPLING_RATE, ctypes.byref(rate))
        self._power_in = self._power_out = 0.0

    def process(self, mic: Samples, reference: Samples) -> Samples:
        """Return the microphone without the echo of the reference; see the port.

        Raises:
            ValueError: The shapes differ or are no multiple of 320.
        """
        if mic.shape != reference.shape or len(mic) % LISTEN_BLOCK:
            raise ValueError(f"{mic.shape} and {reference.shape} are not the same multiple of {LISTEN_BLOCK} frames")
        blocks = zip(mic.reshape(-1, LISTEN_BLOCK), reference.reshape(-1, LISTEN_BLOCK), strict=True)
        return np.concatenate([self._block(heard, played) for heard, played in blocks])

    def _block(self, mic: Samples, reference: Samples) -> Samples:
        heard, played = (np.round(np.clip(one, -1.0, 1.0) * 32767.0).astype("<i2") for one in (mic, reference))
        out = np.empty(LISTEN_BLOCK, dtype="<i2")
        pointers = (one.ctypes.data_as(ctypes.c_void_p) for one in (heard, played, out))
        self._library.speex_echo_cancellation(ctypes.c_void_p(self._state), *pointers)
        cleaned: Samples = out.astype(np.float32) / np.float32(32767.0)
        if reference.any():
            self._power_in += _JUDGED * (float(mic @ mic) - self._power_in)
            self._power_out += _JUDGED * (float(cleaned @ cleaned) - self._power_out)
        return cleaned
