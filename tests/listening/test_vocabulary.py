import pytest

from coach.commands import RULES, SAFETY, Command, Policy
from coach.language.utterance import Context, Expectation
from coach.listening.vocabulary import EVERY_QUESTION, vocabulary

SESSION = Expectation()
HURT = Expectation(Context.QUESTION, "hurt")
EFFORT = Expectation(Context.QUESTION, "effort")


@pytest.fixture(scope="module")
def words(books):
    return vocabulary(books)


def term(words, phrase):
    (found,) = [term for term in words if term.phrase == phrase]
    return found


def test_every_phrase_of_every_book_is_in_it_once(words, books):
    listed = {(tag, entry.phrase) for tag, book in books.items() for entry in book.entries}
    terms = [(term.language, term.phrase) for term in words]

    assert listed <= set(terms)
    assert len(terms) == len(set(terms))


def test_a_term_carries_the_policy_the_pack_gives_it(words, books):
    strict = [
        entry
        for entry in books["en"].entries
        if entry.command is not None and entry.policy not in (None, RULES[entry.command].policy)
    ]

    assert strict
    assert all(term(words.of("en"), entry.phrase).policy is entry.policy for entry in strict)


def test_a_decoy_means_nothing_and_is_always_live(words, books):
    decoy = term(words, next(books["en"].decoys()))

    assert decoy.decoy
    assert decoy.command is None
    assert decoy.live(SESSION)


@pytest.mark.parametrize(
    ("phrase", "live_in"),
    [
        pytest.param("it hurts", {"session", "hurt", "effort"}, id="a safety phrase always"),
        pytest.param("yes", {"hurt", "effort"}, id="a general answer in any question"),
        pytest.param("very easy", {"effort"}, id="words of one question in that question"),
    ],
)
def test_words_are_live_when_they_can_mean_something(words, phrase, live_in):
    found = term(words.of("en"), phrase)

    live = {
        name for name, expected in (("session", SESSION), ("hurt", HURT), ("effort", EFFORT)) if found.live(expected)
    }

    assert live == live_in


def test_a_general_answer_answers_every_question(words):
    assert EVERY_QUESTION in term(words, "yes").questions


def test_the_vocabulary_of_a_language_holds_no_other(words):
    assert {term.language for term in words.of("ko")} == {"ko"}
    assert set(words.languages) == {"en", "ko"}


def test_the_safety_vocabulary_holds_safety_and_decoys_alone(words):
    safety = words.safety()

    commands = {term.command for term in safety if not term.decoy}
    assert commands <= SAFETY
    assert Command.CALL_PERSON in commands
    assert any(term.decoy for term in safety)


def test_beside_another_language_a_safety_phrase_must_be_the_whole_utterance(words):
    alarms = [term for term in words.safety() if not term.decoy]

    assert {term.policy for term in alarms} == {Policy.WHOLE}
    assert term(words.of("en"), "it hurts").policy is Policy.ANYWHERE


def test_the_live_terms_are_those_that_say_so(words):
    live = words.live(SESSION)

    assert live == tuple(term for term in words if term.live(SESSION))
    assert not any(term.policy is Policy.ANSWER for term in live)
