"""The runner: the whole coach, the room and the person in one thread, block by block, with sound.

Deterministic for a given clip cache, scenario and engine: no clock is read but to say how
fast it went. With the scripted recognizer the microphone's signal is not needed to decide,
so the room is worked out in one go at the end.
"""

import time

import numpy as np

from coach.audio.clip import Samples
from coach.audio.resampler import Decimator
from coach.errors import ScenarioError
from coach.journal.store import Store
from coach.listening.listener import Listener
from coach.listening.recognizers.scripted import ScriptedRecognizer
from coach.rehearsal.bedside import Bedside
from coach.rehearsal.prompter import Prompter
from coach.rehearsal.room import Room, RoomSpec
from coach.rehearsal.scenario import Scenario
from coach.rehearsal.stage import Keeping, Stage, Witness, kept_in_full
from coach.rehearsal.summary import Result
from coach.units import BLOCK, LISTEN_BLOCK, SAMPLE_RATE, Frames, frames

__all__ = ["Stage", "run"]


def run(stage: Stage) -> Result:
    """Run one rehearsal to the end of the session and return what happened."""
    return _Run(stage).to_the_end()


def watched(stage: Stage, *, store: Store, keeping: Keeping, witness: Witness) -> tuple[Result, Bedside]:
    """Run one rehearsal with sound, and return what happened with the bedside it happened at.

    Args:
        stage: What is rehearsed.
        store: Where the journal is kept.
        keeping: Makes what keeps each step.
        witness: Told how far sound has come out of the ear.
    """
    rehearsal = _Run(stage, store=store, keeping=keeping, witness=witness)
    return rehearsal.to_the_end(), rehearsal.bedside


class _Run:
    def __init__(
        self,
        stage: Stage,
        *,
        store: Store | None = None,
        keeping: Keeping = kept_in_full,
        witness: Witness = lambda _now, _heard: None,
    ) -> None:
        script = stage.scenario
        self._limit = frames(script.limit_s)
        scripted = ScriptedRecognizer(script.language) if stage.engine == "scripted" else None
        self.bedside = Bedside(stage, _listener(stage, scripted), store=store, keeping=keeping, witness=witness)
        self._prompter = Prompter(scripted, self.bedside) if scripted is not None else None
        self._room = Room(_room_spec(script), seed=script.seed)
        self._silence16 = np.zeros(LISTEN_BLOCK, dtype=np.float32)
        self._played: list[Samples] = []
        self._person: list[Samples] = []
        self._microphone: list[Samples] = []
        self._decimator = Decimator()

    def to_the_end(self) -> Result:
        """Play, listen and decide, block by block, until the session is over and has rung out."""
        began = time.perf_counter()
        bedside = self.bedside
        while bedside.now < self._limit and not bedside.over:
            bedside.before()
            block = bedside.mixer.render(BLOCK)
            bedside.after()
            self._hear(block)
        bedside.close()
        if self._prompter is not None:
            self._microphone = [self._room.render(np.concatenate(self._played), np.concatenate(self._person))]
        elapsed = time.perf_counter() - began
        return Result(
            chronicle=bedside.chronicle,
            spoken=tuple(bedside.performer.spoken),
            played=np.concatenate(self._played),
            microphone=np.concatenate(self._microphone),
            start=Frames(0),
            reps_done=bedside.reps_done,
            realtime_factor=bedside.now / SAMPLE_RATE / max(elapsed, 1e-9),
            lock=bedside.lock,
        )

    def _hear(self, block: Samples) -> None:
        """Let the person and the room answer a block, and the coach hear it."""
        bedside = self.bedside
        begin = Frames(bedside.now - BLOCK)
        bedside.act(begin)
        said = bedside.performer.perform()
        person = self._silence16 if said is None else said
        air = bedside.playing.through(block, begin)
        self._played.append(air)
        if self._prompter is not None:
            self._person.append(person)
            self._prompter.prompt()
            bedside.pass_by(LISTEN_BLOCK, judged=bedside.judging)
            return
        microphone, _ = self._room.hear(air, person)
        self._microphone.append(microphone)
        bedside.listen(microphone, self._decimator.accept(block))


def _listener(stage: Stage, scripted: ScriptedRecognizer | None) -> Listener:
    script = stage.scenario
    if scripted is None:
        return stage.house.listener(script.language, stage.engine)
    return Listener([scripted], {script.language: stage.house.pack(script.language).commands})


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
        echo_delay_s=room.echo_late_s,
        hardware=room.hardware,
    )
