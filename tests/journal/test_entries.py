"""Entries come back from their text as they were; what is no entry is refused in a sentence."""

import json

import pytest

from coach.commands import Command
from coach.errors import JournalError
from coach.journal import entries
from coach.journal.entries import (
    BegunAnew,
    ClockKnown,
    ClockSet,
    CuesPlayed,
    DoseAdapted,
    Entry,
    Happened,
    Kept,
    LockLifted,
    LockSet,
    NoticeDelivered,
    NoticeQueued,
    Planned,
    PlayedCue,
    Practised,
    Recorded,
    SessionEnded,
    SessionOpened,
    SessionSummed,
    Stood,
    VoiceKept,
    WorkSummed,
)
from coach.journal.form import canonical, kind_of, present_format, read_entry, write_entry
from coach.language.utterance import Answer
from coach.listening.echo_report import EchoClass
from coach.listening.hearing import Certainty
from coach.plan import schedule
from coach.plan.elapsed import Local, Reading
from coach.session import events as ev
from coach.session.care import Barred, Care, Known
from coach.session.effects import Outcome
from coach.session.states import Screening

EVENTS = (
    ev.Booted(0, 2),
    ev.StartRequested(1),
    ev.StopRequested(2),
    ev.SessionFellDue(2, again=True),
    ev.DayUnknown(2),
    ev.SessionUnready(2),
    ev.PracticeRequested(2),
    ev.Heard(3, Command.PAIN, Certainty.UNCONFIRMED, Answer.ALL_RIGHT, 'it "hurts", ärgerlich'),
    ev.Heard(3, Command.YES),
    ev.SpeechUnclear(4),
    ev.SegmentEnded(5, "ankle-pumps/set1/both/rep01"),
    ev.UtteranceEnded(6),
    ev.TimerFired(7),
    ev.HearingLost(8, "microphone"),
    ev.HearingRestored(9),
    ev.VoiceLost(10),
    ev.VoiceRestored(11),
    ev.JournalFailed(12),
    ev.JournalRestored(13),
    ev.CareAcknowledged(14),
    ev.PinRefused(14, waiting=True),
    ev.Heard(14, Command.NO, answer=Answer.NO, sure=False, margin=0.125),
    ev.NoticeDelivered(15),
    ev.NoticeFailed(16),
    ev.ClockJumped(17),
    ev.EchoFound(17, EchoClass.HALF_DUPLEX),
    ev.QuietHours(17, quiet=True),
    ev.Untrusted(17, "I4"),
)
SESSION = SessionSummed(
    "s1",
    "ankle-pumps",
    "en",
    3,
    77,
    "2026-11-23T09:30:00+01:00",
    clock_known=True,
    began=True,
    seconds=178,
    outcome=Outcome.SAFETY,
    reason="urgent",
    works=(WorkSummed("ankle-pumps", 14, 20, 1, 2),),
    efforts=("hard",),
    pain_levels=(4,),
    answers=(("screen-since", "no"), ("effort", "hard")),
    marks={"pain": 1},
    safety="urgent",
    lock=2,
)
AT = Reading("boot-1", 12, Local(738_000, 570), 1_700_000_000_000)
PLANNED = (
    schedule.Started(AT),
    schedule.Looked(Reading("boot-1", 12), able=False),
    schedule.Stirred(AT),
    schedule.Replied(AT, schedule.Reply.LATER),
    schedule.MorningTold(AT, morning=True),
    schedule.Began(AT),
    schedule.Over(AT),
)
ENTRIES = (
    Kept("ab", '{"a": 1}\n'),
    SessionOpened("s1", "ankle-pumps", "ko", 7, Screening.LATER, "0.1.0", "a", "b", "c"),
    SessionOpened(
        "s2",
        "ankle-pumps",
        "en",
        7,
        Screening.FIRST,
        "0.1.0",
        "a",
        "b",
        "c",
        Care(
            "Ada", (Known.SWELLING, Known.WOUND_PAIN), Barred.CLOT, ("heel-slides",), emergency_number="112", margin=0.5
        ),
    ),
    SessionEnded("s1", Outcome.NO_ANSWER, 4800),
    SessionEnded("s1", Outcome.INTERRUPTED),
    Recorded(4800, "answered", {"question": "effort", "try": 2}),
    CuesPlayed((PlayedCue("ankle-pumps.point", "rep01", 4800, 4801), PlayedCue("ankle-pumps.flex", "rep01", 9, None))),
    LockSet(2, red_flag=True),
    LockLifted("carer"),
    NoticeQueued("s1/1/pain", "pain"),
    NoticeDelivered("s1/1/pain"),
    ClockSet(-3600.5),
    DoseAdapted("ankle-pumps", "ankle-pumps 2x10", -2, "pain"),
    Practised(2, 3, pain=True, passed=True, margin=0.25),
    Practised(0, 3, pain=False, passed=False, margin=None),
    VoiceKept(-3.0, -1),
    BegunAnew("journal-damaged-0001.sqlite3", "why"),
    ClockKnown(),
    Stood(1, red_flag=True, outbox=(NoticeQueued("s1/1/pain", "pain"),)),
    SESSION,
    *(Planned(event) for event in PLANNED),
    *(Happened(event, "run", ("silence", 'say phrase="safety.stopped"')) for event in EVENTS),
)


