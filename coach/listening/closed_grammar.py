"""What a recognizer with a closed list of words is given, and what its words are worth.

Measured with Vosk on the Korean model, and why it is so:

1. The engine recombines the words of a grammar freely, so any talk becomes some string of
   them: of 63 read sentences 19 held a safety phrase somewhere, none was made of listed
   phrases from end to end. So words count only where listed phrases and fillers cover all of
   them; else the head keeps what answers a question, and the rest is garbage.
2. With few words to choose from the engine hears synthetic Korean far better, and anything
   else far worse. So a short utterance may be heard again for a few core phrases among
   everyday rivals. Without rivals any short sound became one (of 93 other words 44, of 54
   coughs and sighs 20), with the Korean pack's 48 rivals 13 and 4, at no cost to 90
   synthetic core words (68 heard either way; the rivals were chosen on them). What sets the
   exercise going is never heard so.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from coach.commands import EMERGENCIES, RULES, Policy
from coach.errors import PackError
from coach.listening.expectations import GOING_ON
from coach.listening.vocabulary import Vocabulary

_TOLD: Final = 5
"""Words that are told one by one."""
_HANGUL: Final = re.compile("[가-힣]+")
"""Writing in which a word sounds the same however it is split; elsewhere a missing word is missing."""


class WordList(Protocol):
    """The words a model has."""

    @property
    def folder(self) -> Path:
        """Return where the model lies; for messages."""
        ...

    @property
    def garbage(self) -> str:
        """Return the word it hears where nothing of a grammar fits."""
        ...

    def knows(self, word: str) -> bool:
        """Return whether it has a word."""
        ...


@dataclass(frozen=True, slots=True)
class Wording:
    """What a pack says about its words beside the phrases."""

    fillers: Sequence[str] = ()
    """Words that may stand around a phrase and mean nothing."""
    pieces: Mapping[str, str] = field(default_factory=dict)
    """Surface word to the words the model splits it into. Korean words that stand neither here nor in the model are
    split into the fewest words it has."""
    core: Sequence[str] = ()
    """Few short phrases that a short utterance is heard again for."""
    rivals: Sequence[str] = ()
    """Everyday words that may be heard there instead."""


class ClosedGrammar:
    """The grammar of one language's vocabulary in the words of one model."""

    def __init__(self, model: WordList, vocabulary: Vocabulary, wording: Wording | None = None) -> None:
        """Put the vocabulary into the model's words.

        Args:
            model: The words there are.
            vocabulary: Phrases of one language.
            wording: Fillers, pieces, core phrases and their rivals; default: none.

        Raises:
            PackError: The model lacks a word of a phrase, or a core phrase sets the exercise going.
        """
        extra = wording or Wording()
        self.language = vocabulary.languages[0]
        self.garbage = model.garbage
        split = _Splitter(model, extra.pieces)
        pieced = {term.phrase: split(term.phrase) for term in vocabulary}
        heard = list(vocabulary)
        _require_harmless(vocabulary, extra.core)
        _require_words(self.language, model.folder, {phrase: split.missing(pieced[phrase]) for phrase in pieced})
        fillers = split.known(extra.fillers)
        self._filling = frozenset(word for filler in fillers for word in filler.split())
        phrases = [*(pieced[term.phrase] for term in heard), *fillers]
        self.whole = _json([*phrases, self.garbage])
        """Everything that can be heard, as a JSON list."""
        self.narrow = _json([*split.known(extra.core), *split.known(extra.rivals), self.garbage]) if extra.core else ""
        """The core phrases and their rivals, as a JSON list; empty where there is no core."""
        self._phrases = frozenset(map(joined, phrases))
        answers = (pieced[term.phrase] for term in heard if term.policy is Policy.ANSWER)
        self._answers = frozenset(map(joined, [*answers, *fillers]))
        self._core = frozenset(map(joined, extra.core))
        answering = {joined(term.phrase) for term in heard if term.policy is Policy.ANSWER}
        self._core_answers = tuple(phrase for phrase in extra.core if joined(phrase) in answering)
        self._setting_going = frozenset(joined(term.phrase) for term in heard if term.command in GOING_ON)
        self._going = answering | self._setting_going
        self._halting = frozenset(
            joined(term.phrase) for term in heard if term.command and RULES[term.command].acts_on_partial
        )
        self._calling = frozenset(joined(term.phrase) for term in heard if term.command in EMERGENCIES)

    def read(self, words: Sequence[str]) -> list[str]:
        """Return the words where listed phrases cover them all; else the answers at their head, and garbage."""
        if _covered(words, self._phrases) == len(words):
            return list(words)
        return [*words[: _covered(words, self._answers)], self.garbage]

    def understood(self, words: Sequence[str]) -> bool:
        """Return whether words that were read hold no garbage."""
        return self.garbage not in words

    def is_core(self, words: Sequence[str]) -> bool:
        """Return whether words are one of the core phrases."""
        return joined(words) in self._core

    def answer_at_head(self, words: Sequence[str]) -> str:
        """Return the core phrase that answers a question and that words begin with; empty where they do not."""
        said = joined(words)
        return max((phrase for phrase in self._core_answers if said.startswith(joined(phrase))), key=len, default="")

    def goes_on(self, words: Sequence[str]) -> bool:
        """Return whether words, fillers aside, may answer a question or set the exercise going."""
        said = joined(words)
        return any(phrase in said for phrase in self._going)

    def sets_going(self, words: Sequence[str]) -> bool:
        """Return whether words, fillers aside, set the exercise going by themselves, whatever is asked."""
        said = joined(words)
        return any(phrase in said for phrase in self._setting_going)

    def halts(self, words: Sequence[str]) -> bool:
        """Return whether words are a phrase that the coach falls silent at."""
        return joined(words) in self._halting

    def goes_past(self, words: Sequence[str]) -> bool:
        """Return whether words that were read hold a phrase, fillers and garbage aside, and none that halts."""
        said = joined(words)
        meant = joined([word for word in words if word != self.garbage and word not in self._filling])
        return bool(meant) and not any(phrase in said for phrase in self._halting)

    def calls(self, words: Sequence[str]) -> bool:
        """Return whether words tell of an emergency, whatever fillers stand around it."""
        said = joined(words)
        return any(phrase in said for phrase in self._calling)


