"""What watches over the parts of a rehearsal, and starts them again: hearing watch and watchdog are the live host's.

The sound behind the canceller is judged here where no sound is made; where it is, the listener judges it itself.
"""

from collections.abc import Iterator
from typing import Final

from coach.audio.clip import Samples
from coach.audio.device import Status
from coach.listening.health.complaint import Complaint
from coach.listening.health.microphone import Constant, Loud, MicrophoneHealth, Muted
from coach.listening.health.watch import EarState, HearingWatch
from coach.listening.hearing import Hearing
from coach.listening.listener import Listener
from coach.rehearsal.diary import RehearsedDiary
from coach.rehearsal.ear_port import EarPort
from coach.rehearsal.fault_table import Act
from coach.rehearsal.microphone_port import MicrophonePort
from coach.rehearsal.playing_port import PlayingPort
from coach.rehearsal.silent_room import CLEANED, cleaned
from coach.rehearsal.trouble import Troubles
from coach.runtime.watchdog import Watchdog
from coach.session import events as ev
from coach.units import SAMPLE_RATE, Frames, frames

STUCK: Final = frames(5.0)
"""How long nothing may come back from the ear before it is started again; as the live host has it."""
_RESTART_TAKES: Final = frames(20.0)
"""`Act.SLOW_RESTARTS`."""
_NEEDLESS_EVERY: Final = frames(15.0)
"""`Act.NEEDLESS_RESTART`."""
_MARKS: Final = (frames(0.75), frames(1.0), frames(1.5), STUCK)
"""How far behind the ear is of interest: told, without a lease, deaf, stuck."""


class Vigil:
    """Looks at microphone, ear, sound card and journal, and says what is lost."""

    def __init__(self, troubles: Troubles, ear: EarPort, playing: PlayingPort, diary: RehearsedDiary) -> None:
        """Take what breaks, and what it is that may break."""
        self._troubles = troubles
        self._ear = ear
        self._playing = playing
        self._diary = diary
        self._clock_was_set = False
        self._needless = Frames(0)
        self._restarted = False
        self._restart_at: Frames | None = None
        self.anew()

    def anew(self) -> None:
        """Know nothing any more, as behind a power cut."""
        self._watch = HearingWatch()
        self._watchdog = Watchdog()
        self._behind = MicrophoneHealth((Muted(), Constant(), Loud()))

    def captured(self, block: Samples, now: Frames) -> None:
        """Look at what came from the microphone: float32, mono, 16 kHz."""
        self._watch.captured(block, now / SAMPLE_RATE)

    def passed(self, count: int, now: Frames) -> None:
        """Take in that so many listening frames came which nobody looked at."""
        self._watch.passed(count, now / SAMPLE_RATE)

    def judge_behind(self, block: Samples, now: Frames) -> None:
        """Look at what is left of a block behind the canceller."""
        self._behind.accept(cleaned(block, self._troubles.on(now)))

    @property
    def behind(self) -> Complaint | None:
        """Return what is wrong behind the canceller."""
        return self._behind.complaint

    def heard(self, hearing: Hearing) -> None:
        """Take in what was heard, which may be babble."""
        self._watch.heard(hearing)

    def look_at_ear(self, inside: Complaint | None, now: Frames) -> None:
        """Look how far the ear has got.

        Args:
            inside: What the ear itself complains of.
            now: The next frame to be played.
        """
        self._watch.ear(EarState(self._ear.alive, (now - self._ear.through) / SAMPLE_RATE, inside))

    @property
    def complaint(self) -> Complaint | None:
        """Return why hearing is not to be believed; None while it is."""
        return self._watch.complaint

    def finding_out(self, microphone: MicrophonePort, now: Frames) -> bool:
        """Return whether a defect, or its end, is not known yet, so that every block must be looked at."""
        acts = self._troubles.on(now)
        behind = CLEANED.isdisjoint(acts) == (self._behind.complaint is not None)
        known = self._watch.device_complaint is not None
        return behind or Act.MIC_BURSTS in acts or microphone.wrong(now) != known

    def losses(self, now: Frames) -> tuple[ev.Event, ...]:
        """Return what was lost or has come back since the last time."""
        acts = self._troubles.on(now)
        status = Status(output_alive=self._playing.alive(now), input_alive=Act.MIC_NONE not in acts)
        found = (*self._watchdog.sound(status, now), *self._watchdog.journal(self._diary.fault, now))
        set_now = Act.CLOCK_SET in acts
        jumped = (ev.ClockJumped(now),) if set_now and not self._clock_was_set else ()
        self._clock_was_set = set_now
        return (*found, *jumped)

    def restart(self, listener: Listener, now: Frames, *, speaking: bool) -> None:
        """Start the sound again where it is lost, and the ear where it has died, is stuck or babbles.

        Args:
            listener: What hears in the ear.
            now: The next frame to be played.
            speaking: Whether the coach is saying something.
        """
        self._watchdog.restart_sound(now, speaking=speaking)
        self._restarted = self._ear_is_due(now)
        if self._restarted:
            self._ear.restart(now)
            self._watch.ear_restarted()
            listener.reset()

    def coming(self, now: Frames) -> Iterator[Frames | None]:
        """Go through the frames at which something of it happens next; None stands for never."""
        yield self._ear.next_change(now, _MARKS)
        yield self._watchdog.next_restart
        yield self._restart_at
        if Act.NEEDLESS_RESTART in self._troubles.on(now):
            yield Frames(self._needless + _NEEDLESS_EVERY)
        if (lifts_s := self._watch.lifts_s) is not None:
            yield frames(lifts_s)
        if self._restarted:
            yield Frames(now + 1)

    def _ear_is_due(self, now: Frames) -> bool:
        """Return whether the ear is started again now: as fast as the faults let it."""
        acts = self._troubles.on(now)
        stuck = not self._ear.alive or now - self._ear.through > STUCK or self._watch.babbles
        due = self._watchdog.restart_ear(now, stuck=stuck) and Act.NO_RESTARTS not in acts
        if due and Act.SLOW_RESTARTS in acts and self._restart_at is None:
            self._restart_at, due = Frames(now + _RESTART_TAKES), False
        if self._restart_at is not None and now >= self._restart_at:
            self._restart_at, due = None, True
        if Act.NEEDLESS_RESTART in acts and now - self._needless >= _NEEDLESS_EVERY:
            self._needless, due = now, True
        return due
