"""What an utterance means."""

import pytest

from coach.commands import Command, Policy
from coach.language.alarms import BARE_HELP
from coach.language.command_book import Entry
from coach.language.grammar import NOTHING, Reading, read
from coach.language.utterance import Answer, Expectation

FREE = Expectation()
ANY = Policy.ANYWHERE


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("stop", Command.STOP),
        ("Stop!", Command.STOP),
        ("um okay stop please", Command.STOP),
        ("no stop", Command.STOP),
        ("stop it you two", None),
        ("stop it stop it", Command.STOP),
        ("no no stop", Command.STOP),
        ("stop wait", Command.STOP),
        ("wait please stop", Command.STOP),
        ("no wait", Command.PAUSE),
        ("wait wait", Command.PAUSE),
        ("i don't stop", None),
        ("not really stop", None),
        ("it is enough", None),
        ("stop next", None),
        ("pause", Command.PAUSE),
        ("please could you just pause", Command.PAUSE),
        ("wait a minute I need my glasses", Command.PAUSE),
        ("wait till you hear this", None),
        ("hold on", Command.PAUSE),
        ("hold on to the rail", None),
        ("louder", Command.LOUDER),
        ("louder than words", None),
        ("how many left", Command.HOW_MANY_LEFT),
        ("next", Command.NEXT),
        ("what's next", Command.WHATS_NEXT),
        ("next week", None),
        ("skip this one because I am bored", Command.SKIP),
        ("skip this one because my daughter is coming to see me this afternoon", None),
        ("yes", None),
        ("i'm fine", None),
        ("mumble", None),
        ("", None),
        ("...", None),
    ],
)
def test_a_command_counts_where_its_policy_lets_it_stand(en, text, command):
    assert read(text, en, FREE).command is command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("my calf hurts", Command.CALF_CLOT),
        ("my chest is tight and my calf hurts", Command.BREATH_CHEST),
        ("stop it hurts", Command.PAIN),
        ("well I was going to say that my left leg and I think also my knee really hurts", Command.PAIN),
        ("no it hurts", Command.PAIN),
        ("no no no my foot hurts", Command.PAIN),
        ("oh no I can't breathe", Command.BREATH_CHEST),
        ("don't I can't breathe", Command.BREATH_CHEST),
        ("no please call the nurse", Command.CALL_PERSON),
        ("no but my leg hurts", Command.PAIN),
        ("no well it hurts", Command.PAIN),
        ("no i can't my chest hurts", Command.BREATH_CHEST),
        ("it doesn't hurt but my leg hurts", Command.PAIN),
        ("it doesn't hurt i'm dizzy", Command.DIZZY_UNWELL),
        ("no there is blood everywhere", Command.BLEEDING),
        ("my chest really hurts", Command.BREATH_CHEST),
        ("my chest is a bit tight", Command.BREATH_CHEST),
        ("i'm very short of breath", Command.BREATH_CHEST),
        ("my leg is very very swollen", Command.CALF_CLOT),
        ("i feel so very sick", Command.DIZZY_UNWELL),
        ("ow", Command.PAIN),
        ("okay ow", Command.PAIN),
        ("stop ow", Command.PAIN),
        ("no a cramp", Command.PAIN),
        ("nurse nurse", Command.CALL_PERSON),
        ("stop nurse", Command.CALL_PERSON),
    ],
)
def test_a_report_of_harm_counts_anywhere(en, text, command):
    assert read(text, en, FREE).command is command


@pytest.mark.parametrize(
    "text",
    [
        "it doesn't hurt",
        "nothing hurts",
        "i have no chest pain",
        "i'm not dizzy",
        "no need to call the nurse",
        "no pain or dizziness",
        "i don't think it hurts",
        "not because it hurts",
        "i do not feel well",
        "i'm not feeling very good",
        "my chest doesn't really hurt",
        "i feel so sick of this",
        "what if it hurts",
        "maybe it hurts",
        "he said it hurts",
        "if anything hurts say it hurts",
        "does anything hurt",
        "it hurts more than yesterday",
        "my foot isn't numb",
        "a bit sore",
        "i'm bleeding heart attack",
    ],
)
def test_harm_that_is_denied_or_doubted_is_a_maybe_and_never_nothing(en, text):
    assert read(text, en, FREE).command is Command.MAYBE_PAIN


