"""The command line as a person meets it: every failure is one sentence with the right exit code."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from coach.audio.wavefile import write_wav
from coach.runtime.paths import Paths

Run = Callable[..., subprocess.CompletedProcess[str]]
SHIPPED = Paths.find()

BREATHS = """
id = "breaths"
title = "Three breaths"
regime = "general"
[[block]]
exercise = "deep-breathing"
reps = { v = 3, origin = "infer" }
"""
GOOD = """
id = "mine"
title = "Mine"
regime = "recovery"
[[block]]
exercise = "ankle-pumps"
"""


@pytest.fixture(scope="session")
def coach(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a function that runs the coach's command and keeps its data in one temporary folder."""
    data = tmp_path_factory.mktemp("data")

    def run(*arguments: object, env: dict[str, str] | None = None, fresh_data: Path | None = None):
        command = [sys.executable, "-m", "coach", *map(str, arguments), "--data-dir", str(fresh_data or data)]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, **(env or {})}, timeout=300
        )

    return run


@pytest.fixture
def own_config(tmp_path: Path) -> Path:
    """Return a settings folder of one's own, with the shipped exercises, programs and voices."""
    shutil.copytree(SHIPPED.config, tmp_path / "config")
    shutil.copytree(SHIPPED.voices, tmp_path / "config" / "voices")
    return tmp_path / "config"


def _is_one_sentence(result: subprocess.CompletedProcess[str], code: int, *named: str) -> None:
    told = result.stderr + result.stdout
    assert result.returncode == code, told
    assert "Traceback" not in told
    sentences = [line for line in result.stderr.splitlines() if line.strip()]
    assert len(sentences) == 1, result.stderr
    for word in named:
        assert word in result.stderr


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (GOOD.replace('"ankle-pumps"', '"ankle-pumps"\nreps = { v = 500, origin = "infer" }'), ("reps", "500", "15")),
        (GOOD.replace('"ankle-pumps"', '"ankle-pumps"\ncycle_s = { v = 0, origin = "infer" }'), ("cycle_s", "0")),
        (GOOD.replace("title", "titel"), ("titel",)),
        (GOOD.replace("ankle-pumps", "ankle-pump"), ("ankle-pump", "ankle-pumps")),
        ("", ("empty",)),
        ("[" * 10_000, ()),
        ("id = ", ()),
    ],
    ids=["500 reps", "tempo 0", "unknown key", "unknown exercise", "empty", "nested brackets", "half a line"],
)
def test_a_wrong_program_is_one_sentence_naming_file_and_key(coach: Run, tmp_path: Path, content: str, named):
    program = tmp_path / "mine.toml"
    program.write_text(content, encoding="utf-8")

    result = coach("show", program)

    _is_one_sentence(result, 2, "mine.toml", *named)


def test_bytes_that_are_no_text_are_one_sentence(coach: Run, tmp_path: Path):
    program = tmp_path / "mine.toml"
    program.write_bytes(bytes(range(256)))

    _is_one_sentence(coach("show", program), 2, "mine.toml")


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (("show", "no-such-program"), 2, ("no-such-program", "ankle-pumps")),
        (("show", "missing.toml"), 2, ("missing.toml",)),
        (("show", "--language", "xx"), 2, ("xx", "en")),
        (("programs", "--config", "not-there"), 2, ("not-there",)),
        (("rehearse", "--scenario", "not-there.toml"), 2, ("not-there.toml",)),
        (("rehearse", "--engine", "vosk", "--language", "en"), 3, ("vosk",)),
        (("rehearse", "--all"), 2, ("--out",)),
        (("rehearse", "ankle-pumps", "--all", "--out", "somewhere"), 2, ("neither a program nor a scenario",)),
        (("hear", "x.wav", "--engine", "vosk", "--language", "en"), 3, ("vosk",)),
        (("say", " ", "--out", "x.wav"), 2, ("say",)),
    ],
)
def test_what_is_missing_is_named_with_what_there_is(coach: Run, arguments, code: int, named):
    _is_one_sentence(coach(*arguments), code, *named)


def test_a_recording_that_is_missing_is_named_once_and_the_others_are_heard(coach: Run, tmp_path: Path):
    there = tmp_path / "silence.wav"
    write_wav(there, np.zeros(16_000, dtype=np.float32), 16_000)

    done = coach("hear", "not-there.wav", str(there), "--engine", "scripted")

    missing, heard = done.stdout.splitlines()
    assert (done.returncode, missing.count("not-there.wav")) == (2, 1)
    assert heard == f"{there}: nothing"


def test_a_missing_phrase_names_pack_table_and_key(coach: Run, own_config: Path):
    phrases = own_config / "voices" / "en" / "phrases.toml"
    text = phrases.read_text(encoding="utf-8")
    phrases.write_text(
        "\n".join(line for line in text.splitlines() if not line.startswith("paused =")), encoding="utf-8"
    )

    result = coach("rehearse", "--engine", "scripted", "--config", own_config)

    _is_one_sentence(result, 2, "phrases.toml", "session", "paused")


