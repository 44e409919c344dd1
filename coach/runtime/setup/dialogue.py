"""Asks a carer: on screen and aloud, one plain question at a time, with one kind sentence for what cannot be used.

1. Enter keeps what is shown. "skip" leaves the step out, "?" says why it is asked, "quit" goes on another day.
2. What is asked is spoken while it stands on the screen; an answer cuts the voice off.
3. It decides nothing: steps ask, and keep what they are told.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from types import MappingProxyType
from typing import Final, Protocol, TypeVar

from coach.errors import CoachError
from coach.runtime.setup.texts import Texts, filled

Value = TypeVar("Value")

LONGEST: Final = 200
"""Most characters of an answer: no name and no list of times is longer."""
_REMIND: Final = 3
"""After every so many answers that cannot be used it is said again how a step is left out."""
NO_SLOTS: Final[Mapping[str, object]] = MappingProxyType({})


class SkippedError(Exception):
    """The step is left out."""


class LeftError(CoachError):
    """Set-up is left before its end; what was kept until now stays."""


class WrongError(Exception):
    """An answer cannot be used."""

    def __init__(self, key: str, **slots: object) -> None:
        """Take the sentence of the texts that says so, and what fills its slots."""
        super().__init__(key)
        self.key, self.slots = key, slots


class Screen(Protocol):
    """Where a carer reads and types."""

    def show(self, line: str) -> None:
        """Show a line."""

    def read(self, prompt: str, *, hidden: bool = False) -> str | None:
        """Return what is typed up to Enter; None where nobody can type any more.

        Args:
            prompt: What stands before it.
            hidden: Whether it must not be seen.
        """


class Voice(Protocol):
    """Says what is asked."""

    def speak(self, text: str) -> None:
        """Begin to say something; returns at once."""

    def hush(self) -> None:
        """Fall silent."""


class Dialogue:
    """Asks and tells."""

    def __init__(self, texts: Texts, screen: Screen, voice: Voice) -> None:
        """Take the words, and where they are shown and said."""
        self.texts = texts
        self.screen = screen
        self.voice = voice

    def tell(self, key: str, *, aloud: bool = False, **slots: object) -> None:
        """Show a sentence of the texts, and say it where it should be heard."""
        line = self.texts.line(key, **slots)
        self.screen.show(line)
        if aloud:
            self.voice.speak(line)

    def ask(
        self,
        key: str,
        read: Callable[[str], Value],
        *,
        kept: str = "",
        hidden: bool = False,
        slots: Mapping[str, object] = NO_SLOTS,
    ) -> Value | None:
        """Ask until the answer can be used; return it, or None where Enter kept what is shown.

        Args:
            key: The question.
            read: Makes a value of what was typed.
            kept: What Enter keeps, in words; empty where there is nothing to keep.
            hidden: Whether the answer must not be seen.
            slots: What fills the question's slots.

        Raises:
            SkippedError: The step shall be left out.
            LeftError: Set-up shall be left, or nobody is there.
        """
        question = self.texts.ask[key]
        self._put(filled(question.ask, slots), filled(question.hint, slots))
        for tries in count(1):
            if tries > 1 and tries % _REMIND == 1:
                self.tell("how-to-answer")
            typed = self._typed(f"[{kept}] > " if kept else "> ", hidden=hidden)
            if self.means("why", typed):
                self.screen.show(question.why or question.ask)
            elif not typed and kept:
                return None
            elif not typed:
                self._wrong("nothing")
            else:
                try:
                    return read(typed)
                except WrongError as wrong:
                    self._wrong(wrong.key, **wrong.slots)
                except CoachError as wrong:
                    self.screen.show(str(wrong))
        raise AssertionError("counting does not end")

    def choose(
        self,
        key: str,
        values: Sequence[str],
        *,
        labels: Mapping[str, str] | None = None,
        kept: str = "",
        slots: Mapping[str, object] = NO_SLOTS,
    ) -> str | None:
        """Let one of several values be chosen by its number or its name; None where Enter kept the one shown.

        Args:
            key: The question.
            values: What may be chosen.
            labels: What the values are called; default: as the texts call them.
            kept: The value that Enter keeps; empty where there is nothing to keep.
            slots: What fills the question's slots.
        """
        labels = self._labels(key, labels)
        names = self._listed(values, labels)
        shown = labels.get(kept, kept) if kept else ""
        return self.ask(key, lambda typed: one_of(typed, values, names), kept=shown, slots=slots)

    def choose_some(
        self, key: str, values: Sequence[str], kept: Sequence[str], *, labels: Mapping[str, str] | None = None
    ) -> list[str]:
        """Let any number of values be chosen, by their numbers or names; Enter keeps those shown."""
        labels = self._labels(key, labels)
        names = self._listed(values, labels)
        shown = ", ".join(labels.get(value, value) for value in kept) or self._word("none")

        def read(typed: str) -> list[str]:
            if self.means("none", typed):
                return []
            wanted = {one_of(part, values, names) for part in typed.replace(",", " ").split()}
            return [value for value in values if value in wanted]

        chosen = self.ask(key, read, kept=shown)
        return list(kept) if chosen is None else chosen

    def yes(self, key: str, *, kept: bool | None = None, slots: Mapping[str, object] = NO_SLOTS) -> bool:
        """Ask for a yes or a no; Enter keeps the one shown."""
        shown = "" if kept is None else self._word("yes" if kept else "no")
        answer = self.ask(key, self._yes_or_no, kept=shown, slots=slots)
        return bool(kept) if answer is None else answer

    def told(self, key: str, *, kept: str = "") -> str:
        """Ask for ``yes``, ``no`` or ``unknown``; Enter keeps the one shown."""

        def read(typed: str) -> str:
            for meaning in ("yes", "no", "unknown"):
                if self.means(meaning, typed):
                    return meaning
            raise WrongError("told")

        return self.ask(key, read, kept=self._word(kept) if kept else "") or kept

    def text(self, key: str, read: Callable[[str], str], *, kept: str = "", may_lack: bool = False) -> str:
        """Ask for words, such as a name; Enter keeps those shown.

        Args:
            key: The question.
            read: Makes of what was typed what is kept.
            kept: What Enter keeps; empty where there is nothing to keep.
            may_lack: Whether "none" is an answer; it gives empty text.
        """

        def taken(typed: str) -> str:
            if may_lack and self.means("none", typed):
                return ""
            if any(self.means(meaning, typed) for meaning in ("yes", "no", "unknown", "none")):
                raise WrongError("no-name")
            return read(typed)

        answer = self.ask(key, taken, kept=kept)
        return kept if answer is None else answer

    def means(self, meaning: str, typed: str) -> bool:
        """Return whether what was typed is one of the words for something."""
        return typed.casefold().rstrip(".!") in self.texts.words[meaning]

    def _typed(self, prompt: str, *, hidden: bool) -> str:
        """Return what is typed, without what cannot be seen.

        Raises:
            SkippedError: The step shall be left out.
            LeftError: Set-up shall be left, or nobody is there.
        """
        typed = self.screen.read(prompt, hidden=hidden)
        self.voice.hush()
        if typed is None:
            raise LeftError(self.texts.line("left"))
        typed = "".join(letter for letter in typed if letter.isprintable()).strip()[:LONGEST]
        if self.means("quit", typed):
            raise LeftError(self.texts.line("left"))
        if self.means("skip", typed):
            raise SkippedError
        return typed

    def _yes_or_no(self, typed: str) -> bool:
        if self.means("yes", typed):
            return True
        if self.means("no", typed):
            return False
        raise WrongError("yes-or-no")

    def _word(self, meaning: str) -> str:
        return self.texts.words[meaning][0]

    def _put(self, question: str, hint: str) -> None:
        self.screen.show(question + (f" ({hint})" if hint else ""))
        self.voice.speak(question)

    def _labels(self, key: str, labels: Mapping[str, str] | None) -> Mapping[str, str]:
        return self.texts.choice.get(key, {}) if labels is None else labels

    def _listed(self, values: Sequence[str], labels: Mapping[str, str]) -> list[str]:
        """Show what may be chosen, and return what it is called."""
        names = [labels.get(value, value) for value in values]
        for number, name in enumerate(names, start=1):
            self.screen.show(f"  {number:>2}  {name}")
        return names

    def _wrong(self, key: str, **slots: object) -> None:
        self.screen.show(filled(self.texts.wrong[key], slots))


def one_of(typed: str, values: Sequence[str], names: Sequence[str]) -> str:
    """Return which value was meant, by its number, its name, or the only one whose name begins so.

    Raises:
        WrongError: None, or more than one.
    """
    if typed.isascii() and typed.isdigit():
        if 1 <= int(typed) <= len(values):
            return values[int(typed) - 1]
        raise WrongError("number", most=len(values))
    wanted = typed.casefold()
    for same in (lambda name: name == wanted, lambda name: name.startswith(wanted), lambda name: wanted in name):
        found = [
            value for value, name in zip(values, names, strict=True) if same(name.casefold()) or same(value.casefold())
        ]
        if len(found) == 1:
            return found[0]
    raise WrongError("choice", most=len(values))
