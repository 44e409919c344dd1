import pytest

from coach.language.readability import AGE_MAX, ease, hard

SIMPLE = "Point your toes away from you. Then bring them back to your nose."
WORDY = (
    "Simultaneously maintaining comfortable respiration, gradually reposition the contralateral extremity according to "
    "physiotherapeutic recommendations"
)


def test_plain_sentences_have_a_low_reading_age():
    assert ease([SIMPLE], "en").value < 8


def test_the_formula_is_that_of_flesch_and_kincaid():
    # 11 words of one syllable in one sentence: 0.39 * 11 + 11.8 * 1 - 15.59 = grade 0.5.
    found = ease(["The cat sat on the mat and the dog did bark."], "en-GB")

    assert found.value == pytest.approx(0.39 * 11 + 11.8 - 15.59 + 5)


def test_long_words_in_long_sentences_are_hard():
    found = hard(WORDY, "en")

    assert found.measure == "reading age"
    assert found.value > AGE_MAX
    assert not found.easy


def test_a_short_line_is_not_judged_alone():
    assert hard("Immediately, physiotherapist.", "en") is None


def test_korean_syllables_are_counted_by_the_sentence():
    found = ease(["발끝을 위로. 발끝을 아래로 내려요."], "ko")

    assert (found.measure, found.value) == ("syllables a sentence", (5 + 9) / 2)


@pytest.mark.parametrize(("syllables", "found"), [(30, False), (31, True)])
def test_a_korean_sentence_of_many_syllables_is_hard(syllables, found):
    assert (hard("가" * syllables + ". 네.", "ko") is not None) is found


def test_a_language_without_a_measure_is_not_judged():
    assert ease(["Bonjour, comment allez-vous?"], "fr") is None
    assert hard("Bonjour, " * 20, "fr") is None