@pytest.mark.parametrize("text", ["pain killers", "painting", "this weather is killing me", "what a pain"])
def test_sayings_mean_no_harm(en, text):
    assert read(text, en, FREE) == NOTHING


@pytest.mark.parametrize("text", ["don't stop", "never stop", "don't pause", "don't wait", "when should i stop"])
def test_any_other_command_that_is_denied_is_nothing(en, text):
    assert read(text, en, FREE) == NOTHING


@pytest.mark.parametrize(
    ("tag", "text"), [("en", "help"), ("en", "oh help please"), ("ko", "도와줘"), ("ko", "아이고 도와줘요")]
)
def test_a_bare_call_for_help_is_told_as_bare(packs, tag, text):
    assert read(text, packs[tag].commands, FREE) == Reading(Command.CALL_PERSON, BARE_HELP)


@pytest.mark.parametrize(
    ("tag", "text", "phrase"),
    [
        ("en", "help me", "help me"),
        ("en", "help nurse", "nurse"),
        ("ko", "도와줘 간호사", "간호사"),
        ("ko", "도와줘 도와줘 도와줘", "도와줘 도와줘"),
    ],
)
def test_more_than_a_bare_help_is_a_call(packs, tag, text, phrase):
    assert read(text, packs[tag].commands, FREE) == Reading(Command.CALL_PERSON, phrase)


@pytest.mark.parametrize(
    ("tag", "text", "command"),
    [
        ("en", "yes nurse", None),
        ("en", "yes doctor", None),
        ("en", "wait nurse", Command.PAUSE),
        ("en", "wait a minute nurse", Command.PAUSE),
        ("ko", "네 간호사님", None),
        ("ko", "간호사님 잠깐만요", Command.PAUSE),
    ],
)
def test_to_answer_a_nurse_or_have_her_wait_is_no_call(packs, asked, tag, text, command):
    book = packs[tag].commands

    assert read(text, book, FREE).command is command
    assert read(text, book, asked("hurt")).command is not Command.CALL_PERSON


@pytest.mark.parametrize("text", ["help yourself", "can't help laughing"])
def test_help_within_talk_is_no_call(en, text):
    assert read(text, en, FREE) == NOTHING


@pytest.mark.parametrize(
    ("between", "command"), [("zzz zzz", Command.MAYBE_PAIN), ("zzz zzz zzz", Command.PAIN)], ids=["third", "fourth"]
)
def test_a_negation_reaches_the_third_word_behind_it(en, between, command):
    assert read(f"not {between} ouch", en, FREE).command is command


def test_a_decoy_shields_the_command_that_opens_it(another):
    book = another(Entry("slow down the car", None, decoy=True))

    assert read("slow down the car", book, FREE) == NOTHING
    assert read("slow down the film", book, FREE).command is Command.SLOWER


def test_of_two_commands_that_overlap_the_more_urgent_counts(another):
    book = another(
        Entry("wait over here", Command.PAUSE, policy=Policy.OPEN),
        Entry("oh wait over", Command.WHY, policy=Policy.OPEN),
    )

    assert read("oh wait over here look", book, FREE).command is Command.PAUSE


def test_a_phrase_listed_twice_keeps_its_most_urgent_meaning(another):
    book = another(Entry("stop", Command.SKIP, policy=Policy.WHOLE), Entry("ouch", Command.BREATH_CHEST, policy=ANY))

    assert read("stop", book, FREE).command is Command.STOP
    assert read("ouch", book, FREE).command is Command.BREATH_CHEST


