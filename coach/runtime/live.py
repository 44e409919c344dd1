"""One live session from command to end: opens what it needs, side by side, runs the host, and closes everything."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from coach.audio.devices.portaudio import PortAudioDevice
from coach.audio.mixer import Mixer
from coach.errors import CoachError, JournalError, MissingError
from coach.journal.entries import ClockKnown, LockLifted, Recorded, SessionEnded
from coach.journal.keeper import open_keeper
from coach.journal.sqlite import SqliteJournal
from coach.journal.standing import standing_of
from coach.notify.spool import Spool
from coach.runtime import alarm
from coach.runtime.clock import SystemClock, minute_of_day, synchronized
from coach.runtime.composing import ANEW, BROKE_DOWN, INTERRUPTED, Composed, Composer
from coach.runtime.controls.control import AllControls, Control
from coach.runtime.controls.every import lamp_of
from coach.runtime.controls.pin_socket import ORDER, hand_over
from coach.runtime.controls.reaching import reached, running
from coach.runtime.controls.stop_socket import ask_to_stop, order_of
from coach.runtime.dispatch import Outbox, SpoolDispatch
from coach.runtime.ear import ListenerWanted, ProcessEar
from coach.runtime.guard import guarded
from coach.runtime.host import Host, Senses, keep_in, note_breakdown
from coach.runtime.journal_writer import JournalWriter
from coach.runtime.memory import settle
from coach.runtime.pin_desk import PinDesk
from coach.runtime.pin_file import PinFile
from coach.runtime.supervisor import Pulse
from coach.runtime.view import View
from coach.runtime.wiring import BarMaker, House
from coach.session.effects import Outcome
from coach.session.machine import reps_done
from coach.session.monitor import Monitor, Violation
from coach.units import Frames

JOURNAL: Final = "journal"
"""Folder of the journal below the data folder."""
OPENING_S: Final = 5.0
"""How long the disk may take to begin a session, in seconds: SQLite waits as long for a reader of another process."""


_LOOK_S: Final = 0.1
_LOOKS: Final = 80
"""A PIN is tried within a second even on a slow machine, and the lock is lifted within a block; chosen."""


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
    practised: str = ""
    """What came of practising to stop the coach, in words; empty where nobody did."""


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
        of_day = minute_of_day() if synchronized() else None  # where nobody knows the time, it is day
        self._composer = Composer(house, self._program, language, of_day)

    def run(  # noqa: PLR0913 - the ports of a session, each once
        self,
        device: PortAudioDevice,
        pulse: Pulse,
        controls: AllControls,
        make_view: ViewMaker,
        progress: BarMaker,
        *,
        practice: bool = False,
    ) -> Ended:
        """Run it to its end.

        Args:
            device: The sound card, on its way or not; closed by whoever made it.
            pulse: Shows that the coach lives, and whether somebody counts on it.
            controls: Keys and signals, taken over only while the session runs.
            make_view: Makes what shows it.
            progress: Makes progress bars, for prompts that are not spoken yet.
            practice: Whether stopping the coach is practised, and nothing else.

        Raises:
            MissingError: There is no usable sound card, voice, engine or model; the message says what to do.
            JournalError: The journal cannot be opened or begun; without it no session begins.
        """
        house = self._house
        wanted = ListenerWanted(house.paths, house.settings, self._language, self._engine)
        with closing(ProcessEar(wanted)) as ear:
            self._open(device)
            with closing(JournalWriter(open_keeper(house.paths.data / JOURNAL, SystemClock()))) as writer:
                now = datetime.now().astimezone()
                told = self._composer.gathered(writer.keeper.store, SystemClock().now(), now.date())
                composed = self._composer.composed(told, now, progress)
                view = make_view(f"{self._program.id} · {device.name}")
                with closing(view), controls, lamp_of(house.settings.controls) as lamp, outbox_of(house) as outbox:
                    if controls.held:
                        raise MissingError("The stop button is pressed, or its wire is off; nothing begins like that.")
                    pins = PinDesk(PinFile(house.paths.data, SystemClock()))
                    senses = Senses(
                        device, ear, writer, controls, view, outbox=outbox, pins=pins, lamp=lamp, beat=pulse.beat
                    )
                    return self._run(composed, senses, writer, pulse, practice=practice)

    def _open(self, device: PortAudioDevice) -> None:
        try:
            device.open()
        except MissingError as missing:
            raise MissingError(
                f"{missing} Without a sound card, try: coach rehearse {self._program.id} --out rehearsal-out"
            ) from None

    def _run(self, composed: Composed, senses: Senses, writer: JournalWriter, pulse: Pulse, *, practice: bool) -> Ended:
        found, view, prepared, session = writer.keeper.found, senses.view, composed.prepared, composed.session
        keep = guarded(keep_in(writer, session, senses.outbox), Monitor().check, noting(writer, view))
        told = tuple(line for line, holds in ((ANEW, found.anew), (INTERRUPTED, found.interrupted)) if holds)
        first = (*(told or composed.greeting), *composed.dose.told)
        if synchronized():
            writer.note(ClockKnown())
        writer.note(*composed.entries(writer.keeper.store))
        if not writer.settle(OPENING_S):
            raise JournalError(writer.fault or "The disk is too slow to keep a journal; look at the card or the disk.")
        coach = composed.wired(Mixer(), senses.ear.expect, keep)
        notes = (
            *self._house.prescription_notes(self._program),
            *self._house.hearing_notes(self._language, self._engine),
        )
        for sentence in (*found.told, *notes):
            view.tell(sentence)
        if senses.outbox is not None:
            senses.outbox.post_again(found.standing.outbox)
        view.tell(f"sound card: {senses.device.name}, {senses.device.latency}")
        if found.interrupted is not None:
            view.tell("The last session was cut off; it is closed as interrupted.")
        lock = found.standing.lock
        last_line = self._house.pack(self._language).utterance(BROKE_DOWN.phrase)
        pulse.begin(alarm.sound(prepared.clips[last_line]), self._house.settings.audio.model_dump_json().encode())
        settle()
        broke_down = True
        try:
            Host(coach, senses).run(lock, first=first if told or not lock else (), practice=practice)
            broke_down = False
            pulse.end()
        finally:
            outcome = coach.chronicle.outcome
            protocol = coach.loop.state.protocol
            if outcome is None and broke_down and protocol.in_session:
                outcome = Outcome.FAULT
                note_breakdown(writer, senses.outbox, session, coach.mixer.frame)
            elif outcome is None:
                faulty = broke_down or not protocol.healthy
                outcome = Outcome.REFUSED if lock else Outcome.FAULT if faulty else Outcome.INTERRUPTED
                if practice and outcome is Outcome.INTERRUPTED:
                    outcome = Outcome.REFUSED  # nothing was begun that could be interrupted
                writer.note(SessionEnded(session, outcome, coach.mixer.frame))
        self._composer.ready_for_the_next(coach.loop.state.place.pace, prepared.care.pace)
        done, status = reps_done(coach.loop.state), senses.device.status
        view.tell(f"gaps: {status.losses}")
        return Ended(
            outcome,
            lock,
            done["left"],
            done["right"],
            status.underflows,
            status.overflows,
            _practised(coach.chronicle.records),
        )


def _practised(records: Iterable[tuple[Frames, str, Mapping[str, int | str]]]) -> str:
    """Return what came of the last practice in words; empty where there was none."""
    for _, kind, detail in records:
        if kind == "practised":
            enough = "enough for a session" if detail["passed"] else "not enough for a session"
            return f"heard {detail['heard']} of {detail['of']} times, {enough}"
    return ""


def noting(writer: JournalWriter, view: View) -> Callable[[Violation], None]:
    """Return what writes down a rule that was broken."""

    def note(violation: Violation) -> None:
        view.tell(f"rule broken: {violation.clause}, {violation.sentence} ({violation.event})")
        writer.note(Recorded(Frames(0), "rule-broken", {"clause": violation.clause, "event": violation.event}))

    return note


@contextmanager
def outbox_of(house: House) -> Iterator[Outbox | None]:
    """Give where notices go; nowhere unless a way to a carer was set up."""
    if not house.notices_arrive:
        yield None
        return
    with closing(SpoolDispatch(Spool(house.paths.data))) as dispatch:
        yield Outbox(dispatch)


def order(data: Path, control: Control) -> None:
    """Ask the coach that runs for something.

    Args:
        data: The data folder.
        control: A stop or a pause.

    Raises:
        MissingError: None runs, or its socket is not found.
        CoachError: One runs and does not answer.
    """
    again = f"coach {control.value}"
    ask_to_stop(reached(data, data / JOURNAL, order_of(control), again, "press a key at the bed"))


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


def runs(data: Path) -> bool:
    """Return whether a coach of a data folder runs."""
    return running(data / JOURNAL) is not None


def unlock_running(data: Path, pin: str, look: Callable[[], None] = lambda: time.sleep(_LOOK_S)) -> int | None:
    """Have the coach that runs lift its lock, and return which it was, as `unlock`; None where none runs.

    Args:
        data: The data folder.
        pin: The carer's PIN; the coach tries it itself.
        look: Waits between two looks at the journal.

    Raises:
        MissingError: One runs, and its socket is not found.
        CoachError: It is still locked after some seconds.
        JournalError: The journal cannot be read.
    """
    place = reached(data, data / JOURNAL, ORDER, "coach unlock", "type the PIN on a keypad at the bed")
    if not place.is_socket():
        return None
    with SqliteJournal(data / JOURNAL) as journal:
        lock = standing_of(journal).lock
    if not hand_over(place, pin):
        return None
    for _ in range(_LOOKS if lock else 0):
        with SqliteJournal(data / JOURNAL) as journal:
            if not standing_of(journal).lock:
                return lock
        look()
    if lock:
        raise CoachError("The coach runs and is still locked; wait until it has finished speaking, and try again.")
    return lock
