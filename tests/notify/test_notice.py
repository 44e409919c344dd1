"""Notices in words: every kind has some in every language, and no symptom goes out unasked."""

import ast
from pathlib import Path

import pytest

from coach.errors import PackError
from coach.notify.notice import Kind, Notice, load_wording
from coach.runtime.paths import Paths

VOICES = Paths.find().voices
ROOT = Path(__file__).parents[2]
SYMPTOMS = (
    "breath",
    "chest",
    "pain",
    "bleeding",
    "numb",
    "swollen",
    "groan",
    "통증",
    "숨",
    "가슴",
    "피가",
    "신음",
    "저림",
)


@pytest.fixture(params=["en", "ko"])
def wording(request):
    return load_wording(VOICES / request.param)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_words_and_no_placeholder_is_left(wording, kind):
    message = wording.message(Notice(id="1", kind=kind, wall="2026-11-25T10:00:00+01:00"), name="Anna", details=True)

    assert "{" not in message.title + message.body
    assert "2026-11-25T10:00" in message.body


@pytest.mark.parametrize("kind", Kind)
def test_no_symptom_goes_out_unless_a_carer_asked_for_details(wording, kind):
    message = wording.message(Notice(id="1", kind=kind), name="", details=False)

    assert not [word for word in SYMPTOMS if word in (message.title + message.body).lower()]


def test_the_name_goes_out_only_where_it_is_given(wording):
    named = wording.message(Notice(id="1", kind=Kind.EMERGENCY), name="Anna")
    nameless = wording.message(Notice(id="1", kind=Kind.EMERGENCY))

    assert "Anna" in named.title
    assert "Anna" not in nameless.title + nameless.body
    assert wording.nameless in nameless.title


def test_a_name_cannot_reach_into_the_words(wording):
    message = wording.message(Notice(id="1", kind=Kind.EMERGENCY), name="{name.__class__}")

    assert "{name.__class__}" in message.title


def test_every_notice_the_session_sends_is_a_kind():
    """Read from the session's own code, so that a new notice without words is found here."""
    folder = ROOT / "coach" / "session"
    if not folder.is_dir():
        pytest.skip("the source tree is not here")
    sent = set()
    for source in folder.glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                named = [keyword.value for keyword in node.keywords if keyword.arg == "notice"]
                if isinstance(node.func, ast.Name) and node.func.id == "Notify":
                    named += node.args[:1]
                sent |= {value.value for value in named if isinstance(value, ast.Constant) and value.value is not None}

    assert sent
    assert sent <= {kind.value for kind in Kind}


def test_a_kind_without_words_is_named(tmp_path):
    text = (VOICES / "en" / "notices.toml").read_text(encoding="utf-8")
    (tmp_path / "notices.toml").write_text(text.replace("[groan]", "[sigh]"), encoding="utf-8")

    with pytest.raises(PackError, match=r"notices\.toml.*\[groan\] is missing"):
        load_wording(tmp_path)


def test_a_table_that_is_no_kind_is_named(tmp_path):
    text = (VOICES / "en" / "notices.toml").read_text(encoding="utf-8")
    (tmp_path / "notices.toml").write_text(text + '\n[sigh]\ntitle = "a"\nplain = "b"\n', encoding="utf-8")

    with pytest.raises(PackError, match=r"\[sigh\] is no kind"):
        load_wording(tmp_path)


def test_no_id_can_leave_the_folder():
    assert "/" not in Notice(id="../../etc/passwd", kind=Kind.FAULT).file
