"""Which phrases explain the sound, and which of them explain it well enough to count.

Three forms, by where a phrase must stand (`coach.commands.Policy`):

* *whole*: nothing but silence, or a short filler, around it. Every phrase is tried in this form,
  and all compete: they explain the same frames, so their excesses compare directly. A decoy that
  explains them better takes the hit, and so does any other word of the language's pronunciations.
* *open*: it opens the utterance and anything may follow; several-word phrases only.
* *anywhere*: anything before and after, but with the edges of words where its own words have them;
  a single word needs silence on both sides. Safety phrases, and "stop".
  A longer phrase at the same place, such as "not dizzy", takes the hit.

What must be reached stands in `coach.listening.phonemes.thresholds`.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coach.commands import Policy
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
_TALK: Final = 210
"""Utterances of more rows (4.2 s) are other people's talk, unless they hold a safety phrase."""
_WRITTEN: Final = -0.7
"""A phone is written where it has half of what the likeliest token has, and more than silence."""
_HOPELESS: Final = -2.5
"""Pronunciations whose phones cannot do better than this, each at its best frame, are not aligned."""
_FAR_BETTER: Final = 0.5
"""Excess per phone by which a safety phrase within must beat a phrase that explains all of the utterance."""

_EDGE: Final = np.float32(-3.0)
"""Cost of a phrase that begins or ends within a word (chosen; only its presence was tried, not its size)."""
_SEAM: Final = np.float32(-1.0)
"""Cost of two of its words running into one, as they do in fluent speech (chosen; not measured)."""
_QUIET: Final = np.float32(-0.5)
_QUIET_ROWS: Final = 8
"""A word ends at any silence of 0.16 s (chosen; not measured)."""
_SETTLED_ROWS: Final = 6
"""Rows of silence after which a word that halts is judged as if it were all that will be said: 0.12 s."""


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
    heard_as: str = ""
    """The word that was heard in its place, where a hard room makes the one of the other."""

    @property
    def sure(self) -> bool:
        """Return whether nothing else comes near and it explains the sound well."""
        return self.score >= _SURE and self.margin >= _SURE_MARGIN and not self.doubted


class _Form(Enum):
    """Where in the sound a phrase must stand; see the top of the module."""

    WHOLE = auto()
    OPEN = auto()
    WITHIN = auto()


@dataclass(frozen=True, slots=True, eq=False)
class _Tried:
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


