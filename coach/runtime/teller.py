"""Tells what happens: to whoever looks at the screen, and the cues that sounded to the journal."""

from typing import Final, Protocol

from coach.audio.device import AudioDevice
from coach.audio.mixer import Mixer
from coach.journal.entries import CuesPlayed, Entry, PlayedCue
from coach.listening.hearing import Certainty, Hearing
from coach.runtime.chronicle import Chronicle, Sound
from coach.runtime.ear import Ear
from coach.runtime.loop import Loop, Settled
from coach.runtime.view import Sight, View
from coach.units import BLOCK, SAMPLE_RATE, Frames, frames, seconds

SHOW_EVERY: Final = frames(0.2)
CUES_EVERY: Final = frames(5.0)
"""How often the cues that sounded are journaled."""
_QUIETEST_DB: Final = -99.0


class Diary(Protocol):
    """Makes entries durable on the side."""

    @property
    def fault(self) -> str:
        """Return why entries are not durable just now; empty while they are."""

    def note(self, *entries: Entry) -> Settled:
        """Hand entries over; returns at once, with what tells whether they are durable by now."""


class Teller:
    """Follows the chronicle; called once a block."""

    def __init__(self, loop: Loop, mixer: Mixer, chronicle: Chronicle, view: View, diary: Diary) -> None:
        """Take what is followed and who is told."""
        self._loop, self._mixer, self._chronicle = loop, mixer, chronicle
        self._view, self._diary = view, diary
        self._sounds_told = 0
        self._phases_told = 0
        self._cues_kept = 0
        self._heard = ""
        self.level_db = _QUIETEST_DB
        """Level of the last block of the microphone."""

    def start_over(self) -> None:
        """Let the chronicle forget what happened, once the cues are kept; nothing may be sounding."""
        self.keep_cues(all_of_them=True)
        self._chronicle.forget()
        self._sounds_told = self._phases_told = self._cues_kept = 0

    def heard(self, hearing: Hearing) -> None:
        """Tell what was heard."""
        self._heard = f"{hearing.command.value} ({hearing.engine} {hearing.score:.2f})"
        unfinished = "" if hearing.certainty is Certainty.FINAL else ", in mid-word"
        self._view.tell(f"heard: {self._heard}{unfinished}")

    def tell(self, device: AudioDevice, ear: Ear) -> None:
        """Tell what is new; the cues that are over go to the journal now and then."""
        for entered in self._chronicle.phases[self._phases_told :]:
            self._view.tell(f"phase: {entered.phase} {entered.question}".rstrip())
        self._phases_told = len(self._chronicle.phases)
        while self._sounds_told < len(self._chronicle.sounds):
            sound = self._chronicle.sounds[self._sounds_told]
            if sound.played is None and sound.ended is None:
                break
            self._sounds_told += 1
            if sound.played is not None:
                self._view.tell(f"{sound.kind}: {sound.text or sound.tone or sound.id}")
        if self._mixer.frame % SHOW_EVERY < BLOCK:
            self._view.show(self._sight(device, ear))
        if self._mixer.frame % CUES_EVERY < BLOCK:
            self.keep_cues()

    def keep_cues(self, *, all_of_them: bool = False) -> None:
        """Journal the cues that are over, or all of them at the end."""
        sounds = self._chronicle.sounds
        upto = self._cues_kept
        while upto < len(sounds) and (all_of_them or sounds[upto].ended is not None):
            upto += 1
        cues = tuple(_played(sound) for sound in sounds[self._cues_kept : upto] if sound.kind == "cue")
        self._cues_kept = upto
        if cues:
            self._diary.note(CuesPlayed(cues))

    def _sight(self, device: AudioDevice, ear: Ear) -> Sight:
        state, status, latency, now = self._loop.state, device.status, device.latency, self._mixer.frame
        segment = state.place.segment
        place = segment.exercise
        if segment.rep:
            place = f"{place}, set {segment.set_number}, repetition {segment.rep} of {segment.reps}"
        question = state.protocol.question
        return Sight(
            phase=state.protocol.phase.value,
            question=question.value if question is not None else "",
            place=place,
            next_cue=self._coming(now),
            level_db=self.level_db,
            heard=self._heard,
            lease_s=max(0.0, seconds(Frames(self._mixer.lease.until - now))),
            backlog_s=ear.backlog * BLOCK / SAMPLE_RATE,
            slowness=ear.slowness,
            latency=str(latency),
            losses=f"{status.underflows} gaps in playing, {status.overflows} in hearing",
        )

    def _coming(self, now: Frames) -> str:
        """Return the next cue and when it comes; empty where none is handed over yet."""
        coming = next((sound for sound in self._chronicle.sounds[self._sounds_told :] if sound.kind == "cue"), None)
        if coming is None or coming.ended is not None:
            return ""
        return f"{coming.text or coming.tone} in {seconds(Frames(max(0, coming.planned - now))):.1f} s"


def _played(sound: Sound) -> PlayedCue:
    return PlayedCue(sound.id, sound.segment, sound.planned, sound.played)
