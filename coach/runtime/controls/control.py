"""What can be asked for by hand, and who asks: the port of every physical stop.

1. Whatever has no other meaning stops. A device that is broken, or lost events, stops as well.
2. `take` is called once a block by the thread that feeds the sound card. It waits for nothing: no disk, no lock that
   another holds for longer than an assignment, no network, no text.
3. A source that cannot be used says so in a sentence and takes nothing; the others go on.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Final, Protocol, Self


class Control(StrEnum):
    """What is asked for."""

    STOP = "stop"
    PAUSE = "pause"
    REPEAT = "repeat"
    END = "end"
    """Stop, and leave."""


ENTER: Final = "enter"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key that may belong to a PIN; a stop wherever no PIN is awaited."""

    key: str
    """One digit, or `ENTER`."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A whole PIN, from a carer at another keyboard; no stop wherever no PIN is awaited."""

    pin: str
    """6 to 12 digits."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that whoever looks at the screen should know."""

    sentence: str


Given = Control | Pressed | Typed | Note
"""What comes from a source."""


class Controls(Protocol):
    """Tells what was asked for."""

    @property
    def held(self) -> bool:
        """Return whether a stop is held down: nothing may go on while it is."""

    def take(self) -> tuple[Given, ...]:
        """Return what was asked for since the last call, at once."""


class Source(Controls, Protocol):
    """One way of asking; a context manager, used between entering and leaving."""

    def __enter__(self) -> object:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the device."""


class AllControls:
    """Every source there is, as one."""

    def __init__(self, sources: Sequence[Source]) -> None:
        """Take the sources; none is used before entering."""
        self._sources = tuple(sources)
        self._entered = ExitStack()

    @property
    def held(self) -> bool:
        """Return whether a stop is held down anywhere."""
        return any(source.held for source in self._sources)

    def take(self) -> tuple[Given, ...]:
        """Return what was asked for since the last call, at once."""
        taken: list[Given] = []
        for source in self._sources:
            taken += source.take()
        return tuple(taken)

    def __enter__(self) -> Self:
        """Begin with all of them."""
        with ExitStack() as entered:
            for source in self._sources:
                entered.enter_context(source)
            self._entered = entered.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of all of them."""
        self._entered.__exit__(kind, error, trace)
