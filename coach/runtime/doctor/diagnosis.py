"""What the doctor says."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How something is."""

    WELL = "well"
    NOTE = "note"
    """Worth knowing; a session works."""
    PROBLEM = "problem"
    """No session until it is mended."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """How one thing is, and what to do about it."""

    subject: str
    state: State
    sentence: str

    def as_text(self) -> str:
        """Return it as one line."""
        return f"{self.state.value:<8} {self.subject:<12} {self.sentence}"

    def as_json(self) -> dict[str, Any]:
        """Return it for scripts."""
        return asdict(self)


def well(subject: str, sentence: str) -> Diagnosis:
    """Return that something is as it should be."""
    return Diagnosis(subject, State.WELL, sentence)


def note(subject: str, sentence: str) -> Diagnosis:
    """Return something worth knowing."""
    return Diagnosis(subject, State.NOTE, sentence)


def problem(subject: str, sentence: str) -> Diagnosis:
    """Return what keeps a session from being held."""
    return Diagnosis(subject, State.PROBLEM, sentence)
