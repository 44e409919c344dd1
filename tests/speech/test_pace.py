import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.language.syllables import syllables
from coach.speech.pace import expected_seconds, plausible_seconds


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("point", 1),
        ("ankle pumps", 3),
        ("stopped", 1),
        ("rested", 2),
        ("it doesn't hurt", 3),
        ("멈췄어요", 4),
        ("TV", 2),
        ("", 0),
        ("...", 0),
    ],
)
def test_syllables_are_counted_about_as_spoken(text, count):
    assert syllables(text) == pytest.approx(count, abs=1)


# Lengths measured once with espeak-ng 1.51 at 150 words a minute, sound above -50 dBFS, in seconds.
@pytest.mark.parametrize(
    ("language", "text", "measured_s"),
    [
        ("en", "Slower.", 0.46),
        ("en", "Flex", 0.50),
        ("en", "Are you hurt?", 0.63),
        ("en", "Straight leg raise", 1.08),
        ("en", "Thigh squeezes (quad sets)", 1.88),
        ("ko", "열", 0.41),
        ("ko", "아니요", 0.55),
        ("ko", "마지막이에요.", 1.00),
        ("ko", "천천히", 0.96),
        ("ko", "십 초 뒤에 계속합니다.", 2.28),
    ],
)
def test_the_lines_furthest_from_their_expected_length_are_still_plausible(language, text, measured_s):
    shortest, longest = plausible_seconds(text, language, 150)

    assert shortest < measured_s < longest


@pytest.mark.parametrize(
    ("language", "text", "measured_s"),
    [
        ("en", "Point your toes away from you, and hold.", 2.6),
        ("ko", "발끝을 멀리 뻗으세요, 그리고 유지하세요.", 3.5),
    ],
)
def test_half_a_line_and_a_line_said_twice_are_not_plausible(language, text, measured_s):
    shortest, longest = plausible_seconds(text, language, 150)

    assert measured_s / 2 < shortest
    assert measured_s * 2 > longest


def test_twice_the_rate_takes_half_the_time():
    slow = expected_seconds("Rest a moment.", "en", 100)
    fast = expected_seconds("Rest a moment.", "en", 200)

    assert slow == pytest.approx(2 * fast)


@given(text=st.text(max_size=200), language=st.sampled_from(["en", "ko", "pt-BR"]), rate=st.integers(80, 300))
def test_any_text_has_a_range_of_plausible_lengths(text, language, rate):
    shortest, longest = plausible_seconds(text, language, rate)

    assert 0.0 <= shortest < longest


def test_a_language_without_a_measured_pace_gets_wider_bounds():
    known = plausible_seconds("Descanse um momento.", "en", 150)
    unknown = plausible_seconds("Descanse um momento.", "pt-BR", 150)

    assert unknown[0] < known[0]
    assert unknown[1] > known[1]
