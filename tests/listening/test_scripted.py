import numpy as np
import pytest

from coach.listening.recognizers.scripted import FINAL_AFTER, PARTIAL_AFTER, ScriptedRecognizer

SECOND = 16_000


def listen(recognizer, frames, block=320):
    silence = np.zeros(block, dtype=np.float32)
    return [heard for _ in range(frames // block) for heard in recognizer.accept(silence, speech=False)]


def test_it_hears_what_it_was_told_word_by_word_and_then_for_good():
    recognizer = ScriptedRecognizer("en")
    recognizer.tell("my foot hurts", SECOND, 2 * SECOND)

    heard = listen(recognizer, 4 * SECOND)

    assert [(one.text, one.is_final) for one in heard] == [
        ("my", False),
        ("my foot", False),
        ("my foot hurts", False),
        ("my foot hurts", True),
    ]


@pytest.mark.parametrize(("delay", "final"), [(PARTIAL_AFTER, False), (FINAL_AFTER, True)], ids=["partial", "final"])
def test_it_hears_no_sooner_than_a_real_engine(delay, final):
    recognizer = ScriptedRecognizer()
    recognizer.tell("stop", 0, SECOND)

    before = listen(recognizer, SECOND + delay - 1, block=1)
    then = listen(recognizer, 1, block=1)

    assert final not in [heard.is_final for heard in before]
    assert [heard.is_final for heard in then] == [final]


def test_two_that_speak_at_once_are_both_heard():
    recognizer = ScriptedRecognizer()
    recognizer.tell("stop", SECOND, 2 * SECOND)
    recognizer.tell("pause", SECOND, 2 * SECOND)

    finals = [heard.text for heard in listen(recognizer, 3 * SECOND) if heard.is_final]

    assert sorted(finals) == ["pause", "stop"]


def test_reset_forgets_what_has_begun_and_keeps_what_lies_ahead():
    recognizer = ScriptedRecognizer()
    recognizer.tell("stop", 0, SECOND)
    recognizer.tell("pause", 2 * SECOND, 3 * SECOND)
    listen(recognizer, SECOND // 2)

    recognizer.reset()

    assert {heard.text for heard in listen(recognizer, 4 * SECOND)} == {"pause"}
