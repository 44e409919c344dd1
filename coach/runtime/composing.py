"""Makes a session of what was prescribed and what was lived: the program, the voice, the dose, what is said first.

1. What the journal tells is gathered at once, by whoever may read it (`gathered`); speaking the lines, which may take a
   while, needs no journal; the opening's entries are worked out last.
2. `coach run` makes one, `coach serve` makes one whenever she wants a session: the same one.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import uuid4

from coach import __version__
from coach.audio.clip import Clip
from coach.audio.lanes import Lane
from coach.audio.mixer import Mixer
from coach.errors import CoachError
from coach.journal.entries import Entry, Practised, SessionEnded, Stamp, VoiceKept
from coach.journal.history import History, history_of
from coach.journal.material import Opening, opening_entries
from coach.journal.planning import barred_now
from coach.journal.store import Journal, next_seed
from coach.journal.words import greeting_fact
from coach.language.models import LanguagePack
from coach.language.utterance import Expectation, Form, Utterance
from coach.plan.prescription import Prescription
from coach.plan.timetable import Timetable, timetable
from coach.program.models import Program
from coach.runtime.adapting import Adapted, adapted_dose
from coach.runtime.library import Library
from coach.runtime.loop import Keep
from coach.runtime.wiring import BarMaker, Coach, House, Prepared, wire
from coach.session.care import Barred
from coach.session.effects import Outcome, Say
from coach.session.facts import GAIN_RANGE_DB, PACE_MOST
from coach.session.states import Screening
from coach.speech.profile import VoiceProfile

INTERRUPTED: Final = Say("safety.interrupted", lane=Lane.SAFETY)
ANEW: Final = Say("safety.notes-lost", lane=Lane.SAFETY)
BROKE_DOWN: Final = Say("fault.broke-down", lane=Lane.SAFETY)
_LIVE_LINES: Final = (INTERRUPTED, ANEW, BROKE_DOWN)
_SCREENED_S: Final = 6 * 3600
"""How long the day's first screening holds, in seconds (safety-stop protocol)."""
_HISTORY_DAYS: Final = 7
"""Days that are looked at for the greeting and for "how am I doing?": a week."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the journal tells before a session."""

    voice: VoiceKept
    screening: Screening
    seed: int
    barred: Barred | None
    dose: Adapted
    history: History | None
    """None where it cannot be read."""
    practised: Practised | None
    """How well she was heard when she last practised stopping the coach; None where she never did."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A session that is ready to be wired."""

    session: str
    """Its own name."""
    prepared: Prepared
    screening: Screening
    seed: int
    dose: Adapted
    greeting: tuple[Say, ...]
    """One true fact from the days before, where there is one."""

    def entries(self, journal: Journal) -> tuple[Entry, ...]:
        """Return what is journaled before it begins."""
        material = replace(self.prepared.material, familiar=self.screening is Screening.LATER)
        opening = Opening(self.session, self.screening, self.seed, __version__, self.prepared.care)
        change = () if self.dose.change is None else (self.dose.change,)
        return (*change, *opening_entries(journal, material, opening))

    def wired(self, mixer: Mixer, listen: Callable[[Expectation], None], keep: Keep) -> Coach:
        """Return the coach of this session, at rest."""
        library = Library(self.prepared.clips)
        return wire(self.prepared, mixer, library, listen, screening=self.screening, seed=self.seed, keep=keep)


