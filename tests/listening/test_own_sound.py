import pytest

from coach.listening.own_sound import OwnSound
from coach.units import LISTEN_RATE


def at(seconds):
    return round(seconds * LISTEN_RATE)


@pytest.fixture
def own():
    """A line of two parts with a pause between them, and a tone a second behind it."""
    sound = OwnSound()
    for begin, end in ((1.0, 2.0), (2.4, 3.0), (4.0, 4.3)):
        sound.sounded(at(begin), at(end))
    return sound


@pytest.mark.parametrize(
    ("first", "last", "over"),
    [
        (0.2, 0.8, False),
        (1.2, 1.5, True),
        (2.1, 2.2, True),  # in the pause within a line
        (2.95, 3.5, False),  # begun as it ended
        (3.4, 3.9, False),  # between line and tone
        (4.1, 4.6, True),
    ],
)
def test_words_in_a_pause_of_a_line_are_said_into_it(own, first, last, over):
    assert own.over(at(first), at(last)) is over


def test_a_late_echo_counts_as_its_sound(own):
    own.late = at(0.5)

    assert own.over(at(3.3), at(3.6))
    assert not own.over(at(3.6), at(3.9))


def test_what_was_said_and_sounded_is_forgotten_after_a_while(own):
    own.said(("Point your toes.",), at(1.0), at(3.0))
    own.said((), at(3.0), at(40.0))
    own.sounded(at(40.0), at(41.0))

    assert own.texts(at(1.0), at(3.0)) == frozenset()
    assert not own.over(at(1.2), at(1.5))
