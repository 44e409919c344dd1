from dataclasses import replace

import numpy as np
import pytest

from coach.commands import Command
from coach.language.utterance import Answer, Context, Expectation
from coach.listening.cancellers.kalman import KalmanCanceller
from coach.listening.hearing import Certainty, Hypothesis, Unclear
from coach.listening.listener import TAIL, Listener
from coach.listening.recognizers.scripted import ScriptedRecognizer
from coach.listening.segmenter import Segmenter

SECOND = 16_000
SILENCE = np.zeros(320, dtype=np.float32)
LOUD = np.full(320, 0.5, dtype=np.float32)


class Subtracting:
    """A canceller for a room without reverberation."""

    name = "subtracting"
    convergence_db = 0.0

    def process(self, mic, reference):
        return mic - reference

    def reset(self):
        pass


class Collecting:
    """A recognizer that keeps what it is given, and hears "stop" when speech ends."""

    name = "collecting"
    language = "en"

    def __init__(self):
        self.blocks = []
        self.speech = []
        self.expected = []

    def expect(self, expectation):
        self.expected.append(expectation)

    def accept(self, block, *, speech):
        ended = not speech and self.speech[-1:] == [True]
        self.blocks.append(block)
        self.speech.append(speech)
        count = sum(map(len, self.blocks))
        return (Hypothesis("stop", 0.0, count - 640, count, is_final=True, engine=self.name),) if ended else ()

    def reset(self):
        self.blocks.clear()


class Threshold:
    """A segmenter that takes every loud block for speech."""

    floor_db = -60.0

    def accept(self, block):
        return bool(np.abs(block).max() > 0.1)

    def reset(self):
        pass


@pytest.fixture
def script():
    return ScriptedRecognizer("en")


@pytest.fixture
def listener(script, books):
    return Listener([script], books)


