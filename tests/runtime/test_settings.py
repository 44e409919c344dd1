"""Settings: what a carer may change, and what is said of a mistake."""

import pytest

from coach.errors import SettingsError
from coach.runtime.live import sound_card
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings, load_settings


def written(tmp_path, text):
    (tmp_path / "coach.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_what_ships_is_every_setting_at_its_default():
    assert load_settings(Paths.find().config) == Settings()


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
