"""How well many phrases explain the same sound: best alignments against phoneme posteriors, all phrases at once.

A network that was trained with connectionist temporal classification (CTC, Graves et al. 2006) says,
for each 20 ms, how probable each phoneme is, or that no phoneme begins here (*blank*). The best
alignment of a phrase is compared with the best path of any phonemes over the same frames; the
difference is the phrase's *excess*, never above 0 but for rounding, 0 when the phrase is exactly
what the network would have written itself.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_IMPOSSIBLE: Final = np.float32(-1e9)
"""Stands for minus infinity without the warnings of its arithmetic."""


@dataclass(frozen=True, slots=True)
class Excess:
    """What each frame costs, relative to the best free path."""

    phones: Floats
    """float32, shape (frames, phones): log-probability of each phone less that of the frame's best token."""
    blank: Floats
    """float32, shape (frames,): the same for "no phone begins here"."""
    boundary: Floats
    """float32, shape (frames,): the same for "a word ends here"."""
    pause: Floats
    """float32, shape (frames,): the same for plain silence."""

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self.blank)

    def part(self, first: int, last: int) -> "Excess":
        """Return the frames in ``[first, last)``."""
        return Excess(
            self.phones[first:last], self.blank[first:last], self.boundary[first:last], self.pause[first:last]
        )

    def followed_by(self, other: "Excess") -> "Excess":
        """Return these frames and then the other's."""
        return Excess(
            np.concatenate((self.phones, other.phones)),
            np.concatenate((self.blank, other.blank)),
            np.concatenate((self.boundary, other.boundary)),
            np.concatenate((self.pause, other.pause)),
        )


class Batch:
    """Pronunciations laid out end to end, so that one pass aligns them all and nothing is spent on padding.

    Args:
        pronunciations: Each a sequence of phone numbers (columns of `Excess.phones`), none empty.
    """

    def __init__(self, pronunciations: Sequence[Sequence[int]]) -> None:
        self.lengths: Final = np.fromiter(map(len, pronunciations), dtype=np.intp, count=len(pronunciations))
        ends = np.cumsum(self.lengths)
        self._last = ends - 1
        self._first = ends - self.lengths
        states = int(self.lengths.sum())
        self._labels = np.fromiter(itertools.chain.from_iterable(pronunciations), dtype=np.intp, count=states)
        # Nothing steps over from another pronunciation; and a phone that repeats the one before it can be told apart
        # only by a blank between them.
        barred = np.zeros(states, dtype=bool)
        barred[1:] = self._labels[1:] == self._labels[:-1]
        barred[self._first] = True
        self._barred = np.where(barred[1:], _IMPOSSIBLE, np.float32(0.0))

    def __len__(self) -> int:
        """Return the number of pronunciations."""
        return len(self.lengths)

    def align(self, excess: Excess, *, lead: Floats, trail: Floats) -> Floats:
        """Return the excess of each pronunciation's best alignment.

        Args:
            excess: What each frame costs.
            lead: float32, shape (frames,): cost of a frame before the phrase begins. All zeros let it
                begin anywhere; `excess.blank` wants silence there.
            trail: The same after the phrase has ended.

        Returns:
            float32, shape (pronunciations,): 0 or below; hugely negative where the sound is too short.
        """
        if not len(self):
            return np.zeros(0, dtype=np.float32)
        first, last = self._first, self._last
        phone = np.full(len(self._labels), _IMPOSSIBLE, dtype=np.float32)
        before = phone.copy()  # of each phone: ahead of it, in the silence behind the one before
        step, cost = np.empty_like(phone[1:]), np.empty_like(phone)
        done = np.full(len(self), _IMPOSSIBLE, dtype=np.float32)
        begins = np.float32(0.0)
        for frame in range(len(excess)):
            before[first] = begins
            np.maximum(done, phone[last], out=done)
            done += trail[frame]
            np.add(phone[:-1], self._barred, out=step)
            np.maximum(step, before[1:], out=step)
            # The silence goes on, or begins behind the phone that was there until now.
            np.maximum(before[1:], phone[:-1], out=before[1:])
            before[1:] += excess.blank[frame]
            phone[0] = max(phone[0], begins)
            np.maximum(phone[1:], step, out=phone[1:])
            phone += np.take(excess.phones[frame], self._labels, out=cost, mode="clip")
            begins += lead[frame]
        return np.asarray(np.maximum(done, phone[last]), dtype=np.float32)


def span(excess: Excess, phones: Sequence[int], *, lead: Floats, trail: Floats) -> tuple[int, int]:
    """Return where a phrase lies in its best alignment: first frame of its first phone, one past its last.

    Args:
        excess: What each frame costs; at least one frame.
        phones: The pronunciation, phone numbers.
        lead: As in `Batch.align`.
        trail: As in `Batch.align`.
    """
    count = len(phones)
    # States: 0 before, then phone, gap, phone, gap ..., phone, and after.
    states = 2 * count + 1
    cost = np.empty((len(excess), states), dtype=np.float32)
    cost[:, 0] = lead
    cost[:, states - 1] = trail
    cost[:, 1::2] = excess.phones[:, list(phones)]
    cost[:, 2 : states - 1 : 2] = excess.blank[:, None]
    skips = np.zeros(states, dtype=bool)
    for place in range(1, count):
        skips[2 * place + 1] = phones[place] != phones[place - 1]
    score = np.full(states, _IMPOSSIBLE, dtype=np.float32)
    score[:2] = cost[0, :2]
    back = np.zeros((len(excess), states), dtype=np.intp)
    for frame in range(1, len(excess)):
        options = np.full((3, states), _IMPOSSIBLE, dtype=np.float32)
        options[0] = score
        options[1, 1:] = score[:-1]
        options[2, 2:] = np.where(skips[2:], score[:-2], _IMPOSSIBLE)
        back[frame] = options.argmax(axis=0)
        score = options.max(axis=0) + cost[frame]
    state = int(states - 1 if score[states - 1] > score[states - 2] else states - 2)
    path = [state]
    for frame in range(len(excess) - 1, 0, -1):
        state -= int(back[frame, state])
        path.append(state)
    path.reverse()
    inside = [frame for frame, at in enumerate(path) if at % 2 == 1]
    return (inside[0], inside[-1] + 1) if inside else (0, len(excess))
