"""notify.toml: without it nobody is told; with a mistake in it one sentence says which."""

import pytest

from coach.errors import SettingsError
from coach.notify.channel import Order
from coach.notify.settings import load_notify_settings


@pytest.fixture
def written(tmp_path):
    def write(text, mode=0o600):
        path = tmp_path / "notify.toml"
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return load_notify_settings(tmp_path)

    return write


def test_without_the_file_nobody_is_told(tmp_path):
    assert load_notify_settings(tmp_path) is None


def test_both_ways_are_read(written):
    settings = written('[apprise]\nurls = ["ntfy://a/b"]\n[mqtt]\nhost = "broker"\naccept = ["stop"]\n')

    assert settings.apprise.urls == ("ntfy://a/b",)
    assert settings.mqtt.accept == (Order.STOP,)
    assert not settings.name
    assert not settings.details


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("name = true\n", "neither"),
        ("[apprise]\nurls = []\n", "urls"),
        ('[mqtt]\nhost = "a"\nport = 99999\n', "port"),
        ('[mqtt]\nhost = "a"\naccept = ["start"]\n', "accept"),
        ('[mqtt]\nhost = "a"\ntopic = "coach/+/x"\n', "topic"),
        ('[mqtt]\nhost = "a"\npassword = "b"\n', "username"),
        ('[mqtt]\nhost = "a"\nkeepalive = 3\n', "keepalive"),
    ],
)
def test_a_mistake_is_told_with_its_key(written, text, named):
    with pytest.raises(SettingsError, match=rf"notify\.toml.*{named}"):
        written(text)


def test_a_file_others_may_read_is_refused_with_what_to_do(written):
    with pytest.raises(SettingsError, match="chmod 600"):
        written('[apprise]\nurls = ["ntfy://a/b"]\n', mode=0o644)
