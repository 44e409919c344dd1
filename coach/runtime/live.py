"""One live session from command to end: opens what it needs, side by side, runs the host, and closes everything."""

import gc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

from coach import __version__
from coach.audio.devices.portaudio import PortAudioDevice
from coach.audio.lanes import Lane
from coach.errors import CoachError, JournalError, MissingError
from coach.journal.entries import ClockKnown, LockLifted, Recorded, SessionEnded, Stamp, VoiceKept
from coach.journal.history import history_of
from coach.journal.keeper import open_keeper
from coach.journal.material import Opening, opening_entries
from coach.journal.planning import barred_now
from coach.journal.store import Journal, next_seed
from coach.journal.words import greeting_fact
from coach.language.utterance import Form
from coach.notify.spool import Spool
from coach.plan.prescription import Prescription
from coach.plan.timetable import timetable
from coach.runtime import alarm
from coach.runtime.adapting import Adapted, adapted_dose
from coach.runtime.clock import SystemClock, minute_of_day, synchronized
from coach.runtime.controls.control import AllControls
from coach.runtime.dispatch import Outbox, SpoolDispatch
from coach.runtime.ear import ListenerWanted, ProcessEar
from coach.runtime.guard import guarded
from coach.runtime.host import Host, Senses, keep_in
from coach.runtime.journal_writer import JournalWriter
from coach.runtime.pin_desk import PinDesk
from coach.runtime.pin_file import PinFile
from coach.runtime.supervisor import Pulse
from coach.runtime.view import View
from coach.runtime.wiring import BarMaker, House, Prepared
from coach.session.care import Barred
from coach.session.effects import Outcome, Say
from coach.session.facts import GAIN_RANGE_DB, PACE_MOST
from coach.session.machine import reps_done
from coach.session.monitor import Monitor, Violation
from coach.session.states import Screening
from coach.units import Frames

JOURNAL: Final = "journal"
"""Folder of the journal below the data folder."""
_SCREENED_S: Final = 6 * 3600
"""How long the day's first screening holds, in seconds (safety-stop protocol)."""
_OPENING_S: Final = 5.0
"""How long the disk may take to begin a session, in seconds: SQLite waits as long for a reader of another process."""


