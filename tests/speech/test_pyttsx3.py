"""The parent's side against children that fail in every way met in the field; each is a small real program."""

import os

import pytest

from coach.errors import SpeechError
from coach.speech.inspection import inspect
from coach.speech.leveling import sounding_span
from coach.speech.renderer import Renderer
from coach.speech.synthesizer import UnavailableError
from coach.speech.synthesizers.espeak import EspeakSynthesizer
from coach.speech.synthesizers.pyttsx3 import Pyttsx3Synthesizer
from coach.speech.synthesizers.tones import ToneSynthesizer

TEXT = "Point your toes."

SERVE = """
import json, math, os, signal, struct, sys, wave

def write(path, length_s=1.0, rate=22050, level=0.3):
    with wave.open(path, "wb") as file:
        file.setnchannels(1); file.setsampwidth(2); file.setframerate(rate)
        file.writeframes(b"".join(
            struct.pack("<h", int(level * 32767 * math.sin(n / 18))) for n in range(int(length_s * rate))))

def answer(request, **more):
    print(json.dumps({"path": request["path"], **more}), flush=True)
"""

GOOD = (
    SERVE
    + """
for line in sys.stdin:
    request = json.loads(line)
    write(request["path"])
    answer(request, done=True)
"""
)


def failing(body):
    """Return a child program that does something to its first request."""
    return f"{SERVE}\nrequest = json.loads(sys.stdin.readline())\n{body}\n"


# What the child does, and what is said about it by the synthesizer or, where it claims success, by the inspection.
FAILURES = [
    pytest.param("signal.pause()", r"did not answer within 0\.5 s", id="hangs"),
    pytest.param(
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()", "did not answer", id="hangs stubbornly"
    ),
    pytest.param("sys.exit(3)", "ended in the middle", id="ends"),
    pytest.param("os.kill(os.getpid(), signal.SIGSEGV)", "ended in the middle", id="crashes"),
    pytest.param("write(request['path']); sys.exit(0)", "ended in the middle", id="writes and says nothing"),
    pytest.param("write(request['path']); signal.pause()", "did not answer", id="writes and hangs"),
    pytest.param("while True: print('Audio saved to nowhere')", "did not answer", id="prints for ever"),
    pytest.param(
        "sys.stdout.write('x' * 3_000_000); signal.pause()", "did not answer", id="prints without an end of line"
    ),
    pytest.param(
        "print('[1, 2]'); print('null'); print('{}', flush=True); sys.exit(0)", "ended", id="answers nonsense"
    ),
    pytest.param(
        "request['path'] += 'x'; answer(request, done=True); signal.pause()", "did not answer", id="answers another"
    ),
    pytest.param(
        "answer(request, error='failed (weakly referenced object)')", "weakly referenced", id="reports a failure"
    ),
    pytest.param("answer(request, done=True); signal.pause()", "wrote no file", id="writes nothing"),
    pytest.param(
        "open(request['path'], 'w').close(); answer(request, done=True)", "empty file", id="writes an empty file"
    ),
    pytest.param("write(request['path'], rate=44100); answer(request, done=True)", "44100", id="writes the wrong rate"),
    pytest.param("write(request['path'], 0.2); answer(request, done=True)", "were due", id="writes half the line"),
    pytest.param("write(request['path'], 4.0); answer(request, done=True)", "were due", id="writes more than the line"),
    pytest.param("write(request['path'], level=0); answer(request, done=True)", "silence", id="writes silence"),
    pytest.param("open(request['path'], 'w').write('hello'); answer(request, done=True)", "no PCM", id="writes text"),
]


@pytest.fixture
def speaking(profile):
    return profile(engine="pyttsx3")


def limit(told):
    """Return a time limit that only a child that hangs can pass, on however busy a machine."""
    return 0.5 if "did not answer" in told else 20.0


@pytest.mark.parametrize(("body", "told"), FAILURES)
def test_whatever_the_child_does_one_sentence_comes_back(tmp_path, program, speaking, body, told):
    synthesizer = Pyttsx3Synthesizer(program(failing(body)), limit(told))

    def spoken():
        synthesizer.render(TEXT, speaking, tmp_path / "line.wav")
        inspect(tmp_path / "line.wav", synthesizer.rate, (0.5, 2.0))

    with pytest.raises(SpeechError, match=told):
        spoken()
    synthesizer.close()


