"""`coach setup` on a terminal, with a carer who types and a person who speaks over a sound card made of software.

Then the coach is used as she has set it up. Runs in real time.
"""

import json
import os
import pty
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from coach.language.utterance import Utterance
from coach.plan.prescription import load_prescription
from coach.rehearsal.performer import at_level
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings, load_settings
from coach.runtime.wiring import House
from coach.units import SAMPLE_RATE

PATIENCE_S = 60.0
"""The one bound: far more than any step takes, far less than for ever."""
SPOKEN_DB = -26.0
"""How loud the person is at the microphone: somebody at arm's length."""
ROOM = 0.002
"""Noise of a quiet room, about -54 dB."""


class Terminal:
    """A terminal of its own, with the command on it."""

    def __init__(self, command, environment):
        ours, theirs = pty.openpty()
        self._ours = ours
        self._shown = ""
        self._read = 0
        self._more = threading.Condition()
        self.process = subprocess.Popen(
            command, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        os.close(theirs)
        threading.Thread(target=self._listen, daemon=True).start()

    def wait_for(self, text):
        """Wait until something is shown behind what was waited for before."""
        until = time.monotonic() + PATIENCE_S
        with self._more:
            while text not in self._shown[self._read :]:
                if time.monotonic() > until or not self._more.wait(timeout=until - time.monotonic()):
                    pytest.fail(f"'{text}' was never shown:\n{self._shown[-3000:]}")
            self._read = self._shown.index(text, self._read) + len(text)

    def first_of(self, *texts):
        """Wait until one of some texts is shown, and return which; what was shown stays to be waited for."""
        until = time.monotonic() + PATIENCE_S
        with self._more:
            while not any(text in self._shown[self._read :] for text in texts):
                if time.monotonic() > until or not self._more.wait(timeout=until - time.monotonic()):
                    pytest.fail(f"none of {texts} was ever shown:\n{self._shown[-3000:]}")
            return next(place for place, text in enumerate(texts) if text in self._shown[self._read :])

    def type(self, text):
        """Type a line."""
        os.write(self._ours, f"{text}\n".encode())

    def end(self):
        """Wait for the end and return the exit code."""
        return self.process.wait(PATIENCE_S)

    @property
    def shown(self):
        """Return everything that was shown."""
        return self._shown

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def _listen(self):
        while True:
            try:
                piece = os.read(self._ours, 4096)
            except OSError:
                return
            with self._more:
                self._shown += piece.decode(errors="replace").replace("\r\n", "\n")
                self._more.notify_all()


@pytest.fixture
def terminal():
    opened = []

    def open_one(*arguments, environment):
        opened.append(Terminal([sys.executable, "-m", "coach", *map(str, arguments)], environment))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


@pytest.fixture
def room(card):
    noise = np.random.default_rng(7).normal(0.0, ROOM, 240 * SAMPLE_RATE).astype(np.float32)
    sounding = card.say(noise)
    yield
    sounding.stop()


@pytest.mark.usefixtures("room")
def test_a_carer_and_a_person_set_the_coach_up_and_a_session_can_be_held(card, terminal, tmp_path):
    own, data = tmp_path / "own", tmp_path / "data"
    own.mkdir()
    paths = Paths.find(own, data)
    where = ("--config", str(own), "--data-dir", str(data))
    house = House(paths, Settings(), print, print)

    def person(text):
        line = Utterance("en", "line", text)
        card.say(at_level(house.render([line], house.profile("person-en"))[line].samples, SPOKEN_DB))

    setup = terminal("setup", *where, environment=card.environment)
    for question, answer in [
        ("Which language", "English"),
        ("What is the person called", "Margaret Brown"),
        ("Which loudspeaker", ""),
        ("Which microphone", ""),
        ("Did you hear three short tones?", "yes"),
    ]:
        setup.wait_for(question)
        setup.wait_for("> ")
        setup.type(answer)
    setup.wait_for("Now please say something")
    setup.wait_for("█")
    person("Good morning. How are you today? I am lying comfortably.")
    setup.wait_for("A voice was there")
    setup.wait_for("Shall it be fetched now")
    setup.wait_for("> ")
    setup.type("no")
    setup.wait_for("Which voice is understood best from the bed?")
    setup.wait_for("> ")
    setup.type("")
    setup.wait_for("Press Enter when she is ready")
    setup.wait_for("> ")
    setup.type("")
    for number in (1, 2, 3):
        setup.wait_for(f"Time {number} of 3")
        setup.wait_for("█")
        person("stop")
    setup.wait_for("That is good.")
    for question, answer in [
        ("Press Enter to begin", ""),
        ("Who is answering", "Anna Brown, daughter"),
        ("Which operation", "new hip joint"),
        ("From which side", "from behind"),
        ("On which side", "left"),
        ("On which day", "4"),
        ("blood clot", "no"),
        ("cast", "no"),
        ("boot", "no"),
        ("broken", "no"),
        ("tendon", "no"),
        ("care team agree", "yes"),
        ("Who of the care team agreed", "Dr Lee, surgeon"),
        ("Which exercises", "none"),
        ("Shall both legs", ""),
        ("know of already", "1 4"),
        ("told you so", "Ms Park, nurse"),
        ("On which side: swelling", "left"),
        ("Since when: swelling", "4"),
        ("On which side: wound pain", "left"),
        ("Since when: wound pain", "4"),
        ("Which program", "ankle pumps, both feet together"),
        ("How often a day", "9:00 12:00 15:00 18:00"),
        ("What is the carer called", "Anna"),
        ("Where is the care team", "ward 4, 555 1234"),
        ("Which number is called", "112"),
        ("1 1 2. Is that the right number?", "yes"),
        ("send a carer a notice", "no"),
        ("choose a PIN", "259637"),
        ("once more", "259637"),
        ("Shall the lines be spoken", "yes"),
        ("ready to practise", "no"),
    ]:
        if question == "send a carer a notice" and setup.first_of("What time is it now", question) == 0:
            setup.wait_for("> ")  # asked only where nobody keeps the clock right
            setup.type("")
        setup.wait_for(question)
        setup.wait_for("> ")
        setup.type(answer)
    setup.wait_for("That was all.")
    setup.end()

    told = load_prescription(own)
    rehearsed = subprocess.run(
        [sys.executable, "-m", "coach", "rehearse", "--engine", "scripted", "--json", *where],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (told.name, told.prescribed_by) == ("Margaret Brown", "Dr Lee, surgeon")
    assert told.contact.emergency_number == "112"
    assert load_settings(*paths.layers).language == "en"
    assert "259637" not in setup.shown  # the PIN was typed unseen
    assert rehearsed.returncode == 0, rehearsed.stderr
    assert json.loads(rehearsed.stdout)["outcome"] == "completed"
