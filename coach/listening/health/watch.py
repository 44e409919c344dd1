"""Everything that watches over hearing, put together: one object for the live host and for rehearsals.

1. The host brings it what the microphone gave and how the recognizers do, and asks `complaint` once a block.
2. While there is a complaint the hearing lease is taken back, whatever still comes through.
3. Seconds are those of a clock the sound card has no part in: monotonic time live, played frames in a rehearsal.
"""

from dataclasses import dataclass

from coach.audio.clip import Samples
from coach.listening.health.arrival import Arrival, Flow, Rate
from coach.listening.health.complaint import Complaint
from coach.listening.health.microphone import RECOVERY_S, MicrophoneHealth
from coach.listening.health.recognition import Babble, Lag, lag
from coach.listening.hearing import Hearing
from coach.units import LISTEN_BLOCK


@dataclass(frozen=True, slots=True)
class EarState:
    """How the recognizers do."""

    alive: bool = True
    behind_s: float = 0.0
    """Seconds between the newest sound that was captured and the newest that has been through them."""
    complaint: Complaint | None = None
    """What is wrong inside: behind the canceller, or with a known answer."""


class HearingWatch:
    """Says whether hearing is to be believed, and if not why."""

    def __init__(self, microphone: MicrophoneHealth | None = None) -> None:
        """Take what judges the microphone, or everything there is."""
        self._microphone = microphone or MicrophoneHealth()
        self._arrival = Arrival()
        self._rate = Rate()
        self._flow = Flow.WELL
        self._lag = Lag.WELL
        self._ear = EarState()
        self._babble = Babble()
        self._wrong_rate_s: float | None = None
        self._now_s = 0.0

    @property
    def suspect(self) -> str:
        """Return what is not well but not yet a complaint, in a word for the journal; empty while all is well."""
        if self._flow is Flow.SUSPECT:
            return "no-sound"
        return "backlog" if self._lag is Lag.SLOW else ""

    def captured(self, mic: Samples, now_s: float) -> None:
        """Take what has been captured since the last call.

        Args:
            mic: float32, shape (n,), 16 kHz; n may be 0.
            now_s: Seconds, see rule 3.
        """
        self.passed(len(mic), now_s)
        for begin in range(0, len(mic), LISTEN_BLOCK):
            self._microphone.accept(mic[begin : begin + LISTEN_BLOCK])

    def passed(self, count: int, now_s: float) -> None:
        """Take in how many frames have come, where nobody looks at them: for hosts without sound.

        Args:
            count: Listening frames.
            now_s: Seconds, see rule 3.
        """
        self._now_s = now_s
        self._flow = self._arrival.note(now_s, count)
        if self._flow is not Flow.WELL:
            self._rate.reset()
        elif self._rate.note(now_s, count):
            self._wrong_rate_s = now_s

    def heard(self, hearing: Hearing) -> None:
        """Take in what was heard."""
        self._babble.heard(hearing, self._now_s)

    def ear(self, state: EarState) -> None:
        """Take how the recognizers do."""
        self._ear = state
        self._lag = lag(state.behind_s)

    def device_restarted(self) -> None:
        """Take in that the device was started again: its frames are counted anew."""
        self._rate.reset()

    def ear_restarted(self) -> None:
        """Take in that the recognizers were started again: what they said before is forgotten."""
        self._babble = Babble()

    @property
    def babbles(self) -> bool:
        """Return whether the recognizers say just now what nobody says, and should be started again."""
        return self._babble.babbles(self._now_s)

    @property
    def lifts_s(self) -> float | None:
        """Return when a complaint will be lifted by time alone, in seconds, if nothing else happens; None if never."""
        lifts = [self._babble.forgotten_s]
        if self._wrong_rate_s is not None:
            lifts.append(self._wrong_rate_s + RECOVERY_S)
        return min((lift for lift in lifts if lift > self._now_s), default=None) if self.complaint else None

    @property
    def device_complaint(self) -> Complaint | None:
        """Return what is wrong with the sound that comes, or None."""
        if self._flow is Flow.DEAF:
            return Complaint.NO_SOUND
        if self._wrong_rate_s is not None and self._now_s - self._wrong_rate_s < RECOVERY_S:
            return Complaint.WRONG_RATE
        return self._microphone.complaint

    @property
    def ear_complaint(self) -> Complaint | None:
        """Return what is wrong with the recognizers, or None."""
        if not self._ear.alive:
            return Complaint.DEAD
        if self._lag is Lag.DEAF:
            return Complaint.BACKLOG
        return self._ear.complaint or (Complaint.GARBAGE if self.babbles else None)

    @property
    def complaint(self) -> Complaint | None:
        """Return why hearing is not to be believed, or None while it is."""
        return self.device_complaint or self.ear_complaint
