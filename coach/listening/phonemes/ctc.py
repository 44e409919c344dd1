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
_UP_TO: Final = (3, 4, 5, 6, 8, 11, 15)
"""Most phones of the pronunciations that go through an alignment together; what is longer makes a last group."""


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
    """Pronunciations laid out so that one pass aligns them all.

    Those of like length go through it together: beside a sentence a word would be mostly padding.

    Args:
        pronunciations: Each a sequence of phone numbers (columns of `Excess.phones`), none empty.
    """

    def __init__(self, pronunciations: Sequence[Sequence[int]]) -> None:
        self.lengths: Final = np.array([len(phones) for phones in pronunciations], dtype=np.intp)
        order = np.argsort(self.lengths, kind="stable")
        ends = np.searchsorted(self.lengths[order], _UP_TO, side="right")
        groups = (order[begin:end] for begin, end in itertools.pairwise((0, *ends, len(order))))
        self._groups = [(rows, _Group([pronunciations[row] for row in rows])) for rows in groups if len(rows)]

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
        totals = np.zeros(len(self), dtype=np.float32)
        for rows, group in self._groups:
            totals[rows] = group.align(excess, lead, trail)
        return totals


class _Group:
    """Pronunciations of like length; phones go down, pronunciations across, so that a step is one sweep of memory."""

    def __init__(self, pronunciations: Sequence[Sequence[int]]) -> None:
        lengths = [len(phones) for phones in pronunciations]
        self._last = np.array(lengths, dtype=np.intp) - 1
        self._labels = np.zeros((max(lengths), len(lengths)), dtype=np.intp)
        for column, phones in enumerate(pronunciations):
            self._labels[: len(phones), column] = phones
        # A phone that repeats the one before it can be told apart only by a blank between them.
        repeats = self._labels[1:] == self._labels[:-1]
        self._repeats = np.where(repeats, _IMPOSSIBLE, np.float32(0.0))

    def align(self, excess: Excess, lead: Floats, trail: Floats) -> Floats:
        count, columns = self._labels.shape
        across = np.arange(columns)
        phone = np.full((count, columns), _IMPOSSIBLE, dtype=np.float32)
        gap = np.full((count + 1, columns), _IMPOSSIBLE, dtype=np.float32)
        gap[0] = 0.0
        done = np.full(columns, _IMPOSSIBLE, dtype=np.float32)
        entered, step = np.empty_like(phone), np.empty_like(phone[1:])
        heard = np.empty_like(phone)
        for frame in range(len(excess)):
            np.maximum(phone, gap[:-1], out=entered)
            np.add(phone[:-1], self._repeats, out=step)
            np.maximum(entered[1:], step, out=entered[1:])
            np.maximum(done, phone[self._last, across], out=done)
            done += trail[frame]
            np.maximum(gap[1:], phone, out=gap[1:])
            gap[1:] += excess.blank[frame]
            gap[0] += lead[frame]
            np.take(excess.phones[frame], self._labels, out=heard, mode="clip")
            np.add(entered, heard, out=phone)
        return np.asarray(np.maximum(done, phone[self._last, across]), dtype=np.float32)


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
