"""A week of somebody who is well, with recognizers that are wrong as often as they may be."""

import json
import re
from collections import Counter
from dataclasses import replace

import pytest

from coach.errors import InputError
from coach.language.models import Form
from coach.rehearsal.campaign.rates import Rates
from coach.rehearsal.campaign.week import READ_BACK, RESUMES, TARGETS, Burden, Span, lived_weeks, met
from coach.rehearsal.hearing_bench.targets import TARGETS as HEARING
from coach.rehearsal.staging import Staging

ASKED_A_DAY = 20
"""The target is 12; what is asked by the design of the dialogue alone is 15: see `coach campaign --week`."""
HOW = re.compile(r"\b[Ss]ay (continue|ready)\b")


@pytest.fixture(scope="module")
def staging(house):
    return Staging(house, lambda _what: lambda _done, _total: None)


def lived(house, staging, rates, stops=20):
    return lived_weeks(staging, house.pack("en"), rates, Span(1, 1, stops), lambda _done, _total: None)


def test_a_week_is_bearable(house, staging):
    burden = lived(house, staging, Rates.held_to())

    figures = burden.figures()
    unmet = {target.name for target in TARGETS if not met(target, figures)}
    assert burden.sessions == 28
    assert burden.stops >= 15
    assert unmet <= {"forced answers a day", "sessions of 50 that ended by mishearing"}  # of 28 one is over the bound
    assert figures["forced answers a day"] <= ASKED_A_DAY
    assert burden.lost <= 1
    # What limits it is the dialogue itself: 11 before the exercise, and the effort behind the sets.
    assert 14 <= burden.by_design / 7 <= 17
    assert burden.by_design / 7 <= figures["forced answers a day"] <= burden.by_design / 7 + 4
    assert len(burden.wrong) == burden.urgent
    rows = burden.questions()
    assert sum(row["a day"] for row in rows) == pytest.approx(figures["forced answers a day"], abs=0.1)
    assert {row["question"]: row["asked"].partition(":")[0] for row in rows}["screen-consent"] == "every session"


def test_whoever_is_stopped_by_the_television_goes_on_where_she_is_told_how(house, staging):
    burden = lived(house, staging, replace(Rates.held_to().times(0), halts_an_hour=20.0), stops=0)

    rows = {row["question"]: row for row in burden.questions()}
    assert rows["stopped"]["a day"] > 0
    assert rows["stopped"]["asked"] == rows["resume"]["asked"]
    assert set(burden.outcomes) == {"completed", "stopped"}
    assert burden.notices == 0


def test_a_wish_to_go_on_that_was_not_surely_heard_counts_with_the_answers_that_were_not():
    rows = Burden(sessions=28, asked=Counter({READ_BACK: 3, "resume-own": 2, "resume": 1})).questions()

    rules = {row["question"]: row["asked"] for row in rows}
    assert rules["resume-own"] == rules[READ_BACK] != rules["resume"]


def test_every_line_that_tells_her_how_to_go_on_is_followed(house):
    phrases = house.pack("en").phrases.phrases
    told = {key for key, phrase in phrases.items() if any(HOW.search(line) for line in phrase.lines(Form.FULL))}

    assert told == set(RESUMES)


def test_recognizers_that_mishear_half_of_it_are_no_burden_anybody_bears(house, staging):
    rates = replace(Rates.held_to(), answer_missed=0.5, mistaken=0.5, sigh_mistaken=0.5)

    burden = lived(house, staging, rates, stops=0)

    assert burden.lost > 5
    assert {row["met"] for row in burden.rows()} == {True, False}


def test_a_stop_that_is_taken_for_a_cry_for_help_is_a_wrong_lock_that_says_so(house, staging):
    rates = replace(Rates.held_to().times(0), stop_missed=1.0, mistaken=1.0)

    span = Span(weeks=0, stops=25)
    burden = lived_weeks(staging, house.pack("en"), rates, span, lambda _done, _total: None)

    assert burden.urgent == len(burden.wrong) > 0
    assert all(told.startswith('she said "') and not told.endswith('""') for told in burden.wrong)


def test_recognizers_that_are_never_wrong_still_ask_what_the_dialogue_asks(house, staging):
    burden = lived(house, staging, Rates.held_to().times(0), stops=0)

    assert burden.asked.total() == burden.by_design
    assert burden.figures()["forced answers a day"] >= 14
    assert burden.lost == 0


def test_nothing_is_wrong_more_often_than_always():
    rates = Rates.held_to().times(1000)

    assert rates.answer_missed == rates.unsure == 1.0
    assert rates.halts_an_hour > 1.0


def test_what_was_measured_takes_the_place_of_what_must_be_reached(tmp_path):
    report = tmp_path / "hearing.json"
    rows = [{"target": target.name, "half": "held-out", "measured": 50.0} for target in HEARING]
    report.write_text(json.dumps({"targets": rows}), encoding="utf-8")

    rates = Rates.measured(report)

    assert rates.answer_missed == rates.stop_missed == rates.unsure == pytest.approx(0.5)
    assert rates.halts_an_hour == 50.0


@pytest.mark.parametrize("text", ["", "[]", '{"targets": []}', '{"targets": [{"target": "x", "half": "held-out"}]}'])
def test_a_file_that_is_no_report_is_refused_with_what_to_do(tmp_path, text):
    report = tmp_path / "hearing.json"
    report.write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match="coach bench hearing"):
        Rates.measured(report)


def test_a_target_is_met_up_to_its_bound_and_not_beyond():
    assert met(TARGETS[0], {TARGETS[0].name: 12.0})
    assert not met(TARGETS[0], {TARGETS[0].name: 12.1})
    assert Burden(sessions=28, notices=2).figures()["needless notices a week"] == 2.0
