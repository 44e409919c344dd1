from dataclasses import replace
from itertools import pairwise

import pytest

from coach.errors import PackError, ScoreError
from coach.language.utterance import Form
from coach.program.dose import SideMode
from coach.score.compiler import compile_score, utterances_needed
from coach.score.models import SegmentKind, Side
from coach.units import Frames, frames


def ids(score):
    return [segment.id for segment in score.segments]


def segment(score, segment_id):
    return score.segments[score.place(segment_id)]


def texts(segment):
    return [cue.utterance.text for cue in segment.cues if cue.utterance]


def test_a_session_goes_from_explanation_through_sets_and_rests_to_a_kind_word(material):
    score = compile_score(material(reps=2))

    assert ids(score) == [
        "pumps/opening",
        "pumps/lead-in",
        "pumps/demo",
        "pumps/set1/both/start",
        "pumps/set1/both/rep01",
        "pumps/set1/both/rep02",
        "pumps/set1/both/rest",
        "pumps/set2/both/start",
        "pumps/set2/both/rep01",
        "pumps/set2/both/rep02",
        "outro",
    ]


@pytest.mark.parametrize(
    ("dose", "taught"),
    [
        pytest.param({"reps": 3}, False, id="words-to-the-end"),
        pytest.param({"reps": 4}, True, id="one-led-by-tones"),
        pytest.param({"reps": 3, "cycle_s": 0.8}, True, id="too-quick-for-words"),
    ],
)
def test_tones_are_taught_where_they_lead(dose, taught, material):
    assert ("pumps/tones" in ids(compile_score(material(**dose)))) is taught


def test_what_tones_are_for_is_told_at_the_first_exercise_they_lead(material, work):
    score = compile_score(material(works=(work(reps=3), work(reps=4), work(reps=4))))

    assert "pumps/tones" not in ids(score)
    assert texts(segment(score, "pumps.2/tones"))[0] == "Soon I will say less."
    assert texts(segment(score, "pumps.3/tones"))[0] == "Its tones."


def test_sides_that_take_turns_rest_between(material):
    score = compile_score(material(reps=1, sides=SideMode.EACH))

    assert (
        ids(score)[3:-1]
        == [
            f"pumps/set{number}/{side}/{name}"
            for number in (1, 2)
            for side in ("left", "right")
            for name in ("start", "rep01", "rest")
        ][:-1]
    )


def test_without_a_rest_the_set_leads_to_the_next(material):
    score = compile_score(material(reps=1, rest_s=0))

    assert ids(score)[4:7] == ["pumps/set1/both/rep01", "pumps/set2/both/start", "pumps/set2/both/rep01"]


def test_every_repetition_lasts_its_cycle_to_the_frame(material):
    score = compile_score(material(cycle_s=3.3))

    lengths = {segment.length for segment in score.segments if segment.kind is SegmentKind.REP}
    assert lengths == {frames(3.3)}


def test_the_score_waits_after_each_sides_set_and_at_the_end(material):
    score = compile_score(material(reps=3, sides=SideMode.EACH))

    assert [segment.id for segment in score.segments if segment.waits] == [
        "pumps/set1/left/rep03",
        "pumps/set1/right/rep03",
        "pumps/set2/left/rep03",
        "pumps/set2/right/rep03",
        "outro",
    ]


def test_a_set_is_complete_when_the_last_side_has_done_it(material):
    score = compile_score(material(reps=3, sides=SideMode.EACH))

    assert [segment.id for segment in score.segments if segment.ends_set] == [
        "pumps/set1/right/rep03",
        "pumps/set2/right/rep03",
    ]


def test_a_repetition_may_be_entered_at_each_phase(material):
    score = compile_score(material())

    assert segment(score, "pumps/set1/both/rep04").re_entries == (0, frames(2))


def test_a_tempo_changes_no_segment_id(material, work):
    standard = material()
    slower = replace(standard, works=(work().paced(6.0),))

    assert ids(compile_score(slower)) == ids(compile_score(standard))


def test_an_exercise_done_twice_has_two_blocks(material, work):
    score = compile_score(material(works=(work(sets=1, reps=1), work(sets=1, reps=2))))

    assert [name for name in ids(score) if "rep" in name] == [
        "pumps/set1/both/rep01",
        "pumps.2/set1/both/rep01",
        "pumps.2/set1/both/rep02",
    ]
    assert {segment.exercise for segment in score.segments} == {"pumps", ""}


def test_a_later_session_of_the_day_is_explained_briefly(material):
    score = compile_score(replace(material(), familiar=True))

    assert ids(score)[:2] == ["pumps/lead-in", "pumps/set1/both/start"]
    assert texts(score.segments[0]) == ["Lie on your back.", "Keep breathing.", "It should never hurt."]


def test_a_reminder_is_short_where_the_pack_has_short_words(material):
    lines = {"caution__pain": {"full": "It should never hurt. Tell me if it does.", "short": "Never into pain."}}

    first = compile_score(material(lines=lines))
    later = compile_score(replace(material(lines=lines), familiar=True))

    assert texts(segment(first, "pumps/lead-in"))[-1] == "It should never hurt. Tell me if it does."
    assert texts(segment(later, "pumps/lead-in"))[-1] == "Never into pain."


