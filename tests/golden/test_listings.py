from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from coach.score.compiler import compile_score
from coach.score.fitting import misfits
from coach.score.listing import listing, speech_shares
from coach.score.models import SegmentKind
from coach.score.script import script
from coach.units import frames

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROGRAMS = sorted(path.stem for path in (ROOT / "config" / "programs").glob("*.toml"))
EVERY_CUE = ("ankle-pumps", "leg-circulation")
"""Programs whose every cue is reviewed as well: both feet together, and sides with directions."""
LANGUAGES = sorted(path.parent.name for path in (ROOT / "voices").glob("*/pack.toml"))

each_program = pytest.mark.parametrize("program", PROGRAMS)
each_language = pytest.mark.parametrize("language", LANGUAGES)


def first_movement(score):
    """Return the frame at which the first cue of a movement sounds."""
    phases = {cue.id for segment in score.segments if segment.kind is SegmentKind.REP for cue in segment.cues}
    return next(frame for frame, (_, cue) in zip(score.cue_frames, score.cues, strict=True) if cue.id in phases)


@each_program
@each_language
def test_the_script_is_the_one_that_was_reviewed(program, language, materials, updating):
    _is_reviewed(script(compile_score(materials(program, language))), f"{program}.{language}.txt", updating=updating)


@pytest.mark.parametrize("program", EVERY_CUE)
@each_language
def test_every_cue_stands_where_it_was_reviewed(program, language, materials, updating):
    text = listing(compile_score(materials(program, language)))

    _is_reviewed(text, f"{program}.{language}.cues.txt", updating=updating)


def _is_reviewed(text, name, *, updating):
    golden = HERE / name
    if updating:
        golden.write_text(text, "utf-8")
    if not golden.exists():
        pytest.fail(f"{golden.name} is missing; run `pytest tests/golden --update-golden` and review it", pytrace=False)
    assert text == golden.read_text("utf-8"), "run `pytest tests/golden --update-golden` and review the difference"


@each_program
@each_language
def test_every_cue_fits_at_every_tempo_and_on_every_side(program, language, materials):
    assert misfits(materials(program, language)) == ()


@each_program
@each_language
def test_behind_the_third_repetition_at_most_a_fifth_of_a_set_is_speech(program, language, materials):
    score = compile_score(materials(program, language))

    assert [name for name, later, _ in speech_shares(score) if later > Fraction(1, 5)] == []


@each_program
@each_language
@pytest.mark.parametrize(
    ("familiar", "limit_s"),
    [pytest.param(False, 45, id="first-of-the-day"), pytest.param(True, 20, id="later")],
)
def test_the_first_movement_comes_soon(program, language, familiar, limit_s, materials):
    # DESIGN 13: at most 45 s from "yes" to the first pump, 20 s later in the day; the session's own line comes on top.
    score = compile_score(replace(materials(program, language), familiar=familiar))

    assert first_movement(score) <= frames(limit_s)


def test_no_listing_is_left_of_a_program_that_is_gone():
    listings = {path.name for path in HERE.glob("*.txt")}

    expected = {f"{program}.{language}.txt" for program in PROGRAMS for language in LANGUAGES}
    assert listings == expected | {f"{program}.{language}.cues.txt" for program in EVERY_CUE for language in LANGUAGES}
