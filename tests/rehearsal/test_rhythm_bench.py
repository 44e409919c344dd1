"""A sample of what `coach bench rhythm --all` measures, and that it would find what is wrong."""

import pytest

from coach.program.dose import SideMode
from coach.rehearsal.rhythm_bench import Beat, beat, beat_of, variations
from coach.rehearsal.scenario import Scenario
from coach.rehearsal.staging import stage
from coach.runtime.chronicle import Sound
from coach.units import BLOCK, frames


def no_bar(_what):
    return lambda _done, _total: None


@pytest.fixture
def staged(house):
    def staged_(program, language):
        script = Scenario(program=program, language=language, limit_s=3600.0)
        return list(variations(stage(house, script, "scripted", no_bar)))

    return staged_


def test_every_tempo_of_every_work_is_played_and_every_way_of_taking_sides(staged):
    works = [one.prepared.material.works[0] for one in staged("ankle-pumps", "en")]

    assert {work.cycle_s for work in works} == {3.0 + step / 2 for step in range(11)}
    assert {work.sides for work in works} == {SideMode.BOTH, SideMode.EACH}


@pytest.mark.parametrize(
    ("program", "language", "which"),
    [("ankle-pumps", "en", 0), ("ankle-pumps", "en", 10), ("five-quiet-minutes", "ko", 0)],
    ids=["quickest", "slowest", "two-exercises"],
)
def test_the_rhythm_is_even_as_it_is_played(staged, program, language, which):
    played = beat(staged(program, language)[which])

    assert played.even
    assert (played.missing, played.off_plan, played.overlaps) == (0, 0, 0)
    assert played.spread <= BLOCK
    assert played.cues > 60


def cue(rep, planned, played, *, text="", length=100, tone="rising"):
    sound = Sound(1, "cue", "pumps.flex", "cue", text, frames(planned), length, tone="" if text else tone)
    sound.segment, sound.played, sound.ended = f"pumps/set1/both/rep{rep:02}", frames(played), frames(played) + length
    return sound


def test_an_even_beat_is_told_as_even():
    assert beat_of([cue(rep, 4.0 * rep, 4.0 * rep) for rep in range(1, 6)]) == Beat(5, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("sounds", "wrong"),
    [
        pytest.param([cue(1, 4, 4), cue(2, 8, 8.5), cue(3, 12, 12)], "off_plan", id="late"),
        pytest.param([cue(1, 4, 4), cue(2, 8.5, 8.5), cue(3, 12, 12)], "spread", id="uneven"),
        pytest.param([cue(1, 4, 4, text="Up.", length=frames(5)), cue(2, 8, 8, text="Up.")], "overlaps", id="overlap"),
    ],
)
def test_what_is_wrong_with_a_beat_is_found(sounds, wrong):
    found = beat_of(sounds)

    assert not found.even
    assert getattr(found, wrong) > 0


def test_a_cue_that_never_sounded_is_missing():
    silent = cue(1, 4, 4)
    silent.played = None

    assert beat_of([silent]).missing == 1
