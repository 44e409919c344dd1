"""What holds for every score, position and window."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from coach.score.models import Cue, Position, Score, Segment, SegmentKind
from coach.score.scheduler import cues_between, ends_between, locate, re_entry, start_of
from coach.units import Frames


@st.composite
def segments(draw, number):
    length = draw(st.integers(1, 60))
    offsets = st.lists(st.integers(0, length - 1), max_size=3)
    return Segment(
        id=f"block/{number}",
        kind=SegmentKind.REP,
        length=Frames(length),
        cues=tuple(Cue(f"block.{place}", Frames(offset)) for place, offset in enumerate(draw(offsets))),
        re_entries=tuple(Frames(offset) for offset in sorted({0, *draw(offsets)})),
        waits=draw(st.booleans()),
    )


@st.composite
def situations(draw):
    count = draw(st.integers(1, 6))
    score = Score("any", "en", tuple(draw(segments(number)) for number in range(count)))
    here = draw(st.sampled_from(score.segments))
    position = Position(here.id, Frames(draw(st.integers(0, here.length - 1))), Frames(draw(st.integers(-50, 500))))
    return score, position


FRAME = st.integers(-100, 1000).map(Frames)
SHIFT = st.integers(-(10**9), 10**9)


@given(situations(), FRAME, FRAME, FRAME)
def test_cutting_a_window_in_two_changes_nothing(situation, one, two, three):
    score, position = situation
    low, middle, high = sorted((one, two, three))

    for ask in (cues_between, ends_between):
        assert ask(score, position, low, high) == (
            *ask(score, position, low, middle),
            *ask(score, position, middle, high),
        )


@given(situations(), FRAME, FRAME, SHIFT)
def test_shifting_the_anchor_shifts_everything_alike(situation, start, stop, shift):
    score, position = situation
    later = replace(position, anchor=Frames(position.anchor + shift))

    cues = cues_between(score, later, Frames(start + shift), Frames(stop + shift))
    ends = ends_between(score, later, Frames(start + shift), Frames(stop + shift))

    assert cues == tuple(
        replace(timed, anchor=timed.anchor + shift, planned=timed.planned + shift)
        for timed in cues_between(score, position, start, stop)
    )
    assert ends == tuple((name, end + shift) for name, end in ends_between(score, position, start, stop))


@given(situations())
def test_nothing_is_due_behind_a_waiting_segment_nor_before_the_position(situation):
    score, position = situation
    place = score.place(position.segment)
    reach = next((at for at in range(place, len(score.segments)) if score.segments[at].waits), len(score.segments))
    allowed = [segment.id for segment in score.segments[place : reach + 1]]

    cues = cues_between(score, position, Frames(-(10**6)), Frames(10**6))
    ends = ends_between(score, position, Frames(-(10**6)), Frames(10**6))

    assert [name for name, _ in ends] == allowed
    assert all(timed.planned >= position.anchor and timed.segment in allowed for timed in cues)
    expected = sum(len(score.segments[at].cues) for at in range(place, place + len(allowed)))
    passed = sum(cue.offset < position.offset for cue in score.segments[place].cues)
    assert len(cues) == expected - passed


@given(situations(), FRAME)
def test_where_a_frame_falls_is_on_the_same_line_of_time(situation, frame):
    score, position = situation
    found = locate(score, position, frame)
    # From the frame found, everything still due is due at the same frames as before.
    behind = Frames(10**6)

    assert cues_between(score, found, found.anchor, behind) == cues_between(score, position, found.anchor, behind)
    assert locate(score, found, found.anchor) == found
    assert locate(score, position, found.anchor) == found


@given(situations())
def test_re_entry_goes_back_and_leads_to_the_same_place(situation):
    score, position = situation
    back = re_entry(score, position)

    assert back.segment == position.segment
    assert back.offset in score.segments[score.place(position.segment)].re_entries
    assert back.offset <= position.offset
    assert re_entry(score, back) == back
    assert locate(score, back, position.anchor) == position


@given(situations())
def test_every_run_ends_after_the_lengths_of_its_segments(situation):
    score, position = situation
    start = start_of(score, position.segment, Frames(0))

    end = 0
    for name, frame in ends_between(score, start, Frames(0), Frames(10**6)):
        end += score.segments[score.place(name)].length
        assert frame == end
