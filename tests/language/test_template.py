"""Lines with slots."""

import pytest

from coach.language.template import Slot, Template, parse_template


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("Rest now.", ("Rest now.",)),
        ("{n} more.", (Slot("n"), " more.")),
        ("{n:native} 번", (Slot("n", style="native"), " 번")),
        ("a {n|one:set|other:sets}", ("a ", Slot("n", plurals=(("one", "set"), ("other", "sets"))))),
    ],
    ids=["plain", "number", "style", "plural"],
)
def test_a_line_is_taken_apart(line, parts):
    assert parse_template(line) == Template(parts)


@pytest.mark.parametrize("line", ["{n", "n}", "{N}", "{n|one:set}", "{}", "{n!r}", "{n.real}"])
def test_a_brace_without_a_slot_is_refused(line):
    with pytest.raises(ValueError, match=r"slot"):
        parse_template(line)