class Spotter:
    """Finds the phrases of a vocabulary in phoneme posteriors.

    Args:
        vocabulary: Phrases of one language, decoys among them.
        lexicon: How they sound.
        tokens: What the network can write, by number.
        blank: The token that means that nothing was spoken.
        boundary: The token that means that a word ended.
        lenience: Nats by which "stop" may lose by more than it usually may.

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
        known = {term.phrase for term in vocabulary}
        everyday = [
            Term(word, language) for language in vocabulary.languages[:1] for word in lexicon.words if word not in known
        ]
        # Where two phrases sound alike, the one that must not be missed keeps the pronunciation.
        self._terms = (*sorted(vocabulary, key=thresholds.importance, reverse=True), *everyday)
        spoken: dict[tuple[int, ...], tuple[int, tuple[int, ...]]] = {}
        shared: set[tuple[int, ...]] = set()
        for number, term in enumerate(self._terms):
            for words in lexicon.pronunciations(term.phrase):
                sound = tuple(itertools.chain.from_iterable(words))
                first, _ = spoken.setdefault(sound, (number, self._parted(words)))
                if _swallowed(self._terms[first], sound, lexicon) and not thresholds.is_safety(term):
                    shared.add(sound)
        self._sounds = tuple(spoken)
        self._shared = np.array([sound in shared for sound in spoken], dtype=bool)
        self._parted_sounds = tuple(parted for _, parted in spoken.values())
        self._owner = np.array([number for number, _ in spoken.values()], dtype=np.intp)
        self._lengths = np.array([len(sound) for sound in self._sounds], dtype=np.intp)
        self._padded = np.full((len(self._sounds), max(map(len, self._sounds), default=1)), count, dtype=np.intp)
        for row, sound in enumerate(self._sounds):
            self._padded[row, : len(sound)] = sound
        meanings = dict.fromkeys(thresholds.meaning(term) for term in self._terms)
        numbers = {meaning: number for number, meaning in enumerate(meanings)}
        self._meaning = np.array(
            [numbers[thresholds.meaning(self._terms[owner])] for owner in self._owner], dtype=np.intp
        )
        self._usual_least = np.array(
            [
                thresholds.whole_least(self._terms[owner], length)
                for owner, length in zip(self._owner, self._lengths, strict=True)
            ],
            dtype=np.float32,
        )
        self._whole_least = self._usual_least
        self._inside_least = np.array([thresholds.inside_least(length) for length in self._lengths], dtype=np.float32)
        self._partial_least = np.maximum(
            self._whole_least,
            np.array(
                [
                    thresholds.partial_least(self._terms[owner], length)
                    for owner, length in zip(self._owner, self._lengths, strict=True)
                ],
                dtype=np.float32,
            ),
        )
        self._all = np.arange(len(self._sounds), dtype=np.intp)
        self._everyday = self._owner >= len(vocabulary)
        self._urgent = self._rows(thresholds.acts_early)
        self._urgent = self._urgent[self._lengths[self._urgent] >= thresholds.PARTIAL_PHONES]
        self._halting = self._rows(thresholds.halts_at_once)
        self._inside = self._rows(thresholds.counts_inside)
        self._safety = np.array([thresholds.is_safety(self._terms[owner]) for owner in self._owner], dtype=bool)
        self._guards = self._rows(lambda term: term.phrase in known and thresholds.guards(term))
        self._opening = self._rows(lambda term: term.phrase in known and thresholds.opens(term))
        meant = {other: word for word, others in lexicon.blurred.items() for other in others}
        halting = {self._terms[owner].phrase: owner for owner in self._owner[self._halting]}
        self._blurred = {other: halting[word] for other, word in meant.items() if word in halting}
        self._prior = np.zeros(len(self._sounds), dtype=np.float32)
        self.expect(Expectation())

    @property
    def phones(self) -> int:
        """Return how many phones the language has."""
        return int(self._hearing.shape[1])

    def expect(self, expectation: Expectation) -> None:
        """Lean towards the words that answer the open question."""
        self._prior = np.array(
            [thresholds.prior(self._terms[owner], expectation) for owner in self._owner], dtype=np.float32
        )
        answers = self._rows(lambda term: thresholds.answers(term, expectation))
        self._whole_least = self._usual_least.copy()
        self._whole_least[answers] = np.minimum(self._whole_least[answers], thresholds.ANSWER_LEAST)
        self._prior[self._everyday] = thresholds.EVERYDAY_PRIOR
        self._prior[self._rows(lambda term: term.phrase == thresholds.STOP)] += self._lenience

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

    def final(self, excess: Excess, again: Sequence[Excess] = ()) -> tuple[Match, ...]:
        """Return what a finished utterance says: nothing, one phrase, or a phrase and a safety phrase within.

        Args:
            excess: The utterance, with its silence before and after.
            again: The same utterance as the network hears it when it is played otherwise; a phrase that is all of the
                utterance is judged by all of them together.
        """
        if not len(excess):
            return ()
        if len(excess) > _TALK:
            inside = self._within(excess)
            return () if inside is None else (inside,)
        tried = self._tried_whole(excess, again)
        whole, guess = self._judged(tried), self._guessed(tried)
        if whole is not None and whole.term.policy is Policy.ANYWHERE:
            return _present(whole, guess)
        inside = self._within(excess)
        if whole is not None:
            better = inside is not None and inside.score > whole.score + _FAR_BETTER
            return _present(whole, inside if better else None, guess)
        return _present(inside or self._opened(excess), guess)

    def partial(
        self, excess: Excess, *, from_start: bool, again: Callable[[], Sequence[Excess]] = tuple
    ) -> Match | None:
        """Return a phrase that must not wait for the end of the utterance, if one was spoken so far.

        Args:
            excess: The utterance so far, or its last seconds.
            from_start: Whether these rows hold the utterance from its beginning.
            again: Gives the same as the network hears it when it is played otherwise; asked only where silence follows
                and a word that halts is near.
        """
        if not len(excess):
            return None
        if from_start and self._tried(excess, _Form.WHOLE, self._urgent, self._partial_least).rows.size:
            whole = self._whole(excess)
            if whole is not None and _sure(whole) and whole.last <= len(excess) - thresholds.rows_after(whole.term):
                return whole
        halted = self._halted(excess, again) if from_start and _settled(excess) else None
        if halted is not None:
            return halted
        found = self._within(excess)
        return found if found is not None and _sure(found) else None

    def alone(self, excess: Excess) -> Match | None:
        """Return the word that halts, where it is clearly all there is: cut out of talk, it has no lead to be given."""
        if not self._tried(excess, _Form.WHOLE, self._halting, self._whole_least).rows.size:
            return None
        whole = self._whole(excess)
        if whole is None or not thresholds.halts_at_once(whole.term) or whole.doubted:
            return None
        clear = whole.score >= thresholds.ALONE_LEAST and whole.margin >= thresholds.ALONE_MARGIN
        return whole if clear else None

    def _halted(self, excess: Excess, again: Callable[[], Sequence[Excess]]) -> Match | None:
        """Return the word that halts which is all that was said, judged as if the utterance were over.

        Stopping is easy: the first reading that has it will do, and where it has not, all of them together.
        """
        if not self._tried(excess, _Form.WHOLE, self._halting, self._whole_least).rows.size:
            return None
        tried = self._tried(excess, _Form.WHOLE, self._all)
        near = tried.total[np.isin(tried.rows, self._halting)].max(initial=-np.inf)
        if near < tried.total.max() - thresholds.HALT_NEAR:
            return None
        whole = self._best(tried, self._whole_least)
        if whole is None or not thresholds.halts_at_once(whole.term):
            whole = self._whole(excess, again())
        halts = whole is not None and thresholds.halts_at_once(whole.term) and not whole.doubted
        return whole if halts and whole is not None and whole.margin >= thresholds.HALT_LEAD else None

    def _whole(self, excess: Excess, again: Sequence[Excess] = ()) -> Match | None:
        return self._judged(self._tried_whole(excess, again))

    def _tried_whole(self, excess: Excess, again: Sequence[Excess]) -> _Tried:
        """Align all pronunciations with a whole utterance, judged by all readings of it together."""
        tried = self._tried(excess, _Form.WHOLE, self._all)
        if again:
            others = (self._tried(one, _Form.WHOLE, tried.rows, hopeless=False) for one in again)
            totals = np.stack((tried.total, *(other.total for other in others)))
            total = (np.logaddexp.reduce(totals, axis=0) - np.log(len(totals))).astype(np.float32)
            score = ((total - self._prior[tried.rows]) / self._lengths[tried.rows]).astype(np.float32)
            tried = replace(tried, total=total, score=score)
        return tried

    def _judged(self, tried: _Tried) -> Match | None:
        best = self._best(tried, self._whole_least)
        if best is not None and best.term.policy is not None:
            return best
        return self._doubtful(tried, explained=best is not None) or best

    def _doubtful(self, tried: _Tried, *, explained: bool) -> Match | None:
        """Return the safety phrase that comes near enough to what explains an utterance best.

        What nothing explains, a click or a breath, is no short word either.
        """
        safety = self._safety[tried.rows]
        if not safety.any():
            return None
        at = int(np.where(safety, tried.total, -np.inf).argmax())
        near = tried.total[at] >= tried.total.max() - thresholds.DOUBT
        row = tried.rows[at]
        good = tried.score[at] >= thresholds.doubt_least(self._terms[self._owner[row]], int(self._lengths[row]))
        known = explained or self._lengths[row] > thresholds.SHORT
        return replace(self._match(tried, at), doubted=True) if near and good and known else None

    def _guessed(self, tried: _Tried) -> Match | None:
        """Return the word that halts of which a hard room makes what explains an utterance best."""
        if not tried.rows.size:
            return None
        best = int(tried.total.argmax())
        heard = self._terms[self._owner[tried.rows[best]]].phrase
        meant = self._owner[tried.rows] == self._blurred.get(heard, -1)
        if not meant.any():
            return None
        at = int(np.where(meant, tried.total, -np.inf).argmax())
        near = tried.total[at] >= tried.total[best] - thresholds.BLUR
        good = tried.score[at] >= thresholds.BLUR_LEAST
        doubted = bool(tried.score[at] < thresholds.BLUR_CLEAR)
        return replace(self._match(tried, at), heard_as=heard, doubted=doubted) if near and good else None

    def _opened(self, excess: Excess) -> Match | None:
        return self._best(self._tried(excess, _Form.OPEN, self._opening), self._inside_least)

    def _within(self, excess: Excess) -> Match | None:
        bounded = _bounded(excess)
        tried = self._tried(bounded, _Form.WITHIN, self._inside, self._inside_least)
        if not tried.rows.size:
            return None
        longest = int(np.lexsort((tried.score, self._lengths[tried.rows]))[-1])
        match = self._match(tried, longest)
        match = replace(match, doubted=match.score < thresholds.certain_least(match.term, match.phones))
        guards = self._tried(bounded, _Form.WITHIN, self._guards, self._inside_least)
        longer = [
            self._match(guards, at)
            for at, row in enumerate(guards.rows)
            if self._lengths[row] > self._lengths[tried.rows[longest]]
        ]
        return next((other for other in longer if other.first < match.last and match.first < other.last), match)

    def _tried(
        self,
        excess: Excess,
        form: _Form,
        rows: NDArray[np.intp],
        least: Floats | None = None,
        *,
        hopeless: bool = True,
    ) -> _Tried:
        """Align pronunciations; without a least score all that are not hopeless, with one only those that reach it."""
        if hopeless:
            # What the phones could reach if their order did not matter spares most alignments.
            peaks = np.append(excess.phones[:, : self.phones].max(axis=0), np.float32(0.0))
            bound = peaks[self._padded[rows]].sum(axis=1) / self._lengths[rows]
            rows = rows[bound >= (_HOPELESS if least is None else least[rows])]
        around, free = np.maximum(excess.blank, _JUNK), np.zeros_like(excess.blank)
        lead = free if form is _Form.WITHIN else around
        trail = around if form is _Form.WHOLE else free
        sounds = self._parted_sounds if form is _Form.WITHIN else self._sounds
        total = Batch([sounds[row] for row in rows]).align(excess, lead=lead, trail=trail)
        score = np.asarray(total / self._lengths[rows], dtype=np.float32)
        good = np.ones(len(rows), dtype=bool) if least is None else score >= least[rows]
        rows = rows[good]
        return _Tried(excess, sounds, rows, total[good] + self._prior[rows], score[good], lead, trail)

    def _best(self, tried: _Tried, least: Floats) -> Match | None:
        if not tried.rows.size:
            return None
        at = int(tried.total.argmax())
        return self._match(tried, at) if tried.score[at] >= least[tried.rows[at]] else None

    def _match(self, tried: _Tried, at: int) -> Match:
        row = tried.rows[at]
        others = tried.total[self._meaning[tried.rows] != self._meaning[row]]
        # 100 nats stand for "nothing else comes near".
        margin = float(tried.total[at] - others.max(initial=tried.total[at] - 100.0))
        first, last = span(tried.excess, tried.sounds[row], lead=tried.lead, trail=tried.trail)
        return Match(
            self._terms[self._owner[row]],
            float(tried.score[at]),
            margin,
            first,
            last,
            int(self._lengths[row]),
            doubted=bool(self._shared[row]),
        )

    def _parted(self, words: Sequence[Sequence[int]]) -> tuple[int, ...]:
        """Return a pronunciation with the boundaries a phrase within other talk must have."""
        inner = [phone for word in words for phone in (*word, self._seam)]
        edge = self._edge if len(words) > 1 else self._hush
        return (edge, *inner[:-1], edge)

    def _rows(self, wanted: Callable[[Term], bool]) -> NDArray[np.intp]:
        return np.array([row for row, owner in enumerate(self._owner) if wanted(self._terms[owner])], dtype=np.intp)


def _bounded(excess: Excess) -> Excess:
    """Return the same rows with three more columns: a phrase's edge, a seam between its words, and a silence."""
    quiet = excess.pause > _QUIET
    change = np.flatnonzero(np.diff(np.concatenate(([False], quiet, [False])).astype(np.int8)))
    lasting = np.zeros(len(quiet), dtype=bool)
    for begin, end in change.reshape(-1, 2):
        lasting[begin:end] = end - begin >= _QUIET_ROWS
    hush = np.where(lasting, excess.pause, _EDGE)
    free = np.maximum(excess.boundary, hush)
    columns = np.stack((np.maximum(free, _EDGE), np.maximum(free, _SEAM), hush), axis=1).astype(np.float32)
    return Excess(np.concatenate((excess.phones, columns), axis=1), excess.blank, excess.boundary, excess.pause)


def _settled(excess: Excess) -> bool:
    """Return whether the network has written nothing for a moment."""
    return len(excess) > _SETTLED_ROWS and bool((excess.blank[-_SETTLED_ROWS:] > _QUIET).all())


def _present(*matches: Match | None) -> tuple[Match, ...]:
    return tuple(match for match in matches if match is not None)


def _sure(match: Match) -> bool:
    """Return whether a match may be told before the utterance is over."""
    least, lead = thresholds.partial_least(match.term, match.phones), thresholds.partial_lead(match.term)
    enough = match.score >= least and match.margin >= lead and not match.doubted
    return thresholds.acts_early(match.term) and enough and match.phones >= thresholds.PARTIAL_PHONES


def _swallowed(term: Term, sound: tuple[int, ...], lexicon: Lexicon) -> bool:
    """Return whether this is a safety word as it is said carelessly, such as "ouch" that sounds like "out"."""
    if not thresholds.is_safety(term) or " " in term.phrase:
        return False
    usual = lexicon.pronunciations(term.phrase)[0]
    return sound != tuple(itertools.chain.from_iterable(usual))
