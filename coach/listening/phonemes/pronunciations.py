"""How words sound, and what a phoneme network writes when it hears those sounds.

Both stand in one reviewed file a language, ``voices/<tag>/pronunciations.toml``: ``[words]``
gives each word one or several pronunciations in IPA, ``[phones.<phone>]`` says which tokens of
the network stand for a phone, and which it is heard as at times. A phrase with a word that is
not in the file is an error: guessed pronunciations were wrong for everyday words such as
"sore", "someone" and "me". ``[blurred]`` names what a hard room makes of a word that halts.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from coach.errors import PackError
from coach.tomlfile import nearest, parse, read_toml

_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*", re.UNICODE)
_VARIANTS_MAX: Final = 6
"""Most pronunciations of one phrase: bounds the work of a phrase of many words (chosen; not measured)."""


class _Phone(BaseModel):
    """One sound of the language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tokens: tuple[str, ...] = Field(min_length=1)
    """What the network writes for it; any of them is as good."""
    missed: float = Field(ge=0, le=1)
    """How often nothing is written where it was spoken, relative to `tokens`."""
    heard_as: dict[str, float] = Field(default={}, alias="heard-as")
    """Other phones that are written in its place, and how often, relative to `tokens`."""


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    words: dict[str, tuple[str, ...]]
    phones: dict[str, _Phone]
    blurred: dict[str, tuple[str, ...]] = {}
    """Words that a hard room makes of a word that halts."""


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Pronunciations of words, as numbers of phones."""

    path: Path
    """The file it came from, for messages."""
    phones: tuple[str, ...]
    """Phones by number, IPA."""
    words: Mapping[str, tuple[tuple[int, ...], ...]]
    """Word to its pronunciations, the usual one first."""
    _sounds: Mapping[str, _Phone]
    blurred: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Word that halts to the words that a hard room makes of it."""

    def pronunciations(self, phrase: str) -> tuple[tuple[tuple[int, ...], ...], ...]:
        """Return how a phrase may sound, the usual way first.

        Args:
            phrase: Words as a pack writes them; case, hyphens and punctuation do not matter.

        Returns:
            Distinct pronunciations, at most six: all words as usual, all in their last variant, then one
            word at a time in another variant. Each is a sequence of words, each a sequence of phone numbers.

        Raises:
            PackError: A word is not in the file, or the phrase has no word.
        """
        spoken = _WORD.findall(phrase.replace("\u2019", "'").lower())
        if not spoken:
            raise PackError(f'{self.path}: the phrase "{phrase}" has no word that could be heard; reword it.')
        for word in spoken:
            if word not in self.words:
                raise PackError(
                    f'{self.path}, table [words]: the word "{word}" of the phrase "{phrase}" has no pronunciation; '
                    f"add it as a list of IPA phones parted by spaces."
                )
        found = dict.fromkeys(_choices([self.words[word] for word in spoken]))
        return tuple(itertools.islice(found, _VARIANTS_MAX))

    def hearing(self, tokens: Sequence[str], silent: Sequence[str]) -> NDArray[np.float32]:
        """Return how readily each token of a network is taken for each phone.

        Args:
            tokens: What the network can write, by number.
            silent: Those of them that mean that nothing was spoken, or that a word ended.

        Returns:
            float32, shape (tokens, phones), 0 to 1; 1 for a phone's own tokens.

        Raises:
            PackError: The file names a token that the network does not have.
        """
        numbers = {token: number for number, token in enumerate(tokens)}
        weights = np.zeros((len(tokens), len(self.phones)), dtype=np.float32)
        for column, phone in enumerate(self.phones):
            sound = self._sounds[phone]
            for token in silent:
                weights[numbers[token], column] = sound.missed
            for other, weight in sound.heard_as.items():
                for token in self._sounds[other].tokens:
                    row = numbers.get(token)
                    if row is not None:
                        weights[row, column] = max(weights[row, column], weight)
            for token in sound.tokens:
                if token not in numbers:
                    raise PackError(
                        f'{self.path}, table [phones.{phone}], key tokens: the recognizer never writes "{token}"; '
                        f"{nearest(token, tokens)}."
                    )
                weights[numbers[token], column] = 1.0
        return weights


def load_lexicon(path: Path) -> Lexicon:
    """Return the pronunciations of one language.

    Args:
        path: ``voices/<tag>/pronunciations.toml``.

    Raises:
        PackError: The file is missing or wrong, or a pronunciation uses a phone that has no table.
    """
    content = parse(_File, read_toml(path, PackError), path, PackError)
    phones = tuple(content.phones)
    numbers = {phone: number for number, phone in enumerate(phones)}
    for phone, sound in content.phones.items():
        for other in sound.heard_as:
            if other not in numbers:
                raise PackError(
                    f'{path}, table [phones.{phone}], key heard-as: there is no phone "{other}"; '
                    f"{nearest(other, phones)}."
                )
    words = {word: tuple(_numbered(path, word, numbers, variants)) for word, variants in content.words.items()}
    for word, others in content.blurred.items():
        for unknown in (one for one in (word, *others) if one not in words):
            raise PackError(
                f'{path}, table [blurred], key "{word}": "{unknown}" has no pronunciation; {nearest(unknown, words)}.'
            )
    return Lexicon(path, phones, words, content.phones, content.blurred)


def _numbered(path: Path, word: str, numbers: Mapping[str, int], variants: Sequence[str]) -> Iterator[tuple[int, ...]]:
    if not variants:
        raise PackError(f'{path}, table [words], key "{word}": the list is empty; give one pronunciation at least.')
    for variant in variants:
        spoken = variant.split()
        unknown = [phone for phone in spoken if phone not in numbers]
        if unknown or not spoken:
            what = f'there is no phone "{unknown[0]}"' if unknown else "a pronunciation is empty"
            raise PackError(
                f'{path}, table [words], key "{word}": {what}; {nearest(unknown[0] if unknown else "", numbers)}.'
            )
        yield tuple(numbers[phone] for phone in spoken)


def _choices(words: Sequence[Sequence[tuple[int, ...]]]) -> Iterator[tuple[tuple[int, ...], ...]]:
    usual = tuple(variants[0] for variants in words)
    yield usual
    yield tuple(variants[-1] for variants in words)
    for place, variants in enumerate(words):
        for variant in variants[1:]:
            yield (*usual[:place], variant, *usual[place + 1 :])
