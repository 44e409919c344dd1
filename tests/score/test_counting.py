import pytest

from coach.audio.lanes import Lane
from coach.errors import ScoreError
from coach.language.utterance import Form
from coach.score.compiler import compile_score
from coach.score.models import SegmentKind, Tone
from coach.units import Frames, frames


def reps(score):
    return [segment for segment in score.segments if segment.kind is SegmentKind.REP and segment.set_number == 1]


def said(rep, moment):
    return [cue for cue in rep.cues if cue.id == f"pumps.{moment}"]


@pytest.mark.parametrize(
    ("cycle_s", "forms"),
    [
        pytest.param(8.0, [Form.FULL, Form.SHORT, Form.WORD, None], id="slow-all-fits"),
        pytest.param(4.0, [Form.SHORT, Form.SHORT, Form.WORD, None], id="standard-no-sentence"),
        pytest.param(1.2, [Form.WORD, Form.WORD, Form.WORD, None], id="quick-one-word"),
    ],
)
def test_words_grow_shorter_and_give_way_to_tones(material, cycle_s, forms):
    score = compile_score(material(cycle_s=cycle_s))

    assert [said(rep, "point")[0].form for rep in reps(score)[:4]] == forms


def test_a_tempo_too_quick_for_words_is_led_by_tones_from_the_start(material):
    lines = {"pumps__point": {"full": "Toes away.", "word": "Away now."}}

    score = compile_score(material(cycle_s=1.2, lines=lines))

    assert [cue.tone for rep in reps(score) for cue in said(rep, "point")] == [Tone.FALLING] * 10


def test_a_phase_sounds_at_its_first_frame_whatever_sounds(material):
    for rep in reps(compile_score(material())):
        assert [cue.offset for cue in (*said(rep, "point"), *said(rep, "flex"))] == [0, frames(2)]


def test_tones_go_the_way_of_the_foot_in_the_bed_lane(material):
    rep = reps(compile_score(material()))[3]

    assert [(cue.id, cue.tone, cue.lane, cue.utterance) for cue in rep.cues] == [
        ("pumps.point", Tone.FALLING, Lane.BED, None),
        ("pumps.flex", Tone.RISING, Lane.BED, None),
    ]


def test_words_are_spoken_in_the_cue_lane_without_a_tone(material):
    rep = reps(compile_score(material()))[0]

    assert {(cue.lane, cue.tone) for cue in rep.cues} == {(Lane.CUE, None)}


def test_every_fifth_repetition_is_counted_when_it_is_done(material):
    score = compile_score(material(reps=15))

    counts = {rep.rep: (cue.offset, cue.utterance.text) for rep in reps(score) for cue in said(rep, "count")}
    after_tone = frames(2) + frames(0.35)
    assert counts[5] == (after_tone, "Five.")
    assert counts[10] == (after_tone, "Ten.")
    assert sorted(counts) == [5, 10, 15]


def test_half_of_the_set_is_announced(material):
    (cue,) = said(reps(compile_score(material(reps=10)))[4], "count")

    assert cue.utterance.text == "Halfway."


def test_the_last_repetition_is_announced_as_it_begins(material):
    (cue,) = said(reps(compile_score(material(reps=10)))[-1], "count")

    assert cue.offset == frames(0.35)
    assert cue.utterance.text == "And now the last one."


def test_a_set_of_one_has_no_last_one(material):
    assert said(reps(compile_score(material(reps=1)))[0], "count") == []


def test_what_may_be_left_out_is_where_it_does_not_fit(material):
    score = compile_score(material(cycle_s=1.2))

    assert [cue for rep in reps(score) for cue in said(rep, "count")] == []


def test_a_last_one_waits_for_the_words_of_the_phase(material):
    score = compile_score(material(reps=3, cycle_s=8.0))

    word, last = reps(score)[-1].cues[:2]
    assert (word.form, last.id) == (Form.WORD, "pumps.count")
    assert last.offset == word.length + frames(0.1)


def test_a_last_one_that_would_be_too_much_talk_is_said_shorter_or_not_at_all(material):
    # Four repetitions: of the 4 s behind the third, 0.8 s may be speech; a letter takes 50 ms.
    lines = {"score__last-rep": {"full": "This is already the last one.", "short": "The last one."}}

    said_shorter = reps(compile_score(material(reps=4, lines=lines)))[-1]
    said_nothing = reps(compile_score(material(reps=4, lines={"score__last-rep": "And the last one."})))[-1]

    assert [cue.utterance.text for cue in said(said_shorter, "count")] == ["The last one."]
    assert said(said_nothing, "count") == []


@pytest.mark.parametrize("began", [4, 5])
def test_the_last_one_is_announced_where_words_have_started_over_too(material, began):
    score = compile_score(material(reps=6), fresh=frozenset({f"pumps/set1/both/rep{began:02}"}))

    last = reps(score)[-1]
    assert [cue.utterance.text for cue in said(last, "count")] == ["And now the last one."]


