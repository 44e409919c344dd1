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

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from coach.commands import Policy
from coach.language.utterance import Expectation
from coach.listening.phonemes import thresholds
from coach.listening.phonemes.ctc import Excess, Floats
from coach.listening.phonemes.phrase_table import QUIET, Form, Match, PhraseTable, Tried, bounded

_TALK: Final = 210
"""Utterances of more rows (4.2 s) are other people's talk, unless they hold a safety phrase."""
_FAR_BETTER: Final = 0.5
"""Excess per phone by which a safety phrase within must beat a phrase that explains all of the utterance (chosen)."""

_SETTLED_ROWS: Final = 6
"""Rows of silence after which a word that halts is judged as if it were all that will be said: 0.12 s."""


class Spotter:
    """Finds the phrases of a vocabulary in phoneme posteriors.

    Args:
        table: How they sound.
        outlasting: Whether a long safety phrase may outlast a word that is too short to be all that was said. Not where
            another language is spoken: nothing explains it well, and of 122 Korean sentences 9 instead of 4 were taken
            for a command (2026-11).
    """

    def __init__(self, table: PhraseTable, *, outlasting: bool = True) -> None:
        self._table = table
        self._expectation = Expectation()
        self._all = table.all
        self._urgent = table.rows(thresholds.acts_early)
        self._urgent = self._urgent[table.lengths[self._urgent] >= thresholds.PARTIAL_PHONES]
        self._halting = table.rows(thresholds.halts_at_once)
        self._inside = table.rows(thresholds.counts_inside)
        self._safety = np.array([thresholds.is_safety(table.terms[owner]) for owner in table.owner], dtype=bool)
        self._lasting = np.array(
            [
                outlasting and thresholds.lasts(table.terms[owner], length)
                for owner, length in zip(table.owner, table.lengths, strict=True)
            ],
            dtype=bool,
        )
        self._outlasting_least = np.array(
            [thresholds.outlasting_least(table.terms[owner]) for owner in table.owner], dtype=np.float32
        )
        self._guards = table.rows(lambda term: term.phrase in table.known and thresholds.guards(term))
        self._opening = table.rows(lambda term: term.phrase in table.known and thresholds.opens(term))
        meant = {other: word for word, others in table.blurred.items() for other in others}
        halting = {table.terms[owner].phrase: owner for owner in table.owner[self._halting]}
        self._blurred = {other: halting[word] for other, word in meant.items() if word in halting}

    @property
    def phones(self) -> int:
        """Return how many phones the language has."""
        return self._table.phones

    def expect(self, expectation: Expectation) -> None:
        """Lean towards the words that answer the open question."""
        self._expectation = expectation
        self._table.expect(expectation)

    def excess(self, log_probs: Floats) -> Excess:
        """Return what each row of posteriors costs.

        Args:
            log_probs: float32, shape (rows, tokens): natural logarithms.
        """
        return self._table.excess(log_probs)

    def phones_in(self, excess: Excess) -> int:
        """Return how many phones the network itself wrote."""
        return self._table.phones_in(excess)

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
        if from_start and self._table.tried(excess, Form.WHOLE, self._urgent, self._table.partial_least).rows.size:
            whole = self._whole(excess)
            if whole is not None and _sure(whole) and whole.last <= len(excess) - thresholds.rows_after(whole.term):
                return whole
        halted = self._halted(excess, again) if from_start and _settled(excess) else None
        if halted is not None:
            return halted
        found = self._within(excess)
        return found if found is not None and _sure(found) else None

    def alone(self, excess: Excess, *, cut_out: bool) -> Match | None:
        """Return the word that halts, where it is clearly all there is.

        Args:
            excess: What may be that word.
            cut_out: Whether it was cut out of talk: then it has no lead to be given, and must fit better.
        """
        if not self._table.tried(excess, Form.WHOLE, self._halting, self._table.whole_least).rows.size:
            return None
        whole = self._whole(excess)
        if whole is None or not thresholds.halts_at_once(whole.term) or whole.doubted:
            return None
        if not cut_out:
            return whole if whole.margin >= thresholds.HALT_LEAD else None
        clear = whole.score >= thresholds.ALONE_LEAST and whole.margin >= thresholds.ALONE_MARGIN
        return whole if clear else None

    def _halted(self, excess: Excess, again: Callable[[], Sequence[Excess]]) -> Match | None:
        """Return the word that halts which is all that was said, judged as if the utterance were over.

        Stopping is easy: the first reading that has it will do, and where it has not, all of them together.
        """
        if not self._table.tried(excess, Form.WHOLE, self._halting, self._table.whole_least).rows.size:
            return None
        tried = self._table.tried(excess, Form.WHOLE, self._all)
        near = tried.total[np.isin(tried.rows, self._halting)].max(initial=-np.inf)
        if near < tried.total.max() - thresholds.HALT_NEAR:
            return None
        whole = self._table.best(tried, self._table.whole_least)
        if whole is None or not thresholds.halts_at_once(whole.term):
            whole = self._whole(excess, again())
        halts = whole is not None and thresholds.halts_at_once(whole.term) and not whole.doubted
        return whole if halts and whole is not None and whole.margin >= thresholds.HALT_LEAD else None

    def _whole(self, excess: Excess, again: Sequence[Excess] = ()) -> Match | None:
        return self._judged(self._tried_whole(excess, again))

    def _tried_whole(self, excess: Excess, again: Sequence[Excess]) -> Tried:
        """Align all pronunciations with a whole utterance, judged by all readings of it together."""
        tried = self._table.tried(excess, Form.WHOLE, self._all)
        if again:
            others = (self._table.tried(one, Form.WHOLE, tried.rows, hopeless=False) for one in again)
            totals = np.stack((tried.total, *(other.total for other in others)))
            total = (np.logaddexp.reduce(totals, axis=0) - np.log(len(totals))).astype(np.float32)
            score = ((total - self._table.prior[tried.rows]) / self._table.lengths[tried.rows]).astype(np.float32)
            tried = replace(tried, total=total, score=score)
        return tried

    def _judged(self, tried: Tried) -> Match | None:
        best = self._table.best(tried, self._table.whole_least)
        if best is None or not thresholds.stands_firm(best.term, self._expectation):
            best = self._outlasting(tried) or best
        if best is not None and best.term.policy is not None:
            return self._borne_out(best, tried.excess)
        return self._doubtful(tried, explained=best is not None) or best

    def _outlasting(self, tried: Tried) -> Match | None:
        """Return the long safety phrase that loses by little to one so short that it cannot be all that was said."""
        if not tried.rows.size:
            return None
        lengths = self._table.lengths[tried.rows]
        shorter = lengths[int(tried.total.argmax())] <= thresholds.SHORTER * lengths
        good = tried.score >= self._outlasting_least[tried.rows]
        able = self._lasting[tried.rows] & shorter & good & (tried.total >= tried.total.max() - thresholds.OUTLASTING)
        if not able.any():
            return None
        return replace(self._table.match(tried, int(np.where(able, tried.total, -np.inf).argmax())), outlasts=True)

    def _borne_out(self, match: Match, excess: Excess) -> Match:
        """Return a match, doubted where it is harm, and rather a moan or a pant than its words.

        Of a long phrase the network itself must have written a part; a short word is no utterance that goes on and on.
        """
        if thresholds.lasts(match.term, match.phones):
            written = self._table.phones_in(excess.part(match.first, match.last))
            other = written < thresholds.WRITTEN * match.phones
        else:
            other = (
                thresholds.is_safety(match.term) and match.phones <= thresholds.SHORT and len(excess) > thresholds.LONE
            )
        return replace(match, doubted=match.doubted or other)

    def _doubtful(self, tried: Tried, *, explained: bool) -> Match | None:
        """Return the safety phrase that comes near enough to what explains an utterance best.

        What nothing explains, a click or a breath, is no short word either.
        """
        safety = self._safety[tried.rows]
        if not safety.any():
            return None
        at = int(np.where(safety, tried.total, -np.inf).argmax())
        near = tried.total[at] >= tried.total.max() - thresholds.DOUBT
        row = tried.rows[at]
        least = thresholds.doubt_least(self._table.term(row), int(self._table.lengths[row]))
        good = tried.score[at] >= least
        known = explained or self._table.lengths[row] > thresholds.SHORT
        return replace(self._table.match(tried, at), doubted=True) if near and good and known else None

    def _guessed(self, tried: Tried) -> Match | None:
        """Return the word that halts of which a hard room makes what explains an utterance best."""
        if not tried.rows.size:
            return None
        best = int(tried.total.argmax())
        heard = self._table.term(tried.rows[best]).phrase
        meant = self._table.owner[tried.rows] == self._blurred.get(heard, -1)
        if not meant.any():
            return None
        at = int(np.where(meant, tried.total, -np.inf).argmax())
        near = tried.total[at] >= tried.total[best] - thresholds.BLUR
        good = tried.score[at] >= thresholds.BLUR_LEAST
        doubted = bool(tried.score[at] < thresholds.BLUR_CLEAR)
        return replace(self._table.match(tried, at), heard_as=heard, doubted=doubted) if near and good else None

    def _opened(self, excess: Excess) -> Match | None:
        return self._table.best(self._table.tried(excess, Form.OPEN, self._opening), self._table.inside_least)

    def _within(self, excess: Excess) -> Match | None:
        parted = bounded(excess)
        tried = self._table.tried(parted, Form.WITHIN, self._inside, self._table.inside_least)
        if not tried.rows.size:
            return None
        longest = int(np.lexsort((tried.score, self._table.lengths[tried.rows]))[-1])
        match = self._table.match(tried, longest)
        match = replace(match, doubted=match.score < thresholds.certain_least(match.term, match.phones))
        match = self._borne_out(match, excess)
        guards = self._table.tried(parted, Form.WITHIN, self._guards, self._table.inside_least)
        longer = [
            self._table.match(guards, at)
            for at, row in enumerate(guards.rows)
            if self._table.lengths[row] > self._table.lengths[tried.rows[longest]]
        ]
        return next((other for other in longer if other.first < match.last and match.first < other.last), match)


def _settled(excess: Excess) -> bool:
    """Return whether the network has written nothing for a moment."""
    return len(excess) > _SETTLED_ROWS and bool((excess.blank[-_SETTLED_ROWS:] > QUIET).all())


def _present(*matches: Match | None) -> tuple[Match, ...]:
    return tuple(match for match in matches if match is not None)


def _sure(match: Match) -> bool:
    """Return whether a match may be told before the utterance is over."""
    least, lead = thresholds.partial_least(match.term, match.phones), thresholds.partial_lead(match.term)
    enough = match.score >= least and match.margin >= lead and not match.doubted
    return thresholds.acts_early(match.term) and enough and match.phones >= thresholds.PARTIAL_PHONES
