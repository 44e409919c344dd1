"""What the embedded engine adds to the contract every recognizer keeps."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from coach.audio.recording import read_recording
from coach.commands import RULES, Command
from coach.errors import PackError
from coach.listening.pace import Pace, pace_for
from coach.listening.vocabulary import Term, Vocabulary

pytest.importorskip("hama")

from coach.listening.phonemes.phrase_table import Match
from coach.listening.phonemes.pronunciations import load_lexicon
from coach.listening.recognizers.phonemes import PhonemeRecognizer

LEXICON = load_lexicon(Path(__file__).parents[2] / "voices" / "en" / "pronunciations.toml")
BLOCK = 320
PHRASES = {
    "stop": Command.STOP,
    "it hurts": Command.PAIN,
    "slow down": Command.SLOWER,
    "i can't breathe": Command.BREATH_CHEST,
}
WORDS = Vocabulary(tuple(Term(phrase, "en", command, RULES[command].policy) for phrase, command in PHRASES.items()))


class CountingNetwork:
    """Passes sound on to the network and counts how often, and how much."""

    def __init__(self, network):
        self.network = network
        self.lengths = []

    def run(self, outputs, inputs):
        self.lengths.append(inputs["waveform"].shape[1])
        return self.network.run(outputs, inputs)


@pytest.fixture
def recognizer():
    made = PhonemeRecognizer(WORDS, LEXICON)
    made._network = CountingNetwork(made._network)
    return made


@pytest.fixture(scope="module")
def voice(tmp_path_factory):
    espeak = shutil.which("espeak-ng")
    if espeak is None:
        pytest.skip("espeak-ng is not installed")

    def spoken(text):
        path = tmp_path_factory.mktemp("spoken") / "line.wav"
        subprocess.run([espeak, "-v", "en-gb", "-s", "140", "-w", str(path), text], check=True)
        return read_recording(path)

    return spoken


def listen(recognizer, sound, *, after=24, gain=1.0):
    """Let a recognizer hear half a second of silence, the sound, and quiet blocks that still count as speech."""
    quiet = np.random.default_rng(3).normal(0.0, 1e-5, 16_000).astype(np.float32)
    whole = len(sound) // BLOCK * BLOCK
    stream = np.concatenate((quiet[:8_000], gain * sound[:whole], quiet[: after * BLOCK], quiet[:BLOCK]))
    heard = []
    for start in range(0, len(stream), BLOCK):
        speech = 8_000 <= start < len(stream) - BLOCK
        heard += recognizer.accept(stream[start : start + BLOCK].astype(np.float32), speech=speech)
    return heard


def hum(seconds):
    return (0.2 * np.sin(2 * np.pi * 220 * np.arange(round(seconds * 16_000)) / 16_000)).astype(np.float32)


@pytest.mark.parametrize("phrase", PHRASES)
def test_a_spoken_phrase_is_heard(recognizer, voice, phrase):
    heard = listen(recognizer, voice(phrase))

    assert [one.text for one in heard if one.is_final] == [phrase]


@pytest.mark.parametrize("level_db", [-40, -20, 6])
def test_the_level_of_a_voice_does_not_matter(recognizer, voice, level_db):
    sound = voice("it hurts")

    usual = listen(recognizer, sound)
    other = listen(recognizer, sound, gain=10 ** (level_db / 20))

    assert [one.text for one in other] == [one.text for one in usual]


def test_what_must_not_wait_is_told_once_before_the_end(recognizer, voice):
    heard = listen(recognizer, voice("stop"))

    assert [(one.text, one.is_final) for one in heard] == [("stop", False), ("stop", True)]


def beside_talk(word, talk, *, below_db):
    """Return a word in the middle of talk that lies so far below it."""
    level = np.sqrt(np.mean(np.square(talk))) * 10 ** (below_db / 20)
    sound = talk * np.float32(np.sqrt(np.mean(np.square(word))) / level)
    middle = len(sound) // 2
    sound[middle : middle + len(word)] += word
    return sound


def test_a_word_that_halts_is_told_while_quieter_talk_goes_on(recognizer, voice):
    talk = voice("they walked along the river and came home late in the evening with a basket of apples")
    heard = listen(recognizer, beside_talk(voice("stop"), talk, below_db=14))

    assert [one.text for one in heard if not one.is_final] == ["stop"]


def test_a_loud_sound_just_ahead_of_a_word_takes_nothing_from_it(recognizer, monkeypatch):
    stretches = iter([(16_000, 24_000), (16_000, 24_000), (21_000, 29_000), (21_000, 29_000)])
    stop = Match(WORDS.terms[0], 0.0, 5.0, 10, 20, 4)
    found = iter([None, stop])
    monkeypatch.setattr("coach.listening.recognizers.phonemes.standing_out", lambda _: next(stretches, None))
    monkeypatch.setattr(recognizer._spotter, "final", lambda *_: ())
    monkeypatch.setattr(recognizer._spotter, "partial", lambda *_, **__: None)
    monkeypatch.setattr(recognizer._spotter, "alone", lambda _excess, *, cut_out: next(found) if cut_out else None)

    heard = listen(recognizer, hum(3.0))

    assert [(one.text, one.is_final) for one in heard] == [("stop", False)]
    assert next(found, "both looked at once") == "both looked at once"


def partly(recognizer, monkeypatch, *found, standing=None):
    """Let a recognizer find one match after the other while the utterance goes on, and nothing when it is over."""
    matches = iter(found)
    monkeypatch.setattr(recognizer._spotter, "final", lambda *_: ())
    monkeypatch.setattr(recognizer._spotter, "partial", lambda *_, **__: next(matches, None))
    monkeypatch.setattr(recognizer, "_standing_out", lambda: standing)
    return [(one.text, one.first // BLOCK) for one in listen(recognizer, hum(2.0)) if not one.is_final]


def match(phrase, first, last):
    (term,) = (term for term in WORDS if term.phrase == phrase)
    return Match(term, 0.0, 5.0, first, last, 4)


def test_a_phrase_is_told_once_however_often_it_is_found(recognizer, monkeypatch):
    found = match("stop", 10, 20), match("it hurts", 21, 30), match("stop", 11, 22), match("it hurts", 22, 30)

    assert [text for text, _ in partly(recognizer, monkeypatch, *found)] == ["stop", "it hurts"]


def test_a_phrase_that_is_said_again_is_told_again(recognizer, monkeypatch):
    (_, first), (_, second) = partly(recognizer, monkeypatch, match("stop", 10, 20), match("stop", 20, 30))

    assert second - first == 10


def test_what_stands_out_is_looked_for_though_a_phrase_that_was_told_is_still_found(recognizer, monkeypatch):
    still = [match("it hurts", 5, 20)] * 50

    told = partly(recognizer, monkeypatch, *still, standing=match("stop", 30, 40))

    assert [text for text, _ in told] == ["it hurts", "stop"]


def test_a_room_that_hisses_keeps_no_word_from_being_heard(recognizer, voice):
    hiss = np.random.default_rng(5).normal(0.0, 0.02, 80_000).astype(np.float32)
    for at in range(0, 32_000, BLOCK):
        recognizer.accept(hiss[at : at + BLOCK], speech=False)
    word = voice("stop")
    noisy = np.concatenate((word, np.zeros(8_000, dtype=np.float32)))
    noisy = noisy * np.float32(0.063 / np.sqrt(np.mean(np.square(word)))) + hiss[40_000 : 40_000 + len(noisy)]
    whole = len(noisy) // BLOCK * BLOCK

    heard = [one for at in range(0, whole, BLOCK) for one in recognizer.accept(noisy[at : at + BLOCK], speech=True)]

    assert [one.text for one in heard] == ["stop"]


def test_silence_after_a_word_is_read_no_more_than_once(recognizer, voice):
    sound = voice("stop")
    listen(recognizer, sound, after=24)
    short = len(recognizer._network.lengths)
    recognizer._network.lengths.clear()

    listen(recognizer, sound, after=48)

    assert len(recognizer._network.lengths) == short


def test_what_grows_quieter_and_quieter_is_read_all_the_same_before_the_end(recognizer, monkeypatch):
    rows = []
    monkeypatch.setattr(recognizer._spotter, "final", lambda excess, *_: rows.append(len(excess)) or ())
    fading = hum(3.2) * np.repeat(np.float32([1.0, 0.01, 1e-4, 1e-6]), 12_800)

    listen(recognizer, fading, after=0)

    assert rows == [pytest.approx((6_400 + len(fading)) / BLOCK, abs=1)]
    assert max(recognizer._network.lengths) <= 64 * BLOCK


def test_the_network_never_reads_more_than_a_window(recognizer, voice):
    listen(recognizer, np.tile(voice("slow down"), 6))

    assert max(recognizer._network.lengths) <= 64 * BLOCK


def test_a_long_talker_is_read_less_often(recognizer, voice):
    sound = np.tile(voice("slow down a little and then go on as you did before"), 4)
    listen(recognizer, sound)

    seconds = len(sound) / 16_000
    assert sum(recognizer._network.lengths) / 16_000 < 5.0 * seconds


def test_memory_does_not_grow_with_a_long_talker(recognizer, voice):
    sound = np.tile(voice("slow down"), 16)[: 12 * 16_000]
    for start in range(0, len(sound), BLOCK):
        recognizer.accept(sound[start : start + BLOCK], speech=True)

    assert len(recognizer._sound) <= 6 * 16_000
    assert len(recognizer._rows) <= 300


def test_nothing_is_read_while_nobody_speaks(recognizer):
    noise = np.random.default_rng(1).normal(0.0, 0.01, 32_000).astype(np.float32)
    for start in range(0, len(noise), BLOCK):
        recognizer.accept(noise[start : start + BLOCK], speech=False)

    assert recognizer._network.lengths == []


def test_terms_of_another_language_are_left_out():
    korean = Vocabulary((*WORDS, Term("멈춰", "ko", Command.PAUSE, RULES[Command.PAUSE].policy)))

    assert PhonemeRecognizer(korean, LEXICON).language == "en"


def test_a_phrase_without_a_pronunciation_is_refused():
    unknown = Vocabulary((Term("zyzzyva", "en", Command.STOP, RULES[Command.STOP].policy),))

    with pytest.raises(PackError, match="zyzzyva"):
        PhonemeRecognizer(unknown, LEXICON)


@pytest.mark.parametrize("phrase", PHRASES)
def test_a_phrase_is_heard_at_the_slowest_pace_too(recognizer, voice, phrase):
    recognizer.keep(pace_for(0.38))

    assert [one.text for one in listen(recognizer, voice(phrase)) if one.is_final] == [phrase]


def test_a_slow_machine_looks_less_often(recognizer, voice):
    counts = []
    for pace in (Pace(), pace_for(0.38)):
        recognizer._network.lengths.clear()
        recognizer.keep(pace)
        listen(recognizer, voice("it hurts"))
        counts.append(len(recognizer._network.lengths))

    assert counts[1] < counts[0] / 1.5


@pytest.mark.parametrize(
    ("look_s", "hum_s", "again"), [(0.05, 1.9, True), (0.13, 1.9, False), (0.13, 1.0, True), (0.38, 1.0, False)]
)
def test_the_slower_the_machine_the_shorter_is_what_is_read_again_where_it_is_unsure(recognizer, look_s, hum_s, again):
    recognizer.keep(pace_for(look_s))
    recognizer._network.lengths.clear()
    at = np.arange(round(hum_s * 16_000)) / 16_000

    listen(recognizer, (0.2 * np.sin(2 * np.pi * 220 * at)).astype(np.float32))

    assert any(length > 64 * BLOCK for length in recognizer._network.lengths) is again


@pytest.mark.parametrize(
    ("look_s", "hum_s", "ways"),
    [(0.05, 0.6, 4), (0.05, 1.2, 1), (0.05, 1.9, 0), (0.13, 0.6, 1), (0.38, 0.6, 0)],
    ids=["a word", "longer than a word", "long", "a word on a slow machine", "on a slower one"],
)
def test_a_word_that_halts_is_looked_for_in_as_many_ways_as_can_be_paid(recognizer, monkeypatch, look_s, hum_s, ways):
    looked = []
    monkeypatch.setattr(recognizer._spotter, "alone", lambda excess, *, cut_out: looked.append((len(excess), cut_out)))
    recognizer.keep(pace_for(look_s))
    at = np.arange(round(hum_s * 16_000)) / 16_000

    listen(recognizer, (0.2 * np.sin(2 * np.pi * 220 * at)).astype(np.float32), after=8)

    assert sum(not cut_out for _, cut_out in looked) == ways


def test_where_a_word_was_is_told_as_in_the_sound_itself_though_it_was_read_faster(recognizer, monkeypatch):
    stop = Match(WORDS.terms[0], 0.0, 5.0, 40, 60, 4)
    found = iter([None, stop])
    monkeypatch.setattr(recognizer._spotter, "final", lambda *_: ())
    monkeypatch.setattr(recognizer._spotter, "partial", lambda *_, **__: None)
    monkeypatch.setattr(recognizer._spotter, "alone", lambda _excess, *, cut_out: None if cut_out else next(found))
    at = np.arange(9_600) / 16_000

    (heard,) = listen(recognizer, (0.2 * np.sin(2 * np.pi * 220 * at)).astype(np.float32), after=8)

    assert (heard.text, heard.last - heard.first) == ("stop", 25 * BLOCK)


@pytest.mark.parametrize(
    ("phrase", "doubted", "told"),
    [("it hurts", False, ["stop", "it hurts"]), ("it hurts", True, ["stop"]), ("slow down", False, ["stop"])],
)
def test_harm_that_is_not_sure_is_told_beside_a_word_that_halts(recognizer, monkeypatch, phrase, doubted, told):
    (term,) = (term for term in WORDS if term.phrase == phrase)
    unsure = Match(term, -1.3, 1.0, 30, 60, 6, doubted=doubted)
    monkeypatch.setattr(recognizer._spotter, "final", lambda *_: (unsure,))
    monkeypatch.setattr(recognizer._spotter, "partial", lambda *_, **__: None)
    stop = Match(WORDS.terms[0], 0.0, 5.0, 40, 60, 4)
    monkeypatch.setattr(recognizer._spotter, "alone", lambda _excess, *, cut_out: None if cut_out else stop)

    assert [one.text for one in listen(recognizer, hum(0.6), after=8)] == told


def test_beside_another_language_long_utterances_are_not_read_again(recognizer):
    beside = PhonemeRecognizer(WORDS, LEXICON, beside=True)
    beside._network = recognizer._network
    again = []
    for hum_s in (1.0, 1.9):
        recognizer._network.lengths.clear()
        at = np.arange(round(hum_s * 16_000)) / 16_000
        listen(beside, (0.2 * np.sin(2 * np.pi * 220 * at)).astype(np.float32))
        again.append(any(length > 64 * BLOCK for length in recognizer._network.lengths))

    assert again == [True, False]


def test_one_look_is_a_whole_window(recognizer):
    recognizer.look()

    assert recognizer._network.lengths == [64 * BLOCK]


def test_talk_has_many_phones_a_second_and_a_hum_has_none(recognizer, voice):
    listen(recognizer, voice("we went down to the river and had a look at the boats"))
    talk = recognizer.phones_a_second
    at = np.arange(24_000) / 16_000
    listen(recognizer, (0.2 * np.sin(2 * np.pi * 220 * at)).astype(np.float32))

    assert talk > 5.0
    assert recognizer.phones_a_second < 2.0
