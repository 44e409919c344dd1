from dataclasses import replace

import pytest

from coach.errors import ScoreError
from coach.score.models import Position
from coach.score.scheduler import cues_between, ends_between, following, locate, re_entry, start_of
from coach.units import Frames, frames

REP = "pumps/set1/both/rep{:02}"


def at(segment, offset=0, anchor=1000):
    return Position(segment, Frames(offset), Frames(anchor))


def due(score, position, start, stop):
    return [
        (timed.segment, timed.cue.id, timed.planned)
        for timed in cues_between(score, position, Frames(start), Frames(stop))
    ]


def test_a_cue_is_due_at_its_offset_behind_the_anchor(score):
    assert due(score, at(REP.format(1)), 0, 1200) == [
        (REP.format(1), "pumps.point", 1000),
        (REP.format(1), "pumps.flex", 1100),
    ]


def test_a_window_goes_over_the_end_of_a_segment(score):
    assert due(score, at(REP.format(1)), 1100, 1201) == [
        (REP.format(1), "pumps.flex", 1100),
        (REP.format(2), "pumps.point", 1200),
    ]


def test_a_window_holds_its_first_frame_and_not_its_last(score):
    assert due(score, at(REP.format(1)), 1100, 1200) == [(REP.format(1), "pumps.flex", 1100)]


def test_what_lies_before_the_position_is_not_due(score):
    assert due(score, at(REP.format(1), offset=100), 0, 1100) == [(REP.format(1), "pumps.flex", 1000)]


def test_nothing_is_due_before_the_anchor(score):
    assert due(score, at(REP.format(1)), 0, 1000) == []


def test_nothing_is_due_behind_a_waiting_segment(score):
    assert due(score, at(REP.format(3)), 0, 10**9) == [
        (REP.format(3), "pumps.point", 1000),
        (REP.format(3), "pumps.flex", 1100),
    ]


def test_a_cue_carries_the_frame_at_which_its_segment_began(score):
    (timed,) = cues_between(score, at(REP.format(1), offset=100), Frames(0), Frames(1001))

    assert (timed.anchor, timed.planned) == (900, 1000)


def test_segments_end_one_past_their_last_frame(score):
    assert ends_between(score, at(REP.format(1)), Frames(0), Frames(1401)) == (
        (REP.format(1), 1200),
        (REP.format(2), 1400),
    )


def test_an_end_belongs_to_the_window_that_holds_its_frame(score):
    assert ends_between(score, at(REP.format(1)), Frames(1000), Frames(1200)) == ()
    assert ends_between(score, at(REP.format(1)), Frames(1200), Frames(1201)) == ((REP.format(1), 1200),)


def test_the_waiting_segment_is_the_last_to_end(score):
    ends = ends_between(score, at(REP.format(2)), Frames(0), Frames(10**9))

    assert ends == ((REP.format(2), 1200), (REP.format(3), 1400))


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        pytest.param(500, at(REP.format(1)), id="before-the-anchor"),
        pytest.param(1000, at(REP.format(1)), id="at-the-anchor"),
        pytest.param(1150, at(REP.format(1), 150, 1150), id="inside"),
        pytest.param(1200, at(REP.format(2), 0, 1200), id="first-of-the-next"),
        pytest.param(1599, at(REP.format(3), 199, 1599), id="last-of-the-set"),
        pytest.param(9999, at(REP.format(3), 199, 1599), id="behind-the-waiting-segment"),
    ],
)
def test_a_frame_is_located(score, frame, expected):
    assert expected == locate(score, at(REP.format(1)), Frames(frame))


@pytest.mark.parametrize(("offset", "phase"), [(0, 0), (99, 0), (100, 100), (199, 100)])
def test_resume_returns_to_the_start_of_the_phase(score, offset, phase):
    found = re_entry(score, at(REP.format(1), offset, 1000))

    assert found == at(REP.format(1), phase, 1000 - offset + phase)


def test_resume_returns_to_the_start_of_a_segment_without_phases(score):
    assert re_entry(score, at("pumps/set1/both/rest", 250)).offset == 0


def test_a_segment_starts_at_the_frame_it_is_given(score):
    assert start_of(score, "outro", Frames(7)) == at("outro", 0, 7)


def test_following_gives_the_next_segment(score):
    assert following(score, REP.format(3)).id == "pumps/set1/both/rest"
    assert following(score, "outro") is None


@pytest.mark.parametrize("offset", [-1, 200])
def test_a_position_outside_its_segment_is_refused(score, offset):
    with pytest.raises(ScoreError, match=f"rep01 has no frame {offset}"):
        cues_between(score, at(REP.format(1), offset), Frames(0), Frames(1))


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda score: cues_between(score, at("gone"), Frames(0), Frames(1)), id="cues"),
        pytest.param(lambda score: ends_between(score, at("gone"), Frames(0), Frames(1)), id="ends"),
        pytest.param(lambda score: locate(score, at("gone"), Frames(0)), id="locate"),
        pytest.param(lambda score: re_entry(score, at("gone")), id="re-entry"),
        pytest.param(lambda score: start_of(score, "gone", Frames(0)), id="start"),
        pytest.param(lambda score: following(score, "gone"), id="following"),
    ],
)
def test_an_unknown_segment_is_refused(score, ask):
    with pytest.raises(ScoreError, match="no segment gone"):
        ask(score)


def test_an_hour_with_ten_pauses_ends_exactly_on_plan(hand_made):
    # 899 repetitions of 4 s, one lead-in and so on: a little over an hour without a wait.
    long = hand_made(sets=1, reps=899, phase=frames(2))
    position = start_of(long, long.segments[0].id, Frames(12_345))
    lost = 0

    for pause in range(1, 11):
        heard = locate(long, position, Frames(position.anchor + frames(300) + 7 * pause))
        back = re_entry(long, heard)
        lost += heard.anchor - back.anchor + frames(10) + pause
        position = replace(back, anchor=Frames(heard.anchor + frames(10) + pause))

    (*_, (last, end)) = ends_between(long, position, position.anchor, Frames(10**12))
    assert last == "pumps/set1/both/rep899"
    assert end - lost == 12_345 + 400 + 500 + 120 + 899 * frames(4)
