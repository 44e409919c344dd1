"""Every synthesizer faces the same tests: real engines, recordings and tones."""

import shutil
from itertools import chain

import numpy as np
import pytest

from coach.audio.wavefile import write_wav
from coach.errors import SpeechError
from coach.speech.inspection import inspect
from coach.speech.pace import expected_seconds, plausible_seconds
from coach.speech.profile import VoiceProfile
from coach.speech.synthesizer import UnavailableError
from coach.speech.synthesizers.espeak import EspeakSynthesizer
from coach.speech.synthesizers.pyttsx3 import Pyttsx3Synthesizer
from coach.speech.synthesizers.recorded import RecordedSynthesizer
from coach.speech.synthesizers.tones import ToneSynthesizer

ENGLISH = (
    "Point your toes away from you.",
    "Pull your toes back towards you.",
    "Now let your feet go loose.",
    "Paused.",
    "I have stopped. Lie still.",
    "I have stopped. Press your call button now.",
    "Is it sharp, or getting worse?",
    "How was that: easy, all right, or hard?",
    "Shall we go on, slower and smaller?",
    "Are you lying safely, with nothing pulling? Shall we start?",
    "Is either leg worse than yesterday: more pain, more swelling, or redder?",
    "Anything new since this morning: pain, swelling, breath, dizziness?",
    "We go on in ten seconds.",
    "A little slower now.",
    "That was the last one. Well done, rest your legs.",
    "I cannot hear you just now, so I am quiet.",
    "Lie on your back with your legs straight.",
    "Breathe in slowly through your nose, and out through your mouth.",
    "up",
    "Flex",
)
KOREAN = (
    "발끝을 몸에서 멀리 쭉 뻗으세요.",
    "발끝을 정강이 쪽으로 올리세요.",
    "이제 발에 힘을 빼세요.",
    "잠시 멈췄어요.",
    "멈췄어요. 가만히 누워 계세요.",
    "멈췄어요. 지금 호출 버튼을 누르세요.",
    "통증이 날카롭거나 점점 심해지나요?",
    "방금 어떠셨어요? 쉬웠어요, 괜찮았어요, 힘들었어요?",
    "더 천천히, 더 작게 계속할까요?",
    "편안하게 누워 계시고, 당기는 것이 없으세요? 시작할까요?",
    "어제보다 더 아프거나 더 붓거나 더 붉은 다리가 있으세요?",
    "오늘 아침 이후로 새로 생긴 증상이 있으세요? 통증, 붓기, 숨참, 어지러움이요.",
    "십 초 뒤에 계속할게요.",
    "조금 더 천천히 할게요.",
    "마지막이었어요. 다리를 쉬게 해 주세요.",
    "지금은 잘 안 들려서 조용히 있을게요.",
    "등을 대고 누워 다리를 펴세요.",
    "코로 천천히 들이마시고, 입으로 내쉬세요.",
    "열",
    "뻗고",
)
NUMBERS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight"),
    *("nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
)
KOREAN_NUMBERS = (
    *("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟"),
    *("아홉", "열", "열한", "열두", "열세", "열네", "열다섯", "열여섯"),
)

PROMPTS = tuple(
    chain.from_iterable(
        zip(
            (
                *(("en", text) for text in ENGLISH),
                *(("en", f"You have {count} left.") for count in NUMBERS),
                *(("en", f"Set {count} of sixteen, both feet together.") for count in NUMBERS),
                *(("en", f"{count}") for count in NUMBERS),
                *(("en", f"That was {count} times, and we rest for {count} seconds.") for count in NUMBERS),
                *(("en", f"In {count} minutes, a rest.") for count in NUMBERS),
            ),
            (
                *(("ko", text) for text in KOREAN),
                *(("ko", f"{count} 번 남았어요.") for count in KOREAN_NUMBERS),
                *(("ko", f"{count} 번째 세트예요, 두 발을 함께 움직이세요.") for count in KOREAN_NUMBERS),
                *(("ko", f"{count} 번") for count in KOREAN_NUMBERS),
                *(("ko", f"{count} 번 했어요. {count} 번 숨을 쉬는 동안 쉬세요.") for count in KOREAN_NUMBERS),
                *(("ko", f"{count} 시간 뒤에 다시 할게요.") for count in KOREAN_NUMBERS),
            ),
            strict=True,
        )
    )
)

VOICES = {"en": "en-gb", "ko": "ko"}
NEEDS_ESPEAK = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")


def profile(engine, language="en", **changes):
    plain = {"id": "a", "name": "A", "voice": VOICES[language], "rate_wpm": 150, "pitch": 42}
    return VoiceProfile(engine=engine, language=language, **(plain | changes))


def recordings(folder):
    """Return a synthesizer that has a recording of every prompt used here, made of noise in the rhythm of speech."""
    folder.mkdir()
    entries = []
    noise = np.random.default_rng(7)
    for number, text in enumerate({ENGLISH[0], ENGLISH[1], ENGLISH[3]}):
        length = round(44_100 * expected_seconds(text, "en", 150))
        write_wav(
            folder / f"{number}.wav", (0.1 * noise.standard_normal(length)).clip(-1, 1).astype(np.float32), 44_100
        )
        entries.append(f'[[recording]]\nkey = "line.{number}"\ntext = "{text}"\nfile = "{number}.wav"\n')
    (folder / "index.toml").write_text("\n".join(entries), encoding="utf-8")
    return RecordedSynthesizer(folder, "en")


