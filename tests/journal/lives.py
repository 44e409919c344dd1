"""Sessions played by hand into a journal, at any day and hour."""

import importlib.util
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from coach.journal.entries import SessionEnded, Stamp
from coach.journal.material import Opening, opening_entries
from coach.journal.steps import entries_of
from coach.language.utterance import Answer
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.effects import Outcome
from coach.session.machine import step
from coach.session.states import Screening
from coach.units import seconds

_PATH = Path(__file__).parents[1] / "session" / "session_bedside.py"


def _bedside():
    if _PATH.stem not in sys.modules:
        spec = importlib.util.spec_from_file_location(_PATH.stem, _PATH)
        module = importlib.util.module_from_spec(spec)
        sys.modules[_PATH.stem] = module
        spec.loader.exec_module(module)
    return sys.modules[_PATH.stem]


class HandClock:
    """Shows what it was set to, and goes on with the frames of a session."""

    def __init__(self, at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC), boot="boot-1"):
        self.begin = at
        self.at = at
        self.boot = boot
        self.booted = at

    def now(self):
        uptime_ms = round((self.at - self.booted).total_seconds() * 1000)
        return Stamp(self.at.isoformat(timespec="milliseconds"), self.boot, uptime_ms)

    def set(self, at):
        self.begin = self.at = at

    def restart(self, boot):
        """Begin another boot."""
        self.boot, self.booted = boot, self.at


class Journaled(_bedside().Bedside):
    """A session by hand that is kept in a journal."""

    def __init__(self, store, clock, session, material, screening=Screening.LATER):
        super().__init__(material, screening)
        self.store, self.clock, self.session = store, clock, session
        self.note = getattr(store, "note", None) or store.append
        chain = getattr(store, "store", store)
        self.note(*opening_entries(chain, material, Opening(session, screening, 0, "0.1.0")))
        self._begin = clock.at

    def post(self, event):
        taken = step(self.state, event)
        self.clock.at = self._begin + timedelta(seconds=float(seconds(event.frame)))
        self.note(*entries_of(self.session, event, taken))
        return super().post(event)

    def to_the_end(self, effort=Answer.ALL_RIGHT):
        """Exercise until the session is over."""
        for _ in range(4000):
            if self.outcomes:
                return self
            if self.question is not None and self.question.value == "effort":
                self.answer(effort)
            self.wait(0.5)
            if self.followed is None and self.question is None and not self.outcomes:
                self.line_ends()
        raise AssertionError("the session never ended")

    def cut_off(self):
        """Let the power go; the end is noted at the next start."""
        self.note(SessionEnded(self.session, Outcome.INTERRUPTED))


def completed(store, clock, session, material, effort=Answer.ALL_RIGHT):
    """Live a session to its end."""
    return Journaled(store, clock, session, material).start().to_the_end(effort)


__all__ = ["Answer", "HandClock", "Journaled", "completed", "ev", "fx"]
