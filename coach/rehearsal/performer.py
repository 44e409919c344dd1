"""The scripted person: says and does what the scenario tells, when it tells, into the room.

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
from coach.rehearsal.scenario import Deed, Entry
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
    """Speaks the entries of a scenario, does its deeds, and answers the coach's questions."""

    def __init__(self, entries: Sequence[tuple[Entry, Line | Deed]], answers: Mapping[str, Line]) -> None:
        """Take the entries with their voices or deeds, and what to answer to each question id."""
        self._entries = tuple(entries)
        self._waiting = list(entries)
        self._answers = answers
        self._seen: Counter[str] = Counter()
        self._begun: Counter[str] = Counter()
        self._due: list[tuple[Frames, Line | Deed]] = [
            (frames(entry.at_s), what) for entry, what in entries if entry.at_s is not None
        ]
        self._voices: list[tuple[int, Line]] = []
        self.spoken: list[Spoken] = []

    def anew(self) -> "Performer":
        """Return another person who would say and do the same, and has not begun."""
        return Performer(self._entries, self._answers)

    def notice_cue(self, cue: str, frame: Frames) -> None:
        """Tell the person that a cue has just ended."""
        self._happened(f"cue:{cue}", frame)

    def notice_line(self, phrase: str, frame: Frames) -> None:
        """Tell the person that a line has just been spoken to its end; a question may be answered."""
        fired = self._happened(f"line:{phrase}", frame)
        question = phrase.removeprefix("question.")
        if question == phrase:
            return
        fired = self._happened(f"question:{question}", frame) or fired
        if not fired and question in self._answers:
            self._due.append((Frames(frame + ANSWER_AFTER), self._answers[question]))

    def notice_begun(self, name: str, end: Frames) -> None:
        """Tell the person that something begins to sound that will end at a frame: she may speak before it does.

        Args:
            name: ``cue:<id>`` or ``line:<phrase>``.
            end: Played frame at which it will have been said.
        """
        names = [name]
        if name.startswith("line:question."):
            names.append(f"question:{name.removeprefix('line:question.')}")
        for trigger in names:
            self._begun[trigger] += 1
            self._fire(trigger, self._begun[trigger], end, early=True)

    def begin(self, frame: Frames) -> tuple[Deed, ...]:
        """Begin what is due by a played frame, and return what is done and not said."""
        due = [due for due in self._due if due[0] <= frame]
        deeds: list[Deed] = []
        for at, what in due:
            self._due.remove((at, what))
            if isinstance(what, Line):
                self._voices.append((0, what))
                self.spoken.append(Spoken(what.text, frame, Frames(frame + what.speech_end * LISTEN_RATIO)))
            else:
                deeds.append(what)
        return tuple(deeds)

    def perform(self) -> Samples | None:
        """Return the person's next block, or None while silent: float32, shape (320,), 16 kHz."""
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

    def pass_over(self, blocks: int) -> None:
        """Let some blocks of what she says pass unheard."""
        if self._voices and blocks:
            moved = [(begun + blocks * LISTEN_BLOCK, line) for begun, line in self._voices]
            self._voices = [(begun, line) for begun, line in moved if begun < len(line.samples)]

    @property
    def blocks_left(self) -> int:
        """Return how many blocks it takes her to end what she is saying."""
        return max((-(-(len(line.samples) - begun) // LISTEN_BLOCK) for begun, line in self._voices), default=0)

    @property
    def next_due(self) -> Frames | None:
        """Return the next played frame at which she has something to say or to do; None where she has nothing."""
        return min((at for at, _ in self._due), default=None)

    @property
    def quiet(self) -> bool:
        """Return whether the person says nothing now and has nothing in mind."""
        return not self._voices and not self._due

    def _happened(self, trigger: str, frame: Frames) -> bool:
        self._seen[trigger] += 1
        return self._fire(trigger, self._seen[trigger], frame, early=False)

    def _fire(self, trigger: str, times: int, frame: Frames, *, early: bool) -> bool:
        """Put what is to be said or done on the list, and return whether anything answers this moment."""
        here = [(entry, what) for entry, what in self._waiting if entry.after == trigger and entry.nth == times]
        for entry, what in here:
            if (entry.delay_s < 0) == early:
                self._due.append((Frames(frame + frames(entry.delay_s)), what))
        return bool(here)


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