class Composer:
    """Makes sessions of one program in one language."""

    def __init__(self, house: House, program: Program, language: str, of_day: int | None) -> None:
        """Take what is to be done.

        Args:
            house: What was read of packs, programs and the prescription.
            program: What is done.
            language: Tag of the pack.
            of_day: Minutes since midnight; None where nobody knows, which is day.

        Raises:
            PackError: There is no such language.
            PrescriptionError: The person must not do it.
        """
        house.pack(language)
        house.tailored(program)
        self.house, self.program, self.language = house, program, language
        self._usual = house.voice(language, of_day)

    def at(self, of_day: int | None) -> "Composer":
        """Return the same for another time of the day: an evening has a voice of its own."""
        return Composer(self.house, self.program, self.language, of_day)

    @property
    def table(self) -> Timetable:
        """Return when sessions are offered."""
        return timetable(self.house.prescription.schedule, self.house.meant_a_day)

    def gathered(self, journal: Journal, now: Stamp, today: date) -> Gathered:
        """Return what the journal tells before a session that begins now."""
        house, program = self.house, self.program
        return Gathered(
            voice=voice_kept(journal),
            screening=next_screening(journal, now),
            seed=next_seed(journal),
            barred=self._barred(journal, now),
            dose=adapted_dose(program.id, house.tailored(program).works, house.prescription, journal),
            history=self._history(journal, today),
            practised=practised(journal),
        )

    def composed(self, told: Gathered, now: datetime, progress: BarMaker, *more: Say) -> Composed:
        """Return the session with all its lines spoken.

        Args:
            told: What the journal tells.
            now: The wall clock, a label in its name.
            progress: Makes progress bars, for lines that are not spoken yet.
            more: Lines beside those of every session.

        Raises:
            MissingError: There is no voice to speak with.
        """
        voice = self._usual.paced(told.voice.pace)
        prepared = self.house.prepare(self.program, self.language, progress, voice)
        care = replace(
            prepared.care,
            gain_db=told.voice.gain_db,
            pace=told.voice.pace,
            barred=told.barred,
            practice_due=self.practice_due(told.practised),
            margin=None if told.practised is None else told.practised.margin,
        )
        prepared = replace(prepared, care=care, material=replace(prepared.material, works=told.dose.works))
        greeting = () if told.history is None else greeting_fact(told.history)
        prepared = self._with_lines(prepared, voice, *_LIVE_LINES, *told.dose.told, *more)
        try:
            prepared = self._with_lines(prepared, voice, *greeting)
        except CoachError as failure:  # a friendly word is no reason to go without a session
            self.house.detail(str(failure))
            greeting = ()
        session = f"{now:%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"
        return Composed(session, prepared, told.screening, told.seed, told.dose, greeting)

    def clips(self, told: Gathered, lines: tuple[Say, ...]) -> Mapping[Utterance, Clip]:
        """Return lines that are said at rest, spoken."""
        pack = self.house.pack(self.language)
        return self.house.render(_utterances(pack, lines), self._usual.paced(told.voice.pace))

    def ready_for_the_next(self, pace: int, was: int) -> None:
        """Have the lines spoken at another pace, if she asked for one: the next session begins without a wait."""
        if pace != was:
            with suppress(CoachError):  # the next session says what is missing
                self.house.prepare(self.program, self.language, _no_progress, self._usual.paced(pace))

    def _history(self, journal: Journal, today: date) -> History | None:
        try:
            return history_of(journal, self.house.meant_a_day, today, _HISTORY_DAYS)
        except CoachError as failure:
            self.house.detail(str(failure))
            return None

    def _barred(self, journal: Journal, now: Stamp) -> Barred | None:
        """Return why no session may begin now: enough were done, or the last one is not long enough ago."""
        if self.house.prescription == Prescription():  # nothing was prescribed: somebody tries the coach out
            return None
        return barred_now(journal, self.table, now)

    def practice_due(self, last: Practised | None) -> bool:
        """Return whether she is to practise stopping the coach first: she never did, or was not heard well enough."""
        if self.house.prescription == Prescription():  # nothing was prescribed: somebody tries the coach out
            return False
        return last is None or not last.passed

    def _with_lines(self, prepared: Prepared, voice: VoiceProfile, *lines: Say) -> Prepared:
        spoken = _utterances(prepared.spoken, lines)
        return replace(prepared, clips={**prepared.clips, **self.house.render(spoken, voice)})


def voice_kept(journal: Journal) -> VoiceKept:
    """Return how she wanted to be spoken to when she last said so; as the profile has it where she never did.

    What lies outside the range she may choose now, since the journal is older than the range, is brought into it.
    """
    row = journal.latest(VoiceKept)
    if row is None or not isinstance(row.entry, VoiceKept):
        return VoiceKept(0.0, 0)
    softest, loudest = GAIN_RANGE_DB
    return VoiceKept(max(softest, min(row.entry.gain_db, loudest)), max(-PACE_MOST, min(row.entry.pace, PACE_MOST)))


def practised(journal: Journal) -> Practised | None:
    """Return how well she was heard when she last practised stopping the coach; None where she never did."""
    row = journal.latest(Practised)
    return row.entry if row is not None and isinstance(row.entry, Practised) else None


def next_screening(journal: Journal, now: Stamp) -> Screening:
    """Return which questions come before a session that begins now.

    Only a session that was completed on the same day and boot, less than six hours ago, spares the four questions.
    """
    row = journal.latest(SessionEnded)
    if row is None or not isinstance(row.entry, SessionEnded) or row.entry.outcome is not Outcome.COMPLETED:
        return Screening.FIRST
    same_day = row.stamp.wall[:10] == now.wall[:10]
    same_boot = bool(now.boot) and row.stamp.boot == now.boot
    fresh = 0 <= now.uptime_ms - row.stamp.uptime_ms < 1000 * _SCREENED_S
    return Screening.LATER if same_day and same_boot and fresh else Screening.FIRST


def _utterances(pack: LanguagePack, lines: tuple[Say, ...]) -> list[Utterance]:
    """Return every wording of some lines."""
    return [
        pack.utterance(line.phrase, Form.FULL, variant, **line.slots)
        for line in lines
        for variant in range(max(1, pack.variants(line.phrase, Form.FULL)))
    ]


def _no_progress(_what: str) -> Callable[[int, int], None]:
    return lambda _done, _total: None
