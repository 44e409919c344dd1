"""What a step leaves in the journal."""

from dataclasses import replace

import pytest

from coach.commands import Command
from coach.journal.entries import Happened, LockLifted, LockSet, NoticeQueued, Recorded, SessionEnded
from coach.journal.steps import described, entries_of
from coach.language.utterance import Answer
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.effects import Outcome
from coach.session.machine import Step
from coach.session.states import Screening


@pytest.fixture
def running(bedside, material):
    coach = bedside.Bedside(material, Screening.LATER)
    coach.post(ev.Booted(0)).post(ev.StartRequested(0))
    return coach.answer(Answer.NO, Answer.YES).line_ends().wait(30)


def left_by(coach, event):
    coach.post(event)
    return entries_of("s1", event, Step(coach.state, coach.effects))


def test_an_event_that_leads_to_nothing_is_kept_all_the_same(running):
    event = ev.NoticeFailed(running.frame)

    entries = entries_of("s1", event, Step(running.state, ()))

    assert entries == (Happened(event, "run", ()),)


def test_records_are_kept_one_by_one(running):
    entries = left_by(running, ev.Heard(running.frame, Command.PAUSE))

    assert isinstance(entries[0], Happened)
    assert entries[0].phase == "paused"
    assert [entry.kind for entry in entries[1:] if isinstance(entry, Recorded)] == ["paused"]


def test_an_urgent_word_leaves_a_lock_a_notice_and_an_end(running):
    event = ev.Heard(running.frame, Command.CALF_CLOT)

    entries = left_by(running, event)

    assert LockSet(2, red_flag=True) in entries
    assert NoticeQueued(f"s1/{event.frame}/heard/urgent", "urgent") in entries
    assert any(isinstance(entry, Recorded) and entry.kind == "ended" for entry in entries)


def test_the_end_of_a_session_is_an_entry_of_its_own(running):
    entries = [entry for _ in range(8) for entry in left_by(running, ev.StopRequested(running.frame))]
    entries += left_by(running, ev.Heard(running.frame, Command.NO, answer=Answer.NO))
    entries += left_by(running, ev.Heard(running.frame, Command.STOP))
    entries += left_by(running, ev.Heard(running.frame, Command.STOP))

    assert SessionEnded("s1", Outcome.STOPPED, running.frame) in entries


def test_a_lock_is_lifted_by_the_carer_or_by_the_person(running):
    step = Step(running.state, (fx.Latch(0),))

    assert LockLifted("carer") in entries_of("s1", ev.CareAcknowledged(5), step)
    assert LockLifted("person") in entries_of("s1", ev.Heard(5, Command.NO, answer=Answer.NO), step)


def test_effects_are_told_so_that_a_person_can_read_them(running):
    running.hear(Command.PAUSE)

    told = described(Step(running.state, running.effects))

    assert "hush" in told
    assert 'say phrase="session.paused" slots={} lane=2' in told


def test_another_score_is_told_apart_and_an_equal_one_is_not(running):
    score, position = running.place.score, running.place.position
    other = running.place.reworked(running.place.work.paced(5.0)).score

    same = [described(Step(running.state, (fx.FollowScore(score, position),))) for _ in range(2)]
    changed = described(Step(running.state, (fx.FollowScore(other, position),)))

    assert same[0] == same[1]
    assert same[0] != changed


@pytest.mark.parametrize("change", [{"offset": 7}, {"length": 7}, {"id": "ankle-pumps.other"}, {"utterance": None}])
def test_a_score_with_one_other_cue_is_told_apart(running, change):
    score, position = running.place.score, running.place.position
    first, *rest = score.segments
    cue, *cues = first.cues
    other = replace(score, segments=(replace(first, cues=(replace(cue, **change), *cues)), *rest))

    told = [described(Step(running.state, (fx.FollowScore(each, position),))) for each in (score, other)]

    assert told[0] != told[1]
