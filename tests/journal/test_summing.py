"""What a history tells of a session, worked out from its entries."""

import pytest

from coach.commands import Command
from coach.journal.entries import ClockKnown, LockSet, Recorded, SessionEnded, SessionOpened, SessionSummed, WorkSummed
from coach.journal.history import history_of
from coach.journal.keeper import open_keeper
from coach.journal.store import MemoryStore
from coach.journal.summing import calls_at_rest, last_summaries, stops_at_rest, summaries, unsummed
from coach.journal.tables import as_csv, as_text
from coach.language.utterance import Answer
from coach.program.dose import SideMode
from coach.program.quantity import Frequency, Origin
from coach.session.effects import Outcome
from coach.session.states import Screening


@pytest.fixture
def hand(lives):
    return lives.HandClock()


@pytest.fixture
def store(hand):
    return MemoryStore(hand)


def only(store):
    (summary,) = summaries(store)
    return summary


def test_a_whole_session_is_summed_up(store, hand, lives, material):
    lives.completed(store, hand, "s1", material, Answer.HARD)

    summary = only(store)

    assert (summary.session, summary.program, summary.language) == ("s1", "ankle-pumps", "en")
    assert summary.outcome is Outcome.COMPLETED
    assert summary.began
    assert summary.works == (WorkSummed("ankle-pumps", 11, 12, 2, 2),)  # the first set was hard: one less in the second
    assert summary.efforts == ("hard",)  # she had spoken within the minute before the second set ended
    assert ("screen-since", "no") in summary.answers
    assert 60 < summary.seconds < 200
    assert summary.opened.startswith("2026-11-23T09:30")


def test_a_session_that_was_never_begun_counts_for_nothing(store, hand, lives, material):
    session = lives.Journaled(store, hand, "s1", material)
    session.post(lives.ev.Booted(0)).post(lives.ev.StartRequested(0)).answer(Answer.YES)

    summary = only(store)

    assert summary.outcome is Outcome.REFUSED
    assert summary.reason == "screen-since"
    assert not summary.began
    assert summary.seconds is None
    assert summary.works[0].reps == 0


def test_pain_that_gets_worse_is_told_with_its_class_and_lock(store, hand, lives, material):
    session = lives.Journaled(store, hand, "s1", material).exercise("ankle-pumps/set1/both/rep04")
    session.hear(Command.CALF_CLOT)
    session.store.append(SessionEnded("s1", Outcome.SAFETY, session.frame))

    summary = only(store)

    assert summary.outcome is Outcome.SAFETY
    assert summary.safety == "urgent"
    assert summary.lock == 2
    assert summary.works[0].reps == 3
    assert summary.works[0].sets == 0


def test_mild_pain_and_a_rest_are_counted(store, hand, lives, material):
    session = lives.Journaled(store, hand, "s1", material).exercise()
    session.hear(Command.PAIN).answer(Answer.NO)
    session.store.append(SessionEnded("s1", Outcome.STOPPED, session.frame))

    assert only(store).marks["pain"] == 1


def test_a_pause_is_counted(store, hand, lives, material):
    session = lives.Journaled(store, hand, "s1", material).exercise()
    session.hear(Command.PAUSE).hear(Command.RESUME).line_ends().to_the_end()

    summary = only(store)

    assert summary.marks["paused"] == 1
    assert summary.works[0].reps == 12


def test_half_done_is_not_done(store, hand, lives, bedside):
    one_sided = bedside.short_material(sets=1, reps=4, sides=SideMode.EACH)
    session = lives.Journaled(store, hand, "s1", one_sided).exercise("ankle-pumps/set1/right/rep02")
    session.store.append(SessionEnded("s1", Outcome.STOPPED, session.frame))

    assert only(store).works == (WorkSummed("ankle-pumps", 4, 4, 0, 1),)


def test_a_session_cut_off_by_a_power_cut_has_no_length(store, hand, lives, material):
    lives.Journaled(store, hand, "s1", material).exercise().cut_off()

    summary = only(store)

    assert summary.outcome is Outcome.INTERRUPTED
    assert summary.began
    assert summary.seconds is None


def test_a_session_under_way_is_not_summed_up_yet(store, hand, lives, material):
    lives.Journaled(store, hand, "s1", material).exercise()

    assert not unsummed(store)


def test_a_second_start_in_the_same_opening_belongs_to_it(store, hand, lives, material):
    session = lives.completed(store, hand, "s1", material)
    session.hear(Command.START).answer(Answer.NO, Answer.YES)
    session.store.append(SessionEnded("s1", Outcome.STOPPED, session.frame))

    assert only(store).outcome is Outcome.STOPPED


def test_what_is_summed_up_is_not_summed_up_again(store, hand, lives, material):
    lives.completed(store, hand, "s1", material)
    store.append(*unsummed(store))
    lives.completed(store, hand, "s2", material)

    assert [summary.session for summary in unsummed(store)] == ["s2"]
    assert [summary.session for summary in summaries(store)] == ["s1", "s2"]
    assert [summary.session for summary in last_summaries(store, 1)] == ["s2"]
    assert [summary.session for summary in last_summaries(store, 9)] == ["s1", "s2"]


