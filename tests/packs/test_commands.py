"""What every pack must understand."""

import pytest

from coach.commands import RULES, Command, Policy, Urgency
from coach.language.alarms import BARE_HELP
from coach.language.grammar import read
from coach.language.questions import QUESTION_KINDS, READINGS, QuestionKind
from coach.language.said import letters_of
from coach.language.utterance import Answer, Context, Expectation

FREE = Expectation()
ASKED = Expectation(Context.QUESTION)
SPOKEN = [command for command, rule in RULES.items() if rule.policy is not Policy.DERIVED]


def _suits(command: Command) -> Expectation:
    """Return an expectation in which a command may be said."""
    return ASKED if RULES[command].policy is Policy.ANSWER else FREE


@pytest.mark.parametrize("command", SPOKEN)
def test_every_phrase_of_a_command_is_read_as_it(pack, command):
    book = pack.commands

    wrong = {
        phrase: read(phrase, book, _suits(command)).command
        for phrase in book.phrases(command)
        if read(phrase, book, _suits(command)).command is not command
    }

    assert book.phrases(command)
    assert wrong == {}


@pytest.mark.parametrize("command", SPOKEN)
def test_spaces_do_not_matter(pack, command):
    book = pack.commands

    closed = {phrase: letters_of(phrase) for phrase in book.phrases(command)}

    assert [phrase for phrase, text in closed.items() if read(text, book, _suits(command)).command is not command] == []


@pytest.mark.parametrize("command", SPOKEN)
def test_a_phrase_in_the_pieces_of_a_recognizer_is_read_as_it(pack, command):
    book = pack.commands

    wrong = [
        phrase
        for model in pack.recognizers.values()
        for phrase in book.phrases(command)
        if read(model.pieced(phrase), book, _suits(command)).command is not command
    ]

    assert wrong == []


def test_every_decoy_means_nothing_or_a_maybe(pack):
    readings = {decoy: read(decoy, pack.commands, FREE).command for decoy in pack.commands.decoys()}

    assert {decoy: command for decoy, command in readings.items() if command not in (None, Command.MAYBE_PAIN)} == {}


@pytest.mark.parametrize("question", QUESTION_KINDS)
def test_every_word_of_a_question_answers_it_so(pack, question):
    words = pack.commands.questions[question].words
    expectation = Expectation(Context.QUESTION, question)

    wrong = {
        phrase: read(phrase, pack.commands, expectation)
        for answer, phrases in words.items()
        for phrase in phrases
        if read(phrase, pack.commands, expectation).answer is not answer
    }

    assert wrong == {}


@pytest.mark.parametrize("question", QUESTION_KINDS)
@pytest.mark.parametrize("command", [Command.STOP, *(c for c in SPOKEN if RULES[c].urgency is Urgency.EMERGENCY)])
def test_stop_and_emergencies_go_past_every_question(pack, question, command):
    book = pack.commands
    expectation = Expectation(Context.QUESTION, question)
    own = {phrase for phrases in book.questions[question].words.values() for phrase in phrases}

    kept = [
        phrase
        for phrase in book.phrases(command)
        if phrase not in own and read(phrase, book, expectation).answer is not None
    ]

    assert kept == []


@pytest.mark.parametrize("question", [q for q, kind in QUESTION_KINDS.items() if kind is not QuestionKind.EFFORT])
def test_pain_never_answers_so_that_the_exercise_goes_on(pack, question):
    book = pack.commands
    expectation = Expectation(Context.QUESTION, question)
    unsafe = READINGS[QUESTION_KINDS[question]][Command.PAIN]

    answers = {read(phrase, book, expectation).answer for phrase in book.phrases(Command.PAIN)}

    assert answers <= {unsafe, Answer.UNCLEAR, None}


def test_pain_at_the_question_of_effort_stays_a_command(pack):
    expectation = Expectation(Context.QUESTION, "effort")

    readings = [read(phrase, pack.commands, expectation) for phrase in pack.commands.phrases(Command.PAIN)]

    assert {(reading.command, reading.answer) for reading in readings} == {(Command.PAIN, None)}


def test_a_bare_help_is_told_as_bare(pack):
    bare = [entry.phrase for entry in pack.commands.entries if entry.bare_help]

    assert bare
    assert {read(phrase, pack.commands, FREE).phrase for phrase in bare} == {BARE_HELP}


def test_what_was_reviewed_to_mean_nothing_means_nothing(pack, heard):
    assert {
        text: read(text, pack.commands, FREE) for text in heard["nothing"] if read(text, pack.commands, FREE).command
    } == {}


def test_what_was_reviewed_as_denied_or_doubted_harm_is_a_maybe(pack, heard):
    readings = {text: read(text, pack.commands, FREE).command for text in heard["maybe"]}

    assert {text: command for text, command in readings.items() if command is not Command.MAYBE_PAIN} == {}


def test_what_was_reviewed_as_another_command_is_that_command(pack, heard):
    assert {text: read(text, pack.commands, FREE).command for text in heard["other"]} == heard["other"]


def test_every_reviewed_phrase_is_understood(pack, heard):
    wrong = {
        (command, phrase): read(phrase, pack.commands, _suits(Command(command))).command
        for command, phrases in heard["command"].items()
        for phrase in phrases
        if read(phrase, pack.commands, _suits(Command(command))).command != command
    }

    assert wrong == {}


@pytest.mark.parametrize("question", ["hurt", "stopped", "sharp", "triage-pain", "screen-since"])
def test_every_reviewed_all_clear_is_a_no_to_being_hurt(pack, heard, question):
    expectation = Expectation(Context.QUESTION, question)

    answers = {text: read(text, pack.commands, expectation).answer for text in heard["all-clear"]}

    assert {text: answer for text, answer in answers.items() if answer is not Answer.NO} == {}


def test_every_reviewed_yes_is_a_yes_while_a_question_is_open(pack, heard):
    assert {text for text in heard["yes"] if read(text, pack.commands, ASKED).answer is not Answer.YES} == set()
    assert {text for text in heard["yes"] if read(text, pack.commands, FREE).command} == set()
