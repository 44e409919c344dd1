"""What surrounds a voice: silence, noise, a room, or the coach itself speaking.

1. A bare recording is given to the listener as it is, as `coach hear` does.
2. In any other scene the voice stands at `VOICE_DB` (active speech, full scale), less what the scene says, over
   the hiss of a microphone; before it lies `LEAD_S` of noise in which the room is learned and nothing is heard.
3. Noise is set against the voice: signal to noise as active speech level to the noise's RMS.
4. While the coach sounds it plays its own lines into the room, or gliding tones after some of its lines; the microphone
   hears both and the listener is given the frames that were played, as live.
5. The same trial always sounds the same.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from coach.audio.clip import Clip, Samples
from coach.audio.convolver import convolved
from coach.audio.recording import read_recording
from coach.listening.listener import TAIL
from coach.rehearsal.performer import at_level, speech_end
from coach.rehearsal.room import HISS_DB, Room, RoomSpec
from coach.speech.earcons import tone
from coach.units import LISTEN_BLOCK, LISTEN_RATE, LISTEN_RATIO, SAMPLE_RATE, amplitude

VOICE_DB: Final = -26.0
"""Active-speech level of a voice, against full scale: somebody a metre away from a usual microphone setting."""
LEAD_S: Final = 8.0
"""Seconds of noise before the voice: the segmenter knows a room after four, and then takes half a second more."""
SPEAKING_LEAD_S: Final = 6.0
"""The same while the coach sounds: the canceller has settled after about four."""
OPENING_S: Final = 8.0
"""Seconds of the coach's words, at least, before the first of its tones: every session speaks longer than that, and
teaches its tones, before one of them stands for a word."""
ECHO_DB: Final = -30.0
"""Active-speech level of the coach at the microphone, as in a rehearsal."""
PINK: Final = "pink"
"""Noise that is made, of equal power in each octave."""
_PAUSE_S: Final = 0.3
_BETWEEN_TONES_S: Final = 0.75
_OWN_VOICE_TAIL: Final = LISTEN_RATE // 2
"""Listening frames for which words that have just sounded still count as sounding, as in the runner."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What surrounds a voice."""

    noise: str = ""
    """`PINK`, or the file of a recording; empty: none."""
    snr_db: float = 0.0
    room: str = ""
    """Stem of the files of a room's impulse responses, up to the last underscore; empty: none."""
    level_db: float = 0.0
    """The voice against its usual level; set although nothing surrounds it, it still is scaled."""
    coach: str = ""
    """``speech`` or ``tones`` where the coach sounds meanwhile."""
    below_echo_db: float = 0.0
    """How far the voice lies below the coach's echo."""

    @property
    def bare(self) -> bool:
        """Return whether a recording is taken as it is."""
        return self == Scene()


@dataclass(frozen=True, slots=True)
class Staged:
    """Sound for a listener."""

    microphone: Samples
    """float32, 16 kHz."""
    reference: Samples | None
    """The same, what the coach played; None where it played nothing."""
    sounding: tuple[tuple[int, int, str], ...]
    """Listening frames, first and one past the last, and the coach's words that sound there."""
    ends: int
    """Listening frame at which the voice's last active block ends."""
    lead: int = 0
    """Listening frames at the beginning in which the room is learned."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something the coach sounds."""

    clip: Clip
    pause_s: float
    """Silence behind it."""
    words: bool
    """Whether it is words; else a tone."""


