"""`coach serve`: the coach that lives by the bed, composed of the parts of `coach run`.

One instance for each person: the journal has one writer, and whoever finds it taken says so and leaves.
"""

from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import datetime
from typing import Final

from coach.audio.clip import Clip
from coach.audio.devices.portaudio import PortAudioDevice
from coach.errors import JournalError, MissingError
from coach.journal.entries import SessionEnded
from coach.journal.keeper import Found, open_keeper
from coach.journal.planning import schedule_state
from coach.language.utterance import Form, Utterance
from coach.notify.spool import Spool
from coach.runtime import alarm
from coach.runtime.attendant import Attendant, Ready, Ways
from coach.runtime.clock import SystemClock, minute_of_day, synchronized
from coach.runtime.composing import ANEW, BROKE_DOWN, INTERRUPTED, Composed, Composer
from coach.runtime.controls.control import AllControls
from coach.runtime.controls.every import lamp_of
from coach.runtime.dispatch import Outbox
from coach.runtime.ear import ListenerWanted, ProcessEar
from coach.runtime.guard import guarded
from coach.runtime.host import Host, Senses, keep_in, note_breakdown
from coach.runtime.journal_writer import JournalWriter
from coach.runtime.live import JOURNAL, OPENING_S, ViewMaker, noting, outbox_of
from coach.runtime.maker import SideMaker
from coach.runtime.memory import settle
from coach.runtime.pin_desk import PinDesk
from coach.runtime.pin_file import PinFile
from coach.runtime.planner import Planner, spoken
from coach.runtime.service_manager import Lifesign, ServiceManager
from coach.runtime.settings import AudioSettings
from coach.runtime.supervisor import Pulse
from coach.runtime.timekeeper import Timekeeper, told_clock
from coach.runtime.wiring import BarMaker, House
from coach.session.effects import Outcome, Say
from coach.session.monitor import Monitor

_RESTING: Final = "at rest"
_WITH_HER: Final = "in a session"

HouseMaker = Callable[[], House]
"""Reads settings, packs and prescription afresh."""


