"""Cancellers side by side, on the coach's own prompts in simulated rooms: what `coach bench echo` prints.

1. Every canceller gets the same sound: prompts of the coach, one after the other, through a room's impulse response, at
   `ECHO_DB` over a microphone's hiss. **weakened* is the power of the echo before against what is left of it, over half
   a second of the coach's voice that ends at the time given: how fast it learns, and how far it gets.
2. *Late*: the loudspeaker is 60, 200 or 450 ms later than the sound card says. *Drift*: its clock is slower by so many
   millionths. *Moved*: after `MOVED_S` the echo suddenly comes 35 ms later, as behind a gap in one direction. *Tones*:
   before that the coach played its tones: how far these are weakened at the end, and then the talk that follows. What
   few frequencies taught of a room must not spoil what is known of the rest.
3. *What is left of a person* who speaks 10 dB below the echo is the difference between what comes out with them and
   without: its level against their own (a suppressor that deletes them is far below 0 dB), and their own level against
   what was changed about them.
4. *Stop over the coach* is the whole listening chain around each canceller, on human "stop"s, with all else the same.
5. The Speex echo canceller is a peer here, from the system's libspeexdsp where it is installed; it is no part of the
   coach.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from coach.audio.clip import Clip, Samples
from coach.audio.delay_line import DelayLine
from coach.audio.resampler import Decimator
from coach.errors import InputError
from coach.listening.cancellers.aligned import AlignedCanceller
from coach.listening.cancellers.kalman import KalmanCanceller
from coach.listening.echo import EchoCanceller
from coach.listening.listener import Listener
from coach.listening.registry import make_recognizers
from coach.listening.segmenter import Segmenter
from coach.rehearsal.hearing_bench.chances import interval
from coach.rehearsal.hearing_bench.corpus import read_corpus
from coach.rehearsal.hearing_bench.kinds import Figure, Half
from coach.rehearsal.hearing_bench.plan import Trial, planned
from coach.rehearsal.hearing_bench.scene import Stage
from coach.rehearsal.hearing_bench.trial import attempt
from coach.rehearsal.performer import at_level
from coach.rehearsal.room import Room, RoomSpec
from coach.rehearsal.speex_peer import SpeexCanceller
from coach.runtime.wiring import BarMaker, House
from coach.speech.earcons import tone
from coach.units import BLOCK, LISTEN_BLOCK, LISTEN_RATE, LISTEN_RATIO, SAMPLE_RATE

ECHO_DB: Final = -30.0
"""Active-speech level of the coach at the microphone, as in a rehearsal."""
LENGTH_S: Final = 12.0
AFTER_S: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 12.0)
"""Seconds after the first word at which it is told how far the echo is weakened."""
MOVED_S: Final = 6.0
_MOVED_BY: Final = round(0.035 * LISTEN_RATE)
_WINDOW: Final = 25
"""Blocks that are judged: half a second of the coach's voice."""
_SOUND: Final = 1e-6
"""Mean power of a block in which it sounds (-60 dBFS)."""
_PERSON_BELOW_DB: Final = 10.0
_PAUSE: Final = round(0.3 * SAMPLE_RATE)
_TONE_PAUSE: Final = round(0.75 * SAMPLE_RATE)
_LONG: Final = 20
"""Letters of a line that is a sentence, in Korean as well."""
_EACH: Final = 6
"""One sentence of so many."""

Maker = Callable[[], EchoCanceller]


@dataclass(frozen=True, slots=True)
class Device:
    """What lies between the loudspeaker and the microphone beside the room."""

    name: str
    late_s: float = 0.0
    ppm: float = 0.0
    moves: bool = False
    tones_s: float = 0.0
    """So long does the coach play the tones of the exercise before it speaks."""


