"""Every pronunciation of every phrase, and how well each of them explains a sound.

A phrase is tried in one of three forms (`Form`); what must be reached stands in `coach.listening.phonemes.thresholds`.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coach.language.utterance import Expectation
from coach.listening.phonemes import thresholds
from coach.listening.phonemes.ctc import Batch, Excess, Floats, span
from coach.listening.phonemes.pronunciations import Lexicon
from coach.listening.vocabulary import Term, Vocabulary

_SURE: Final = -1.2
_SURE_MARGIN: Final = 2.5
"""Least score and lead, in nats, of what need not be asked again: on the tuned half 10 of 127 right answers are below,
and 17 of 19 other words that were taken for one."""
_JUNK: Final = np.float32(-2.5)
"""Most a frame around a whole utterance can cost: an "um" of one or two phones is forgiven, more talk is not."""
_WRITTEN: Final = -0.7
"""A phone is written where it has half of what the likeliest token has, and more than silence."""
_HOPELESS: Final = -2.5
"""Pronunciations whose phones cannot do better than this, each at its best frame, are not aligned."""
_EDGE: Final = np.float32(-3.0)
"""Cost of a phrase that begins or ends within a word (chosen; only its presence was tried, not its size)."""
_SEAM: Final = np.float32(-1.0)
"""Cost of two of its words running into one, as they do in fluent speech (chosen; not measured)."""
QUIET: Final = np.float32(-0.5)
"""A row that costs silence no more than this is silent."""
_QUIET_ROWS: Final = 8
"""A word ends at any silence of 0.16 s (chosen; not measured)."""


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase that explains the sound well enough."""

    term: Term
    score: float
    """Excess per phone; 0 is perfect."""
    margin: float
    """Nats above the best phrase that means something else, in the same form."""
    first: int
    last: int
    """Rows of posteriors: first of the phrase, one past its last."""
    phones: int
    """How many phones it has as it was said."""
    doubted: bool = False
    """Whether something else explains the sound as well or better; a safety phrase may be asked about all the same."""
    outlasts: bool = False
    """Whether a phrase too short to be all that was said loses to it only for that."""
    heard_as: str = ""
    """The word that was heard in its place, where a hard room makes the one of the other."""

    @property
    def sure(self) -> bool:
        """Return whether nothing else comes near and it explains the sound well."""
        return self.score >= _SURE and self.margin >= _SURE_MARGIN and not self.doubted


class Form(Enum):
    """Where in the sound a phrase must stand; see the top of `coach.listening.phonemes.spotter`."""

    WHOLE = auto()
    OPEN = auto()
    WITHIN = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """Pronunciations aligned in one form."""

    excess: Excess
    sounds: Sequence[tuple[int, ...]]
    rows: NDArray[np.intp]
    total: Floats
    """Excess of each, with what is forgiven it."""
    score: Floats
    """Excess per phone of each."""
    lead: Floats
    trail: Floats