@pytest.mark.parametrize("entry", ENTRIES, ids=kind_of)
def test_an_entry_comes_back_as_it_was(entry):
    text = write_entry(entry)

    assert read_entry(kind_of(entry), present_format(), text) == entry
    assert type(read_entry(kind_of(entry), present_format(), text)) is type(entry)
    assert text == canonical(json.loads(text))


def test_every_kind_of_entry_and_every_event_is_tried_here():
    kinds = {kind for kind in vars(entries).values() if isinstance(kind, type) and issubclass(kind, Entry)}
    happenings = {kind for kind in vars(ev).values() if isinstance(kind, type) and issubclass(kind, ev.Event)}

    assert {type(entry) for entry in ENTRIES} == kinds - {Entry}
    assert {type(event) for event in EVENTS} == happenings - {ev.Event}
    planned = {
        kind for kind in vars(schedule).values() if isinstance(kind, type) and issubclass(kind, schedule.Occurred)
    }
    assert {type(event) for event in PLANNED} == planned - {schedule.Occurred}


def test_kinds_have_plain_names():
    assert kind_of(SessionOpened) == "session-opened"
    assert kind_of(LockSet(1)) == "lock-set"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("lock-set", '{"lock":"2"}'),
        ("lock-set", '{"lock":2,"other":1}'),
        ("lock-set", "{"),
        ("lock-set", "[]"),
        ("nothing-known", "{}"),
        ("happened", '{"event":{"event":"flown","frame":1},"phase":"run","effects":[]}'),
        ("happened", '{"event":{"event":"heard","frame":1,"command":"sing"},"phase":"run","effects":[]}'),
        ("planned", '{"event":{"event":"flown"}}'),
        ("planned", '{"event":{"event":"replied","at":{"boot":"","uptime_ms":1},"reply":"maybe"}}'),
    ],
)
def test_what_is_no_entry_is_refused(kind, text):
    with pytest.raises(JournalError, match="cannot be read"):
        read_entry(kind, 1, text)


def test_an_entry_of_a_newer_coach_is_refused():
    with pytest.raises(JournalError, match="newer coach"):
        read_entry("lock-set", present_format() + 1, '{"lock":2}')


def test_older_entries_are_lifted_step_by_step_to_the_present_format():
    def first(kind, fields):
        return ("lock-set" if kind == "locked" else kind), fields

    def second(kind, fields):
        return kind, {**fields, "red_flag": True}

    lifts = (first, second)

    assert read_entry("locked", 1, '{"lock":2}', lifts) == LockSet(2, red_flag=True)
    assert read_entry("lock-set", 2, '{"lock":2}', lifts) == LockSet(2, red_flag=True)
    assert read_entry("lock-set", 3, '{"lock":2}', lifts) == LockSet(2)


@pytest.mark.parametrize("entry", [LockSet("two"), ClockSet(float("inf")), Recorded(1, "rep", {"a": [1]})])
def test_an_entry_with_a_wrong_field_is_not_written(entry):
    with pytest.raises(JournalError, match="cannot be written"):
        write_entry(entry)
