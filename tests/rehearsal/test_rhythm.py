"""The rhythm: every cue sounds at the frame it was planned for, whatever is said in between."""

import itertools

from coach.rehearsal.summary import cues, summary
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
