import datetime as dt
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.tomledit import edited

WRITTEN = """# About her.
name = "Maria"   # as she likes it

# when
[schedule]   # by the team
times = ["08:30",
  "12:00"] # before lunch
quiet = { from = "21:00", to = "07:00" } # the ward's

[[cleared]]
not_if = "hip-rules" # at last
on = 2026-11-02

# the end
"""


def test_what_says_the_same_already_stays_as_it_stands():
    assert edited(WRITTEN, tomllib.loads(WRITTEN)) == WRITTEN


def test_a_changed_value_keeps_the_comments_around_it():
    data = tomllib.loads(WRITTEN) | {"name": "Eva"}

    assert edited(WRITTEN, data) == WRITTEN.replace("Maria", "Eva")


def test_a_new_value_stands_behind_the_others_and_before_the_comment_of_the_next_table():
    data = tomllib.loads(WRITTEN) | {"language": "en"}

    assert edited(WRITTEN, data).startswith(
        '# About her.\nname = "Maria"   # as she likes it\nlanguage = "en"\n\n# when\n[schedule]'
    )


def test_a_new_value_in_a_file_without_any_stands_behind_what_the_file_says_of_itself():
    assert edited("# About her.\n\n# when\n[schedule]\na = 1\n", {"name": "Eva", "schedule": {"a": 1}}) == (
        '# About her.\n\nname = "Eva"\n\n# when\n[schedule]\na = 1\n'
    )
    assert edited("", {"name": "Eva"}) == 'name = "Eva"\n'


def test_what_is_no_longer_said_is_taken_out_and_nothing_else():
    data = tomllib.loads(WRITTEN)
    del data["schedule"]["quiet"], data["cleared"]

    text = edited(WRITTEN, data)

    assert tomllib.loads(text) == data
    assert "# before lunch" in text


def test_tables_of_a_list_are_changed_added_and_taken_out():
    on = dt.date(2026, 11, 3)
    both = [{"not_if": "hip-rules", "on": on}, {"not_if": "knee-limits", "on": on}]
    longer = edited(WRITTEN, tomllib.loads(WRITTEN) | {"cleared": both})

    assert "# at last" in longer
    assert tomllib.loads(longer)["cleared"] == both
    assert tomllib.loads(edited(longer, tomllib.loads(WRITTEN)))["cleared"] == tomllib.loads(WRITTEN)["cleared"]


VALUE = (
    st.text(max_size=8)
    | st.integers(-(2**40), 2**40)
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.lists(st.text(max_size=4), max_size=3)
)
KEY = st.sampled_from(("a", "b", "c", "d"))
INLINE = st.dictionaries(KEY, VALUE, min_size=1, max_size=3)
TABLE = st.dictionaries(KEY, VALUE | INLINE, max_size=4)
FILE = st.dictionaries(KEY, VALUE | TABLE | st.lists(TABLE, min_size=1, max_size=3), max_size=4)


@given(FILE, FILE)
def test_any_file_becomes_any_other(before, after):
    text = edited(edited("", before), after)

    assert tomllib.loads(text) == after


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_files_of_every_editor_are_changed(newline):
    text = newline.join(("# About her.", 'name = "Maria"', "[schedule]", "a = 1", ""))

    assert tomllib.loads(edited(text, {"name": "Eva", "language": "en", "schedule": {"a": 2}})) == {
        "name": "Eva",
        "language": "en",
        "schedule": {"a": 2},
    }
