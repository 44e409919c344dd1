"""Which phrases explain the sound, and which of them explain it well enough to count.

Three forms, by where a phrase must stand (`coach.commands.Policy`):

* *whole*: nothing but silence, or a short filler, around it. Every phrase is tried in this form,
  and all compete: they explain the same frames, so their excesses compare directly. A decoy that
  explains them better takes the hit.
* *open*: it opens the utterance and anything may follow; several-word phrases only.
* *anywhere*: anything before and after; safety phrases only. Longer phrases, such as "not dizzy",
  take the hit from the shorter ones they contain.

All thresholds are excess per phone. They were chosen on the tuning half of the human recordings
(speakers by hash) and grow looser with length: a long phrase is not met by chance.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coach.commands import RULES, Command, Policy
from coach.language.utterance import Expectation
from coach.listening.phonemes.ctc import Batch, Excess, Floats, span
from coach.listening.phonemes.pronunciations import Lexicon
from coach.listening.vocabulary import Term, Vocabulary

_WHOLE: Final = (-0.5, -0.9, -1.3, -1.7, -1.7)
"""Least excess per phone of a whole utterance of 1, 2, 3, 4, 5 or more phones."""
_ANYWHERE: Final = {4: -0.25, 5: -0.4, 6: -0.6, 7: -0.8, 8: -0.9, 9: -1.0, 10: -1.1, 12: -1.2}
"""Least excess per phone of a phrase within other talk, from so many phones on; shorter ones never count there."""
_PARTIAL: Final = -0.7
"""Least excess per phone of "stop" or "pause" while the utterance goes on; from the streamed tuning half."""
_JUNK: Final = np.float32(-2.5)
"""Most a frame around a whole utterance can cost: an "um" of one or two phones is forgiven, more talk is not."""
_STOP_PRIOR: Final = 3.0
"""Nats by which a halt may lose to its near words: missing "stop" is worse than asking once too often."""
_ANSWER_PRIOR: Final = 1.0
"""The same for words that answer the open question."""
_WHOLE_FRAMES_MAX: Final = 210
"""Utterances longer than this (4.2 s) are other people's talk, unless they hold a safety phrase."""
_HOPELESS: Final = -2.5
"""Pronunciations whose phones cannot do better than this, each at its best frame, are not aligned."""


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase that explains the sound well enough."""

    term: Term
    score: float
    """Excess per phone; 0 is perfect."""
    margin: float
    """Nats above the best phrase that means something else, over the same frames."""
    first: int
    last: int
    """Network frames: first of the phrase, one past its last."""


@dataclass(frozen=True, slots=True, eq=False)
class _Heard:
    """Scores of one form: excess and excess per phone of each pronunciation tried."""

    rows: NDArray[np.intp]
    total: Floats
    lead: Floats
    trail: Floats


class Spotter:
    """Finds the phrases of a vocabulary in phoneme posteriors.

    Args:
        vocabulary: Phrases of one language, decoys among them.
        lexicon: How they sound.
        tokens: What the network can write, by number.
        silent: The tokens that mean that nothing was spoken or a word ended.

    Raises:
        PackError: A phrase has no pronunciation.
    """

    def __init__(self, vocabulary: Vocabulary, lexicon: Lexicon, tokens: Sequence[str], silent: Sequence[str]) -> None:
        self._hearing = lexicon.hearing(tokens, silent)
        self._silent = [tokens.index(token) for token in silent]
        # Where two phrases sound alike, the one that must not be missed keeps the pronunciation.
        self._terms = tuple(sorted(vocabulary, key=_importance, reverse=True))
        sounds: dict[tuple[int, ...], int] = {}
        for number, term in enumerate(self._terms):
            for pronunciation in lexicon.pronunciations(term.phrase):
                sounds.setdefault(pronunciation, number)
        self._sounds = tuple(sounds)
        self._owner = np.array(list(sounds.values()), dtype=np.intp)
        self._lengths = np.array([len(sound) for sound in self._sounds], dtype=np.intp)
        self._padded = np.full(
            (len(self._sounds), int(self._lengths.max(initial=1))), len(lexicon.phones), dtype=np.intp
        )
        for row, sound in enumerate(self._sounds):
            self._padded[row, : len(sound)] = sound
        meanings = {meaning: number for number, meaning in enumerate({_meaning(term): None for term in self._terms})}
        self._meaning = np.array([meanings[_meaning(self._terms[owner])] for owner in self._owner], dtype=np.intp)
        self._whole_least = np.array([_whole_least(int(length)) for length in self._lengths], dtype=np.float32)
        self._inside_least = np.array([_inside_least(int(length)) for length in self._lengths], dtype=np.float32)
        self._inside = self._rows(lambda term: term.policy is Policy.ANYWHERE or _guards(term))
        self._opening = self._rows(_opens)
        self._prior = np.zeros(len(self._sounds), dtype=np.float32)
        self.expect(Expectation())

    @property
    def phones(self) -> int:
        """Return how many phones the language has."""
        return int(self._hearing.shape[1])

    def expect(self, expectation: Expectation) -> None:
        """Lean towards the words that answer the open question."""
        self._prior = np.array([_prior(self._terms[owner], expectation) for owner in self._owner], dtype=np.float32)

    def excess(self, log_probs: Floats) -> Excess:
        """Return what each frame costs.

        Args:
            log_probs: float32, shape (frames, tokens): natural logarithms.
        """
        free = log_probs.max(axis=1)
        phones = np.log(np.exp(log_probs) @ self._hearing + np.float32(1e-6)) - free[:, None]
        blank = np.logaddexp.reduce(log_probs[:, self._silent], axis=1) - free
        return Excess(phones.astype(np.float32), blank.astype(np.float32))

    def final(self, excess: Excess) -> tuple[Match, ...]:
        """Return what a finished utterance says: nothing, one phrase, or a phrase and a safety phrase within.

        Args:
            excess: The utterance, with its silence before and after.
        """
        if not len(excess):
            return ()
        whole = self._whole(excess) if len(excess) <= _WHOLE_FRAMES_MAX else None
        if whole is not None and whole.term.policy is Policy.ANYWHERE:
            return (whole,)
        inside = self._within(excess)
        if whole is not None:
            # The utterance is explained from end to end; a safety phrase within must explain its part far better.
            return (whole, inside) if inside is not None and inside.score > whole.score + 0.5 else (whole,)
        if inside is not None:
            return (inside,)
        opening = self._opened(excess) if len(excess) <= _WHOLE_FRAMES_MAX else None
        return () if opening is None else (opening,)

    def partial(self, excess: Excess, *, from_start: bool) -> Match | None:
        """Return a phrase that must not wait for the end of the utterance, if one was spoken so far.

        Args:
            excess: The utterance so far, or its last seconds.
            from_start: Whether these frames hold the utterance from its beginning.
        """
        if not len(excess):
            return None
        if from_start:
            whole = self._whole(excess)
            if (
                whole is not None
                and whole.term.command is not None
                and RULES[whole.term.command].acts_on_partial
                and whole.score >= _PARTIAL
                and whole.last <= len(excess) - 2
            ):
                return whole
        found = self._within(excess)
        return found if found is not None and found.term.policy is Policy.ANYWHERE else None

    def _whole(self, excess: Excess) -> Match | None:
        edge = np.maximum(excess.blank, _JUNK)
        heard = self._align(excess, self._plausible(excess), edge, edge)
        return self._best(excess, heard, self._whole_least)

    def _opened(self, excess: Excess) -> Match | None:
        edge = np.maximum(excess.blank, _JUNK)
        rows = self._plausible(excess, self._opening)
        heard = self._align(excess, rows, edge, np.zeros_like(edge))
        return self._best(excess, heard, self._inside_least)

    def _within(self, excess: Excess) -> Match | None:
        free = np.zeros_like(excess.blank)
        rows = self._plausible(excess, self._inside, self._inside_least)
        heard = self._align(excess, rows, free, free)
        score = heard.total / self._lengths[heard.rows]
        good = score >= self._inside_least[heard.rows]
        if not good.any():
            return None
        # What was said longest holds what was said shorter: "not dizzy" takes "dizzy".
        order = np.lexsort((score, self._lengths[heard.rows], good))
        return self._match(excess, heard, int(order[-1]))

    def _plausible(
        self, excess: Excess, among: NDArray[np.intp] | None = None, least: Floats | None = None
    ) -> NDArray[np.intp]:
        """Return the rows whose phones could reach the least score if order did not matter."""
        peaks = np.append(excess.phones.max(axis=0), np.float32(0.0))
        rows = np.arange(len(self._sounds)) if among is None else among
        bound = peaks[self._padded[rows]].sum(axis=1) / self._lengths[rows]
        return np.asarray(rows[bound >= (_HOPELESS if least is None else least[rows])], dtype=np.intp)

    def _align(self, excess: Excess, rows: NDArray[np.intp], lead: Floats, trail: Floats) -> _Heard:
        batch = Batch([self._sounds[row] for row in rows])
        total = batch.align(excess, lead=lead, trail=trail) if len(rows) else np.zeros(0, dtype=np.float32)
        return _Heard(rows, total, lead, trail)

    def _best(self, excess: Excess, heard: _Heard, least: Floats) -> Match | None:
        if not len(heard.rows):
            return None
        at = int((heard.total + self._prior[heard.rows]).argmax())
        row = heard.rows[at]
        if heard.total[at] < least[row] * self._lengths[row]:
            return None
        return self._match(excess, heard, at)

    def _match(self, excess: Excess, heard: _Heard, at: int) -> Match:
        row = heard.rows[at]
        others = heard.total[self._meaning[heard.rows] != self._meaning[row]]
        margin = float(heard.total[at] - others.max(initial=heard.total[at] - 100.0))
        first, last = span(excess, self._sounds[row], lead=heard.lead, trail=heard.trail)
        return Match(self._terms[self._owner[row]], float(heard.total[at] / self._lengths[row]), margin, first, last)

    def _rows(self, wanted: Callable[[Term], bool]) -> NDArray[np.intp]:
        chosen = [row for row, owner in enumerate(self._owner) if wanted(self._terms[owner])]
        return np.array(chosen, dtype=np.intp)


def _importance(term: Term) -> tuple[int, ...]:
    urgency = -1 if term.command is None else int(RULES[term.command].urgency)
    return (int(not term.decoy), urgency)


def _meaning(term: Term) -> object:
    """Return what a term commands or answers; decoys all mean the same: nothing."""
    if term.command is not None:
        return term.command
    return term.questions


def _guards(term: Term) -> bool:
    """Return whether a term may take a hit from a safety phrase it contains: decoys and "no pain"."""
    return term.decoy or term.command is Command.ALL_CLEAR


def _opens(term: Term) -> bool:
    several = " " in term.phrase
    return several and (term.policy is Policy.OPEN or term.command is Command.ALL_CLEAR or term.decoy)


def _prior(term: Term, expectation: Expectation) -> float:
    if term.phrase == "stop":
        return _STOP_PRIOR
    if term.policy is Policy.ANSWER and term.live(expectation):
        return _ANSWER_PRIOR
    return 0.0


def _whole_least(length: int) -> float:
    return _WHOLE[min(length, len(_WHOLE)) - 1]


def _inside_least(length: int) -> float:
    return max((least for phones, least in _ANYWHERE.items() if length >= phones), default=1.0, key=abs)
