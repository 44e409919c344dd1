"""The prompter: tells a scripted recognizer what is said before the microphone, as far as it can be understood there.

1. Words that are said while the microphone gives nothing of a voice are not told.
2. Where the canceller takes the person out while the coach sounds, words said meanwhile are not told either.
3. Where the coach's own voice comes back whole, its words are told like a person's.
"""

from coach.listening.recognizers.scripted import ScriptedRecognizer
from coach.rehearsal.bedside import Bedside
from coach.rehearsal.fault_table import Act
from coach.rehearsal.performer import Spoken
from coach.units import LISTEN_RATIO, Frames


class Prompter:
    """Stands between the person and a recognizer that needs no sound."""

    def __init__(self, recognizer: ScriptedRecognizer, bedside: Bedside) -> None:
        """Take whom to tell, and where what is said is known."""
        self._recognizer = recognizer
        self._bedside = bedside
        self._told = 0
        self._echoed = 0

    def prompt(self) -> None:
        """Tell what has begun to be said since the last call."""
        spoken = self._bedside.performer.spoken
        for said in spoken[self._told :]:
            if self._understood(said):
                self._recognizer.tell(said.text, said.start // LISTEN_RATIO, said.end // LISTEN_RATIO)
        self._told = len(spoken)
        self._echo()

    def _understood(self, said: Spoken) -> bool:
        bedside = self._bedside
        moments = (said.start, Frames((said.start + said.end) // 2), said.end)
        if any(bedside.microphone.deaf(moment) for moment in moments):
            return False
        lost = Act.NEAR_LOST in bedside.troubles.on(said.start)
        return not (lost and bedside.coach is not None and bedside.coach.interpreter.sounding(Frames(0)))

    def _echo(self) -> None:
        sounds = self._bedside.chronicle.sounds
        while self._echoed < len(sounds):
            sound = sounds[self._echoed]
            if sound.played is None and sound.ended is None:
                break
            self._echoed += 1
            if sound.played is None or not sound.text:
                continue
            if Act.ECHO_BACK in self._bedside.troubles.on(sound.played):
                end = sound.played + sound.length
                self._recognizer.tell(sound.text, sound.played // LISTEN_RATIO, end // LISTEN_RATIO)