@pytest.fixture(
    params=[
        pytest.param("pyttsx3", marks=NEEDS_ESPEAK),
        pytest.param("espeak", marks=NEEDS_ESPEAK),
        "tones",
        "recorded",
    ]
)
def engine(request):
    return request.param


@pytest.fixture
def synthesizer(engine, tmp_path):
    makers = {
        "pyttsx3": Pyttsx3Synthesizer,
        "espeak": EspeakSynthesizer,
        "tones": ToneSynthesizer,
        "recorded": lambda: recordings(tmp_path / "recordings"),
    }
    made = makers[engine]()
    yield made
    made.close()


@pytest.fixture
def speaking(engine):
    return profile("tones" if engine == "recorded" else engine)


def test_a_line_becomes_a_file_that_passes_inspection(synthesizer, speaking, tmp_path):
    path = tmp_path / "line.wav"

    assert synthesizer.offers(ENGLISH[0], speaking)
    synthesizer.render(ENGLISH[0], speaking, path)

    samples, rate = inspect(path, synthesizer.rate, plausible_seconds(ENGLISH[0], "en", 150))
    assert len(samples) > rate // 2


def test_lines_one_after_another_each_get_their_own_words(synthesizer, speaking, tmp_path):
    lines = (ENGLISH[0], ENGLISH[3], ENGLISH[1], ENGLISH[3])
    lengths = []

    for number, text in enumerate(lines):
        synthesizer.render(text, speaking, tmp_path / f"{number}.wav")
        samples, rate = inspect(tmp_path / f"{number}.wav", synthesizer.rate, plausible_seconds(text, "en", 150))
        lengths.append(len(samples) / rate)

    assert lengths[0] > 1.5 * lengths[1]
    assert lengths[1] == pytest.approx(lengths[3], abs=0.1)  # espeak ends a line with a pause of varying length


def test_it_speaks_again_after_it_was_closed(synthesizer, speaking, tmp_path):
    synthesizer.render(ENGLISH[0], speaking, tmp_path / "a.wav")
    synthesizer.close()
    synthesizer.close()

    synthesizer.render(ENGLISH[0], speaking, tmp_path / "b.wav")

    inspect(tmp_path / "b.wav", synthesizer.rate, plausible_seconds(ENGLISH[0], "en", 150))


def test_it_has_a_name_and_a_version_for_the_cache(synthesizer):
    assert synthesizer.name
    assert synthesizer.version == synthesizer.version
    assert synthesizer.version


def test_it_leaves_lines_of_other_engines_alone(synthesizer, engine):
    others = {"pyttsx3", "espeak", "tones"} - {engine} - ({"pyttsx3"} if engine == "espeak" else set())

    assert not any(synthesizer.offers("Not a word that was recorded.", profile(other)) for other in others)


@pytest.mark.parametrize("engine", [pytest.param("pyttsx3", marks=NEEDS_ESPEAK)], indirect=True)
def test_two_hundred_prompts_of_two_languages_in_turn_are_all_right(synthesizer, tmp_path):
    wrong = []
    assert len(PROMPTS) == 200

    for number, (language, text) in enumerate(PROMPTS):
        path = tmp_path / f"{number}.wav"
        try:
            synthesizer.render(text, profile("pyttsx3", language), path)
            inspect(path, 22_050, plausible_seconds(text, language, 150))
        except SpeechError as error:
            wrong.append((text, str(error)))

    assert wrong == []


@pytest.mark.parametrize("engine", ["pyttsx3", "espeak"])
@NEEDS_ESPEAK
@pytest.mark.parametrize(
    "text",
    [
        "-w /etc/passwd is not an option here",
        'Say "continue" when you are ready; no hurry.',
        "Say $(touch touched) or `touch touched`, please.",
        "Two lines,\nand a second one.",
        "It doesn\u2019t hurt \u2013 does it?",
    ],
    ids=["dash", "quotes", "shell", "two lines", "typographic"],
)
def test_every_character_is_words_and_nothing_else(synthesizer, engine, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    synthesizer.render(text, profile(engine), tmp_path / "line.wav")

    inspect(tmp_path / "line.wav", 22_050, None)  # signs are read out by name, so the length is anybody's guess
    assert not (tmp_path / "touched").exists()


@pytest.mark.parametrize("engine", ["pyttsx3", "espeak"])
@NEEDS_ESPEAK
def test_a_voice_that_is_not_installed_is_never_replaced_by_another(synthesizer, engine, tmp_path):
    with pytest.raises(UnavailableError, match=r"near names are .*en-gb.*change the key voice"):
        synthesizer.render("Paused.", profile(engine, voice="en-gbx"), tmp_path / "line.wav")

    assert not (tmp_path / "line.wav").exists()
