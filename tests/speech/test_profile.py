import numpy as np
import pytest

from coach.errors import SettingsError
from coach.speech.leveling import active_level_db
from coach.speech.profile import load_profile, load_profiles
from coach.speech.renderer import Renderer
from coach.speech.synthesizers.espeak import EspeakSynthesizer
from coach.units import SAMPLE_RATE

GOOD = 'id = "mine"\nname = "Mine"\nlanguage = "en"\nengine = "espeak"\nvoice = "en-gb"\nrate_wpm = 150\n'


def test_every_shipped_profile_is_valid_and_named_as_its_file(voices):
    profiles = load_profiles(voices / "profiles")

    assert {f"{name}-{tag}" for name in ("calm", "clear", "night", "person") for tag in ("en", "ko")} <= profiles.keys()
    assert all(name == profile.id for name, profile in profiles.items())


def test_the_person_of_rehearsals_has_another_voice_than_the_coach(voices):
    profiles = load_profiles(voices / "profiles")

    for language in ("en", "ko"):
        assert profiles[f"calm-{language}"].voice != profiles[f"person-{language}"].voice


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param('id = "mine"', 'id = "other"', 'write id = "mine"', id="id is not the file name"),
        pytest.param("rate_wpm = 150", "rate_wpm = 20", "key rate_wpm", id="too slow"),
        pytest.param('"en-gb"', '"en-gb; rm"', "key voice", id="no voice name"),
        pytest.param('"espeak"', '"espaek"', "key engine", id="unknown engine"),
        pytest.param("rate_wpm", "rate", "key rate", id="unknown key"),
        pytest.param('language = "en"\n', "", "key language", id="no language"),
    ],
)
def test_a_wrong_profile_is_refused_in_a_sentence_that_names_file_and_key(tmp_path, old, new, told):
    path = tmp_path / "mine.toml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")

    with pytest.raises(SettingsError) as caught:
        load_profile(path)

    assert str(path) in str(caught.value)
    assert told in str(caught.value)


def test_a_voice_variant_is_left_to_the_espeak_engine(profile):
    variant = profile(voice="en-us+f3", engine="espeak")

    assert variant.voice == "en-us+f3"
    with pytest.raises(ValueError, match='needs engine = "espeak"'):
        profile(voice="en-us+f3", engine="pyttsx3")


def test_the_region_of_a_tag_does_not_decide_whose_line_it_is(profile):
    assert profile(language="en-GB").speaks("en")
    assert profile(language="en").speaks("en-US")
    assert not profile(language="en").speaks("ko")


def test_a_voice_is_spoken_slower_and_quicker_within_what_older_ears_follow(profile):
    calm = profile(rate_wpm=150)

    assert [calm.paced(steps).rate_wpm for steps in (-9, -2, -1, 0, 1, 2, 9)] == [120, 120, 135, 150, 165, 180, 180]


@pytest.mark.parametrize("rate", [100, 200])
def test_a_voice_beyond_that_range_goes_no_further_out(profile, rate):
    paced = [profile(rate_wpm=rate).paced(steps).rate_wpm for steps in (-2, 2)]

    assert rate in paced
    assert all(min(rate, 120) <= each <= max(rate, 180) for each in paced)


def loudness_db(samples):
    """Return the K-weighted power (ITU-R BS.1770-4, its filters at 48 kHz) of a line's active speech."""
    length = len(samples) + 4_800
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(length))
    shelf = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z**2) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z**2
    )
    high_pass = (1 - 2 * z + z**2) / (1 - 1.99004745483398 * z + 0.99007225036621 * z**2)
    weighted = np.fft.irfft(np.fft.rfft(samples, length) * shelf * high_pass, length)
    return active_level_db(weighted[: len(samples)].astype(np.float32), SAMPLE_RATE)


LOUDNESS_SPREAD_DB = 1.0
"""Less than anybody hears between two lines; 38 lines in each of eight voices lay within 0.4 dB of each other."""


def test_every_shipped_voice_and_every_line_is_equally_loud(voices, espeak, line, tmp_path):
    said = {"en": ("Paused.", "Bring your toes towards your nose, and hold."), "ko": ("멈췄어요.", "코 쪽으로 올려요.")}
    renderer = Renderer(tmp_path, [EspeakSynthesizer(espeak)])

    heard = {
        (profile.id, clip.name): loudness_db(clip.samples)
        for profile in load_profiles(voices / "profiles").values()
        for clip in renderer.fill(
            [line(text, f"a.line{number}", profile.language) for number, text in enumerate(said[profile.language])],
            profile,
        ).values()
    }

    assert len(heard) == 16
    assert max(heard.values()) - min(heard.values()) < LOUDNESS_SPREAD_DB