class StandIn(ToneSynthesizer):
    """Tones for every profile."""

    def offers(self, text, profile):  # noqa: ARG002 - part of the port
        return True


@pytest.mark.parametrize(("body", "told"), FAILURES)
def test_whatever_the_child_does_the_next_synthesizer_speaks(tmp_path, program, speaking, line, body, told):  # noqa: PLR0917 - fixtures
    renderer = Renderer(tmp_path / "clips", [Pyttsx3Synthesizer(program(failing(body)), limit(told)), StandIn()])

    clips = renderer.fill([line(TEXT)], speaking)

    assert clips[line(TEXT)].length > 0
    assert len(renderer.notices) == 1
    assert told.replace("\\", "") in renderer.notices[0]


def test_a_child_that_fails_once_is_replaced_and_the_line_is_spoken(tmp_path, program, speaking, line):
    marker = tmp_path / "failed-once"
    once = f"import os, sys\nmarker = {str(marker)!r}\nif not os.path.exists(marker): open(marker, 'w'); sys.exit(1)\n"
    renderer = Renderer(tmp_path / "clips", [Pyttsx3Synthesizer(program(once + GOOD), limit_s=5.0)])

    clips = renderer.fill([line(TEXT)], speaking)

    assert len(clips) == 1
    assert renderer.notices == []


def test_one_child_serves_many_lines(tmp_path, program, speaking):
    pids = tmp_path / "pids"
    source = f"import os\nopen({str(pids)!r}, 'a').write(f'{{os.getpid()}} ')\n{GOOD}"
    synthesizer = Pyttsx3Synthesizer(program(source))

    for number in range(5):
        synthesizer.render(TEXT, speaking, tmp_path / f"{number}.wav")
    synthesizer.close()

    assert len(pids.read_text().split()) == 1
    assert all((tmp_path / f"{number}.wav").exists() for number in range(5))


def test_noise_around_an_answer_is_overheard(tmp_path, program, speaking):
    noisy = GOOD.replace(
        "    answer(", "    print('Audio saved', request['path']); print('\\x00\\xff{', flush=True)\n    answer("
    )
    synthesizer = Pyttsx3Synthesizer(program(noisy))

    synthesizer.render(TEXT, speaking, tmp_path / "line.wav")
    synthesizer.close()

    assert (tmp_path / "line.wav").exists()


@pytest.mark.parametrize("body", ["signal.pause()", "sys.exit(1)"], ids=["hangs", "ends"])
def test_no_child_is_left_behind(tmp_path, program, speaking, body):
    pid = tmp_path / "pid"
    source = f"import os\nopen({str(pid)!r}, 'w').write(str(os.getpid()))\n{failing(body)}"
    synthesizer = Pyttsx3Synthesizer(program(source), limit_s=0.5)

    with pytest.raises(SpeechError):
        synthesizer.render(TEXT, speaking, tmp_path / "line.wav")

    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_a_missing_library_names_the_package_to_install(tmp_path, program, speaking):
    source = SERVE + "print(json.dumps({'unavailable': 'no espeak library'}), flush=True)"
    synthesizer = Pyttsx3Synthesizer(program(source))

    with pytest.raises(UnavailableError, match=r"no espeak library.*sudo apt install espeak-ng"):
        synthesizer.render(TEXT, speaking, tmp_path / "line.wav")


def test_a_child_that_cannot_be_started_is_unavailable(tmp_path, speaking):
    synthesizer = Pyttsx3Synthesizer([str(tmp_path / "no-such-python")])

    with pytest.raises(UnavailableError, match="does not start"):
        synthesizer.render(TEXT, speaking, tmp_path / "line.wav")


def test_the_coachs_own_child_reports_a_missing_library_instead_of_dying(tmp_path, monkeypatch, speaking):
    broken = tmp_path / "library" / "pyttsx3"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise RuntimeError('eSpeak is not installed')")
    monkeypatch.setenv("PYTHONPATH", str(broken.parent))

    with pytest.raises(UnavailableError, match=r"eSpeak is not installed.*sudo apt install espeak-ng"):
        Pyttsx3Synthesizer().render(TEXT, speaking, tmp_path / "line.wav")


