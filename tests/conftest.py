"""Properties are drawn alike in every run; ``HYPOTHESIS_PROFILE=explore`` draws new examples, and more of them."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from html import escape, unescape
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from coach.errors import MissingError
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings
from coach.runtime.wiring import House

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


_BY_THE_CLOCK = frozenset({"live", "faults"})
"""Folders whose tests play and hear at the pace of a real sound card: never beside each other."""


_WITH_THEM = frozenset({"contracts", "journal", "listening"})
"""Folders that run in the same process, before or behind those, so that both processes end at about the same time."""


class TwoProcesses(LoadScopeScheduling):
    """Runs what goes by the clock in one process and the rest in another, each in the same order every time.

    The order matters to more than the cards: Vosk's results vary a little with what went through it before. Marks of
    xdist's own groups would do the same, but pytest from 9.2 on keeps them from xdist 3.8 without a word.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "by the clock" if nodeid.split("/")[1] in _BY_THE_CLOCK | _WITH_THEM else "free"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> TwoProcesses | None:
    """Return what deals out the tests where several processes are asked for (``-n auto``) and nothing else is said."""
    return TwoProcesses(config, log) if config.getvalue("dist") == "load" else None


def loaded(path: Path) -> ModuleType:
    """Load a module that stands with the tests, once; their folders are no packages."""
    if path.stem not in sys.modules:
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[path.stem] = module
        spec.loader.exec_module(module)
    return sys.modules[path.stem]


@pytest.fixture(scope="session")
def spoken_house(tmp_path_factory):
    """Return what makes a house whose usual prompts are spoken: once for all of them, each with data of its own."""
    clips = tmp_path_factory.mktemp("clips")

    def made() -> House:
        house = House(Paths.find(data=tmp_path_factory.mktemp("data")), Settings(), print, print)
        house.paths.cache.symlink_to(clips)
        try:
            house.prepare(house.program("ankle-pumps"), "en", lambda _what: lambda _done, _total: None)
        except MissingError as missing:
            pytest.skip(str(missing))
        return house

    return made


_BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@pytest.fixture
def browse(tmp_path):
    """Return what runs a real browser without a window and gives what it prints; the test is skipped without one."""
    if _BROWSER is None:
        pytest.skip("no chromium to look at the page with")

    def browse_(*arguments):
        shown = subprocess.run(
            [_BROWSER, *_FLAGS, f"--user-data-dir={tmp_path / 'profile'}", *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert shown.returncode == 0, shown.stderr[-500:]
        return shown.stdout

    return browse_


@pytest.fixture
def troubles_of(browse, tmp_path):
    """Return what gives, for pages and the widths in pixels at which they are shown, what is cut or cannot be read."""

    def troubles_of_(pages):
        frames = "".join(
            f'<iframe title="{title}" style="width:{width}px;height:900px" srcdoc="{escape(page)}"></iframe>'
            for title, (page, width) in pages.items()
        )
        look = (Path(__file__).parent / "look.js").read_text(encoding="utf-8")
        (tmp_path / "look.html").write_text(
            f'<!doctype html><meta charset="utf-8">{frames}<pre id="found"></pre><script>{look}</script>', "utf-8"
        )
        shown = browse("--window-size=900,900", "--dump-dom", f"file://{tmp_path}/look.html")
        return json.loads(unescape(re.search(r'<pre id="found">(.*?)</pre>', shown, re.DOTALL)[1]))

    return troubles_of_


@pytest.fixture
def sheets_of(browse, tmp_path):
    """Return what gives the number of sheets on which a page is printed."""

    def sheets_of_(page):
        (tmp_path / "page.html").write_text(page, encoding="utf-8")
        browse("--no-pdf-header-footer", f"--print-to-pdf={tmp_path}/page.pdf", f"file://{tmp_path}/page.html")
        return len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "page.pdf").read_bytes()))

    return sheets_of_
