"""What was done, day by day; what the coach says about it; and the tables."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.journal import tables
from coach.journal.history import folded, hardest, history_of
from coach.journal.store import MemoryStore
from coach.journal.words import LINES, greeting_fact, how_am_i_doing, weekly
from coach.language.loader import load_pack
from coach.language.models import PERSON
from coach.program.quantity import Frequency, Origin
from coach.session.effects import Outcome

TODAY = date(2026, 11, 25)
FOUR = Frequency(origin=Origin.CLINICIAN, min=4, max=4)
RANGE = Frequency(origin=Origin.SEED, src=("S0",), min=3, max=4)
VOICES = Path(__file__).parents[2] / "voices"


def said(lines):
    """Return lines in English words."""
    pack = load_pack(VOICES / "en")
    return " ".join(pack.utterance(line.phrase, **line.slots).text for line in lines)


def test_every_day_is_there_also_those_on_which_nothing_happened(sums):
    history = folded(sums.days("2026-11-23T09:30", [2, 0, 1]), FOUR, TODAY, 7)

    assert [len(day.exercised) for day in history.days] == [0, 0, 0, 0, 2, 0, 1]
    assert history.today.date == TODAY
    assert history.yesterday.date == date(2026, 11, 24)
    assert history.since == date(2026, 11, 23)


def test_sessions_of_other_days_and_of_days_to_come_are_left_out(sums):
    sessions = [sums.summed("2036-11-23T09:30"), sums.summed("1970-01-01T00:00"), sums.summed("2026-11-25T09:30")]

    assert len(folded(sessions, FOUR, TODAY, 14).sessions) == 1


@pytest.mark.parametrize(
    ("counts", "meant", "adherence"),
    [
        ([4, 4, 0], FOUR, 1.0),
        ([3, 4, 0], FOUR, 7 / 8),
        ([3, 3, 0], RANGE, 1.0),
        ([8, 0, 0], FOUR, 0.5),
        ([2, 1, 4], FOUR, 3 / 8),
        ([0, 0, 3], FOUR, None),
    ],
    ids=[
        "all",
        "one less",
        "the least is enough",
        "more on one day makes up for none",
        "today is not over",
        "only today",
    ],
)
def test_adherence_counts_days_that_are_over_from_the_first_exercise_on(sums, counts, meant, adherence):
    history = folded(sums.days("2026-11-23T09:30", counts), meant, TODAY, 14)

    assert history.adherence() == (adherence if adherence is None else pytest.approx(adherence))


def test_a_session_without_a_repetition_is_none(sums):
    history = folded([sums.summed("2026-11-24T09:30", reps=0, outcome=Outcome.REFUSED)], FOUR, TODAY, 7)

    assert len(history.yesterday.sessions) == 1
    assert not history.yesterday.exercised


@pytest.mark.parametrize(
    ("efforts", "felt"),
    [((), ""), (("easy", "hard", "hard"), "hard"), (("easy", "hard"), "hard"), (("easy", "all-right"), "all-right")],
)
def test_how_it_mostly_felt_is_the_harder_of_two_that_are_even(efforts, felt):
    assert hardest(efforts) == felt


@pytest.mark.parametrize("days", [1, 7, 100])
def test_as_far_back_is_read_as_is_asked_for(sums, lives, days):
    store = MemoryStore(lives.HandClock())
    store.append(*sums.days("2026-07-01T08:00", [4] * 148))

    history = history_of(store, FOUR, TODAY, days)

    assert [len(day.exercised) for day in history.days] == [4] * days


# ---------------------------------------------------------------- what is said


@pytest.mark.parametrize(
    ("counts", "meant", "fact"),
    [
        ([0, 3, 0], FOUR, "Yesterday you did three of four."),
        ([0, 4, 0], FOUR, "Yesterday you did everything that was planned."),
        ([0, 3, 0], RANGE, "Yesterday you did everything that was planned."),
        ([4, 0, 0], FOUR, ""),
        ([4, 4, 2], FOUR, "This one makes three today."),
        ([0, 0, 0], FOUR, ""),
    ],
)
def test_the_greeting_says_one_true_thing_and_never_a_reproach(sums, counts, meant, fact):
    history = folded(sums.days("2026-11-23T09:30", counts), meant, TODAY, 14)

    assert said(greeting_fact(history)) == fact


@pytest.mark.parametrize(
    ("counts", "answer"),
    [
        ([0, 0, 0], "We have not exercised together yet."),
        ([0, 0, 1], "You have done one of four today."),
        (
            [4, 2, 0],
            (
                "Today you can begin whenever it suits you. Yesterday you did two of four. "
                "In the last seven days you exercised six times, on two days."
            ),
        ),
    ],
)
def test_how_am_i_doing_is_answered_from_what_was_done(sums, counts, answer):
    history = folded(sums.days("2026-11-23T09:30", counts), FOUR, TODAY, 14)

    assert said(how_am_i_doing(history)) == answer


def test_a_week_is_summed_up(sums):
    sessions = sums.days("2026-11-18T09:30", [4, 3, 0, 4, 4, 2, 1], efforts=("hard",))
    sessions[0] = sums.summed("2026-11-18T09:30", marks={"pain": 2})

    assert said(weekly(folded(sessions, FOUR, TODAY, 14))) == (
        "In the last seven days you exercised eighteen times, on six days. "
        "That was three hundred sixty movements in all. "
        "Mostly it felt hard to you. Tell your physiotherapist, who can make it lighter. "
        "You told me two times that something hurt. Please tell your care team, too."
    )


def test_a_week_without_exercise_is_no_reproach():
    assert said(weekly(folded((), FOUR, TODAY, 14))).startswith("The last seven days were for resting.")


SESSIONS = st.lists(st.integers(0, 5), min_size=1, max_size=9)


@given(SESSIONS, st.integers(1, 4))
def test_whatever_was_done_only_lines_that_are_checked_are_said(sums, counts, meant):
    often = Frequency(origin=Origin.CLINICIAN, min=meant, max=meant)
    history = folded(sums.days("2026-11-18T08:00", counts), often, TODAY, 14)

    for line in (*greeting_fact(history), *how_am_i_doing(history), *weekly(history)):
        assert frozenset(line.slots) == LINES[line.phrase]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_her_name_is_said(language):
    pack = load_pack(VOICES / language).addressing("Maria")

    assert "Maria" in pack.utterance("history.hello", who=PERSON).text


# ---------------------------------------------------------------- tables


@pytest.fixture
def mixed(sums):
    """Two days with a bit of everything."""
    sessions = [
        sums.summed("2026-11-24T09:30"),
        sums.summed("2026-11-24T12:30", reps=7, outcome=Outcome.SAFETY, safety="urgent", marks={"pain": 1}),
        sums.summed("2026-11-25T09:30", clock_known=False, efforts=("hard",), pain_levels=(4,)),
    ]
    return folded(sessions, FOUR, TODAY, 3)


def test_the_table_has_a_line_for_each_day_and_says_what_is_not_sure(mixed):
    lines = tables.as_text(mixed).splitlines()

    assert lines[1].split() == ["2026-11-23", "Mon", "0/4"]
    assert lines[2].split()[:5] == ["2026-11-24", "Tue", "2/4", "27", "all-right"]
    assert lines[2].endswith("safety (urgent)")
    assert lines[3].startswith("2026-11-25 Wed*")
    assert lines[4] == "3 sessions in 3 days; 4 a day are meant, 50% of them done."
    assert "not synchronized" in lines[5]


def test_the_json_holds_everything(mixed):
    plain = json.loads(json.dumps(tables.as_json(mixed)))

    assert plain["meant_a_day"] == [4, 4]
    assert plain["days"][1]["sessions"][1]["safety"] == "urgent"
    assert plain["days"][2]["sessions"][0]["pain_levels"] == [4]
    assert plain["days"][2]["sessions"][0]["works"] == [
        {"exercise": "ankle-pumps", "reps": 20, "of_reps": 20, "sets": 2, "of_sets": 2}
    ]


def test_the_csv_opens_in_a_spreadsheet(mixed):
    text = tables.as_csv(mixed)

    assert text.startswith(tables.BOM)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix(tables.BOM))))
    assert [row["reps"] for row in rows] == ["20", "7", "20"]
    assert [row["clock_sure"] for row in rows] == ["yes", "yes", "no"]


@pytest.mark.parametrize("begin", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_no_cell_is_taken_for_a_formula(sums, begin):
    history = folded([sums.summed("2026-11-25T09:30", reason=begin, program=begin)], FOUR, TODAY, 1)

    (row,) = csv.DictReader(io.StringIO(tables.as_csv(history).removeprefix(tables.BOM)))
    assert row["program"] == f"'{begin}"
