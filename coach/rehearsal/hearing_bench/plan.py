"""What is tried: every trial of every figure, in an order that never changes."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from coach.commands import Command
from coach.rehearsal.hearing_bench.corpus import Corpus, Recording
from coach.rehearsal.hearing_bench.kinds import Figure, Half
from coach.rehearsal.hearing_bench.scene import PINK, Scene
from coach.rehearsal.hearing_bench.voices import CRIES, DISTRESS, VOICES

ASKED: Final[dict[str, Command]] = {
    "stop": Command.STOP,
    "yes": Command.YES,
    "no": Command.NO,
    "멈춰": Command.PAUSE,
    "그만": Command.STOP,
    "네": Command.YES,
    "아니요": Command.NO,
}
"""Transcripts that are commands, and which."""
ANSWERS: Final = frozenset({Command.YES, Command.NO})
SINGLE_WORD_SETS: Final = ("en_gsc_", "en_wakewords")
"""Beginnings of the names of sets that hold one word a recording; other sets hold talk."""
QUIET_DB: Final = -20.0
"""A weak voice against a usual one."""
SNRS_DB: Final = (20.0, 10.0)
BELOW_ECHO_DB: Final = (0.0, 10.0)
TALK_MOST: Final = 40
"""How many recordings of talk serve as the noise of a television."""
QUICK: Final = 8
"""A quick run tries one trial of so many."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One sound, and what must be heard in it."""

    figure: Figure
    set: str
    said: str
    half: Half
    speaker: str
    voice: Path | str
    """A recording, or the name of a synthetic voice that says `said`."""
    scene: Scene = field(default_factory=Scene)
    wanted: Command | None = None
    """What must be heard; None: nothing must."""
    asked: bool = False
    """Whether a question is open."""

    @property
    def cry(self) -> bool:
        """Return whether it is no word: the coach may well ask."""
        return self.figure in (Figure.DISTRESS, Figure.DISTRESS_OVER_COACH) and self.said in CRIES

    @property
    def key(self) -> str:
        """Return what tells this trial from every other, the same in every run."""
        voice = self.voice if isinstance(self.voice, str) else f"{self.voice.parent.name}/{self.voice.name}"
        scene = self.scene
        parts = (
            self.figure,
            voice,
            self.said,
            Path(scene.noise).name,
            f"{scene.snr_db:g}",
            Path(scene.room).name,
            f"{scene.level_db:g}",
            scene.coach,
            f"{scene.below_echo_db:g}",
            str(self.asked),
        )
        return "|".join(parts)


def planned(
    corpus: Corpus, half: Half, only: Iterable[Figure] = (), *, quick: bool = False, language: str = "en"
) -> tuple[Trial, ...]:
    """Return the trials.

    Args:
        corpus: Recordings.
        half: Whose recordings; synthetic voices and rooms without people belong to both halves.
        only: Figures to try; none: all there are.
        quick: Whether one trial of `QUICK` is enough, chosen by a hash.
        language: BCP 47 tag; distress is tried in English only.
    """
    wanted = frozenset(only) or frozenset(Figure)
    trials = [trial for trial in _all(corpus, language) if trial.figure in wanted]
    trials = [trial for trial in trials if Half.BOTH in (half, trial.half) or trial.half is half]
    if quick:
        trials = [trial for trial in trials if _hash(trial.key) % QUICK == 0]
    return tuple(trials)


