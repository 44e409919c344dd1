"""The check of everything a person may have written: each slip that could reach somebody in bed is found once."""

import re
import shutil

import pytest

from coach.language.loader import load_pack
from coach.language.review import Kind
from coach.runtime.check import TOO_LONG, check_all, pin, told
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings
from coach.runtime.wiring import House
from coach.runtime.wording_table import wording_table

ALLOWED = "This helps the blood flow in your legs."
CLAIMED = "This prevents blood clots."


def no_bar(_what):
    return lambda _done, _total: None


@pytest.fixture
def folders(tmp_path):
    """A settings folder with copies of what ships, to be spoiled."""
    shipped = Paths.find(data=tmp_path / "data")
    shutil.copytree(shipped.config, tmp_path / "own")
    shutil.copytree(shipped.voices, tmp_path / "own" / "voices")
    return tmp_path / "own"


@pytest.fixture
def check(folders, tmp_path):
    """Check one file or folder of the spoiled copies; return the errors."""

    def check_(path):
        house = House(Paths.find(folders, tmp_path / "data"), Settings(), print, print)
        return [finding for finding in check_all(house, [folders / path], None, no_bar) if finding.is_error]

    return check_


def spoil(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("path", ["exercises", "programs", "voices/en", "voices/ko"])
def test_nothing_is_wrong_with_what_ships(path, check):
    assert check(path) == []


def test_a_number_without_an_origin_is_refused(folders, check):
    spoil(folders / "exercises" / "quad-sets.toml", 'sets = { v = 1, origin = "infer", ', "sets = { v = 1, ")

    (found,) = check("exercises/quad-sets.toml")

    assert "quad-sets.toml, table [dose], key sets.origin" in found.what


def test_a_number_with_a_published_origin_names_its_source(folders, check):
    spoil(
        folders / "exercises" / "deep-breathing.toml",
        'origin = "else", src = ["S24"], note = "then',
        'origin = "else", note = "then',
    )

    (found,) = check("exercises/deep-breathing.toml")

    assert 'src is missing; origin "else" needs at least one source id' in found.what


def test_a_claim_that_must_not_be_made_is_found(folders, check):
    spoil(
        folders / "voices" / "en" / "phrases.toml",
        "This helps the blood flow in your legs.",
        "This prevents blood clots.",
    )

    (found,) = check("voices/en")

    assert (found.kind, found.language) == (Kind.CLAIM, "en")
    assert 'table [ankle-pumps], key why: "clots" must never be said' in found.what


@pytest.mark.parametrize(
    ("tag", "key", "old", "new", "command"),
    [
        ("en", "stay", "Stay just as you are.", "Wait.", "pause"),
        ("en", "demo", "Let's try one together, slowly.", "One together. Again.", "repeat"),
        ("ko", "demo", "한 번 같이 느리게 해 봐요.", "다시 같이요. 다시.", "repeat"),
        ("ko", "praise", "하나하나가 다 보탬이 돼요.", "하나도 안 아파요.", "maybe-pain"),
    ],
)
def test_a_prompt_that_would_command_the_coach_is_found(folders, check, *, tag, key, old, new, command):
    spoil(folders / "voices" / tag / "phrases.toml", old, new)

    (found,) = check(f"voices/{tag}")

    assert found.kind == Kind.COMMAND
    assert f"table [score], key {key}" in found.what
    assert f"would be heard as {command}" in found.what


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "한 번 같이 느리게 해 봐요.",
            "한 번 같이요. 천천히 해 봐요.",
            'a sentence opens with "천천히" as a command does',
        ),
        ("발끝을 코 쪽으로 올리고, 그대로 있어요.", "발끝을 코 쪽으로 당겨요.", '"당겨" is too near a word that halts'),
    ],
)
def test_a_word_that_sounds_like_a_command_is_found(folders, check, old, new, problem):
    spoil(folders / "voices" / "ko" / "phrases.toml", old, new)

    assert any(finding.kind == Kind.COMMAND and problem in finding.what for finding in check("voices/ko"))