class BedsideService:
    """The service by the bed."""

    def __init__(self, house_afresh: HouseMaker, language: str | None, engine: str) -> None:
        """Take how to read the settings, the language where one was asked for, and the engine; nothing is opened yet.

        Raises:
            CoachError: Settings, pack, program or prescription are wrong, or she must not do any of it.
        """
        self._afresh = house_afresh
        self._asked = language
        self._engine = engine
        self._composer = self._composer_of(house_afresh())

    def _composer_of(self, house: House) -> Composer:
        of_day = minute_of_day() if synchronized() else None  # where nobody knows the time, it is day
        return Composer(house, house.program(house.usual_program), self._asked or house.usual_language, of_day)

    def run(
        self,
        device: PortAudioDevice,
        pulse: Pulse,
        controls: AllControls,
        make_view: ViewMaker,
        progress: BarMaker,
    ) -> None:
        """Live by the bed until it is told to end.

        Args:
            device: The sound card, on its way or not; closed by whoever made it.
            pulse: Shows that the coach lives, and whether somebody counts on it.
            controls: Keys, signals and orders.
            make_view: Makes what shows it.
            progress: Makes progress bars, for prompts that are not spoken yet.

        Raises:
            MissingError: There is no usable sound card, voice, engine or model; the message says what to do.
            JournalError: Another coach of this person runs already, or the journal cannot be opened or begun.
        """
        composer, house = self._composer, self._composer.house
        manager = ServiceManager()
        with ExitStack() as stack:
            stack.callback(manager.close)
            writer = stack.enter_context(closing(JournalWriter(open_keeper(house.paths.data / JOURNAL, SystemClock()))))
            wanted = ListenerWanted(house.paths, house.settings, composer.language, self._engine)
            ear = stack.enter_context(closing(ProcessEar(wanted)))
            device.open()
            time = Timekeeper(SystemClock(), synchronized, lambda boot: told_clock(house.paths.data, boot))
            store, now = writer.keeper.store, datetime.now().astimezone()
            planner = Planner(composer.table, schedule_state(store, composer.table), writer.note)
            told = composer.gathered(store, time.clock.now(), now.date())
            composed = composer.composed(told, now, progress, *spoken())
            entries = composed.entries(store)
            maker = SideMaker(composer, lambda: self._composer_of(self._afresh()), house.paths.own, writer, time)
            stack.callback(maker.close)
            view = stack.enter_context(closing(make_view(f"by the bed · {device.name}")))
            stack.enter_context(controls)
            lamp = stack.enter_context(lamp_of(house.settings.controls))
            outbox = stack.enter_context(outbox_of(house))
            pins = PinDesk(PinFile(house.paths.data, SystemClock()))
            writer.note(*entries)
            if not writer.settle(OPENING_S):
                raise JournalError(writer.fault or "The disk is too slow to keep a journal; look at the card or disk.")
            found = writer.keeper.found
            for sentence in (*found.told, *house.prescription_notes(composer.program)):
                view.tell(sentence)
            if outbox is not None:
                outbox.post_again(found.standing.outbox)
                if not Spool(house.paths.data).delivers(now.timestamp()):
                    view.tell("notices: the courier does not run, so nobody is reached; run: coach notify")
            if controls.held:
                raise MissingError("The stop button is pressed, or its wire is off; nothing begins like that.")
            senses = Senses(device, ear, writer, controls, view, outbox=outbox, pins=pins, lamp=lamp)
            watch = _Watch(pulse, manager, composed.prepared.clips[_line(composed, BROKE_DOWN)], house.settings.audio)
            ways = Ways(
                note=writer.note,
                keeping=lambda session: keep_in(writer, session, outbox),
                guard=lambda keep: guarded(keep, Monitor().check, noting(writer, view)),
                listen=ear.expect,
                reading=time.reading,
                tell=view.tell,
                under_way=watch.under_way,
            )
            attendant = Attendant(Ready(composed, ()), planner, maker, ways)
            senses.beat = watch.beating(lambda: _well(attendant, senses))
            maker.over()
            settle()
            broke_down = True
            try:
                watch.ready()
                Host(attendant.coach, senses).attend(attendant, found.standing.lock, first=_first(found))
                pulse.end()
                broke_down = False
            finally:
                manager.stopping()
                self._close(attendant, writer, outbox, broke_down=broke_down)

    @staticmethod
    def _close(attendant: Attendant, writer: JournalWriter, outbox: Outbox | None, *, broke_down: bool) -> None:
        """Close a session that the end has cut off; the rest behind one needs no end."""
        if not attendant.coach.loop.state.protocol.in_session:
            return
        now = attendant.coach.mixer.frame
        if broke_down:
            note_breakdown(writer, outbox, attendant.session, now)
        else:
            writer.note(SessionEnded(attendant.session, Outcome.INTERRUPTED, now))


class _Watch:
    """Shows those who watch over the coach how it stands: its parent, and the service manager."""

    def __init__(self, pulse: Pulse, manager: ServiceManager, last_line: Clip, card: AudioSettings) -> None:
        self._pulse, self._manager = pulse, manager
        self._sound, self._card = alarm.sound(last_line), card.model_dump_json().encode()

    def ready(self) -> None:
        self._pulse.rest()
        self._manager.ready(_RESTING)

    def under_way(self, whether: bool) -> None:
        """Somebody counts on the coach from now on, or not any more."""
        self._manager.status(_WITH_HER if whether else _RESTING)
        if whether:
            self._pulse.begin(self._sound, self._card)
        else:
            self._pulse.rest()

    def beating(self, well: Callable[[], bool]) -> Callable[[], None]:
        """Return what is called once a block."""
        sign, pulse = Lifesign(self._manager, well), self._pulse

        def beat() -> None:
            pulse.beat()
            sign.beat()

        return beat


def _well(attendant: Attendant, senses: Senses) -> bool:
    """Return whether all leases are fresh: the coach is heard, can be heard, and keeps its journal."""
    mixer = attendant.coach.mixer
    return mixer.lease.fresh(mixer.frame) and senses.device.status.output_alive and not senses.diary.fault


def _first(found: Found) -> tuple[Say, ...]:
    """Return what has to be told of the time before."""
    return tuple(line for line, holds in ((ANEW, found.anew), (INTERRUPTED, found.interrupted)) if holds)


def _line(composed: Composed, line: Say) -> Utterance:
    """Return a line as this session says it."""
    return composed.prepared.spoken.utterance(line.phrase, Form.FULL, 0)