def test_the_ending_tells_what_was_done(material):
    score = compile_score(material())

    assert texts(segment(score, "outro")) == ["That was all of it.", "Pumps", "Twenty times.", "Thank you."]


def test_the_ending_of_sides_that_take_turns_tells_of_each(material):
    score = compile_score(material(sides=SideMode.EACH))

    assert "Twenty times on each side." in texts(segment(score, "outro"))


def test_the_ending_tells_only_of_the_exercises_that_were_finished(material, work):
    planned = material(works=(work(sets=1, reps=3), work(sets=1, reps=4)))

    score = compile_score(replace(planned, left_out=frozenset({"pumps"})))

    assert texts(segment(score, "outro")) == ["This is what you did.", "Pumps", "Four times.", "Thank you."]


def test_the_ending_tells_nothing_that_is_not_certain(material):
    score = compile_score(replace(material(), left_out=frozenset({"pumps"})))

    assert texts(segment(score, "outro")) == ["Thank you."]


def test_a_dose_changed_on_the_way_ends_with_what_was_really_done(material, work):
    planned = material()
    lines = utterances_needed(planned.program, planned.works, planned.pack)
    rendered = replace(planned, lengths={line.text: Frames(4800) for line in lines})

    score = compile_score(replace(rendered, works=(work().with_reps(7, from_set=2),)))

    assert "Seventeen times." in texts(segment(score, "outro"))


def test_equal_input_gives_an_equal_score(material):
    assert compile_score(material(), seed=3) == compile_score(material(), seed=3)


def test_seeds_begin_with_different_wordings(material):
    lines = {"score__welcome": ["Welcome.", "Good to see you."]}

    openings = {texts(compile_score(material(lines=lines), seed=seed).segments[0])[0] for seed in range(2)}

    assert openings == {"Welcome.", "Good to see you."}


def test_no_wording_is_heard_twice_in_a_row(material):
    for seed in range(10):
        score = compile_score(material(sets=3, sides=SideMode.EACH), seed=seed)

        praise = [cue.utterance.text for s in score.segments for cue in s.cues if cue.id == "pumps.praise"]
        assert len(praise) == 5
        assert all(one != other for one, other in pairwise(praise))


def test_words_start_over_in_full_at_a_fresh_repetition(material):
    fresh = frozenset({"pumps/set1/both/rep06"})

    score = compile_score(material(cycle_s=6.0), fresh=fresh)

    forms = [segment(score, f"pumps/set1/both/rep{rep:02}").cues[0].form for rep in range(1, 11)]
    words = [Form.FULL, Form.SHORT, Form.WORD]
    assert forms == [*words, None, None, *words, None, None]


def test_fresh_words_change_no_other_segment(material):
    plain = compile_score(material())
    fresh = compile_score(material(), fresh=frozenset({"pumps/set1/both/rep06"}))

    changed = [one.id for one, other in zip(plain.segments, fresh.segments, strict=True) if one != other]
    assert changed == [f"pumps/set1/both/rep0{rep}" for rep in (6, 7, 8)]


def test_a_line_without_a_clip_is_named(material):
    with pytest.raises(ScoreError, match=r'en: the line pumps.position has no clip for "Lie on your back."'):
        compile_score(material(lengths={}))


@pytest.mark.parametrize("key", ["pumps.position", "ankle-pumps.manner", "caution.pain", "score.tones", "pumps.flex"])
def test_a_pack_that_lacks_a_line_is_refused(key, material):
    table, name = key.split(".")
    lacking = material(lines={key.replace(".", "__"): None})

    with pytest.raises(PackError, match=rf"table \[{table}\], key {name}: this phrase is missing"):
        compile_score(lacking)
    with pytest.raises(PackError, match=rf"table \[{table}\], key {name}: this phrase is missing"):
        utterances_needed(lacking.program, lacking.works, lacking.pack)


def test_an_exercise_may_have_a_line_of_its_own(material):
    score = compile_score(material(lines={"pumps__set-start": "Pumping, set {n}."}))

    assert texts(segment(score, "pumps/set1/both/start"))[0] == "Pumping, set one."


def test_each_line_is_needed_once(material):
    planned = material()

    needed = utterances_needed(planned.program, planned.works, planned.pack)

    assert len(needed) == len(set(needed))
    assert {"Five.", "Ten.", "Away.", "The left foot only.", "We change to the right foot.", "Seventeen times."} <= {
        line.text for line in needed
    }


def test_the_side_in_work_is_written_on_every_segment_of_a_set(material):
    score = compile_score(material(reps=2, sides=SideMode.EACH))

    for found in score.segments:
        if found.set_number:
            assert found.id.startswith(f"pumps/set{found.set_number}/{found.side}/")
            assert found.side in {Side.LEFT, Side.RIGHT}
