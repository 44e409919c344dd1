from fractions import Fraction

import pytest

from coach.score.compiler import compile_score
from coach.score.listing import clock, listing, speech_shares
from coach.units import frames


@pytest.mark.parametrize(
    ("frame", "text"), [(0, "00:00.00"), (frames(12.4), "00:12.40"), (frames(61.999), "01:01.99"), (479, "00:00.00")]
)
def test_times_are_minutes_seconds_and_hundredths(frame, text):
    assert clock(frame) == text


def test_every_cue_has_a_line_with_its_time_and_form(material):
    text = listing(compile_score(material()))

    assert '    00:00.00  score.welcome  full  "Welcome."\n' in text
    assert "  pumps.point  tone  falling\n" in text
    assert text.count("pumps.point") == 1 + 2 * 10


def test_segments_stand_under_their_kind_and_set(material):
    text = listing(compile_score(material()))

    headings = [line for line in text.splitlines() if line and not line.startswith(" ")]
    assert headings == [
        headings[0],
        "lead-in  pumps",
        "demo  pumps",
        "lead-in  pumps",
        "lead-in  pumps  set 1 of 2  both",
        "rep  pumps  set 1 of 2  both",
        "rest  pumps  set 1 of 2  both",
        "lead-in  pumps  set 2 of 2  both",
        "rep  pumps  set 2 of 2  both",
        "outro",
        "share of speech  (behind the third repetition; in the whole set)",
    ]
    assert headings[0].startswith("pumps  en  0")


def test_waiting_is_shown(material):
    text = listing(compile_score(material()))

    assert "pumps/set1/both/rep10  00:04.00 waits ends-set\n" in text


def test_the_share_of_speech_is_the_time_words_sound(material):
    score = compile_score(material(reps=4, sets=1))

    ((name, later, whole),) = speech_shares(score)

    # A letter takes 50 ms: "Toes away." and "Toes up." twice, "Away." and "Up." once; "last one" behind the third.
    words = 2 * (10 + 8) + 5 + 3
    last = score.segments[score.place("pumps/set1/both/rep04")].cues[1]
    assert name == "pumps/set1/both"
    assert later == Fraction(last.length, frames(4))
    assert whole == Fraction(words * frames(0.05) + last.length, 4 * frames(4))


def test_a_set_that_is_all_words_has_nothing_behind_the_third(material):
    ((_, later, _),) = speech_shares(compile_score(material(reps=2, sets=1)))

    assert later == 0


def test_equal_scores_have_equal_listings(material):
    assert listing(compile_score(material(), seed=1)) == listing(compile_score(material(), seed=1))
