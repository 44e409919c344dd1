from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.commands import RULES, Command
from coach.language.utterance import Answer, Context, Expectation
from coach.listening.acceptance import CONFIRM_WITHIN, JOINT, SHORTEST_SPEECH, Acceptance
from coach.listening.cry import Cry
from coach.listening.hearing import Certainty, Hearing, Hypothesis, Unclear
from coach.listening.segmenter import END_S

SECOND = 16_000
WAITED = round(END_S * SECOND)
PARTIAL, FINAL, UNCONFIRMED = Certainty.PARTIAL, Certainty.FINAL, Certainty.UNCONFIRMED


class Ear:
    """An acceptance with a frame count; each word group lasts half a second."""

    def __init__(self, books, voters=("phonemes",), language="en"):
        self.acceptance = Acceptance(books, language=language, voters=voters)
        self.now = SECOND
        self.own_voice = frozenset()

    def asks(self, question):
        self.acceptance.expect(Expectation(Context.QUESTION, question), self.now)
        return self

    def hears(self, *spoken, speech=False, after=SECOND // 2):
        """Take hypotheses (text, is_final[, engine[, language]]) that began half a second ago."""
        first, self.now = self.now, self.now + after
        hypotheses = [
            Hypothesis(text, -0.1, first, self.now, is_final, *(more or ("phonemes",)))
            for text, is_final, *more in spoken
        ]
        return self._take(hypotheses, speech=speech)

    def guesses(self, text, heard_as):
        """Take a word for what was heard in its place."""
        first, self.now = self.now, self.now + SECOND // 2
        return self._take([Hypothesis(text, -1.5, first, self.now, True, "phonemes", heard_as=heard_as)], speech=False)

    def again(self, text, first, *, is_final=True, engine="phonemes", speech=False, after=SECOND // 4):
        """Take one hypothesis whose words began at a frame of the past."""
        self.now += after
        return self._take([Hypothesis(text, -0.1, first, self.now, is_final, engine)], speech=speech)

    def waits(self, frames, *, speech=False):
        self.now += frames
        return self._take([], speech=speech)

    def _take(self, hypotheses, *, speech):
        return self.acceptance.accept(
            hypotheses, now=self.now, speech=speech, sounding=lambda _first, _last: self.own_voice
        )


def told(decisions):
    return [(heard.command, heard.certainty) for heard in decisions if isinstance(heard, Hearing)]


@pytest.fixture(scope="module")
def make_ear(books):
    return lambda **options: Ear(books, **options)


@pytest.fixture
def ear(make_ear):
    return make_ear()


def test_what_a_hard_room_makes_of_stop_halts_unconfirmed(ear):
    assert told(ear.guesses("stop", "so")) == [(Command.STOP, UNCONFIRMED)]


def test_what_a_hard_room_makes_of_stop_answers_no_question(ear):
    assert told(ear.asks("go-on").guesses("stop", "so")) == []


@pytest.mark.parametrize("own", ["So, that was the left foot.", "Say stop at any time."])
def test_what_the_coach_itself_is_saying_is_not_guessed_to_be_stop(ear, own):
    ear.own_voice = frozenset({own})

    assert told(ear.guesses("stop", "so")) == []


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("stop", Command.STOP),
        ("pause", Command.PAUSE),
        ("it hurts", Command.PAIN),
        ("i can't breathe", Command.BREATH_CHEST),
        ("i'm bleeding", Command.BLEEDING),
    ],
)
def test_a_partial_acts_for_commands_that_must_not_wait(ear, text, command):
    decisions = ear.hears((text, False))

    assert told(decisions) == [(command, PARTIAL)]


@pytest.mark.parametrize("text", ["start", "slower", "how many left", "resume", "skip this one", "yes"])
def test_a_partial_does_nothing_for_everything_else(ear, text):
    assert ear.hears((text, False)) == ()


def test_a_final_bears_out_what_was_told_as_a_partial(ear):
    early = ear.hears(("stop", False), speech=True)

    late = ear.again("stop", early[0].first)

    assert told(late) == [(Command.STOP, FINAL)]
    assert late[0].utterance == early[0].utterance


def test_an_utterance_is_told_once_as_a_final(ear):
    first = ear.hears(("stop", True))[0].first

    assert told(ear.again("stop", first, engine="vosk")) == []


def test_the_same_command_said_again_is_told_again(ear):
    before = ear.hears(("stop", True))
    ear.waits(JOINT + SECOND)

    after = ear.hears(("stop", True))

    assert told(after) == [(Command.STOP, FINAL)]
    assert after[0].utterance != before[0].utterance


def test_the_most_urgent_command_of_an_utterance_wins(ear):
    decisions = ear.hears(("pause", True), ("my chest hurts", True, "vosk"), ("it hurts", True, "other"))

    assert told(decisions) == [(Command.BREATH_CHEST, FINAL)]


