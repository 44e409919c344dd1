from pathlib import Path

import pytest

from coach.errors import ScenarioError
from coach.rehearsal.scenario import load_scenario


def _written(folder: Path, text: str) -> Path:
    path = folder / "scenario.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_in_a_scenario_has_a_default(tmp_path: Path):
    scenario = load_scenario(_written(tmp_path, 'program = "ankle-pumps"\n'))

    assert scenario.answers == "well"
    assert scenario.room.noise == "quiet"
    assert scenario.person == ()


def test_paths_are_relative_to_the_scenario_file(tmp_path: Path):
    (tmp_path / "stop.flac").write_bytes(b"x")

    scenario = load_scenario(_written(tmp_path, '[[person]]\nat_s = 1\naudio = "stop.flac"\n'))

    assert scenario.path(scenario.person[0].audio or Path()) == tmp_path / "stop.flac"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('colour = "red"', "colour"),
        ('[[person]]\nsay = "stop"', "after"),
        ('[[person]]\nat_s = 1\nafter = "cue:x.y"\nsay = "stop"', "after"),
        ("[[person]]\nat_s = 1", "say"),
        ('[[person]]\nat_s = -1\nsay = "stop"', "at_s"),
        ('[[person]]\nafter = "noise:x"\nsay = "stop"', "after"),
        ('[[person]]\nat_s = 1\naudio = "not-there.flac"', "not-there.flac"),
        ('answers = "rude"', "answers"),
        ("[room]\necho_db = 7", "echo_db"),
        ('[room]\nnoise = "not-there.wav"', "not-there.wav"),
        ("[room]\nrt60_s = nan", "rt60_s"),
        ('[[fault]]\nat_s = 1\nkind = "earthquake"', "kind"),
        ('[expect]\noutcome = "glory"', "outcome"),
        ("seed = -1", "seed"),
        ("= 3", "scenario.toml"),
        ("", ""),
    ],
)
def test_a_wrong_scenario_is_one_sentence_that_names_the_file_and_the_key(tmp_path: Path, text: str, named: str):
    path = _written(tmp_path, text)

    if text == "":
        with pytest.raises(ScenarioError, match="empty"):
            load_scenario(path)
        return
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)

    assert str(path) in str(caught.value)
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)
