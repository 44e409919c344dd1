"""Somebody in front of a live coach's microphone: answers what she is asked, and says what a bench wants said.

She goes by what the coach prints: a phase with a question, then the line that asks it, with or without what may be
said to it. She speaks once it has been
quiet for a moment, as people do; one who is asked again answers again.
"""

import time
from collections.abc import Callable, Mapping
from typing import Final

from coach.audio.clip import Samples
from coach.rehearsal.live_rig import LiveRig, Told
from coach.rehearsal.performer import at_level

SPOKEN_DB: Final = -26.0
"""How loud she is at the microphone: somebody at arm's length."""
QUIET_S: Final = 0.7
"""Somebody who was asked answers once it has been quiet for so long."""
PATIENCE_S: Final = 240.0
"""How long anything is waited for: a screening with its answers read back takes 45 s, and a start alone 80 s on two
cores that ten other programs wanted as well (`tests/live/test_serve.py` beside them)."""
_WAITING_S: Final = 3.0
"""A paused coach that has printed nothing for so long waits for her."""
_PHASE: Final = "phase: "
_LINE: Final = "line: "


class LivePerson:
    """Answers a live coach."""

    def __init__(
        self, rig: LiveRig, voice: Callable[[str], Samples], answers: Mapping[str, str], go_on: str = ""
    ) -> None:
        """Take the coach, what speaks for her, and what she answers.

        Args:
            rig: The coach that runs.
            voice: Gives the sound of some words: float32, 48 kHz.
            answers: What she answers to each question id, in words; she is silent where there is nothing.
            go_on: What she says while the coach is paused and waits for her, whatever it was paused for; empty for
                nothing.
        """
        self._rig = rig
        self._voice = voice
        self._answers = answers
        self.phase = ""
        """Phase the coach is in, as it printed it."""
        self._asked = ""
        self._go_on = go_on

    def speak(self, text: str) -> Samples:
        """Say some words, and return them as they are heard."""
        sound = at_level(self._voice(text), SPOKEN_DB)
        self._rig.say(sound)
        return sound

    def attend(self, until: Callable[[str], bool], patience_s: float = PATIENCE_S) -> Told:
        """Answer every question, and go on behind every pause, until the coach prints a certain line; return that.

        Raises:
            RigError: It never prints it.
        """
        late = time.monotonic() + patience_s
        while (left := late - time.monotonic()) > 0 and not self._rig.over:
            told = self.follow(min(left, _WAITING_S))
            if told is not None and until(told.text):
                return told
            if told is None and self.phase == "paused" and self._go_on:
                self._rig.wait_for_quiet(QUIET_S)
                self.speak(self._go_on)
        raise self._rig.missed("what was waited for")

    def follow(self, patience_s: float) -> Told | None:
        """Take the next line the coach prints, and answer where it asks; None where none comes in time.

        Raises:
            RigError: It is never quiet enough to answer.
        """
        told = self._rig.next_told(patience_s)
        if told is not None:
            self._notice(told)
        return told

    def insist(self, text: str, heard: Callable[[str], bool], times: int, pause_s: float) -> tuple[Told, int]:
        """Say something until the coach prints that it was heard; return that, and how often it took.

        Raises:
            RigError: It never is.
        """
        for said in range(1, times + 1):
            self.speak(text)
            until = time.monotonic() + pause_s
            while (left := until - time.monotonic()) > 0:
                told = self._rig.next_told(left)
                if told is None:
                    break
                self._notice(told, answering=False)
                if heard(told.text):
                    return told, said
        raise self._rig.missed(f"hearing '{text}'")

    def _notice(self, told: Told, *, answering: bool = True) -> None:
        text = told.text
        if text.startswith(_PHASE):
            self.phase, _, question = text.removeprefix(_PHASE).partition(" ")
            self._asked = question or self._asked
        elif answering and text.startswith(_LINE) and "?" in text and self._answers.get(self._asked):
            self._rig.wait_until_said(told, QUIET_S)
            self.speak(self._answers[self._asked])
