import pytest

from coach.errors import SettingsError
from coach.speech.profile import load_profile, load_profiles

GOOD = 'id = "mine"\nname = "Mine"\nlanguage = "en"\nengine = "espeak"\nvoice = "en-gb"\nrate_wpm = 150\n'


def test_every_shipped_profile_is_valid_and_named_as_its_file(voices):
    profiles = load_profiles(voices / "profiles")

    assert {"calm-en", "calm-ko", "person-en", "person-ko"} <= profiles.keys()
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
