"""Lays a program out in time: what is done, how it is said, how long each clip is, becomes a score.

1. Order: an opening; for each block the explanation, one demonstration and, where tones lead, their lesson; then, for
   each set and side, its announcement, the repetitions, and a rest; at the end what was done, and thanks.
2. Repetitions are exact: each lasts its cycle to the frame, whatever is said in it.
3. The score waits after each side's set, where the session asks how it was, and at the end. A set
   counts when every side has done it in every direction (`Segment.ends_set`); half done is not done.
4. Segment ids do not depend on the tempo, so that a place survives a change of it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from coach.language.command_book import Mark
from coach.language.models import LanguagePack
from coach.program.dose import Stint, Work
from coach.program.models import Program
from coach.score.counting import FORMS_BY_AGE, Beat, rep_cues, spoken_frames
from coach.score.framing import Framing
from coach.score.models import Score, Segment, SegmentKind, Side
from coach.score.needed import utterances_needed
from coach.score.passages import Passages, Standing
from coach.score.wording import Wording
from coach.units import Frames, frames

__all__ = ["Material", "blocks", "compile_score", "utterances_needed"]

_AGE_TURNED = 1
"""Age of the words when a set goes on in another direction: they are known, and short ones show the way."""


@dataclass(frozen=True, slots=True)
class Material:
    """All that a score is made of, and its session hears by; change it with `dataclasses.replace` and compile again."""

    program: Program
    works: tuple[Work, ...]
    """One for each block; replaced when tempo, sides or repetitions change."""
    pack: LanguagePack
    lengths: Mapping[str, Frames]
    """Text of an utterance to the length of its clip."""
    familiar: bool = False
    """True for a later session of the day: the explanation is short, demonstration and tone lesson are left out."""
    left_out: frozenset[str] = frozenset()
    """Blocks of which something was skipped: the ending then does not say that they were done."""
    circumstances: frozenset[str] | None = None
    """What is known of the person, such as ``hip-posterior``: decides which rules of the body are said. None where
    nobody has told: then all are."""
    marks: Mapping[Mark, tuple[str, ...]] = field(default_factory=dict)
    """Words of the other languages that are heard, by what they make a phrase of harm mean more exactly."""


def compile_score(material: Material, *, fresh: frozenset[str] = frozenset(), seed: int = 0) -> Score:
    """Return the score of a session.

    Args:
        material: Program, doses, language and clip lengths.
        fresh: Ids of repetitions at which the words start over in full: after a pause or a mistake.
        seed: How many sessions there were before; decides which wording comes first where a line has several.
            Equal input gives equal scores.

    Raises:
        PackError: The pack lacks a line the program needs.
        ScoreError: A line has no clip, or does not fit its phase in any form; the message names
            language, line and the seconds it is too long.
    """
    wording = Wording(material.pack, material.lengths, seed)
    framing = Framing(material.program, wording, material.circumstances)
    named = tuple(blocks(material.works))
    segments = [
        segment
        for passages in _passages(named, wording)
        for segment in _block(passages, fresh, familiar=material.familiar)
    ]
    length = Frames(sum(segment.length for segment in segments))
    opening = framing.opening(segments[0], length, familiar=material.familiar)
    segments = [*filter(None, [opening]), *segments, framing.outro(named, material.left_out)]
    return Score(material.program.id, material.pack.tag, tuple(segments))


def blocks(works: Iterable[Work]) -> Iterator[tuple[str, Work]]:
    """Go through the blocks with their names, which begin the ids of their segments; numbered from the second on."""
    seen: Counter[str] = Counter()
    for work in works:
        seen[work.exercise.id] += 1
        count = seen[work.exercise.id]
        yield (work.exercise.id if count == 1 else f"{work.exercise.id}.{count}"), work


def _passages(named: tuple[tuple[str, Work], ...], wording: Wording) -> Iterator[Passages]:
    """Go through the blocks, each knowing where it stands in the session."""
    said: set[str] = set()
    lain: str | None = None
    turn = 0
    for place, (block, work) in enumerate(named):
        positions = [position.id for position in work.exercise.positions]
        stays = lain in positions
        standing = Standing(place == 0, place + 1 == len(named), stays, turn, said)
        yield Passages(work, block, wording, standing)
        lain = lain if stays else positions[0]
        turn += 2 * work.sets


def _block(passages: Passages, fresh: frozenset[str], *, familiar: bool) -> Iterator[Segment]:
    """Go through the segments of one block."""
    yield passages.lead_in(familiar=familiar)
    if familiar:
        yield from _sets(passages, fresh)
        return
    yield passages.demo()
    sets = tuple(_sets(passages, fresh))
    # Whether tones are taught must not change on the way, where words start over: sets without fresh words decide.
    if _led_by_tones(sets) or (fresh and _led_by_tones(_sets(passages.afresh(), frozenset()))):
        yield from filter(None, [passages.tones()])
    yield from sets


def _led_by_tones(sets: Iterable[Segment]) -> bool:
    """Return whether a tone stands for words anywhere; where none does, none are taught."""
    return any(cue.tone for segment in sets for cue in segment.cues)


def _sets(passages: Passages, fresh: frozenset[str]) -> Iterator[Segment]:
    """Go through the sets of one block, and the rests behind them."""
    stints = passages.work.stints
    for place, stint in enumerate(stints):
        yield passages.set_start(stint)
        yield from _stint(passages, stint, fresh)
        if place + 1 < len(stints) and stint.pause:
            yield passages.rest(stint, Side(stints[place + 1].side))
    yield from filter(None, [passages.rest_after()])


def _stint(passages: Passages, stint: Stint, fresh: frozenset[str]) -> Iterator[Segment]:
    """Go through the repetitions of one side's set, direction by direction."""
    ways = passages.work.directions
    begins, rep = divmod(stint.first - 1, stint.reps)
    for way in range(begins, len(ways)):
        if way > begins:
            yield passages.turn(stint, way)
        yield from _reps(passages, stint, way, fresh, first=rep + 1 if way == begins else 1)


def _reps(passages: Passages, stint: Stint, way: int, fresh: frozenset[str], *, first: int) -> Iterator[Segment]:
    """Go through the repetitions of one side's set in one direction."""
    work = passages.work
    phases = work.phases
    re_entries = [Frames(0)]
    for phase in phases[:-1]:
        re_entries.append(Frames(re_entries[-1] + phase.length))
    name = "/".join(filter(None, (passages.block, f"set{stint.set_number}", stint.side, work.directions[way])))
    age = _AGE_TURNED if way else 0
    spent = Frames(0)
    behind = len(work.directions) - way - 1
    for rep in range(first, stint.reps + 1):
        segment_id = f"{name}/rep{rep:02}"
        age = 0 if segment_id in fresh else age
        last = rep == stint.reps and not behind
        cues = rep_cues(work, phases, passages.wording, Beat(rep, stint.reps, age, spent, passages.turn_of(stint)))
        if rep > len(FORMS_BY_AGE) <= age:
            spent = Frames(spent + spoken_frames(cues))
        yield Segment(
            id=segment_id,
            kind=SegmentKind.REP,
            length=frames(work.cycle_s),
            cues=cues,
            re_entries=tuple(re_entries),
            exercise=work.exercise.id,
            side=Side(stint.side),
            set_number=stint.set_number,
            sets=work.sets,
            rep=rep,
            reps=stint.reps,
            direction=work.directions[way],
            to_come=behind * stint.reps,
            ends_set=last and stint.ends_set,
            waits=last,
        )
        age += 1
