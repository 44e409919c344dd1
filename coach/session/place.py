"""Where the person is: the score, the place in it, the tempo, the loudness, and what has been done.

The protocol never looks in here; it sees a place only through the yes-or-no questions of
`coach.session.facts`, and changes it only through the moves of `coach.session.moves`.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from coach.program.dose import Work
from coach.score.changing import set_ahead
from coach.score.compiler import Material, compile_score
from coach.score.models import Position, Score, Segment, SegmentKind, Side
from coach.score.progress import Done, transfer
from coach.score.scheduler import following
from coach.session.care import Care
from coach.units import Frames

_BEGINNING = Frames(0)
_NOTHING_DONE = Done()
_UNTOLD = Care()


class Screening(StrEnum):
    """Which questions come before the next session."""

    FIRST = "first"
    """Four: the day's first session, and any after a stop, a lock, a restart or six hours."""
    LATER = "later"
    """One."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the person is."""

    prescribed: Material
    """As the program says; every session begins with it."""
    material: Material
    """As it is now: tempo, repetitions and sides may have been changed by voice."""
    score: Score
    position: Position
    """Where the score is being played, or where it was left."""
    moving: bool = False
    """The score is being followed."""
    gain_db: float = 0.0
    """Loudness against the voice's own level."""
    pace: int = 0
    """Steps by which she wants to be spoken to more quickly, from the next session on; negative for more slowly."""
    ended: frozenset[str] = frozenset()
    """Repetitions played to their end in this session, by segment id; each counts once."""
    done: Done = _NOTHING_DONE
    fresh: frozenset[str] = frozenset()
    """Repetitions at which the words start over in full."""
    seed: int = 0
    """Where variants of a line take turns from."""
    spoke: Frames | None = None
    """When a command or an answer was last recognized."""
    screened: Frames | None = None
    """When the last screening was passed."""
    locked: Frames = _BEGINNING
    """When the lock was set; the start of the program where it was found in the journal."""
    care: Care = _UNTOLD
    """What is known of the person."""
    screening: Screening = Screening.FIRST
    """What the next session begins with."""
    quiet: bool = False
    """It is a quiet hour."""
    bedside: bool = False
    """The coach lives by the bed: starting by voice is asked about first."""
    woken: tuple[Frames, ...] = ()
    """When "start" at rest was last asked about, oldest first; as many as an hour may hold."""
    margins: tuple[float | None, ...] = ()
    """Margins of the words she was heard by in the practice under way; None where only half of one was heard."""
    pain_practised: bool = False
    """Her "it hurts" was heard in the practice under way."""

    @property
    def segment(self) -> Segment:
        """Return the segment the person is in."""
        return self.score.segments[self.score.place(self.position.segment)]

    @property
    def between_lines(self) -> bool:
        """Return whether nothing sounds at the place in the segment."""
        here = self.position.offset
        return not any(cue.offset <= here < cue.offset + cue.length for cue in self.segment.cues)

    @property
    def next_segment(self) -> Segment | None:
        """Return the segment behind the one the person is in, or None at the end."""
        return following(self.score, self.position.segment)

    @property
    def working(self) -> Segment:
        """Return the segment the person is in; in the rest behind an exercise that is over, the next one's first."""
        here = self.segment
        if here.kind is not SegmentKind.REST or set_ahead(self.score, here) <= here.sets:
            return here
        behind = self.score.segments[self.score.place(here.id) :]
        return next((segment for segment in behind if segment.block != here.block), here)

    @property
    def work_number(self) -> int | None:
        """Return which of the works the person is at, or None where no exercise is in work."""
        here = self.working
        blocks = list(dict.fromkeys(segment.block for segment in self.score.segments if segment.exercise))
        return blocks.index(here.block) if here.exercise else None

    @property
    def work(self) -> Work | None:
        """Return the work the person is at, or None where no exercise is in work."""
        number = self.work_number
        return None if number is None else self.material.works[number]

    def reworked(self, work: Work) -> "Place":
        """Return the same place with the work in hand replaced; the position keeps its phase."""
        number = self.work_number
        works = tuple(work if place == number else other for place, other in enumerate(self.material.works))
        return self.recompiled(replace(self.material, works=works), self.fresh)

    def recompiled(self, material: Material, fresh: frozenset[str]) -> "Place":
        """Return the same place in the score of other material."""
        score = compile_score(material, fresh=fresh, seed=self.seed)
        position = transfer(self.score, score, self.position)
        return replace(self, material=material, score=score, position=position, fresh=fresh)

    def at(self, segment: Segment) -> "Place":
        """Return the place at the start of a segment, at rest."""
        return replace(self, position=Position(segment.id, Frames(0), Frames(0)), moving=False)

    def counted(self, segment: Segment) -> "Place":
        """Return the place with a segment played to its end; a repetition counts once however often it is played."""
        if segment.kind is not SegmentKind.REP or segment.id in self.ended:
            return self
        left, right = segment.side in {Side.BOTH, Side.LEFT}, segment.side in {Side.BOTH, Side.RIGHT}
        done = Done(self.done.left + left, self.done.right + right, self.done.neither + (not left and not right))
        return replace(self, ended=self.ended | {segment.id}, done=done)


def first_place(material: Material, seed: int, care: Care = _UNTOLD, screening: Screening = Screening.FIRST) -> Place:
    """Return the place before a session: the start of the score."""
    score = compile_score(material, seed=seed)
    start = Position(score.segments[0].id, Frames(0), Frames(0))
    place = Place(material, material, score, start, seed=seed, care=care, screening=screening)
    return replace(place, gain_db=care.gain_db, pace=care.pace)