# A stand-in for the whole of pyttsx3 that loses the first settings it is given: LOST of them.
FORGETFUL_LIBRARY = """
import types

RATE, PITCH = 1, 3
values = {"rate": 200, "pitch": 50, "voice": "gmw/en"}
values["voices"] = [types.SimpleNamespace(id="gmw/en", languages=["en-gb"])]
dll = types.SimpleNamespace(espeak_GetParameter=lambda what, current: values["rate" if what == RATE else "pitch"])
IsPlaying = lambda: 0
given, told = [], []

def set_property(name, value):
    given.append(name)
    if len(given) > LOST:
        values[name] = value

def init(driver):
    return types.SimpleNamespace(
        connect=lambda topic, callback: told.append(callback),
        getProperty=values.get,
        setProperty=set_property,
        save_to_file=lambda text, path: None,
        runAndWait=lambda: told[0](name=None, completed=True),
    )
"""


@pytest.fixture
def forgetful(tmp_path, monkeypatch):
    """A function that puts a library that loses so many settings in the place of pyttsx3."""

    def install(lost):
        library = tmp_path / "library" / "pyttsx3"
        (library / "drivers").mkdir(parents=True)
        (library / "__init__.py").write_text(FORGETFUL_LIBRARY.replace("LOST", str(lost)))
        (library / "drivers" / "__init__.py").write_text("import pyttsx3 as _espeak")
        monkeypatch.setenv("PYTHONPATH", str(library.parent))

    return install


def test_settings_that_were_lost_are_given_again(tmp_path, forgetful, speaking):
    forgetful(lost=5)
    synthesizer = Pyttsx3Synthesizer()

    synthesizer.render(TEXT, speaking, tmp_path / "line.wav")
    synthesizer.close()


def test_a_line_spoken_with_other_settings_than_asked_for_is_refused(tmp_path, forgetful, speaking):
    forgetful(lost=1_000)
    synthesizer = Pyttsx3Synthesizer()

    with pytest.raises(SpeechError, match=r"spoke as \('gmw/en', 200, 50\) instead of \('gmw/en', 150, 50\)"):
        synthesizer.render(TEXT, speaking, tmp_path / "line.wav")
    synthesizer.close()


@pytest.mark.usefixtures("espeak")
def test_a_line_is_rendered_in_the_voice_rate_and_pitch_of_its_own_profile(tmp_path, profile):
    own, command = Pyttsx3Synthesizer(), EspeakSynthesizer()
    voices = [
        {"voice": "en-gb", "rate_wpm": 150, "pitch": 40},
        {"voice": "ko", "rate_wpm": 120, "language": "ko"},
        {"voice": "en-us", "rate_wpm": 220, "pitch": 70},
    ]

    for changes in voices * 2:
        speaking = profile(engine="pyttsx3", **changes)
        text = "발끝을 멀리 뻗으세요" if speaking.language == "ko" else "Point your toes away from you"
        spans = []
        for synthesizer in (own, command):
            synthesizer.render(text, speaking, tmp_path / "line.wav")
            samples, rate = inspect(tmp_path / "line.wav", 22_050, None)
            spans.append((sounding_span(samples, rate)[1] - sounding_span(samples, rate)[0]) / rate)

        assert spans[0] == pytest.approx(spans[1], rel=0.03)  # the command sets all three on its own command line
    own.close()


@pytest.mark.usefixtures("espeak")
def test_nothing_is_ever_played(tmp_path, monkeypatch, speaking):
    folder = tmp_path / "bin"
    folder.mkdir()
    for player in ("aplay", "paplay", "afplay"):
        (folder / player).write_text(f"#!/bin/sh\ntouch {tmp_path}/played\n")
        (folder / player).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    synthesizer = Pyttsx3Synthesizer()

    for number in range(3):
        synthesizer.render(TEXT, speaking, tmp_path / f"{number}.wav")
    synthesizer.close()

    assert not (tmp_path / "played").exists()
