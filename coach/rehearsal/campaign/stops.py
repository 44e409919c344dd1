"""Stops by the thousand: how long something still sounds behind the decision, on the virtual device.

1. A whole coach is stopped at random moments: by a key, by "stop", "pause" and words of harm, half said and whole, in
   every phase in which anything is said or sounded.
2. What is said because of the stop is made silent, so that whatever sounds behind a decision sounded before, or is a
   cue, which may not sound at all. The chime at the very beginning is let ring out: "pause" does not end it.
3. Counted are frames handed to the device, from the first one rendered behind the decision to the last that is not 0.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import numpy as np

from coach.audio.clip import Clip
from coach.audio.devices.virtual import VirtualDevice
from coach.audio.mixer import Mixer
from coach.commands import Command
from coach.language.utterance import Answer, Expectation, Utterance
from coach.listening.hearing import Certainty
from coach.runtime.library import Library
from coach.runtime.wiring import Bar, Coach, Prepared, wire
from coach.session import events as ev
from coach.session.questions import QUESTIONS, Question, asking
from coach.session.states import Phase, Screening
from coach.units import BLOCK, SAMPLE_RATE, Frames, frames

BOUND: Final = frames(0.060)
"""What must hold (DESIGN: silence within 60 ms of the decision)."""
_STRIDE: Final = Frames(5 * BLOCK)
"""How time passes where nobody listens to what is played."""
_WATCHED: Final = 15
"""Blocks that are rendered behind a stop: 0.3 s, five times the bound."""
_BEFORE: Final = 3
"""Blocks that are rendered in front of it, so that fades and gains are as they are."""
_LINES: Final = ("session.", "safety.", "question.", "fault.")
"""What is no cue, by the beginning of its key."""
_ANSWERS: Final = {Answer.YES: Command.YES, Answer.NO: Command.NO}
_CHIME_S: Final = 1.0
_MOST_S: Final = 400.0
"""A session that lasts longer than this is left, and another one begun."""

_NONE: Final = Frames(0)
Way = Callable[[Frames], ev.Event]
WAYS: Final[Mapping[str, Way]] = {
    "a key": ev.StopRequested,
    "half of “stop”": lambda now: ev.Heard(now, Command.STOP, Certainty.PARTIAL),
    "“stop”": lambda now: ev.Heard(now, Command.STOP),
    "half of “pause”": lambda now: ev.Heard(now, Command.PAUSE, Certainty.PARTIAL),
    "“pause”": lambda now: ev.Heard(now, Command.PAUSE),
    "half of “it hurts”": lambda now: ev.Heard(now, Command.PAIN, Certainty.PARTIAL),
    "“it hurts”": lambda now: ev.Heard(now, Command.PAIN),
    "“I can't breathe”": lambda now: ev.Heard(now, Command.BREATH_CHEST),
    "the microphone is lost": lambda now: ev.HearingLost(now, "microphone"),
}
"""Everything that silences the exercise."""
_RETURNS: Final = frozenset({"a key", "“stop”", "half of “stop”", "half of “pause”", "“pause”"})
"""Behind these the exercise can be gone on with in a few words."""
_NO_PAUSE: Final = frozenset({"half of “pause”", "“pause”", "the microphone is lost"})
"""These silence nothing where it is paused, or asked whether she is hurt: nothing of the exercise sounds there."""


@dataclass
class Stopped:
    """What the stops came to."""

    stops: int = 0
    sounding: int = 0
    """Stops at which something was sounding."""
    late: int = 0
    longest: Frames = _NONE
    ways: Counter[str] = field(default_factory=Counter)
    phases: Counter[str] = field(default_factory=Counter)
    _began: float = field(default_factory=time.perf_counter)

    def add(self, way: str, phase: str, last: Frames, *, sounded: bool) -> None:
        """Count one more; `last` is the number of frames that still sounded."""
        self.stops += 1
        self.sounding += sounded
        self.late += last > BOUND
        self.longest = max(self.longest, last)
        self.ways[way] += 1
        self.phases[phase] += 1

    def report(self) -> Mapping[str, Any]:
        """Return the figures."""
        return {
            "stops": self.stops,
            "while something sounded": self.sounding,
            "longest_ms": round(1000 * self.longest / SAMPLE_RATE, 1),
            "bound_ms": round(1000 * BOUND / SAMPLE_RATE),
            "later than the bound": self.late,
            "ways": dict(self.ways),
            "phases": dict(self.phases),
            "seconds": round(time.perf_counter() - self._began, 1),
        }


def stopped(prepared: Prepared, runs: int, seed: int, bar: Bar, ways: Mapping[str, Way] = WAYS) -> Stopped:
    """Stop a coach so many times at random moments, and return what came of it.

    Args:
        prepared: A program with its clips.
        runs: How many stops.
        seed: Draws moments and ways.
        bar: Shows the progress.
        ways: What it is stopped by.
    """
    random, told, rig = Random(seed), Stopped(), None  # noqa: S311 - a rehearsal, no secret
    while told.stops < runs:
        if rig is None or rig.over:
            rig = _Rig(prepared)
            rig.until(Phase.SCREEN if random.random() < 0.15 else Phase.RUN)
            rig.wait(_CHIME_S)
        rig.wait(random.uniform(0.1, 9.0))
        if rig.over:
            continue
        phase = rig.phase
        way = random.choice([way for way in ways if way not in _NO_PAUSE or phase not in {Phase.PAUSED, Phase.MAYBE}])
        sounded, last = rig.stop(ways[way])
        told.add(way, phase.value, last, sounded=sounded)
        bar(told.stops, runs)
        if way not in _RETURNS:
            rig = None
    return told


class _Hushed(Library):
    """Clips of which those that are said and chimed are silent for a while; cues are what they are."""

    silent = False

    def speech(self, utterance: Utterance) -> Clip:
        """Return the clip of a line."""
        clip = super().speech(utterance)
        return _still(clip) if self.silent and utterance.key.startswith(_LINES) else clip

    def chime(self, name: str) -> Clip:
        """Return the chime of that name."""
        clip = super().chime(name)
        return _still(clip) if self.silent else clip


def _still(clip: Clip) -> Clip:
    return Clip(clip.name, np.zeros_like(clip.samples))


def _nothing(_expectation: Expectation) -> None:
    """Hear nothing: what is heard is posted."""


class _Rig:
    """A coach on the virtual device, and somebody who answers at once and well."""

    def __init__(self, prepared: Prepared) -> None:
        self._library = _Hushed(prepared.clips)
        self._coach: Coach = wire(prepared, Mixer(), self._library, _nothing, screening=Screening.LATER)
        self._device = VirtualDevice()
        self._device.open()
        loop = self._coach.loop
        loop.heard_until(Frames(0))
        loop.post(ev.Booted(Frames(0)))
        loop.post(ev.StartRequested(Frames(0)))

    @property
    def phase(self) -> Phase:
        return self._coach.loop.state.protocol.phase

    @property
    def over(self) -> bool:
        now = self._coach.mixer.frame
        return (now > 0 and self.phase in {Phase.IDLE, Phase.LOCKED}) or now > frames(_MOST_S)

    def until(self, phase: Phase) -> None:
        """Let time pass until a phase has been reached."""
        while self.phase is not phase and not self.over:
            self._pass()

    def wait(self, span_s: float) -> None:
        """Let time pass; whatever is asked meanwhile is answered, and a pause is left."""
        until = self._coach.mixer.frame + frames(span_s)
        while self._coach.mixer.frame < until and not self.over:
            self._pass()

    def stop(self, way: Way) -> tuple[bool, Frames]:
        """Stop it in mid-air; return whether anything was sounding, and for how many frames it still did."""
        before = np.concatenate([self._block() for _ in range(_BEFORE)])
        self._library.silent = True
        self._coach.loop.post(way(self._coach.mixer.frame))
        played = np.concatenate([self._block() for _ in range(_WATCHED)])
        self._library.silent = False
        loud = np.flatnonzero(played)
        return bool(np.any(before[-BLOCK:])), Frames(int(loud[-1]) + 1 if len(loud) else 0)

    def _block(self) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
        loop, mixer = self._coach.loop, self._coach.mixer
        loop.before_block()
        block = mixer.render(BLOCK)
        loop.after_block()
        self._device.write(block)
        self._device.read()
        loop.heard_until(mixer.frame)
        return block

    def _pass(self) -> None:
        loop, mixer = self._coach.loop, self._coach.mixer
        loop.before_block()
        mixer.pass_over(_STRIDE)
        loop.after_block()
        loop.heard_until(mixer.frame)
        self._answer()

    def _answer(self) -> None:
        loop, now = self._coach.loop, self._coach.mixer.frame
        protocol = loop.state.protocol
        if self._coach.interpreter.speaking:
            return
        if protocol.question is not None:
            loop.post(_well(protocol.question, now))
        elif protocol.phase is Phase.PAUSED:
            loop.post(ev.Heard(now, Command.RESUME))


def _well(question: Question, now: Frames) -> ev.Heard:
    healthy = (QUESTIONS[question] if question in QUESTIONS else asking(question)).healthy
    return ev.Heard(now, _ANSWERS.get(healthy, Command.ALL_CLEAR), answer=healthy)