QUESTIONS = {
    "hurt": {
        Answer.NO: [
            "no",
            "no it doesn't hurt any more",
            "all right",
            "fine",
            "okay",
            "no thank you dear",
            "i'm fine",
            "no i don't have any pain",
            "no there's not any pain",
            "i'm not hurt i'm fine",
            "no no i'm quite all right thank you my dear nurse",
            "no i don't have any chest pain",
            "no i'm not bleeding",
            "no it isn't painful",
            "no i don't feel dizzy",
            "no it never hurts",
            "no no pain or cramps",
        ],
        Answer.YES: [
            "yes",
            "ouch it hurts",
            "my calf hurts",
            "a little",
            "not fine",
            "i'm not okay",
            "yes it hurts",
            "oh yes",
        ],
        Answer.UNCLEAR: [
            "yes no",
            "i don't know",
            "no one is here",
            "i don't feel very fine",
            "not really fine",
            "i do not feel okay",
            "if i move it hurts",
            "mumble mumble",
            "no but my leg hurts",
            "no well it hurts",
            "no i can't it hurts",
            "it doesn't hurt but my leg hurts",
            "i'm fine but i can't it hurts",
            "no but i'm bleeding",
            "no pain just dizzy",
            "no still sore",
            "no i don't think it hurts",
            "no wait",
            "no emergency",
            "no good",
            "not now",
            "i do not feel well",
            "i am not well",
            "i don't feel very well",
            "not at all well",
        ],
        None: ["what a nice day", "i can't breathe", "stop", "no stop it", "wait wait", "help me", "repeat", "pause"],
    },
    "stopped": {
        Answer.NO: ["no", "nothing hurts", "i just wanted to stop"],
        Answer.YES: ["yes", "my leg", "it does"],
        None: ["continue", "stop"],
    },
    "sharp": {
        Answer.NO: ["no", "dull", "it's just a cramp", "the pain is gone", "no it's fine", "no it's better"],
        Answer.YES: ["yes", "sharp", "getting worse", "it hurts"],
        Answer.UNCLEAR: ["a bit", "maybe", "no better", "it's no better", "no easing"],
    },
    "screen-breath": {
        Answer.NO: [
            "no",
            "no chest pain",
            "no chest pain or trouble breathing",
            "no i can breathe fine",
            "i'm fine",
            "i'm not short of breath",
        ],
        Answer.YES: ["yes", "a little"],
        Answer.UNCLEAR: ["okay", "all right", "maybe", "no a bit dizzy"],
        None: ["chest pain", "i can't breathe", "no but i have trouble breathing", "no pain but i'm short of breath"],
    },
    "triage-breath": {
        Answer.NO: ["no", "no i don't have chest pain"],
        None: ["no but my chest hurts", "not really but my chest hurts"],
    },
    "still-dizzy": {
        Answer.NO: ["no", "no i'm not dizzy"],
        Answer.UNCLEAR: ["no but i'm dizzy", "no better", "i am not well"],
    },
    "called": {
        Answer.NO: ["no", "no i didn't call"],
        None: ["no but call the nurse"],
    },
    "resume": {
        Answer.YES: ["yes", "no pain", "it doesn't hurt"],
        Answer.UNCLEAR: ["no pain but i'm dizzy", "no pain but i'm bleeding", "it doesn't hurt i'm dizzy"],
    },
    "screen-legs": {
        Answer.NO: ["no", "the same as yesterday", "no worse"],
        Answer.YES: ["yes the left one", "more swelling", "it hurts"],
        Answer.UNCLEAR: ["fine", "okay", "no more pain than yesterday", "no better", "i am not well", "not now"],
    },
    "screen-worse": {
        Answer.NO: ["no", "no less than yesterday", "the same"],
    },
    "screen-unwell": {
        Answer.NO: ["no", "i'm well", "not unwell"],
        Answer.YES: ["not very well"],
        Answer.UNCLEAR: ["i do not feel well", "not at all well", "never mind"],
    },
    "triage-pain": {
        Answer.NO: ["no", "better", "it's easing"],
        Answer.YES: ["still there", "the same", "no change"],
        Answer.UNCLEAR: ["no better"],
    },
    "screen-consent": {
        Answer.YES: ["yes", "oh yes please", "okay", "ready", "let's go", "i'm fine", "all right"],
        Answer.NO: ["no", "later", "not today", "it hurts", "it's pulling", "not ready"],
        Answer.UNCLEAR: ["yes when the nurse is back", "all right then", "maybe", "yes no"],
        None: ["wait a minute", "stop", "not yet"],
    },
    "go-on": {
        Answer.YES: ["yes", "all right", "fine", "okay", "it doesn't hurt", "go on"],
        Answer.NO: ["no", "no thank you", "no better not", "not now", "it still hurts"],
        Answer.UNCLEAR: ["no it doesn't hurt any more", "yes but it hurts"],
    },
    "effort": {
        Answer.EASY: ["easy", "it was easy", "that was very easy thank you"],
        Answer.ALL_RIGHT: ["all right", "that was fine", "okay", "not too hard", "fine no pain"],
        Answer.HARD: ["hard", "a bit hard", "not easy", "i'm tired", "too fast", "it was all right but a bit hard"],
        Answer.NO: ["no"],
        Answer.UNCLEAR: ["i don't know", "not fine"],
        None: ["it hurts", "easy but it hurts", "my leg is sore", "stop"],
    },
    "person": {
        Answer.YES: ["yes", "help", "the nurse please"],
        Answer.NO: ["no", "no thank you", "not now", "i'm fine", "i can manage"],
        None: ["call the nurse"],
    },
    None: {
        Answer.YES: ["yes", "okay", "fine"],
        Answer.NO: ["no", "no thank you"],
        Answer.UNCLEAR: ["i'm fine"],
        None: ["it hurts", "pause", "stop"],
    },
}
CASES = [
    pytest.param(question, text, answer, id=f"{question}: {text}")
    for question, answers in QUESTIONS.items()
    for answer, texts in answers.items()
    for text in texts
]