class PhraseTable:
    """The pronunciations of a vocabulary, one a row.

    Args:
        vocabulary: Phrases of one language, decoys among them.
        lexicon: How they sound; its other words compete with them.
        tokens: What the network can write, by number.
        blank: The token that means that nothing was spoken.
        boundary: The token that means that a word ended.
        lenience: Nats by which "stop" and safety phrases may lose by more than they usually may.

    Attributes:
        known: The phrases of the vocabulary itself.
        blurred: Words that a hard room makes of others, as the lexicon has them.
        terms: Whose phrases they are.
        owner: Number of the term of each row.
        lengths: Phones of each row.
        prior: Nats each may lose by, as the open question has it.
        whole_least: Least excess per phone of each as all of an utterance, as the open question has it.
        inside_least: The same within other talk.
        partial_least: The same before an utterance is over.

    Raises:
        PackError: A phrase has no pronunciation.
    """

    def __init__(  # noqa: PLR0913 - what a network writes, and how it is to be read
        self,
        vocabulary: Vocabulary,
        lexicon: Lexicon,
        tokens: Sequence[str],
        blank: str,
        boundary: str,
        *,
        lenience: float = 0.0,
    ) -> None:
        self._lenience = lenience
        self._hearing = lexicon.hearing(tokens, (blank, boundary))
        self._blank, self._boundary = tokens.index(blank), tokens.index(boundary)
        count = len(lexicon.phones)
        self._edge, self._seam, self._hush = range(count, count + 3)
        known = self.known = frozenset(term.phrase for term in vocabulary)
        self.blurred = lexicon.blurred
        everyday = [
            Term(word, language) for language in vocabulary.languages[:1] for word in lexicon.words if word not in known
        ]
        # Where two phrases sound alike, the one that must not be missed keeps the pronunciation.
        self.terms = (*sorted(vocabulary, key=thresholds.importance, reverse=True), *everyday)
        spoken: dict[tuple[int, ...], tuple[int, tuple[int, ...]]] = {}
        shared: set[tuple[int, ...]] = set()
        for number, term in enumerate(self.terms):
            for words in lexicon.pronunciations(term.phrase):
                sound = tuple(itertools.chain.from_iterable(words))
                first, _ = spoken.setdefault(sound, (number, self._parted(words)))
                if _swallowed(self.terms[first], sound, lexicon) and not thresholds.is_safety(term):
                    shared.add(sound)
        self._sounds = tuple(spoken)
        self._shared = np.array([sound in shared for sound in spoken], dtype=bool)
        self._parted_sounds = tuple(parted for _, parted in spoken.values())
        self.owner = np.array([number for number, _ in spoken.values()], dtype=np.intp)
        self.lengths = np.array([len(sound) for sound in self._sounds], dtype=np.intp)
        self._padded = np.full((len(self._sounds), max(map(len, self._sounds), default=1)), count, dtype=np.intp)
        for row, sound in enumerate(self._sounds):
            self._padded[row, : len(sound)] = sound
        meanings = dict.fromkeys(thresholds.meaning(term) for term in self.terms)
        numbers = {meaning: number for number, meaning in enumerate(meanings)}
        self._meaning = np.array(
            [numbers[thresholds.meaning(self.terms[owner])] for owner in self.owner], dtype=np.intp
        )
        self._usual_least = np.array(
            [
                thresholds.whole_least(self.terms[owner], length)
                for owner, length in zip(self.owner, self.lengths, strict=True)
            ],
            dtype=np.float32,
        )
        self.whole_least = self._usual_least
        self.inside_least = np.array([thresholds.inside_least(length) for length in self.lengths], dtype=np.float32)
        self.partial_least = np.maximum(
            self.whole_least,
            np.array(
                [
                    thresholds.partial_least(self.terms[owner], length)
                    for owner, length in zip(self.owner, self.lengths, strict=True)
                ],
                dtype=np.float32,
            ),
        )
        self._everyday = self.owner >= len(vocabulary)
        self.prior = np.zeros(len(self._sounds), dtype=np.float32)
        self.expect(Expectation())

    def expect(self, expectation: Expectation) -> None:
        """Lean towards the words that answer the open question."""
        self.prior = np.array(
            [thresholds.prior(self.terms[owner], expectation) for owner in self.owner], dtype=np.float32
        )
        answers = self.rows(lambda term: thresholds.answers(term, expectation))
        self.whole_least = self._usual_least.copy()
        self.whole_least[answers] = np.minimum(self.whole_least[answers], thresholds.ANSWER_LEAST)
        self.prior[self._everyday] = thresholds.EVERYDAY_PRIOR
        self.prior[self.rows(lambda term: term.phrase == thresholds.STOP or thresholds.is_safety(term))] += (
            self._lenience
        )

    @property
    def all(self) -> NDArray[np.intp]:
        """Return the numbers of all rows."""
        return np.arange(len(self._sounds), dtype=np.intp)

    @property
    def phones(self) -> int:
        """Return how many phones the language has."""
        return int(self._hearing.shape[1])

    def excess(self, log_probs: Floats) -> Excess:
        """Return what each row of posteriors costs.

        Args:
            log_probs: float32, shape (rows, tokens): natural logarithms.
        """
        free = log_probs.max(axis=1)
        # One in a million stands for what the network holds to be impossible (chosen).
        phones = np.log(np.exp(log_probs) @ self._hearing + np.float32(1e-6)) - free[:, None]
        pause, boundary = log_probs[:, self._blank] - free, log_probs[:, self._boundary] - free
        return Excess(phones.astype(np.float32), np.logaddexp(pause, boundary), boundary, pause)

    def phones_in(self, excess: Excess) -> int:
        """Return how many phones the network itself wrote."""
        if not len(excess):
            return 0
        spoken = excess.phones[:, : self.phones]
        best = spoken.argmax(axis=1)
        written = spoken.max(axis=1) > np.maximum(excess.blank, _WRITTEN)
        begun = written.copy()
        begun[1:] &= ~written[:-1] | (best[1:] != best[:-1])
        return int(np.count_nonzero(begun))

    def tried(
        self,
        excess: Excess,
        form: Form,
        rows: NDArray[np.intp],
        least: Floats | None = None,
        *,
        hopeless: bool = True,
    ) -> Tried:
        """Align pronunciations; without a least score all that are not hopeless, with one only those that reach it."""
        if hopeless:
            # What the phones could reach if their order did not matter spares most alignments.
            peaks = np.append(excess.phones[:, : self.phones].max(axis=0), np.float32(0.0))
            bound = peaks[self._padded[rows]].sum(axis=1) / self.lengths[rows]
            rows = rows[bound >= (_HOPELESS if least is None else least[rows])]
        around, free = np.maximum(excess.blank, _JUNK), np.zeros_like(excess.blank)
        lead = free if form is Form.WITHIN else around
        trail = around if form is Form.WHOLE else free
        sounds = self._parted_sounds if form is Form.WITHIN else self._sounds
        total = Batch([sounds[row] for row in rows]).align(excess, lead=lead, trail=trail)
        score = np.asarray(total / self.lengths[rows], dtype=np.float32)
        good = np.ones(len(rows), dtype=bool) if least is None else score >= least[rows]
        rows = rows[good]
        return Tried(excess, sounds, rows, total[good] + self.prior[rows], score[good], lead, trail)

    def term(self, row: int) -> Term:
        """Return whose pronunciation stands in a row."""
        term: Term = self.terms[self.owner[row]]
        return term

    def best(self, tried: Tried, least: Floats) -> Match | None:
        """Return what explains the sound best, where it reaches its least score; `least` holds one for each row."""
        if not tried.rows.size:
            return None
        at = int(tried.total.argmax())
        return self.match(tried, at) if tried.score[at] >= least[tried.rows[at]] else None

    def match(self, tried: Tried, at: int) -> Match:
        """Return one of the pronunciations that were tried, with its place and its lead."""
        row = tried.rows[at]
        others = tried.total[self._meaning[tried.rows] != self._meaning[row]]
        # 100 nats stand for "nothing else comes near".
        margin = float(tried.total[at] - others.max(initial=tried.total[at] - 100.0))
        first, last = span(tried.excess, tried.sounds[row], lead=tried.lead, trail=tried.trail)
        return Match(
            self.term(row),
            float(tried.score[at]),
            margin,
            first,
            last,
            int(self.lengths[row]),
            doubted=bool(self._shared[row]),
        )

    def _parted(self, words: Sequence[Sequence[int]]) -> tuple[int, ...]:
        """Return a pronunciation with the boundaries a phrase within other talk must have."""
        inner = [phone for word in words for phone in (*word, self._seam)]
        edge = self._edge if len(words) > 1 else self._hush
        return (edge, *inner[:-1], edge)

    def rows(self, wanted: Callable[[Term], bool]) -> NDArray[np.intp]:
        """Return the rows of the terms that are wanted."""
        return np.array([row for row, owner in enumerate(self.owner) if wanted(self.terms[owner])], dtype=np.intp)


def bounded(excess: Excess) -> Excess:
    """Return the same rows with three more columns: a phrase's edge, a seam between its words, and a silence."""
    quiet = excess.pause > QUIET
    change = np.flatnonzero(np.diff(np.concatenate(([False], quiet, [False])).astype(np.int8)))
    lasting = np.zeros(len(quiet), dtype=bool)
    for begin, end in change.reshape(-1, 2):
        lasting[begin:end] = end - begin >= _QUIET_ROWS
    hush = np.where(lasting, excess.pause, _EDGE)
    free = np.maximum(excess.boundary, hush)
    columns = np.stack((np.maximum(free, _EDGE), np.maximum(free, _SEAM), hush), axis=1).astype(np.float32)
    return Excess(np.concatenate((excess.phones, columns), axis=1), excess.blank, excess.boundary, excess.pause)


def _swallowed(term: Term, sound: tuple[int, ...], lexicon: Lexicon) -> bool:
    """Return whether this is a safety word as it is said carelessly, such as "ouch" that sounds like "out"."""
    if not thresholds.is_safety(term) or " " in term.phrase:
        return False
    usual = lexicon.pronunciations(term.phrase)[0]
    return sound != tuple(itertools.chain.from_iterable(usual))
