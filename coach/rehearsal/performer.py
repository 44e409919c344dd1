"""The scripted person: says what the scenario tells, when it tells, into the room.

The person's voice is put down as 16 kHz samples, block by block, in step with the frames
played. Entries fire independently of one another; a question that no entry answers is
answered as the scenario's `answers` say, `ANSWER_AFTER` its end.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.rehearsal.scenario import Entry
from coach.units import LISTEN_BLOCK, LISTEN_RATIO, Frames, amplitude, frames

ANSWER_AFTER: Final = frames(0.8)
"""How long the person takes to answer: the scenario contract."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something the person can say: samples at 16 kHz, already at their level at the microphone."""

    text: str
    samples: Samples = field(repr=False)
    speech_end: int
    """Listening frames from the first sample to the end of the last audible word."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something the person said."""

    text: str
    start: Frames
    end: Frames
    """Played frames: first sample, and the end of the last audible word."""


class Performer:
    """Speaks the entries of a scenario and answers the coach's questions."""

    def __init__(self, entries: Sequence[tuple[Entry, Line]], answers: Mapping[str, Line]) -> None:
        """Take the entries with their voices, and what to answer to each question id."""
        self._waiting = list(entries)
        self._answers = answers
        self._seen: Counter[str] = Counter()
        self._due: list[tuple[Frames, Line]] = [
            (frames(entry.at_s), line) for entry, line in entries if entry.at_s is not None
        ]
        self._voices: list[tuple[int, Line]] = []
        self.spoken: list[Spoken] = []

    def notice_cue(self, cue: str, frame: Frames) -> None:
        """Tell the person that a cue has just ended."""
        self._happened(f"cue:{cue}", frame)

    def notice_question(self, question: str, frame: Frames) -> None:
        """Tell the person that a question has just been asked to its end."""
        if not self._happened(f"question:{question}", frame) and question in self._answers:
            self._due.append((Frames(frame + ANSWER_AFTER), self._answers[question]))

    def perform(self, frame: Frames) -> Samples | None:
        """Return the person's next block, or None while silent.

        Args:
            frame: Played frame at which the block begins.

        Returns:
            float32, shape (320,), 16 kHz.
        """
        if self._due:
            for at, line in [due for due in self._due if due[0] <= frame]:
                self._due.remove((at, line))
                self._voices.append((0, line))
                self.spoken.append(Spoken(line.text, frame, Frames(frame + line.speech_end * LISTEN_RATIO)))
        if not self._voices:
            return None
        block = np.zeros(LISTEN_BLOCK, dtype=np.float32)
        going: list[tuple[int, Line]] = []
        for begun, line in self._voices:
            piece = line.samples[begun : begun + LISTEN_BLOCK]
            block[: len(piece)] += piece
            if begun + LISTEN_BLOCK < len(line.samples):
                going.append((begun + LISTEN_BLOCK, line))
        self._voices = going
        return block

    @property
    def quiet(self) -> bool:
        """Return whether the person says nothing now and has nothing in mind."""
        return not self._voices and not self._due

    def _happened(self, trigger: str, frame: Frames) -> bool:
        self._seen[trigger] += 1
        fired = [
            (entry, line)
            for entry, line in self._waiting
            if entry.after == trigger and entry.nth == self._seen[trigger]
        ]
        for entry, line in fired:
            self._due.append((Frames(frame + frames(entry.delay_s)), line))
        return bool(fired)


def at_level(samples: Samples, level_db: float) -> Samples:
    """Return speech scaled so that its active parts have this RMS level against full scale.

    Active parts are 20 ms blocks within 25 dB of the loudest, as speech level meters do (ITU-T P.56 in spirit).
    """
    active = _active(samples)
    if not active.any():
        return samples
    blocks = samples[: len(active) * LISTEN_BLOCK].reshape(-1, LISTEN_BLOCK)[active]
    rms = float(np.sqrt(np.mean(np.square(blocks, dtype=np.float64))))
    return np.asarray(samples * (amplitude(level_db) / rms), dtype=np.float32)


def speech_end(samples: Samples) -> int:
    """Return the listening frame at which the last active 20 ms block ends."""
    active = np.flatnonzero(_active(samples))
    return int(active[-1] + 1) * LISTEN_BLOCK if len(active) else len(samples)


def _active(samples: Samples) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    count = len(samples) // LISTEN_BLOCK
    power = np.mean(np.square(samples[: count * LISTEN_BLOCK].reshape(count, LISTEN_BLOCK)), axis=1)
    return np.asarray(power > max(float(power.max(initial=0.0)) * 10**-2.5, 1e-12))
