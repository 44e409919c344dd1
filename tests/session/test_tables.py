"""The tables are total: every pair stands in one of them, and only in one."""

from itertools import product

import pytest

from coach.commands import Command
from coach.language.questions import QUESTION_KINDS
from coach.listening.hearing import Certainty
from coach.session import events as ev
from coach.session.answering import THEN
from coach.session.asking import PHASE
from coach.session.heard import FOLLOWS, KIND, Follows, Kind, follows
from coach.session.ignored import IGNORED, UNDONE, UNHEARD
from coach.session.questions import CONFIRM, QUESTIONS, REPHRASED, Question, Then, asking
from coach.session.states import Phase
from coach.session.tables import COMMANDS, EVENT_KINDS, EVENTS, HEARD

QUESTIONING = {Phase.SCREEN, Phase.CHECKIN, Phase.TRIAGE}


def test_every_phase_and_event_is_handled_or_ignored_for_a_reason():
    pairs = set(product(Phase, EVENT_KINDS))

    assert {kind.__name__ for kind in EVENT_KINDS} == {kind.__name__ for kind in ev.Event.__subclasses__()}
    assert set(EVENTS) | set(IGNORED) == pairs
    assert set(EVENTS) & set(IGNORED) == set()
    assert all(IGNORED.values())


def test_every_phase_and_hearing_is_handled_or_ignored_for_a_reason():
    pairs = set(product(Phase, Follows))

    assert set(HEARD) | set(UNHEARD) == pairs
    assert set(HEARD) & set(UNHEARD) == set()


def test_every_command_is_done_or_left_undone_for_a_reason_where_commands_are_looked_up():
    looked_up = {phase for phase, what in HEARD if what in {Follows.DO, Follows.TELL}}
    doing = {command for command, kind in KIND.items() if kind in {Kind.CONTROL, Kind.INFO}}
    # LATER and NOT_TODAY, and RESUME in a pause, stand in the table by themselves; the rest of PAUSED is complete.
    pairs = set(product(looked_up, doing))

    assert set(COMMANDS) | set(UNDONE) == pairs
    assert set(COMMANDS) & set(UNDONE) == set()


@pytest.mark.parametrize("phase", Phase, ids=lambda phase: phase.value)
def test_every_command_of_every_certainty_leads_somewhere_in_every_phase(phase):
    for command, certainty in product(Command, Certainty):
        what = follows(command, certainty)

        assert ((phase, what) in HEARD) != ((phase, what) in UNHEARD)


def test_every_command_has_one_kind_and_every_kind_a_row_for_each_certainty():
    assert set(KIND) == set(Command)
    assert set(FOLLOWS) == set(Kind)
    assert all(set(row) == set(Certainty) for row in FOLLOWS.values())


def test_every_question_has_a_row_a_phase_and_consequences():
    assert set(QUESTIONS) | set(REPHRASED) == set(Question)
    assert set(QUESTIONS) & set(REPHRASED) == set()
    assert set(PHASE) == set(Question)
    assert set(THEN) == set(Then) - {Then.ASK_AGAIN}


def test_ids_of_questions_are_their_own_but_for_the_rephrased():
    assert {question.value for question in QUESTIONS} == {row.id for row in QUESTIONS.values()}
    assert {row.id for row in REPHRASED.values()} <= {*QUESTIONS, "screen-worse"}
    assert {row.id for row in (*QUESTIONS.values(), *REPHRASED.values())} | set(CONFIRM.values()) == set(QUESTION_KINDS)


def test_nothing_that_was_only_half_heard_goes_on():
    going_on = {Follows.DO, Follows.TELL, Follows.ANSWER}

    for kind, row in FOLLOWS.items():
        assert row[Certainty.PARTIAL] not in going_on, kind
        assert row[Certainty.UNCONFIRMED] not in going_on, kind


def test_start_and_continue_mean_yes_to_consent_and_going_on_alone():
    rows = {question: asking(question).says_yes for question in Question}
    going_on = {Command.RESUME, Command.START}

    assert {question for question, words in rows.items() if words} == {
        Question.CONSENT,
        Question.GO_ON,
        Question.RESUME,
        Question.RESUME_OWN,
    }
    assert rows[Question.CONSENT] == {Command.START}
    assert rows[Question.GO_ON] == rows[Question.RESUME] == rows[Question.RESUME_OWN] == going_on
