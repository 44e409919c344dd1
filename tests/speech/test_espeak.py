"""The espeak-ng command, and small real programs in its place that fail in every way."""

import pytest

from coach.errors import SpeechError
from coach.speech.inspection import inspect
from coach.speech.synthesizer import UnavailableError
from coach.speech.synthesizers.espeak import EspeakSynthesizer, installed_version

VOICES = """
import sys
if "--voices" in sys.argv:
    print("Pty Language Age/Gender VoiceName File\\n 2 en-gb --/M English gmw/en"); sys.exit()
"""


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param("import signal; signal.pause()", r"did not end within 0\.5 s", id="hangs"),
        pytest.param(
            "print('Error: no space', file=sys.stderr); sys.exit(1)", r"failed \(Error: no space\)", id="fails"
        ),
        pytest.param("sys.exit(7)", "exit status 7", id="fails without a word"),
        pytest.param("sys.exit(0)", "wrote no file", id="writes nothing"),
        pytest.param("open(sys.argv[sys.argv.index('-w') + 1], 'w').close()", "empty file", id="writes an empty file"),
    ],
)
def test_whatever_the_command_does_one_sentence_comes_back(tmp_path, command, profile, body, told):
    limit_s = 0.5 if "did not end" in told else 20.0
    synthesizer = EspeakSynthesizer(command(VOICES + body), limit_s=limit_s)

    def spoken():
        synthesizer.render("Paused.", profile(engine="espeak"), tmp_path / "line.wav")
        inspect(tmp_path / "line.wav", synthesizer.rate, None)

    with pytest.raises(SpeechError, match=told):
        spoken()


def test_a_missing_command_names_the_package_to_install(tmp_path, profile):
    synthesizer = EspeakSynthesizer(str(tmp_path / "no-espeak"))

    assert synthesizer.version == "none"
    with pytest.raises(UnavailableError, match="sudo apt install espeak-ng"):
        synthesizer.render("Paused.", profile(engine="espeak"), tmp_path / "line.wav")


def test_the_version_is_read_from_the_command(espeak):
    assert installed_version(espeak)[0].isdigit()


@pytest.mark.parametrize("voice", ["en-gb", "en-GB-x-rp", "gmw/en-us", "en-us+f3", "ko", "ko+F3"])
def test_installed_voices_and_variants_are_taken(tmp_path, espeak, profile, voice):
    synthesizer = EspeakSynthesizer(espeak)

    synthesizer.render("Paused.", profile(engine="espeak", voice=voice), tmp_path / "line.wav")

    samples, _ = inspect(tmp_path / "line.wav", 22_050, None)
    assert len(samples) > 0


@pytest.mark.parametrize(
    ("voice", "near"),
    [("en-gbb", "en-gb"), ("en-us+f33", r"en-us\+f3"), ("kk-o", "ko|kk"), ("zz", "espeak-ng --voices")],
)
def test_a_voice_that_is_not_installed_is_answered_with_near_names(tmp_path, espeak, profile, voice, near):
    with pytest.raises(UnavailableError, match=f"no voice .*{near}"):
        EspeakSynthesizer(espeak).render("Paused.", profile(engine="espeak", voice=voice), tmp_path / "line.wav")


def test_variants_of_a_voice_sound_different(tmp_path, espeak, profile):
    synthesizer = EspeakSynthesizer(espeak)

    for name in ("en-us", "en-us+f3"):
        synthesizer.render("Point your toes.", profile(engine="espeak", voice=name), tmp_path / f"{name}.wav")

    assert (tmp_path / "en-us.wav").read_bytes() != (tmp_path / "en-us+f3.wav").read_bytes()