def test_a_more_urgent_final_is_told_after_a_lesser_one(ear):
    first = ear.hears(("stop", True))[0].first

    assert told(ear.again("my chest hurts", first, engine="vosk")) == [(Command.BREATH_CHEST, FINAL)]


def test_a_lesser_final_is_not_told_after_a_more_urgent_one(ear):
    first = ear.hears(("it hurts", True))[0].first

    assert told(ear.again("stop", first, engine="vosk")) == []


@pytest.mark.parametrize(
    ("text", "command"),
    [("stop", Command.STOP), ("pause", Command.PAUSE), ("it hurts", Command.PAIN), ("help me", Command.CALL_PERSON)],
)
def test_a_partial_that_its_final_does_not_bear_out_is_unconfirmed(ear, text, command):
    first = ear.hears((text, False), speech=True)[0].first

    late = ear.again("the weather is nice today", first, speech=True)

    assert told(late) == [(command, UNCONFIRMED)]


def test_a_partial_is_unconfirmed_when_the_speech_ends_without_a_final(ear):
    ear.hears(("stop", False), speech=True)

    assert told(ear.waits(320)) == [(Command.STOP, UNCONFIRMED)]


def test_a_partial_is_unconfirmed_when_the_talk_goes_on_and_on(ear):
    ear.hears(("stop", False), speech=True)

    early = ear.waits(CONFIRM_WITHIN - 1, speech=True)
    late = ear.waits(1, speech=True)

    assert told(early) == []
    assert told(late) == [(Command.STOP, UNCONFIRMED)]


def test_another_engines_final_bears_a_partial_out(ear):
    first = ear.hears(("stop", False), speech=True)[0].first

    borne_out = ear.again("stop", first, engine="vosk", speech=True)
    own_final = ear.again("the weather is nice today", first, speech=True)

    assert told(borne_out) == [(Command.STOP, FINAL)]
    assert told(own_final) == []


def test_a_partial_waits_for_the_final_of_the_engine_that_gave_it(ear):
    first = ear.hears(("stop", False), speech=True)[0].first
    ear.again("it hurts", first, is_final=False, engine="vosk", speech=True)

    other_final = ear.again("the weather is nice today", first, speech=True)
    own_final = ear.again("it hurts", first, engine="vosk", speech=True)

    assert told(other_final) == []
    assert told(own_final) == [(Command.PAIN, FINAL)]