@pytest.mark.parametrize(("question", "text", "answer"), CASES)
def test_an_open_question_hears_answers_first(en, asked, question, text, answer):
    assert read(text, en, asked(question)).answer is answer


@pytest.mark.parametrize(
    ("question", "text", "reading"),
    [
        ("hurt", "i can't breathe", Reading(Command.BREATH_CHEST, "i can't breathe")),
        ("screen-consent", "oh stop", Reading(Command.STOP, "stop")),
        ("effort", "it hurts", Reading(Command.PAIN, "it hurts")),
        ("effort", "my leg is sore", Reading(Command.MAYBE_PAIN, "sore")),
        ("hurt", "my calf hurts", Reading(Command.CALF_CLOT, "my calf hurts", Answer.YES)),
        ("go-on", "it hurts", Reading(Command.PAIN, "it hurts", Answer.NO)),
        ("go-on", "yes but it hurts", Reading(Command.PAIN, "it hurts", Answer.UNCLEAR)),
        ("hurt", "no but my leg hurts", Reading(Command.PAIN, "my leg hurts", Answer.UNCLEAR)),
        ("resume", "no pain but i'm dizzy", Reading(Command.DIZZY_UNWELL, "i'm dizzy", Answer.UNCLEAR)),
        ("triage-breath", "no but my chest hurts", Reading(Command.BREATH_CHEST, "my chest hurts")),
        ("screen-consent", "let's go", Reading(Command.RESUME, "let's go", Answer.YES)),
        ("screen-consent", "later", Reading(Command.LATER, "later", Answer.NO)),
        ("effort", "easy", Reading(Command.ALL_CLEAR, "easy", Answer.EASY)),
        ("hurt", "no good", Reading(None, "good", Answer.UNCLEAR)),
        ("hurt", "mumble", Reading(answer=Answer.UNCLEAR)),
        ("hurt", "mumble " * 9, NOTHING),
        ("hurt", "yes " + "mumble " * 9, NOTHING),
    ],
)
def test_an_answer_tells_what_was_said_instead_of_yes_or_no(en, asked, question, text, reading):
    assert read(text, en, asked(question)) == reading


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("hurt", "아니요 이제 안 아파요", Answer.NO),
        ("hurt", "네 아파요", Answer.YES),
        ("hurt", "괜찮 아요", Answer.NO),
        ("screen-legs", "어제랑 똑같아요", Answer.NO),
        ("go-on", "괜찮아요", Answer.UNCLEAR),
        ("go-on", "네 괜찮아요", Answer.YES),
        ("go-on", "됐어요", Answer.UNCLEAR),
        ("resume", "괜찮아요", Answer.YES),
        ("screen-consent", "네 시작해요", Answer.YES),
        ("screen-consent", "어", Answer.YES),
        ("effort", "안 힘들었어요", Answer.ALL_RIGHT),
        ("effort", "조금 힘들었 어요", Answer.HARD),
        ("effort", "다리가 아파요", None),
        ("sharp", "점점 심해져요", Answer.YES),
        ("person", "필요 없어요", Answer.NO),
        ("person", "싫어요", Answer.NO),
        ("hurt", "싫어요", Answer.UNCLEAR),
        ("hurt", "안 할래요", Answer.UNCLEAR),
        ("screen-legs", "안 해요", Answer.UNCLEAR),
        ("go-on", "싫어요", Answer.NO),
        ("go-on", "안 할래요", Answer.NO),
    ],
)
def test_korean_answers(ko, asked, question, text, answer):
    assert read(text, ko, asked(question)).answer is answer


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("멈춰 주세요", Command.STOP),
        ("멈춰", Command.PAUSE),
        ("아직 멀었어요", Command.HOW_LONG_LEFT),
        ("아직", Command.PAUSE),
        ("가슴이 아파요", Command.BREATH_CHEST),
        ("기침 에 피 가 나요", Command.BREATH_CHEST),
        ("종아리가 당겨요", Command.CALF_CLOT),
        ("당겨", Command.PAIN),
        ("앞당겨 주세요", None),
        ("아야", Command.PAIN),
        ("알 아야 해요", None),
        ("좋아야지", None),
        ("발목 이 아파 요", Command.PAIN),
        ("발목이 너무 아파서 못 하겠어요", Command.PAIN),
        ("아파트", None),
        ("커피가 나왔어요", None),
        ("커피 가 나왔 어요", None),
        ("피가 나네요", Command.BLEEDING),
        ("숨을 못 쉬겠어요", Command.BREATH_CHEST),
        ("안 아파요", Command.MAYBE_PAIN),
        ("많이 아파 보여요", None),
        ("진짜 아파 보여요", None),
        ("그 장면 꼭 살려줘", None),
        ("살려줘", Command.CALL_PERSON),
        ("도와줘서 고마워", None),
        ("크게 다쳤대", None),
        ("빨리빨리", None),
        ("가슴이 너무 아파요", Command.BREATH_CHEST),
        ("가슴이 좀 답답해요", Command.BREATH_CHEST),
        ("숨이 많이 차요", Command.BREATH_CHEST),
        ("숨이 좀 차요", Command.BREATH_CHEST),
        ("다리가 많이 부었어요", Command.CALF_CLOT),
        ("종아리가 너무 아파요", Command.CALF_CLOT),
        ("피가 조금 나요", Command.BLEEDING),
        ("이제 그만", Command.STOP),
        ("그만 그만 그만", Command.STOP),
        ("그만해 그만해", Command.STOP),
        ("아니 그만", Command.STOP),
        ("잠깐 그만", Command.STOP),
        ("그만하지 마", None),
        ("간호사 안 불러도 돼요", None),
        ("잠깐만 잠깐만", Command.PAUSE),
        ("멈춰 멈춰", Command.PAUSE),
        ("아야 그만", Command.PAIN),
        ("그만 아야", Command.PAIN),
        ("아니 아야", Command.PAIN),
        ("살려줘 살려줘", Command.CALL_PERSON),
        ("잠깐 살려줘", Command.CALL_PERSON),
        ("네 살려줘", Command.CALL_PERSON),
        ("살려주세요 살려주세요", Command.CALL_PERSON),
        ("간호사 간호사", Command.CALL_PERSON),
        ("간호사 도와줘", Command.CALL_PERSON),
        ("간호사님 불러 주세요", Command.CALL_PERSON),
        ("간호사 좀 불러 줘", Command.CALL_PERSON),
        ("천천히", Command.SLOWER),
    ],
)
def test_korean_is_compared_without_spaces_but_at_word_edges(ko, text, command):
    assert read(text, ko, FREE).command is command


