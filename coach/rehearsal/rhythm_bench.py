"""The rhythm of every program in every language at every tempo, as it is played.

1. Each rehearsal is lived to its end without sound, by the shipped session, player and mixer; of the clips only their
   measured lengths count.
2. No cue may begin at another frame than the score says, and none may be missing.
3. No two clips of words may sound at the same time, whoever says them.
4. The beat is even: the time from a phase to the same phase of the next repetition, and from one second of a hold to
   the next, may vary by a block at most.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from coach.program.dose import SideMode, Work
from coach.rehearsal.clockwork import jump
from coach.rehearsal.scenario import Scenario
from coach.rehearsal.stage import Stage
from coach.rehearsal.staging import stage
from coach.runtime.chronicle import Sound
from coach.runtime.wiring import BarMaker, House
from coach.score.counting import COUNT
from coach.score.fitting import tempi
from coach.score.models import Tone
from coach.units import BLOCK, Frames

_LIMIT_S: Final = 3600.0
"""Longer than the longest session at its slowest."""


@dataclass(frozen=True, slots=True)
class Beat:
    """What one rehearsal sounded like."""

    cues: int
    missing: int
    """Cues that never sounded, or not to their end."""
    off_plan: Frames
    """Most frames by which a cue began at another frame than the score says."""
    overlaps: int
    """Clips of words that began while others still sounded."""
    spread: Frames
    """Most frames by which the beat varies."""

    @property
    def even(self) -> bool:
        """Return whether the rhythm is as it must be."""
        return not self.missing and not self.overlaps and not self.off_plan and self.spread <= BLOCK


def rhythm_rows(house: House, languages: Iterable[str], progress: BarMaker) -> Iterator[dict[str, Any]]:
    """Go through the programs in every language, each at all tempi and with every way of taking sides.

    Args:
        house: Where things are.
        languages: Tags of the packs.
        progress: Makes progress bars.

    Returns:
        One row a program and language: how many rehearsals and cues, and the worst of each measure.
    """
    for language in languages:
        for program in house.programs:
            script = Scenario(program=program, language=language, limit_s=_LIMIT_S)
            played = [beat(one) for one in variations(stage(house, script, "scripted", progress))]
            yield {
                "program": program,
                "language": language,
                "rehearsals": len(played),
                "cues": sum(one.cues for one in played),
                "missing": sum(one.missing for one in played),
                "most frames off plan": max(one.off_plan for one in played),
                "overlaps": sum(one.overlaps for one in played),
                "most frames uneven": max(one.spread for one in played),
                "even": all(one.even for one in played),
            }


def variations(set_up: Stage) -> Iterator[Stage]:
    """Go through a rehearsal's session at every tempo, and with every way of taking sides at the standard one."""
    planned = set_up.prepared.material.works
    doses = dict.fromkeys([*_paced(planned), *_sided(planned)])
    for works in doses:
        material = replace(set_up.prepared.material, works=works)
        performer = set_up.performer.anew()
        yield replace(set_up, prepared=replace(set_up.prepared, material=material), performer=performer)


def beat(set_up: Stage) -> Beat:
    """Live one rehearsal and return what it sounded like."""
    return beat_of(jump(set_up).chronicle.sounds)


def beat_of(sounds: Iterable[Sound]) -> Beat:
    """Return how even some sounds are, whoever made them."""
    heard = tuple(sounds)
    cues = [sound for sound in heard if sound.kind == "cue"]
    words = sorted((sound.played, sound.ended) for sound in heard if sound.text and sound.played and sound.ended)
    off_plan = [abs(sound.played - sound.planned) for sound in cues if sound.played is not None]
    return Beat(
        cues=len(cues),
        missing=sum(sound.played is None or sound.cut for sound in cues),
        off_plan=Frames(max(off_plan, default=0)),
        overlaps=sum(end > start for (_, end), (start, _) in pairwise(words)),
        spread=_spread(cues),
    )


def _paced(planned: tuple[Work, ...]) -> Iterator[tuple[Work, ...]]:
    """Go through the doses at all tempi of their own, from the quickest to the slowest."""
    ranges = [tempi(work) for work in planned]
    most = max(map(len, ranges))
    for step in range(most):
        yield tuple(
            work.paced(range_[step * (len(range_) - 1) // max(most - 1, 1)])
            for work, range_ in zip(planned, ranges, strict=True)
        )


def _sided(planned: tuple[Work, ...]) -> Iterator[tuple[Work, ...]]:
    for sides in SideMode:
        yield tuple(work.with_sides(sides) if sides in work.exercise.sides.allowed else work for work in planned)


def _spread(cues: Iterable[Sound]) -> Frames:
    """Return by how many frames the beat of some cues varies at most."""
    phases: dict[tuple[str, str], list[int]] = defaultdict(list)
    seconds: dict[str, list[int]] = defaultdict(list)
    for cue in cues:
        if cue.played is None or "/rep" not in cue.segment:
            continue
        if cue.tone == Tone.COUNT:
            seconds[cue.segment].append(cue.played)
        elif not cue.id.endswith(f".{COUNT}"):
            phases[cue.segment.rpartition("/")[0], cue.id].append(cue.played)
    worst = 0
    for starts in (*phases.values(), *seconds.values()):
        intervals = [later - earlier for earlier, later in pairwise(starts)]
        worst = max([worst, max(intervals, default=0) - min(intervals, default=0)])
    return Frames(worst)
