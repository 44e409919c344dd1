from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from coach.errors import PackError, ProgramError
from coach.tomlfile import SIZE_MAX, nearest, parse, read_toml, shown, toml_files

LEAF = 'id = "oak"\n[[leaf]]\n'


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


class Leaf(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    reps: Annotated[int, Field(ge=1, le=30)] = 1
    cycle_s: Annotated[float, Field(gt=0)] = 4.0
    color: Color = Color.RED
    tags: tuple[str, ...] = ()
    maybe: Annotated[int, Field(ge=2)] | None = None
    loud: bool = False

    @model_validator(mode="after")
    def _not_thirteen(self):
        if self.reps == 13:
            raise ValueError("thirteen is not wanted; write twelve.")
        return self


class Tree(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern="^[a-z]+$")]
    signed: date | None = None
    mixed: str | tuple[str, ...] | Leaf = ""
    leaf: Annotated[tuple[Leaf, ...], Field(min_length=1)] = (Leaf(),)
    named: dict[str, Leaf] = {}


@pytest.fixture
def read(tmp_path):
    def read_(content):
        path = tmp_path / "tree.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return parse(Tree, read_toml(path, ProgramError), path, ProgramError)

    return read_


def test_a_well_written_file_becomes_a_model(read):
    tree = read('id = "oak"\nsigned = 2026-11-20\n[[leaf]]\nreps = 3\ncycle_s = 4\ncolor = "blue"\ntags = ["a", "b"]\n')

    assert tree.signed == date(2026, 11, 20)
    assert tree.leaf == (Leaf(reps=3, cycle_s=4.0, color=Color.BLUE, tags=("a", "b")),)


