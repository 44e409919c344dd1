from dataclasses import replace

import pytest

from coach.errors import ScoreError
from coach.score.models import Cue, Score
from coach.units import Frames


def test_a_score_finds_its_segments_by_id(score):
    assert score.segments[score.place("pumps/set1/both/rep02")].rep == 2


def test_an_unknown_segment_is_named(score):
    with pytest.raises(ScoreError, match="no segment pumps/set9/both/rep01"):
        score.place("pumps/set9/both/rep01")


def test_a_segment_id_may_stand_once_only(score):
    with pytest.raises(ScoreError, match="pumps/lead-in stands twice"):
        Score("pumps", "en", (*score.segments, score.segments[0]))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        pytest.param({"length": Frames(0)}, "has no length", id="no-length"),
        pytest.param({"cues": (Cue("pumps.point", Frames(200)),)}, "outside the segment", id="cue-behind"),
        pytest.param({"cues": (Cue("pumps.point", Frames(-1)),)}, "outside the segment", id="cue-before"),
        pytest.param({"re_entries": (Frames(1),)}, "must ascend from 0", id="not-from-0"),
        pytest.param({"re_entries": (Frames(0), Frames(50), Frames(50))}, "must ascend from 0", id="not-ascending"),
        pytest.param({"re_entries": (Frames(0), Frames(200))}, "must ascend from 0", id="re-entry-behind"),
        pytest.param({"re_entries": ()}, "must ascend from 0", id="none"),
    ],
)
def test_a_segment_that_makes_no_sense_is_refused(score, change, complaint):
    rep = score.segments[score.place("pumps/set1/both/rep01")]

    with pytest.raises(ScoreError, match=complaint):
        Score("pumps", "en", (replace(rep, **change),))


def test_a_score_runs_on_by_itself_to_the_end_of_the_next_waiting_segment(score):
    ends = dict(zip((segment.id for segment in score.segments), score.run_ends, strict=True))

    assert ends["pumps/lead-in"] == 400 + 500 + 120 + 600
    assert ends["pumps/set1/both/rep03"] == 400 + 500 + 120 + 600
    assert ends["pumps/set1/both/rest"] == 1620 + 300 + 120 + 600
    assert ends["outro"] == score.starts[-1] == 2840


def test_the_block_is_the_first_part_of_the_id(score):
    assert {segment.block for segment in score.segments} == {"pumps", "outro"}
