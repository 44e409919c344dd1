"""What stays of what was loaded."""

import gc

import pytest

from coach.runtime.memory import settle


@pytest.fixture(autouse=True)
def thawed():
    """Leave the collector as it was."""
    yield
    gc.unfreeze()


def test_what_was_loaded_is_out_of_the_collectors_rounds():
    gc.unfreeze()
    loaded = [[] for _ in range(100)]

    settle()

    assert gc.get_freeze_count() > len(loaded)
    assert not any(each is loaded for each in gc.get_objects())
