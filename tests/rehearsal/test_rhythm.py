"""The rhythm: every cue sounds at the frame it was planned for, whatever is said in between."""

import itertools

from coach.rehearsal.summary import cues, summary
from coach.session.effects import FollowScore
from coach.session.events import SegmentEnded
from coach.units import frames


def test_every_cue_sounds_at_the_frame_it_was_planned_for(rehearse):
    result = rehearse(program="ankle-pumps")

    entries = summary(result)["cues"]

    assert len(entries) > 40
    assert [cue["played_frame"] for cue in entries] == [cue["planned_frame"] for cue in entries]


def test_a_well_person_completes_every_repetition_of_both_feet(rehearse):
    result = rehearse(program="ankle-pumps")

    numbers = summary(result)

    assert numbers["outcome"] == "completed"
    assert numbers["reps_done"] == {"left": 20, "right": 20}


def test_repetitions_begin_exactly_one_cycle_apart(rehearse):
    result = rehearse(program="ankle-pumps")

    starts = [
        cue.played
        for cue in cues(result.chronicle)
        if cue.id == "ankle-pumps.point" and "/rep" in cue.segment and "set1" in cue.segment
    ]

    assert len(starts) == 10
    assert {later - earlier for earlier, later in itertools.pairwise(starts)} == {frames(4.0)}


def test_pauses_and_repeats_lose_no_repetition_and_count_none_twice(rehearse):
    person = [
        {"after": "cue:ankle-pumps.flex", "nth": 4, "delay_s": 0.7, "say": "pause"},
        {"after": "cue:ankle-pumps.flex", "nth": 4, "delay_s": 12.0, "say": "continue"},
        {"after": "cue:ankle-pumps.point", "nth": 8, "delay_s": 0.4, "say": "repeat"},
        {"after": "cue:ankle-pumps.point", "nth": 11, "delay_s": 0.4, "say": "wait"},
        {"after": "cue:ankle-pumps.point", "nth": 11, "delay_s": 20.0, "say": "carry on"},
    ]

    numbers = summary(rehearse(program="ankle-pumps", person=person))

    assert numbers["outcome"] == "completed"
    assert numbers["reps_done"] == {"left": 20, "right": 20}
    assert all(cue["played_frame"] == cue["planned_frame"] for cue in numbers["cues"])


def test_the_same_rehearsal_twice_is_the_same_to_the_sample(rehearse):
    first = rehearse(program="ankle-pumps", seed=3)
    second = rehearse(program="ankle-pumps", seed=3)

    assert first.played.tobytes() == second.played.tobytes()
    assert first.microphone.tobytes() == second.microphone.tobytes()
    assert summary(first)["phases"] == summary(second)["phases"]


NINETEEN_MINUTES = (
    """
id = "nineteen-minutes"
title = "Five times ankle pumps"
status = "draft"
regime = "prescribed"
per_day = { min = 1, max = 2, origin = "clinician" }
prescribed_by = "A. Physiotherapist"
"""
    + 5
    * (
        '[[block]]\nexercise = "ankle-pumps"\nsets = { v = 2, origin = "clinician" }\n'
        'reps = { v = 25, origin = "clinician" }\nrest_s = { v = 25, origin = "clinician" }\n'
    )
)


def _ends(result):
    """Return each end of a waiting segment: when it was told, and when whoever adds up the lengths expects it."""
    follow = None
    for decision in result.chronicle.decisions:
        event = decision.event
        if isinstance(event, SegmentEnded) and follow is not None:
            place = follow.score.place(event.segment)
            if follow.score.segments[place].waits:
                first = follow.score.place(follow.position.segment)
                lengths = [segment.length for segment in follow.score.segments[first : place + 1]]
                yield event.frame, follow.position.anchor - follow.position.offset + sum(lengths)
        for effect in decision.effects:
            if isinstance(effect, FollowScore):
                follow = effect


def test_nineteen_minutes_end_exactly_on_plan_after_ten_pauses(rehearse, tmp_path):
    program = tmp_path / "nineteen-minutes.toml"
    program.write_text(NINETEEN_MINUTES, encoding="utf-8")
    pauses = [
        {"after": "cue:ankle-pumps.flex", "nth": 20 + 20 * n, "delay_s": delay, "say": said}
        for n in range(10)
        for delay, said in ((0.3 + 0.137 * n, "pause"), (9.0 + 0.731 * n, "continue"))
    ]

    result = rehearse(program=str(program), person=pauses, limit_s=2400)

    numbers = summary(result)
    ends = list(_ends(result))
    assert numbers["outcome"] == "completed"
    assert numbers["reps_done"] == {"left": 250, "right": 250}
    assert [entry["command"] for entry in numbers["hearings"]].count("pause") == 10
    assert len(ends) == 11
    assert [told for told, _ in ends] == [planned for _, planned in ends]
    assert all(cue["played_frame"] == cue["planned_frame"] for cue in numbers["cues"])
