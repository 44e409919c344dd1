"""What the coach itself said and sounded lately, in listening frames: for the acceptance of what is heard meanwhile."""

from collections import deque
from typing import Final

from coach.units import LISTEN_RATE

KEPT: Final = 30 * LISTEN_RATE
"""Listening frames for which it is remembered: longer than any utterance that can count."""
BEGUN: Final = LISTEN_RATE // 10
"""Listening frames: words that begin later than 0.1 s before the coach's last sound were not said into it. Engines
place the beginning of a word up to 0.1 s too early (chosen; as `coach.listening.acceptance.JOINT`)."""

PAUSE: Final = 3 * LISTEN_RATE // 5
"""Listening frames: shorter silences than 0.6 s are pauses of the coach (chosen: espeak-ng leaves 0.2 s at a comma,
0.4 s between sentences, and lines follow each other by 0.3 s). Behind "Is breathing hard," an echo that rang out was a
sure "no" to that question."""


class OwnSound:
    """Remembers texts and sound by the frames in which they were played."""

    def __init__(self) -> None:
        """Begin in silence."""
        self.late = 0
        """Listening frames by which an echo comes back later than the sound card says."""
        self.until = 0
        """One past the last listening frame in which it sounded."""
        self.forget()

    def forget(self) -> None:
        """Forget what was said and sounded, but for the last frame of it."""
        self._texts: deque[tuple[int, int, tuple[str, ...]]] = deque()
        self._sounds: deque[tuple[int, int]] = deque([(self.until - 1, self.until)] if self.until else [])

    def said(self, texts: tuple[str, ...], start: int, end: int) -> None:
        """Take in that texts sounded from one frame to before another; the frames of each call follow the last."""
        if texts and self._texts and self._texts[-1][1:] == (start, texts):
            start = self._texts.pop()[0]
        if texts:
            self._texts.append((start, end, texts))
        while self._texts and self._texts[0][1] < end - KEPT:
            self._texts.popleft()

    def sounded(self, start: int, end: int) -> None:
        """Take in that something sounded, words or tones, from one frame to before another."""
        if self._sounds and start - self._sounds[-1][1] < PAUSE:
            start = self._sounds.pop()[0]
        self._sounds.append((start, end))
        self.until = end
        while self._sounds[0][1] < end - KEPT:
            self._sounds.popleft()

    def texts(self, first: int, last: int) -> frozenset[str]:
        """Return the texts that sounded, or whose echo did, between two frames."""
        overlapping = (texts for start, end, texts in self._texts if start < last and first < end + self.late)
        return frozenset(text for texts in overlapping for text in texts)

    def over(self, first: int, last: int) -> bool:
        """Return whether words between two frames were said while the coach, or its echo, was still sounding."""
        return any(start < last and first + BEGUN < end + self.late for start, end in self._sounds)

    def rings(self, first: int, last: int, tail: int) -> bool:
        """Return whether it sounded between two frames, or had sounded at most so many frames before them."""
        return any(start < last and first < end + tail for start, end in self._sounds)

    def behind(self, first: int, within: int) -> bool:
        """Return whether words began while the coach was sounding, or so many frames behind its sound."""
        return any(start <= first < end + within for start, end in self._sounds)