def test_a_byte_order_mark_is_overlooked(read):
    assert read('\ufeffid = "oak"').id == "oak"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("", "the file is empty", id="empty"),
        pytest.param(" \n\t\n", "the file is empty", id="blank"),
        pytest.param(b"\xff\xfeid", "line 1: this is not UTF-8 text", id="utf-16"),
        pytest.param(b"a = 1\nb = '\xe9'", "line 2: this is not UTF-8 text", id="latin-1"),
        pytest.param("a = 1\nthis is no toml", "line 2, column 6: this is no TOML", id="no-toml"),
        pytest.param("a = 1\na = 2\n", "this is no TOML (cannot overwrite a value)", id="key-twice"),
        pytest.param("a = '''", "at its end: this is no TOML", id="unclosed"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00", "not UTF-8", id="picture"),
        pytest.param("a = " + "[\n" * 10_000, "nested too deeply", id="ten-thousand-brackets"),
        pytest.param("a = " + "[" * 10_000, "longer than 4000 characters", id="ten-thousand-brackets-in-a-line"),
        pytest.param("a = " + "[" * 40 + "]" * 40, "nested too deeply", id="forty-brackets"),
        pytest.param(".".join("a" * 40) + " = 1", "nested too deeply", id="forty-dots"),
        pytest.param(".".join("a" * 60_000) + " = 1", "longer than 4000 characters", id="sixty-thousand-dots"),
        pytest.param("a = 0x" + "f" * 3_990, "a number has thousands of digits", id="hexadecimal"),
        pytest.param("#" * (SIZE_MAX + 1), "262,144 are the most", id="a-byte-too-long"),
        pytest.param("# only words", "key id: this key is missing; add text in quotation marks", id="comments"),
        pytest.param('idd = "oak"', 'key idd: this key is not known; the nearest known is "id"', id="unknown-key"),
        pytest.param('id = "oak"\nzzz = 1', "known are id, leaf, mixed, named, signed", id="nothing-near"),
        pytest.param('"a\\nb" = 1', 'key "a\\nb": this key is not known', id="newline-in-key"),
        pytest.param("id = 3", "key id: 3 is not allowed here; write text in quotation marks", id="number-for-text"),
        pytest.param('id = "o\\u0000k"', r'"o\u0000k" is not allowed here', id="nul"),
        pytest.param(
            'id = "oak"\nleaf = []',
            "key leaf: [] is not allowed here; write a list in square brackets, not empty",
            id="empty-list",
        ),
        pytest.param('id = "oak"\nleaf = 4', "key leaf: 4 is not allowed here; write a list", id="number-for-list"),
        pytest.param(
            LEAF + "[[leaf]]\nreps = 500",
            "table [[leaf]] number 2, key reps: 500 is not allowed here; write a whole number from 1 to 30",
            id="range",
        ),
        pytest.param(
            LEAF + "reps = true", "true is not allowed here; write a whole number from 1 to 30", id="bool-for-count"
        ),
        pytest.param(LEAF + "reps = 2.0", "2.0 is not allowed here; write a whole number", id="fraction-for-count"),
        pytest.param(LEAF + 'reps = "2"', '"2" is not allowed here; write a whole number', id="text-for-count"),
        pytest.param(LEAF + "cycle_s = true", "true is not allowed here; write a number", id="bool-for-seconds"),
        pytest.param(
            LEAF + "cycle_s = nan", "key cycle_s: nan is not allowed here; write a number, more than 0", id="nan"
        ),
        pytest.param(LEAF + "cycle_s = -inf", "key cycle_s: -inf is not allowed here", id="infinity"),
        pytest.param(LEAF + "cycle_s = 1e999", "key cycle_s: inf is not allowed here", id="too-large"),
        pytest.param(LEAF + "loud = 1", "key loud: 1 is not allowed here; write true or false", id="number-for-bool"),
        pytest.param(
            LEAF + "maybe = 1", "key maybe: 1 is not allowed here; write a whole number, 2 or more", id="optional"
        ),
        pytest.param(LEAF + 'color = "green"', 'write one of "red", "blue"', id="no-member"),
        pytest.param(
            LEAF + 'tags = ["a", 3]', "key tags (entry 2): 3 is not allowed here; write text", id="list-entry"
        ),
        pytest.param(
            'id = "oak"\n[named.x]\nrep = 3',
            'table [named], key x.rep: this key is not known; the nearest known is "reps"',
            id="in-named-table",
        ),
        pytest.param(
            LEAF + "reps = 13", "table [[leaf]] number 1: thirteen is not wanted; write twelve.", id="own-rule"
        ),
        pytest.param(
            'id = "oak"\nmixed = 3',
            "key mixed: 3 is not allowed here; write text in quotation marks or a list in square brackets or a table.",
            id="no-member-of-a-union",
        ),
        pytest.param(
            'id = "oak"\nmixed = { rep = 3 }',
            'table [mixed], key rep: this key is not known; the nearest known is "reps".',
            id="table-in-a-union",
        ),
        pytest.param("id = 3\n[[leaf]]\nreps = 0\nloud = 1", "(2 more to mend in this file)", id="several"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(read, content, said):
    with pytest.raises(ProgramError) as refused:
        read(content)

    message = str(refused.value)
    assert said in message
    assert "tree.toml" in message
    assert message.endswith(".")
    assert "\n" not in message
    assert len(message) < 600


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("missing.toml", "there is no such file", id="missing"),
        pytest.param(".", "this is a folder", id="folder"),
        pytest.param("here.toml/x.toml", "a part of this path is no folder", id="below-a-file"),
        pytest.param("x\0y", "the file cannot be read (", id="nul-in-name"),
        pytest.param("x" * 300, "the file cannot be read (", id="endless-name"),
        pytest.param("/dev/zero", "this is no ordinary file", id="device"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, name, said):
    (tmp_path / "here.toml").write_text("a = 1")

    with pytest.raises(PackError) as refused:
        read_toml(tmp_path / name, PackError)

    assert said in str(refused.value)


def test_fifty_megabytes_are_refused_before_they_are_read(tmp_path):
    path = tmp_path / "huge.toml"
    with path.open("wb") as opened:
        opened.truncate(50_000_000)

    with pytest.raises(ProgramError, match="50,000,000 bytes"):
        read_toml(path, ProgramError)


def test_the_files_of_a_folder_come_in_order_of_their_names(tmp_path):
    for name in ("b.toml", "a.toml", "README.md"):
        (tmp_path / name).touch()

    assert [path.name for path in toml_files(tmp_path, ProgramError)] == ["a.toml", "b.toml"]


@pytest.mark.parametrize("name", ["missing", "file", "x\0y"])
def test_a_folder_that_cannot_be_listed_says_why(tmp_path, name):
    (tmp_path / "file").touch()

    with pytest.raises(ProgramError, match=r"no such folder|no folder|cannot be read"):
        toml_files(tmp_path / name, ProgramError)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("x" * 100, '"' + "x" * 38 + "…", id="long"),
        pytest.param(10**5000, "a number of very many digits", id="endless"),
        pytest.param("a\u2028b", r'"a\u2028b"', id="line-separator"),
        pytest.param(date(2026, 1, 2), '"2026-01-02"', id="date"),
        pytest.param(Path("x"), "PosixPath", id="anything-else"),
    ],
)
def test_values_are_quoted_back_in_one_short_line(value, text):
    assert shown(value) == text


def test_nothing_known_is_said_to_be_so():
    assert nearest("x", []) == "nothing is known there"
