"""Whether what is said can be written down by somebody who did not say it."""

from dataclasses import replace

import numpy as np
import pytest

from coach.audio.wavefile import write_wav
from coach.errors import InputError
from coach.language.utterance import Form, Utterance
from coach.rehearsal.intelligibility import (
    Ear,
    Judged,
    distance,
    distances,
    ear_for,
    folded,
    letters,
    measured,
    prompts,
    recordings,
    report,
    told_apart,
)
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings
from coach.runtime.wiring import House
from coach.units import LISTEN_RATE, SAMPLE_RATE

PHONES_WRONG = 0.35
"""What a sample of lines may have wrong at most: all of them have 0.2 (`coach bench intelligibility`)."""
SAMPLE = ("ankle-pumps.flex", "session.paused", "score.rest")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return House(Paths.find(data=tmp_path_factory.mktemp("data")), Settings(), print, print)


def quiet(_what):
    return lambda _done, _total: None


@pytest.mark.parametrize(
    ("meant", "heard", "wrong"),
    [("", "", 0), ("abc", "abc", 0), ("abc", "", 3), ("", "ab", 2), ("abc", "adc", 1), ("kitten", "sitting", 3)],
)
def test_the_distance_is_the_least_number_of_changes(meant, heard, wrong):
    assert distance(tuple(meant), tuple(heard)) == wrong
    assert distance(tuple(heard), tuple(meant)) == wrong


def test_many_lines_are_compared_at_once_as_one_by_one():
    heard, many = tuple("kitten"), [tuple(word) for word in ("sitting", "", "kit", "kitten", "xxxxxxxxxxxx")]

    assert distances(heard, many).tolist() == [3, 6, 3, 0, 12]
    assert distances((), many).tolist() == [7, 0, 3, 6, 12]


def test_accents_and_ways_of_writing_count_as_one():
    stress, length = "\N{MODIFIER LETTER VERTICAL LINE}", "\N{MODIFIER LETTER TRIANGULAR COLON}"

    assert folded(f"t{stress}əʊz") == folded("t oʊ z")
    assert folded("t͡ʃ ɛ s t") == folded(f"tʃ{stress}ɛst")
    assert folded(f"ni{length}") == folded("n i")
    assert folded("bɛd") != folded("b æ d")


def test_letters_are_compared_without_spaces_and_marks():
    assert letters("발 끝.") == letters("발끝")
    assert len(letters("발끝을")) == 9


def test_a_line_of_which_nothing_is_heard_is_all_wrong():
    assert Judged("a.b", "full", "Rest.", ("r", "e", "s", "t"), ()).rate == 1.0


def test_a_line_that_sounds_more_like_another_is_told_and_another_wording_of_the_same_is_not():
    lines = [("a.rest", "Rest."), ("a.press", "Press."), ("a.rest", "A rest."), ("a.long", "Rest, and breathe easily.")]

    def taken(said, heard):
        judged = [Judged(key, "full", text, letters(text), letters(text)) for key, text in lines]
        judged[said] = replace(judged[said], heard=letters(heard))
        told = told_apart(judged)
        assert not any(line.taken_for for place, line in enumerate(told) if place != said)
        return told[said].taken_for

    assert not taken(0, "rest")
    assert not taken(0, "a rest")
    assert taken(0, "presst") == "Press."
    assert not taken(3, "rest and read is lee")


@pytest.fixture
def said(tmp_path, house):
    """A folder of recordings: a line that is known twice, and one of which the words are not known."""
    folder = tmp_path / "en_readings"
    folder.mkdir()
    line = Utterance("en", "a.line", "Bring your toes towards your nose.")
    clip = house.render([line], house.profile("person-en"))[line]
    for name in ("one.wav", "two.wav", "three.wav"):
        write_wav(folder / name, clip.samples, SAMPLE_RATE)
    told = ["file\ttranscript\tspeaker", f"one.wav\t{line.text}\ta", f"two.wav\t{line.text}\tb"]
    (folder / "manifest.tsv").write_text("\n".join([*told, "three.wav\t[no transcript]\tc"]), encoding="utf-8")
    return tmp_path


