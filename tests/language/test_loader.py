"""The pack loader: what a good folder becomes, and what a bad one is told."""

from pathlib import Path

import pytest

from coach.commands import Command, Policy
from coach.errors import PackError
from coach.language.loader import load_pack, load_packs
from coach.language.utterance import Answer

PACK = """
format = 1
tag = "en"
name = "Test"
status = "draft"
forbidden = ["clot"]
[numbers]
default = "spellout-cardinal"
"""
PHRASES = """
[session]
paused = "Paused."
"""
COMMANDS = """
format = 1
words_max = 8
fillers = ["um"]
[guards]
reach_words = 3
negations = ["not"]
doubts = ["if"]
[command.pause]
phrases = ["pause [please]", "hold on"]
whole = ["hang on"]
[command.call-person]
bare_help = ["help"]
[command.yes]
phrases = ["yes", "fine"]
[answers.harm]
no = ["fine"]
yes = ["a bit"]
[question.sharp]
no = ["a bit"]
[decoys]
everyday = ["(pause|stop) button"]
"""


@pytest.fixture
def write(tmp_path):
    def _write(pack=PACK, phrases=PHRASES, commands=COMMANDS, folder="en") -> Path:
        home = tmp_path / folder
        home.mkdir()
        (home / "pack.toml").write_text(pack, "utf-8")
        (home / "phrases.toml").write_text(phrases, "utf-8")
        (home / "commands.toml").write_text(commands, "utf-8")
        return home

    return _write


def test_a_folder_becomes_a_pack(write):
    pack = load_pack(write())

    assert (pack.tag, pack.name, pack.keys()) == ("en", "Test", ("session.paused",))


def test_folders_without_a_pack_file_are_no_packs(write):
    home = write()
    (home.parent / "profiles").mkdir()

    packs = load_packs(home.parent)

    assert list(packs) == ["en"]


def test_templates_are_expanded(write):
    book = load_pack(write()).commands

    assert book.phrases(Command.PAUSE) == ("pause", "pause please", "hold on", "hang on")
    assert tuple(book.decoys()) == ("pause button", "stop button")


@pytest.mark.parametrize(
    ("phrase", "policy"),
    [("pause", Policy.WHOLE), ("hold on", Policy.OPEN), ("hang on", Policy.WHOLE), ("help", Policy.WHOLE)],
    ids=["one word", "two words", "listed as whole", "bare help"],
)
def test_where_a_phrase_must_stand(write, phrase, policy):
    book = load_pack(write()).commands

    found = next(entry for entry in book.entries if entry.phrase == phrase)

    assert found.policy is policy


def test_a_questions_own_words_win_over_those_of_its_kind(write):
    questions = load_pack(write()).commands.questions

    assert questions["sharp"].words == {Answer.YES: ("yes",), Answer.NO: ("fine", "a bit")}
    assert questions["hurt"].words == {Answer.YES: ("yes", "a bit"), Answer.NO: ("fine",)}


def test_the_plain_yes_stands_first_among_the_words_of_a_question(write):
    questions = load_pack(write()).commands.questions

    assert {words.words[Answer.YES][0] for words in questions.values()} == {"yes"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pack": PACK.replace('"en"', '"en-GB"')}, ["pack.toml", "key tag", '"en-GB"', '"en"']),
        ({"pack": PACK.replace("draft", "signed")}, ["pack.toml", "reviewer"]),
        ({"pack": PACK.replace('forbidden = ["clot"]\n', "")}, ["pack.toml", "forbidden"]),
        ({"pack": PACK.replace("spellout-cardinal", "spellout-cardinals")}, ["pack.toml", "nearest"]),
        ({"phrases": '[session]\npaused = ""\n'}, ["phrases.toml", "[session]", "paused", "empty"]),
        ({"phrases": "[session]\npaused = []\n"}, ["phrases.toml", "[session]", "paused", "empty"]),
        ({"phrases": '[session]\npaused = "{n"\n'}, ["phrases.toml", "paused", "brace"]),
        ({"phrases": '[session]\npaused = "{n|one:rep}"\n'}, ["phrases.toml", "paused", "other"]),
        ({"commands": COMMANDS.replace("[please]", "[please")}, ["commands.toml", "[command.pause]", "phrases"]),
        ({"commands": COMMANDS.replace("command.pause", "command.pawse")}, ["commands.toml", "pawse"]),
        ({"commands": COMMANDS.replace("call-person", "maybe-pain")}, ["commands.toml", "[command.maybe-pain]"]),
        ({"commands": COMMANDS.replace("question.sharp", "question.sharb")}, ["commands.toml", '"sharb"', "sharp"]),
        (
            {"commands": COMMANDS.replace("hold on", "(a|b|c|d) (a|b|c|d) (a|b|c|d) (a|b|c|d)")},
            ["commands.toml", "256", "split"],
        ),
    ],
    ids=[
        "tag", "unsigned", "no claims", "counting", "empty line", "no line", "brace", "plural", "template", "command",
        "derived", "question", "too many",
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_in_one_sentence(write, change, words):
    folder = write(**change)

    with pytest.raises(PackError) as raised:
        load_pack(folder)

    message = str(raised.value)
    assert "\n" not in message
    assert [word for word in words if word not in message] == []


def test_a_missing_file_is_named(write):
    folder = write()
    (folder / "commands.toml").unlink()

    with pytest.raises(PackError, match=r"commands\.toml"):
        load_pack(folder)
