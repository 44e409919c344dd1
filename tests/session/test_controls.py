"""What a person asks for while exercising or paused, and what it does to the place."""

import pytest

from coach.commands import Command
from coach.language.utterance import Answer
from coach.program.dose import SideMode
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.care import Care
from coach.session.machine import reps_done
from coach.session.questions import Question
from coach.session.states import Phase

INFO = [
    Command.HOW_MANY_LEFT,
    Command.HOW_LONG_LEFT,
    Command.WHATS_NEXT,
    Command.COMMANDS_HELP,
    Command.HOW_TO,
    Command.WHY,
    Command.HOW_AM_I_DOING,
]
IDS = {"ids": lambda value: str(getattr(value, "value", value))}


def slots(session):
    return next(dict(effect.slots) for effect in session.effects if isinstance(effect, fx.Say))


@pytest.mark.parametrize("command", INFO, **IDS)
def test_a_question_in_a_repetition_is_answered_and_the_repetition_begins_anew(session, command):
    session.exercise(into_s=3.0).hear(command)
    first, said = session.kinds()[0], session.said()

    session.line_ends()

    assert first == "Hush"
    assert len(said) == 1
    assert session.entered().segment == "ankle-pumps/set1/both/rep02"
    assert session.entered().offset == 0
    assert session.entered().anchor == session.frame + 24_000


@pytest.mark.parametrize("command", INFO, **IDS)
def test_a_question_in_an_explanation_is_answered_and_the_sentence_begins_anew(session, command):
    session.start().until("ankle-pumps/lead-in").wait(8).hear(command)

    session.line_ends()

    assert session.entered().segment == "ankle-pumps/lead-in"
    assert session.entered().offset in session.place.segment.re_entries[1:]


@pytest.mark.parametrize("command", INFO, **IDS)
def test_a_question_in_a_rest_is_answered_without_stopping_anything(session, command):
    session.start().until("ankle-pumps/set1/both/rep06").wait(5).answer(Answer.EASY).wait(4)

    session.hear(command)

    assert session.place.position.segment == "ankle-pumps/set1/both/rest"
    assert session.kinds() == ["Say"]


@pytest.mark.parametrize("command", INFO, **IDS)
def test_a_question_in_a_pause_is_answered_and_the_pause_stays(session, command):
    session.exercise().hear(Command.PAUSE).hear(command)

    assert session.phase is Phase.PAUSED
    assert len(session.said()) == 1


def test_a_repetition_that_was_begun_anew_counts_once(session):
    session.exercise(into_s=3.0)

    for _ in range(3):
        session.hear(Command.HOW_MANY_LEFT).line_ends().wait(2)
    session.until("ankle-pumps/set1/both/rep03")

    assert reps_done(session.state) == {"left": 2, "right": 2}


def test_how_many_left_includes_the_one_in_hand(session):
    session.exercise("ankle-pumps/set1/both/rep02").hear(Command.HOW_MANY_LEFT)

    assert (session.said(), slots(session)) == (["session.how-many-left"], {"n": 5})


def test_how_many_left_says_when_it_is_the_last(session):
    session.exercise("ankle-pumps/set1/both/rep06").hear(Command.HOW_MANY_LEFT)

    assert session.said() == ["session.last-one"]


def test_how_am_i_doing_tells_what_was_done(session):
    session.exercise("ankle-pumps/set1/both/rep04").hear(Command.HOW_AM_I_DOING)

    assert slots(session) == {"n": 3}


def test_whats_next_in_a_set_is_the_rest_and_in_the_rest_the_next_set(session):
    session.exercise().hear(Command.WHATS_NEXT)
    in_set = session.said()
    session.line_ends().until("ankle-pumps/set1/both/rep06").wait(5)

    session.wait(1).hear(Command.WHATS_NEXT)

    assert in_set == ["session.whats-next-rest"]
    assert (session.said(), slots(session)) == (["session.whats-next-set"], {"n": 2})


def test_repeat_explains_again_and_begins_the_repetition_anew_with_full_words(session):
    session.exercise("ankle-pumps/set1/both/rep05", into_s=3.0).hear(Command.REPEAT)
    said = session.said()

    session.line_ends()

    assert said == ["ankle-pumps.how"]
    assert session.entered().offset == 0
    assert "ankle-pumps/set1/both/rep05" in session.place.fresh