def listen(listener, frames, *, sounding=()):
    return [heard for _ in range(frames // 320) for heard in listener.accept(SILENCE, None, sounding=sounding)]


def test_a_word_becomes_a_partial_and_a_final_of_one_utterance(listener, script):
    script.tell("stop", SECOND, SECOND + SECOND // 2)

    heard = listen(listener, 3 * SECOND)

    assert [(one.command, one.certainty) for one in heard] == [
        (Command.STOP, Certainty.PARTIAL),
        (Command.STOP, Certainty.FINAL),
    ]
    assert heard[0].utterance == heard[1].utterance


def test_it_counts_every_frame_that_went_through_the_recognizers(listener):
    listen(listener, SECOND)

    assert listener.listened == SECOND


def test_finish_brings_out_what_is_on_its_way(listener, script):
    script.tell("slower", 0, SECOND)
    listen(listener, SECOND)

    heard = listener.finish()

    assert [one.command for one in heard] == [Command.SLOWER]
    assert listener.listened == SECOND + TAIL


def test_what_is_expected_decides_how_words_are_read(listener, script):
    listen(listener, SECOND)
    listener.expect(Expectation(Context.QUESTION, "hurt"))
    script.tell("no", SECOND, 2 * SECOND)

    heard = listen(listener, 3 * SECOND)

    assert [one.answer for one in heard] == [Answer.NO]


def test_an_answer_that_cannot_be_read_is_unclear(listener, script):
    listener.expect(Expectation(Context.QUESTION, "hurt"))
    script.tell("the bus stop", SECOND, 2 * SECOND)

    assert [type(one) for one in listen(listener, 4 * SECOND)] == [Unclear]


def test_what_the_coach_says_itself_is_no_command(listener, script):
    script.tell("slower", SECOND, 2 * SECOND)

    heard = listen(listener, 4 * SECOND, sounding=("Say slower, and I go slower.",))

    assert heard == []


def test_what_the_coach_said_before_does_not_matter(listener, script):
    script.tell("slower", SECOND, 2 * SECOND)

    before = listen(listener, SECOND // 2, sounding=("Say slower, and I go slower.",))
    after = listen(listener, 4 * SECOND)

    assert [one.command for one in before + after] == [Command.SLOWER]


def test_a_safety_phrase_the_coach_says_itself_is_a_maybe(listener, script):
    script.tell("it hurts", SECOND, 2 * SECOND)

    heard = listen(listener, 4 * SECOND, sounding=("If anything hurts, say: it hurts.",))

    assert Command.MAYBE_PAIN in [one.command for one in heard]
    assert Command.PAIN not in [one.command for one in heard]


def test_recognizers_hear_the_microphone_without_the_echo(books):
    recognizer = Collecting()
    listener = Listener([recognizer], books, Subtracting(), Threshold())

    listener.accept(LOUD, LOUD)
    listener.accept(LOUD, None)

    assert [float(block.max()) for block in recognizer.blocks] == [0.0, 0.5]


def test_speech_is_what_the_segmenter_says_and_its_end_brings_the_final(books):
    listener = Listener([Collecting()], books, None, Threshold())

    during = [listener.accept(LOUD, None) for _ in range(3)]
    after = listener.accept(SILENCE, None)

    assert during == [(), (), ()]
    assert [one.command for one in after] == [Command.STOP]


def test_every_recognizer_hears_what_is_expected(books):
    one, other = Collecting(), Collecting()
    question = Expectation(Context.QUESTION, "hurt")

    Listener([one, other], books).expect(question)

    assert one.expected == other.expected == [question]


def test_beside_a_session_in_another_language_only_safety_counts(books):
    english, korean = ScriptedRecognizer("en", "english"), ScriptedRecognizer("ko", "korean")
    listener = Listener([korean, english], books)
    english.tell("slower", 0, SECOND)
    english.tell("help me", 2 * SECOND, 3 * SECOND)
    korean.tell("천천히", 4 * SECOND, 5 * SECOND)

    heard = [one.command for one in listen(listener, 7 * SECOND) if one.certainty is Certainty.FINAL]

    assert heard == [Command.CALL_PERSON, Command.SLOWER]


def test_an_engine_of_another_language_is_not_asked_whether_to_go_on(books):
    english, korean = ScriptedRecognizer("en", "english"), ScriptedRecognizer("ko", "korean")
    korean.tell("계속해 주세요", 0, SECOND)

    heard = listen(Listener([korean, english], books), 2 * SECOND)

    assert [one.command for one in heard] == [Command.RESUME]


def test_reset_forgets_what_was_told_and_not_yet_borne_out(listener, script):
    script.tell("stop", 0, SECOND)
    early = listen(listener, 5 * SECOND // 4)

    listener.reset()

    assert [one.certainty for one in early] == [Certainty.PARTIAL]
    assert listen(listener, 6 * SECOND) == []


def test_reset_forgets_the_utterance_under_way(listener, script):
    script.tell("stop", 0, SECOND)
    listen(listener, SECOND // 2)

    listener.reset()

    assert listen(listener, 3 * SECOND) == []
    assert listener.listened == 7 * SECOND // 2


def cry(seconds, hertz=220.0):
    """Return a voice that goes on: a fundamental and its overtones."""
    at = np.arange(round(seconds * SECOND)) / SECOND
    return (0.2 * sum(np.sin(2 * np.pi * hertz * part * at) / part for part in range(1, 6))).astype(np.float32)


def listen_to(listener, sound, *, sounding=()):
    sound = np.concatenate((np.zeros(SECOND // 2, np.float32), sound, np.zeros(SECOND // 2, np.float32)))
    blocks = np.split(sound, range(320, len(sound), 320))
    return [heard for block in blocks for heard in listener.accept(block, None, sounding=sounding)]


@pytest.fixture
def deaf_listener(script, books):
    return Listener([script], books, None, Threshold())


def test_a_cry_that_nothing_explains_is_told(deaf_listener):
    (heard,) = listen_to(deaf_listener, cry(1.5))

    assert (heard.command, heard.certainty, heard.sure) == (Command.VOCAL_DISTRESS, Certainty.FINAL, False)
    assert heard.last - heard.first == pytest.approx(1.5 * SECOND, abs=1_000)


@pytest.mark.parametrize(
    "sound",
    [cry(0.5), np.random.default_rng(0).normal(0, 0.3, 2 * SECOND).astype(np.float32), cry(1.5) * 0.3],
    ids=["short", "a hiss", "faint"],
)
def test_other_sounds_are_no_cry(script, books, sound):
    segmenter = Threshold()
    segmenter.floor_db = -32.0

    assert listen_to(Listener([script], books, None, segmenter), sound) == []


class Writing(ScriptedRecognizer):
    """A recognizer that writes so many sounds of speech a second."""

    phones_a_second = 0.0


@pytest.mark.parametrize(("rate", "told"), [(1.5, 1), (8.0, 0)])
def test_talk_that_is_voiced_nearly_all_the_way_is_no_cry(books, rate, told):
    recognizer = Writing("en")
    recognizer.phones_a_second = rate

    assert len(listen_to(Listener([recognizer], books, None, Threshold()), cry(1.5))) == told


def test_a_cry_that_words_explain_is_not_told_as_well(deaf_listener, script):
    script.tell("it hurts", SECOND, SECOND + SECOND // 2)

    commands = [heard.command for heard in listen_to(deaf_listener, cry(1.5))]

    assert Command.PAIN in commands
    assert Command.VOCAL_DISTRESS not in commands


def test_a_cry_while_a_question_is_open_is_unclear(deaf_listener):
    deaf_listener.expect(Expectation(Context.QUESTION, "hurt"))

    assert [type(heard) for heard in listen_to(deaf_listener, cry(1.5))] == [Unclear]


def test_a_cry_beside_the_coachs_own_voice_is_not_told(deaf_listener):
    assert listen_to(deaf_listener, cry(1.5), sounding=("Point your toes",)) == []


def test_a_room_is_learned_without_listening_for_words(books):
    recognizer, segmenter = Collecting(), Threshold()
    listener = Listener([recognizer], books, None, segmenter)

    listener.settle(np.concatenate([LOUD] * 50))

    assert listener.listened == 50 * 320
    assert recognizer.speech == [False] * 50


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, 1e25], ids=str)
@pytest.mark.parametrize("settling", [True, False], ids=["settling", "listening"])
def test_one_sample_that_is_no_number_does_not_deafen_it(books, wrong, settling):
    collecting = Collecting()
    listener = Listener([collecting], books, KalmanCanceller(), Segmenter())
    bad = SILENCE.copy()
    bad[7] = wrong
    noise = 0.3 * np.random.default_rng(1).standard_normal(SECOND).astype(np.float32)

    if settling:
        listener.settle(bad)
    else:
        listener.accept(bad, LOUD)
    for _ in range(8 * SECOND // 320):
        listener.accept(hiss(320), SILENCE)
    for at in range(0, SECOND, 320):
        listener.accept(noise[at : at + 320], SILENCE)

    assert np.isfinite(listener._gate._noise).all()
    assert any(collecting.speech[-20:])


class Unsure(Collecting):
    """Hears a word in whatever ends, and doubts it."""

    def __init__(self, **word):
        super().__init__()
        self._word = word

    def accept(self, block, *, speech):
        heard = super().accept(block, speech=speech)
        return tuple(replace(one, first=one.last - SECOND, doubted=True, sure=False, **self._word) for one in heard)


@pytest.mark.parametrize(
    ("word", "plays", "told"),
    [
        ({"text": "ow"}, True, []),
        ({"text": "ow"}, False, [(Command.MAYBE_PAIN, Certainty.FINAL)]),
        # A hard room would make "stop" of it; in the first second of tones nothing is known of the room.
        ({"heard_as": "so"}, True, [(Command.MAYBE_PAIN, Certainty.UNCONFIRMED)]),
        ({"heard_as": "so"}, False, [(Command.VOCAL_DISTRESS, Certainty.FINAL)]),
    ],
)
def test_beside_the_coachs_own_tones_what_is_doubted_is_not_told_but_what_may_be_stop_is(books, word, plays, told):
    listener = Listener([Unsure(**word)], books, Subtracting(), Threshold())
    sound = np.concatenate((np.zeros(SECOND // 2, np.float32), cry(1.5), np.zeros(SECOND, np.float32)))
    tone = cry(0.25)[:320] if plays else SILENCE
    heard = []
    for at in range(0, len(sound) - 320, 320):
        reference = tone if at == SECOND // 2 + 22_400 else SILENCE
        heard += listener.accept(sound[at : at + 320] + reference, reference)

    assert [(one.command, one.certainty) for one in heard] == told


def prompt(span_s, seed=1):
    """Return noise with the rhythm of speech, and two seconds of silence around it."""
    count = round(span_s * SECOND)
    rhythm = np.maximum(0.0, np.sin(2 * np.pi * 3.0 * np.arange(count) / SECOND + seed))
    spoken = (0.3 * np.random.default_rng(seed).standard_normal(count) * rhythm).astype(np.float32)
    silence = np.zeros(2 * SECOND, dtype=np.float32)
    return np.concatenate((silence, spoken, silence))


def hiss(count):
    return (np.random.default_rng(3).standard_normal(count) * 1e-3).astype(np.float32)


def late(sound, by_s):
    return np.concatenate((np.zeros(round(by_s * SECOND), dtype=np.float32), sound))[: len(sound)]


class TestKindsOfHardware:
    """What is heard while the coach speaks, by what comes back of its voice (DESIGN 13.9)."""

    KINDS = {"raw": 0.0, "half-duplex": 0.6, "cancelling": None}  # noqa: RUF012 - a table of seconds of lag

    @pytest.fixture
    def of_kind(self, script, books):
        def make(kind, *others):
            listener = Listener([script, *others], books, Subtracting())
            played = np.concatenate([prompt(2.4, seed) for seed in (1, 2, 4)])
            by_s = self.KINDS[kind]
            back = np.zeros_like(played) if by_s is None else 0.5 * late(played, by_s)
            self.play(listener, back + hiss(len(played)), played)
            assert listener.echo.kind == kind
            return listener

        return make

    @staticmethod
    def play(listener, mic, played):
        return [
            heard
            for at in range(0, len(played), 320)
            for heard in listener.accept(mic[at : at + 320], played[at : at + 320])
        ]

    def says(self, listener, script, word, *, into_prompt, question=None):
        """Return what is heard of a word that is said into a prompt, or two seconds after it."""
        played = prompt(2.4, 7)
        if question is not None:
            listener.expect(Expectation(Context.QUESTION, question))
        begin = listener.listened + (2.5 if into_prompt else 5.6) * SECOND
        script.tell(word, int(begin), int(begin) + SECOND // 2)
        played = np.concatenate((played, np.zeros(2 * SECOND, dtype=np.float32)))
        return self.play(listener, hiss(len(played)), played)

    @pytest.mark.parametrize("kind", ["raw", "cancelling"])
    def test_stop_said_into_a_prompt_stops(self, of_kind, script, kind):
        heard = self.says(of_kind(kind), script, "stop", into_prompt=True)

        assert {one.command for one in heard} == {Command.STOP}

    @pytest.mark.parametrize("word", ["stop", "it hurts", "slower"])
    def test_whatever_is_said_into_a_prompt_on_half_duplex_is_asked_about(self, of_kind, script, word):
        heard = self.says(of_kind("half-duplex"), script, word, into_prompt=True)

        assert [(one.command, one.certainty, one.sure) for one in heard] == [
            (Command.MAYBE_PAIN, Certainty.FINAL, False)
        ]

    def test_stop_into_a_prompt_on_half_duplex_silences_before_its_end(self, of_kind, script):
        listener = of_kind("half-duplex")

        (heard,) = self.says(listener, script, "stop", into_prompt=True)

        assert heard.decided < heard.last + SECOND // 4

    def test_behind_the_prompt_everything_counts_on_half_duplex(self, of_kind, script):
        heard = self.says(of_kind("half-duplex"), script, "stop", into_prompt=False)

        assert {one.command for one in heard} == {Command.STOP}

    def test_an_answer_into_the_question_is_none_on_half_duplex(self, of_kind, script):
        listener = of_kind("half-duplex")

        heard = self.says(listener, script, "no", into_prompt=True, question="hurt")

        assert [one for one in heard if not isinstance(one, Unclear)] == []

    def test_what_goes_on_is_read_back_when_it_was_said_into_the_question(self, of_kind, script):
        heard = self.says(of_kind("raw"), script, "no", into_prompt=True, question="hurt")

        assert [(one.answer, one.sure) for one in heard] == [(Answer.NO, False)]

    def test_nothing_is_taken_out_where_nothing_comes_back(self, of_kind):
        collecting = Collecting()
        collecting.language = "ko"
        listener = of_kind("cancelling", collecting)
        mic, played = hiss(SECOND), prompt(2.4)[2 * SECOND : 3 * SECOND]
        collecting.blocks.clear()

        self.play(listener, mic, played)

        assert np.array_equal(np.concatenate(collecting.blocks), mic)


@pytest.mark.parametrize(
    ("begins_s", "told"),
    [
        pytest.param(2, [Command.MAYBE_PAIN], id="into the first words"),
        pytest.param(7, [Command.STOP, Command.STOP], id="into later words"),
    ],
)
def test_what_is_heard_into_the_coachs_first_words_in_a_room_is_asked_about(script, books, begins_s, told):
    listener = Listener([script], books, Subtracting())
    played = 0.1 * hiss(10 * SECOND) / 1e-3
    script.tell("stop", begins_s * SECOND, begins_s * SECOND + SECOND // 2)

    heard = [
        one
        for at in range(0, len(played), 320)
        for one in listener.accept(played[at : at + 320], played[at : at + 320], sounding=("Point your toes.",))
    ]

    assert [one.command for one in heard] == told


def test_a_room_is_unknown_again_where_the_microphone_was_moved(script, books):
    listener = Listener([script], books, Subtracting())
    played = 0.1 * hiss(6 * SECOND) / 1e-3
    for _ in range(2):
        script.tell("stop", listener.listened + 2 * SECOND, listener.listened + 5 * SECOND // 2)
        heard = [
            one.command
            for at in range(0, len(played), 320)
            for one in listener.accept(played[at : at + 320], played[at : at + 320], sounding=("Point your toes.",))
        ]
        listener.move()

        assert heard == [Command.MAYBE_PAIN]


@pytest.mark.parametrize(("behind_s", "told"), [(0.5, [Command.MAYBE_PAIN]), (1.5, [Command.SLOWER])])
def test_until_its_echo_is_known_the_coach_waits_for_a_late_one_behind_its_first_words(script, books, behind_s, told):
    listener = Listener([script], books, Subtracting())
    played = np.concatenate((0.1 * hiss(SECOND // 2) / 1e-3, np.zeros(4 * SECOND, np.float32)))
    begins = round((0.5 + behind_s) * SECOND)
    script.tell("slower", begins, begins + SECOND // 2)

    heard = [
        one.command
        for at in range(0, len(played), 320)
        for one in listener.accept(hiss(320), played[at : at + 320], sounding=())
    ]

    assert heard == told


@pytest.mark.parametrize("behind_s", [0.2, 0.7])
def test_an_answer_behind_the_coachs_very_first_words_counts_and_is_unsure(script, books, behind_s):
    listener = Listener([script], books, Subtracting())
    listener.expect(Expectation(Context.QUESTION, "hurt"))
    played = np.concatenate((0.1 * hiss(SECOND // 2) / 1e-3, np.zeros(4 * SECOND, np.float32)))
    begins = round((0.5 + behind_s) * SECOND)
    script.tell("no", begins, begins + SECOND // 2)

    heard = [
        (one.answer, one.sure)
        for at in range(0, len(played), 320)
        for one in listener.accept(hiss(320), played[at : at + 320], sounding=())
    ]

    assert heard == [(Answer.NO, False)]


@pytest.mark.parametrize(
    ("words", "told"), [("pain", (Command.MAYBE_PAIN, None)), ("it hurts", (Command.PAIN, Answer.YES))]
)
def test_a_single_word_of_harm_behind_the_coachs_very_first_words_is_asked_about(script, books, words, told):
    """The end of "Do you need a person now?" came back 0.6 s late, and was "ow"."""
    listener = Listener([script], books, Subtracting())
    listener.expect(Expectation(Context.QUESTION, "hurt"))
    played = np.concatenate((0.1 * hiss(SECOND // 2) / 1e-3, np.zeros(4 * SECOND, np.float32)))
    script.tell(words, round(0.7 * SECOND), round(1.2 * SECOND))

    heard = [
        (one.command, one.answer)
        for at in range(0, len(played), 320)
        for one in listener.accept(hiss(320), played[at : at + 320], sounding=())
        if one.certainty is Certainty.FINAL
    ]

    assert heard == [told]


def test_how_late_the_echo_may_come_is_known_without_a_word(script, books):
    listener = Listener([script], books, Subtracting())
    played = np.concatenate([prompt(2.4, seed) for seed in (1, 2, 4)])
    back = 0.5 * late(played, 0.6) + hiss(len(played))
    for at in range(0, len(played), 320):
        listener.accept(back[at : at + 320], played[at : at + 320], sounding=())

    assert listener.echo.kind == "half-duplex"
    assert listener._own.late == pytest.approx(0.9 * SECOND, abs=SECOND // 50)


class Outlasting(Collecting):
    """Hears harm that was over half a second before speech ends, though something shorter explains it better."""

    def accept(self, block, *, speech):
        heard = super().accept(block, speech=speech)
        harm = {"text": "it hurts", "outlasts": True, "sure": False}
        return tuple(replace(one, first=one.last - SECOND, last=one.last - SECOND // 2, **harm) for one in heard)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        pytest.param(8_000, [], id="into it"),
        pytest.param(15_360, [Command.PAIN], id="behind it"),
        pytest.param(None, [Command.PAIN], id="never"),
    ],
)
def test_harm_that_only_outlasts_another_word_into_the_coachs_voice_is_nothing(books, at, told):
    listener = Listener([Outlasting()], books, Subtracting(), Threshold())
    sound = np.concatenate((np.zeros(SECOND // 2, np.float32), cry(0.5), np.zeros(SECOND, np.float32)))
    heard = []
    for start in range(0, len(sound) - 320, 320):
        reference = cry(0.25)[:320] if start == at else SILENCE
        heard += listener.accept(sound[start : start + 320] + reference, reference)

    assert [one.command for one in heard] == told


class Dampening(Subtracting):
    """A canceller that knows by how much it weakens the coach's voice, which comes back as it was played."""

    convergence_db = 24.0


class TestWhoseWords:
    """What is heard into the coach's words once it knows the room: a person's, or what is left of its own."""

    FADED = 10 ** (-24 / 20)

    @pytest.fixture
    def ear(self, books):
        def make(recognizer):
            listener = Listener([recognizer], books, Dampening(), Threshold())
            for seed in (1, 2, 4):
                self.hears(listener, None, seed)
            return listener

        return make

    def hears(self, listener, person, seed=7, *, from_s=2.4, until_s=6.4, own=("Point your toes.",)):
        """Return what is told while the coach speaks, from 2.0 s to 4.4 s, and somebody else as well."""
        played = prompt(2.4, seed)
        mic = played + self.FADED * late(played, 0.01) + hiss(len(played))
        if person is not None:
            begin = round(from_s * SECOND)
            mic[begin : begin + len(person)] += person
        return [
            heard
            for at in range(0, round(until_s * SECOND) - 320, 320)
            for heard in listener.accept(mic[at : at + 320], played[at : at + 320], sounding=own)
        ]

    def says(self, listener, script, word, *, loud):
        """Return what is told of a word that an engine hears into the coach's."""
        begin = listener.listened + round(2.4 * SECOND)
        script.tell(word, begin, begin + SECOND // 2)
        return self.hears(listener, cry(0.6) if loud else None)

    @pytest.mark.parametrize(
        ("word", "loud", "told"),
        [
            ("stop", True, {Command.STOP}),
            ("stop", False, {Command.MAYBE_PAIN}),
            ("it hurts", True, {Command.PAIN}),
            ("it hurts", False, {Command.MAYBE_PAIN}),
            ("slower", True, {Command.SLOWER}),
        ],
    )
    def test_what_hardly_stands_above_the_coachs_echo_is_only_asked_about(self, ear, script, word, loud, told):
        assert {one.command for one in self.says(ear(script), script, word, loud=loud)} == told

    @pytest.mark.parametrize(("loud", "told"), [(True, "yes"), (False, "unclear")])
    def test_an_answer_that_hardly_stands_above_it_is_not_clear(self, ear, script, loud, told):
        """In one room the coach heard "yes" in its own "Is it worse than yesterday?"."""
        listener = ear(script)
        listener.expect(Expectation(Context.QUESTION, "screen-worse"))

        heard = self.says(listener, script, "yes", loud=loud)

        assert ["unclear" if isinstance(one, Unclear) else one.command.value for one in heard] == [told]

    @pytest.mark.parametrize("loses", ["doubted", "outlasts"])
    def test_harm_that_is_doubted_is_asked_about_where_it_is_clearly_anothers_voice(self, ear, loses):
        class Doubting(ScriptedRecognizer):
            def accept(self, block, *, speech):
                heard = super().accept(block, speech=speech)
                return tuple(replace(one, sure=False, **{loses: True}) for one in heard if one.is_final)

        doubting = Doubting("en")
        listener = ear(doubting)
        weak = self.says(listener, doubting, "my hip hurts", loud=False)
        loud = self.says(listener, doubting, "my hip hurts", loud=True)

        assert weak == []
        assert [one.certainty for one in loud] == [Certainty.UNCONFIRMED]
        assert loud[0].command in (Command.PAIN, Command.MAYBE_PAIN)

    def test_what_is_heard_into_its_tones_is_believed(self, ear, script):
        listener = ear(script)
        begin = listener.listened + round(2.4 * SECOND)
        script.tell("stop", begin, begin + SECOND // 2)

        assert {one.command for one in self.hears(listener, None, own=())} == {Command.STOP}

    @pytest.mark.parametrize("nothing_plays", [False, True], ids=["the sound ends", "nothing is played any more"])
    def test_what_comes_out_behind_the_coachs_words_is_judged_by_its_own_time(self, ear, script, nothing_plays):
        listener = ear(script)
        begin = listener.listened + round(3.4 * SECOND)
        script.tell("slower", begin, begin + SECOND // 2)

        assert self.hears(listener, cry(0.6), from_s=3.4, until_s=4.0) == []
        heard = listen(listener, SECOND) if nothing_plays else listener.finish()
        assert [one.command for one in heard] == [Command.SLOWER]

    @pytest.mark.parametrize(("loud", "told"), [(True, [Command.VOCAL_DISTRESS]), (False, [])])
    def test_a_cry_into_the_coachs_words_is_told(self, ear, script, loud, told):
        assert [one.command for one in self.hears(ear(script), cry(1.2) if loud else None)] == told
