"""What a session looks like on a terminal, and in a pipe. A view only shows; nothing waits for it."""

import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from rich.console import Console, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table

_QUIETEST_DB: Final = -60.0
"""Left end of the level's bar; a quiet room is about there."""
_BAR: Final = 30
_LINES: Final = 6
"""Lines of what happened that stay in sight."""
_REFRESH_HZ: Final = 5
_PATIENCE_S: Final = 1.0
"""How long the end waits for a pipe that nobody reads."""
KEYS_HELP: Final = "any key stops · p pause · r repeat · q end"


@dataclass(frozen=True, slots=True)
class Sight:
    """How a session stands."""

    phase: str = ""
    question: str = ""
    """Id of the open question; empty when none is open."""
    place: str = ""
    """Where in the program, in words."""
    next_cue: str = ""
    level_db: float = _QUIETEST_DB
    """RMS level of the microphone against full scale."""
    heard: str = ""
    """What was heard last, with engine and score."""
    lease_s: float = 0.0
    """How much longer cues may sound without anything more being heard."""
    backlog_s: float = 0.0
    """How much sound waits for the recognizers."""
    slowness: str = ""
    """What a slow machine costs in hearing; empty on a fast one."""
    latency: str = ""
    """How late the sound card is, as it granted it."""
    losses: str = ""
    """Under- and overflows of the sound card."""


class View(Protocol):
    """Shows a session."""

    def tell(self, line: str) -> None:
        """Show something that has happened; returns at once."""

    def show(self, sight: Sight) -> None:
        """Show how the session stands; returns at once."""

    def close(self) -> None:
        """Show nothing more."""


class PlainView:
    """One line for each thing that happens, for pipes; a thread writes, so that a full pipe holds up nothing."""

    def __init__(self, write: Callable[[str], None]) -> None:
        """Take what writes a line; it is called by one thread of this view."""
        self._write = write
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="view", daemon=True)
        self._thread.start()

    def tell(self, line: str) -> None:
        """Write a line, soon."""
        self._lines.put(line)

    def show(self, sight: Sight) -> None:
        """Do nothing: a pipe wants what happens, not how it stands."""

    def close(self) -> None:
        """Write what is left, if somebody reads it."""
        self._lines.put(None)
        self._thread.join(_PATIENCE_S)

    def _serve(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                self._write(line)
            except OSError:
                return  # nobody reads any more


class LiveView:
    """A panel that is drawn anew a few times a second, by a thread of its own."""

    def __init__(self, console: Console, title: str) -> None:
        """Begin to draw."""
        self._title = title
        self._sight = Sight()
        self._lines: deque[str] = deque(maxlen=_LINES)
        self._live = Live(
            console=console, get_renderable=self._drawn, refresh_per_second=_REFRESH_HZ, redirect_stderr=False
        )
        self._live.start()

    def tell(self, line: str) -> None:
        """Show a line below the panel's figures."""
        self._lines.append(line)

    def show(self, sight: Sight) -> None:
        """Show how the session stands with the next drawing."""
        self._sight = sight

    def close(self) -> None:
        """Draw once more and leave it standing."""
        self._live.stop()

    def _drawn(self) -> RenderableType:
        return drawn(self._title, self._sight, tuple(self._lines))


def drawn(title: str, sight: Sight, lines: tuple[str, ...]) -> RenderableType:
    """Return the panel for a sight and the last lines."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column()
    rows = {
        "phase": f"{sight.phase} {sight.question}".strip(),
        "place": sight.place,
        "next": sight.next_cue,
        "microphone": f"{level_bar(sight.level_db)} {sight.level_db:.0f} dB",
        "heard": sight.heard or "-",
        "hearing": f"good for {sight.lease_s:.1f} s, {sight.backlog_s:.1f} s waiting",
        "sound card": ", ".join(filter(None, (sight.latency, sight.losses))),
    }
    if sight.slowness:
        rows["machine"] = sight.slowness
    for name, value in rows.items():
        table.add_row(name, value)
    for line in lines:
        table.add_row("", line)
    return Panel(table, title=title, subtitle=KEYS_HELP)


def level_bar(level_db: float) -> str:
    """Return a level as a bar, full at full scale."""
    share = min(1.0, max(0.0, 1.0 - level_db / _QUIETEST_DB))
    filled = round(share * _BAR)
    return "█" * filled + "·" * (_BAR - filled)