def test_a_cue_that_is_too_long_for_its_place_in_the_rhythm_is_found(folders, check):
    spoil(
        folders / "voices" / "en" / "phrases.toml", 'word = "Point."', 'word = "Point them away, and a little further."'
    )
    spoil(
        folders / "voices" / "en" / "phrases.toml", 'short = "Toes away."', 'short = "Let your toes go away from you."'
    )

    shutil.rmtree(folders / "voices" / "ko")

    found = check("programs/ankle-pumps.toml")

    assert {(one.kind, one.language) for one in found} == {(TOO_LONG, "en")}
    assert all("ankle-pumps.point" in one.what for one in found)


@pytest.mark.parametrize("key", ["emergency", "urgent", "stopped"])
def test_a_missing_safety_line_is_found(folders, check, key):
    spoil(folders / "voices" / "ko" / "phrases.toml", f"\n{key} = ", f"\n{key}-not = ")

    (found,) = [finding for finding in check("voices/ko") if finding.kind != Kind.PIN]

    assert found.kind == Kind.MISSING
    assert f"key {key}: this phrase is missing; write it there" in found.what


def test_a_safety_line_that_was_changed_is_found_until_somebody_has_read_and_pinned_it(folders, check, tmp_path):
    spoil(folders / "voices" / "en" / "phrases.toml", "I have stopped. Lie still.", "I have stopped. Get up.")
    (found,) = check("voices/en")

    house = House(Paths.find(folders, tmp_path / "data"), Settings(), print, print)
    (told,) = pin(house, [folders / "voices" / "en"], None)

    assert "table [safety], key stopped: this line has changed since it was pinned" in found.what
    assert re.search(r"lines that safety rests on are pinned, version \d+\.$", told)
    assert check("voices/en") == []


def test_a_missing_line_of_an_exercise_is_found(folders, check):
    spoil(folders / "voices" / "ko" / "phrases.toml", "\ninwards = ", "\ninward = ")

    (found,) = check("voices/ko")

    assert "table [ankle-circles], key inwards: this phrase is missing" in found.what


def test_a_line_that_is_hard_to_follow_is_a_note(folders, tmp_path):
    wordy = "Simultaneously maintaining comfortable respiration, gradually reposition the contralateral extremity."
    spoil(folders / "voices" / "en" / "phrases.toml", "Your leg stays on the bed.", wordy)
    house = House(Paths.find(folders, tmp_path / "data"), Settings(), print, print)

    (found,) = [
        finding for finding in check_all(house, [folders / "voices/en"], None, no_bar) if finding.kind == Kind.HARD
    ]

    assert not found.is_error
    assert "table [quad-sets], key manner" in found.what
    assert "reading age" in found.what


def test_a_table_counts_what_was_found_in_each_language(folders, check):
    spoil(
        folders / "voices" / "en" / "phrases.toml",
        "This helps the blood flow in your legs.",
        "This prevents blood clots.",
    )
    found = check("voices/en")

    heading, english = wording_table([load_pack(folders / "voices" / "en")], found)

    assert heading.split()[:6] == ["language", "lines", "missing", "too", "long", "command"]
    assert english.split()[0] == "en"
    assert english.split()[2:8] == ["0", "0", "0", "1", "0", "0"]
    assert "reading age 6" in english
    assert english.endswith("not signed")


def test_files_that_only_wait_for_a_signature_are_told_in_one_line(folders, tmp_path):
    house = House(Paths.find(folders, tmp_path / "data"), Settings(), print, print)
    findings = check_all(house, [folders / "programs"], None, no_bar)

    lines = list(told(findings))

    assert len(lines) == 2
    assert lines[0].startswith("note   9 programs are drafts, which a clinician must sign: after-hip, after-knee,")
    assert lines[1].startswith("note   8 exercises are drafts, which a clinician must sign: ankle-circles,")