def test_repeat_in_the_explanation_goes_on_with_it(session):
    session.start().wait(3).hear(Command.REPEAT).line_ends()

    assert session.entered().segment == "ankle-pumps/opening"


def test_slower_takes_one_step_and_begins_the_repetition_anew(session):
    before = session.exercise(into_s=3.0).place.work.cycle_s
    session.hear(Command.SLOWER)

    session.line_ends()

    assert session.place.work.cycle_s == before + 0.5
    assert session.entered().segment == "ankle-pumps/set1/both/rep02"


@pytest.mark.parametrize(
    ("command", "line"), [(Command.SLOWER, "session.slowest"), (Command.FASTER, "session.fastest")], **IDS
)
def test_the_tempo_stops_at_what_the_exercise_allows_and_says_so(session, command, line):
    session.exercise()

    for _ in range(40):
        session.hear(command).line_ends()
    fastest, slowest = session.place.work.tempo_range
    session.hear(command)

    assert session.said() == [line]
    assert fastest <= session.place.work.cycle_s <= slowest


def test_easier_is_slower_and_fewer_but_never_fewer_than_begun(session):
    session.exercise("ankle-pumps/set1/both/rep06").hear(Command.EASIER)
    kept = session.place.work.reps_of(1), session.place.work.reps_of(2)
    session.line_ends().wait(10)

    assert session.said() in (["session.easier"], ["question.effort"], [])
    assert kept == (6, 5)


def test_easier_takes_repetitions_off(bedside):
    session = bedside.Bedside(bedside.short_material(reps=10)).exercise()
    before = session.place.work

    session.hear(Command.EASIER)

    assert session.place.work.reps == before.reps - 2
    assert session.place.work.cycle_s > before.cycle_s


def test_fewer_takes_repetitions_off_and_leaves_the_tempo(bedside):
    session = bedside.Bedside(bedside.short_material(reps=10)).exercise()
    before = session.place.work

    session.hear(Command.FEWER)

    assert session.said() == ["session.fewer"]
    assert session.place.work.reps == before.reps - 2
    assert session.place.work.cycle_s == before.cycle_s


def test_where_there_are_few_already_she_hears_what_else_she_may_do(bedside):
    session = bedside.Bedside(bedside.short_material(reps=10)).exercise()

    for _ in range(10):
        session.hear(Command.FEWER).line_ends()

    assert session.place.work.reps == session.place.work.least_reps
    session.hear(Command.FEWER)
    assert session.said() == ["session.fewest"]


@pytest.mark.parametrize(
    ("sets", "line", "kept"),
    [
        pytest.param(2, "session.fewer-later", [10, 8], id="another-set-to-come"),
        pytest.param(1, "session.stays-even", [10], id="the-last-set"),
    ],
)
def test_fewer_on_the_second_side_never_promises_what_does_not_come(bedside, sets, line, kept):
    session = bedside.Bedside(bedside.short_material(reps=10, sets=sets, sides=SideMode.EACH))
    session.exercise("ankle-pumps/set1/right/rep02").hear(Command.FEWER)

    assert session.said() == [line]
    assert [session.place.work.reps_of(number) for number in range(1, sets + 1)] == kept


def test_fewer_in_the_very_last_repetition_says_how_few_there_are(bedside):
    session = bedside.Bedside(bedside.short_material(reps=10, sets=1))
    session.exercise("ankle-pumps/set1/both/rep10").hear(Command.FEWER)

    assert session.said() == ["session.fewest"]


def lines_to_come(session):
    position = session.entered()
    segment = next(one for one in session.place.score.segments if one.id == position.segment)
    return [cue.id.rpartition(".")[2] for cue in segment.cues if cue.offset >= position.offset]


@pytest.mark.parametrize("into_s", [8, 24])
@pytest.mark.parametrize("command", [Command.REST_LONGER, Command.REPEAT], **IDS)
def test_what_was_said_in_a_rest_is_not_said_again_behind_an_answer(session, command, into_s):
    session.start().until("ankle-pumps/set1/both/rep06").wait(5).answer(Answer.EASY).wait(into_s)

    session.hear(command).line_ends()

    again = into_s > 20 and command is Command.REST_LONGER  # its end has moved away
    assert lines_to_come(session) == (["rest-ending"] if into_s < 20 or again else [])


