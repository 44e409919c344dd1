"""What is kept of a person: commands, never her words; in folders that only she may look into."""

import stat
import subprocess
import sys

import numpy as np
import pytest

from coach.disk import make_folder
from coach.journal.form import write_entry
from coach.journal.steps import entries_of
from coach.language.utterance import Context, Expectation
from coach.listening.hearing import Hearing
from coach.listening.listener import Listener
from coach.listening.recognizers.scripted import ScriptedRecognizer
from coach.session import events as ev
from coach.session.machine import step
from coach.units import LISTEN_BLOCK, LISTEN_RATE

NAME = "Kowalski"
SAID = (
    f"it hurts where {NAME} pushed me",
    f"{NAME} took the money from my drawer",
    f"pause because {NAME} is at the door",
    f"no {NAME} not like that",
    f"how many left {NAME}",
)


@pytest.mark.parametrize("text", SAID)
@pytest.mark.parametrize("expectation", [Expectation(Context.SESSION), Expectation(Context.QUESTION, "screen-legs")])
def test_of_what_she_says_only_commands_are_kept(bedside, material, text, expectation):
    recognizer = ScriptedRecognizer("en")
    listener = Listener([recognizer], {"en": material.pack.commands})
    listener.expect(expectation)
    recognizer.tell(text, LISTEN_RATE // 2, 2 * LISTEN_RATE)
    state, kept = bedside.Bedside(material).exercise().state, []

    for number in range(6 * LISTEN_RATE // LISTEN_BLOCK):
        for heard in listener.accept(np.zeros(LISTEN_BLOCK, dtype=np.float32), None):
            if isinstance(heard, Hearing):
                event = ev.Heard(number, heard.command, heard.certainty, heard.answer, heard.phrase)
            else:
                event = ev.SpeechUnclear(number)
            taken = step(state, event)
            state = taken.state
            kept += [write_entry(entry) for entry in entries_of("s1", event, taken)]

    assert not [entry for entry in kept if NAME.lower() in entry.lower()]


def test_every_folder_that_is_made_is_the_owners_alone(tmp_path):
    make_folder(tmp_path / "data" / "journal" / "deep")

    for path in (tmp_path / "data").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_a_coach_that_dies_leaves_no_memory_behind():
    act = (
        "import resource, sys\n"
        "from coach.__main__ import main\n"
        "sys.argv = ['coach', '--version']\n"
        "try: main()\n"
        "except SystemExit: print(resource.getrlimit(resource.RLIMIT_CORE))\n"
    )

    told = subprocess.run([sys.executable, "-c", act], capture_output=True, text=True, check=True, timeout=60)

    assert told.stdout.splitlines()[-1] == "(0, 0)"
