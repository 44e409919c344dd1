"""Lines ready to be spoken."""

import pytest

from coach.errors import PackError
from coach.language.models import RecognizerModel
from coach.language.numbers import Counting
from coach.language.utterance import Form, Utterance


def test_a_line_knows_its_language_and_key(packs):
    line = packs["en"].utterance("safety.stopped")

    assert line == Utterance("en", "safety.stopped", "I have stopped. Lie still.")


@pytest.mark.parametrize(
    ("tag", "key", "slots", "text"),
    [
        ("en", "session.how-many-left", {"n": 7}, "You have seven more."),
        ("en", "session.how-many-left", {"n": 1}, "You have one more."),
        ("en", "session.how-long-left", {"n": 1}, "About one more minute."),
        ("en", "session.how-long-left", {"n": 3}, "About three more minutes."),
        ("en", "score.did-each", {"n": 10}, "Ten times on each side."),
        ("en", "score.times", {"n": 1}, "One time."),
        ("en", "session.switched", {"side": "side.left"}, "We change to the left foot."),
        ("ko", "session.how-many-left", {"n": 10}, "열 번 남았습니다."),
        ("ko", "score.rest", {"n": 30}, "삼십 초 동안 쉬세요."),
        ("ko", "score.count", {"n": 5}, "다섯."),
        ("ko", "score.set-start", {"n": 1, "m": 2}, "두 세트 가운데 첫 번째예요."),
        ("ko", "score.set-start", {"n": 3, "m": 3}, "세 세트 가운데 세 번째예요."),
    ],
)
def test_slots_are_filled_with_words(packs, tag, key, slots, text):
    assert packs[tag].utterance(key, **slots).text == text


def test_variants_are_counted_round(packs):
    pack = packs["en"]
    count = pack.variants("score.praise")

    first, again = pack.utterance("score.praise", variant=0), pack.utterance("score.praise", variant=count)

    assert first == again


def test_a_form_that_is_not_given_has_no_variants(packs):
    assert packs["en"].variants("session.paused", Form.WORD) == 0
    assert packs["en"].variants("session.nonsense") == 0


def test_a_shorter_form_is_another_line(packs):
    texts = [packs["en"].utterance("ankle-pumps.point", form).text for form in Form]

    assert texts == ["Point your toes away from you, and hold.", "Toes away.", "Point."]


@pytest.mark.parametrize(
    ("key", "form", "slots", "words"),
    [
        ("session.nonsense", Form.FULL, {}, ["en/phrases.toml", "[session]", "nonsense", "missing"]),
        ("session.paused", Form.WORD, {}, ["[session]", "paused", '"word"']),
        ("session.how-many-left", Form.FULL, {}, ["how-many-left", "{n}", "nothing"]),
        ("session.how-many-left", Form.FULL, {"n": -1}, ["how-many-left", "-1"]),
        ("session.switched", Form.FULL, {"side": "side.middle"}, ["[side]", "middle", "missing"]),
    ],
    ids=["key", "form", "slot", "negative", "name"],
)
def test_what_is_missing_is_told_in_a_sentence(packs, key, form, slots, words):
    with pytest.raises(PackError) as raised:
        packs["en"].utterance(key, form, **slots)

    assert [word for word in words if word not in str(raised.value)] == []


def test_an_unknown_counting_is_told_in_a_sentence(packs):
    pack = packs["ko"]
    sinokorean = {"default": Counting(rule="spellout-cardinal-sinokorean")}
    book = pack.phrases.model_copy(update={"countings": sinokorean})

    with pytest.raises(PackError, match=r'counting "native".*default'):
        book.utterance("session.how-many-left", Form.FULL, 0, {"n": 3})


def test_only_marked_lines_are_marked(packs):
    pack = packs["en"]

    assert pack.marked("session.hello")
    assert not pack.marked("session.paused")
    assert not pack.marked("session.nonsense")


def test_phrases_are_split_into_the_pieces_a_model_knows():
    model = RecognizerModel(name="m", garbage="<UNK>", pieces={"아파요": "아파 요"})

    assert model.pieced("너무 아파요") == "너무 아파 요"
