"""Properties are drawn alike in every run; ``HYPOTHESIS_PROFILE=explore`` draws new examples, and more of them."""

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("steady", derandomize=True, database=None, deadline=None)
settings.register_profile("explore", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_this_machine(tmp_path_factory):
    """Keep the settings of whoever runs the tests out of them; children inherit the variable."""
    kept = os.environ.get("XDG_CONFIG_HOME")
    os.environ["XDG_CONFIG_HOME"] = str(tmp_path_factory.mktemp("no-settings"))
    yield
    if kept is None:
        del os.environ["XDG_CONFIG_HOME"]
    else:
        os.environ["XDG_CONFIG_HOME"] = kept


_SECOND = frozenset({"rehearsal", "runtime", "journal", "plan", "properties", "scenarios", "session", "speech"})
"""Folders whose tests run in the second of two processes; the split is by time."""
_BY_THE_CLOCK = frozenset({"live", "faults"})
"""Folders whose tests play and hear at the pace of a real sound card: never beside each other."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Name for each test the process it runs in, where several run side by side (``-n auto --dist loadgroup``).

    The split is fixed, so that a process runs the same tests in the same order each time: Vosk's results vary a little
    with what went through it before.
    """
    root = config.rootpath / "tests"
    for item in items:
        folder = item.path.relative_to(root).parts[0]
        group = "live" if folder in _BY_THE_CLOCK else "second" if folder in _SECOND else "first"
        item.add_marker(pytest.mark.xdist_group(group))