@pytest.mark.parametrize(
    "text",
    [
        "다리가 너무 아파요",
        "다리가 많이 아파요",
        "무릎이 너무 아파요",
        "발목이 좀 아파요",
        "배가 아파요",
        "진짜 아파요",
        "아파서 못 하겠어요",
        "움직이면 아파요",
        "다리가 너무 저려요",
        "머리가 너무 어지러워요",
        "숨이 너무 차요",
        "가슴이 너무 답답해요",
        "다리가 많이 부었어요",
        "피가 조금 나요",
    ],
)
def test_a_korean_report_is_listed_with_its_word_of_degree(ko, text):
    """Words that no listed phrases cover from end to end are garbage to a recognizer with a closed grammar."""
    listed = [entry for entry in ko.entries if entry.phrase == text]

    assert [entry.policy for entry in listed] == [ANY]


class TestBesideItsOwnVoice:
    """What is heard while the coach is saying the same words."""

    @pytest.mark.parametrize("text", ["continue", "slower", "how many left", "yes"])
    def test_its_own_words_are_dropped(self, en, asked, text):
        line = frozenset({"You can say continue, slower, how many left. Yes!"})

        assert read(text, en, FREE, sounding=line) == NOTHING
        assert read(text, en, asked("hurt"), sounding=line) == NOTHING

    @pytest.mark.parametrize("text", ["stop", "pause"])
    def test_stop_and_pause_silence_and_are_asked_about(self, en, text):
        reading = read(text, en, FREE, sounding=frozenset({"Say stop or pause."}))

        assert reading == Reading(Command.MAYBE_PAIN, text, halts=True, own=True)

    def test_a_phrase_whose_weightiest_word_sounds_is_asked_about(self, en):
        reading = read("pause it", en, FREE, sounding=frozenset({"Say pause to rest."}))

        assert (reading.command, reading.halts) == (Command.MAYBE_PAIN, True)

    def test_stop_counts_in_every_other_line(self, en):
        assert read("stop", en, FREE, sounding=frozenset({"Point your toes away."})).command is Command.STOP

    def test_a_safety_phrase_becomes_a_maybe(self, en):
        line = frozenset({"Tell me if something hurts."})

        assert read("hurts", en, FREE, sounding=line) == Reading(Command.MAYBE_PAIN, "hurts", own=True)

    @pytest.mark.parametrize(("tag", "text"), [("en", "help"), ("ko", "도와줘")])
    def test_a_bare_call_for_help_becomes_a_maybe(self, packs, tag, text):
        reading = read(text, packs[tag].commands, FREE, sounding=frozenset({f"zzz {text}"}))

        assert reading == Reading(Command.MAYBE_PAIN, BARE_HELP, own=True)

    def test_a_safety_phrase_said_into_a_question_is_unclear(self, en, asked):
        line = frozenset({"Tell me if it hurts."})

        reading = read("it hurts", en, asked("hurt"), sounding=line)

        assert reading == Reading(Command.MAYBE_PAIN, "it hurts", Answer.UNCLEAR, own=True)

    def test_a_hint_of_the_coachs_own_is_dropped(self, en):
        assert read("hurt", en, FREE, sounding=frozenset({"Does anything hurt?"})).command is Command.MAYBE_PAIN
        assert read("painful", en, FREE, sounding=frozenset({"Is it painful?"})).command is Command.MAYBE_PAIN
        assert read("is it sore", en, FREE, sounding=frozenset({"Is it sore?"})) == NOTHING

    def test_other_words_count_as_ever(self, en):
        line = frozenset({"Point your toes away from you."})

        assert read("it hurts", en, FREE, sounding=line).command is Command.PAIN
        assert read("slower", en, FREE, sounding=line).command is Command.SLOWER
