"""Watches what a session stands on: sound card, ear, journal. Says what was lost and what should be started again.

It counts played frames and decides; the host acts. A direction of the sound card is lost when its own counter stands
still or runs at another rate than it says, the ear when nothing comes back from it, the journal when an entry could
not be made durable. The loudspeaker is lost as well once the coach's own voice, which came back before, does so no more
(own voice as proof of life): a card plays on into a plug that was pulled out.
"""

from dataclasses import dataclass
from typing import Final

from coach.audio.device import Status
from coach.listening.echo_report import EchoCause, EchoReport
from coach.session import events as ev
from coach.units import Frames, frames

FIRST_RESTART: Final = frames(3.0)
"""How long a loss may last before something is started again: most plugs and servers are back by themselves; chosen."""
RESTART_EVERY: Final = frames(10.0)
"""How often it is tried again: opening a sound card that wakes up takes two seconds; chosen."""
SETTLING: Final = frames(4.0)
"""How long after a restart of the sound card a silent loudspeaker is no news."""
PACE_TOLERANCE: Final = 0.01
"""How far a rate may be off: crystals are within 0.0005, while 44,100 taken for 48,000 is 0.08 off and turns words
and rhythm into others."""
GONE_DB: Final = 6.0
"""By how much less than before must be in the microphone while the coach speaks, where its voice is not found in it,
for its loudspeaker to be silent: half. A television that covers the voice makes it more, not less, and proves nothing;
chosen, beside the 12 dB by which `coach.listening.echo_watch` wants the coach to stand above the room."""


@dataclass(slots=True)
class _Loss:
    """Something that is lost, and when it was last started again."""

    since: Frames | None = None
    tried: Frames | None = None

    def note(self, now: Frames, *, lost: bool) -> None:
        """Take in how it is now."""
        if not lost:
            self.since = self.tried = None
        elif self.since is None:
            self.since = now

    @property
    def next_due(self) -> Frames | None:
        """Return the frame from which it is due; None while it is not lost."""
        if self.since is None:
            return None
        first = Frames(self.since + FIRST_RESTART)
        return first if self.tried is None else max(first, Frames(self.tried + RESTART_EVERY))

    def due(self, now: Frames) -> bool:
        """Return whether it should be started again now, and count that as done."""
        if self.since is None or now - self.since < FIRST_RESTART:
            return False
        if self.tried is not None and now - self.tried < RESTART_EVERY:
            return False
        self.tried = now
        return True


class Watchdog:
    """Remembers what is lost; one call of each method a block."""

    def __init__(self) -> None:
        """Begin with everything well."""
        self._voice = True
        self._journal = True
        self._output = _Loss()
        self._input = _Loss()
        self._ear = _Loss()
        self._settled = Frames(0)
        self._output_paced = True
        self._echo_gain_db: float | None = None
        self._heard = True
        self.input_paced = True
        """Whether the microphone runs at its rate; what it hears is worth nothing otherwise."""

    def sound(self, status: Status, now: Frames) -> tuple[ev.Event, ...]:
        """Return whether the voice has just been lost or has come back; a lost microphone shows in the lease.

        A direction that runs again and whose rate is not known yet is not believed, but left alone: measuring takes
        longer than the next start would be waited for, and every start begins it anew.
        """
        self._output_paced = _paced(status.output_pace, self._output_paced)
        self.input_paced = _paced(status.input_pace, self.input_paced)
        voice = status.output_alive and self._output_paced and self._heard
        self._output.note(now, lost=not (status.output_alive and _paced(status.output_pace, before=True)))
        self._input.note(now, lost=not (status.input_alive and _paced(status.input_pace, before=True)))
        if voice == self._voice or (not voice and now < self._settled):
            return ()
        self._voice = voice
        return (ev.VoiceRestored(now) if self._voice else ev.VoiceLost(now),)

    def echo(self, report: EchoReport) -> None:
        """Take in how the coach's own voice comes back; `sound` tells what follows.

        Where it never came back nothing can be said: a speakerphone takes its own voice out, and so do headphones.

        Args:
            report: What the ear has found.
        """
        if report.proves_life:
            self._echo_gain_db, self._heard = report.measure.gain_db, True
        elif report.cause is EchoCause.NOTHING_BACK and self._echo_gain_db is not None:
            self._heard = report.measure.gain_db > self._echo_gain_db - GONE_DB

    def restart_sound(self, now: Frames, *, speaking: bool) -> bool:
        """Return whether the sound card should be started again now.

        Args:
            now: The next frame to be played.
            speaking: Whether a line is being spoken; for a lost microphone alone it is not cut off.
        """
        due = self._output.due(now) or (not speaking and self._input.due(now))
        if due:
            self._settled = Frames(now + SETTLING)
        return due

    def restart_ear(self, now: Frames, *, stuck: bool) -> bool:
        """Return whether the ear should be started again now.

        Args:
            now: The next frame to be played.
            stuck: Whether it has died, or was given sound and nothing comes back.
        """
        self._ear.note(now, lost=stuck)
        return self._ear.due(now)

    @property
    def next_restart(self) -> Frames | None:
        """Return the next frame at which something lost may be due to be started again; None while nothing is lost."""
        losses = (self._output, self._input, self._ear)
        return min((due for loss in losses if (due := loss.next_due) is not None), default=None)

    def journal(self, fault: str, now: Frames) -> tuple[ev.Event, ...]:
        """Return whether the journal has just failed or has come back."""
        if (not fault) == self._journal:
            return ()
        self._journal = not fault
        return (ev.JournalRestored(now) if self._journal else ev.JournalFailed(now),)


def _paced(pace: float | None, before: bool) -> bool:
    """Return whether a direction runs at its rate; one that was wrong is so until it was measured to be right."""
    return before if pace is None else abs(pace - 1.0) <= PACE_TOLERANCE
