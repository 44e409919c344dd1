"""Whether a live session may believe what it hears: the hearing watch, brought what the sound card and the ear give.

1. While something is complained of, the hearing lease is taken back, whatever still comes through (hazards H20-H28).
2. Until the ear has caught up for the first time it is not counted as behind: its engines load while the greeting is
   spoken, and the host's grace bounds that.
"""

from coach.audio.clip import Samples
from coach.listening.health.complaint import Complaint
from coach.listening.health.watch import EarState, HearingWatch
from coach.listening.hearing import Decision, Hearing
from coach.runtime.ear import Ear, Returned
from coach.runtime.loop import Loop
from coach.runtime.view import View
from coach.units import SAMPLE_RATE, Frames


class Belief:
    """Watches over hearing; `judge` is called once a block."""

    def __init__(self, loop: Loop, view: View) -> None:
        """Take whose lease it is, and whom to tell."""
        self._loop, self._view = loop, view
        self._watch = HearingWatch()
        self._inside: Complaint | None = None
        self._through = Frames(0)
        self._told: Complaint | None = None

    def follow(self, loop: Loop) -> None:
        """Watch over the lease of another loop from now on."""
        self._loop = loop

    def captured(self, mic: Samples, now_s: float) -> None:
        """Take in what the microphone gave since the last call.

        Args:
            mic: float32, shape (n,), 16 kHz; n may be 0.
            now_s: Seconds of a clock the sound card has no part in.
        """
        self._watch.captured(mic, now_s)

    def returned(self, block: Returned) -> None:
        """Take in that a block has been through the recognizers."""
        self._inside, self._through = block.complaint, block.frame

    def heard(self, decision: Decision) -> None:
        """Take in what was heard."""
        if isinstance(decision, Hearing):
            self._watch.heard(decision)

    def judge(self, ear: Ear, now: Frames, *, caught_up: bool) -> None:
        """Take the lease back while hearing is not to be believed, and let it be renewed again behind that.

        Args:
            ear: The recognizers' process.
            now: The next frame to be played.
            caught_up: Whether the ear has ever been as far as the sound.
        """
        behind_s = (now - self._through) / SAMPLE_RATE if caught_up else 0.0
        self._watch.ear(EarState(ear.alive or not caught_up, behind_s, self._inside))
        complaint = self._watch.complaint
        if complaint is None:
            self._loop.trust_hearing()
        else:
            self._loop.doubt_hearing(complaint.value)
        if complaint is not self._told:
            self._told = complaint
            self._view.tell(f"hearing: {'well again' if complaint is None else complaint.value}")

    @property
    def babbles(self) -> bool:
        """Return whether the recognizers say what nobody says, and should be started again."""
        return self._watch.babbles

    def card_restarted(self) -> None:
        """Take in that the sound card was started again."""
        self._watch.device_restarted()

    def ear_restarted(self) -> None:
        """Take in that the recognizers were started again."""
        self._watch.ear_restarted()
        self._inside = None
