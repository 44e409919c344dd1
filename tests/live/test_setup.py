"""`coach setup` on a terminal, with a carer who types and a person who speaks over a sound card made of software.

Then the coach is used as she has set it up. Runs in real time.
"""

import json
import subprocess
import sys

import numpy as np
import pytest

from coach.language.utterance import Utterance
from coach.plan.prescription import load_prescription
from coach.rehearsal.performer import at_level
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings, load_settings
from coach.runtime.wiring import House
from coach.units import SAMPLE_RATE

SPOKEN_DB = -26.0
"""How loud the person is at the microphone: somebody at arm's length."""
ROOM = 0.002
"""Noise of a quiet room, about -54 dB."""


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
