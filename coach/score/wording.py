"""Which words are said: the form that fits, in turn among its variants.

1. Tempo owns time; speech must fit. A line that does not fit its slot falls back to its next
   shorter form, never the other way round.
2. A form fits when its longest variant does: so the tempo decides how much is said, never which variant.
3. The variants of a line take turns (`coach.language.rotation`): none is heard twice in a row, and equal input gives
   equal words. A line said in every set takes its turn from the place of the set, so that the turns stay as they were
   when the sets change on the way.
4. An exercise may have a line of its own where there is one for all of them: `[quad-sets] last-rep` goes before
   `[score] last-rep`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from coach.errors import ScoreError
from coach.language.models import LanguagePack
from coach.language.rotation import variant
from coach.language.utterance import Form, Utterance
from coach.units import Frames

FORMS: Final = (Form.FULL, Form.SHORT, Form.WORD)
"""Longest first."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was chosen, and how long its clip is."""

    utterance: Utterance
    form: Form
    length: Frames


@dataclass(frozen=True, slots=True)
class Wording:
    """Chooses lines for one score; remembers whose turn it is.

    Args:
        pack: The language.
        lengths: Text of an utterance to the length of its clip.
        seed: How many sessions there were before this one.
    """

    pack: LanguagePack
    lengths: Mapping[str, Frames]
    seed: int
    turns: Counter[tuple[str, Form]] = field(default_factory=Counter)

    def key(self, exercise: str, moment: str) -> str:
        """Return the phrase key of a moment: the exercise's own line, or the one for all exercises."""
        return own_key(self.pack, exercise, moment)

    def line(self, key: str, *, brief: bool = False, turn: int | None = None, **slots: int | str) -> Line:
        """Return a line that has all the time it needs: in full, or short where that is asked for and given.

        Args:
            key: Phrase key.
            brief: Whether few words are wished for.
            turn: Which use of the line in this session it is; None counts by itself.
            slots: What fills the slots of the line.

        Raises:
            PackError: The pack has no such line.
            ScoreError: The line has no clip.
        """
        form = Form.SHORT if brief and self.pack.variants(key, Form.SHORT) else Form.FULL
        # A phrase the pack does not have is asked for once all the same: the pack then names it.
        return self._turn(key, form, self._candidates(key, form, slots) or [self._spoken(key, form, 0, slots)], turn)

    def fitting(
        self, key: str, forms: Iterable[Form], slot: Frames, turn: int | None = None, **slots: int | str
    ) -> Line | None:
        """Return the first of some forms that fits a slot, or None where none does.

        Raises:
            ScoreError: The line has no clip.
        """
        for form in forms:
            lines = self._candidates(key, form, slots)
            if lines and max(line.length for line in lines) <= slot:
                return self._turn(key, form, lines, turn)
        return None

    def rendered(self, key: str, **slots: int | str) -> bool:
        """Return whether every variant of a line's full form has a clip."""
        variants = range(self.pack.variants(key, Form.FULL))
        return all(self.pack.utterance(key, Form.FULL, v, **slots).text in self.lengths for v in variants)

    def shortest(self, key: str) -> Line:
        """Return the shortest line there is for a phrase, whatever its form.

        Raises:
            PackError: The pack has no such line.
            ScoreError: The line has no clip.
        """
        lines = [line for form in self.forms(key) for line in self._candidates(key, form, {})]
        return min(lines, key=lambda line: line.length) if lines else self.line(key)

    def forms(self, key: str) -> tuple[Form, ...]:
        """Return the forms the pack gives for a phrase, longest first."""
        return tuple(form for form in FORMS if self.pack.variants(key, form))

    def _turn(self, key: str, form: Form, lines: list[Line], turn: int | None) -> Line:
        """Return the line whose turn it is."""
        if turn is None:
            turn = self.turns[key, form]
            self.turns[key, form] += 1
        return lines[variant(key, form, len(lines), session=self.seed, turn=turn)]

    def _candidates(self, key: str, form: Form, slots: Mapping[str, int | str]) -> list[Line]:
        """Return every variant of one form."""
        return [self._spoken(key, form, variant, slots) for variant in range(self.pack.variants(key, form))]

    def _spoken(self, key: str, form: Form, variant: int, slots: Mapping[str, int | str]) -> Line:
        """Return one variant with the length of its clip."""
        utterance = self.pack.utterance(key, form, variant, **slots)
        try:
            return Line(utterance, form, self.lengths[utterance.text])
        except KeyError:
            raise ScoreError(
                f'{utterance.language}: the line {key} has no clip for "{utterance.text}"; render the prompts again.'
            ) from None


def own_key(pack: LanguagePack, exercise: str, moment: str) -> str:
    """Return the phrase key of a moment of an exercise: its own line, or the one for all exercises."""
    key = f"{exercise}.{moment}"
    return key if pack.has(key) else f"score.{moment}"