def test_an_utterance_reaches_as_far_as_the_last_engine_heard_it(ear):
    first = ear.hears(("stop", False), speech=True)[0].first
    whole = ear.again("stop", first, engine="vosk", speech=True, after=2 * SECOND)

    again = ear.again("stop", whole[0].last - SECOND // 4)

    assert told(again) == []


def test_harm_that_the_final_denies_is_a_maybe(ear):
    first = ear.hears(("it hurts", False), speech=True)[0].first

    assert told(ear.again("if it hurts i'll tell you", first)) == [(Command.MAYBE_PAIN, FINAL)]


def test_an_emergency_that_the_final_denies_stays_an_unconfirmed_emergency(ear):
    first = ear.hears(("i'm out of breath", False), speech=True)[0].first

    assert told(ear.again("if i'm out of breath i'll tell you", first)) == [(Command.BREATH_CHEST, UNCONFIRMED)]


def test_either_engine_suffices_for_stopping(books):
    ear = Ear(books, voters=("phonemes", "vosk"))

    assert told(ear.hears(("stop", True, "vosk"))) == [(Command.STOP, FINAL)]


@pytest.mark.parametrize("text", ["start", "resume", "continue"])
def test_going_on_needs_both_engines_where_both_run(books, text):
    ear = Ear(books, voters=("phonemes", "vosk"))

    alone = ear.hears((text, True))
    both = ear.again(text, SECOND, engine="vosk")

    assert told(alone) == []
    assert [heard.certainty for heard in both] == [FINAL]


def test_engines_that_disagree_do_not_go_on(books):
    ear = Ear(books, voters=("phonemes", "vosk"))

    decisions = ear.hears(("start", True), ("resume", True, "vosk"))

    assert told(decisions) == []


@pytest.mark.parametrize(
    ("question", "unsafe", "safe"),
    [("hurt", "yes", "no"), ("triage-breath", "yes", "no"), ("go-on", "no", "yes"), ("screen-consent", "no", "yes")],
)
def test_only_the_answer_that_goes_on_needs_both_engines(books, question, unsafe, safe):
    voters = ("phonemes", "vosk")

    doubted = Ear(books, voters).asks(question).hears((safe, True))
    agreed = Ear(books, voters).asks(question).hears((safe, True), (safe, True, "vosk"))
    stopped = Ear(books, voters).asks(question).hears((unsafe, True))

    assert [type(decision) for decision in doubted] == [Unclear]
    assert [heard.answer for heard in agreed] == [Answer(safe)]
    assert [heard.answer for heard in stopped] == [Answer(unsafe)]


@pytest.mark.parametrize("sure", [True, False])
def test_what_one_engine_heard_alone_is_as_sure_as_that_engine(ear, sure):
    decisions = ear.asks("go-on").hears(("yes", True, "phonemes", "en", 0.0, sure))

    assert [heard.sure for heard in decisions] == [sure]


def test_what_two_engines_agree_on_is_sure(books):
    unsure = ("phonemes", "en", 0.0, False)
    ear = Ear(books, voters=("phonemes", "vosk")).asks("go-on")

    decisions = ear.hears(("yes", True, *unsure), ("yes", True, "vosk", *unsure[1:]))

    assert [heard.sure for heard in decisions] == [True]


DOUBTED = ("phonemes", "en", 0.0, False, True)


def test_a_safety_phrase_that_an_engine_doubts_is_asked_about(ear):
    assert told(ear.hears(("ow", True, *DOUBTED))) == [(Command.MAYBE_PAIN, FINAL)]


@pytest.mark.parametrize(
    ("partial", "final", "then"),
    [
        ("stop", "ow", Command.STOP),
        ("pause", "ow", Command.MAYBE_PAIN),
        ("stop", "it hurts", Command.MAYBE_PAIN),
        ("stop", "i can't breathe", Command.MAYBE_PAIN),
        ("stop", "help", Command.MAYBE_PAIN),
    ],
)
def test_a_lone_cry_that_is_doubted_is_the_stop_that_was_told_before(ear, partial, final, then):
    ear.hears((partial, False), speech=True)

    late = ear.hears((final, True, *DOUBTED), after=SECOND // 4)

    assert told(late) == [(then, FINAL)]


@pytest.mark.parametrize(("leads", "then"), [(0.5, Command.STOP), (2.0, Command.PAIN)])
def test_a_lone_cry_that_hardly_leads_is_the_stop_that_was_told_before(ear, leads, then):
    ear.hears(("stop", False), speech=True)
    first, ear.now = ear.now, ear.now + SECOND // 4
    cry = Hypothesis("sore", 0.8, first, ear.now, True, "phonemes", margin=leads, narrow=leads < 1.0)

    late = ear._take([cry], speech=False)

    assert told(late) == [(then, FINAL)]


@pytest.mark.parametrize("text", ["stop", "slower", "skip this one"])
def test_anything_else_that_an_engine_doubts_is_nothing(ear, text):
    assert told(ear.hears((text, True, *DOUBTED))) == []


@pytest.mark.parametrize("text", ["it hurts", "yes"])
def test_what_an_engine_doubts_answers_no_question(ear, text):
    decisions = ear.asks("hurt").hears((text, True, *DOUBTED))

    assert [type(decision) for decision in decisions] == [Unclear]


def test_one_engine_alone_may_go_on(ear):
    assert told(ear.hears(("start", True))) == [(Command.START, FINAL)]


@pytest.mark.parametrize("text", ["pause", "it hurts"])
def test_while_a_question_is_open_a_partial_may_be_the_answer(ear, text):
    ear.asks("hurt")

    assert ear.hears((text, False), speech=True) == ()


@pytest.mark.parametrize("text", ["stop", "i can't breathe", "help me"])
def test_stop_and_emergencies_go_past_an_open_question_at_once(ear, text):
    ear.asks("hurt")

    assert [heard.certainty for heard in ear.hears((text, False), speech=True)] == [PARTIAL]


def test_words_that_began_before_the_question_do_not_answer_it(ear):
    first = ear.hears(("it hurts", False), speech=True)[0].first
    ear.asks("sharp")

    late = ear.again("it hurts", first)

    assert [(heard.command, heard.answer) for heard in late] == [(Command.PAIN, None)]


@pytest.mark.parametrize(
    ("text", "answer", "command"),
    [
        ("easy", Answer.EASY, Command.ALL_CLEAR),
        ("all right", Answer.ALL_RIGHT, Command.ALL_CLEAR),
        ("hard", Answer.HARD, Command.TIRED),
    ],
)
def test_an_answer_that_is_no_command_is_told_as_the_nearest_one(ear, text, answer, command):
    ear.asks("effort")

    decisions = ear.hears((text, True))

    assert [(heard.answer, heard.command) for heard in decisions] == [(answer, command)]


def test_speech_that_answers_nothing_is_unclear(ear):
    ear.asks("hurt")

    decisions = ear.hears(("the bus stop", True))

    assert decisions == (Unclear(SECOND, ear.now, ear.now),)


def test_speech_that_no_engine_can_read_is_unclear_when_it_is_over(ear):
    ear.asks("hurt")
    ear.waits(320, speech=True)

    during = ear.waits(SHORTEST_SPEECH + WAITED, speech=True)
    after = ear.waits(320)

    assert during == ()
    assert [type(decision) for decision in after] == [Unclear]


@pytest.mark.parametrize(
    "disturb",
    [
        pytest.param(lambda ear: ear.waits(320, speech=True), id="a short noise"),
        pytest.param(lambda ear: [ear.waits(n, speech=True) for n in (320, 640 + WAITED)], id="a knock and the wait"),
        pytest.param(lambda ear: setattr(ear, "own_voice", frozenset({"Are you hurt?"})), id="the coach's own voice"),
    ],
)
def test_what_is_not_somebody_speaking_is_not_unclear(ear, disturb):
    ear.asks("hurt")
    disturb(ear)
    if ear.own_voice:
        ear.waits(320, speech=True)
        ear.waits(SECOND, speech=True)

    assert ear.waits(320) == ()


def test_what_was_told_of_earlier_words_is_not_forgotten_where_others_end_the_speech(ear):
    ear.asks("resume")
    ear.waits(320, speech=True)
    ear.hears(("help me", False), speech=True)
    ear.waits(SECOND // 2, speech=True)

    decisions = ear.hears(("yes", True))

    assert told(decisions) == [(Command.CALL_PERSON, UNCONFIRMED), (Command.YES, FINAL)]
    assert ear.waits(SECOND) == ()


def test_what_was_told_of_earlier_words_is_settled_by_a_final_that_means_as_much(ear):
    ear.waits(320, speech=True)
    first = ear.now
    ear.hears(("it hurts", False), speech=True)
    ear.waits(SECOND // 2, speech=True)
    ear.hears(("stop", False), speech=True)

    assert told(ear.again("it hurts", first)) == [(Command.PAIN, FINAL)]


def test_a_stop_right_behind_a_cry_is_a_stop(ear):
    ear.now += SECOND
    ear.acceptance.cried(Cry(1.0, 50), now=ear.now)
    ear.now += SECOND // 10

    assert told(ear.hears(("stop", False), speech=True)) == [(Command.STOP, PARTIAL)]


@pytest.mark.parametrize(
    ("said", "how"),
    [
        ("ow", {"doubted": True}),
        ("ow", {"narrow": True}),
        ("it's numb", {"outlasts": True, "over_coach": True}),
        ("get help", {"doubted": True, "over_coach": True}),
    ],
)
def test_a_stop_behind_what_may_be_no_harm_is_told_as_well(books, said, how):
    acceptance = Acceptance(books, language="en", voters=("phonemes",))
    cry = Hypothesis(said, -1.0, SECOND, SECOND + 3200, True, "phonemes", sure=False, **how)
    stop = Hypothesis("stop", -1.3, SECOND + 3200, SECOND + 8000, True, "phonemes", sure=False)

    first = acceptance.accept([cry], now=SECOND + 4800, speech=True, sounding=lambda *_: frozenset())
    then = acceptance.accept([stop], now=SECOND + 9600, speech=False, sounding=lambda *_: frozenset())

    assert [one.command for one in (*first, *then)][-1] is Command.STOP
    assert len(first) == len(then) == 1


class TestFaint:
    """Rule 9: what hardly stands above the coach's echo is asked about, and what is heard better behind it counts."""

    @staticmethod
    def _ear(books, own="Point your toes.", question=None):
        acceptance = Acceptance(books, language="en", voters=("phonemes",))
        if question is not None:
            acceptance.expect(Expectation(Context.QUESTION, question), 0)

        def hears(said, *, final=True, faint=True, first=SECOND, **other):
            one = Hypothesis(
                said, 0.0, first, first + SECOND // 2, final, "phonemes", over_coach=True, faint=faint, **other
            )
            sounding = frozenset({own})
            decisions = acceptance.accept([one], now=first + SECOND // 2, speech=True, sounding=lambda *_: sounding)
            return ["unclear" if isinstance(one, Unclear) else (one.command, one.certainty) for one in decisions]

        return hears

    @pytest.mark.parametrize(
        ("said", "own", "other", "told"),
        [
            ("stop", "Point your toes.", {}, [(Command.MAYBE_PAIN, FINAL)]),
            ("stop", "Point your toes.", {"final": False}, [(Command.MAYBE_PAIN, FINAL)]),
            ("stop", "Point your toes.", {"narrow": True, "sure": False}, [(Command.MAYBE_PAIN, FINAL)]),
            ("stop", "Say stop at any time.", {"final": False}, [(Command.MAYBE_PAIN, FINAL)]),
            ("it hurts", "Point your toes.", {}, [(Command.MAYBE_PAIN, FINAL)]),
            ("it hurts", "Tell me if it hurts.", {}, [(Command.MAYBE_PAIN, FINAL)]),
            ("i can't breathe", "Point your toes.", {}, [(Command.MAYBE_PAIN, FINAL)]),
            ("help me", "Point your toes.", {"final": False}, [(Command.MAYBE_PAIN, FINAL)]),
            ("slower", "Point your toes.", {}, []),
        ],
    )
    def test_it_is_asked_about_and_an_order_is_nothing(self, books, said, own, other, told):
        assert self._ear(books, own)(said, **other) == told

    def test_a_stop_among_the_coachs_own_words_silences_at_once_in_a_question_too(self, books):
        hears = self._ear(books, "You may say stop. Are you dizzy?", question="still-dizzy")

        assert hears("stop", final=False) == [(Command.MAYBE_PAIN, FINAL)]

    @pytest.mark.parametrize("said", ["yes", "i'm dizzy"])
    def test_an_answer_is_not_clear(self, books, said):
        assert self._ear(books, question="still-dizzy")(said) == ["unclear"]

    def test_the_same_answer_into_the_question_that_is_asked_once_more_is_no_answer_either(self, books):
        """The same line in the same room sounds the same to the engine: twice is no surer than once."""
        hears = self._ear(books, question="still-dizzy")
        hears("i'm dizzy")

        assert hears("yes", first=5 * SECOND) == []
        assert hears("i'm dizzy", first=9 * SECOND) == [(Command.MAYBE_PAIN, FINAL)]
        assert hears("i'm dizzy", faint=False, first=13 * SECOND) == [(Command.DIZZY_UNWELL, FINAL)]

    def test_an_emergency_goes_past_the_question_and_is_asked_about(self, books):
        hears = self._ear(books, question="triage-pain")

        assert hears("i can't breathe", final=False) == [(Command.MAYBE_PAIN, FINAL)]
        assert hears("i can't breathe") == []
        assert hears("i can't breathe", faint=False) == [(Command.BREATH_CHEST, FINAL)]

    @pytest.mark.parametrize("final", [True, False])
    @pytest.mark.parametrize("said", ["stop", "it hurts"])
    def test_a_clearer_stop_behind_it_counts(self, books, said, final):
        hears = self._ear(books)
        hears(said, final=final)

        assert hears("stop", faint=False, first=SECOND + SECOND // 2) == [(Command.STOP, FINAL)]

    def test_a_stop_is_borne_out_by_a_final_alone_and_told_once(self, books):
        hears = self._ear(books)

        assert hears("stop", final=False, faint=False) == [(Command.STOP, PARTIAL)]
        assert hears("stop", final=False) == []
        assert hears("stop") == [(Command.STOP, FINAL)]
        assert hears("stop", faint=False) == []


def test_a_cry_that_was_taken_for_the_stop_before_it_lets_no_other_be_told(books):
    acceptance = Acceptance(books, language="en", voters=("phonemes",))

    def hears(said, *, final, **other):
        one = Hypothesis(said, 0.0, SECOND, 2 * SECOND, final, "phonemes", sure=False, **other)
        return told(acceptance.accept([one], now=2 * SECOND, speech=True, sounding=lambda *_: frozenset()))

    assert hears("stop", final=False) == [(Command.STOP, PARTIAL)]
    assert hears("ow", final=True, doubted=True) == [(Command.STOP, FINAL)]
    assert hears("stop", final=False) == hears("stop", final=True) == []


def test_an_emergency_behind_a_stop_into_the_coachs_voice_is_no_part_of_it(books):
    acceptance = Acceptance(books, language="en", voters=("phonemes",))
    stop = Hypothesis("stop", 0.0, SECOND, SECOND + 8000, False, "phonemes", over_coach=True)
    breath = Hypothesis(
        "i can't breathe", -0.5, SECOND + 8000, 2 * SECOND, True, "phonemes", over_coach=True, sure=False, outlasts=True
    )

    for one in (stop, breath):
        decisions = acceptance.accept(
            [one], now=2 * SECOND, speech=True, sounding=lambda *_: frozenset({"Point your toes."})
        )

    assert told(decisions) == [(Command.BREATH_CHEST, UNCONFIRMED)]


def test_a_stop_that_was_told_stays_one_where_it_is_heard_less_clearly(books):
    """Over the coach a sure "stop" came to its end once more, with a pause that was echo."""
    acceptance = Acceptance(books, language="en", voters=("phonemes",))
    clear = Hypothesis("stop", 0.0, SECOND, 2 * SECOND, True, "phonemes", over_coach=True)
    blurred = replace(clear, blurred=True)

    def accept(one):
        return acceptance.accept(
            [one], now=2 * SECOND, speech=True, sounding=lambda *_: frozenset({"Point your toes."})
        )

    assert told(accept(clear)) == [(Command.STOP, FINAL)]
    assert told(accept(blurred)) == []


def test_speech_that_began_before_the_question_is_not_unclear(ear):
    ear.waits(320, speech=True)
    ear.waits(320, speech=True)
    ear.asks("hurt")
    ear.waits(SECOND, speech=True)

    assert ear.waits(320) == ()


def test_an_answer_is_not_unclear_as_well(ear):
    ear.asks("hurt")
    ear.waits(320, speech=True)

    decisions = ear.hears(("no", True), after=SECOND)

    assert [heard.answer for heard in decisions] == [Answer.NO]


def test_speech_is_never_unclear_while_nothing_is_asked(ear):
    ear.waits(SECOND, speech=True)
    ear.waits(SECOND, speech=True)

    assert ear.waits(320) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("it hurts", [(Command.PAIN, FINAL)]), ("slower", []), ("start", []), ("yes", [])],
)
def test_engines_of_another_language_count_for_safety_only(books, text, expected):
    ear = Ear(books, voters=("vosk",), language="ko")

    assert told(ear.hears((text, True, "phonemes", "en"))) == expected


def test_every_hearing_says_when_it_was_decided(ear):
    heard = ear.hears(("stop", True))[0]

    assert (heard.first, heard.last, heard.decided) == (SECOND, ear.now, ear.now)


TEXTS = ("stop", "pause", "it hurts", "i can't breathe", "does it hurt", "slower", "start", "no", "the bus stop", "")
STEPS = st.tuples(st.sampled_from(TEXTS), st.booleans(), st.booleans(), st.integers(1, 2 * SECOND))


@given(steps=st.lists(STEPS, max_size=12), question=st.sampled_from([None, "hurt", "effort"]))
def test_what_is_certain_is_followed_by_more_urgent_things_alone(make_ear, steps, question):
    ear = make_ear()
    if question is not None:
        ear.asks(question)

    decisions = []
    for text, is_final, speech, after in steps:
        decisions += (
            ear.hears((text, is_final), speech=speech, after=after) if text else ear.waits(after, speech=speech)
        )

    hearings = [decision for decision in decisions if isinstance(decision, Hearing)]
    for before, after in pairwise(hearings):
        if before.utterance == after.utterance and before.certainty is FINAL:
            assert RULES[after.command].urgency > RULES[before.command].urgency
    for heard in hearings:
        assert heard.first <= heard.decided
        assert heard.certainty is not PARTIAL or RULES[heard.command].acts_on_partial


class TestStopAmongItsOwnWords:
    """Rule 8."""

    @pytest.mark.parametrize("word", ["stop", "pause"])
    def test_it_is_asked_about_at_once(self, ear, word):
        ear.own_voice = frozenset({"Say stop or pause."})

        (heard,) = ear.hears((word, False), speech=True)

        assert (heard.command, heard.certainty, heard.sure) == (Command.MAYBE_PAIN, FINAL, False)

    def test_its_end_says_nothing_new(self, ear):
        ear.own_voice = frozenset({"Say stop or pause."})
        (heard,) = ear.hears(("stop", False), speech=True)

        assert told(ear.again("stop", heard.first)) == []

    def test_what_follows_it_in_the_same_breath_still_counts(self, ear):
        ear.own_voice = frozenset({"Say stop or pause."})
        (heard,) = ear.hears(("stop", False), speech=True)

        assert told(ear.again("stop it hurts", heard.first)) == [(Command.PAIN, FINAL)]


@pytest.mark.parametrize(
    ("word", "sure", "expected"),
    [
        ("slower", True, [Command.MAYBE_PAIN]),
        ("slower", False, []),
        ("stop", False, [Command.MAYBE_PAIN]),
        ("it hurts", False, [Command.MAYBE_PAIN]),
    ],
)
def test_over_an_echo_that_stays_an_unsure_order_is_nothing_and_a_stop_never_is(books, word, sure, expected):
    acceptance = Acceptance(books, language="en", voters=("phonemes",))
    said = Hypothesis(word, -0.1, SECOND, 2 * SECOND, True, "phonemes", sure=sure, over_coach=True, blurred=True)

    heard = acceptance.accept([said], now=2 * SECOND, speech=False, sounding=lambda _first, _last: frozenset())

    assert [one.command for one in heard] == expected


@pytest.mark.parametrize(
    ("word", "own", "expected"),
    [
        ("stop", frozenset({"Your next exercises are in about three hours."}), []),
        ("stop", frozenset(), [Command.MAYBE_PAIN]),
        ("it hurts", frozenset({"Your next exercises are in about three hours."}), [Command.MAYBE_PAIN]),
    ],
)
def test_what_hardly_leads_among_words_that_cannot_be_taken_out_is_no_stop_but_may_be_harm(books, word, own, expected):
    acceptance = Acceptance(books, language="en", voters=("phonemes",))
    said = Hypothesis(
        word, -0.5, SECOND, 2 * SECOND, True, "phonemes", sure=False, narrow=True, over_coach=True, blurred=True
    )

    heard = acceptance.accept([said], now=2 * SECOND, speech=False, sounding=lambda _first, _last: own)

    assert [one.command for one in heard] == expected


class Asked:
    """Hears with a question open, which the coach is saying."""

    def __init__(self, books, question, at_s=0.0):
        self.acceptance = Acceptance(books, language="en", voters=("phonemes",))
        self.ask(question, at_s)

    def ask(self, question, at_s):
        self.acceptance.expect(Expectation(Context.QUESTION, question), round(at_s * SECOND))

    def over_question(self, said, first_s, **other):
        """Return what is told: command, answer and whether it is sure, or that it was unclear."""
        first = round(first_s * SECOND)
        hypothesis = Hypothesis(said, -0.5, first, first + SECOND, True, "phonemes", **other)
        own = frozenset({"This is asked."})
        decisions = self.acceptance.accept([hypothesis], now=first + SECOND, speech=False, sounding=lambda *_: own)
        return ["unclear" if isinstance(one, Unclear) else (one.command, one.answer, one.sure) for one in decisions]

    @staticmethod
    def answer(said):
        """Return what an answer is told as that counts and is read back."""
        answer = Answer.NO if said == "no" else Answer.YES
        return (Command(answer.value), answer, False)


NEXT = Expectation(Context.QUESTION, "screen-breath")


@pytest.mark.parametrize(
    ("question", "said", "next_one", "expected"),
    [
        ("screen-legs", "no", NEXT, []),
        ("screen-legs", "no", Expectation(), []),
        ("screen-legs", "yes", NEXT, ["unclear"]),
        ("screen-legs", "yes", Expectation(), []),
        ("screen-legs", "it hurts", NEXT, [(Command.PAIN, None, True)]),
        ("screen-legs", "a bit sore", NEXT, [(Command.MAYBE_PAIN, None, True)]),
        ("screen-legs", "stop", NEXT, [(Command.STOP, None, True)]),
        ("screen-legs", "start", Expectation(Context.QUESTION, "screen-consent"), []),
        ("go-on", "no", Expectation(Context.QUESTION, "confirm-yes"), [(Command.NO, Answer.NO, False)]),
        (None, "start", Expectation(Context.QUESTION, "screen-consent"), []),
        (None, "slower", NEXT, [(Command.SLOWER, None, True)]),
    ],
)
def test_words_that_began_before_something_else_is_expected_are_no_answer_to_it(
    books, question, said, next_one, expected
):
    ear = Asked(books, question) if question else Asked(books, None, at_s=9.0)
    ear.acceptance.expect(next_one, round(1.1 * SECOND))

    assert ear.over_question(said, 1.05) == expected


@pytest.mark.parametrize(
    ("said", "sure", "expected"),
    [
        ("it hurts", True, ["unclear", (Command.MAYBE_PAIN, None, False)]),
        ("ow", False, ["unclear"]),
        ("yes", True, ["unclear"]),
        ("yes", False, []),
        ("slower", True, []),
        ("stop", False, [(Command.MAYBE_PAIN, None, False)] * 2),
    ],
)
def test_over_an_echo_that_stays_an_answer_is_not_clear_once_and_harm_said_again_is_asked_about(
    books, said, sure, expected
):
    ear = Asked(books, "stopped")

    told = [ear.over_question(said, at_s, sure=sure, over_coach=True, blurred=True) for at_s in (1.0, 4.0)]

    assert [one for some in told for one in some] == expected


class TestHarmAmongTheCoachsOwnWords:
    """Rule 9: a rest of its own voice must call nobody, and who is hurt must be asked."""

    @staticmethod
    def _heard(
        books, said, *, own=frozenset({"You have done twenty-eight so far."}), question=None, over_coach=True, **other
    ):
        acceptance = Acceptance(books, language="en", voters=("phonemes",))
        if question is not None:
            acceptance.expect(Expectation(Context.QUESTION, question), 0)
        hypothesis = Hypothesis(said, -1.3, SECOND, 2 * SECOND, True, "phonemes", over_coach=over_coach, **other)
        return told(acceptance.accept([hypothesis], now=2 * SECOND, speech=False, sounding=lambda _first, _last: own))

    @pytest.mark.parametrize(
        ("said", "command"),
        [
            ("get a nurse", Command.CALL_PERSON),
            ("it hurts", Command.PAIN),
            ("i can't breathe", Command.BREATH_CHEST),
        ],
    )
    def test_an_unsure_safety_phrase_is_asked_about(self, books, said, command):
        assert self._heard(books, said, sure=False) == [(command, UNCONFIRMED)]

    def test_while_a_question_is_open_an_unsure_pain_is_its_answer_and_an_emergency_still_asked_about(self, books):
        assert self._heard(books, "it hurts", question="hurt", sure=False) == [(Command.PAIN, FINAL)]
        assert self._heard(books, "get a nurse", question="hurt", sure=False) == [(Command.CALL_PERSON, UNCONFIRMED)]

    def test_harm_that_hardly_leads_is_no_clear_answer_at_first(self, books):
        """Out of "Did you call me?" the coach heard "dizzy"."""
        unsure = {"sure": False, "narrow": True, "over_coach": True}
        ear = Asked(books, "called-me")

        assert ear.over_question("dizzy", 1.0, **unsure) == ["unclear"]
        assert ear.over_question("dizzy", 4.0, **unsure) == [(Command.DIZZY_UNWELL, Answer.YES, False)]

    def test_harm_that_answers_nothing_is_told_while_a_question_is_open(self, books):
        for said in ("it hurts", "ow"):
            assert self._heard(books, said, question="effort", sure=False) == [(Command.PAIN, FINAL)]

    def test_a_single_word_is_asked_about_however_sure(self, books):
        assert self._heard(books, "ouch", sure=True) == [(Command.PAIN, UNCONFIRMED)]

    def test_an_answer_among_them_is_unsure_however_clear(self, books):
        for over_coach in (True, False):
            acceptance = Acceptance(books, language="en", voters=("phonemes",))
            acceptance.expect(Expectation(Context.QUESTION, "screen-worse"), 0)
            said = Hypothesis("yes", -0.1, SECOND, 2 * SECOND, True, "phonemes", over_coach=over_coach)

            (heard,) = acceptance.accept(
                [said], now=2 * SECOND, speech=False, sounding=lambda _first, _last: frozenset({"Is it worse?"})
            )

            assert (heard.command, heard.sure) == (Command.YES, not over_coach)

    @pytest.mark.parametrize(
        ("said", "question", "over_coach"),
        [
            ("slower", None, True),
            ("slower", None, False),
            ("stop", "wake", True),
            ("stop", "wake", False),
            ("yes", "screen-worse", False),
            ("no", "wake", False),
        ],
    )
    def test_an_answer_or_an_order_that_hardly_leads_is_nothing(self, books, said, question, over_coach):
        clear, hardly = (
            self._heard(books, said, question=question, over_coach=over_coach, sure=False, narrow=narrow)
            for narrow in (False, True)
        )

        assert clear
        assert hardly == []

    @pytest.mark.parametrize(("said", "question"), [("yes", "screen-worse"), ("no", "wake"), ("aye", "dizzy")])
    def test_an_unsure_answer_is_not_clear_once_and_nothing_later_on(self, books, said, question):
        """The coach's own "very painful" was an "aye" to it, 2.2 s into the question."""
        ear = Asked(books, question)

        assert ear.over_question(said, 1.0, sure=False, over_coach=True) == ["unclear"]
        assert ear.over_question(said, 4.0, sure=False, over_coach=True) == []
        assert ear.over_question(said, 7.0, sure=True, over_coach=True) == [ear.answer(said)]
        ear.ask("screen-legs", 10.0)
        assert ear.over_question("no", 11.0, sure=False, over_coach=True) == ["unclear"]

    @pytest.mark.parametrize(("said", "question"), [("there is", "screen-worse"), ("no", "triage-breath")])
    def test_who_has_heard_nothing_of_a_question_does_not_answer_it(self, books, said, question):
        ear = Asked(books, question, at_s=1.0)

        assert ear.over_question(said, 1.4, over_coach=True) == ["unclear"]
        ear.ask(question, 4.0)  # asked once more, it has been open since the first time
        assert ear.over_question(said, 4.4, over_coach=True) == [ear.answer(said)]

    def test_a_no_takes_back_the_yes_that_is_read_back_however_unsure_and_early(self, books):
        ear = Asked(books, "confirm-yes", at_s=1.0)

        for first_s, how in ((1.2, {}), (3.2, {"narrow": True}), (5.2, {"blurred": True})):
            heard = ear.over_question("no", first_s, sure=False, over_coach=True, **how)
            assert heard == [(Command.NO, Answer.NO, False)]
        assert ear.over_question("yes", 8.2, sure=False, over_coach=True) == ["unclear"]

    def test_a_sure_one_is_obeyed(self, books):
        assert self._heard(books, "get a nurse", sure=True) == [(Command.CALL_PERSON, FINAL)]

    def test_over_tones_an_unsure_one_is_obeyed(self, books):
        assert self._heard(books, "it hurts", own=frozenset(), sure=False) == [(Command.PAIN, FINAL)]

    def test_an_unsure_stop_is_obeyed(self, books):
        assert self._heard(books, "stop", sure=False) == [(Command.STOP, FINAL)]