def test_a_sentence_of_a_rest_that_was_broken_off_is_said_anew(session):
    session.start().until("ankle-pumps/set1/both/rep06").wait(5).answer(Answer.EASY).wait(4)

    session.hear(Command.REPEAT).line_ends()

    assert lines_to_come(session)[0] == "praise"


def rests(session):
    return [one.length for one in session.place.score.segments if one.id.endswith("/rest")]


def test_rest_longer_makes_every_rest_between_sets_longer_up_to_a_bound(session):
    session.exercise()
    before, work = rests(session), session.place.work

    session.hear(Command.REST_LONGER).line_ends()
    first = rests(session)
    for _ in range(5):
        session.hear(Command.REST_LONGER).line_ends()
    last = rests(session)

    assert session.place.work.rest_s == work.rest_s + 30
    assert session.place.work.reps == work.reps
    assert all(after > now for now, after in zip(before, first, strict=True))
    assert all(after >= now for now, after in zip(first, last, strict=True))
    session.hear(Command.REST_LONGER)
    assert session.said() == ["session.longest-rest"]


def test_a_rest_that_is_under_way_becomes_longer(session):
    session.start().until("ankle-pumps/set1/both/rep06").wait(5).answer(Answer.EASY).wait(4)
    before = session.place.segment.length

    session.hear(Command.REST_LONGER).line_ends()

    assert session.place.position.segment == "ankle-pumps/set1/both/rest"
    assert session.place.segment.length > before


@pytest.mark.parametrize(
    ("command", "limit", "line"),
    [(Command.LOUDER, 9.0, "session.loudest"), (Command.QUIETER, -12.0, "session.quietest")],
    **IDS,
)
def test_loudness_moves_in_steps_within_bounds_and_breaks_nothing_off(session, command, limit, line):
    session.exercise()

    for _ in range(10):
        session.hear(command)

    assert session.place.gain_db == limit
    assert session.said() == [line]
    assert session.followed is not None


@pytest.mark.parametrize(
    ("command", "limit", "line"),
    [(Command.SPEAK_SLOWER, -2, "session.speak-slowest"), (Command.SPEAK_FASTER, 2, "session.speak-fastest")],
    **IDS,
)
def test_the_pace_of_the_voice_moves_in_steps_within_bounds_and_breaks_nothing_off(session, command, limit, line):
    session.exercise()

    for _ in range(5):
        session.hear(command)

    assert session.place.pace == limit
    assert session.said() == [line]
    assert session.followed is not None
    assert session.place.work.cycle_s == session.place.prescribed.works[0].cycle_s


@pytest.mark.parametrize(
    ("command", "kept"),
    [
        (Command.LOUDER, fx.KeepVoice(3.0, 0)),
        (Command.QUIETER, fx.KeepVoice(-3.0, 0)),
        (Command.SPEAK_SLOWER, fx.KeepVoice(0.0, -1)),
        (Command.SPEAK_FASTER, fx.KeepVoice(0.0, 1)),
    ],
    **IDS,
)
def test_how_she_wants_to_be_spoken_to_is_kept(session, command, kept):
    session.exercise().hear(command)

    assert [effect for effect in session.effects if isinstance(effect, fx.KeepVoice)] == [kept]


def test_a_session_begins_as_she_wanted_to_be_spoken_to_and_so_does_the_next_one(bedside):
    session = bedside.Bedside(bedside.short_material(), care=Care(gain_db=-6.0, pace=-1)).exercise()
    first = session.place.gain_db, session.place.pace

    session.hear(Command.LOUDER).hear(Command.STOP).answer(Answer.NO).hear(Command.STOP).answer(Answer.NO)

    assert first == (-6.0, -1)
    assert (session.place.gain_db, session.place.pace) == (-3.0, -1)


