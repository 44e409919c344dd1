"""Whether the coach's own voice proves that loudspeaker and microphone live: what `coach bench echo --life` prints.

A prompt is played and what the microphone brings is compared with it (`coach.listening.likeness`). It must resemble it
where the prompt comes back, even weakly and beside somebody who talks, and must not where it does not: then the
microphone holds a quiet room, or somebody else's talk. `HOLDS` lies between the two.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from coach.audio.clip import Clip, Samples
from coach.audio.recording import read_recording
from coach.audio.resampler import Decimator
from coach.listening.likeness import HOLDS, SHORTEST_S, likeness
from coach.rehearsal.echo_bench import Wanted, prompts, whole_blocks
from coach.rehearsal.hearing_bench.corpus import read_corpus
from coach.rehearsal.performer import at_level
from coach.rehearsal.room import HISS_DB, Room, RoomSpec
from coach.runtime.wiring import BarMaker, House
from coach.units import SAMPLE_RATE, amplitude

_TALK_DB: Final = -30.0
"""Active-speech level of somebody who talks meanwhile."""
_PROMPTS: Final = 12
"""How many prompts are played in each room, at least."""
_EACH: Final = 7
"""One recording of people of so many."""
_LEVELS_DB: Final = (-20.0, -30.0, -40.0, -50.0)


def proof_of_life(house: House, wanted: Wanted, progress: BarMaker) -> list[dict[str, Any]]:
    """Return rows of likenesses, -1 to 1: where a prompt comes back, and where it does not.

    Raises:
        InputError: There are no recordings of people in the folder.
    """
    lines = [clip for clip in prompts(house, wanted.language, progress) if clip.length > SHORTEST_S * SAMPLE_RATE]
    found = sorted(wanted.data.glob("rir_*/*_near_loudspeaker.flac"))[: wanted.rooms]
    rooms: list[Path | None] = [*found] or [None]
    talk = [one.path for one in read_corpus(wanted.data, wanted.language).spoken][::_EACH]
    return [
        _row(f"comes back at {level_db:g} dB{beside}", list(_alike(lines, rooms, some, level_db)), there=True)
        for level_db in _LEVELS_DB
        for beside, some in (("", ()), (", somebody talks", talk))
    ] + [
        _row("does not come back, a quiet room", list(_alike(lines, rooms, (), None)), there=False),
        _row("does not come back, somebody talks", list(_alike(lines, rooms, talk, None)), there=False),
    ]


def _alike(
    lines: Sequence[Clip], rooms: Sequence[Path | None], talk: Sequence[Path], echo_db: float | None
) -> Iterator[float]:
    """Go through the likenesses of the lines, each in every room; where none comes back, only the hiss and the talk."""
    for number, room in enumerate(rooms):
        for turn, line in enumerate(lines):
            played = whole_blocks(line.samples)
            reference = Decimator().accept(played)
            mic = _heard(room, played, echo_db, 31 * number + turn, len(reference))
            if talk:
                said = read_recording(talk[(turn + number) % len(talk)])
                mic += np.resize(at_level(said, _TALK_DB), len(mic))
            yield likeness(mic, reference).correlation


def _heard(room: Path | None, played: Samples, echo_db: float | None, seed: int, count: int) -> Samples:
    if echo_db is None:
        hiss = np.random.default_rng(seed).standard_normal(count).astype(np.float32)
        return hiss * np.float32(amplitude(HISS_DB))
    spec = RoomSpec(rir_echo=room, echo_db=echo_db)
    return Room(spec, seed).render(played, np.zeros(count, dtype=np.float32)).copy()


def _row(what: str, found: Sequence[float], *, there: bool) -> dict[str, Any]:
    low, middle, high = (round(float(one), 2) for one in np.quantile(found, (0.01, 0.5, 0.99)))
    wrong = sum((one >= HOLDS) is not there for one in found)
    return {"prompt": what, "n": len(found), "1 %": low, "middle": middle, "99 %": high, f"wrong at {HOLDS}": wrong}
