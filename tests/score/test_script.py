from coach.program.dose import SideMode
from coach.score.compiler import compile_score
from coach.score.script import LEGEND, script


def lines(score):
    return script(score).splitlines()


def test_a_script_begins_with_program_language_and_length(material):
    heading, legend = lines(compile_score(material()))[:2]

    assert heading == "pumps  en  02:29.9"
    assert legend == LEGEND


def test_a_sentence_has_a_line_with_its_time(material):
    assert "00:00.0  Welcome." in lines(compile_score(material()))


def test_a_tone_stands_behind_the_sentence_it_belongs_to(material):
    told = lines(compile_score(material()))

    together = told.index("  together")
    assert told[together + 2].endswith("Point your toes away from you, and hold.  ↘")
    assert told[together + 3].endswith("Bring your toes towards you, and hold.  ↗")


def test_repetitions_that_sound_alike_are_drawn_together(material):
    told = lines(compile_score(material(reps=10, sets=1)))

    start = told.index("  set 1 of 1, both")
    assert [line[9:] for line in told[start + 1 : start + 8]] == [
        "  1-2  Toes away. | Toes up.",
        "    3  Away. | Up.",
        "    4  ↘ | ↗",
        "    5  ↘ | ↗ Halfway.",
        "  6-9  ↘ | ↗",
        "   10  ↘ And now the last one. | ↗",
        "     (she is asked how it was)",
    ]


def test_each_side_has_its_own_heading(material):
    told = lines(compile_score(material(reps=2, sets=1, sides=SideMode.EACH)))

    assert {"  set 1 of 1, left", "  set 1 of 1, right"} <= set(told)


def test_ticks_and_seconds_of_a_hold_are_told_apart(material, exercise):
    point, flex = exercise.phases
    counting = exercise.model_copy(update={"phases": (point.model_copy(update={"count_aloud": True}), flex)})

    text = script(compile_score(material(exercise=counting, cycle_s=8.0, sets=1)))

    assert "    3  Away. One. Two. | Up." in text
    assert "↘ · · | ↗" in text


def test_the_share_of_speech_closes_a_script(material):
    told = lines(compile_score(material()))

    assert told[-3:] == [
        "share of speech  (behind the third repetition; in the whole set)",
        "  pumps/set1/both  6 %  10 %",
        "  pumps/set2/both  6 %  10 %",
    ]