def test_people_whose_words_are_known_are_measured_once_a_text_beside_the_coach_saying_the_same(said, house):
    assert [one.path.name for one in recordings(said, "en")] == ["one.wav"]

    told = []
    report(house, ["en"], ["calm-en"], quiet, one_in=400, people=said, tell=told.append)

    assert [row["voice"] for row in told] == ["people: en_readings", "calm-en, the same words", "calm-en"]
    assert all(row["phone error rate"] < PHONES_WRONG and row["lines"] == 1 for row in told[:2])
    assert told[2]["nearer to another line"] == 0


def test_a_folder_in_which_no_words_are_known_is_refused(said):
    told = (said / "en_readings" / "manifest.tsv").read_text(encoding="utf-8").splitlines()
    (said / "en_readings" / "manifest.tsv").write_text("\n".join([told[0], told[3]]), encoding="utf-8")

    with pytest.raises(InputError, match="no recording for en has a transcript; name another folder"):
        recordings(said, "en")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_line_in_every_form_and_wording_is_spoken_once(house, language):
    pack = house.pack(language)
    spoken = list(prompts(pack))

    texts = {line.text for _, _, line in spoken}
    assert len(texts) == len(spoken)
    assert {key for key, _, _ in spoken} >= {
        key for key in pack.phrases.phrases if key.startswith(("safety.", "question."))
    }
    assert not any("{" in line.text for _, _, line in spoken)
    assert {form for _, form, _ in spoken} == set(Form)


def share_wrong(judged):
    return sum(line.errors for line in judged) / sum(len(line.meant) for line in judged)


def test_a_sample_of_the_english_prompts_is_understood_in_every_voice_and_nonsense_is_not(house):
    ear, pack = ear_for(house, "en"), house.pack("en")
    lines = [(key, Form.FULL, pack.utterance(key, n=30)) for key in SAMPLE]

    for name in ("calm-en", "clear-en"):
        assert share_wrong(measured(house, house.profile(name), ear, lines, quiet)) < PHONES_WRONG

    line = Utterance("en", "a.line", lines[0][2].text)
    clip = house.render([line], house.voice("en"))[line].samples
    meant, heard = ear.meant(line.text), ear.heard(np.ascontiguousarray(clip[::-3]))
    assert distance(meant, heard) / len(meant) > 0.6


def test_the_same_line_is_judged_in_each_voice_at_the_rate_an_engine_listens_at(house):
    given = []

    def heard(sound):
        given.append(len(sound) / LISTEN_RATE)
        return letters("멈춰어요")

    ear = Ear("laid out", "character error rate", heard, letters)
    line = ("safety.stopped", Form.FULL, Utterance("ko", "safety.stopped", "멈췄어요."))

    (judged,) = measured(house, house.voice("ko"), ear, [line], quiet)

    assert given[0] == pytest.approx(1.7, abs=0.4)
    assert (judged.errors, len(judged.meant)) == (1, 10)
    assert judged.key == "safety.stopped"


def test_a_voice_of_another_language_is_refused(house):
    with pytest.raises(InputError, match="None of the voices calm-ko speaks en"):
        report(house, ["en"], ["calm-ko"], quiet)


def test_a_voice_is_told_as_soon_as_it_is_measured_and_one_line_of_many_is_a_sample(house):
    told = []

    found = report(house, ["en"], ["calm-en", "night-en"], quiet, one_in=200, tell=told.append)

    assert found["voices"] == told
    assert [(row["voice"], row["lines"]) for row in told] == [("calm-en", 2), ("night-en", 2)]
    assert {row["voice"] for row in found["worst"]} == {"calm-en"}
    assert found["sample"] == "one line of 200"