def test_a_clock_found_right_later_in_the_same_boot_makes_its_labels_sure(store, hand, lives, material):
    lives.completed(store, hand, "s1", material)
    assert not only(store).clock_known

    store.append(ClockKnown())
    assert only(store).clock_known

    hand.restart("boot-2")
    lives.completed(store, hand, "s2", material)
    assert [summary.clock_known for summary in summaries(store)] == [True, False]


def test_a_keeper_sums_up_when_it_lets_go_and_when_it_finds_a_session_cut_off(tmp_path, hand, lives, material):
    with open_keeper(tmp_path, hand) as keeper:
        lives.completed(keeper, hand, "s1", material)
        lives.Journaled(keeper, hand, "s2", material).exercise()
        keeper.store.close()  # the power goes
    with open_keeper(tmp_path, hand) as keeper:
        found = [row.entry for row in keeper.store.read(kinds=(SessionSummed,))]

    assert [(entry.session, entry.outcome) for entry in found] == [
        ("s1", Outcome.COMPLETED),
        ("s2", Outcome.INTERRUPTED),
    ]


def test_records_that_nobody_understands_any_more_are_passed_over(store):
    store.append(SessionOpened("s1", "gone", "en", 0, Screening.FIRST, "0.0.1", "no", "no", "no"))
    odd = ({"kind": "rep", "detail": {}}, {"kind": "rep", "detail": {"segment": "x"}})
    more = ({"kind": "ended", "detail": {"outcome": "flown", "reason": ""}}, {"kind": "answered", "detail": {"a": 1}})
    good = {"kind": "rep", "detail": {"segment": "heel-slides/set1/left/rep01"}}
    store.append(*(Recorded(0, **record) for record in (*odd, *more, good)), SessionEnded("s1", Outcome.STOPPED, 1))

    assert only(store).works == (WorkSummed("heel-slides", 1, 0, 0, 0),)
    assert only(store).outcome is Outcome.STOPPED


def test_an_emergency_at_rest_stands_in_the_history_beside_the_sessions(store, hand, lives, material):
    rested = lives.completed(store, hand, "s1", material)
    rested.wait(60.0)
    rested.hear(Command.BREATH_CHEST).answer(Answer.YES)
    rested.hear(Command.BREATH_CHEST)  # once more, while it is dealt with: the same stop

    (stop,) = stops_at_rest(store, summaries(store))
    history = history_of(store, Frequency(origin=Origin.CLINICIAN, min=4, max=4), hand.at.date(), 7)

    assert (stop.outcome, stop.safety, stop.lock, stop.reason) == (Outcome.SAFETY, "emergency", 2, "at-rest")
    assert [session.session for session in history.sessions] == ["s1", stop.session]
    assert len(history.today.exercised) == 1
    assert "safety (emergency, at rest)" in as_text(history)
    assert "emergency" in as_csv(history).splitlines()[-1]


def test_a_call_for_help_at_rest_that_nobody_answered_stands_in_the_history(store, hand, lives, material):
    rested = lives.completed(store, hand, "s1", material)
    rested.wait(60.0)
    for pause_s in (120.0, 7200.0, 60.0):  # two within ten minutes are one
        rested.hear(Command.BREATH_CHEST)
        while rested.question is not None:  # nobody answers
            rested.line_ends()
            rested.time_out()
        rested.wait(pause_s)

    first, second = calls_at_rest(store)
    history = history_of(store, Frequency(origin=Origin.CLINICIAN, min=4, max=4), hand.at.date(), 7)

    assert (first.outcome, first.reason, first.lock) == (Outcome.NO_ANSWER, "call-unanswered", 0)
    assert (first.marks, second.marks) == ({"call": 2}, {"call": 1})
    assert [session.session for session in history.sessions] == ["s1", first.session, second.session]
    assert len(history.today.exercised) == 1
    assert "no-answer (call for help, at rest)" in as_text(history)
    assert "call-unanswered" in as_csv(history).splitlines()[-1]
    assert stops_at_rest(store, summaries(store)) == ()


def test_a_call_for_help_at_rest_that_was_answered_is_no_unanswered_one(store, hand, lives, material):
    rested = lives.completed(store, hand, "s1", material)
    rested.wait(60.0)
    rested.hear(Command.BREATH_CHEST).answer(Answer.NO)

    assert calls_at_rest(store) == ()


def test_what_stops_a_session_is_no_stop_at_rest_nor_is_a_lock_that_was_only_found(store, hand, lives, material):
    session = lives.Journaled(store, hand, "s1", material).exercise("ankle-pumps/set1/both/rep04")
    session.hear(Command.CALF_CLOT)
    before = stops_at_rest(store, ())
    session.store.append(SessionEnded("s1", Outcome.SAFETY, session.frame), LockSet(2, red_flag=True))

    assert before == ()
    assert stops_at_rest(store, summaries(store)) == ()
