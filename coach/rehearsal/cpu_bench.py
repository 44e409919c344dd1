"""What the coach takes of a machine: listening, here and on a machine so many times slower, and all of it, live."""

import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from coach.audio.clip import Samples
from coach.audio.lease import LEASE
from coach.audio.recording import read_recording
from coach.audio.resampler import resample
from coach.commands import Command
from coach.language.utterance import Utterance
from coach.listening.listener import Listener
from coach.listening.pace import Pace
from coach.rehearsal.hearing_bench.corpus import read_corpus
from coach.rehearsal.listening_load import Clock, Load, Scene, delays, load_of, room, slowed
from coach.rehearsal.live_house import live_house
from coach.rehearsal.live_person import LivePerson
from coach.rehearsal.live_rig import LiveRig
from coach.rehearsal.live_table import Row, distribution, usage_rows
from coach.rehearsal.performer import at_level
from coach.rehearsal.software_card import SoftwareCard
from coach.rehearsal.usage import Usage
from coach.runtime.wiring import BarMaker, House
from coach.units import LISTEN_RATE, SAMPLE_RATE, seconds

SPAN_S: Final = 40.0
"""Seconds of each scene."""
WORDS: Final = 16
"""How often a word is said that stops, each time at another place between two looks."""
LIVE_S: Final = 30.0
"""Seconds of exercise of which the whole coach is watched."""
_SPOKEN_DB: Final = -26.0
"""Somebody at arm's length, against full scale."""
_ECHO_DB: Final = -30.0
"""The coach's own voice at the microphone."""
_TALK_S: Final = 5.0
"""Recordings at least so long are talk; shorter ones are words."""
_LEAD_S: Final = 1.0
"""Quiet in front of a word."""


def listening(  # noqa: PLR0913 - as many as the command has options
    house: House, language: str, engine: str, progress: BarMaker, *, slowdown: float, data: Path | None
) -> dict[str, Any]:
    """Return what listening costs on a machine so many times slower, and what that costs in latency.

    Args:
        house: Packs, voices and models.
        language: Pack tag.
        engine: Recognizer to ask for.
        progress: Makes progress bars.
        slowdown: How many times slower than this machine; a Raspberry Pi 4 core is about four times slower than one of
            an ordinary PC, a Pi 5 core twice.
        data: Folder with sets of recordings, for people's continuous talk; None takes a synthetic voice.

    Returns:
        ``load``: a row for each scene; ``decision``: how soon a word is decided, here and there; ``pace`` and ``told``.

    Raises:
        ModelError: Such a machine is too slow at any pace: a session would be refused.
        InputError: There are no recordings in the folder.
    """
    bar = progress("Listening")
    scenes = list(_scenes(house, language, data))
    word = _word(house, language)
    steps, done = len(scenes) + 2, 0
    loads: list[Load] = []
    for scene in scenes:
        listener, _, clock = _listener(house, language, engine, slowdown)
        loads.append(load_of(listener, scene, clock))
        bar(done := done + 1, steps)
    rows: list[Row] = []
    pace = Pace()
    for times in dict.fromkeys((1.0, slowdown)):
        listener, pace, clock = _listener(house, language, engine, times)
        rows.append(_decision_row(listener, word, clock, times, pace))
        bar(done := done + 1, steps)
    return {
        "slowdown": slowdown,
        "load": [_load_row(load) for load in loads],
        "decision": rows,
        "told": pace.told,
    }


def whole_coach(house: House, program: str, language: str, engine: str, progress: BarMaker) -> list[Row]:
    """Return what every process of a live session takes, on a software card, in real time.

    Raises:
        MissingError: The software card cannot be made; the message says what to install.
        RigError: The coach did not come to exercise; the message has what it printed.
    """
    with (
        SoftwareCard() as card,
        live_house(house, program, language, engine, progress) as here,
        LiveRig(card, here.arguments) as rig,
    ):
        go_on = here.house.pack(language).commands.phrases(Command.RESUME)[0]
        person = LivePerson(rig, here.voice, here.answers, go_on)
        usage = Usage(rig)
        try:
            person.attend(lambda _text: person.phase == "run")
            until_s = time.monotonic() + LIVE_S
            person.attend(lambda _text: time.monotonic() > until_s)
        finally:
            usage.close()
        rig.end()
    return usage_rows(usage.samples)


