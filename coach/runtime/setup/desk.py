"""The sound card while a carer sets the coach up: plays, listens, and shows how loud it is.

A thread keeps the card going, so that a question can be spoken while its answer is typed.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

import numpy as np

from coach.audio.clip import Samples
from coach.audio.device import Capture
from coach.errors import MissingError
from coach.runtime.host import SoundCard, level_db
from coach.runtime.settings import AudioSettings
from coach.units import BLOCK, LISTEN_BLOCK, LISTEN_RATE, SAMPLE_RATE

_SILENCE: Final = np.zeros(BLOCK, dtype=np.float32)
_FADE: Final = BLOCK
"""Frames over which a voice that is cut off fades: 20 ms, no click."""
_PATIENCE_S: Final = 3.0
"""How much longer than its length something may take before the card counts as lost."""
_STEP_S: Final = 0.02

Show = Callable[[float], None]
"""Shown a level in dB against full scale, a few times a second."""


class Desk(Protocol):
    """Plays and listens."""

    @property
    def name(self) -> str:
        """Return the names of the loudspeaker and the microphone in use; empty where there is none."""

    @property
    def fault(self) -> str:
        """Return why nothing can be played or heard, in a sentence; empty where it can."""

    def use(self, chosen: AudioSettings) -> None:
        """Use these devices from now on.

        Raises:
            MissingError: They cannot be used.
        """

    def speak(self, samples: Samples) -> None:
        """Begin to play something; what was being played falls silent. Returns at once."""

    def hush(self) -> None:
        """Fall silent."""

    def play(self, samples: Samples) -> Capture:
        """Play something to its end; return what was heard meanwhile and half a second longer."""

    def listen(self, span_s: float, show: Show) -> Samples:
        """Listen for so many seconds; return what was heard: float32, shape (frames,), 16 kHz."""

    def close(self) -> None:
        """Let the card go."""


class SoundDesk:
    """A real sound card, kept going by a thread of its own."""

    def __init__(self, make: Callable[[AudioSettings], SoundCard]) -> None:
        """Take what makes a card of settings; nothing is opened yet."""
        self._make = make
        self._card: SoundCard | None = None
        self._thread: threading.Thread | None = None
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._waiting: deque[Samples] = deque()
        self._heard: list[Capture] | None = None
        self._rounds = 0
        self.fault = ""

    @property
    def name(self) -> str:
        """Return the names of the devices in use; empty while there are none."""
        return "" if self._card is None else self._card.name

    def use(self, chosen: AudioSettings) -> None:
        """Use these devices from now on.

        Raises:
            MissingError: They cannot be used; nothing is in use then, and `fault` says why.
        """
        self.close()
        card = self._make(chosen)
        try:
            card.open()
        except MissingError as missing:
            self.fault = str(missing)
            raise
        self.fault = ""
        self._card = card
        self._over.clear()
        self._thread = threading.Thread(target=self._serve, args=(card,), name="desk", daemon=True)
        self._thread.start()

    def speak(self, samples: Samples) -> None:
        """Begin to play something; returns at once."""
        self.hush()
        with self._lock:
            self._waiting.extend(_blocks(samples))

    def hush(self) -> None:
        """Fall silent, with a short fade."""
        with self._lock:
            last = self._waiting[0] if self._waiting else None
            self._waiting.clear()
            if last is not None:
                self._waiting.append(np.asarray(last * np.linspace(1.0, 0.0, _FADE, dtype=np.float32)))

    def play(self, samples: Samples) -> Capture:
        """Play something to its end; return what was heard meanwhile.

        Raises:
            MissingError: The card is lost.
        """
        with self._lock:
            self._waiting.clear()
            self._heard = []
            self._waiting.extend(_blocks(np.concatenate((samples, np.zeros(SAMPLE_RATE // 2, dtype=np.float32)))))
        self._await(lambda: not self._waiting, len(samples) / SAMPLE_RATE + 0.5)
        return self._taken()

    def listen(self, span_s: float, show: Show) -> Samples:
        """Listen for so many seconds.

        Raises:
            MissingError: The card is lost.
        """
        with self._lock:
            self._heard = []
        wanted = round(span_s * LISTEN_RATE)

        def enough() -> bool:
            with self._lock:
                heard = [capture.mic for capture in self._heard or ()]
            if heard:
                show(level_db(np.concatenate(heard)[-5 * LISTEN_BLOCK :]))
            return sum(map(len, heard)) >= wanted

        self._await(enough, span_s)
        return self._taken().mic[:wanted]

    def close(self) -> None:
        """Let the card go."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._over.set()
            thread.join()
        card, self._card = self._card, None
        if card is not None:
            card.close()
        with self._lock:
            self._waiting.clear()

    def _serve(self, card: SoundCard) -> None:
        while not self._over.is_set():
            with self._lock:
                block = self._waiting.popleft() if self._waiting else _SILENCE
            card.write(block)
            capture = card.read()
            with self._lock:
                if self._heard is not None and len(capture.mic):
                    self._heard.append(capture)

    def _await(self, done: Callable[[], bool], span_s: float) -> None:
        if self._card is None:
            raise MissingError(self.fault or "No sound card is in use; run: coach setup sound")
        until = time.monotonic() + span_s + _PATIENCE_S
        while not done():
            status = self._card.status
            if time.monotonic() > until:
                lost = "The microphone gives" if status.output_alive else "The loudspeaker takes"
                raise MissingError(f"{lost} nothing any more; look at its plug, then run this step again.")
            time.sleep(_STEP_S)

    def _taken(self) -> Capture:
        with self._lock:
            heard, self._heard = self._heard or [], None
        if not heard:
            nothing = np.zeros(0, dtype=np.float32)
            return Capture(nothing, nothing)
        return Capture(
            np.concatenate([capture.mic for capture in heard]), np.concatenate([capture.reference for capture in heard])
        )


def _blocks(samples: Samples) -> list[Samples]:
    """Return a sound in blocks, the last one filled with silence."""
    padded = np.concatenate((samples, np.zeros(-len(samples) % BLOCK, dtype=np.float32)))
    return list(padded.reshape(-1, BLOCK))
