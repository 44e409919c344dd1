"""Records lines with a relative: shows each, listens, says what is wrong with a take, keeps the good ones.

1. Nothing is recorded before Enter, and a tone says when. What is not kept is forgotten.
2. A take that is too soft, noisy, broken, cut off, or longer than the movement it belongs to is never kept.
3. "skip" leaves a line out, "quit" goes on another day; lines that are kept already are not asked for again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from coach.language.utterance import Utterance
from coach.runtime.recordings import Takes
from coach.runtime.setup.desk import Desk, Show
from coach.runtime.setup.dialogue import Screen
from coach.runtime.setup.texts import Texts
from coach.score.compiler import Material
from coach.score.fitting import misfits
from coach.speech import earcons
from coach.speech.leveling import LEAD_S, TAIL_S
from coach.speech.pace import expected_seconds
from coach.speech.takes import READING_WPM, judge
from coach.units import LISTEN_RATE, Frames, frames

_BREATH_S: Final = 1.6
"""Seconds that are listened longer than the words should take: to begin, and to come to an end (chosen)."""
_SLOW: Final = 1.6
"""How much longer than a synthesizer a person may take."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of it."""

    kept: int
    """Lines of the list that are recorded now."""
    of: int
    left: bool
    """Whether somebody left before the end."""


@dataclass(frozen=True, slots=True)
class Booth:
    """Where a relative sits."""

    texts: Texts
    screen: Screen
    desk: Desk
    """The sound card, in use."""
    show_level: Show


class Fit:
    """Tells whether a take fits the rhythm: a compile of the program with its length in place of the old one."""

    def __init__(self, material: Material) -> None:
        """Take the session's material; what does not fit in it already is not the take's fault."""
        self._material = material
        self._before: frozenset[str] | None = None

    def __call__(self, line: Utterance, length: Frames) -> bool:
        """Return whether every tempo and side of the program still has room for the line."""
        lengths = dict(self._material.lengths)
        if length <= lengths.get(line.text, Frames(0)):
            return True
        if self._before is None:
            self._before = frozenset(misfits(self._material))
        lengths[line.text] = length
        return not set(misfits(replace(self._material, lengths=lengths))) - self._before


class Studio:
    """Goes through lines with a relative."""

    def __init__(self, booth: Booth, takes: Takes, fits: Callable[[Utterance, Frames], bool]) -> None:
        """Take where it happens, where takes are kept, and what says whether a length fits the rhythm."""
        self._texts, self._screen, self._desk = booth.texts, booth.screen, booth.desk
        self._show_level = booth.show_level
        self._takes = takes
        self._fits = fits

    def record(self, lines: Sequence[Utterance], *, again: bool = False) -> Recorded:
        """Record lines, in order.

        Args:
            lines: What is to be read.
            again: Whether what is kept already is recorded anew.

        Raises:
            CoachError: The sound card is lost, or the disk refuses.
        """
        wanted = [line for line in lines if again or not self._takes.has(line)]
        kept = len(lines) - len(wanted)
        left = False
        self._tell("record-welcome", count=len(wanted))
        self._tell("record-how")
        for number, line in enumerate(wanted, start=1):
            self._screen.show("")
            self._tell("record-line", number=number, of=len(wanted))
            self._screen.show(f"    {line.text}")
            done = self._one(line)
            if done is None:
                left = True
                break
            kept += done
        self._screen.show("")
        self._tell("record-end", kept=kept, of=len(lines), folder=self._takes.folder)
        return Recorded(kept, len(lines), left)

    def _one(self, line: Utterance) -> bool | None:
        """Record one line until it is good; return whether it was kept, None where somebody left."""
        while True:
            typed = self._screen.read("> ")
            if typed is None or self._means("quit", typed):
                return None
            if self._means("skip", typed):
                return False
            flaw = self._take(line)
            if not flaw:
                self._tell("record-kept")
                return True
            self._tell(f"record-{flaw}")
            self._tell("record-again")

    def _take(self, line: Utterance) -> str:
        """Record once; return what is wrong, empty where it was kept."""
        span_s = expected_seconds(line.text, line.language, READING_WPM) * _SLOW + _BREATH_S
        self._desk.play(earcons.tone("rising").samples)
        heard = self._desk.listen(span_s, self._show_level)
        take = judge(heard, LISTEN_RATE, line.text, line.language)
        if take.flaws:
            return take.flaws[0].value
        if not self._fits(line, Frames(frames(take.length_s + LEAD_S + TAIL_S))):
            return "slot"
        self._takes.keep(line, heard, LISTEN_RATE)
        return ""

    def _means(self, meaning: str, typed: str) -> bool:
        return typed.strip().casefold() in self._texts.words[meaning]

    def _tell(self, key: str, **slots: object) -> None:
        self._screen.show(self._texts.line(key, **slots))
