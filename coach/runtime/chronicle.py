"""The chronicle: what was played, heard, decided and done, as it happened.

It only watches; nothing in the coach reads it to decide. Rehearsals write their artefacts
from it.
"""

from dataclasses import dataclass, field

from coach.listening.hearing import Hearing
from coach.session.effects import Effect, Outcome
from coach.session.events import Event
from coach.units import Frames


@dataclass(slots=True)
class Sound:
    """One clip that was handed to the mixer: a cue of the score, a line, or a chime."""

    token: int
    kind: str
    """``cue``, ``line`` or ``chime``."""
    id: str
    """Cue id, phrase key, or the chime's name."""
    lane: str
    text: str
    """The words; empty for tones and chimes."""
    planned: Frames
    """Played frame at which it was to sound."""
    length: Frames
    form: str = ""
    """``full``, ``short``, ``word`` or ``tone``; empty for lines and chimes."""
    segment: str = ""
    anchor: Frames | None = None
    """Played frame at which the segment began; None for lines and chimes."""
    tone: str = ""
    """``rising``, ``falling`` or ``count``; empty for words."""
    played: Frames | None = None
    """Played frame of its first sample; None when it never began."""
    ended: Frames | None = None
    cut: bool = False
    """True where it was faded or forgotten before its end."""


@dataclass(frozen=True, slots=True)
class PhaseEntered:
    """The session came into a phase."""

    phase: str
    frame: Frames
    question: str = ""
    """Id of the question that was opened with it; empty when none was."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One event and what followed from it."""

    event: Event
    frame: Frames
    """The next frame to be rendered when the effects were carried out."""
    effects: tuple[Effect, ...]


@dataclass(slots=True)
class Chronicle:
    """Everything that happened, in order."""

    sounds: list[Sound] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    phases: list[PhaseEntered] = field(default_factory=list)
    hearings: list[tuple[Hearing, Frames]] = field(default_factory=list)
    """Each hearing with the played frame at which it was decided."""
    records: list[tuple[Frames, str, dict[str, int | str]]] = field(default_factory=list)
    """What was asked to be journaled: frame, kind, detail."""
    notices: list[tuple[Frames, str]] = field(default_factory=list)
    """What a carer would have been told: frame, kind."""
    outcome: Outcome | None = None
    ended: Frames | None = None
    """Played frame at which the session ended; None while it goes on."""

    def forget(self) -> None:
        """Forget what happened: a coach that rests for years keeps none of it. Nothing may be sounding."""
        for told in (self.sounds, self.decisions, self.phases, self.hearings, self.records, self.notices):
            told.clear()