def _listener(house: House, language: str, engine: str, times: float) -> tuple[Listener, Pace, Clock]:
    """Return a fresh listener at the pace of a machine so many times slower, that pace, and the machine's clock."""
    listener, clock = house.listener(language, engine), slowed(times)
    return listener, listener.keep_pace(clock), clock


def _scenes(house: House, language: str, data: Path | None) -> Iterator[Scene]:
    quiet = room(SPAN_S)
    yield Scene("quiet room", quiet)
    talk, whose = (
        (_recorded(data, language), "people's") if data is not None else (_synthetic(house, language), "synthetic")
    )
    yield Scene(f"continuous speech, {whose}", quiet[: len(talk)] + talk)
    own = _own_lines(house, language, voice=house.settings.profile(language))
    echo = at_level(own, _ECHO_DB)
    yield Scene("the coach speaks", quiet[: len(own)] + echo, own)


def _recorded(data: Path, language: str) -> Samples:
    """Return people's talk, one recording behind the other."""
    pieces: list[Samples] = []
    for recording in read_corpus(data, language).spoken:
        sound = read_recording(recording.path)
        if len(sound) >= _TALK_S * LISTEN_RATE:
            pieces.append(at_level(sound, _SPOKEN_DB))
        if sum(map(len, pieces)) >= SPAN_S * LISTEN_RATE:
            break
    return _span(pieces)


def _synthetic(house: House, language: str) -> Samples:
    name = f"person-{language}"
    voice = name if name in house.profiles else house.settings.profile(language)
    return at_level(_own_lines(house, language, voice=voice), _SPOKEN_DB)


def _own_lines(house: House, language: str, *, voice: str) -> Samples:
    """Return the coach's lines in some voice, one behind the other: 16 kHz."""
    lines = house.lines(house.program(house.settings.program), language)
    pieces: list[Samples] = []
    for line in lines:
        if seconds(sum(map(len, pieces))) >= SPAN_S:
            break
        spoken = Utterance(language, "bench", line.text)
        pieces.append(house.render([spoken], house.profile(voice))[spoken].samples)
    return _span([resample(np.concatenate(pieces), SAMPLE_RATE, LISTEN_RATE)])


def _span(pieces: Sequence[Samples]) -> Samples:
    whole: Samples = np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.float32)
    return whole[: round(SPAN_S * LISTEN_RATE)]


def _word(house: House, language: str) -> Samples:
    """Return a word that stops, in the voice of a person: 16 kHz."""
    name = f"person-{language}"
    profile = house.profile(name if name in house.profiles else house.settings.profile(language))
    spoken = Utterance(language, "bench", house.pack(language).commands.phrases(Command.STOP)[0])
    return at_level(resample(house.render([spoken], profile)[spoken].samples, SAMPLE_RATE, LISTEN_RATE), _SPOKEN_DB)


def _decision_row(listener: Listener, word: Samples, clock: Clock, times: float, pace: Pace) -> Row:
    dice = random.Random(3)  # noqa: S311 - repeatable on purpose
    said = [_in_room(word, dice.uniform(0.0, 1.0)) for _ in range(WORDS)]
    found = delays(listener, said, Command.STOP, clock)
    heard = [delay for delay in found if delay is not None]
    machine = "this machine" if times == 1.0 else f"one {times:g} times slower"
    row = {
        "machine": machine,
        "a look takes, s": round(pace.look_s, 3),
        "looks every, s": pace.step_s,
        "heard": f"{len(heard)} of {len(found)}",
    }
    return row | distribution('end of "stop" to decision, s', heard)


def _in_room(word: Samples, later_s: float) -> Samples:
    """Return a word in a quiet room, with quiet before it."""
    quiet = room(_LEAD_S + later_s + len(word) / LISTEN_RATE + 0.1)
    begin = round((_LEAD_S + later_s) * LISTEN_RATE)
    quiet[begin : begin + len(word)] += word
    return quiet


def _load_row(load: Load) -> Row:
    return {
        "scene": load.name,
        "seconds": round(load.seconds, 1),
        "share of a core": round(load.share, 3),
        "most behind, s": round(load.most_behind_s, 3),
        "keeps up": load.share < 1.0 and load.most_behind_s < seconds(LEASE),
    }