_GREETED_DAYS: Final = 2
"""Days the greeting looks at: yesterday and today."""
_INTERRUPTED: Final = Say("safety.interrupted", lane=Lane.SAFETY)
_ANEW: Final = Say("safety.notes-lost", lane=Lane.SAFETY)
_BROKE_DOWN: Final = Say("fault.broke-down", lane=Lane.SAFETY)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a live session ended."""

    outcome: Outcome
    found_lock: int
    """Lock that was found at the start: 0 none, 1 caution, 2 urgent."""
    reps_left: int
    """Repetitions done on the left side."""
    reps_right: int
    underflows: int
    """Blocks that came too late for the sound card."""
    overflows: int


ViewMaker = Callable[[str], View]
"""Makes the view of a session with a title."""


class LiveSession:
    """One session on the sound card."""

    def __init__(self, house: House, program: str, language: str, engine: str) -> None:
        """Take what is to be done; nothing is opened yet.

        Raises:
            ProgramError: There is no such program.
            PackError: There is no such language.
            PrescriptionError: The person must not do it.
        """
        self._house = house
        self._program = house.program(program)
        self._language = language
        self._engine = engine
        house.pack(language)
        of_day = minute_of_day() if synchronized() else None  # where nobody knows the time, it is day
        self._usual = self._voice = house.voice(language, of_day)
        house.tailored(self._program)

    def run(
        self,
        device: PortAudioDevice,
        pulse: Pulse,
        controls: AllControls,
        make_view: ViewMaker,
        progress: BarMaker,
    ) -> Ended:
        """Run it to its end.

        Args:
            device: The sound card, on its way or not; closed by whoever made it.
            pulse: Shows that the coach lives, and whether somebody counts on it.
            controls: Keys and signals, taken over only while the session runs.
            make_view: Makes what shows it.
            progress: Makes progress bars, for prompts that are not spoken yet.

        Raises:
            MissingError: There is no usable sound card, voice, engine or model; the message says what to do.
            JournalError: The journal cannot be opened or begun; without it no session begins.
        """
        house = self._house
        wanted = ListenerWanted(house.paths, house.settings, self._language, self._engine)
        with closing(ProcessEar(wanted)) as ear:
            self._open(device)
            with closing(JournalWriter(open_keeper(house.paths.data / JOURNAL, SystemClock()))) as writer:
                kept = voice_kept(writer.keeper.store)
                self._voice = self._usual.paced(kept.pace)
                prepared = self._prepare(kept, progress)
                view = make_view(f"{self._program.id} · {device.name}")
                with closing(view), controls, self._outbox() as outbox:
                    if controls.held:
                        raise MissingError("The stop button is pressed, or its wire is off; nothing begins like that.")
                    pins = PinDesk(PinFile(house.paths.data, SystemClock()))
                    senses = Senses(device, ear, writer, controls, view, outbox=outbox, pins=pins, beat=pulse.beat)
                    return self._run(prepared, senses, writer, pulse)

    @contextmanager
    def _outbox(self) -> Iterator[Outbox | None]:
        """Give where notices go; nowhere unless a way to a carer was set up."""
        if not self._house.notices_arrive:
            yield None
            return
        with closing(SpoolDispatch(Spool(self._house.paths.data))) as dispatch:
            yield Outbox(dispatch)

    def _open(self, device: PortAudioDevice) -> None:
        try:
            device.open()
        except MissingError as missing:
            raise MissingError(
                f"{missing} Without a sound card, try: coach rehearse {self._program.id} --out rehearsal-out"
            ) from None

    def _prepare(self, kept: VoiceKept, progress: BarMaker) -> Prepared:
        """Return the program with every line spoken as she wanted it, and the lines only a live session has."""
        prepared = self._house.prepare(self._program, self._language, progress, self._voice)
        care = replace(prepared.care, gain_db=kept.gain_db, pace=kept.pace)
        prepared = replace(prepared, care=care)
        for line in (_INTERRUPTED, _ANEW, _BROKE_DOWN):
            prepared = self._with_line(prepared, line)
        return prepared

    def _with_line(self, prepared: Prepared, line: Say) -> Prepared:
        spoken = prepared.spoken.utterance(line.phrase, Form.FULL, 0, **line.slots)
        clips = self._house.render([spoken], self._voice)
        return replace(prepared, clips={**prepared.clips, **clips})

    def _greeting(self, prepared: Prepared, journal: Journal, today: date) -> tuple[Prepared, tuple[Say, ...]]:
        """Return what is said before the session: one true fact from the days before, where there is one."""
        try:
            fact = greeting_fact(history_of(journal, self._house.meant_a_day, today, _GREETED_DAYS))
            for line in fact:
                prepared = self._with_line(prepared, line)
        except CoachError as failure:  # a friendly word is no reason to go without a session
            self._house.detail(str(failure))
            return prepared, ()
        return prepared, fact

    def _adapted(self, prepared: Prepared, journal: Journal) -> tuple[Prepared, Adapted]:
        """Return the session with the dose that follows from the days before."""
        material = prepared.material
        dose = adapted_dose(material.program.id, material.works, self._house.prescription, journal)
        for line in dose.told:
            prepared = self._with_line(prepared, line)
        return replace(prepared, material=replace(material, works=dose.works)), dose

    def _ready_for_the_next(self, pace: int, was: int) -> None:
        """Have the lines spoken at another pace, if she asked for one: the next session begins without a wait."""
        if pace != was:
            voice = self._usual.paced(pace)
            with suppress(CoachError):  # the next session says what is missing
                self._house.prepare(self._program, self._language, lambda _what: lambda _done, _total: None, voice)

    def _barred(self, journal: Journal) -> Barred | None:
        """Return why no session may begin now: enough were done, or the last one is not long enough ago."""
        house = self._house
        if house.prescription == Prescription():  # nothing was prescribed: somebody tries the coach out
            return None
        table = timetable(house.prescription.schedule, house.meant_a_day)
        return barred_now(journal, table, SystemClock().now())

    def _run(self, prepared: Prepared, senses: Senses, writer: JournalWriter, pulse: Pulse) -> Ended:
        found, view, now = writer.keeper.found, senses.view, datetime.now().astimezone()
        session = f"{now:%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"
        screening = next_screening(writer.keeper.store, SystemClock().now())
        keep = guarded(keep_in(writer, session, senses.outbox), Monitor().check, _noting(writer, view))
        prepared = replace(prepared, care=replace(prepared.care, barred=self._barred(writer.keeper.store)))
        told = tuple(line for line, holds in ((_ANEW, found.anew), (_INTERRUPTED, found.interrupted)) if holds)
        if told:
            first: tuple[Say, ...] = told
        else:
            prepared, first = self._greeting(prepared, writer.keeper.store, now.date())
        prepared, dose = self._adapted(prepared, writer.keeper.store)
        first = (*first, *dose.told)
        seed = next_seed(writer.keeper.store)
        coach = self._house.coach(prepared, senses.ear.expect, screening=screening, seed=seed, keep=keep)
        opening = Opening(session, screening, seed=seed, code=__version__, care=prepared.care)
        if synchronized():
            writer.note(ClockKnown())
        if dose.change is not None:
            writer.note(dose.change)
        writer.note(*opening_entries(writer.keeper.store, coach.loop.state.place.material, opening))
        if not writer.settle(_OPENING_S):
            raise JournalError(writer.fault or "The disk is too slow to keep a journal; look at the card or the disk.")
        notes = (
            *self._house.prescription_notes(self._program),
            *self._house.hearing_notes(self._language, self._engine),
        )
        for sentence in (*found.told, *notes):
            view.tell(sentence)
        if senses.outbox is not None:
            senses.outbox.post_again(found.standing.outbox)
        if found.interrupted is not None:
            view.tell("The last session was cut off; it is closed as interrupted.")
        lock = found.standing.lock
        last_line = self._house.pack(self._language).utterance(_BROKE_DOWN.phrase)
        pulse.begin(alarm.sound(prepared.clips[last_line]))
        # What was loaded stays; a collector that goes through all of it would hold up a block on a small machine.
        gc.collect()
        gc.freeze()
        broke_down = True
        try:
            Host(coach, senses).run(lock, first=first if told or not lock else ())
            broke_down = False
            pulse.end()
        finally:
            outcome = coach.chronicle.outcome
            if outcome is None:
                faulty = broke_down or not coach.loop.state.protocol.healthy
                outcome = Outcome.REFUSED if lock else Outcome.FAULT if faulty else Outcome.INTERRUPTED
                writer.note(SessionEnded(session, outcome, coach.mixer.frame))
        self._ready_for_the_next(coach.loop.state.place.pace, prepared.care.pace)
        done, status = reps_done(coach.loop.state), senses.device.status
        return Ended(outcome, lock, done["left"], done["right"], status.underflows, status.overflows)


def _noting(writer: JournalWriter, view: View) -> Callable[[Violation], None]:
    """Return what writes down a rule that was broken."""

    def note(violation: Violation) -> None:
        view.tell(f"rule broken: {violation.clause}, {violation.sentence} ({violation.event})")
        writer.note(Recorded(Frames(0), "rule-broken", {"clause": violation.clause, "event": violation.event}))

    return note


def voice_kept(journal: Journal) -> VoiceKept:
    """Return how she wanted to be spoken to when she last said so; as the profile has it where she never did.

    What lies outside the range she may choose now, since the journal is older than the range, is brought into it.
    """
    row = journal.latest(VoiceKept)
    if row is None or not isinstance(row.entry, VoiceKept):
        return VoiceKept(0.0, 0)
    softest, loudest = GAIN_RANGE_DB
    return VoiceKept(max(softest, min(row.entry.gain_db, loudest)), max(-PACE_MOST, min(row.entry.pace, PACE_MOST)))


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


def unlock(data: Path) -> int:
    """Lift the lock as a carer and return which it was: 0 none, 1 caution, 2 urgent.

    Args:
        data: The data folder.

    Raises:
        JournalError: The journal cannot be written, or a session is running.
    """
    with open_keeper(data / JOURNAL, SystemClock()) as keeper:
        lock = keeper.standing.lock
        if lock:
            keeper.note(LockLifted("carer"))
        return lock
