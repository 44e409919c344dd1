import json
from pathlib import Path

import pytest

from coach.commands import Command, Policy
from coach.errors import PackError
from coach.listening.closed_grammar import ClosedGrammar, Wording
from coach.listening.vocabulary import EVERY_QUESTION, Term, Vocabulary

STOP = Term("stop", "en", Command.STOP, Policy.WHOLE)
HURTS = Term("it hurts", "en", Command.PAIN, Policy.ANYWHERE)
YES = Term("yes", "en", Command.YES, Policy.ANSWER, frozenset({EVERY_QUESTION}))
START = Term("start", "en", Command.START, Policy.WHOLE)
DECOY = Term("bus stop", "en")
BOOK = Vocabulary((STOP, HURTS, YES, START, DECOY))


class Words:
    """A model that has some words."""

    folder = Path("models/small")
    garbage = "[unk]"

    def __init__(self, words):
        self._words = set(words.split())

    def knows(self, word):
        return word in self._words


def made(words="stop it hurts yes start bus um the [unk]", book=BOOK, **wording):
    return ClosedGrammar(Words(words), book, Wording(fillers=("um",), **wording))


def korean(word, words):
    return made(words, Vocabulary((Term(word, "ko", Command.PAIN, Policy.ANYWHERE),)))


def test_it_holds_phrases_decoys_fillers_and_garbage():
    assert json.loads(made().whole) == ["stop", "it hurts", "yes", "start", "bus stop", "um", "[unk]"]


@pytest.mark.parametrize(
    ("said", "read"),
    [
        pytest.param("stop", "stop", id="a phrase"),
        pytest.param("um it hurts", "um it hurts", id="a phrase and a filler"),
        pytest.param("bus stop", "bus stop", id="a decoy"),
        pytest.param("yes stop", "yes stop", id="two phrases"),
        pytest.param("the it hurts", "[unk]", id="a phrase after other words"),
        pytest.param("it hurts the", "[unk]", id="a phrase before other words"),
        pytest.param("yes the bus", "yes [unk]", id="an answer before other words"),
        pytest.param("it stop hurts", "[unk]", id="words of phrases in no order of theirs"),
    ],
)
def test_words_count_where_whole_phrases_cover_them_all(said, read):
    grammar = made()

    words = grammar.read(said.split())

    assert words == read.split()
    assert grammar.understood(words) == ("[unk]" not in read)


def test_a_word_the_model_lacks_is_an_error_of_the_pack_with_what_to_do():
    book = Vocabulary((*BOOK, Term("slower", "en", Command.SLOWER, Policy.OPEN)))

    with pytest.raises(PackError, match=r'models/small lacks .*"slower" \(of "slower"\).*recognizers\.vosk\.pieces'):
        made(book=book)


def test_of_many_missing_words_a_few_are_told():
    lacking = [Term(f"w{number}", "en", Command.SLOWER, Policy.OPEN) for number in range(9)]

    with pytest.raises(PackError, match=r'"w4" \(of "w4"\) and 4 more'):
        made(book=Vocabulary((*BOOK, *lacking)))


def test_the_packs_own_pieces_are_used():
    ouch = Term("ouch", "en", Command.PAIN, Policy.ANYWHERE)

    grammar = made("ou ch [unk]", Vocabulary((ouch,)), pieces={"ouch": "ou ch"})

    assert json.loads(grammar.whole)[0] == "ou ch"


@pytest.mark.parametrize(("word", "pieces"), [("아파요", "아파 요"), ("잠깐만요", "잠깐 만 요"), ("멈춰", "멈춰")])
def test_korean_words_are_split_into_the_fewest_the_model_has(word, pieces):
    grammar = korean(word, "아 파 아파 요 잠깐 만 멈춰 멈 춰 [unk]")

    assert json.loads(grammar.whole)[0] == pieces


def test_words_of_other_writings_are_never_split():
    with pytest.raises(PackError, match='"ithurts"'):
        made(book=Vocabulary((*BOOK, Term("ithurts", "en", Command.PAIN, Policy.ANYWHERE))))


def test_words_are_compared_without_the_spaces_between_them():
    grammar = korean("아파요", "아 파 아파 요 [unk]")

    assert grammar.read(["아", "파", "요"]) == ["아", "파", "요"]


def test_core_phrases_stand_among_rivals():
    grammar = made(core=("stop", "yes"), rivals=("bus", "tree"))

    assert json.loads(grammar.narrow) == ["stop", "yes", "bus", "[unk]"]
    assert grammar.is_core(["yes"])
    assert not grammar.is_core(["bus"])


def test_there_is_no_second_grammar_without_core_phrases():
    assert made(rivals=("bus",)).narrow == ""


@pytest.mark.parametrize(("words", "halts"), [("stop", True), ("it hurts", True), ("yes", False), ("bus stop", False)])
def test_it_tells_what_halts(words, halts):
    assert made().halts(words.split()) == halts


@pytest.mark.parametrize(("words", "sets_going"), [("um start", True), ("yes", False), ("stop", False), ("", False)])
def test_it_tells_what_sets_the_exercise_going(words, sets_going):
    assert made().sets_going(words.split()) == sets_going


@pytest.mark.parametrize(
    ("words", "goes_past"),
    [
        pytest.param("bus stop", False, id="a phrase with what halts in it"),
        pytest.param("start", True, id="a phrase"),
        pytest.param("yes [unk]", True, id="an answer before garbage"),
        pytest.param("it hurts", False, id="what halts"),
        pytest.param("um", False, id="a filler"),
        pytest.param("[unk]", False, id="garbage"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_it_tells_what_does_not_halt(words, goes_past):
    assert made().goes_past(words.split()) == goes_past


@pytest.mark.parametrize(
    ("words", "calls"), [("help", True), ("um help", True), ("it hurts", False), ("stop", False), ("the", False)]
)
def test_it_tells_what_calls_for_help(words, calls):
    book = Vocabulary((STOP, HURTS, Term("help", "en", Command.CALL_PERSON, Policy.ANYWHERE)))

    assert made("stop it hurts help [unk]", book).calls(words.split()) == calls


def test_what_sets_the_exercise_going_may_not_be_a_core_phrase():
    with pytest.raises(PackError, match="key core: start would set the exercise going"):
        made(core=("stop", "start"))


def test_every_packs_core_can_be_made(packs):
    for tag, pack in packs.items():
        model = pack.recognizers["vosk"]
        everything = Words(" ".join(["[unk]", *model.pieces.values()]))
        everything.knows = lambda _word: True
        book = Vocabulary(tuple(Term(entry.phrase, tag, entry.command) for entry in pack.commands.entries))

        grammar = ClosedGrammar(everything, book, Wording(core=model.core, rivals=model.rivals))

        assert all(grammar.is_core(phrase.split()) for phrase in model.core)
