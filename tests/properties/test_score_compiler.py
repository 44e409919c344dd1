"""What holds for every dose, tempo and seed of the shipped programs."""

import functools
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from coach.language.loader import load_packs
from coach.program.dose import works
from coach.program.loader import load_exercises, load_programs
from coach.score.compiler import Material, compile_score, utterances_needed
from coach.score.listing import listing, speech_shares
from coach.score.models import SegmentKind
from coach.score.progress import reps_done, sets_done, transfer
from coach.score.scheduler import re_entry, start_of
from coach.units import Frames, frames

ROOT = Path(__file__).parents[2]


@functools.cache
def planned():
    """Return the material of every shipped program in every language; 65 ms a letter, about 150 words a minute."""
    exercises = load_exercises(ROOT / "config" / "exercises")
    materials = []
    for program in load_programs(ROOT / "config" / "programs", exercises).values():
        doses = works(program, exercises)
        for pack in load_packs(ROOT / "voices").values():
            lines = utterances_needed(program, doses, pack)
            materials.append(Material(program, doses, pack, {line.text: length(line) for line in lines}))
    return materials


def length(line):
    """Return what a line takes: a Korean syllable is about three letters."""
    return Frames(frames(0.065) * sum(3 if letter > "\u1100" else 1 for letter in line.text))


@st.composite
def materials(draw):
    material = draw(st.sampled_from(planned()))
    changed = []
    for work in material.works:
        low, high = work.tempo_range
        paced = work.paced(draw(st.integers(int(low * 10), int(high * 10))) / 10)
        shorter = paced.with_reps(draw(st.integers(1, work.most_reps)))
        changed.append(shorter.with_sides(draw(st.sampled_from(work.exercise.sides.allowed))))
    skipped = frozenset({changed[0].exercise.id}) if draw(st.booleans()) else frozenset()
    return replace(material, works=tuple(changed), familiar=draw(st.booleans()), left_out=skipped)


SEED = st.integers(0, 50)


@given(materials(), SEED)
def test_every_change_a_person_may_ask_for_compiles_and_repetitions_stay_exact(material, seed):
    score = compile_score(material, seed=seed)

    cycles = {work.exercise.id: frames(work.cycle_s) for work in material.works}
    reps = [segment for segment in score.segments if segment.kind is SegmentKind.REP]
    assert all(segment.length == cycles[segment.exercise] for segment in reps)
    assert listing(score) == listing(compile_score(material, seed=seed))


@given(materials(), SEED)
def test_no_two_clips_of_words_overlap(material, seed):
    score = compile_score(material, seed=seed)

    spoken = [
        (frame, frame + cue.length)
        for frame, (_, cue) in zip(score.cue_frames, score.cues, strict=True)
        if cue.utterance
    ]
    assert all(end <= start for (_, end), (start, _) in pairwise(spoken))
    assert all(cue.offset + cue.length <= score.segments[at].length for at, cue in score.cues)


@given(materials(), SEED)
def test_behind_the_third_repetition_at_most_a_fifth_is_speech(material, seed):
    score = compile_score(material, seed=seed)

    assert all(later <= Fraction(1, 5) for _, later, _ in speech_shares(score))


@given(materials(), SEED)
def test_every_repetition_is_counted_once(material, seed):
    score = compile_score(material, seed=seed)

    done = reps_done(score, (segment.id for segment in score.segments))
    sets = sum(work.sets for work in material.works)
    assert done.total == sum(work.total_reps for work in material.works)
    assert sets_done(score, (segment.id for segment in score.segments)) == sets
    assert sum(segment.ends_set for segment in score.segments) == sets


@given(materials(), SEED, st.data())
def test_a_place_survives_a_change_of_tempo(material, seed, data):
    before = compile_score(material, seed=seed)
    slower = tuple(work.paced(data.draw(st.sampled_from(work.tempo_range))) for work in material.works)
    after = compile_score(replace(material, works=slower), seed=seed)
    here = data.draw(st.sampled_from(before.segments))
    offset = Frames(data.draw(st.integers(0, here.length - 1)))
    position = replace(start_of(before, here.id, Frames(0)), offset=offset)

    moved = transfer(before, after, position)

    phase = here.re_entries.index(re_entry(before, position).offset)
    assert moved.segment == here.id
    if here.kind is SegmentKind.REP:
        assert moved.offset == after.segments[after.place(here.id)].re_entries[phase]
    assert re_entry(after, moved).offset == moved.offset


@given(materials(), SEED, st.data())
def test_fresh_words_leave_every_length_as_it_is(material, seed, data):
    plain = compile_score(material, seed=seed)
    reps = [segment.id for segment in plain.segments if segment.kind is SegmentKind.REP]
    fresh = frozenset(data.draw(st.sets(st.sampled_from(reps), max_size=4)))

    score = compile_score(material, seed=seed, fresh=fresh)

    assert [segment.length for segment in score.segments if segment.kind is SegmentKind.REP] == [
        segment.length for segment in plain.segments if segment.kind is SegmentKind.REP
    ]
    assert [segment.id for segment in score.segments] == [segment.id for segment in plain.segments]
