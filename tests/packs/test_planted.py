"""The checks of a pack can fail: a grammar that ignores negations is noticed by what was reviewed."""

import pytest

from coach.commands import Command
from coach.language.command_book import CommandBook
from coach.language.grammar import read
from coach.language.utterance import Answer, Context, Expectation

FREE = Expectation()


@pytest.fixture
def careless(pack):
    """Return the vocabulary of a pack without its negations, doubts and endings that deny."""
    book = pack.commands
    emptied = dict.fromkeys(("negations", "interjections", "doubts", "past"), ())
    guards = book.guards.model_copy(update=emptied)
    # Made anew: a copy would keep the compiled lexicon.
    fields = {name: getattr(book, name) for name in CommandBook.model_fields}
    return CommandBook(**{**fields, "guards": guards})


def test_negation_ignored_is_noticed(pack, careless, heard):
    denied = [text for text in heard["maybe"] if read(text, careless, FREE).command is not Command.MAYBE_PAIN]

    assert denied, f"what is denied in {pack.name} would be taken for harm, and no reviewed phrase shows it"


def test_a_no_that_denies_pain_is_read_as_harm_without_negations(pack, careless, heard):
    asked = Expectation(Context.QUESTION, "hurt")
    right = {text: read(text, pack.commands, asked).answer for text in heard["all-clear"]}

    assert set(right.values()) == {Answer.NO}
    assert any(read(text, careless, FREE).command is Command.PAIN for text in heard["all-clear"])
