"""`coach record` on a terminal: a relative reads lines into the microphone of a sound card made of software.

Runs in real time.
"""

import time

import numpy as np
import pytest

from coach.audio.recording import read_recording
from coach.language.utterance import Utterance
from coach.rehearsal.performer import at_level
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings
from coach.runtime.wiring import House
from coach.units import LISTEN_RATE, SAMPLE_RATE

LINE = "Every time is worth it."
SPOKEN_DB = -26.0
"""How loud a relative is who sits at the microphone."""
FAR_DB = -50.0
"""The same from across the room: 5 dB below what can be used."""
QUIET_ROOM = 0.0005
"""Noise of a quiet room, about -66 dB."""
AGAIN = "Press Enter and try again"
TAKES = 6
"""Takes before one must be whole: on a busy machine a relative may begin late or a gap break the line; then she is told
that it was cut off, short, long or nothing at all, and tries again."""
HUMMING_ROOM = 0.012
"""Noise of a room with a fan by the microphone: 12 dB below the voice."""


@pytest.fixture
def relative(card, tmp_path_factory):
    """Return what lets a relative read a line in a room, and ends the room's noise with the test."""
    house = House(Paths.find(data=tmp_path_factory.mktemp("relative")), Settings(), print, print)
    line = Utterance("en", "line", LINE)
    clip = house.render([line], house.profile("person-en"))[line].samples
    sounding = []

    def read(level_db):
        card.say(at_level(clip, level_db))

    def room(noise):
        while sounding:
            sounding.pop().stop()
        made = np.random.default_rng(7).normal(0.0, noise, 90 * SAMPLE_RATE).astype(np.float32)
        sounding.append(card.say(made))
        time.sleep(0.5)  # until the room is heard at the microphone

    read.room = room
    yield read
    while sounding:
        sounding.pop().stop()


def test_a_take_that_is_too_soft_and_one_in_too_much_noise_are_refused_and_a_good_one_is_kept(
    card, relative, terminal, tmp_path
):
    own = tmp_path / "own"
    own.mkdir()
    where = ("--config", str(own), "--data-dir", str(tmp_path / "data"))
    relative.room(QUIET_ROOM)

    booth = terminal("record", "--key", "score.praise", *where, environment=card.environment)
    booth.wait_for("1 of ")
    booth.wait_for(LINE)
    booth.wait_for("> ")
    for level_db, room, answer in (
        (FAR_DB, QUIET_ROOM, "That was very soft. Come nearer to the microphone"),
        (SPOKEN_DB, HUMMING_ROOM, "There is too much noise in the room."),
        (SPOKEN_DB, QUIET_ROOM, "Kept."),
    ):
        relative.room(room)
        for _ in range(TAKES):
            booth.type("")
            booth.wait_for(" dB")
            relative(level_db)
            if booth.first_of(answer, AGAIN) == 0:
                break
            booth.wait_for(AGAIN)
            booth.wait_for("> ")
        booth.wait_for(answer)
        booth.wait_for("> ")
    booth.type("quit")
    booth.wait_for("1 of ")

    assert booth.end() == 0
    (kept,) = (own / "voices" / "en" / "recordings").glob("*.wav")
    assert 1.0 < len(read_recording(kept)) / LISTEN_RATE < 3.0