def test_skip_in_the_explanation_begins_the_first_set(session):
    session.start().wait(2).hear(Command.SKIP)
    said = session.said()
    session.line_ends()

    assert said == ["session.passed-over"]
    assert session.entered().segment == "ankle-pumps/set1/both/start"


def test_skip_in_a_set_goes_to_what_comes_behind_it(session):
    session.exercise().hear(Command.SKIP)
    said = session.said()
    session.line_ends()

    assert said == ["session.skipped"]
    assert session.entered().segment == "ankle-pumps/set1/both/rest"


def test_skip_in_a_rest_ends_the_rest(session):
    session.start().until("ankle-pumps/set1/both/rep06").wait(5).answer(Answer.EASY).wait(2)

    session.hear(Command.NEXT)
    said = session.said()
    session.line_ends()

    assert said == ["session.passed-over"]
    assert session.entered().segment == "ankle-pumps/set2/both/start"


def test_the_ending_still_tells_all_when_only_a_rest_was_skipped(session):
    session.start().until("ankle-pumps/set1/both/rep06").wait(5).answer(Answer.EASY).wait(2)

    session.hear(Command.NEXT)

    assert not session.place.material.left_out


def test_a_repetition_that_ended_just_as_she_asked_counts(session):
    session.exercise("ankle-pumps/set1/both/rep02", into_s=3.99).hear(Command.HOW_MANY_LEFT)

    session.post(ev.SegmentEnded(session.frame, "ankle-pumps/set1/both/rep02")).line_ends()

    assert session.entered().segment == "ankle-pumps/set1/both/rep03"
    assert reps_done(session.state) == {"left": 2, "right": 2}


def test_there_is_nothing_to_skip_at_the_end(session):
    session.exercise("ankle-pumps/set2/both/rep02").hear(Command.SKIP).line_ends().wait(1)

    session.hear(Command.SKIP)

    assert session.said() == ["session.nothing-to-skip"]


def test_the_ending_does_not_claim_what_was_skipped(session):
    session.exercise().hear(Command.SKIP)

    assert session.place.material.left_out == {"ankle-pumps"}


def test_switch_foot_makes_both_together_one_at_a_time(session):
    session.exercise().hear(Command.SWITCH_FOOT)
    said = session.said(), slots(session)

    session.line_ends()

    assert said == (["session.switched"], {"side": "side.left"})
    assert session.entered().segment == "ankle-pumps/set1/left/start"


def test_switch_foot_goes_over_to_the_other_side_of_the_set(bedside):
    session = bedside.Bedside(bedside.short_material(sides=SideMode.EACH))
    session.exercise("ankle-pumps/set1/left/rep02").hear(Command.SWITCH_FOOT)
    side = slots(session)

    session.line_ends()

    assert side == {"side": "side.right"}
    assert session.entered().segment == "ankle-pumps/set1/right/start"


def test_switch_foot_in_the_rest_before_the_other_side_leaves_the_rest(bedside):
    session = bedside.Bedside(bedside.short_material(sides=SideMode.EACH))
    session.start().until("ankle-pumps/set1/left/rep06").wait(5).answer(Answer.EASY).wait(8)

    session.hear(Command.SWITCH_FOOT)
    said = session.said(), slots(session)
    session.line_ends()

    assert said == (["session.switched"], {"side": "side.right"})
    assert session.entered().segment == "ankle-pumps/set1/left/rest"


def test_a_side_that_has_done_the_set_is_named_as_the_reason_why_sides_stay(bedside):
    session = bedside.Bedside(bedside.short_material(sides=SideMode.EACH))
    session.exercise("ankle-pumps/set1/right/rep02").hear(Command.SWITCH_FOOT)

    assert session.said() == ["session.side-done"]


@pytest.mark.parametrize("command", [Command.LATER, Command.NOT_TODAY], **IDS)
def test_later_in_the_exercise_is_a_stop(session, command):
    session.exercise().hear(command)

    assert session.question is Question.STOPPED


def test_every_session_begins_as_prescribed(session):
    prescribed = session.place.work.cycle_s if session.place.work else 4.0
    session.exercise().hear(Command.SLOWER).line_ends().hear(Command.STOP).time_out()

    session.start()

    assert session.place.work.cycle_s == prescribed
    assert session.place.done.total == 0
