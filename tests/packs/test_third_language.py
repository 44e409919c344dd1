"""A language of one folder: a made-up one is written into a temporary folder, and a session is held in it.

Nothing of the code knows it. Its words are the English ones with other letters, so that they mean something to nobody.
"""

import re
import shutil
import tomllib
from pathlib import Path

import numpy as np
import pytest
import tomlkit

from coach.audio.resampler import resample
from coach.commands import Command
from coach.language.utterance import Answer, Context, Expectation, Utterance
from coach.listening.hearing import Certainty, Hearing
from coach.rehearsal.run import Wanted, rehearse_to
from coach.runtime.check import check_all, pin
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings
from coach.runtime.wiring import House
from coach.units import LISTEN_BLOCK, LISTEN_RATE, SAMPLE_RATE

SHIPPED = Path(__file__).parents[2] / "voices"
LETTERS, SHIFTED = "aeioubcdfghjklmnpqrstvwxyz", "eiouacdfghjklmnpqrstvwxyzb"
OTHER = str.maketrans(LETTERS + LETTERS.upper(), SHIFTED + SHIFTED.upper())
PACK = """
format = 1
tag = "eo"
name = "Made-up"
status = "draft"
forbidden = ["zzz"]
[numbers]
default = "spellout-cardinal"
"""
VOICE = """
id = "{name}-eo"
name = "Made-up"
language = "eo"
engine = "{engine}"
voice = "{voice}"
rate_wpm = 160
"""
PROGRAM = """
id = "short"
title = "A short one"
regime = "recovery"
[[block]]
exercise = "ankle-pumps"
sets = { v = 1, origin = "infer" }
reps = { v = 3, origin = "infer" }
"""
TITLE = """
[short]
title = "Cshoeq"
"""
LENT = """
program = "short"
language = "eo"
screening = "later"
[[person]]
after = "line:session.lets-begin"
say = "stop"
[[person]]
after = "line:session.stopped"
say = "stop"
"""
UNHEARD = "Zeq ni cuwe. Stop, pause, yes, no."


def other(value):
    """Return the made-up words for English ones; slots, tables and numbers stay."""
    if isinstance(value, dict):
        return {key: other(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [other(inner) for inner in value]
    if isinstance(value, str):
        parts = re.split(r"(\{[^}]*\})", value)
        return "".join(part if part.startswith("{") else part.translate(OTHER) for part in parts)
    return value


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Return the house with one folder and two voices more than ship."""
    config = tmp_path_factory.mktemp("config")
    voices = config / "voices"
    for tag in ("en", "profiles"):
        shutil.copytree(SHIPPED / tag, voices / tag)
    folder = voices / "eo"
    folder.mkdir()
    (folder / "pack.toml").write_text(PACK, encoding="utf-8")
    for name in ("phrases", "commands", "report"):
        tables = other(tomllib.loads((SHIPPED / "en" / f"{name}.toml").read_text(encoding="utf-8")))
        if name == "phrases":
            tables["session"]["unheard"] = UNHEARD
        (folder / f"{name}.toml").write_text(tomlkit.dumps(tables), encoding="utf-8")
    for name, engine, voice in (("calm", "espeak", "eo"), ("person", "espeak", "en-us+f3")):
        profile = VOICE.format(name=name, engine=engine, voice=voice)
        (voices / "profiles" / f"{name}-eo.toml").write_text(profile, encoding="utf-8")
    shutil.copytree(SHIPPED.parent / "config" / "exercises", config / "exercises")
    (config / "programs").mkdir()
    (config / "programs" / "short.toml").write_text(PROGRAM, encoding="utf-8")
    return House(Paths.find(config, tmp_path_factory.mktemp("data")), Settings(), print, print)


def quiet(_what):
    return lambda _done, _total: None


def test_the_check_names_what_the_new_pack_still_needs_and_then_nothing(house):
    phrases = house.paths.voices / "eo" / "phrases.toml"
    before = [finding.as_text() for finding in check_all(house, [], "eo", quiet) if finding.is_error]
    phrases.write_text(phrases.read_text(encoding="utf-8") + TITLE, encoding="utf-8")
    told = pin(house, [], "eo")
    del house.__dict__["packs"]
    after = check_all(house, [], "eo", quiet)

    assert any("coach check --pin" in line for line in before)
    assert any("table [short], key title" in line for line in before)
    assert len(before) == 2
    assert told
    assert [finding.as_text() for finding in after if finding.is_error] == []
    assert any("No engine here can hear Made-up" in finding.as_text() for finding in after)


def test_a_phrase_that_is_missing_is_named_with_file_table_and_key(house, tmp_path):
    folder = tmp_path / "eo"
    shutil.copytree(house.paths.voices / "eo", folder)
    text = (folder / "phrases.toml").read_text(encoding="utf-8")
    (folder / "phrases.toml").write_text(text.replace("paused = ", "peatip = "), encoding="utf-8")

    findings = [finding.as_text() for finding in check_all(house, [folder], None, quiet) if finding.is_error]

    assert any("eo/phrases.toml, table [session], key paused" in line for line in findings)


def test_a_whole_session_is_held_in_its_words(house):
    finished = rehearse_to(house, Wanted(program="short", language="eo", engine="scripted"), quiet)

    said = {sound.text for sound in finished.result.chronicle.sounds if sound.text}
    assert finished.summary["outcome"] == "completed"
    assert finished.summary["reps_done"] == {"left": 3, "right": 3}
    assert house.pack("eo").utterance("session.hello").text in said
    assert house.pack("en").utterance("session.hello").text not in said


def test_where_no_engine_hears_it_she_is_told_and_answers_and_stops_it_in_lent_words(house, tmp_path):
    scenario = tmp_path / "lent.toml"
    scenario.write_text(LENT, encoding="utf-8")
    finished = rehearse_to(house, Wanted(scenario=scenario), quiet)

    said = [sound.id for sound in finished.result.chronicle.sounds]
    assert said.index("session.hello") < said.index("session.unheard") < said.index("question.screen-since")
    assert [hearing["command"] for hearing in finished.summary["hearings"]] == ["no", "yes", "stop", "no", "stop"]
    assert finished.summary["outcome"] == "stopped"


@pytest.fixture(scope="module")
def listener(house):
    return house.listener("eo", "auto")


@pytest.mark.parametrize(
    ("text", "command", "question"),
    [
        ("stop", Command.STOP, None),
        ("it hurts", Command.PAIN, None),
        ("pause", Command.PAUSE, None),
        ("yes", Command.YES, "screen-consent"),
        ("slower", None, None),
        ("how many left", None, None),
    ],
)
def test_only_what_is_lent_is_heard(house, listener, text, command, question):
    line = Utterance("en", "said", text)
    clip = house.render([line], house.profile("person-en"))[line].samples
    pause = np.zeros(LISTEN_RATE, dtype=np.float32)
    sound = np.concatenate((pause, resample(clip, SAMPLE_RATE, LISTEN_RATE), pause))
    listener.expect(Expectation(Context.QUESTION, question) if question else Expectation())

    heard = {
        (decision.command, decision.answer)
        for at in range(0, len(sound) - LISTEN_BLOCK + 1, LISTEN_BLOCK)
        for decision in listener.accept(sound[at : at + LISTEN_BLOCK], None)
        if isinstance(decision, Hearing) and decision.certainty is Certainty.FINAL
    }

    assert heard == ({(command, Answer.YES if question else None)} if command else set())