def joined(words: Sequence[str] | str) -> str:
    """Return words without the spaces between them: where a model puts those says nothing."""
    return "".join(words).replace(" ", "")


def _covered(words: Sequence[str], phrases: frozenset[str]) -> int:
    """Return how many words from the first on are covered by whole phrases, at most."""
    reached = {0}
    for end in range(1, len(words) + 1):
        if any(start in reached and joined(words[start:end]) in phrases for start in range(end)):
            reached.add(end)
    return max(reached)


def _json(phrases: Sequence[str]) -> str:
    return json.dumps(list(dict.fromkeys(phrases)), ensure_ascii=False)


class _Splitter:
    """Puts phrases into words the model has."""

    def __init__(self, model: WordList, pieces: Mapping[str, str]) -> None:
        self._model = model
        self._pieces = pieces

    def __call__(self, phrase: str) -> str:
        """Return a phrase in the model's words; a word that cannot be put so stays as it is."""
        return " ".join(self._split(word) for word in phrase.split())

    def known(self, phrases: Sequence[str]) -> list[str]:
        """Return the phrases that can be put into the model's words, so put."""
        return [pieces for pieces in map(self, phrases) if not self.missing(pieces)]

    def missing(self, pieces: str) -> list[str]:
        """Return the words of a split phrase that the model does not have."""
        return [word for word in pieces.split() if not self._model.knows(word)]

    def _split(self, word: str) -> str:
        if word in self._pieces:
            return self._pieces[word]
        if self._model.knows(word) or not _HANGUL.fullmatch(word):
            return word
        return min(self._splits(word), key=_roughness, default=word)

    def _splits(self, word: str) -> Iterator[str]:
        """Go through the ways to put a word together from others the model has."""
        if self._model.knows(word):
            yield word
        for cut in range(1, len(word)):
            if self._model.knows(word[:cut]):
                yield from (f"{word[:cut]} {rest}" for rest in self._splits(word[cut:]))


def _roughness(split: str) -> tuple[int, int]:
    """Return how little a split resembles stem and ending: few pieces and a long first one are best."""
    pieces = split.split()
    return len(pieces), -len(pieces[0])


def _require_harmless(vocabulary: Vocabulary, core: Sequence[str]) -> None:
    going = [term.phrase for term in vocabulary if term.phrase in core and term.command in GOING_ON]
    if going:
        raise PackError(
            f"{vocabulary.languages[0]}: pack.toml, table [recognizers.vosk], key core: {', '.join(going)} would set "
            "the exercise going on weak evidence; take it out."
        )


def _require_words(language: str, folder: Path, missing: Mapping[str, Sequence[str]]) -> None:
    lacking = [f'"{word}" (of "{phrase}")' for phrase, words in missing.items() for word in words]
    if lacking:
        told = ", ".join(lacking[:_TOLD]) + (f" and {len(lacking) - _TOLD} more" if len(lacking) > _TOLD else "")
        raise PackError(
            f"{language}: the Vosk model in {folder} lacks words of the pack's phrases: {told}. Put them into its "
            "words in pack.toml, table [recognizers.vosk.pieces], or take the phrases out of commands.toml."
        )
