import pytest

from coach.errors import PackError
from coach.language.utterance import Form
from coach.score.wording import FORMS, Wording
from coach.units import Frames


@pytest.fixture
def wording(pack, material):
    """Return the maker of a wording over the small pack."""
    lengths = material().lengths
    return lambda seed=0: Wording(pack(), lengths, seed)


def test_the_longest_form_that_fits_is_taken(wording):
    full = wording().fitting("pumps.point", FORMS, Frames(10**6))

    assert full.form is Form.FULL
    assert wording().fitting("pumps.point", FORMS, Frames(full.length - 1)).form is Form.SHORT
    assert wording().fitting("pumps.point", FORMS, full.length).form is Form.FULL


def test_nothing_is_said_where_nothing_fits(wording):
    assert wording().fitting("pumps.point", FORMS, Frames(10)) is None


def test_a_form_that_is_not_given_is_passed_over(wording):
    assert wording().fitting("score.halfway", (Form.WORD, Form.FULL), Frames(10**6)).form is Form.FULL


def test_a_wording_that_fits_is_taken_though_its_turn_had_not_come(wording):
    short = wording().shortest("score.last-rep")

    found = {wording(seed).fitting("score.last-rep", FORMS, short.length).utterance.text for seed in range(10)}

    assert found == {"Last one."}


def test_wordings_take_turns(wording):
    chooser = wording()

    said = [chooser.line("score.praise").utterance.text for _ in range(6)]

    assert said[:3] == said[3:]
    assert len(set(said)) == 3


def test_numbers_become_words(wording):
    assert wording().line("score.count", n=5).utterance.text == "Five."


def test_a_phrase_that_is_missing_is_named(wording):
    with pytest.raises(PackError, match="key gone: this phrase is missing"):
        wording().line("pumps.gone")
    with pytest.raises(PackError, match="key gone: this phrase is missing"):
        wording().shortest("pumps.gone")


def test_the_shortest_words_of_all_forms_are_found(wording):
    assert wording().shortest("pumps.flex").utterance.text == "Up."
