"""What holds for every utterance."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.commands import RULES, SAFETY, Command, Policy, Urgency
from coach.language.grammar import NOTHING, read
from coach.language.loader import load_packs
from coach.language.questions import QUESTION_KINDS, QuestionKind
from coach.language.utterance import Answer, Context, Expectation

PACKS = load_packs(Path(__file__).parents[2] / "voices")
FREE = Expectation()
untimed = settings(deadline=None)
QUESTIONS = st.sampled_from([None, *QUESTION_KINDS])
GOES_ON = {
    QuestionKind.SCREEN: {Answer.NO},
    QuestionKind.HARM: {Answer.NO},
    QuestionKind.CONSENT: {Answer.YES},
    QuestionKind.EFFORT: {Answer.EASY, Answer.ALL_RIGHT},
}


def _asked(question: str | None) -> Expectation:
    return FREE if question is None else Expectation(Context.QUESTION, question)


def _phrases(tag, *urgencies):
    return [
        entry
        for entry in PACKS[tag].commands.entries
        if entry.command and RULES[entry.command].urgency in urgencies and not entry.bare_help
    ]


def _alarms(tag):
    entries = _phrases(tag, Urgency.STOP, Urgency.URGENT, Urgency.EMERGENCY)
    return st.sampled_from([entry for entry in entries if entry.policy is Policy.ANYWHERE])


def _words(tag):
    """Words that mean something to the grammar, and some that do not, in any order."""
    book = PACKS[tag].commands
    guards = book.guards
    known = [*guards.negations, *guards.doubts, *guards.past, *guards.hints, *guards.companions, *book.fillers]
    phrases = [entry.phrase for entry in book.entries]
    answers = [phrase for words in book.questions.values() for listed in words.words.values() for phrase in listed]
    return st.lists(st.sampled_from([*known, *phrases, *answers, "zzz", "qqq"]), max_size=5).map(" ".join)


@pytest.mark.parametrize("tag", PACKS)
@untimed
@given(data=st.data())
def test_every_text_has_one_reading(tag, data):
    text = data.draw(st.one_of(st.text(max_size=60), _words(tag)))
    question = data.draw(QUESTIONS)

    first, again = (read(text, PACKS[tag].commands, _asked(question)) for _ in range(2))

    assert first == again
    assert question is not None or first.answer is None


@pytest.mark.parametrize("tag", PACKS)
@untimed
@given(data=st.data())
def test_a_safety_phrase_among_any_words_is_never_nothing(tag, data):
    alarm = data.draw(_alarms(tag))
    before, after = data.draw(_words(tag)), data.draw(_words(tag))

    reading = read(f"{before} {alarm.phrase} {after}", PACKS[tag].commands, FREE)

    assert reading.command in SAFETY


@pytest.mark.parametrize("tag", PACKS)
@untimed
@given(data=st.data())
def test_a_safety_phrase_among_unknown_words_is_itself_or_worse(tag, data):
    alarm = data.draw(_alarms(tag))
    before = data.draw(st.lists(st.sampled_from(["zzz", "qqq"]), max_size=12))

    reading = read(" ".join([*before, alarm.phrase, *before]), PACKS[tag].commands, FREE)

    assert RULES[reading.command].urgency >= RULES[alarm.command].urgency


@pytest.mark.parametrize("tag", PACKS)
@untimed
@given(data=st.data())
def test_fillers_around_a_command_change_nothing(tag, data):
    book = PACKS[tag].commands
    orders = _phrases(tag, Urgency.HALT, Urgency.CONTROL, Urgency.INFO)
    # A phrase of fillers and another phrase ("stop now") may be read as either.
    order = data.draw(st.sampled_from([entry for entry in orders if entry.policy is Policy.WHOLE]))
    fillers = st.lists(st.sampled_from(["um", "oh", "please"] if tag == "en" else ["음", "아이고"]), max_size=2)
    before, after = data.draw(fillers), data.draw(fillers)

    reading = read(" ".join([*before, order.phrase, *after]), book, FREE)

    assert reading.command is order.command


@pytest.mark.parametrize("tag", PACKS)
@untimed
@given(data=st.data())
def test_nothing_controls_the_coach_while_it_says_the_same(tag, data):
    text = data.draw(_words(tag))
    question = data.draw(QUESTIONS)

    reading = read(text, PACKS[tag].commands, _asked(question), sounding=frozenset({text}))

    unclear = reading.command is None and reading.answer is Answer.UNCLEAR and not reading.phrase
    assert reading == NOTHING or unclear or reading.command in {Command.STOP, Command.PAUSE, Command.MAYBE_PAIN}


@pytest.mark.parametrize("tag", PACKS)
@untimed
@given(data=st.data())
def test_reported_harm_never_lets_the_exercise_go_on(tag, data):
    alarm = data.draw(_alarms(tag))
    question = data.draw(st.sampled_from(list(QUESTION_KINDS)))
    answer = data.draw(st.sampled_from([*PACKS[tag].commands.phrases(Command.YES), "zzz"]))

    # The order of the words decides whether the first one denies the second, so harm comes first.
    reading = read(f"{alarm.phrase} {answer}", PACKS[tag].commands, Expectation(Context.QUESTION, question))

    assert reading.answer not in GOES_ON[QUESTION_KINDS[question]]


@pytest.mark.parametrize("tag", PACKS)
@untimed
@given(data=st.data())
def test_talk_of_many_words_commands_nothing(tag, data):
    order = data.draw(st.sampled_from(_phrases(tag, Urgency.HALT, Urgency.CONTROL, Urgency.INFO)))
    talk = " zzz" * (PACKS[tag].commands.words_max + 1)

    assert read(order.phrase + talk, PACKS[tag].commands, FREE).command in {None, Command.MAYBE_PAIN}