def test_a_missing_voice_names_the_voices_there_are(coach: Run, own_config: Path, tmp_path: Path):
    profile = own_config / "voices" / "profiles" / "calm-en.toml"
    profile.write_text(
        "\n".join(
            'voice = "no-such-voice"' if line.startswith("voice") else line for line in profile.read_text().splitlines()
        )
    )

    _is_one_sentence(coach("say", "Hello.", "--out", tmp_path / "x.wav", "--config", own_config), 3, "no-such-voice")


def test_a_read_only_cache_is_told_and_the_session_goes_on(coach: Run, tmp_path: Path):
    if os.geteuid() == 0:
        blocked = tmp_path / "data"
        blocked.mkdir()
        (blocked / "cache").write_text("a file where the folder should be")
    else:
        blocked = tmp_path / "data"
        (blocked / "cache").mkdir(parents=True)
        (blocked / "cache").chmod(0o500)

    result = coach("say", "Hello there.", "--out", tmp_path / "x.wav", fresh_data=blocked)

    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    assert "cache" in result.stderr
    assert (tmp_path / "x.wav").stat().st_size > 1000


def test_a_recording_that_is_no_audio_is_told_and_the_others_go_on(coach: Run, tmp_path: Path):
    (tmp_path / "letter.wav").write_text("Dear coach")
    coach("say", "It hurts.", "--out", tmp_path / "hurts.wav")

    result = coach("hear", tmp_path / "letter.wav", tmp_path / "hurts.wav", "--json")

    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.returncode == 2
    assert "error" in rows[0]
    assert rows[1]["duration_s"] > 0.3
    assert "Traceback" not in result.stderr


def test_check_finds_nothing_wrong_with_what_ships(coach: Run):
    result = coach("check")

    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 errors" in result.stdout


def test_check_names_every_wrong_file_of_a_folder(coach: Run, tmp_path: Path):
    (tmp_path / "a.toml").write_text(
        GOOD.replace("mine", "a").replace("Mine", "A") + "reps = { v = 99, origin = 'infer' }\n"
    )
    (tmp_path / "b.toml").write_text("nonsense")

    result = coach("check", tmp_path, "--json")

    findings = json.loads(result.stdout)
    assert result.returncode == 1
    assert {Path(finding["where"]).name for finding in findings if finding["kind"] == "error"} == {"a.toml", "b.toml"}


@pytest.mark.parametrize(
    "command",
    [
        "rehearse",
        "hear",
        "say",
        "programs",
        "show",
        "check",
        "bench",
        "run",
        "devices",
        "doctor",
        "setup",
        "history",
        "report",
        "forget",
    ],
)
def test_every_command_explains_itself(command: str):
    result = subprocess.run(
        [sys.executable, "-m", "coach", command, "--help"], capture_output=True, text=True, check=False, timeout=60
    )

    assert result.returncode == 0
    assert len(result.stdout) > 200


def test_show_prints_the_score_in_the_asked_language(coach: Run):
    result = coach("show", "ankle-pumps", "--language", "ko")

    assert result.returncode == 0, result.stderr
    assert "발끝" in result.stdout
    assert "share of speech" in result.stdout


def test_a_rehearsal_puts_down_all_its_artefacts(coach: Run, tmp_path: Path):
    result = coach("rehearse", "ankle-pumps", "--engine", "scripted", "--out", tmp_path / "out", "--json")

    summary = json.loads(result.stdout)
    assert result.returncode == 0, result.stderr
    assert summary["outcome"] == "completed"
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "session.wav",
        "transcript.txt",
        "timeline.html",
        "events.jsonl",
        "summary.json",
    }
    assert json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8")) == summary


def test_every_program_is_rehearsed_into_a_folder_of_its_own(coach: Run, tmp_path: Path, own_config: Path):
    for program in own_config.glob("programs/*.toml"):
        program.unlink()
    (own_config / "programs" / "breaths.toml").write_text(BREATHS, encoding="utf-8")

    result = coach(
        *("rehearse", "--all", "--language", "ko", "--engine", "scripted"),
        "--config",
        own_config,
        "--out",
        tmp_path / "out",
    )

    assert result.returncode == 0, result.stderr
    made = {path.parent.name for path in (tmp_path / "out").glob("*/timeline.html")}
    assert made == {"breaths.ko"}
    assert result.stdout.count("completed") == 1


def test_a_rehearsal_that_goes_otherwise_than_expected_fails(coach: Run, tmp_path: Path):
    scenario = tmp_path / "s.toml"
    scenario.write_text('answers = "silent"\n[expect]\noutcome = "completed"\n')

    result = coach("rehearse", "--scenario", scenario, "--engine", "scripted")

    assert result.returncode == 1
    assert "expected 'completed'" in result.stderr


def test_a_history_without_a_journal_says_when_it_begins(coach: Run, tmp_path: Path):
    _is_one_sentence(coach("history", fresh_data=tmp_path), 1, "begins with the first session")


def test_a_history_is_one_kind_of_thing(coach: Run):
    _is_one_sentence(coach("history", "--json", "--csv"), 2, "--json", "--csv")