DEVICES: Final = (
    Device("as told"),
    Device("60 ms late", late_s=0.06),
    Device("200 ms late", late_s=0.2),
    Device("450 ms late", late_s=0.45),
    Device("drift 50 ppm", late_s=0.02, ppm=50.0),
    Device("drift 100 ppm", late_s=0.02, ppm=100.0),
    Device("moved after 6 s", late_s=0.02, moves=True),
    Device("behind a minute of tones", tones_s=60.0),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be measured, and on what."""

    language: str
    engine: str
    data: Path
    """Folder of impulse responses and recordings of people."""
    rooms: int = 4
    """In how many rooms."""
    people: int = 48
    """How many human "stop"s over the coach; 0: none."""


def cancellers() -> tuple[Mapping[str, Maker], tuple[str, ...]]:
    """Return what makes each canceller that is here, and a sentence for each that is not."""
    made: dict[str, Maker] = {
        "kalman, aligned": lambda: AlignedCanceller(KalmanCanceller()),
        "kalman alone": KalmanCanceller,
    }
    try:
        SpeexCanceller()
    except OSError as missing:
        return made, (f"speex is left out: {missing}.",)
    return made | {"speex": SpeexCanceller}, ()


def echo(house: House, wanted: Wanted, progress: BarMaker) -> dict[str, Any]:
    """Return how the cancellers do: ``weakened`` by device, ``person`` and ``stops``, and what was ``left out``.

    Raises:
        InputError: The folder holds no impulse responses, or no recordings of people who say "stop".
    """
    rooms = sorted(wanted.data.glob("rir_*/*_near_loudspeaker.flac"))
    if not rooms:
        raise InputError(f"{wanted.data}: there are no impulse responses (rir_*/..._near_loudspeaker.flac) in it.")
    rooms = rooms[:: max(1, len(rooms) // wanted.rooms)][: wanted.rooms]
    made, left_out = cancellers()
    lines = prompts(house, wanted.language, progress)
    bar, done = progress("Cancelling"), 0
    steps = len(made) * (len(DEVICES) + 1)
    weakened, person = [], []
    for name, make in made.items():
        for device in DEVICES:
            weakened.append({"canceller": name, "device": device.name} | weakening(make, rooms, lines, device))
            bar(done := done + 1, steps)
        person.append({"canceller": name} | keeping(make, rooms, lines))
        bar(done := done + 1, steps)
    stops = list(_stops(house, wanted, made, lines, progress)) if wanted.people else []
    return {"weakened": weakened, "person": person, "stops": stops, "left out": list(left_out)}


def weakening(make: Maker, rooms: Sequence[Path | None], lines: Sequence[Clip], device: Device) -> dict[str, Any]:
    """Return by how much a canceller weakens the echo at each of `AFTER_S`: the middle of all rooms, in decibels.

    With it: the lag and the drift it found in the last room, where it tells, and its computing time a second of sound.
    """
    found: list[list[float]] = []
    spent, sounded = 0.0, 0.0
    for seed, path in enumerate(rooms):
        mic, reference = heard_and_played(path, lines, device, seed)
        canceller = make()
        began = time.process_time()
        cleaned = _in_blocks(canceller, mic, reference)
        spent += time.process_time() - began
        sounded += len(mic) / LISTEN_RATE
        # Without tones the first of them has nothing before it, and is not told.
        first_s = 0.0 if device.tones_s else AFTER_S[0]
        ends = [round((device.tones_s + after_s) * LISTEN_RATE) for after_s in (first_s, *AFTER_S)]
        found.append([_weakened_db(mic, cleaned, reference, end) for end in ends])
    tones_db, *middles = np.median(found, axis=0)
    told: dict[str, Any] = {"tones": round(float(tones_db), 1) if device.tones_s else None}
    told |= {f"{after_s:g} s": round(float(middle), 1) for after_s, middle in zip(AFTER_S, middles, strict=True)}
    told["CPU s/s"] = round(spent / sounded, 4)
    if isinstance(canceller, AlignedCanceller):
        lag_s = canceller.lag_s
        told |= {
            "lag ms": None if lag_s is None else round(1000 * lag_s, 1),
            "drift ppm": round(canceller.drift_ppm, 1),
        }
    return told


def keeping(make: Maker, rooms: Sequence[Path | None], lines: Sequence[Clip]) -> dict[str, Any]:
    """Return what a canceller keeps of a person who speaks 10 dB below the echo, in decibels; the least and the middle.

    The person is a line of the coach's own voice that it does not say meanwhile, and begins after four seconds.
    """
    kept = []
    for seed, path in enumerate(rooms):
        mic, reference = heard_and_played(path, lines, DEVICES[0], seed)
        said = Decimator().accept(whole_blocks(lines[(seed + 1) % len(lines)].samples))
        person = np.zeros_like(mic)
        begin = 4 * LISTEN_RATE
        said = at_level(said, ECHO_DB - _PERSON_BELOW_DB)[: len(mic) - begin]
        person[begin : begin + len(said)] = said
        without = _in_blocks(make(), mic, reference)
        beside = _in_blocks(make(), mic + person, reference)
        difference = beside - without - person
        own_db = _power_db(person[begin:])
        kept.append((_power_db((beside - without)[begin:]) - own_db, own_db - _power_db(difference[begin:])))
    levels, likenesses = zip(*kept, strict=True)
    return {
        "level kept dB, least": round(min(levels), 1),
        "level kept dB, middle": round(float(np.median(levels)), 1),
        "person against what was done to them dB, least": round(min(likenesses), 1),
        "the same, middle": round(float(np.median(likenesses)), 1),
    }


def heard_and_played(
    response: Path | None, lines: Sequence[Clip], device: Device, seed: int
) -> tuple[Samples, Samples]:
    """Return microphone and reference of the coach alone, float32, 16 kHz: its tones, and `LENGTH_S` of talk.

    Without a response the room is made.
    """
    count = round((device.tones_s + LENGTH_S) * LISTEN_RATE) // LISTEN_BLOCK * LISTEN_BLOCK
    tones = _toned(round(device.tones_s * SAMPLE_RATE))
    played = np.concatenate((tones, _spoken(lines, count * LISTEN_RATIO - len(tones), seed)))
    spec = RoomSpec(rir_echo=response, echo_db=ECHO_DB, echo_delay_s=device.late_s)
    mic = Room(spec, seed).render(played, np.zeros(count, dtype=np.float32))
    reference = Decimator().accept(played)
    if device.ppm:
        late = [100.0 + 1e-6 * device.ppm * at for at in range(0, count + 1, LISTEN_BLOCK)]
        line = DelayLine(LISTEN_RATE)
        blocks = zip(mic.reshape(-1, LISTEN_BLOCK), late, late[1:], strict=False)
        mic = np.concatenate([line.accept(block, begin, end) for block, begin, end in blocks])
    if device.moves:
        at = round(MOVED_S * LISTEN_RATE)
        mic = np.concatenate((mic[:at], np.zeros(_MOVED_BY, dtype=np.float32), mic[at:-_MOVED_BY]))
    return mic, reference


def _stops(
    house: House, wanted: Wanted, made: Mapping[str, Maker], lines: Sequence[Clip], progress: BarMaker
) -> Iterator[dict[str, Any]]:
    """Go through the cancellers, each in the listening chain: human "stop"s over the coach, held-out speakers."""
    trials = planned(read_corpus(wanted.data, wanted.language), Half.HELD_OUT, [Figure.STOP_OVER_COACH])
    over: dict[float, list[Trial]] = {}
    for trial in trials:
        if trial.scene.coach == "speech":
            over.setdefault(trial.scene.below_echo_db, []).append(trial)
    if not over:
        raise InputError(f'{wanted.data}: nobody says "stop" in it; give --people 0, or name another folder.')
    bar, done, stage = progress('Human "stop"s over the coach'), 0, Stage(lines)
    steps = len(made) * sum(min(wanted.people, len(some)) for some in over.values())
    recognizers = make_recognizers(wanted.engine, wanted.language, house.bench)
    for name, make in made.items():
        for below_db, all_of_them in over.items():
            some = all_of_them[:: max(1, len(all_of_them) // wanted.people)][: wanted.people]
            heard = false = 0
            for trial in some:
                books = {tag: pack.commands for tag, pack in house.packs.items()}
                listener = Listener(recognizers, books, make(), Segmenter(), language=wanted.language)
                commands = attempt(trial, listener, stage).commands
                heard += trial.wanted in commands
                false += any(command != trial.wanted for command in commands)
                bar(done := done + 1, steps)
            low, high = interval(heard, len(some))
            yield {
                "canceller": name,
                "person dB against the echo": -below_db,
                "n": len(some),
                "stop heard": heard,
                "%": round(100 * heard / len(some), 1),
                "from %": round(100 * low, 1),
                "to %": round(100 * high, 1),
                "something else": false,
            }


def _spoken(lines: Sequence[Clip], length: int, seed: int) -> Samples:
    """Return so many frames of the coach's prompts, 48 kHz, beginning at another one for each seed."""
    played = np.zeros(length, dtype=np.float32)
    at, turn = 0, 3 * seed
    while at < length:
        piece = lines[turn % len(lines)].samples[: length - at]
        played[at : at + len(piece)] = piece
        at += len(piece) + _PAUSE
        turn += 1
    return played


def _toned(length: int) -> Samples:
    """Return so many frames of the tones of the exercise, 48 kHz."""
    pair = [np.pad(tone(name).samples, (0, _TONE_PAUSE)) for name in ("rising", "falling")]
    return np.resize(np.concatenate(pair), length)


def _in_blocks(canceller: EchoCanceller, mic: Samples, reference: Samples) -> Samples:
    """Return what comes out when it is given block by block, as live."""
    blocks = zip(mic.reshape(-1, LISTEN_BLOCK), reference.reshape(-1, LISTEN_BLOCK), strict=True)
    return np.concatenate([canceller.process(heard, played) for heard, played in blocks])


def _weakened_db(mic: Samples, cleaned: Samples, reference: Samples, end: int) -> float:
    """Return by how much the echo is weakened in the last half second in which the coach sounds before a frame."""
    before, after, played = (one[:end].reshape(-1, LISTEN_BLOCK) for one in (mic, cleaned, reference))
    latest = np.flatnonzero(np.mean(np.square(played), axis=1) > _SOUND)[-_WINDOW:]
    return _power_db(before[latest]) - _power_db(after[latest])


def _power_db(samples: Samples) -> float:
    return float(10.0 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-12))


def prompts(house: House, language: str, progress: BarMaker) -> list[Clip]:
    """Return some of the coach's sentences as it speaks them, each named by its words."""
    lines = house.lines(house.program(house.settings.program), language)
    chosen = [line for line in lines if len(line.text) > _LONG][::_EACH]
    clips = house.render(chosen, house.voice(language), progress("Speaking the coach's lines"))
    return [Clip(line.text, clips[line].samples) for line in chosen]


def whole_blocks(samples: Samples) -> Samples:
    """Return as much of a sound at 48 kHz as makes whole blocks."""
    return samples[: len(samples) // BLOCK * BLOCK]
