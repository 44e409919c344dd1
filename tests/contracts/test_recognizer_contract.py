"""The rules at the top of `coach/listening/recognizer.py`, one test each, for every engine."""

import socket
import threading

import numpy as np
import pytest

from coach.errors import CoachError

GRID = 3_200
LEAD = 5 * GRID
"""Silence before somebody speaks: one second."""
HANGOVER = 2 * GRID
"""Silence that still counts as speech: 0.4 s, about what a segmenter waits."""
TAIL = 6 * GRID
"""Silence at the end: time for a final."""


def course(case, lead=LEAD):
    """Return silence, the phrase and silence again, and where the segmenter holds somebody to be speaking."""
    total = lead + len(case.sound) + HANGOVER + TAIL
    sound = np.random.default_rng(7).normal(0.0, 1e-4, total).astype(np.float32)
    sound[lead : lead + len(case.sound)] += case.sound
    speech = np.zeros(total, dtype=bool)
    speech[lead : lead + len(case.sound) + HANGOVER] = True
    return sound, speech


def listen(recognizer, sound, speech, block=320):
    return [
        heard
        for start in range(0, len(sound), block)
        for heard in recognizer.accept(sound[start : start + block], speech=bool(speech[start]))
    ]


def finals(heard):
    return [one for one in heard if one.is_final]


def test_a_phrase_is_heard_before_and_after_its_end(hearing_case):
    heard = listen(hearing_case.make(LEAD), *course(hearing_case))

    assert [one.text.replace(" ", "") for one in finals(heard)] == [hearing_case.phrase]
    assert finals(heard) == heard[-1:]


def test_hypotheses_carry_the_engine_and_its_language(hearing_case):
    recognizer = hearing_case.make(LEAD)

    heard = listen(recognizer, *course(hearing_case))

    assert {(one.engine, one.language) for one in heard} == {(recognizer.name, recognizer.language)}


def test_it_owns_no_thread_and_opens_no_connection(hearing_case, monkeypatch):
    def refuse(*_args, **_options):
        pytest.fail("a recognizer opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    threads = threading.active_count()

    listen(hearing_case.make(LEAD), *course(hearing_case))

    assert threading.active_count() == threads


@pytest.mark.parametrize("held_for_speech", [False, True], ids=["known to be silence", "held for speech"])
def test_silence_gives_nothing(hearing_case, held_for_speech):
    silence = np.zeros(10 * GRID, dtype=np.float32)
    speech = np.zeros(10 * GRID, dtype=bool)
    speech[GRID : 6 * GRID] = held_for_speech

    assert listen(hearing_case.make(), silence, speech) == []


@pytest.mark.parametrize("block", [100, 640, GRID])
def test_the_size_of_the_blocks_changes_nothing(hearing_case, block):
    sound, speech = course(hearing_case)

    usual = finals(listen(hearing_case.make(LEAD), sound, speech))
    other = finals(listen(hearing_case.make(LEAD), sound, speech, block))

    assert other == usual


def test_the_same_sound_is_heard_the_same_way_twice(hearing_case):
    sound, speech = course(hearing_case)

    assert listen(hearing_case.make(LEAD), sound, speech) == listen(hearing_case.make(LEAD), sound, speech)


def test_reset_forgets_the_utterance_under_way(hearing_case):
    sound, speech = course(hearing_case)
    recognizer = hearing_case.make(LEAD)
    cut = LEAD + len(hearing_case.sound) // GRID // 2 * GRID
    listen(recognizer, sound[:cut], speech[:cut])

    recognizer.reset()

    rest = len(sound) - cut
    assert finals(listen(recognizer, np.zeros(rest, dtype=np.float32), np.zeros(rest, dtype=bool))) == []


def test_reset_keeps_the_frame_count(hearing_case):
    sound, speech = course(hearing_case)
    recognizer = hearing_case.make(len(sound) + LEAD)
    listen(recognizer, np.zeros_like(sound), np.zeros_like(speech))

    recognizer.reset()

    (heard,) = finals(listen(recognizer, sound, speech))
    assert heard.first >= len(sound)


@pytest.mark.parametrize("lead", [LEAD, 4 * LEAD], ids=["after a second", "after four seconds"])
def test_frames_count_from_the_first_block(hearing_case, lead):
    within = 8_000  # half a second: Vosk lets the first word begin with the silence it was given before it

    (heard,) = finals(listen(hearing_case.make(lead), *course(hearing_case, lead)))

    assert heard.first == pytest.approx(lead, abs=within)
    assert heard.last == pytest.approx(lead + len(hearing_case.sound), abs=within)
    assert heard.first < heard.last


def test_a_safety_phrase_it_cannot_hear_is_an_error_at_construction(hearing_case):
    if hearing_case.refuse is None:
        pytest.skip("it hears whatever it is told")

    with pytest.raises(CoachError, match=r"zzyzx|can be heard"):
        hearing_case.refuse()
