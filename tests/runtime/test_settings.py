"""Whose settings, exercises and programs hold: what ships, then what the person's own folder says."""

import pytest

from coach.errors import InputError, SettingsError
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings, load_settings, origins
from coach.runtime.sound_card import sound_card
from coach.runtime.wiring import House

SHIPPED = Paths.find().config
PROGRAM = """
id = "{name}"
title = "Mine"
regime = "recovery"
[[block]]
exercise = "ankle-pumps"
reps = {{ v = 3, origin = "infer" }}
"""


def written(folder, text, name="coach.toml"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def house(paths):
    return House(paths, Settings(), print, print)


def test_without_a_file_the_defaults_hold(tmp_path):
    assert load_settings(tmp_path / "none") == Settings()


def test_the_settings_that_ship_are_the_defaults():
    assert load_settings(SHIPPED) == Settings()


def test_ones_own_settings_stand_over_those_that_ship_key_by_key(tmp_path):
    ships = written(tmp_path / "ships", 'program = "a"\nlanguage = "en"\n[voice]\nen = "calm-en"\nko = "calm-ko"\n')
    own = written(tmp_path / "own", 'language = "ko"\n[voice]\nko = "mine"\n')

    settings = load_settings(ships, own)

    assert (settings.program, settings.language) == ("a", "ko")
    assert settings.voice == {"en": "calm-en", "ko": "mine"}
    assert origins(ships, own) == {
        "program": ships / "coach.toml",
        "language": own / "coach.toml",
        "voice.en": ships / "coach.toml",
        "voice.ko": own / "coach.toml",
    }


@pytest.mark.parametrize("wrong", ["ships", "own"])
def test_a_wrong_setting_is_told_with_the_file_it_stands_in(tmp_path, wrong):
    ships = written(tmp_path / "ships", 'language = "en"\n')
    own = written(tmp_path / "own", 'language = "en"\n')
    written(tmp_path / wrong, "language = 3\n")

    with pytest.raises(SettingsError, match=rf"{wrong}/coach\.toml, key language: 3"):
        load_settings(ships, own)


def test_the_own_folder_is_the_platforms_unless_one_is_given(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    found = Paths.find()

    assert found.own == tmp_path / "bedside-coach"
    assert found.settings == tmp_path / "bedside-coach" / "coach.toml"
    assert found.layers == (SHIPPED, tmp_path / "bedside-coach")


def test_a_complete_folder_stands_for_everything_that_ships(tmp_path):
    (tmp_path / "exercises").mkdir()
    found = Paths.find(tmp_path)

    assert found.layers == (tmp_path,)


def test_a_folder_without_exercises_adds_to_what_ships(tmp_path):
    written(tmp_path, PROGRAM.format(name="mine"), "programs/mine.toml")

    programs = house(Paths.find(tmp_path)).programs

    assert programs["mine"].title == "Mine"
    assert "ankle-pumps" in programs


def test_ones_own_program_takes_the_place_of_a_shipped_one_of_its_name(tmp_path):
    written(tmp_path, PROGRAM.format(name="ankle-pumps"), "programs/ankle-pumps.toml")

    assert house(Paths.find(tmp_path)).programs["ankle-pumps"].title == "Mine"


def test_ones_own_exercise_may_be_used_by_ones_own_program(tmp_path):
    text = (SHIPPED / "exercises" / "ankle-pumps.toml").read_text(encoding="utf-8")
    written(tmp_path, text.replace('id = "ankle-pumps"', 'id = "foot-pumps"', 1), "exercises/foot-pumps.toml")
    elsewhere = tmp_path / "elsewhere"

    exercises = house(Paths(config=SHIPPED, own=tmp_path, voices=elsewhere, data=elsewhere, cache=elsewhere)).exercises

    assert {"ankle-pumps", "foot-pumps"} <= exercises.keys()


def test_the_sound_devices_go_by_their_names(tmp_path):
    settings = load_settings(written(tmp_path, '[audio]\noutput = "Jabra"\ninput = "USB Mic"\nlatency_ms = 100\n'))

    assert sound_card(settings.audio).name == "Jabra / USB Mic"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("[audio]\nlatency_ms = 5\n", "latency_ms", id="less than any card can do"),
        pytest.param("[audio]\nloudspeaker = 'Jabra'\n", "loudspeaker", id="a misspelt key"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, text, named):
    with pytest.raises(SettingsError, match=named):
        load_settings(written(tmp_path, text))


def test_that_a_model_is_missing_is_said_where_the_embedded_engine_serves_and_nowhere_else(tmp_path):
    made = house(Paths.find(data=tmp_path))

    [told] = made.hearing_notes("en", "auto")

    assert "vosk-model-small-en-us-0.15 is missing; run: coach setup models; until then the embedded" in told
    assert made.hearing_notes("en", "phonemes") == ()
    assert made.hearing_notes("ko", "auto") == ()


EVENING = '[voice]\nen = "clear-en"\n[evening]\nvoice.en = "night-en"\nhours = { from = "20:00", to = "07:00" }\n'


@pytest.mark.parametrize(
    ("of_day", "language", "voice"),
    [
        pytest.param(12 * 60, "en", "clear-en", id="day"),
        pytest.param(20 * 60, "en", "night-en", id="evening"),
        pytest.param(6 * 60 + 59, "en", "night-en", id="before morning"),
        pytest.param(7 * 60, "en", "clear-en", id="morning"),
        pytest.param(None, "en", "clear-en", id="nobody knows the time"),
        pytest.param(23 * 60, "ko", "calm-ko", id="a language without a voice for the evening"),
    ],
)
def test_sessions_of_the_evening_may_have_a_voice_of_their_own(tmp_path, of_day, language, voice):
    settings = load_settings(written(tmp_path, EVENING))

    assert settings.profile(language, of_day) == voice


def test_a_voice_of_another_language_is_refused_with_the_place_to_mend_it(tmp_path):
    settings = load_settings(written(tmp_path, '[voice]\nen = "calm-ko"\n'))

    with pytest.raises(InputError, match=r"'calm-ko' speaks ko, not en; .*coach.toml, table \[voice\]"):
        House(Paths.find(), settings, print, print).voice("en")