def test_talk_since_the_third_repetition_adds_up(material):
    # Of the 12 s behind the third repetition of six, 2.4 s may be speech: after 1.4 s, there is no room for 1.2 s.
    lines = {"score__last-rep": "Now comes the last one."}

    talkative = reps(compile_score(material(reps=6, lines={**lines, "score__count": "You have now done {n} times."})))
    terse = reps(compile_score(material(reps=6, lines=lines)))

    assert [rep.rep for rep in talkative if said(rep, "count")] == [5]
    assert [rep.rep for rep in terse if said(rep, "count")] == [5, 6]


@pytest.mark.parametrize("over", [0, 1])
def test_words_end_a_fifth_of_a_second_before_their_phase(material, over):
    fits = {text: Frames(frames(1.8) + over) for text in ("Toes away.", "Toes up.")}
    lengths = Lengths({**fits})

    rep = reps(compile_score(material(lengths=lengths)))[1]

    assert {cue.form for cue in rep.cues} == {Form.WORD if over else Form.SHORT}


class Lengths(dict):
    """Every other text takes a tenth of a second."""

    def __missing__(self, text):
        return frames(0.1)

    def __contains__(self, text):
        return True


def toneless(exercise):
    phases = tuple(phase.model_copy(update={"tone": None}) for phase in exercise.phases)
    return exercise.model_copy(update={"phases": phases})


def test_a_phase_without_a_tone_keeps_its_word(material, exercise):
    score = compile_score(material(exercise=toneless(exercise)))

    assert [said(rep, "point")[0].form for rep in reps(score)] == [Form.SHORT, Form.SHORT, *[Form.WORD] * 8]


def test_words_that_do_not_fit_and_have_no_tone_are_an_error_that_says_by_how_much(material, exercise):
    planned = material(exercise=toneless(exercise), cycle_s=0.8)

    with pytest.raises(ScoreError, match=r'en: pumps.point \("Away."\) is 0.05 s too long for its phase at 0.8 s'):
        compile_score(planned)


def test_not_even_a_tone_fits_a_phase_of_no_length(material):
    with pytest.raises(ScoreError, match=r"pumps.point .* too long for its phase at 0.6 s"):
        compile_score(material(cycle_s=0.6))


def holding(exercise):
    point, flex = exercise.phases
    return exercise.model_copy(update={"phases": (point.model_copy(update={"count_aloud": True}), flex)})


def test_the_seconds_of_a_hold_are_counted_aloud_then_by_tones(material, exercise):
    # 8 s: two phases of 4 s, point with 2 s of movement or more and 2 s of hold.
    score = compile_score(material(exercise=holding(exercise), cycle_s=8.0, reps=10))
    hold = frames(8) - reps(score)[0].re_entries[1]

    spoken = said(reps(score)[2], "count")
    ticks = said(reps(score)[3], "count")
    assert hold > 0
    assert [cue.utterance.text for cue in spoken] == ["One.", "Two."]
    assert [cue.tone for cue in ticks] == [Tone.COUNT, Tone.COUNT]
    assert ticks[1].offset - ticks[0].offset == frames(1)


@pytest.mark.parametrize("rep", [0, 1, 2, 9])
def test_words_are_over_before_the_first_second_that_is_counted(rep, material, exercise):
    here = reps(compile_score(material(exercise=holding(exercise), cycle_s=8.0)))[rep]

    words = [cue for cue in here.cues if cue.offset < here.re_entries[1]]
    first = next(cue for cue in words if cue.tone is Tone.COUNT or (cue.utterance and cue.utterance.text == "One."))
    before = [cue for cue in words if cue.offset < first.offset]
    assert all(cue.offset + cue.length + frames(0.1) <= first.offset for cue in before)
    assert first.offset == here.re_entries[1] - frames(2)


def test_the_seconds_of_a_hold_are_counted_softly(material, exercise):
    first = reps(compile_score(material(exercise=holding(exercise), cycle_s=8.0)))[0]

    assert {cue.gain_db for cue in said(first, "count")} == {-6.0}
    assert {cue.gain_db for cue in said(first, "point")} == {0.0}


def test_a_long_tone_leads_to_a_hold_and_a_short_one_to_none(material, exercise):
    point, flex = exercise.phases
    loose = flex.model_copy(update={"hold_s": flex.hold_s.model_copy(update={"v": 0.0, "min": 0.0, "max": 0.0})})
    unheld = exercise.model_copy(update={"phases": (point, loose)})

    cues = reps(compile_score(material(exercise=unheld)))[3].cues

    assert [(cue.tone, cue.length) for cue in cues] == [(Tone.FALLING, frames(0.25)), (Tone.RISING, frames(0.12))]


def test_where_seconds_are_counted_repetitions_are_not(material, exercise):
    score = compile_score(material(exercise=holding(exercise), cycle_s=8.0, reps=15))

    assert [cue.utterance for cue in said(reps(score)[4], "count")] == [None, None]