def _all(corpus: Corpus, language: str) -> Iterator[Trial]:
    words = [one for one in corpus.spoken if one.said in ASKED]
    others = [one for one in corpus.spoken if one.said not in ASKED]
    single = [one for one in others if one.set.startswith(SINGLE_WORD_SETS)]
    talk = [one for one in others if not one.set.startswith(SINGLE_WORD_SETS)]
    stops = [one for one in words if ASKED[one.said] is Command.STOP]
    for one in words:
        wanted = ASKED[one.said]
        yield replace(_trial(Figure.WORDS, one), wanted=wanted, asked=wanted in ANSWERS)
    yield from (_trial(Figure.OTHER_WORDS, one) for one in single)
    yield from (replace(_trial(Figure.OTHER_ANSWERS, one), asked=True) for one in single)
    yield from (_trial(Figure.VOCAL, one) for one in corpus.voices)
    yield from (_trial(Figure.SPEECH, one) for one in talk)
    yield from (_trial(Figure.NOISE, one) for one in corpus.noises)
    yield from _in_noise(stops, corpus.noises, talk[:TALK_MOST])
    rooms = sorted({str(one.path).rsplit("_", maxsplit=1)[0] for one in corpus.rooms})
    yield from _in_rooms(stops, rooms)
    yield from (_stop(Figure.STOP_QUIET, one, Scene(level_db=QUIET_DB)) for one in stops)
    for below_db in BELOW_ECHO_DB:
        for one in stops:
            yield _stop(
                Figure.STOP_OVER_COACH, one, Scene(coach="speech", below_echo_db=below_db, room=_of(rooms, one))
            )
    for one in stops:
        yield _stop(Figure.STOP_OVER_COACH, one, Scene(coach="tones", below_echo_db=10.0, room=_of(rooms, one)))
    if language == "en":
        yield from _distress()
        yield from _distress_over_coach(rooms)


def _in_noise(stops: Sequence[Recording], noises: Sequence[Recording], talk: Sequence[Recording]) -> Iterator[Trial]:
    """Go through the stops, each over one noise of every set, and over somebody's talk."""
    sets: dict[str, list[str]] = {}
    for noise in noises:
        sets.setdefault(noise.set, []).append(str(noise.path))
    if talk:
        sets["talk"] = [str(one.path) for one in talk]
    for files in sets.values():
        for one in stops:
            yield _stop(Figure.STOP_IN_NOISE, one, Scene(noise=_of(files, one), snr_db=10.0))


def _in_rooms(stops: Sequence[Recording], rooms: Sequence[str]) -> Iterator[Trial]:
    for distance in ("near", "far"):
        there = [room for room in rooms if room.endswith(distance)]
        if there:
            yield from (_stop(Figure.STOP_IN_ROOM, one, Scene(room=_of(there, one))) for one in stops)


def _distress() -> Iterator[Trial]:
    scenes = (Scene(level_db=0.0, noise=""), *(Scene(noise=PINK, snr_db=snr_db) for snr_db in SNRS_DB))
    quiet = tuple(replace(scene, level_db=QUIET_DB) for scene in scenes)
    for scene in (*scenes, *quiet):
        for voice in VOICES:
            for said, wanted in DISTRESS.items():
                # The voices were listened to while pronunciations were written: they count as tuned on.
                yield Trial(Figure.DISTRESS, "synthetic", said, Half.BOTH, voice, voice, scene, wanted)


def _distress_over_coach(rooms: Sequence[str]) -> Iterator[Trial]:
    """Go through voices and phrases, each in one room, as loud there as the coach's echo or weaker."""
    for voice in VOICES:
        for said, wanted in DISTRESS.items():
            chosen = _hash(f"{voice}{said}")
            scene = Scene(
                coach="speech",
                below_echo_db=BELOW_ECHO_DB[chosen % len(BELOW_ECHO_DB)],
                room=rooms[chosen // len(BELOW_ECHO_DB) % len(rooms)] if rooms else "",
            )
            yield Trial(Figure.DISTRESS_OVER_COACH, "synthetic", said, Half.BOTH, voice, voice, scene, wanted)


def _trial(figure: Figure, one: Recording) -> Trial:
    return Trial(figure, one.set, one.said, one.half, one.speaker, one.path)


def _stop(figure: Figure, one: Recording, scene: Scene) -> Trial:
    return Trial(figure, one.set, one.said, one.half, one.speaker, one.path, scene, Command.STOP)


def _of(choices: Sequence[str], one: Recording) -> str:
    """Return the choice that falls to a recording, the same in every run; nothing where there is none."""
    return choices[_hash(one.path.name) % len(choices)] if choices else ""


def _hash(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)
