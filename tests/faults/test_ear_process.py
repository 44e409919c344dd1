"""The recognizers' real process, broken in every way at a random moment of the exercise: quiet in time, and then told.

The sound card is a virtual one that plays no faster than the process hears, so that moments are counted in frames.
"""

import importlib
import os
import random
import signal
import time
from contextlib import closing

import numpy as np
import pytest

from coach.audio.clip import Clip
from coach.audio.devices.virtual import VirtualDevice
from coach.commands import Command
from coach.language.utterance import Answer
from coach.program.dose import works
from coach.runtime.controls.control import Control
from coach.runtime.ear import ProcessEar
from coach.runtime.host import Host, Senses
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings
from coach.runtime.wiring import House, Prepared
from coach.score.compiler import Material
from coach.session import events as ev
from coach.session.questions import asking
from coach.session.states import Screening
from coach.units import SAMPLE_RATE, frames

QUIET = frames(2.5)
"""The bound of the protocol from any fault to silence."""
BEHIND = 8
"""Blocks on their way from which on the card waits."""
PATIENCE_S = 0.01
"""How long it waits for one: what never comes back may not hold it up."""
MOMENTS_S = (0.5, 8.0)
SEED = 6
LISTENER = """
import os
from types import SimpleNamespace
from coach.listening.pace import Pace

class Listener:
    complaint = None
    echo = SimpleNamespace(kind=None)

    def keep_pace(self, _clock):
        return Pace(later_s=0.0)

    def expect(self, _expectation):
        pass

    def accept(self, _mic, _reference, *, sounding):
        if os.path.exists({flag!r}):
            {failure}
        return ()
"""
FAILURES = {
    "an exception": "raise ValueError('no such phone')",
    "an endless loop": "while True: pass",
    "killed": None,
    "stopped": None,
}
SIGNALS = {"killed": signal.SIGKILL, "stopped": signal.SIGSTOP}


class Card(VirtualDevice):
    """A card in a room that hisses, which plays no faster than is heard."""

    def __init__(self, ear):
        noise = np.random.default_rng(3)
        super().__init__(lambda played: noise.normal(0.0, 5e-4, len(played) // 3).astype(np.float32))
        self._ear = ear

    def write(self, block):
        until = time.monotonic() + PATIENCE_S
        while self._ear.backlog > BEHIND and time.monotonic() < until:
            self._ear.poll()
        super().write(block)

    def restart(self):
        """Stay as it is."""


class PolledEar:
    """The real ear; what has come back is looked for while the card waits, and handed out in the round behind it."""

    def __init__(self, ear):
        self._ear, self._taken = ear, []

    def __getattr__(self, name):
        return getattr(self._ear, name)

    def poll(self):
        self._taken += self._ear.take()

    def take(self):
        self.poll()
        taken, self._taken = tuple(self._taken), []
        return taken


class Nobody:
    """Presses what it was told to, keeps nothing, and answers well what is asked."""

    fault = ""
    held = False

    def __init__(self):
        self.coach, self.told, self.pressed, self.act = None, [], [], lambda: None

    def note(self, *_entries):
        return lambda: True

    def take(self):
        pressed, self.pressed = tuple(self.pressed), []
        return pressed

    def tell(self, line):
        self.told.append(line)
        protocol = self.coach.loop.state.protocol
        if line.startswith("phase: ") and protocol.question is not None:
            healthy = asking(protocol.question).healthy
            command = {Answer.YES: Command.YES, Answer.NO: Command.NO}.get(healthy, Command.ALL_CLEAR)
            self.coach.loop.post(ev.Heard(self.coach.mixer.frame, command, answer=healthy))
        if line.startswith("line: deaf"):
            self.pressed.append(Control.END)

    def show(self, _sight):
        self.act()

    def close(self):
        """Show nothing more."""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    paths = Paths.find(data=tmp_path_factory.mktemp("data"))
    return House(paths, Settings(), lambda _sentence: None, lambda _sentence: None)


@pytest.fixture(scope="module")
def prepared(house):
    """Return a program whose lines are a third of a second of a soft hum."""
    program, pack = house.program("ankle-pumps"), house.pack("en")
    hum = np.full(frames(0.3), 0.1, dtype=np.float32)
    clips = {line: Clip(line.key, hum) for line in house.lines(program, "en")}
    lengths = {line.text: clip.length for line, clip in clips.items()}
    return Prepared(Material(program, works(program, house.exercises), pack, lengths), clips)


@pytest.mark.parametrize("failure", FAILURES)
def test_recognizers_that_break_in_the_exercise_are_quiet_in_time_and_told(
    house, prepared, tmp_path, monkeypatch, failure
):
    flag, name = tmp_path / "now", f"failing_{failure.replace(' ', '_')}"
    text = LISTENER.format(flag=str(flag), failure=FAILURES[failure] or "pass")
    (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)  # the process looks for packages where its parent does
    moment = frames(random.Random(f"{SEED} {failure}").uniform(*MOMENTS_S))  # noqa: S311 - a draw, no secret
    broken = []

    with closing(ProcessEar(importlib.import_module(name).Listener)) as process:
        nobody, ear = Nobody(), PolledEar(process)
        coach = house.coach(prepared, ear.expect, screening=Screening.LATER)
        nobody.coach = coach

        def break_it():
            cues = [
                sound.played for sound in coach.chronicle.sounds if sound.kind == "cue" and sound.played is not None
            ]
            if cues and not broken and coach.mixer.frame >= cues[0] + moment:
                broken.append(coach.mixer.frame)
                if failure in SIGNALS:
                    os.kill(process.process_id, SIGNALS[failure])
                else:
                    flag.touch()
            if any(sound.id == "fault.deaf" and sound.ended is not None for sound in coach.chronicle.sounds):
                nobody.pressed.append(Control.END)

        nobody.act = break_it
        card = Card(ear)
        card.open()
        clock = {"clock_s": lambda: coach.mixer.frame / SAMPLE_RATE}
        Host(coach, Senses(card, ear, nobody, nobody, nobody, lambda: 0.0, **clock)).run(0)

    sounds = coach.chronicle.sounds
    last = max(sound.ended for sound in sounds if sound.kind == "cue" and sound.played is not None)
    told = [sound.id for sound in sounds if sound.played is not None and sound.played > broken[0]]
    assert broken[0] - frames(4.0) < last
    assert last <= broken[0] + QUIET
    assert told[told.index("fault") :][:2] == ["fault", "fault.deaf"]
    assert any(kind == "fault" for _, kind in coach.chronicle.notices)
