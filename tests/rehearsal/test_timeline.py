"""The timeline page: complete in itself, and alive in a real browser."""

import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from coach.rehearsal.timeline import timeline


class Page(HTMLParser):
    """Collects what a page refers to, and checks that its tags close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.references: list[str] = []
        self.open: list[str] = []
        self.titles = 0

    def handle_starttag(self, tag, attrs):
        self.references += [value for name, value in attrs if name in {"src", "href"} and value]
        self.titles += tag == "title"
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page(rehearse) -> str:
    person = [{"after": "cue:ankle-pumps.flex", "nth": 4, "delay_s": 0.7, "say": "pause & wait"}]
    return timeline(rehearse(screening="later", limit_s=70, person=person), title="pumps & <more>")


def test_the_page_fetches_nothing(page: str):
    parsed = Page()

    parsed.feed(page)

    assert parsed.references
    assert all(reference.startswith("data:") for reference in parsed.references)
    assert "http" not in re.sub(r'xmlns="[^"]*"', "", page)


def test_the_page_is_well_formed_and_every_mark_explains_itself(page: str):
    parsed = Page()

    parsed.feed(page)

    assert parsed.open == []
    assert parsed.titles > 20


def test_what_people_say_cannot_break_the_page(page: str):
    assert "pause & wait" not in page
    assert "pause &amp; wait" in page
    assert "pumps &amp; &lt;more&gt;" in page


def test_the_words_of_a_short_cue_have_room_behind_it_and_never_reach_the_next(page: str):
    boxes = re.findall(
        r'<g class="box says[^>]*>.*?<rect x="([\d.]+)" width="([\d.]+)".*?<foreignObject x="[\d.]+" width="([\d.]+)"',
        page,
    )
    places = sorted((float(x), float(width), float(words)) for x, width, words in boxes)

    assert any(words > width for _, width, words in places)
    for (x, width, words), (following, _, _) in itertools.pairwise(places):
        assert words >= width
        assert words == width or x + words <= following


def test_a_real_browser_shows_the_page_and_plays_its_sound(page: str, browse, tmp_path: Path):
    (tmp_path / "timeline.html").write_text(page, encoding="utf-8")
    window = ("--virtual-time-budget=4000", "--window-size=1400,900")

    shown = browse(*window, "--dump-dom", f"file://{tmp_path}/timeline.html#t=20")

    assert 'data-ready="yes"' in shown
    assert re.search(r'<line id="head" x1="6\d\d', shown), "the playhead did not follow the sound to 20 s"
