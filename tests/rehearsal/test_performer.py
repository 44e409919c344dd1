import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.rehearsal.performer import ANSWER_AFTER, Line, Performer, at_level, speech_end
from coach.rehearsal.scenario import Entry
from coach.units import BLOCK, LISTEN_BLOCK, Frames, frames


def _line(text: str = "stop", blocks: int = 3) -> Line:
    return Line(text, np.full(blocks * LISTEN_BLOCK, 0.1, dtype=np.float32), blocks * LISTEN_BLOCK)


def _sounds(performer: Performer, stop: int) -> list[int]:
    """Return the played frames of the blocks in which the person is heard."""
    return [now for now in range(0, stop, BLOCK) if block_at(performer, now) is not None]


def block_at(performer, now):
    performer.begin(Frames(now))
    return performer.perform()


def test_an_entry_with_a_time_speaks_at_that_time():
    performer = Performer([(Entry(at_s=1.0, say="stop"), _line())], {})

    heard = _sounds(performer, frames(3.0))

    assert heard[0] == frames(1.0)
    assert len(heard) == 3


def test_an_entry_waits_for_the_nth_time_of_its_cue_and_its_delay():
    performer = Performer([(Entry(after="cue:x.point", nth=2, delay_s=0.5, say="stop"), _line())], {})
    performer.notice_cue("x.point", Frames(0))

    before = _sounds(performer, frames(1.0))
    performer.notice_cue("x.point", frames(1.0))
    after = [now for now in range(frames(1.0), frames(3.0), BLOCK) if block_at(performer, now) is not None]

    assert before == []
    assert frames(1.5) <= after[0] < frames(1.5) + BLOCK


def test_a_question_that_no_entry_answers_is_answered_after_a_moment():
    performer = Performer([], {"hurt": _line("no")})

    performer.notice_line("question.hurt", Frames(0))
    heard = _sounds(performer, frames(2.0))

    assert ANSWER_AFTER <= heard[0] < ANSWER_AFTER + BLOCK
    assert [said.text for said in performer.spoken] == ["no"]


def test_an_entry_takes_the_place_of_the_usual_answer():
    performer = Performer([(Entry(after="question:hurt", say="yes"), _line("yes"))], {"hurt": _line("no")})

    performer.notice_line("question.hurt", Frames(0))
    _sounds(performer, frames(3.0))

    assert [said.text for said in performer.spoken] == ["yes"]


def test_a_person_with_no_answers_stays_silent():
    performer = Performer([], {})

    performer.notice_line("question.hurt", Frames(0))

    assert _sounds(performer, frames(3.0)) == []


def test_two_things_said_at_once_are_both_heard():
    performer = Performer([(Entry(at_s=0.0, say="a"), _line()), (Entry(at_s=0.0, say="b"), _line())], {})

    block = block_at(performer, 0)

    assert block is not None
    assert block.max() == pytest.approx(0.2)


def test_a_negative_delay_speaks_before_the_coach_has_ended():
    performer = Performer([(Entry(after="question:hurt", delay_s=-0.5, say="ow"), _line("ow"))], {"hurt": _line("no")})

    performer.notice_begun("line:question.hurt", frames(2.0))
    performer.notice_line("question.hurt", frames(2.0))
    heard = _sounds(performer, frames(4.0))

    assert frames(1.5) <= heard[0] < frames(1.5) + BLOCK
    assert [said.text for said in performer.spoken] == ["ow"]


def test_an_entry_may_wait_for_any_line_of_the_coach():
    performer = Performer([(Entry(after="line:session.paused", say="continue"), _line("continue"))], {})

    performer.notice_line("session.paused", Frames(0))
    _sounds(performer, frames(1.0))

    assert [said.text for said in performer.spoken] == ["continue"]


def test_a_deed_is_done_once_when_it_is_due():
    performer = Performer([(Entry(at_s=1.0, does="stop"), "stop")], {})

    assert performer.begin(frames(0.9)) == ()
    assert performer.begin(frames(1.0)) == ("stop",)
    assert performer.begin(frames(1.1)) == ()
    assert performer.quiet


@given(level=st.floats(-60, -6), loud=st.floats(0.001, 1.0))
def test_speech_is_put_at_the_asked_level_however_loud_it_was(level: float, loud: float):
    rng = np.random.default_rng(1)
    speech = np.concatenate([np.zeros(3200), rng.normal(0, loud, 16_000), np.zeros(3200)]).astype(np.float32)

    leveled = at_level(speech, level)

    active = leveled[3200:19_200]
    assert 20 * np.log10(np.sqrt(np.mean(active.astype(np.float64) ** 2))) == pytest.approx(level, abs=0.2)


def test_the_end_of_speech_is_not_the_end_of_the_silence_behind_it():
    speech = np.concatenate([np.full(3200, 0.1), np.zeros(6400)]).astype(np.float32)

    assert speech_end(speech) == 3200
