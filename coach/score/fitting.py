"""Whether what is said fits what is done: at every tempo, on every side, for every turn of the wordings.

1. A work is laid out at each tempo a person may ask for, and with every way of taking sides.
2. The shortest words of every phase must fit it, although a tone may stand for them: words come back when they help.
3. In a score that can be, no two clips of words may sound at the same time, and none may outlast its segment.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Final

from coach.errors import ScoreError
from coach.program.dose import Work
from coach.score.compiler import Material, compile_score
from coach.score.counting import room
from coach.score.models import Score
from coach.score.wording import Wording
from coach.units import Frames, seconds

TEMPO_STEP_S: Final = 0.5
"""One "slower" or "faster" of a session: the tempi between the ends of the range that can be asked for."""


def tempi(work: Work) -> tuple[float, ...]:
    """Return the seconds a repetition may take: the standard, both ends of the range, and every step between."""
    fastest, slowest = work.tempo_range
    steps = int((slowest - fastest) / TEMPO_STEP_S) + 1
    between = {fastest + TEMPO_STEP_S * step for step in range(steps)}
    around = {work.cycle_s + TEMPO_STEP_S * step for step in range(-steps, steps + 1)}
    return tuple(sorted({slowest, work.cycle_s} | {cycle for cycle in between | around if fastest <= cycle <= slowest}))


def variations(material: Material) -> Iterator[Material]:
    """Go through a session's works one by one, at every tempo and with every way of taking sides."""
    for work in dict.fromkeys(material.works):
        for sides in work.exercise.sides.allowed:
            for cycle_s in tempi(work):
                yield replace(material, works=(work.with_sides(sides).paced(cycle_s),))


def misfits(material: Material) -> tuple[str, ...]:
    """Return what does not fit anywhere in a session and its variations, each a sentence, each once."""
    found: dict[str, None] = {}
    for varied in (material, *variations(material)):
        try:
            found.update(dict.fromkeys((*speechless(varied), *clashes(compile_score(varied)))))
        except ScoreError as wrong:
            found[str(wrong).rstrip(".")] = None
    return tuple(found)


def speechless(material: Material) -> Iterator[str]:
    """Go through the phases that leave no room for even their shortest words, each a sentence."""
    wording = Wording(material.pack, material.lengths, 0)
    for work in material.works:
        for place, phase in enumerate(work.phases):
            shortest = wording.shortest(f"{work.exercise.id}.{phase.id}")
            over = shortest.length - room(work, place, phase)
            if over > 0:
                yield (
                    f'{material.pack.tag}: {work.exercise.id}.{phase.id} ("{shortest.utterance.text}") is '
                    f"{seconds(Frames(over)):.2f} s too long for its phase at {work.cycle_s:g} s a repetition; "
                    "give it shorter words or a slower tempo"
                )


def clashes(score: Score) -> tuple[str, ...]:
    """Return the words of a score that sound over each other or outlast their segment, each a sentence."""
    spoken = [
        (frame, cue, score.segments[at])
        for frame, (at, cue) in zip(score.cue_frames, score.cues, strict=True)
        if cue.utterance
    ]
    over = [
        f"{score.language}: {one.id} in {segment.id} still sounds when {other.id} begins"
        for (start, one, segment), (following, other, _) in pairwise(spoken)
        if start + one.length > following
    ]
    return (
        *over,
        *(
            f"{score.language}: {cue.id} outlasts its segment {segment.id}"
            for _, cue, segment in spoken
            if cue.offset + cue.length > segment.length
        ),
    )
