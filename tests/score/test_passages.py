from dataclasses import replace
from itertools import pairwise

import pytest

from coach.audio.lanes import Lane
from coach.language.utterance import Form
from coach.program.dose import SideMode
from coach.score.compiler import compile_score
from coach.score.models import Tone
from coach.units import frames

PAUSE = frames(0.7)


def segment(score, name):
    return score.segments[score.place(f"pumps/{name}")]


def moments(segment):
    return [cue.id.removeprefix("pumps.") for cue in segment.cues]


def test_the_explanation_goes_from_the_position_to_the_caution(material):
    score = compile_score(material())

    assert moments(segment(score, "lead-in")) == [
        "position",
        "feet-relaxed",
        "both-sides",
        "manner",
        "breathe",
        "pain",
    ]


def test_one_side_at_a_time_is_not_told_to_use_both(material):
    score = compile_score(material(sides=SideMode.EACH))

    assert "both-sides" not in moments(segment(score, "lead-in"))


def test_a_pause_follows_every_sentence_and_each_may_be_entered_again(material):
    lead_in = segment(compile_score(material()), "lead-in")

    for one, other in pairwise(lead_in.cues):
        assert other.offset == one.offset + one.length + PAUSE
    assert lead_in.length == lead_in.cues[-1].offset + lead_in.cues[-1].length + PAUSE
    assert lead_in.re_entries == tuple(cue.offset for cue in lead_in.cues)


def test_the_demonstration_waits_for_each_full_sentence_and_a_second_more(material):
    demo = segment(compile_score(material()), "demo")

    opening, point, falling, flex, rising = demo.cues
    assert [cue.utterance.text for cue in (opening, point, flex)] == [
        "One together, slowly.",
        "Point your toes away from you, and hold.",
        "Bring your toes towards you, and hold.",
    ]
    assert (falling.tone, rising.tone) == (Tone.FALLING, Tone.RISING)
    assert flex.offset - (point.offset + point.length) >= frames(1)
    assert falling.offset > point.offset + point.length
    assert demo.re_entries == (0, point.offset, flex.offset)


def test_a_demonstration_never_holds_longer_than_a_strict_limit_allows(material, exercise):
    strict = exercise.limits.hold_s_max.model_copy(update={"hard": True})
    limits = exercise.limits.model_copy(update={"hold_s_max": strict})
    planned = material(exercise=exercise.model_copy(update={"limits": limits}), cycle_s=8.0)

    demo = segment(compile_score(planned), "demo")

    opening, point, flex = demo.cues
    assert [cue.form for cue in (opening, point, flex)] == [Form.FULL] * 3
    assert flex.offset - point.offset == planned.works[0].phases[0].length
    assert demo.length == point.offset + frames(8) + PAUSE
    assert demo.re_entries == (0, point.offset)


def test_the_demonstration_is_not_counted(material):
    demo = segment(compile_score(material()), "demo")

    assert (demo.rep, demo.set_number, demo.waits) == (0, 0, False)


def test_a_demonstration_is_never_quicker_than_the_exercise(material):
    demo = segment(compile_score(material(cycle_s=8.0)), "demo")

    _, point, flex = demo.re_entries
    assert flex - point >= frames(4)


def test_the_tones_sound_when_they_have_been_named(material):
    lesson = segment(compile_score(material()), "tones")

    assert [cue.tone for cue in lesson.cues] == [None, None, Tone.FALLING, None, Tone.RISING]
    assert [cue.utterance.text for cue in lesson.cues if cue.utterance] == [
        "Soon I will say less.",
        "Toes away.",
        "Toes up.",
    ]
    assert {cue.lane for cue in lesson.cues if cue.tone} == {Lane.BED}


def test_a_lesson_says_that_ticks_count_the_hold(material, exercise):
    point, flex = exercise.phases
    counting = exercise.model_copy(update={"phases": (point.model_copy(update={"count_aloud": True}), flex)})

    lesson = segment(compile_score(material(exercise=counting)), "tones")

    assert lesson.cues[-4].utterance.text == "Ticks count the hold."
    assert [cue.tone for cue in lesson.cues[-3:]] == [Tone.COUNT] * 3


@pytest.mark.parametrize(
    ("sides", "name", "expected"),
    [
        pytest.param(SideMode.BOTH, "set1/both/start", ["set-start", "times"], id="both"),
        pytest.param(SideMode.EACH, "set1/left/start", ["set-start", "side-only", "times"], id="first-side"),
        pytest.param(SideMode.EACH, "set1/right/start", ["side-only", "times"], id="second-side"),
    ],
)
def test_a_set_is_announced_once_and_each_side_by_name(material, sides, name, expected):
    score = compile_score(material(sides=sides))

    assert moments(segment(score, name)) == expected


def test_a_rest_is_told_praised_and_its_end_announced_ten_seconds_before(material):
    rest = segment(compile_score(material()), "set1/both/rest")

    assert moments(rest) == ["rest", "praise", "rest-ending"]
    assert rest.length == frames(30)
    assert rest.cues[-1].offset == frames(20)
    assert rest.re_entries[-1] == frames(20)


def test_nothing_is_left_of_the_side_in_a_rest(material):
    rest = segment(compile_score(material()), "set1/both/rest")

    assert (rest.rep, rest.reps) == (0, 0)


def test_a_rest_between_sides_names_the_side_to_come(material):
    score = compile_score(material(sides=SideMode.EACH))

    assert moments(segment(score, "set1/left/rest")) == ["rest", "switch", "praise", "rest-ending"]
    assert segment(score, "set1/left/rest").cues[1].utterance.text == "We change to the right foot."
    assert segment(score, "set1/right/rest").cues[1].utterance.text == "We change to the left foot."


@pytest.mark.parametrize(
    ("rest_s", "expected"),
    [
        pytest.param(8.0, ["rest", "praise"], id="shorter-than-the-announcement"),
        pytest.param(12.0, ["rest", "praise"], id="too-short-to-announce-its-end"),
        pytest.param(20.0, ["rest", "praise", "rest-ending"], id="long-enough"),
        pytest.param(1.0, ["rest"], id="shorter-than-its-words"),
    ],
)
def test_a_short_rest_has_fewer_words(material, rest_s, expected):
    rest = segment(compile_score(material(rest_s=rest_s)), "set1/both/rest")

    assert moments(rest) == expected
    assert rest.length >= max(frames(rest_s), rest.cues[0].length + PAUSE)


def test_a_change_of_sides_without_a_rest_takes_its_fixed_time(material):
    change = segment(compile_score(material(rest_s=0, sides=SideMode.EACH)), "set1/left/rest")

    assert moments(change) == ["switch"]
    assert change.length == frames(5)


@pytest.mark.parametrize("familiar", [False, True])
def test_no_two_clips_of_words_ever_overlap(material, familiar):
    score = compile_score(replace(material(sides=SideMode.EACH), familiar=familiar))

    spoken = [(score.starts[at] + cue.offset, cue.length) for at, cue in score.cues if cue.utterance]
    for (start, length), (following, _) in pairwise(spoken):
        assert start + length <= following
