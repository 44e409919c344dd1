from dataclasses import replace

import pytest

from coach.audio.lanes import Lane
from coach.language.utterance import Utterance
from coach.program.dose import SideMode
from coach.score.compiler import compile_score
from coach.score.fitting import clashes, misfits, tempi, variations
from coach.score.models import Cue, Score, Segment, SegmentKind
from coach.units import Frames


def test_the_tempi_are_all_that_can_be_asked_for(work):
    assert tempi(work()) == (3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5, 7.0, 7.5, 8.0)


def test_steps_are_counted_from_the_standard_too(work):
    assert {3.2, 3.7, 4.2, 7.7} <= set(tempi(work(cycle_s=4.2)))


def test_every_way_of_taking_sides_is_tried_at_every_tempo(material):
    tried = {(varied.works[0].sides, varied.works[0].cycle_s) for varied in variations(material())}

    assert tried == {(sides, cycle / 2) for sides in (SideMode.BOTH, SideMode.EACH) for cycle in range(6, 17)}


def test_what_fits_everywhere_is_no_misfit(material):
    assert misfits(material()) == ()


def test_a_word_too_long_for_a_quick_tempo_is_told_with_the_tempo_and_by_how_much(material):
    # The quickest repetition takes 3 s, each phase 1.5 s: 1.3 s for words; a letter takes 50 ms.
    lines = {"pumps__flex": {"full": "Toes towards your nose now, and hold.", "word": "x" * 28}}

    (found,) = misfits(material(lines=lines))

    assert found.startswith("en: pumps.flex (")
    assert found.endswith(
        "is 0.10 s too long for its phase at 3 s a repetition; give it shorter words or a slower tempo"
    )


def test_a_line_without_a_clip_is_a_misfit(material):
    (found,) = misfits(material(lengths={}))

    assert "has no clip" in found


def spoken(moment, offset, length):
    return Cue(f"pumps.{moment}", Frames(offset), Utterance("en", "k", "Words."), lane=Lane.CUE, length=Frames(length))


@pytest.mark.parametrize(
    ("cues", "told"),
    [
        pytest.param([spoken("one", 0, 100), spoken("two", 100, 50)], [], id="side-by-side"),
        pytest.param([spoken("one", 0, 101), spoken("two", 100, 50)], ["still sounds when pumps.two"], id="overlap"),
        pytest.param([spoken("one", 150, 51)], ["outlasts its segment"], id="too-long"),
    ],
)
def test_words_that_sound_over_each_other_are_found(cues, told):
    segment = Segment("pumps/set1/both/rep01", SegmentKind.REP, Frames(200), tuple(cues))

    found = clashes(Score("pumps", "en", (segment,)))

    assert len(found) == len(told)
    assert all(part in one for part, one in zip(told, found, strict=True))


def test_a_tone_may_sound_with_words(material):
    score = compile_score(replace(material(), familiar=True))

    assert clashes(score) == ()
