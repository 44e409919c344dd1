"""Lays a program out in time: what is done, how it is said, how long each clip is, becomes a score.

1. Order: for each block the explanation, one demonstration and the lesson of the tones; then, for
   each set and side, its announcement, the repetitions, and a rest; at the end a few kind words.
2. Repetitions are exact: each lasts its cycle to the frame, whatever is said in it.
3. The score waits after each side's set, where the session asks how it was, and at the end. A set
   counts when every side has done it (`Segment.ends_set`); half done is not done.
4. Segment ids do not depend on the tempo, so that a place survives a change of it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from coach.language.models import LanguagePack
from coach.language.utterance import Form, Utterance
from coach.program.dose import SideMode, Stint, Work
from coach.program.limits import HOLD_S_MAX
from coach.program.models import Program
from coach.score.counting import COUNT, COUNT_EVERY, FORMS_BY_AGE, HALFWAY, LAST, rep_cues, spoken_frames
from coach.score.models import Score, Segment, SegmentKind, Side
from coach.score.passages import Passages, explained, outro
from coach.score.wording import FORMS, Wording
from coach.units import Frames, frames


@dataclass(frozen=True, slots=True)
class Material:
    """All that a score is made of; change it with `dataclasses.replace` and compile again."""

    program: Program
    works: tuple[Work, ...]
    """One for each block; replaced when tempo, sides or repetitions change."""
    pack: LanguagePack
    lengths: Mapping[str, Frames]
    """Text of an utterance to the length of its clip."""
    familiar: bool = False
    """True for a later session of the day: the explanation is short, demonstration and tone lesson are left out."""
    cut_short: bool = False
    """True once something was skipped: the ending then does not say that all was done."""


def compile_score(material: Material, *, fresh: frozenset[str] = frozenset(), seed: int = 0) -> Score:
    """Return the score of a session.

    Args:
        material: Program, doses, language and clip lengths.
        fresh: Ids of repetitions at which the words start over in full: after a pause or a mistake.
        seed: Which wording comes first where a line has several; equal input gives equal scores.

    Raises:
        PackError: The pack lacks a line the program needs.
        ScoreError: A line has no clip, or does not fit its phase in any form; the message names
            language, line and the seconds it is too long.
    """
    wording = Wording(material.pack, material.lengths, seed)
    segments: list[Segment] = []
    for block, work in blocks(material.works):
        passages = Passages(work, block, wording)
        segments.append(passages.lead_in(familiar=material.familiar))
        if not material.familiar:
            segments += [passages.demo(), *filter(None, [passages.tones()])]
        for place, stint in enumerate(work.stints):
            segments.append(passages.set_start(stint))
            segments += _reps(block, work, stint, wording, fresh)
            if place + 1 < len(work.stints) and stint.pause:
                segments.append(passages.rest(stint, Side(work.stints[place + 1].side)))
    segments.append(outro(wording, _told(material, wording)))
    return Score(material.program.id, material.pack.tag, tuple(segments))


def utterances_needed(program: Program, works: tuple[Work, ...], pack: LanguagePack) -> tuple[Utterance, ...]:  # noqa: ARG001 - the program, its works and a language go together everywhere
    """Return every line that a score of these works may speak, at any tempo, on any side, for any seed.

    Args:
        program: The program.
        works: Its blocks with nothing left open.
        pack: The language.

    Returns:
        Each line once, roughly in the order in which it is first heard.

    Raises:
        PackError: The pack lacks a line the program needs.
    """
    wanted = [line for work in works for line in _wanted(work, pack)]
    wanted += [("score.outro-done", _done(works)), ("score.outro-thanks", {})]
    return tuple(
        dict.fromkeys(
            pack.utterance(key, form, variant, **slots)
            for key, slots in wanted
            for form in FORMS
            # A phrase that is missing altogether is asked for once, and named by the pack.
            for variant in range(max(pack.variants(key, form), form is Form.FULL))
        )
    )


def _wanted(work: Work, pack: LanguagePack) -> Iterator[tuple[str, dict[str, int | str]]]:
    """Go through the keys of one block, each with every filling it may need."""
    exercise = work.exercise
    for moment in (*explained(exercise.id, pack), "demo", *(phase.id for phase in exercise.phases)):
        yield f"{exercise.id}.{moment}", {}
    if pack.has(f"{exercise.id}.tones"):
        yield f"{exercise.id}.tones", {}
    for number in range(1, work.sets + 1):
        yield f"{exercise.id}.set-start", {"n": number, "m": work.sets}
    if SideMode.EACH in exercise.sides.allowed:
        for side in (Side.LEFT, Side.RIGHT):
            yield f"{exercise.id}.{side}", {}
            yield f"{exercise.id}.switch", {"side": f"side.{side}"}
    held = range(1, int(HOLD_S_MAX) + 1) if any(phase.count_aloud for phase in exercise.phases) else ()
    for number in sorted({*range(COUNT_EVERY, work.most_reps, COUNT_EVERY), *held}):
        yield COUNT, {"n": number}
    for pause_s in sorted({work.rest_s, max(work.rest_s, work.switch_gap_s)}):
        yield "score.rest", {"n": round(pause_s)}
    for key in (HALFWAY, LAST, "score.rest-ending", "score.praise"):
        yield key, {}


def blocks(works: Iterable[Work]) -> Iterator[tuple[str, Work]]:
    """Go through the blocks with their names, which begin the ids of their segments; numbered from the second on."""
    seen: Counter[str] = Counter()
    for work in works:
        seen[work.exercise.id] += 1
        count = seen[work.exercise.id]
        yield (work.exercise.id if count == 1 else f"{work.exercise.id}.{count}"), work


def _reps(block: str, work: Work, stint: Stint, wording: Wording, fresh: frozenset[str]) -> Iterator[Segment]:
    """Go through the repetitions of one side's set."""
    re_entries = [Frames(0)]
    for phase in work.phases[:-1]:
        re_entries.append(Frames(re_entries[-1] + phase.length))
    age = 0
    spent = Frames(0)
    for rep in range(1, work.reps + 1):
        segment_id = f"{block}/set{stint.set_number}/{stint.side}/rep{rep:02}"
        age = 0 if segment_id in fresh else age
        last = rep == work.reps
        cues = rep_cues(work, wording, rep, age, spent)
        if rep > len(FORMS_BY_AGE):
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
            reps=work.reps,
            ends_set=last and stint.side != Side.LEFT,
            waits=last,
        )
        age += 1


def _told(material: Material, wording: Wording) -> dict[str, dict[str, int | str]]:
    """Return the lines of the ending: what was done, where that is certain, and thanks."""
    thanks: dict[str, dict[str, int | str]] = {"score.outro-thanks": {}}
    done = _done(material.works)
    # A dose that was changed on the way has no clip for its sum: then only thanks are said, never a wrong number.
    if material.cut_short or not wording.rendered("score.outro-done", **done):
        return thanks
    return {"score.outro-done": done, **thanks}


def _done(works: tuple[Work, ...]) -> dict[str, int | str]:
    """Return the sets of a whole session and the repetitions of each side in them."""
    return {"sets": sum(work.sets for work in works), "reps": sum(work.sets * work.reps for work in works)}