class Stage:
    """Puts voices into scenes.

    Args:
        lines: What the coach says, with its words.
    """

    def __init__(self, lines: Sequence[Clip] = ()) -> None:
        self._lines = tuple(lines)

    def put(self, voice: Samples, scene: Scene, seed: str) -> Staged:
        """Return what the listener gets: float32 voice, 16 kHz, in a scene; equal seeds sound equal."""
        if scene.bare:
            return Staged(voice, None, (), speech_end(voice))
        random = np.random.default_rng(int(hashlib.sha256(seed.encode()).hexdigest()[:12], 16))
        if scene.coach:
            return self._beside_coach(voice, scene, random)
        voice = at_level(voice, VOICE_DB + scene.level_db)
        before = (round(LEAD_S * LISTEN_RATE) if scene.noise else 0) + LISTEN_RATE // 2
        ends = before + speech_end(voice)
        sound = np.concatenate((np.zeros(before, np.float32), voice, np.zeros(TAIL, np.float32)))
        if scene.room:
            sound = _in_room(sound, Path(f"{scene.room}_mouth.flac"), VOICE_DB + scene.level_db)
        sound += random.standard_normal(len(sound), dtype=np.float32) * np.float32(amplitude(HISS_DB))
        if scene.noise:
            sound += _noise(scene.noise, len(sound), VOICE_DB + scene.level_db - scene.snr_db, random)
        return Staged(np.clip(sound, -1.0, 1.0), None, (), ends, before - LISTEN_RATE // 2)

    def _beside_coach(self, voice: Samples, scene: Scene, random: np.random.Generator) -> Staged:
        opening = self._opening(random) if scene.coach == "tones" else ()
        before = sum(map(_listened, opening)) + round(SPEAKING_LEAD_S * LISTEN_RATE)
        length = (before + len(voice) + TAIL) // LISTEN_BLOCK * LISTEN_BLOCK
        played, sounding = _played((*opening, *self._said(length, scene.coach, random)), length)
        room = Room(
            RoomSpec(
                rir_mouth=Path(f"{scene.room}_mouth.flac") if scene.room else None,
                rir_echo=Path(f"{scene.room}_loudspeaker.flac") if scene.room else None,
                echo_db=ECHO_DB,
            ),
            seed=int(random.integers(1 << 30)),
        )
        person = np.zeros(length, dtype=np.float32)
        person[before : before + len(voice)] = at_level(voice, ECHO_DB - scene.below_echo_db)
        heard = [
            room.hear(played[at * LISTEN_RATIO : (at + LISTEN_BLOCK) * LISTEN_RATIO], person[at : at + LISTEN_BLOCK])
            for at in range(0, length, LISTEN_BLOCK)
        ]
        microphone = np.concatenate([mic for mic, _ in heard])
        reference = np.concatenate([played for _, played in heard])
        return Staged(microphone, reference, sounding, before + speech_end(voice))

    def _opening(self, random: np.random.Generator) -> tuple[Said, ...]:
        """Return lines of the coach that last `OPENING_S` or longer."""
        said: list[Said] = []
        while sum(map(_listened, said)) < OPENING_S * LISTEN_RATE:
            said.append(Said(self._line(random), _PAUSE_S, words=True))
        return tuple(said)

    def _said(self, length: int, what: str, random: np.random.Generator) -> tuple[Said, ...]:
        """Return what the coach says, or sounds, for so many listening frames."""
        said: list[Said] = []
        while sum(map(_listened, said)) < length:
            if what == "tones":
                said.append(Said(tone(("rising", "falling")[len(said) % 2]), _BETWEEN_TONES_S, words=False))
            else:
                said.append(Said(self._line(random), _PAUSE_S, words=True))
        return tuple(said)

    def _line(self, random: np.random.Generator) -> Clip:
        return self._lines[int(random.integers(len(self._lines)))]


def _listened(said: Said) -> int:
    """Return for how many listening frames something sounds, the pause behind it included."""
    return (len(said.clip.samples) + round(said.pause_s * SAMPLE_RATE)) // LISTEN_RATIO


def _played(sayings: Sequence[Said], length: int) -> tuple[Samples, tuple[tuple[int, int, str], ...]]:
    """Return so many listening frames of the coach at 48 kHz, and when which words sound."""
    played = np.zeros(length * LISTEN_RATIO, dtype=np.float32)
    sounding: list[tuple[int, int, str]] = []
    at = 0
    for said in sayings:
        piece = said.clip.samples[: max(0, len(played) - at)]
        played[at : at + len(piece)] = piece
        if said.words and len(piece):
            first = at // LISTEN_RATIO
            sounding.append((first, first + len(piece) // LISTEN_RATIO + _OWN_VOICE_TAIL, said.clip.name))
        at += _listened(said) * LISTEN_RATIO
    return played, tuple(sounding)


def _in_room(sound: Samples, response: Path, level_db: float) -> Samples:
    """Return a sound as it arrives through an impulse response, at the same level, its delay kept."""
    return at_level(convolved(sound, read_recording(response))[: len(sound)], level_db)


def _noise(name: str, length: int, level_db: float, random: np.random.Generator) -> Samples:
    """Return noise at an RMS level against full scale, beginning anywhere in its recording."""
    if name == PINK:
        spectrum = np.fft.rfft(random.standard_normal(length))
        spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
        noise = np.fft.irfft(spectrum, length)
    else:
        recorded = read_recording(Path(name))
        noise = np.resize(np.roll(recorded, -int(random.integers(len(recorded)))), length).astype(np.float64)
    rms = float(np.sqrt(np.mean(np.square(noise)))) or 1.0
    return np.asarray(noise * (amplitude(level_db) / rms), dtype=np.float32)
