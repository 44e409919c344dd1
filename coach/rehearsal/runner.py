"""The runner: the whole coach, the room and the person in one thread, block by block.

Deterministic for a given clip cache, scenario and engine: no clock is read but to say how
fast it went. With the scripted recognizer the microphone's signal is not needed to decide,
so the room is worked out in one go at the end.
"""

import time
from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.errors import ScenarioError
from coach.listening.hearing import Hearing, Unclear
from coach.listening.listener import Listener
from coach.listening.recognizers.scripted import ScriptedRecognizer
from coach.rehearsal.performer import Performer
from coach.rehearsal.room import Room, RoomSpec
from coach.rehearsal.scenario import Fault, Scenario
from coach.rehearsal.summary import Result
from coach.runtime.chronicle import Sound
from coach.runtime.wiring import Coach, House, Prepared
from coach.session import events as ev
from coach.session.machine import reps_done
from coach.session.states import Screening
from coach.units import BLOCK, LISTEN_BLOCK, LISTEN_RATIO, SAMPLE_RATE, Frames, frames

OWN_VOICE_TAIL: Final = frames(0.5)
"""How long words that have just sounded still count as sounding: the room's echo and the engines' delay."""
_AFTERMATH: Final = frames(1.5)
"""What is still played and heard after the session's end, so that the last word rings out."""
_LAST_WORDS: Final = frames(60.0)
"""How long advice that repeats itself is followed after the session's end."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything one rehearsal needs."""

    house: House
    scenario: Scenario
    prepared: Prepared
    engine: str
    performer: Performer


def run(stage: Stage) -> Result:
    """Run one rehearsal to the end of the session and return what happened."""
    return _Run(stage).to_the_end()


class _Run:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        script = stage.scenario
        self._scripted = ScriptedRecognizer(script.language) if stage.engine == "scripted" else None
        self._listener = self._make_listener()
        self._coach: Coach = stage.house.coach(
            stage.prepared,
            self._listener.expect,
            screening=Screening(script.screening),
            seed=script.seed,
        )
        self._room = Room(_room_spec(script), seed=script.seed)
        self._silence48 = np.zeros(BLOCK, dtype=np.float32)
        self._silence16 = np.zeros(LISTEN_BLOCK, dtype=np.float32)
        self._played: list[Samples] = []
        self._person: list[Samples] = []
        self._microphone: list[Samples] = []
        self._told = 0
        self._watched: deque[Sound] = deque()
        self._seen_sounds = 0
        self._asked = 0
        self._faults = list(script.fault)
        self._jumped = False

    def to_the_end(self) -> Result:
        """Play, listen and decide, block by block, until the session is over and has rung out."""
        began = time.perf_counter()
        loop, mixer, chronicle = self._coach.loop, self._coach.mixer, self._coach.chronicle
        loop.heard_until(Frames(0))
        loop.post(ev.Booted(Frames(0)))
        loop.post(ev.StartRequested(Frames(0)))
        limit = frames(self._stage.scenario.limit_s)
        while mixer.frame < limit and not self._over():
            loop.before_block()
            block = mixer.render(BLOCK)
            loop.after_block()
            self._tell_person()
            person = self._stage.performer.perform(Frames(mixer.frame - BLOCK))
            self._hear(block, person)
        if self._scripted is not None:
            self._microphone = [self._room.render(np.concatenate(self._played), np.concatenate(self._person))]
        elapsed = time.perf_counter() - began
        done = reps_done(loop.state)
        return Result(
            chronicle=chronicle,
            spoken=tuple(self._stage.performer.spoken),
            played=np.concatenate(self._played),
            microphone=np.concatenate(self._microphone),
            start=Frames(0),
            reps_done=done,
            realtime_factor=mixer.frame / SAMPLE_RATE / max(elapsed, 1e-9),
        )

    def _make_listener(self) -> Listener:
        script = self._stage.scenario
        if self._scripted is None:
            return self._stage.house.listener(script.language, self._stage.engine)
        return Listener([self._scripted], {script.language: self._stage.house.pack(script.language).commands})

    def _over(self) -> bool:
        ended = self._coach.chronicle.ended
        if ended is None:
            return False
        since = self._coach.mixer.frame - ended
        resting = not self._coach.interpreter.speaking and self._stage.performer.quiet
        return since > _LAST_WORDS or (resting and since > _AFTERMATH)

    def _tell_person(self) -> None:
        """Let the person notice what has just sounded to its end."""
        sounds = self._coach.chronicle.sounds
        if self._seen_sounds < len(sounds):
            self._watched.extend(sounds[self._seen_sounds :])
            self._seen_sounds = len(sounds)
        for sound in [sound for sound in self._watched if sound.ended is not None]:
            self._watched.remove(sound)
            if sound.ended is None or sound.played is None or sound.cut:
                continue
            if sound.kind == "cue":
                self._stage.performer.notice_cue(sound.id, sound.ended)
            elif sound.id.startswith("question."):
                self._stage.performer.notice_question(sound.id.removeprefix("question."), sound.ended)

    def _hear(self, block: Samples, person: Samples | None) -> None:
        now = self._coach.mixer.frame
        self._played.append(block)
        if self._scripted is not None:
            self._person.append(person if person is not None else self._silence16)
            self._prompt_script()
            microphone, reference = self._silence16, None
        else:
            microphone, reference = self._room.hear(block, person if person is not None else self._silence16)
            self._microphone.append(microphone)
        if self._broken("clock-jump", now) and not self._jumped:
            self._jumped = True
            self._coach.loop.post(ev.ClockJumped(now))
        if self._broken("microphone-lost", now) or self._broken("recogniser-stalled", now):
            return
        if self._broken("microphone-zero", now):
            microphone = self._silence16
        sounding = self._coach.interpreter.sounding(OWN_VOICE_TAIL)
        for heard in self._listener.accept(microphone, reference, sounding=sounding):
            self._take(heard, now)
        self._coach.loop.heard_until(now)

    def _take(self, heard: Hearing | Unclear, now: Frames) -> None:
        if isinstance(heard, Unclear):
            self._coach.loop.post(ev.SpeechUnclear(now))
            return
        self._coach.chronicle.hearings.append((heard, now))
        self._coach.loop.post(ev.Heard.of(heard, now))

    def _prompt_script(self) -> None:
        """Tell the scripted recognizer what the person has begun to say."""
        if self._scripted is None:
            return
        spoken = self._stage.performer.spoken
        for said in spoken[self._told :]:
            self._scripted.tell(said.text, said.start // LISTEN_RATIO, said.end // LISTEN_RATIO)
        self._told = len(spoken)

    def _broken(self, kind: str, now: Frames) -> bool:
        return any(fault.kind == kind and _lasts(fault, now) for fault in self._faults) if self._faults else False


def _lasts(fault: Fault, now: Frames) -> bool:
    return frames(fault.at_s) <= now < frames(fault.until_s)


def _room_spec(script: Scenario) -> RoomSpec:
    room = script.room
    for recording in (room.rir_mouth, room.rir_echo):
        if recording is not None and not script.path(recording).is_file():
            raise ScenarioError(
                f"The impulse response '{recording}' is not there; paths are relative to the scenario file."
            )
    return RoomSpec(
        rir_mouth=script.path(room.rir_mouth) if room.rir_mouth is not None else None,
        rir_echo=script.path(room.rir_echo) if room.rir_echo is not None else None,
        rt60_s=room.rt60_s,
        noise=script.path(room.noise) if room.noise != "quiet" else None,
        noise_snr_db=room.noise_snr_db,
        echo_db=room.echo_db,
    )
