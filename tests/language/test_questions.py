"""The table of questions."""

import pytest

from coach.commands import RULES, Command, Policy, Urgency
from coach.language.questions import READINGS, QuestionKind
from coach.language.utterance import Answer

KINDS = [pytest.param(kind, id=kind.value) for kind in QuestionKind]


def test_every_kind_of_question_has_readings():
    assert set(READINGS) == set(QuestionKind)


@pytest.mark.parametrize("kind", KINDS)
def test_stop_and_emergencies_answer_nothing(kind):
    past = {command for command, rule in RULES.items() if rule.urgency is Urgency.EMERGENCY} | {Command.STOP}

    assert past.isdisjoint(READINGS[kind])


@pytest.mark.parametrize("kind", [kind for kind in QuestionKind if kind is not QuestionKind.EFFORT])
def test_every_report_of_harm_below_an_emergency_is_the_unsafe_answer(kind):
    harms = {
        command
        for command, rule in RULES.items()
        if rule.policy is Policy.ANYWHERE and rule.urgency is not Urgency.EMERGENCY
    }
    unsafe = Answer.NO if kind is QuestionKind.CONSENT else Answer.YES

    assert {READINGS[kind].get(command) for command in harms} == {unsafe}


def test_harm_is_no_measure_of_effort():
    harms = {command for command, rule in RULES.items() if rule.policy is Policy.ANYWHERE}

    assert harms.isdisjoint(READINGS[QuestionKind.EFFORT])
